import type { Segment } from '@carillon/client'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { carillon } from '../client.ts'
import { from, JUST_ASKED_MS, LARGE_PAGE, LOOK_EVERY_MS, PAGE, paged } from '../parts/query.ts'
import type { CampaignStatus, RecipientState } from './search.ts'

export const campaignsQuery = (filter: { readonly status?: CampaignStatus }) =>
  infiniteQueryOptions({
    queryKey: ['campaigns', filter],
    queryFn: ({ pageParam }) => carillon.campaigns.list({ ...filter, ...from(pageParam), limit: PAGE }),
    staleTime: JUST_ASKED_MS,
    ...paged,
  })

export const campaignQuery = (id: string) =>
  queryOptions({ queryKey: ['campaign', id], queryFn: () => carillon.campaigns.get(id), staleTime: JUST_ASKED_MS })

/** Asked anew each time: what is confirmed must be what there is. */
export const estimateQuery = (id: string) =>
  queryOptions({
    queryKey: ['campaign-estimate', id],
    queryFn: () => carillon.campaigns.estimate(id),
    staleTime: 0,
    gcTime: 0,
  })

export const recipientsQuery = (id: string, status: RecipientState | undefined) =>
  infiniteQueryOptions({
    queryKey: ['campaign-recipients', id, status],
    queryFn: ({ pageParam }) =>
      carillon.campaigns.recipients(id, { ...(status && { status }), ...from(pageParam), limit: PAGE }),
    ...paged,
  })

export const segmentsQuery = infiniteQueryOptions({
  queryKey: ['segments', 'paged'],
  queryFn: ({ pageParam }) => carillon.segments.list({ ...from(pageParam), limit: PAGE }),
  staleTime: JUST_ASKED_MS,
  ...paged,
})

/** All of them, to choose one of. */
export const everySegmentQuery = queryOptions({
  queryKey: ['segments', 'all'],
  queryFn: async () => {
    const all: Segment[] = []
    for await (const segment of carillon.segments.each({ limit: LARGE_PAGE })) all.push(segment)
    return all
  },
  staleTime: JUST_ASKED_MS,
})

export const segmentQuery = (id: string) =>
  queryOptions({ queryKey: ['segment', id], queryFn: () => carillon.segments.get(id), staleTime: JUST_ASKED_MS })

export const segmentPreviewQuery = (filter: Parameters<typeof carillon.segments.preview>[0]) =>
  queryOptions({
    queryKey: ['segment-preview', filter],
    queryFn: () => carillon.segments.preview(filter),
    staleTime: JUST_ASKED_MS,
  })

export const contactImportQuery = (id: string | undefined) =>
  queryOptions({
    queryKey: ['contact-import', id],
    queryFn: () => carillon.contacts.importOf(id ?? ''),
    enabled: id !== undefined,
    refetchInterval: (query) => (query.state.data?.finishedAt ? false : LOOK_EVERY_MS),
  })
