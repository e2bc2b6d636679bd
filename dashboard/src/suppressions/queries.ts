import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { carillon } from '../client.ts'
import { from, isUnderWay, JUST_ASKED_MS, LOOK_EVERY_MS, PAGE, paged } from '../parts/query.ts'

export type SuppressionFilter = NonNullable<Parameters<typeof carillon.suppressions.list>[0]>

export const suppressionsQuery = (filter: SuppressionFilter) =>
  infiniteQueryOptions({
    queryKey: ['suppressions', filter],
    queryFn: ({ pageParam }) => carillon.suppressions.list({ ...filter, ...from(pageParam), limit: PAGE }),
    staleTime: JUST_ASKED_MS,
    ...paged,
  })

export const suppressionImportQuery = (id: string | undefined) =>
  queryOptions({
    queryKey: ['suppression-import', id],
    queryFn: () => carillon.suppressions.imported(id ?? ''),
    enabled: id !== undefined,
    staleTime: 0,
    refetchInterval: ({ state }) => (isUnderWay(state.data) || !state.data ? LOOK_EVERY_MS : false),
  })
