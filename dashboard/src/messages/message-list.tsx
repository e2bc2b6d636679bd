import { Button, Center, Skeleton, Stack, Text } from '@mantine/core'
import { IconFilterOff, IconSend } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Empty } from '../parts/empty.tsx'
import { ButtonLink } from '../parts/link.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { messagesQuery } from '../queries.ts'
import { Filters } from './filters.tsx'
import { MessageRows } from './message-rows.tsx'
import { isFiltered, messageFilter } from './search.ts'

const route = getRouteApi('/inside/messages')

export function MessageList() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const filter = useMemo(() => messageFilter(search, new Date()), [search])
  const list = useInfiniteQuery({ ...messagesQuery(filter), placeholderData: (previous) => previous })
  const items = list.data?.pages.flatMap((page) => page.items) ?? []

  return (
    <Page title={t('messages.title')}>
      <Filters search={search} contactName={items[0]?.contactName} />
      {list.error && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && (
        <Stack gap={1}>
          {[1, 2, 3, 4, 5, 6, 7, 8].map((row) => (
            <Skeleton key={row} h={56} radius="sm" />
          ))}
        </Stack>
      )}
      {list.data && items.length === 0 && (isFiltered(search) ? <NothingMatches /> : <NothingYet />)}
      {items.length > 0 && (
        <div
          style={{ opacity: list.isPlaceholderData ? 0.55 : 1, transition: 'opacity 120ms' }}
          aria-busy={list.isPlaceholderData}
        >
          <MessageRows items={items} label={t('messages.list')} />
          <Center mt="md">
            {list.hasNextPage ? (
              <Stack align="center" gap={4}>
                <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                  {t('messages.more')}
                </Button>
                <Text fz="xs" c="dimmed">
                  {t('messages.shownMore', { count: items.length })}
                </Text>
              </Stack>
            ) : (
              <Text fz="sm" c="dimmed">
                {t('messages.shown', { count: items.length })}
              </Text>
            )}
          </Center>
        </div>
      )}
    </Page>
  )
}

function NothingMatches() {
  const { t } = useTranslation()
  return (
    <Empty icon={IconFilterOff} title={t('messages.none')} text={t('messages.noneText')}>
      <ButtonLink to="/messages" variant="default" mt="sm">
        {t('messages.clear')}
      </ButtonLink>
    </Empty>
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
