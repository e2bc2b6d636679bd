import type { StatCounts, StatOverview } from '@carillon/client'
import { fieldTime, timeOfField } from '../parts/time.ts'

export type Period = 'today' | 'month'

const DAYS: Record<Period, number> = { today: 1, month: 30 }
const DAY_MS = 24 * 3_600_000
const HOUR_MS = 3_600_000

/** The zone's calendar days up to and with the one of `now`: "2026-11-20". Noon is on its day whatever the clocks do. */
function daysUntil(now: Date, days: number, timeZone: string): string[] {
  const noon = timeOfField(`${fieldTime(now, timeZone).slice(0, 10)}T12:00`, timeZone)!.getTime()
  return Array.from({ length: days }, (_, n) =>
    fieldTime(new Date(noon - (days - 1 - n) * DAY_MS), timeZone).slice(0, 10),
  )
}

/** What to ask for: whole days of the organization's zone, today by the hour. */
export function rangeOf(period: Period, now: Date, timeZone: string) {
  const first = timeOfField(`${daysUntil(now, DAYS[period], timeZone)[0]}T00:00`, timeZone)!
  return { from: first.toISOString(), interval: period === 'today' ? 'hour' : 'day' } as const
}

/** What left in one day or hour, each message once. */
export interface Bar {
  readonly at: Date
  readonly delivered: number
  /** A carrier has them and has said nothing since. */
  readonly underWay: number
  /** Came back, or could not be sent. */
  readonly lost: number
  readonly opened: number
  readonly clicked: number
}

type Counts = Pick<StatCounts, 'sent' | 'delivered' | 'bounced' | 'failed' | 'opened' | 'clicked'>
const NOTHING: Counts = { sent: 0, delivered: 0, bounced: 0, failed: 0, opened: 0, clicked: 0 }

/** A bar for every day, or every hour until now: the server leaves out those without a message. */
export function barsOf({
  series,
  from,
  to,
  interval,
  timeZone,
}: Pick<StatOverview, 'from' | 'to' | 'interval' | 'timeZone'> & {
  readonly series: readonly (Counts & { readonly at: string })[]
}): Bar[] {
  const keyOf = (at: Date) => (interval === 'day' ? fieldTime(at, timeZone).slice(0, 10) : at.getTime())
  const known = new Map(series.map((one) => [keyOf(new Date(one.at)), one]))
  return timesOf(new Date(from), new Date(to), interval, timeZone).map((at) => {
    const { sent, delivered, bounced, failed, opened, clicked } = known.get(keyOf(at)) ?? NOTHING
    return { at, delivered, underWay: Math.max(0, sent - delivered - bounced), lost: bounced + failed, opened, clicked }
  })
}

function timesOf(from: Date, to: Date, interval: 'day' | 'hour', timeZone: string): Date[] {
  if (interval === 'hour') {
    const hours = Math.floor((to.getTime() - from.getTime()) / HOUR_MS) + 1
    return Array.from({ length: hours }, (_, n) => new Date(from.getTime() + n * HOUR_MS))
  }
  const days = Math.round((to.getTime() - from.getTime()) / DAY_MS + 0.5)
  return daysUntil(to, Math.max(1, days), timeZone).map((day) => timeOfField(`${day}T00:00`, timeZone)!)
}

/** Where the scale ends: the next 1, 2 or 5 with noughts that is high enough and can be halved. */
export function scaleOf(highest: number): number {
  let step = 2
  for (let factor = 1; step < highest; factor *= 10)
    for (const head of [2, 4, 10, 20]) {
      step = head * factor
      if (step >= highest) break
    }
  return step
}
