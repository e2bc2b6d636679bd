import type { Accepted, NotificationRequest } from '@carillon/client'
import { Skeleton, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { catalogueQuery } from '../catalogue/queries.ts'
import { carillon } from '../client.ts'
import { Dialog } from '../parts/dialog.tsx'
import { PageLink } from '../parts/link.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { SampleForm } from './sample-form.tsx'

interface SendSampleProps {
  opened: boolean
  onClose(): void
  onAccepted(accepted: Accepted): void
}

/** Any entry of the catalogue, to anyone, through the same door as every other program. */
export function SendSample({ opened, onClose, onAccepted }: SendSampleProps) {
  const { t } = useTranslation()
  const catalogue = useQuery({ ...catalogueQuery, enabled: opened })

  const send = useMutation({
    mutationFn: (request: NotificationRequest) => carillon.notifications.send(request),
    onSuccess: (accepted) => {
      notifications.show({ color: 'green', title: t('sample.sent'), message: <Outcome accepted={accepted} /> })
      onAccepted(accepted)
    },
  })

  const close = () => {
    send.reset()
    onClose()
  }

  return (
    <Dialog opened={opened} onClose={close} title={t('sample.title')} size="lg">
      {catalogue.isPending && <Skeleton h={480} />}
      {catalogue.error && <ProblemNotice error={catalogue.error} onRetry={() => void catalogue.refetch()} />}
      {catalogue.data && (
        <SampleForm
          entries={catalogue.data.items}
          sending={send.isPending}
          problem={send.error && <ProblemNotice error={send.error} />}
          onSend={(request) => send.mutate(request)}
        />
      )}
    </Dialog>
  )
}

function Outcome({ accepted }: { accepted: Accepted }) {
  const { t } = useTranslation()
  return (
    <Stack gap={2}>
      {accepted.messages.map(({ id, channel, status }) => (
        <Text key={id} fz="sm">
          {t('table.of', { label: t(`channel.${channel}`), value: t(`status.${status}`) })}
        </Text>
      ))}
      <PageLink to="/notifications/$id" params={{ id: accepted.id }} fz="sm">
        {t('sample.see')}
      </PageLink>
    </Stack>
  )
}
