import { queryOptions } from '@tanstack/react-query'
import { carillon, demoAccess } from '../client.ts'
import { JUST_ASKED_MS } from '../parts/query.ts'

export const sessionQuery = queryOptions({ queryKey: ['session'], queryFn: () => carillon.session.get() })

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: () => carillon.sessions.list(),
  staleTime: JUST_ASKED_MS,
})

export const waysQuery = queryOptions({ queryKey: ['ways'], queryFn: () => carillon.session.ways() })

export const demoQuery = queryOptions({ queryKey: ['demo'], queryFn: demoAccess })
