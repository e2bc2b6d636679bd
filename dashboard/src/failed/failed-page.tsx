import { Button, Center, Skeleton, Stack } from '@mantine/core'
import { IconFilterOff, IconMoodCheck } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { isFiltered } from '../messages/search.ts'
import { Empty } from '../parts/empty.tsx'
import { ButtonLink } from '../parts/link.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { deadLettersQuery, deadLettersSummaryQuery } from '../queries.ts'
import { Filters } from './filters.tsx'
import { LetterRows } from './letter-rows.tsx'
import { Redrive } from './redrive.tsx'
import { letterFilter } from './search.ts'

const route = getRouteApi('/inside/failed')

/** Messages that ended failed, until they are sent again: why, and sending them again. */
export function FailedPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const filter = useMemo(() => letterFilter(search, new Date()), [search])
  const { reason: _, ...anyReason } = filter
  const summary = useQuery({ ...deadLettersSummaryQuery(anyReason), placeholderData: (previous) => previous })
  const list = useInfiniteQuery({ ...deadLettersQuery(filter), placeholderData: (previous) => previous })
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const error = list.error ?? summary.error

  return (
    <Page
      title={t('failed.title')}
      intro={t('failed.intro')}
      actions={<Redrive filter={filter} some={items.length > 0} />}
    >
      <Filters search={search} summary={summary.data} contactName={items[0]?.contactName} />
      {error && (
        <ProblemNotice
          error={error}
          onRetry={() => {
            void list.refetch()
            void summary.refetch()
          }}
        />
      )}
      {list.isPending && (
        <Stack gap={1}>
          {[1, 2, 3, 4, 5].map((row) => (
            <Skeleton key={row} h={62} radius="sm" />
          ))}
        </Stack>
      )}
      {list.data && items.length === 0 && (isFiltered(search) ? <NothingMatches /> : <NothingFailed />)}
      {items.length > 0 && (
        <div
          style={{ opacity: list.isPlaceholderData ? 0.55 : 1, transition: 'opacity 120ms' }}
          aria-busy={list.isPlaceholderData}
        >
          <LetterRows items={items} />
          {list.hasNextPage && (
            <Center mt="md">
              <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                {t('messages.more')}
              </Button>
            </Center>
          )}
        </div>
      )}
    </Page>
  )
}

const NothingMatches = () => {
  const { t } = useTranslation()
  return (
    <Empty icon={IconFilterOff} title={t('messages.none')} text={t('messages.noneText')}>
      <ButtonLink to="/failed" variant="default" mt="sm">
        {t('messages.clear')}
      </ButtonLink>
    </Empty>
  )
}

const NothingFailed = () => {
  const { t } = useTranslation()
  return <Empty icon={IconMoodCheck} title={t('failed.empty')} text={t('failed.emptyText')} />
}
