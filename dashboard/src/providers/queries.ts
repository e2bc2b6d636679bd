import { queryOptions } from '@tanstack/react-query'
import { carillon } from '../client.ts'

/** The state of accounts is not on the socket; while somebody looks at it, it is asked for. */
const LOOK_AT_ACCOUNTS_EVERY_MS = 3_000

export const providersQuery = queryOptions({
  queryKey: ['providers'],
  queryFn: () => carillon.providers.list({ limit: 200 }),
  refetchInterval: LOOK_AT_ACCOUNTS_EVERY_MS,
  staleTime: LOOK_AT_ACCOUNTS_EVERY_MS,
})

export const limitsQuery = queryOptions({
  queryKey: ['limits'],
  queryFn: () => carillon.limits.get(),
  refetchInterval: LOOK_AT_ACCOUNTS_EVERY_MS,
  staleTime: LOOK_AT_ACCOUNTS_EVERY_MS,
})
