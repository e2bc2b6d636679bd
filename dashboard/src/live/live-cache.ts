import type { Message, MessageItem, RealtimeEvent } from '@carillon/client'
import type { FetchQueryOptions, QueryClient } from '@tanstack/react-query'
import type { Page, Status } from '../vocabulary.ts'
import { createCoalescer, createLatest } from './latest.ts'
import { mergeHead, type Pages, patchItems } from './pages.ts'

/** A burst of events asks for the same list at most this often. */
const REFRESH_EVERY_MS = 400

/** The first words of the keys of what events change. */
const CHANGING = new Set<unknown>(['messages', 'message', 'notification', 'sandbox', 'in-app', 'in-app-unread'])

type Row = { id: string }

/**
 * Turns events into what the pages show. A status changes in place, without a request. New rows are read once per
 * burst: the server knows the filters, so only the head of each list on screen is asked for.
 */
export function createLiveCache(queryClient: QueryClient) {
  const isNews = createLatest()
  const coalescer = createCoalescer(REFRESH_EVERY_MS)

  const refreshHeads = (prefix: string, channel?: string) => {
    const queryKey = channel ? [prefix, channel] : [prefix]
    void queryClient.invalidateQueries({ queryKey, type: 'inactive', refetchType: 'none' })
    for (const query of queryClient.getQueryCache().findAll({ queryKey, type: 'active' })) {
      const shown = query.state.data as Pages<Row> | undefined
      const fetchPage = query.options.queryFn
      if (!shown || typeof fetchPage !== 'function') continue
      coalescer.run(query.queryHash, () => {
        const head = queryClient.fetchQuery({
          queryKey: ['head', query.queryHash],
          queryFn: (context) => fetchPage({ ...context, pageParam: undefined, direction: 'forward' } as never),
          staleTime: 0,
          gcTime: 0,
        } as FetchQueryOptions<Page<Row>>)
        head.then(
          (page) => queryClient.setQueryData<Pages<Row>>(query.queryKey, (now) => now && mergeHead(now, page)),
          () => undefined, // The next event asks again; the list on screen stays as it is.
        )
      })
    }
  }

  const refetch = (queryKey: readonly unknown[]) =>
    coalescer.run(
      JSON.stringify(queryKey),
      () => void queryClient.invalidateQueries({ queryKey, refetchType: 'active' }),
    )

  const applyStatus = ({ at, data }: Extract<RealtimeEvent, { type: 'message.status' }>) => {
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
      refreshHeads('in-app')
      refetch(['in-app-unread'])
    } else if (data.status !== 'queued' && data.status !== 'scheduled') {
      refreshHeads('sandbox', data.channel)
    }
  }

  return {
    apply(event: RealtimeEvent) {
      if (event.type === 'message.status') applyStatus(event)
      if (event.type === 'notification.created') refreshHeads('messages')
    },
    /** Something may have been missed: whatever changes and is on screen is asked for once. */
    catchUp: () => void queryClient.invalidateQueries({ predicate: ({ queryKey }) => CHANGING.has(queryKey[0]) }),
    stop: coalescer.stop,
  }
}
