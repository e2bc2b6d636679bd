import { Button, Center, Skeleton, Stack, Text } from '@mantine/core'
import type { InfiniteData, UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Page } from '../vocabulary.ts'
import { ProblemNotice } from './problem.tsx'

type List<Item> = Pick<
  UseInfiniteQueryResult<InfiniteData<Page<Item>, unknown>>,
  | 'data'
  | 'error'
  | 'isPending'
  | 'isPlaceholderData'
  | 'hasNextPage'
  | 'isFetchingNextPage'
  | 'fetchNextPage'
  | 'refetch'
>

interface PagedListProps<Item> {
  list: List<Item>
  /** Asked for along with it: one notice tells of either, one retry asks for both. */
  along?: Pick<UseQueryResult, 'error' | 'refetch'>
  /** Holds the place of the first page. */
  waiting?: ReactNode
  /** What is said when there is nothing. */
  empty?: ReactNode
  /** The button's words, where "Show more" has others. */
  more?: string
  /** Says below how many are shown. */
  counted?: boolean
  children(items: readonly Item[]): ReactNode
}

/** All that was fetched of a list, page after page. */
export const itemsOf = <Item,>({ data }: Pick<List<Item>, 'data'>): readonly Item[] =>
  data?.pages.flatMap((page) => page.items) ?? []

/** A list that comes page by page. While another filter's first page is fetched, the former stays, dimmed. */
export function PagedList<Item>({ list, along, waiting, empty, more, counted, children }: PagedListProps<Item>) {
  const items = itemsOf(list)
  const error = list.error ?? along?.error
  const retry = () => {
    void list.refetch()
    void along?.refetch()
  }
  return (
    <>
      {error && <ProblemNotice error={error} onRetry={retry} />}
      {list.isPending && waiting}
      {list.data && items.length === 0 && empty}
      {items.length > 0 && (
        <div
          style={{ opacity: list.isPlaceholderData ? 0.55 : 1, transition: 'opacity 120ms' }}
          aria-busy={list.isPlaceholderData}
        >
          {children(items)}
          <More list={list} label={more} count={counted ? items.length : undefined} />
        </div>
      )}
    </>
  )
}

interface MoreProps {
  list: List<unknown>
  label: string | undefined
  count: number | undefined
}

function More({ list, label, count }: MoreProps) {
  const { t } = useTranslation()
  if (!list.hasNextPage)
    return (
      count !== undefined && (
        <Text fz="sm" c="dimmed" ta="center" mt="md">
          {t('messages.shown', { count })}
        </Text>
      )
    )
  return (
    <Center mt="md">
      <Stack align="center" gap={4}>
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {label ?? t('messages.more')}
        </Button>
        {count !== undefined && (
          <Text fz="xs" c="dimmed">
            {t('messages.shownMore', { count })}
          </Text>
        )}
      </Stack>
    </Center>
  )
}

/** Rows of a table that is not there yet. */
export const WaitingRows = ({ count, height }: { count: number; height: number }) => (
  <Stack gap={1}>
    {Array.from({ length: count }, (_, row) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
      <Skeleton key={row} h={height} radius="sm" />
    ))}
  </Stack>
)
