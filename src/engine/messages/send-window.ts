import type { Category } from '../catalogue/event.ts'
import type { Lane } from '../catalogue/lane.ts'
import type { Channel } from '../channels/channel.ts'
import type { DeliverySettings } from './delivery-settings.ts'
import { DAY_MS, MINUTE_MS, minutesOf, stretchOf, weekdayOf } from './local-time.ts'
import { isPublicHoliday } from './public-holidays.ts'

/** What is to be sent, as far as the hours depend on it. */
export interface Sending {
  readonly channel: Channel
  readonly category: Category
  readonly lane: Lane
}

export type WindowReason = 'quiet_hours' | 'sms_marketing_hours'

/** The first moment it may leave. `reason`: what it waits for; null when that moment is now. */
export interface Opening {
  readonly at: Date
  readonly reason: WindowReason | null
}

/** Minutes of the day. `from` included, `to` not; with `from` after `to` it goes over midnight. */
interface Hours {
  readonly from: number
  readonly to: number
}

interface Rules {
  /** Closed within. */
  readonly quiet: Hours | null
  /** Open within, on these days. */
  readonly marketing: (Hours & { readonly days: readonly number[]; readonly holidays: boolean }) | null
}

/** No settings that can be saved are closed for longer: a week of Sundays and holidays is the worst of them. */
const LONGEST_LOOK_MS = 60 * DAY_MS
const LONGEST_LOOK_BACK_MS = 7 * DAY_MS
const DAY_MINUTES = 24 * 60

/** The hours that hold for this message; undefined when it may leave at any time. */
function rulesFor(
  { quietHours, smsMarketing }: DeliverySettings,
  { channel, category, lane }: Sending,
): Rules | undefined {
  if (lane === 'critical') return undefined
  const unhurried = lane === 'scheduled' || lane === 'bulk' || category === 'mkt'
  const quiet = unhurried && quietHours?.channels.includes(channel) ? quietHours : null
  const marketing = channel === 'sms' && category === 'mkt' ? smsMarketing : null
  if (!quiet && !marketing) return undefined
  return {
    quiet: quiet && { from: minutesOf(quiet.from), to: minutesOf(quiet.to) },
    marketing: marketing && {
      from: minutesOf(marketing.from),
      to: minutesOf(marketing.to) || DAY_MINUTES,
      days: marketing.days,
      holidays: marketing.publicHolidays,
    },
  }
}

/** What keeps it from leaving at a local time (milliseconds as if the local clock were UTC); null: nothing. */
function closedBy({ quiet, marketing }: Rules, timeZone: string, localMs: number): WindowReason | null {
  const day = Math.floor(localMs / DAY_MS)
  const minute = (localMs - day * DAY_MS) / MINUTE_MS
  if (marketing) {
    if (minute < marketing.from || minute >= marketing.to) return 'sms_marketing_hours'
    if (!marketing.days.includes(weekdayOf(day))) return 'sms_marketing_hours'
    if (!marketing.holidays && isPublicHoliday(timeZone, day)) return 'sms_marketing_hours'
  }
  return quiet && isWithin(quiet, minute) ? 'quiet_hours' : null
}

const isWithin = ({ from, to }: Hours, minute: number): boolean =>
  from < to ? minute >= from && minute < to : minute >= from || minute < to

/** Whether such a message may leave at this instant, in the contact's time zone. */
export function isOpen(settings: DeliverySettings, sending: Sending, timeZone: string, at: Date): boolean {
  const rules = rulesFor(settings, sending)
  return !rules || closedBy(rules, timeZone, at.getTime() + stretchOf(timeZone, at.getTime()).offsetMs) === null
}

/**
 * The first instant from `from` on at which such a message may leave: quiet hours and the SMS-marketing window, in the
 * contact's IANA time zone, whatever its clocks do in between. Critical messages may always.
 */
