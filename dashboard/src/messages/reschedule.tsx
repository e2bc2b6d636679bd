import { Button, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { useFormat } from '../language.ts'
import { Dialog, DialogButtons } from '../parts/dialog.tsx'
import { now } from '../parts/now.ts'
import { problemText } from '../parts/problem.tsx'
import { exactTime, fieldTime, timeOfField } from '../parts/time.ts'
import { useOrganization } from '../session/session.ts'

interface RescheduleProps {
  notificationId: string
  /** When it would leave now, if it waits for a time. */
  dueAt: string | undefined
  opened: boolean
  onClose(): void
  /** Whatever came of it: what is shown may have changed. */
  onSettled(): void
}

/** Another time for what has not begun to leave. */
export function Reschedule({ notificationId, dueAt, opened, onClose, onSettled }: RescheduleProps) {
  const { t } = useTranslation()
  return (
    <Dialog opened={opened} onClose={onClose} title={t('actions.rescheduleTitle')}>
      <Form notificationId={notificationId} dueAt={dueAt} onClose={onClose} onSettled={onSettled} />
    </Dialog>
  )
}

function Form({ notificationId, dueAt, onClose, onSettled }: Omit<RescheduleProps, 'opened'>) {
  const { t } = useTranslation()
  const format = useFormat()
  const { timeZone } = useOrganization()
  const [time, setTime] = useState(() => fieldTime(dueAt === undefined ? now() : new Date(dueAt), timeZone))

  const move = useMutation({
    mutationFn: (sendAt: string | null) => carillon.notifications.reschedule(notificationId, sendAt),
    onSuccess: ({ messages, sendAt, hadPassed }, asked) => {
      const left = messages.filter(({ rescheduled, status }) => !rescheduled && status !== 'suppressed')
      const channels = left.map(({ channel }) => t(`channel.${channel}`)).join(', ')
      const when =
        asked === null || hadPassed
          ? t('actions.leavesNow')
          : t('actions.leavesAt', { time: exactTime(new Date(sendAt), format, timeZone) })
      const partly = left.length > 0 ? ` ${t('actions.partly', { channels })}` : ''
      notifications.show({ color: 'green', message: when + partly })
    },
    onError: (error) => notifications.show({ color: 'orange', message: problemText(error) }),
    onSettled: () => {
      onClose()
      onSettled()
    },
  })

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const at = timeOfField(time, timeZone)
    if (at) move.mutate(at.toISOString())
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text fz="sm">{t('actions.rescheduleText')}</Text>
        <TextInput
          type="datetime-local"
          label={t('actions.rescheduleTime')}
          description={t('actions.rescheduleZone', { zone: timeZone })}
          required
          withAsterisk={false}
          value={time}
          onChange={(event) => setTime(event.currentTarget.value)}
        />
      </Stack>
      <DialogButtons onBack={onClose}>
        <Button variant="default" loading={move.isPending} onClick={() => move.mutate(null)}>
          {t('actions.sendNow')}
        </Button>
        <Button type="submit" loading={move.isPending}>
          {t('actions.rescheduleConfirm')}
        </Button>
      </DialogButtons>
    </form>
  )
}
