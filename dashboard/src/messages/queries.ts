import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { carillon } from '../client.ts'
import { from, PAGE, paged } from '../parts/query.ts'
import type { MessageFilter } from '../vocabulary.ts'

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
