import { Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import i18next from 'i18next'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../parts/dialog.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import classes from './difference.module.css'
import { templateDiffQuery } from './queries.ts'

type Ref = Parameters<typeof templateDiffQuery>[0]
/** Two versions, by what the API calls them, and what the window says it is. */
export interface Compared {
  readonly from: string
  readonly to: string
  readonly title: string
}

/** What is between two versions, line by line. */
export function Difference({ of, compared, onClose }: { of: Ref; compared: Compared | null; onClose(): void }) {
  return (
    <Dialog opened={compared !== null} title={compared?.title ?? ''} onClose={onClose} size="xl">
      {compared && <Lines of={of} compared={compared} />}
    </Dialog>
  )
}

const SIGNS = { added: '+', removed: '−', same: ' ' } as const

function Lines({ of, compared }: { of: Ref; compared: Compared }) {
  const { t } = useTranslation()
  const { data, error, isPending, refetch } = useQuery(templateDiffQuery(of, compared.from, compared.to))
  if (error) return <ProblemNotice error={error} onRetry={() => void refetch()} />
  if (isPending || !data) return <Skeleton h={120} />
  const changed = data.fields.filter((field) => field.changed)
  if (changed.length === 0) return <Text c="dimmed">{t('templates.noDifference')}</Text>
  return (
    <Stack>
      {changed.map(({ field, lines }) => (
        <section key={field} aria-label={nameOf(field)}>
          <Text fz="sm" fw={600} mb={4}>
            {nameOf(field)}
          </Text>
          <div className={classes.lines}>
            {lines.map(({ kind, text }, n) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing but their place, and never move
              <div key={n} className={classes.line} data-kind={kind}>
                <span className={classes.sign}>
                  {SIGNS[kind]}
                  {kind !== 'same' && <span className={classes.spoken}>{t(`templates.${kind}`)}</span>}
                </span>
                {text || ' '}
              </div>
            ))}
          </div>
        </section>
      ))}
    </Stack>
  )
}

const nameOf = (field: string): string =>
  i18next.exists(`templateField.${field}`) ? i18next.t(`templateField.${field}` as 'templateField.body') : field
