import { IconMoodCheck } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Empty } from '../parts/empty.tsx'
import { NothingMatches } from '../parts/filters.tsx'
import { Page } from '../parts/page.tsx'
import { itemsOf, PagedList, WaitingRows } from '../parts/paged-list.tsx'
import { isFiltered } from '../parts/search.ts'
import { Filters } from './filters.tsx'
import { LetterRows } from './letter-rows.tsx'
import { deadLettersQuery, deadLettersSummaryQuery } from './queries.ts'
import { Redrive } from './redrive.tsx'
import { letterFilter } from './search.ts'

const route = getRouteApi('/inside/failed')

/** Messages that ended failed, until they are sent again: why, and sending them again. */
export function FailedPage() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const filter = useMemo(() => letterFilter(search, new Date()), [search])
  const { reason: _, ...anyReason } = filter
  const summary = useQuery({ ...deadLettersSummaryQuery(anyReason), placeholderData: keepPreviousData })
  const list = useInfiniteQuery({ ...deadLettersQuery(filter), placeholderData: keepPreviousData })
  const first = itemsOf(list)[0]

  return (
    <Page
      title={t('failed.title')}
      intro={t('failed.intro')}
      actions={<Redrive filter={filter} some={first !== undefined} />}
    >
      <Filters search={search} summary={summary.data} contactName={first?.contactName} />
      <PagedList
        list={list}
        along={summary}
        waiting={<WaitingRows count={5} height={62} />}
        empty={
          isFiltered(search) ? (
            <NothingMatches to="/failed" text={t('messages.noneText')} />
          ) : (
            <Empty icon={IconMoodCheck} title={t('failed.empty')} text={t('failed.emptyText')} />
          )
        }
      >
        {(items) => <LetterRows items={items} />}
      </PagedList>
    </Page>
  )
}
