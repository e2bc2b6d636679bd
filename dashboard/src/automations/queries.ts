import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { carillon } from '../client.ts'
import { from, isUnderWay, JUST_ASKED_MS, LOOK_EVERY_MS, paged } from '../parts/query.ts'

export const automationsQuery = queryOptions({
  queryKey: ['automations'],
  queryFn: () => carillon.automations.list(),
  staleTime: JUST_ASKED_MS,
  refetchInterval: ({ state }) =>
    state.data?.items.some(({ lastRun }) => isUnderWay(lastRun ?? undefined)) ? LOOK_EVERY_MS : false,
})

export const openAlertsQuery = queryOptions({
  queryKey: ['alerts', 'open'],
  queryFn: () => carillon.alerts.list({ open: 'true' }),
  staleTime: JUST_ASKED_MS,
})

export const alertRulesQuery = queryOptions({
  queryKey: ['alert-rules'],
  queryFn: () => carillon.alerts.rules(),
})

export const deliverySettingsQuery = queryOptions({
  queryKey: ['delivery-settings'],
  queryFn: () => carillon.deliverySettings.get(),
})

export const automationRunsQuery = (name: string) =>
  infiniteQueryOptions({
    queryKey: ['automation-runs', name],
    queryFn: ({ pageParam }) => carillon.automations.runs(name, { ...from(pageParam), limit: 10 }),
    staleTime: 0,
    ...paged,
  })
