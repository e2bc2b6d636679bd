import { queryOptions } from '@tanstack/react-query'
import { carillon } from '../client.ts'
import { now } from '../parts/now.ts'
import { type Period, rangeOf } from './period.ts'

/** The numbers of a period that ends now, so of another time whenever they are asked for. */
export const statsQuery = (period: Period, timeZone: string) =>
  queryOptions({
    queryKey: ['stats', 'overview', period],
    queryFn: () => carillon.stats.overview(rangeOf(period, now(), timeZone)),
  })

export const channelStatsQuery = (period: Period, timeZone: string) =>
  queryOptions({
    queryKey: ['stats', 'channels', period],
    queryFn: () => carillon.stats.channels({ from: rangeOf(period, now(), timeZone).from }),
  })

export const budgetsQuery = queryOptions({
  queryKey: ['stats', 'budgets'],
  queryFn: () => carillon.alerts.budgets(),
})

export const costsQuery = (period: Period, timeZone: string) =>
  queryOptions({
    queryKey: ['stats', 'costs', period],
    queryFn: () => carillon.stats.costs(rangeOf(period, now(), timeZone)),
  })
