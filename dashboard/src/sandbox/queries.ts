import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { carillon } from '../client.ts'
import { setAhead } from '../parts/now.ts'
import { from, JUST_ASKED_MS, PAGE, paged } from '../parts/query.ts'
import type { Channel } from '../vocabulary.ts'

export const sandboxQuery = (channel: Exclude<Channel, 'in_app'>) =>
  infiniteQueryOptions({
    queryKey: ['sandbox', channel],
    queryFn: ({ pageParam }) => carillon.sandbox.list({ channel, ...from(pageParam), limit: PAGE }),
    ...paged,
  })

/** Others may move it too, and nothing tells. */
const CLOCK_EVERY_MS = 30_000

/** The sandbox's clock. Every time on the pages follows it. */
export const sandboxClockQuery = queryOptions({
  queryKey: ['sandbox-clock'],
  queryFn: async () => {
    const clock = await carillon.sandbox.clock.get()
    setAhead(clock.aheadMs)
    return clock
  },
  staleTime: JUST_ASKED_MS,
  refetchInterval: CLOCK_EVERY_MS,
})

export const answersQuery = (channel: 'sms' | 'whatsapp') =>
  infiniteQueryOptions({
    queryKey: ['answers', channel],
    queryFn: ({ pageParam }) => carillon.sandbox.inbound.list({ channel, ...from(pageParam), limit: PAGE }),
    ...paged,
  })

export const sandboxMessageQuery = (id: string) =>
  queryOptions({ queryKey: ['sandbox-message', id], queryFn: () => carillon.sandbox.get(id) })
