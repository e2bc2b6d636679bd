import { SegmentedControl, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ProblemNotice } from '../parts/problem.tsx'
import { useOrganization } from '../session/session.ts'
import { Budgets } from './budgets.tsx'
import { ChannelTable } from './channels.tsx'
import { Chart } from './chart.tsx'
import classes from './overview.module.css'
import type { Period } from './period.ts'
import { channelStatsQuery, costsQuery, statsQuery } from './queries.ts'
import { Tiles } from './tiles.tsx'

const route = getRouteApi('/inside/')

/** What became of the messages of today or of 30 days; it changes while it is looked at. */
export function Numbers() {
  const { t } = useTranslation()
  const { timeZone } = useOrganization()
  const { period = 'month' } = route.useSearch()
  const navigate = useNavigate()
  const overview = useQuery(statsQuery(period, timeZone))
  const channels = useQuery(channelStatsQuery(period, timeZone))
  const costs = useQuery(costsQuery(period, timeZone))
  const error = overview.error ?? channels.error ?? costs.error
  const again = () => {
    for (const query of [overview, channels, costs]) if (query.error) void query.refetch()
  }
  const total = overview.data?.total
  const isEmpty = total !== undefined && total.sent + total.failed + total.bounced === 0

  return (
    <section aria-labelledby="numbers" style={{ marginBottom: 32 }}>
      <div className={classes.head}>
        <Title order={2} id="numbers">
          {t('overview.numbers')}
        </Title>
        <SegmentedControl
          aria-label={t('overview.period')}
          value={period}
          onChange={(value) =>
            void navigate({ to: '/', search: (value as Period) === 'today' ? { period: 'today' } : {}, replace: true })
          }
          data={[
            { value: 'today', label: t('overview.today') },
            { value: 'month', label: t('overview.month') },
          ]}
        />
      </div>
      {error && <ProblemNotice error={error} onRetry={again} />}
      {overview.isPending && <Skeleton h={430} />}
      {overview.data && (
        <Stack>
          <Tiles total={overview.data.total} unpriced={costs.data?.unpriced} />
          <Budgets />
          {isEmpty ? (
            <Text c="dimmed" fz="sm">
              {t('overview.nothingToday')}
            </Text>
          ) : (
            <Chart overview={overview.data} />
          )}
          {channels.data && !isEmpty && <ChannelTable items={channels.data.items} />}
        </Stack>
      )}
    </section>
  )
}