export function nextOpen(settings: DeliverySettings, sending: Sending, timeZone: string, from: Date): Opening {
  const rules = rulesFor(settings, sending)
  if (!rules) return { at: from, reason: null }
  const start = from.getTime()
  let marketing = false
  // What is open changes only at a bound of the hours, at midnight, and when the clocks are put forward or back.
  for (let at = start; at - start < LONGEST_LOOK_MS; ) {
    const { offsetMs, untilMs } = stretchOf(timeZone, at)
    const local = at + offsetMs
    const closed = closedBy(rules, timeZone, local)
    if (!closed)
      return at === start
        ? { at: from, reason: null }
        : { at: new Date(at), reason: marketing ? 'sms_marketing_hours' : 'quiet_hours' }
    if (closed === 'sms_marketing_hours') marketing = true
    at = Math.min(nextBound(rules, local) - offsetMs, untilMs)
  }
  return { at: from, reason: null }
}

/**
 * The last whole minute up to `until` at which such a message may leave; `until` itself when it may then. Undefined when
 * there is none within a week.
 */
export function lastOpen(
  settings: DeliverySettings,
  sending: Sending,
  timeZone: string,
  until: Date,
): Date | undefined {
  const rules = rulesFor(settings, sending)
  if (!rules) return until
  const end = until.getTime()
  for (let at = end; end - at < LONGEST_LOOK_BACK_MS; ) {
    const { offsetMs, fromMs } = stretchOf(timeZone, at)
    const local = at + offsetMs
    if (!closedBy(rules, timeZone, local)) return new Date(at)
    // The last minute before what closes it began, or before the clocks were changed.
    const before = Math.max(lastBound(rules, local) - offsetMs, fromMs) - MINUTE_MS
    at = Math.floor(before / MINUTE_MS) * MINUTE_MS
  }
  return undefined
}

function lastBound({ quiet, marketing }: Rules, local: number): number {
  const midnight = Math.floor(local / DAY_MS) * DAY_MS
  let last = midnight
  for (const minutes of [quiet?.from, quiet?.to, marketing?.from, marketing?.to]) {
    if (minutes === undefined) continue
    const bound = midnight + minutes * MINUTE_MS
    if (bound <= local && bound > last) last = bound
  }
  return last
}

function nextBound({ quiet, marketing }: Rules, local: number): number {
  const midnight = Math.floor(local / DAY_MS) * DAY_MS
  let next = midnight + DAY_MS
  for (const minutes of [quiet?.from, quiet?.to, marketing?.from, marketing?.to]) {
    if (minutes === undefined) continue
    const bound = midnight + minutes * MINUTE_MS
    if (bound > local && bound < next) next = bound
  }
  return next
}

/** Why these windows would never open together, with the path of the setting to change; undefined when they do. */
export function neverOpens({
  quietHours,
  smsMarketing,
}: Pick<DeliverySettings, 'quietHours' | 'smsMarketing'>):
  | { readonly path: string; readonly message: string }
  | undefined {
  if (quietHours && quietHours.from === quietHours.to)
    return {
      path: 'quietHours.to',
      message: `is the same as quietHours.from: it would be quiet the whole day and nothing would ever leave; give another time, or null as quietHours for none`,
    }
  if (!smsMarketing) return undefined
  const open = { from: minutesOf(smsMarketing.from), to: minutesOf(smsMarketing.to) || DAY_MINUTES }
  if (open.from >= open.to)
    return {
      path: 'smsMarketing.to',
      message: `must be after smsMarketing.from (${smsMarketing.from}; 00:00 is the end of the day): this window never opens; give null as smsMarketing for no window`,
    }
  if (!quietHours?.channels.includes('sms')) return undefined
  const quiet = { from: minutesOf(quietHours.from), to: minutesOf(quietHours.to) }
  // Within the window, the first minute that is not quiet is its beginning or the end of the quiet hours.
  const opens = [open.from, quiet.to].some(
    (minute) => minute >= open.from && minute < open.to && !isWithin(quiet, minute),
  )
  if (opens) return undefined
  return {
    path: 'smsMarketing',
    message: `is open from ${smsMarketing.from} to ${smsMarketing.to}, but quietHours (${quietHours.from} to ${quietHours.to}) cover all of it: marketing by SMS would never leave; change one of them`,
  }
}
