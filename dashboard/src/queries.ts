import { CarillonError } from '@carillon/client'
import { infiniteQueryOptions, QueryCache, QueryClient, queryOptions } from '@tanstack/react-query'
import { carillon, demoAccess } from './client.ts'
import type { Channel, MessageFilter } from './vocabulary.ts'

/** How many rows a list asks for at a time. */
const PAGE = 30

/** `onSignedOut` is called when the server no longer knows who is asking. */
export const createQueryClient = (onSignedOut: () => void) =>
  new QueryClient({
    queryCache: new QueryCache({
      onError: (error, { queryKey }) => {
        if (error instanceof CarillonError && error.status === 401 && queryKey[0] !== 'session') onSignedOut()
      },
    }),
    defaultOptions: {
      queries: {
        // The socket says what changed; nothing is asked for again just because time passed.
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        // The client repeats what may be repeated.
        retry: false,
      },
    },
  })

const paged = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: { nextCursor: string | null }) => page.nextCursor ?? undefined,
}
const from = (cursor: string | undefined) => (cursor === undefined ? {} : { cursor })

export const sessionQuery = queryOptions({ queryKey: ['session'], queryFn: () => carillon.session.get() })

export const demoQuery = queryOptions({ queryKey: ['demo'], queryFn: demoAccess })

export const messagesQuery = (filter: MessageFilter) =>
  infiniteQueryOptions({
    queryKey: ['messages', filter],
    queryFn: ({ pageParam }) => carillon.messages.list({ ...filter, ...from(pageParam), limit: PAGE }),
    ...paged,
  })

export const messageQuery = (id: string) =>
  queryOptions({ queryKey: ['message', id], queryFn: () => carillon.messages.get(id) })

export const notificationQuery = (id: string) =>
  queryOptions({ queryKey: ['notification', id], queryFn: () => carillon.notifications.get(id) })

export const catalogueQuery = queryOptions({ queryKey: ['catalogue'], queryFn: () => carillon.catalogue.list() })

export const sandboxQuery = (channel: Exclude<Channel, 'in_app'>) =>
  infiniteQueryOptions({
    queryKey: ['sandbox', channel],
    queryFn: ({ pageParam }) => carillon.sandbox.list({ channel, ...from(pageParam), limit: PAGE }),
    ...paged,
  })

export const sandboxMessageQuery = (id: string) =>
  queryOptions({ queryKey: ['sandbox-message', id], queryFn: () => carillon.sandbox.get(id) })

export const inAppQuery = infiniteQueryOptions({
  queryKey: ['in-app'],
  queryFn: ({ pageParam }) => carillon.inApp.list({ ...from(pageParam), limit: PAGE }),
  ...paged,
})

export const unreadQuery = queryOptions({ queryKey: ['in-app-unread'], queryFn: () => carillon.inApp.unreadCount() })
