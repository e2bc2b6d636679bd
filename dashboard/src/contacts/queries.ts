import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { carillon } from '../client.ts'
import { from, isUnderWay, JUST_ASKED_MS, LOOK_EVERY_MS, PAGE, paged } from '../parts/query.ts'

export const contactsQuery = (filter: { search?: string }) =>
  infiniteQueryOptions({
    queryKey: ['contacts', filter],
    queryFn: ({ pageParam }) => carillon.contacts.list({ ...filter, ...from(pageParam), limit: PAGE }),
    staleTime: JUST_ASKED_MS,
    ...paged,
  })

export const contactQuery = (id: string) =>
  queryOptions({ queryKey: ['contact', id], queryFn: () => carillon.contacts.get(id), staleTime: JUST_ASKED_MS })

export const preferencesQuery = (id: string) =>
  queryOptions({ queryKey: ['preferences', id], queryFn: () => carillon.contacts.preferences(id), staleTime: 0 })

export const writtenQuery = (id: string) =>
  queryOptions({
    queryKey: ['written', id],
    queryFn: () => carillon.contacts.inbound(id, { limit: 50 }),
    staleTime: 0,
  })

export const consentsQuery = (id: string) =>
  queryOptions({
    queryKey: ['consents', id],
    queryFn: () => carillon.contacts.consents(id, { limit: 50 }),
    staleTime: 0,
  })

export const exportsQuery = (id: string) =>
  queryOptions({
    queryKey: ['exports', id],
    queryFn: () => carillon.contacts.exports(id, { limit: 1 }),
    staleTime: 0,
    refetchInterval: ({ state }) => (isUnderWay(state.data?.items[0]) ? LOOK_EVERY_MS : false),
  })

/** Asked anew each time: what is confirmed must be what there is. */
export const erasePreviewQuery = (id: string) =>
  queryOptions({
    queryKey: ['erase-preview', id],
    queryFn: () => carillon.contacts.erasePreview(id),
    staleTime: 0,
    gcTime: 0,
  })
