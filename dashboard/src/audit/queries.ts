import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { carillon } from '../client.ts'
import { from, JUST_ASKED_MS, PAGE, paged } from '../parts/query.ts'
import type { AuditFilter } from './search.ts'

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam }) => carillon.audit.list({ ...filter, ...from(pageParam), limit: PAGE }),
    staleTime: JUST_ASKED_MS,
    ...paged,
  })

export const auditVerdictQuery = queryOptions({
  queryKey: ['audit-verdict'],
  queryFn: () => carillon.audit.verify(),
  staleTime: 60_000,
})
