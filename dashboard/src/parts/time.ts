const STEPS = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
  ['year', Number.POSITIVE_INFINITY],
] as const satisfies readonly (readonly [Intl.RelativeTimeFormatUnit, number])[]

/** "5 minutes ago", "in 2 hours", in the reader's language. Under ten seconds either way is "now". */
export function relativeTime(at: Date, now: Date, language: string): string {
  let amount = (at.getTime() - now.getTime()) / 1000
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' })
  if (Math.abs(amount) < 10) return format.format(0, 'second')
  for (const [unit, size] of STEPS) {
    if (Math.abs(amount) < size) return format.format(Math.trunc(amount), unit)
    amount /= size
  }
  return exactTime(at, language)
}

/** Date and time to the second with the zone's name, in `timeZone` (the organization's) or the reader's own. */
export const exactTime = (at: Date, language: string, timeZone?: string): string =>
  new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
    ...(timeZone ? { timeZone } : {}),
  }).format(at)

/** "14:05", in `timeZone` or the reader's own. */
export const clockTime = (at: Date, language: string, timeZone?: string): string =>
  new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', ...(timeZone ? { timeZone } : {}) }).format(
    at,
  )

/** As a date-and-time field takes it, in a zone: "2026-11-20T14:05". */
export const fieldTime = (at: Date, timeZone: string): string =>
  // The Swedish way to write a date is the one such a field has.
  new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(at).replace(' ', 'T')

/** What such a field says, as a moment; undefined while it says nothing whole. A time the clocks skip is the one after. */
export function timeOfField(text: string, timeZone: string): Date | undefined {
  const asUtc = /^\d{4,6}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(`${text}Z`) : Number.NaN
  if (Number.isNaN(asUtc)) return undefined
  const offsetAt = (time: number) =>
    Date.parse(`${fieldTime(new Date(time), timeZone)}Z`) - Math.floor(time / 60_000) * 60_000
  const near = asUtc - offsetAt(asUtc)
  return new Date(asUtc - offsetAt(near))
}

/** When a day, as a date field writes it, begins in a zone. */
export const startOfDay =
  (timeZone: string) =>
  (day: string): Date =>
    timeOfField(`${day}T00:00`, timeZone) ?? new Date(`${day}T00:00Z`)

/** How long something took: "85 ms", "1.2 s", "3 min". */
export function durationText(ms: number, language: string): string {
  const number = (value: number, digits = 0) =>
    new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value)
  if (ms < 1_000) return `${number(ms)} ms`
  if (ms < 60_000) return `${number(ms / 1_000, 1)} s`
  if (ms < 3_600_000) return `${number(ms / 60_000)} min`
  return `${number(ms / 3_600_000, 1)} h`
}

/** "Tue 8 Dec 2026, 15:00", in `timeZone` (the organization's). */
export const longTime = (at: Date, language: string, timeZone: string): string =>
  new Intl.DateTimeFormat(language, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  }).format(at)
