import { Group, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ChooseFile } from '../parts/choose-file.tsx'
import { useNumber } from '../parts/number.ts'
import { toastProblem } from '../parts/problem.tsx'
import { RefusedLines } from '../parts/refused-lines.tsx'
import { RunNotice } from '../parts/run-notice.tsx'
import { suppressionImportQuery } from './queries.ts'
import { sendFile } from './send-file.ts'

const COUNTS = ['added', 'known', 'repeated', 'refused'] as const

/** Takes a CSV file in, shows how far it is, and which lines it refused. */
export function Import() {
  const { t } = useTranslation()
  const number = useNumber()
  const queryClient = useQueryClient()
  const [id, setId] = useState<string>()
  const run = useQuery(suppressionImportQuery(id)).data
  const begin = useMutation({ mutationFn: sendFile, onSuccess: (begun) => setId(begun.id), onError: toastProblem })
  const finished = run?.finishedAt != null
  useEffect(() => {
    if (finished) void queryClient.invalidateQueries({ queryKey: ['suppressions'] })
  }, [finished, queryClient])
  const { done, total } = run?.progress ?? { done: 0, total: null }

  return (
    <>
      <Group gap="sm">
        <ChooseFile
          label={t('suppressions.import')}
          variant="default"
          loading={begin.isPending}
          disabled={id !== undefined && !finished}
          onChoose={(file) => begin.mutate(file)}
        />
        <Text fz="sm" c="dimmed">
          {t('suppressions.importHint')}
        </Text>
      </Group>
      {run && (
        <RunNotice
          mt="sm"
          title={t(finished ? 'suppressions.imported' : 'suppressions.importing', { done, total: total ?? '…' })}
          done={done}
          total={total}
          state={!finished ? 'running' : run.status === 'failed' ? 'failed' : 'done'}
          onClose={() => setId(undefined)}
        >
          {run.error && <Text fz="sm">{run.error}</Text>}
          <Text fz="sm">
            {COUNTS.filter((name) => run.counts[name])
              .map((name) =>
                t('table.of', {
                  label: t(`imported.${name}`),
                  value: number(run.counts[name] ?? 0),
                }),
              )
              .join(', ')}
          </Text>
          <RefusedLines lines={run.errors} />
        </RunNotice>
      )}
    </>
  )
}
