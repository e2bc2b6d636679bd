import { Button, FileButton, Group, List, Text } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNumber } from '../parts/number.ts'
import { toastProblem } from '../parts/problem.tsx'
import { RunNotice } from '../parts/run-notice.tsx'
import { suppressionImportQuery } from '../queries.ts'
import { sendFile } from './send-file.ts'

const COUNTS = ['added', 'known', 'repeated', 'refused'] as const
const ERRORS_SHOWN = 20

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
        <FileButton accept=".csv,text/csv" onChange={(file) => file && begin.mutate(file)}>
          {(props) => (
            <Button
              {...props}
              variant="default"
              leftSection={<IconUpload size={17} aria-hidden />}
              loading={begin.isPending}
              disabled={id !== undefined && !finished}
            >
              {t('suppressions.import')}
            </Button>
          )}
        </FileButton>
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
          {run.errors.length > 0 && (
            <List size="sm" mt="xs">
              {run.errors.slice(0, ERRORS_SHOWN).map(({ line, message }) => (
                <List.Item key={line}>
                  {t('suppressions.line', { line })} {message}
                </List.Item>
              ))}
            </List>
          )}
        </RunNotice>
      )}
    </>
  )
}
