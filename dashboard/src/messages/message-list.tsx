import { IconSend } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Empty } from '../parts/empty.tsx'
import { NothingMatches } from '../parts/filters.tsx'
import { ButtonLink } from '../parts/link.tsx'
import { Page } from '../parts/page.tsx'
import { itemsOf, PagedList, WaitingRows } from '../parts/paged-list.tsx'
import { isFiltered } from '../parts/search.ts'
import { Filters } from './filters.tsx'
import { MessageRows } from './message-rows.tsx'
import { messagesQuery } from './queries.ts'
import { messageFilter } from './search.ts'

const route = getRouteApi('/inside/messages')

export function MessageList() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const filter = useMemo(() => messageFilter(search, new Date()), [search])
  const list = useInfiniteQuery({ ...messagesQuery(filter), placeholderData: keepPreviousData })

  return (
    <Page title={t('messages.title')}>
      <Filters search={search} contactName={itemsOf(list)[0]?.contactName} />
      <PagedList
        list={list}
        waiting={<WaitingRows count={8} height={56} />}
        empty={isFiltered(search) ? <NothingMatches to="/messages" text={t('messages.noneText')} /> : <NothingYet />}
        counted
      >
        {(items) => <MessageRows items={items} label={t('messages.list')} />}
      </PagedList>
    </Page>
  )
}

function NothingYet() {
  const { t } = useTranslation()
  return (
    <Empty icon={IconSend} title={t('messages.empty')} text={t('messages.emptyText')}>
      <ButtonLink to="/sandbox" mt="sm">
        {t('messages.emptyAction')}
      </ButtonLink>
    </Empty>
  )
}
