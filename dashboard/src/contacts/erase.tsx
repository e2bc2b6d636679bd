import { Alert, Button, List, Loader, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconUserX } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { Dialog, DialogButtons, RISKY } from '../parts/dialog.tsx'
import { useNumber } from '../parts/number.ts'
import { ProblemNotice, toastProblem } from '../parts/problem.tsx'
import { contactQuery, erasePreviewQuery } from './queries.ts'

const KINDS = ['messages', 'others', 'pending', 'reminders', 'files', 'inbound', 'consents', 'suppressions'] as const

/** Erases a contact: says first what that takes, and that nothing brings it back. */
export function Erase({ contactId }: { contactId: string }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [asking, dialog] = useDisclosure()
  const erase = useMutation({
    mutationFn: () => carillon.contacts.erase(contactId),
    onError: toastProblem,
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: contactQuery(contactId).queryKey })
      void queryClient.invalidateQueries({ queryKey: ['contacts'] })
      void queryClient.invalidateQueries({ queryKey: ['messages'] })
    },
    onSettled: dialog.close,
  })
  return (
    <>
      <Button variant="default" leftSection={<IconUserX size={17} aria-hidden />} onClick={dialog.open}>
        {t('contacts.erase')}
      </Button>
      <Dialog opened={asking} onClose={dialog.close} title={t('contacts.eraseTitle')}>
        <Preview
          contactId={contactId}
          erasing={erase.isPending}
          onBack={dialog.close}
          onConfirm={() => erase.mutate()}
        />
      </Dialog>
    </>
  )
}

interface PreviewProps {
  contactId: string
  erasing: boolean
  onBack(): void
  onConfirm(): void
}

function Preview({ contactId, erasing, onBack, onConfirm }: PreviewProps) {
  const { t } = useTranslation()
  const number = useNumber()
  const { data, error, isPending, refetch } = useQuery(erasePreviewQuery(contactId))
  return (
    <>
      {error && <ProblemNotice error={error} onRetry={() => void refetch()} />}
      {isPending && <Loader size="sm" aria-label={t('app.loading')} />}
      {data && (
        <Stack gap="sm">
          <Text fz="sm">{t('contacts.eraseText')}</Text>
          <List size="sm">
            {KINDS.filter((kind) => data.counts[kind]).map((kind) => (
              <List.Item key={kind}>
                {t('table.of', {
                  label: t(`held.${kind}`),
                  value: number(data.counts[kind] ?? 0),
                })}
              </List.Item>
            ))}
          </List>
          <Alert variant="light" color="yellow" role="note" p="sm">
            {t('contacts.eraseForGood')}
          </Alert>
        </Stack>
      )}
      <DialogButtons onBack={onBack}>
        <Button color={RISKY} loading={erasing} disabled={!data} onClick={onConfirm}>
          {t('contacts.eraseConfirm')}
        </Button>
      </DialogButtons>
    </>
  )
}
