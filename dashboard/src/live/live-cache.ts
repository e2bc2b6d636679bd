import type { Message, MessageItem, RealtimeEvent } from '@carillon/client'
import type { FetchQueryOptions, InvalidateQueryFilters, Query, QueryClient } from '@tanstack/react-query'
import type { Page, Status } from '../vocabulary.ts'
import { createCoalescer, createLatest } from './latest.ts'
import { mergeHead, type Pages, patchItems } from './pages.ts'

/** A burst of events asks for the same list at most this often. */
const REFRESH_EVERY_MS = 400

/** Numbers change with every message, and each look at them is three requests. */
const COUNT_EVERY_MS = 3_000

/** The first words of the keys of what events change. */
const CHANGING = new Set<unknown>([
  'messages',
  'message',
  'notification',
  'sandbox',
  'answers',
  'in-app',
  'in-app-unread',
  'dead-letters',
  'dead-letters-summary',
  'stats',
  'reminders',
  'reminder-plan',
  'campaigns',
  'campaign',
  'campaign-recipients',
  'bookings',
  'booking',
  'booking-notifications',
  'booking-payments',
  'quote',
  'quotes',
])

/** What changes along with the notifications it leads to. */
const TOLD_BY_NOTIFICATIONS = ['reminders', 'reminder-plan']
/** Only by those about bookings: each look at one is an entry of the audit log. */
const BOOKINGS = ['bookings', 'booking', 'booking-notifications', 'booking-payments', 'quote', 'quotes']
const TELLS_OF_BOOKINGS = /^(booking|mission|payment|quote)\./

type Row = { id: string }
type StatusEvent = Extract<RealtimeEvent, { type: 'message.status' }>

/**
 * Turns events into what the pages show. A status changes in place, without a request. New rows are read once per
 * burst: the server knows the filters, so only the head of each list on screen is asked for.
 */
export function createLiveCache(queryClient: QueryClient) {
  const isNews = createLatest()
  const coalescer = createCoalescer(REFRESH_EVERY_MS)
  const counts = createCoalescer(COUNT_EVERY_MS)

  /** Asks again for what is on screen. A first answer that is under way may be older than the event: it is let through before. */
  const askAgain = async (filters: InvalidateQueryFilters) => {
    const underWay = queryClient
      .getQueryCache()
      .findAll({ ...filters, type: 'active', fetchStatus: 'fetching' })
      .filter(({ state }) => state.data === undefined)
    await Promise.allSettled(underWay.map((query) => query.promise))
    await queryClient.invalidateQueries({ ...filters, refetchType: 'active' })
  }

  const refetch = (queryKey: readonly unknown[]) => {
    // Most events are about messages that no page has opened.
    if (!queryClient.getQueryState(queryKey)) return
    coalescer.run(JSON.stringify(queryKey), () => void askAgain({ queryKey }))
  }

  const refreshHead = async (query: Query) => {
    const fetchPage = query.options.queryFn
    if (query.state.data === undefined || typeof fetchPage !== 'function') {
      return askAgain({ queryKey: query.queryKey, exact: true })
    }
    const head = await queryClient.fetchQuery({
      queryKey: ['head', query.queryHash],
      queryFn: (context) => fetchPage({ ...context, pageParam: undefined, direction: 'forward' } as never),
      staleTime: 0,
      gcTime: 0,
    } as FetchQueryOptions<Page<Row>>)
    queryClient.setQueryData<Pages<Row>>(query.queryKey, (now) => now && mergeHead(now, head))
  }

  const refreshHeads = (queryKey: readonly unknown[]) => {
    void queryClient.invalidateQueries({ queryKey, type: 'inactive', refetchType: 'none' })
    for (const query of queryClient.getQueryCache().findAll({ queryKey, type: 'active' })) {
      // When it fails, the list on screen stays as it is, and the next event asks again.
      coalescer.run(query.queryHash, () => void refreshHead(query).catch(() => {}))
    }
  }

  const applyStatus = ({ at, data }: StatusEvent) => {
    if (isNews(data.messageId, at)) {
      const status = data.status as Status
      queryClient.setQueriesData<Pages<MessageItem>>(
        { queryKey: ['messages'] },
        (shown) =>
          shown &&
          patchItems(shown, (item) =>
            item.id === data.messageId && item.status !== status ? { ...item, status } : undefined,
          ),
      )
      queryClient.setQueryData<Message>(['message', data.messageId], (shown) => shown && { ...shown, status })
    }
    refetch(['message', data.messageId])
    refetch(['notification', data.notificationId])
    if (data.channel === 'in_app') {
      refreshHeads(['in-app'])
      refetch(['in-app-unread'])
    } else if (data.status !== 'queued' && data.status !== 'scheduled') {
      refreshHeads(['sandbox', data.channel])
    }
    if (data.status === 'failed') {
      refreshHeads(['dead-letters'])
      coalescer.run('dead-letters-summary', () => void askAgain({ queryKey: ['dead-letters-summary'] }))
    }
  }

  return {
    apply(event: RealtimeEvent) {
      if (event.type === 'message.status') applyStatus(event)
      if (event.type === 'notification.created') {
        refreshHeads(['messages'])
        const told = TELLS_OF_BOOKINGS.test(event.data.type) ? BOOKINGS : []
        // It may have been a reminder.
        for (const key of [...TOLD_BY_NOTIFICATIONS, ...told])
          coalescer.run(key, () => void askAgain({ queryKey: [key] }))
      }
      if (event.type === 'inbound.received') refreshHeads(['answers', event.data.channel])
      if (event.type === 'campaign.progress')
        for (const key of [['campaigns'], ['campaign', event.data.id], ['campaign-recipients', event.data.id]])
          counts.run(key.join(), () => void askAgain({ queryKey: key }))
      if (event.type === 'stats.tick') counts.run('stats', () => void askAgain({ queryKey: ['stats'] }))
    },
    /** Something may have been missed: whatever changes and is on screen is asked for once. */
    catchUp: () => void askAgain({ predicate: ({ queryKey }) => CHANGING.has(queryKey[0]) }),
    stop() {
      coalescer.stop()
      counts.stop()
    },
  }
}
