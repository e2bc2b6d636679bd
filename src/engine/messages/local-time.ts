import { Temporal } from 'temporal-polyfill'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** A stretch of time in which a zone's clocks run evenly: local time is the instant plus `offsetMs`. All in milliseconds. */
export interface Stretch {
  readonly fromMs: number
  /** When the clocks are next put forward or back. */
  readonly untilMs: number
  readonly offsetMs: number
}

/** Zones a process remembers stretches of, and stretches of one zone: some for now, some for messages of later seasons. */
const MOST_ZONES = 600
const MOST_STRETCHES = 12
const known = new Map<string, Stretch[]>()

/**
 * The stretch of an IANA zone around an instant. Asking Temporal takes tens of microseconds, and the same few stretches
 * serve millions of messages, so they are remembered.
 *
 * @throws RangeError for a zone there is none of.
 */
export function stretchOf(timeZone: string, atMs: number): Stretch {
  let stretches = known.get(timeZone)
  const found = stretches?.find(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs)
  if (found) return found
  const stretch = askedOf(timeZone, atMs)
  if (!stretches || stretches.length >= MOST_STRETCHES) stretches = []
  if (known.size >= MOST_ZONES) known.clear()
  known.set(timeZone, [...stretches, stretch])
  return stretch
}

function askedOf(timeZone: string, atMs: number): Stretch {
  const now = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone)
  // The previous transition is strictly before its instant; a millisecond later it may be this very one.
  const from = now.add({ milliseconds: 1 }).getTimeZoneTransition('previous')
  return {
    fromMs: from?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    untilMs: now.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offsetMs: now.offsetNanoseconds / 1_000_000,
  }
}

/** `HH:MM` as minutes of the day. */
export const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

/** Monday is 1, Sunday 7. `day` counts from 1970-01-01, a Thursday. */
export const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1
