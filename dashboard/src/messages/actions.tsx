import { Button, Group } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconBan, IconCalendarTime, IconRepeat } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { Confirm } from '../parts/dialog.tsx'
import { problemText } from '../parts/problem.tsx'
import { useMay } from '../session/session.ts'
import type { Status } from '../vocabulary.ts'
import { Reschedule } from './reschedule.tsx'

interface ActionsProps {
  notificationId: string
  /** Of the notification's messages: what can still be called back decides whether cancelling is offered. */
  statuses: readonly Status[]
  /** When the first that waits would leave. */
  dueAt?: string | undefined
}

/** It has not begun to leave, so it can be called back. */
export const isWaiting = (status: Status) => status === 'scheduled' || status === 'queued'

/** Resend and cancel, each asked about first, each answered with what really happened. */
export function Actions({ notificationId, statuses, dueAt }: ActionsProps) {
  const { t } = useTranslation()
  const [cancelling, cancelDialog] = useDisclosure()
  const [resending, resendDialog] = useDisclosure()
  const [moving, moveDialog] = useDisclosure()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const maySend = useMay()('messages.send')
  const mayCancel = maySend && statuses.some(isWaiting)
  const mayResend =
    maySend && statuses.some((status) => !isWaiting(status) && status !== 'sending' && status !== 'suppressed')

  const lookAgain = () => {
    void queryClient.invalidateQueries({ queryKey: ['notification', notificationId] })
    void queryClient.invalidateQueries({ queryKey: ['message'] })
  }

  const cancel = useMutation({
    mutationFn: () => carillon.notifications.cancel(notificationId),
    onSuccess: ({ messages }) => {
      const cancelled = messages.filter((message) => message.cancelled).length
      const left = messages.filter((message) => !message.cancelled && message.status !== 'suppressed')
      const channels = left.map(({ channel }) => t(`channel.${channel}`)).join(', ')
      const partly = left.length > 0 ? ` ${t('actions.partly', { channels })}` : ''
      const said = cancelled > 0 ? t('actions.cancelled', { count: cancelled }) : t('actions.chainStopped')
      const doubt = messages.some((message) => message.mayHaveArrived) ? ` ${t('actions.mayHaveArrived')}` : ''
      notifications.show({ color: 'green', message: said + partly + doubt })
    },
    onError: (error) => notifications.show({ color: 'orange', message: problemText(error) }),
    onSettled: () => {
      cancelDialog.close()
      lookAgain()
    },
  })

  const resend = useMutation({
    mutationFn: () => carillon.notifications.resend(notificationId),
    onSuccess: ({ messages, skipped }) => {
      const first = messages[0]
      const channels = skipped.map(({ channel }) => t(`channel.${channel}`)).join(', ')
      const partly = skipped.length > 0 ? ` ${t('actions.notResent', { channels })}` : ''
      notifications.show({ color: 'green', message: t('actions.resent') + partly })
      if (first) void navigate({ to: '/messages/$id', params: { id: first.id } })
    },
    onError: (error) => notifications.show({ color: 'red', title: t('problem.title'), message: problemText(error) }),
    onSettled: () => {
      resendDialog.close()
      lookAgain()
    },
  })

  return (
    <Group gap="xs">
      {mayCancel && (
        <Button variant="default" leftSection={<IconCalendarTime size={17} aria-hidden />} onClick={moveDialog.open}>
          {t('actions.reschedule')}
        </Button>
      )}
      {mayCancel && (
        <Button variant="default" leftSection={<IconBan size={17} aria-hidden />} onClick={cancelDialog.open}>
          {t('actions.cancel')}
        </Button>
      )}
      {mayResend && (
        <Button variant="default" leftSection={<IconRepeat size={17} aria-hidden />} onClick={resendDialog.open}>
          {t('actions.resend')}
        </Button>
      )}

      <Reschedule
        notificationId={notificationId}
        dueAt={dueAt}
        opened={moving}
        onClose={moveDialog.close}
        onSettled={lookAgain}
      />
      <Confirm
        opened={cancelling}
        onClose={cancelDialog.close}
        title={t('actions.cancelTitle')}
        text={t('actions.cancelText')}
        back={t('actions.keep')}
        confirm={t('actions.cancelConfirm')}
        risky
        pending={cancel.isPending}
        onConfirm={() => cancel.mutate()}
      />
      <Confirm
        opened={resending}
        onClose={resendDialog.close}
        title={t('actions.resendTitle')}
        text={t('actions.resendText')}
        confirm={t('actions.resendConfirm')}
        pending={resend.isPending}
        onConfirm={() => resend.mutate()}
      />
    </Group>
  )
}
