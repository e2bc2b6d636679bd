import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { carillon } from '../client.ts'
import { from, LOOK_EVERY_MS, PAGE, paged } from '../parts/query.ts'
import type { LetterFilter } from './search.ts'

export type DeadLetterSummary = Awaited<ReturnType<typeof carillon.deadLetters.summary>>

export const deadLettersQuery = (filter: LetterFilter) =>
  infiniteQueryOptions({
    queryKey: ['dead-letters', filter],
    queryFn: ({ pageParam }) => carillon.deadLetters.list({ ...filter, ...from(pageParam), limit: PAGE }),
    ...paged,
  })

export const deadLettersSummaryQuery = (filter: LetterFilter) =>
  queryOptions({
    queryKey: ['dead-letters-summary', filter],
    queryFn: () => carillon.deadLetters.summary({ ...filter }),
  })

/** Asked anew each time: what is confirmed must be what there is. */
export const requeuePreviewQuery = (filter: LetterFilter) =>
  queryOptions({
    queryKey: ['requeue-preview', filter],
    queryFn: () => carillon.deadLetters.preview({ ...filter }),
    staleTime: 0,
    gcTime: 0,
  })

export const latestRequeueQuery = queryOptions({
  queryKey: ['requeues'],
  queryFn: () => carillon.deadLetters.requeues.list({ limit: 1 }),
  refetchInterval: ({ state }) => (state.data?.items[0]?.status === 'running' ? LOOK_EVERY_MS : false),
})
