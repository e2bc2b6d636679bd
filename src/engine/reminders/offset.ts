import { Temporal } from 'temporal-polyfill'
import { DAY_MS, HOUR_MS, MINUTE_MS, minutesOf, stretchOf } from '../messages/local-time.ts'

/**
 * When a reminder leaves, as seen from its subject's time. `elapsed`: so much time before, whatever the clocks do. `days`:
 * whole days before, at the same local time. `clock`: at a time of day, so many days before.
 */
export type Offset =
  | { readonly kind: 'elapsed'; readonly ms: number }
  | { readonly kind: 'days'; readonly days: number; readonly ms: number }
  | { readonly kind: 'clock'; readonly days: number; readonly minutes: number }

export const OFFSET_FORMS =
  'is written as -P7D, -PT24H, -P1DT2H, “day before at 18:00”, “3 days before at 18:00”, or “04:00 on the day”'

const DURATION = /^-P(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?)?$/
const TIME = '([01]\\d|2[0-3]):([0-5]\\d)'
const DAYS_BEFORE = new RegExp(`^(?:(\\d{1,3}) days?|day|(\\d{1,2}) weeks?|week) before at (${TIME})$`)
const ON_THE_DAY = new RegExp(`^(?:(${TIME}) on the day|on the day at (${TIME}))$`)
/** Clocks have never been put further: Samoa left out a day. */
const NEAR_A_CHANGE_MS = 26 * HOUR_MS
/** Nobody plans further ahead than messages may be planned. */
const LONGEST_MS = 366 * DAY_MS

/** Reads one; undefined when it is none of these forms, is no time at all, or is more than a year. */
export function parseOffset(text: string): Offset | undefined {
  const duration = DURATION.exec(text)
  if (duration) {
    const [weeks = 0, days = 0, hours = 0, minutes = 0] = duration.slice(1).map((part) => Number(part ?? 0))
    const ms = hours * HOUR_MS + minutes * MINUTE_MS
    const wholeDays = weeks * 7 + days
    const all = wholeDays * DAY_MS + ms
    if (all === 0 || all > LONGEST_MS || text.endsWith('T')) return undefined
    return wholeDays === 0 ? { kind: 'elapsed', ms } : { kind: 'days', days: wholeDays, ms }
  }
  const before = DAYS_BEFORE.exec(text)
  if (before) {
    const [, days, weeks, time] = before
    const unit = text.includes('week') ? 7 : 1
    const count = Number(days ?? weeks ?? 1) * unit
    if (count === 0 || count * DAY_MS > LONGEST_MS) return undefined
    return { kind: 'clock', days: count, minutes: minutesOf(time!) }
  }
  const onTheDay = ON_THE_DAY.exec(text)
  return onTheDay ? { kind: 'clock', days: 0, minutes: minutesOf(onTheDay[1] ?? onTheDay[4]!) } : undefined
}

/**
 * The moment an offset means for a subject at this time, in the subject's time zone. A local time that the clocks leave
 * out is taken an hour (or as far as they are put) later, one they show twice the first time: as RFC 5545 has it.
 */
export function momentOf(offset: Offset, at: Date, timeZone: string): Date {
  const atMs = at.getTime()
  if (offset.kind === 'elapsed') return new Date(atMs - offset.ms)
  const { offsetMs } = stretchOf(timeZone, atMs)
  const localMs = atMs + offsetMs
  const wanted =
    offset.kind === 'days'
      ? localMs - offset.days * DAY_MS
      : Math.floor(localMs / DAY_MS) * DAY_MS - offset.days * DAY_MS + offset.minutes * MINUTE_MS
  return new Date(instantOf(wanted, timeZone, offsetMs) - (offset.kind === 'days' ? offset.ms : 0))
}

/** The instant at which the clocks of a zone show this; both in milliseconds, the local one as if it were UTC. */
function instantOf(localMs: number, timeZone: string, offsetNearby: number): number {
  const { offsetMs } = stretchOf(timeZone, localMs - offsetNearby)
  const instant = localMs - offsetMs
  const stretch = stretchOf(timeZone, instant)
  const isFarFromChange =
    stretch.offsetMs === offsetMs &&
    instant - stretch.fromMs > NEAR_A_CHANGE_MS &&
    stretch.untilMs - instant > NEAR_A_CHANGE_MS
  return isFarFromChange ? instant : askedOf(localMs, timeZone)
}

const askedOf = (localMs: number, timeZone: string): number =>
  Temporal.Instant.fromEpochMilliseconds(localMs)
    .toZonedDateTimeISO('UTC')
    .toPlainDateTime()
    .toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds
