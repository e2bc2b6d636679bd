import { Group, Skeleton, Title } from '@mantine/core'
import { IconChartBar } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { MessageRows } from '../messages/message-rows.tsx'
import { messagesQuery } from '../messages/queries.ts'
import { Empty } from '../parts/empty.tsx'
import { PageLink } from '../parts/link.tsx'
import { Page } from '../parts/page.tsx'
import { Panel } from '../parts/panel.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { useOrganization, useSession } from '../session/session.ts'
import { Numbers } from './numbers.tsx'
import { statsQuery } from './queries.ts'
import { Steps } from './steps.tsx'

const LATEST = 6

/** How the messages do, what just happened, and what to do next. */
export function Overview() {
  const { t } = useTranslation()
  const { user } = useSession()
  const { timeZone } = useOrganization()
  const latest = useInfiniteQuery(messagesQuery({}))
  const month = useQuery(statsQuery('month', timeZone))
  const items = latest.data?.pages[0]?.items.slice(0, LATEST)
  const nothingYet = month.data?.total.accepted === 0 && items?.length === 0

  return (
    <Page title={t('overview.title', { name: user.name })} intro={t('overview.intro')}>
      {nothingYet ? (
        <div style={{ marginBottom: 32 }}>
          <Panel>
            <Empty icon={IconChartBar} title={t('overview.nothing')} text={t('overview.nothingText')} />
          </Panel>
        </div>
      ) : (
        <Numbers />
      )}

      {latest.error && <ProblemNotice error={latest.error} onRetry={() => void latest.refetch()} />}
      {(latest.isPending || (items && items.length > 0)) && (
        <div style={{ marginBottom: 32 }}>
          <Group justify="space-between" mb="sm">
            <Title order={2}>{t('overview.recent')}</Title>
            <PageLink to="/messages" fz="sm">
              {t('overview.all')}
            </PageLink>
          </Group>
          {items ? <MessageRows items={items} label={t('overview.recent')} /> : <Skeleton h={LATEST * 57} />}
        </div>
      )}

      <Title order={2} mb="sm">
        {t('overview.next')}
      </Title>
      <Steps />
    </Page>
  )
}
