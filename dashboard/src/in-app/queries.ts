import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { carillon } from '../client.ts'
import { from, PAGE, paged } from '../parts/query.ts'

export const inAppQuery = infiniteQueryOptions({
  queryKey: ['in-app'],
  queryFn: ({ pageParam }) => carillon.inApp.list({ ...from(pageParam), limit: PAGE }),
  ...paged,
})

export const unreadQuery = queryOptions({ queryKey: ['in-app-unread'], queryFn: () => carillon.inApp.unreadCount() })
