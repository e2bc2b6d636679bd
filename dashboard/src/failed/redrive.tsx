import type { Requeue } from '@carillon/client'
import { Alert, Button, List, Loader, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconRepeat } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { Dialog, DialogButtons } from '../parts/dialog.tsx'
import { useNumber } from '../parts/number.ts'
import { ProblemNotice, toastProblem } from '../parts/problem.tsx'
import { RunNotice } from '../parts/run-notice.tsx'
import { useMay } from '../session/session.ts'
import { latestRequeueQuery, requeuePreviewQuery } from './queries.ts'
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
      <Dialog opened={asking} onClose={dialog.close} title={t('failed.redriveTitle')}>
        <Preview filter={filter} sending={begin.isPending} onBack={dialog.close} onConfirm={() => begin.mutate()} />
      </Dialog>
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
  const number = useNumber()
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
                    value: number(count),
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
      <DialogButtons onBack={onBack}>
        <Button loading={sending} disabled={!data || data.count === 0} onClick={onConfirm}>
          {t('actions.resendConfirm')}
        </Button>
      </DialogButtons>
    </>
  )
}

const WHY_NOT = [
  'suppressed',
  'contact_removed',
  'no_longer_dead',
  'subject_begun',
  'subject_moved',
  'subject_cancelled',
] as const

function HowFar({ requeue, onClose }: { requeue: Requeue; onClose(): void }) {
  const { t } = useTranslation()
  const { total, requeued, skipped, status } = requeue
  const done = requeued + skipped.count
  const skippedText = WHY_NOT.filter((why) => skipped.why[why])
    .map((why) => t('table.of', { label: t(`whyNot.${why}`), value: skipped.why[why] }))
    .join(', ')
  return (
    <RunNotice
      title={status === 'done' ? t('failed.redriven', { count: requeued }) : t('failed.redriving', { done, total })}
      done={done}
      total={total}
      state={status}
      onClose={onClose}
    >
      {skipped.count > 0 && <Text fz="sm">{t('failed.skipped', { count: skipped.count, why: skippedText })}</Text>}
    </RunNotice>
  )
}
