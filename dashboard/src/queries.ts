import { infiniteQueryOptions, QueryClient, queryOptions } from '@tanstack/react-query'
import { api, type Channel, type MessageFilter, Problem } from './api.ts'

/** How many rows a list asks for at a time. */
const PAGE = 30

export const createQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        // The socket says what changed; nothing is asked for again just because time passed.
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        retry: (failures, error) =>
          failures < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
      },
    },
  })

export const sessionQuery = queryOptions({ queryKey: ['session'], queryFn: api.session, retry: false })

export const messagesQuery = (filter: MessageFilter) =>
  infiniteQueryOptions({
    queryKey: ['messages', filter],
    queryFn: ({ pageParam }) => api.messages({ ...filter, cursor: pageParam, limit: PAGE }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })

export const messageQuery = (id: string) => queryOptions({ queryKey: ['message', id], queryFn: () => api.message(id) })

export const notificationQuery = (id: string) =>
  queryOptions({ queryKey: ['notification', id], queryFn: () => api.notification(id) })

export const catalogueQuery = queryOptions({ queryKey: ['catalogue'], queryFn: api.catalogue })

export const sandboxQuery = (channel: Channel) =>
  infiniteQueryOptions({
    queryKey: ['sandbox', channel],
    queryFn: ({ pageParam }) => api.sandboxMessages({ channel, cursor: pageParam, limit: PAGE }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })

export const sandboxMessageQuery = (id: string) =>
  queryOptions({ queryKey: ['sandbox-message', id], queryFn: () => api.sandboxMessage(id) })

export const inAppQuery = infiniteQueryOptions({
  queryKey: ['in-app'],
  queryFn: ({ pageParam }) => api.inApp({ cursor: pageParam, limit: 20 }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor ?? undefined,
})

export const unreadQuery = queryOptions({ queryKey: ['in-app-unread'], queryFn: api.inAppUnread })
