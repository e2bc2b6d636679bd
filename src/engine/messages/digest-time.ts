import { Temporal } from 'temporal-polyfill'
import type { DeliverySettings, DigestFrequency } from './delivery-settings.ts'
import { HOUR_MS, stretchOf } from './local-time.ts'

/**
 * When the next digest leaves, strictly after `from`, in the contact's time zone: hourly on the full hour, daily at
 * `digestAt`, weekly at `digestAt` on `digestDay`. A time that the clocks skip is the same time after the change; one
 * they show twice is the first of the two.
 */
export function nextDigest(
  frequency: Exclude<DigestFrequency, 'off'>,
  settings: Pick<DeliverySettings, 'digestAt' | 'digestDay'>,
  timeZone: string,
  from: Date,
): Date {
  if (frequency === 'hourly') return nextFullHour(timeZone, from)
  const at = Temporal.PlainTime.from(settings.digestAt)
  const today = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO(timeZone).toPlainDate()
  const step = frequency === 'daily' ? 1 : 7
  const first = frequency === 'daily' ? 0 : (settings.digestDay - today.dayOfWeek + 7) % 7
  // A zone may drop a whole day (Samoa in 2011): the day after it may then be no later than `from`.
  for (let days = first; ; days += step) {
    const { epochMilliseconds } = today.add({ days }).toZonedDateTime({ timeZone, plainTime: at })
    if (epochMilliseconds > from.getTime()) return new Date(epochMilliseconds)
  }
}

function nextFullHour(timeZone: string, from: Date): Date {
  for (let at = from.getTime(); ; ) {
    const { offsetMs, untilMs } = stretchOf(timeZone, at)
    const next = (Math.floor((at + offsetMs) / HOUR_MS) + 1) * HOUR_MS - offsetMs
    if (next < untilMs) return new Date(next)
    // The clocks are put forward or back before: what they show then may be a full hour.
    if ((untilMs + stretchOf(timeZone, untilMs).offsetMs) % HOUR_MS === 0) return new Date(untilMs)
    at = untilMs
  }
}
