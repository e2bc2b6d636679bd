import type { InAppItem } from '@carillon/client'
import { ActionIcon, Button, Group, Indicator, Popover, ScrollArea, Skeleton, Stack, Text } from '@mantine/core'
import { IconBell, IconBellOff } from '@tabler/icons-react'
import { type InfiniteData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { patchItems } from '../live/pages.ts'
import { Empty } from '../parts/empty.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import type { Page } from '../vocabulary.ts'
import { FeedItem } from './feed-item.tsx'
import { inAppQuery, unreadQuery } from './queries.ts'

const MARKS = {
  read: carillon.inApp.markRead,
  unread: carillon.inApp.markUnread,
  archive: carillon.inApp.archive,
} as const
export type Mark = keyof typeof MARKS

/** The signed-in member's own feed. */
export function Bell() {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  const unread = useQuery(unreadQuery).data?.unread ?? 0
  const label = unread > 0 ? t('bell.labelUnread', { count: unread }) : t('bell.label')

  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={380} shadow="md" trapFocus withArrow>
      <Indicator label={unread > 99 ? '99+' : unread} size={17} offset={6} disabled={unread === 0} color="red.8">
        <Popover.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            radius="xl"
            aria-label={label}
            onClick={() => setOpened(!opened)}
          >
            <IconBell size={20} stroke={1.7} color="var(--ink)" aria-hidden />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown p={0} maw="calc(100vw - 16px)" aria-label={t('bell.title')}>
        {opened && <Feed unread={unread} onFollow={() => setOpened(false)} />}
      </Popover.Dropdown>
    </Popover>
  )
}

function Feed({ unread, onFollow }: { unread: number; onFollow(): void }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const feed = useInfiniteQuery(inAppQuery)
  const items = feed.data?.pages.flatMap((page) => page.items) ?? []

  const patch = (change: (item: InAppItem) => InAppItem | undefined) =>
    queryClient.setQueryData<InfiniteData<Page<InAppItem>, string | undefined>>(
      inAppQuery.queryKey,
      (shown) => shown && patchItems(shown, change),
    )
  const countAgain = () => queryClient.invalidateQueries({ queryKey: unreadQuery.queryKey })

  const mark = useMutation({
    mutationFn: ({ id, as }: { id: string; as: Mark }) => MARKS[as](id),
    onMutate: ({ id, as }) => {
      const at = new Date().toISOString()
      patch((item) =>
        item.id === id
          ? { ...item, ...(as === 'archive' ? { archivedAt: at } : { readAt: as === 'read' ? at : null }) }
          : undefined,
      )
    },
    onError: () => void feed.refetch(),
    onSettled: countAgain,
  })
  const readAll = useMutation({
    mutationFn: () => carillon.inApp.markAllRead(),
    onSuccess: () => patch((item) => (item.readAt ? undefined : { ...item, readAt: new Date().toISOString() })),
    onSettled: countAgain,
  })

  useEffect(() => {
    void carillon.inApp.markAllSeen().catch(() => undefined)
  }, [])

  const visible = items.filter((item) => !item.archivedAt)
  return (
    <>
      <Group justify="space-between" px="md" py="sm" style={{ borderBottom: '1px solid var(--line)' }}>
        <Text fw={650}>{t('bell.title')}</Text>
        <Button variant="subtle" size="compact-sm" disabled={unread === 0} onClick={() => readAll.mutate()}>
          {t('bell.readAll')}
        </Button>
      </Group>
      <ScrollArea.Autosize mah="min(480px, 70vh)" viewportProps={{ tabIndex: 0 }}>
        {feed.isPending && (
          <Stack p="md">
            <Skeleton h={44} />
            <Skeleton h={44} />
          </Stack>
        )}
        {feed.error && <ProblemNotice error={feed.error} onRetry={() => void feed.refetch()} />}
        {feed.data && visible.length === 0 && (
          <Empty icon={IconBellOff} title={t('bell.empty')} text={t('bell.emptyText')} />
        )}
        {visible.map((item) => (
          <FeedItem key={item.id} item={item} onMark={(as) => mark.mutate({ id: item.id, as })} onFollow={onFollow} />
        ))}
        {feed.hasNextPage && (
          <Button
            variant="subtle"
            fullWidth
            radius={0}
            loading={feed.isFetchingNextPage}
            onClick={() => void feed.fetchNextPage()}
          >
            {t('bell.more')}
          </Button>
        )}
      </ScrollArea.Autosize>
    </>
  )
}
