import type { Requeue } from '@carillon/client'
import { Alert, Button, Group, List, Loader, Modal, Progress, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconRepeat } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { useFormat } from '../language.ts'
import { ProblemNotice, toastProblem } from '../parts/problem.tsx'
import { latestRequeueQuery, requeuePreviewQuery } from '../queries.ts'
import { useMay } from '../session/session.ts'
import type { LetterFilter } from './search.ts'

/** Sends what is listed once more: says how much that is, asks, and shows how far it is. */
export function Redrive({ filter, some }: { filter: LetterFilter; some: boolean }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [asking, dialog] = useDisclosure()
  const [begun, setBegun] = useState<string>()
  const latest = useQuery(latestRequeueQuery).data?.items[0]
  const running = latest?.status === 'running'
  const maySend = useMay()('messages.send')

  const begin = useMutation({
    mutationFn: () => carillon.deadLetters.requeueAll(filter),
    onSuccess: ({ id }) => setBegun(id),
    onError: toastProblem,
    onSettled: () => {
      dialog.close()
      void queryClient.invalidateQueries({ queryKey: latestRequeueQuery.queryKey })
    },
  })

  const finished = latest?.id === begun && latest?.status === 'done'
  useEffect(() => {
    if (!finished) return
    void queryClient.invalidateQueries({ queryKey: ['dead-letters'] })
    void queryClient.invalidateQueries({ queryKey: ['dead-letters-summary'] })
  }, [finished, queryClient])

  return (
    <>
      <Stack gap="xs" align="flex-end">
        {maySend && (some || running) && (
          <Button leftSection={<IconRepeat size={17} aria-hidden />} disabled={running} onClick={dialog.open}>
            {t('failed.redrive')}
          </Button>
        )}
      </Stack>
      {latest && (running || latest.id === begun) && <HowFar requeue={latest} onClose={() => setBegun(undefined)} />}
      <Modal
        opened={asking}
        onClose={dialog.close}
        title={t('failed.redriveTitle')}
        centered
        closeButtonProps={{ 'aria-label': t('actions.back') }}
      >
        <Preview filter={filter} sending={begin.isPending} onBack={dialog.close} onConfirm={() => begin.mutate()} />
      </Modal>
    </>
  )
}

interface PreviewProps {
  filter: LetterFilter
  sending: boolean
  onBack(): void
  onConfirm(): void
}

function Preview({ filter, sending, onBack, onConfirm }: PreviewProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const preview = useQuery(requeuePreviewQuery(filter))
  const { data } = preview
  return (
    <>
      {preview.error && <ProblemNotice error={preview.error} onRetry={() => void preview.refetch()} />}
      {preview.isPending && <Loader size="sm" aria-label={t('app.loading')} />}
      {data && (
        <Stack gap="sm">
          <Text fz="sm">
            {data.count > 0 ? t('failed.redriveText', { count: data.count }) : t('failed.redriveNone')}
          </Text>
          {data.byReason.length > 1 && (
            <List size="sm">
              {data.byReason.map(({ reason, count }) => (
                <List.Item key={reason}>
                  {t('table.of', {
                    label: t(`failure.${reason}`),
                    value: new Intl.NumberFormat(format).format(count),
                  })}
                </List.Item>
              ))}
            </List>
          )}
          {data.leftOut > 0 && (
            <Alert variant="light" color="yellow" role="note" p="sm">
              {t('failed.leftOut', { count: data.leftOut, reason: t('failure.uncertain') })}
            </Alert>
          )}
        </Stack>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onBack}>
          {t('actions.back')}
        </Button>
        <Button loading={sending} disabled={!data || data.count === 0} onClick={onConfirm}>
          {t('actions.resendConfirm')}
        </Button>
      </Group>
    </>
  )
}

const WHY_NOT = ['suppressed', 'contact_removed', 'no_longer_dead'] as const

function HowFar({ requeue, onClose }: { requeue: Requeue; onClose(): void }) {
  const { t } = useTranslation()
  const { total, requeued, skipped, status } = requeue
  const done = requeued + skipped.count
  const skippedText = WHY_NOT.filter((why) => skipped.why[why])
    .map((why) => t('table.of', { label: t(`whyNot.${why}`), value: skipped.why[why] }))
    .join(', ')
  return (
    <Alert
      variant="light"
      color={status === 'done' ? 'green' : 'petrol'}
      w="100%"
      role="status"
      title={status === 'done' ? t('failed.redriven', { count: requeued }) : t('failed.redriving', { done, total })}
      {...(status === 'done' ? { withCloseButton: true, onClose, closeButtonLabel: t('failed.close') } : {})}
    >
      {status === 'running' && (
        <Progress value={total > 0 ? (100 * done) / total : 0} aria-label={t('failed.redriving', { done, total })} />
      )}
      {skipped.count > 0 && <Text fz="sm">{t('failed.skipped', { count: skipped.count, why: skippedText })}</Text>}
    </Alert>
  )
}
