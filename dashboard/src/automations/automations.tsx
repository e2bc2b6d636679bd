import type { Automation, Run } from '@carillon/client'
import { Box, Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import i18next from 'i18next'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { Confirm } from '../parts/dialog.tsx'
import { Mark } from '../parts/mark.tsx'
import { useNumber } from '../parts/number.ts'
import { Page } from '../parts/page.tsx'
import { PagedList } from '../parts/paged-list.tsx'
import { Panel } from '../parts/panel.tsx'
import { ProblemNotice, toastProblem } from '../parts/problem.tsx'
import { ToneBadge } from '../parts/status-badge.tsx'
import cells from '../parts/table.module.css'
import { Table } from '../parts/table.tsx'
import { When as Moment } from '../parts/when.tsx'
import { useMay } from '../session/session.ts'
import { Alerts } from './alerts.tsx'
import { automationRunsQuery, automationsQuery } from './queries.ts'
import { When } from './schedule.tsx'

/** What runs by itself: when last, what it did, and running it now. */
export function Automations() {
  const { t } = useTranslation()
  const { data, error, isPending, refetch } = useQuery(automationsQuery)
  return (
    <Page title={t('automations.title')} intro={t('automations.intro')}>
      {error && <ProblemNotice error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton h={160} aria-label={t('app.loading')} />}
      <Stack>
        <Alerts />
        {data?.items.map((automation) => (
          <One key={automation.name} automation={automation} />
        ))}
      </Stack>
    </Page>
  )
}

/** In the reader's language where we know the word, else as the server calls it. */
const named = (key: string, otherwise: string): string =>
  i18next.exists(key) ? i18next.t(key as 'automations.title') : otherwise

function One({ automation }: { automation: Automation }) {
  const { t } = useTranslation()
  const may = useMay()
  const queryClient = useQueryClient()
  const [open, history] = useDisclosure()
  const [asked, ask] = useDisclosure()
  const { name, description, schedule, lastRun } = automation
  const key = name.replaceAll('.', '_')
  const run = useMutation({
    mutationFn: (dryRun: boolean) => carillon.automations.run(name, { dryRun }),
    onError: toastProblem,
    onSettled: () => {
      ask.close()
      void queryClient.invalidateQueries({ queryKey: automationsQuery.queryKey })
      void queryClient.invalidateQueries({ queryKey: ['automation-runs', name] })
    },
  })
  return (
    <Panel title={named(`automation.${key}`, name)}>
      <Text fz="sm" c="dimmed">
        {named(`automationText.${key}`, description)}
      </Text>
      <Group mt="sm" gap="sm" justify="space-between">
        <Group gap="sm">
          {schedule ? <When name={name} schedule={schedule} /> : <Text fz="sm">{t('automations.onDemand')}</Text>}
          {lastRun ? <Outcome run={lastRun} /> : <Text fz="sm">{t('automations.never')}</Text>}
        </Group>
        <Group gap="xs">
          {may('settings.manage') && (
            <>
              <Button variant="default" loading={run.isPending} onClick={() => run.mutate(true)}>
                {t('automations.dryRun')}
              </Button>
              <Button variant="light" loading={run.isPending} onClick={ask.open}>
                {t('automations.runNow')}
              </Button>
            </>
          )}
          <Button variant="default" aria-expanded={open} onClick={history.toggle}>
            {t('automations.history')}
          </Button>
        </Group>
      </Group>
      {open && <History name={name} />}
      <Confirm
        opened={asked}
        title={t('automations.runTitle', { name: named(`automation.${key}`, name) })}
        text={t('automations.runText')}
        confirm={t('automations.runNow')}
        pending={run.isPending}
        onClose={ask.close}
        onConfirm={() => run.mutate(false)}
      />
    </Panel>
  )
}

const TONES = { waiting: 'waiting', running: 'moving', done: 'good', failed: 'bad' } as const

function Outcome({ run }: { run: Run }) {
  const { t } = useTranslation()
  const { done, total } = run.progress
  return (
    <Group gap={8} role="status">
      <ToneBadge tone={TONES[run.status]}>{t(`run.${run.status}`)}</ToneBadge>
      {run.dryRun && <Mark>{t('automations.dryRun')}</Mark>}
      {run.status === 'running' && total !== null && <Text fz="sm">{t('automations.progress', { done, total })}</Text>}
      <Text fz="sm" c="dimmed">
        <Moment at={run.finishedAt ?? run.createdAt} />
      </Text>
    </Group>
  )
}

function History({ name }: { name: string }) {
  const { t } = useTranslation()
  const number = useNumber()
  const runs = useInfiniteQuery(automationRunsQuery(name))
  const counts = (run: Run) =>
    Object.entries(run.counts)
      .filter(([, count]) => count > 0)
      .map(([kind, count]) => t('table.of', { label: named(`count.${kind}`, kind), value: number(count) }))
      .join(', ')
  return (
    <Box mt="md">
      <PagedList list={runs} empty={<Text fz="sm">{t('automations.never')}</Text>}>
        {(items) => (
          <Table label={t('automations.history')} columns={[t('automations.outcome'), t('automations.counts')]}>
            {items.map((run) => (
              <tr key={run.id}>
                <td className={cells.recipient}>
                  <Outcome run={run} />
                </td>
                <td className={cells.type}>{run.error ?? (counts(run) || t('automations.nothing'))}</td>
              </tr>
            ))}
          </Table>
        )}
      </PagedList>
    </Box>
  )
}
