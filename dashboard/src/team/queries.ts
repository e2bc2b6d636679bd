import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { carillon } from '../client.ts'
import { from, PAGE, paged } from '../parts/query.ts'

export const membersQuery = infiniteQueryOptions({
  queryKey: ['members'],
  queryFn: ({ pageParam }) => carillon.members.list({ ...from(pageParam), limit: PAGE }),
  ...paged,
})

export const rolesQuery = queryOptions({ queryKey: ['roles'], queryFn: () => carillon.roles.list() })

export const invitationsQuery = infiniteQueryOptions({
  queryKey: ['invitations'],
  queryFn: ({ pageParam }) => carillon.invitations.list({ ...from(pageParam), limit: PAGE }),
  ...paged,
})

export const openedInvitationQuery = (token: string) =>
  queryOptions({ queryKey: ['invitation', token], queryFn: () => carillon.invitations.open(token), gcTime: 0 })

export const supportWindowsQuery = infiniteQueryOptions({
  queryKey: ['support-windows'],
  queryFn: ({ pageParam }) => carillon.supportWindows.list({ ...from(pageParam), limit: PAGE }),
  ...paged,
})
