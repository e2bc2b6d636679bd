import { Button } from '@mantine/core'
import { IconDownload, IconFileZip } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { toastProblem } from '../parts/problem.tsx'
import { exportsQuery } from './queries.ts'

/** Everything held about a contact, as a file. */
export function Export({ contactId }: { contactId: string }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const latest = useQuery(exportsQuery(contactId)).data?.items[0]
  const begin = useMutation({
    mutationFn: () => carillon.contacts.export(contactId),
    onError: toastProblem,
    onSettled: () => void queryClient.invalidateQueries({ queryKey: exportsQuery(contactId).queryKey }),
  })
  const running = latest?.status === 'waiting' || latest?.status === 'running'
  if (running) {
    const { done, total } = latest.progress
    return (
      <Button variant="default" loading aria-label={t('contacts.exporting', { done, total: total ?? '…' })}>
        {t('contacts.export')}
      </Button>
    )
  }
  return (
    <>
      {latest?.bytes != null && (
        <Button
          component="a"
          href={`/v1/contacts/${contactId}/exports/${latest.id}/download`}
          download
          variant="default"
          leftSection={<IconDownload size={17} aria-hidden />}
        >
          {t('contacts.download')}
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<IconFileZip size={17} aria-hidden />}
        loading={begin.isPending}
        onClick={() => begin.mutate()}
      >
        {t('contacts.export')}
      </Button>
    </>
  )
}
