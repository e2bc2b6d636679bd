import { infiniteQueryOptions } from '@tanstack/react-query'
import { carillon } from '../client.ts'
import { from, PAGE, paged } from '../parts/query.ts'

export const platformOrganizationsQuery = infiniteQueryOptions({
  queryKey: ['platform-organizations'],
  queryFn: ({ pageParam }) => carillon.platform.organizations.list({ ...from(pageParam), limit: PAGE }),
  ...paged,
})

export const vendorCallsQuery = infiniteQueryOptions({
  queryKey: ['vendor-calls'],
  queryFn: ({ pageParam }) => carillon.platform.vendorCalls.list({ ...from(pageParam), limit: PAGE }),
  ...paged,
})
