import { DAY_MS } from './local-time.ts'

/** The eleven of France, fixed ones as month and day, the others in days after Easter Sunday (Code du travail, art. L3133-1). */
const FRENCH: readonly (readonly [month: number, day: number])[] = [
  [1, 1],
  [5, 1],
  [5, 8],
  [7, 14],
  [8, 15],
  [11, 1],
  [11, 11],
  [12, 25],
]
/** Easter Monday, Ascension Day, Whit Monday. */
const AFTER_EASTER = [1, 39, 50]

/**
 * Where they are kept, by time zone, with the day overseas that remembers the abolition of slavery (Code du travail, art.
 * L3422-2). Good Friday and 26 December, kept in Alsace and Moselle only, cannot be told from a zone.
 */
const ABOLITION: Readonly<Record<string, readonly [month: number, day: number] | null>> = {
  'Europe/Paris': null,
  'Indian/Mayotte': [4, 27],
  'America/Martinique': [5, 22],
  'America/Guadeloupe': [5, 27],
  'America/Marigot': [5, 27],
  'America/Cayenne': [6, 10],
  'America/St_Barthelemy': [10, 9],
  'Indian/Reunion': [12, 20],
}

/** Days since 1970-01-01, by zone and year. */
const known = new Map<string, ReadonlySet<number>>()

/** Whether a local day (counted from 1970-01-01) is a public holiday where this zone's clocks are. Only France's are known. */
export function isPublicHoliday(timeZone: string, day: number): boolean {
  const abolition = ABOLITION[timeZone]
  if (abolition === undefined) return false
  const year = new Date(day * DAY_MS).getUTCFullYear()
  const key = `${timeZone} ${year}`
  let days = known.get(key)
  if (!days) {
    const easter = easterSunday(year)
    const fixed = abolition ? [...FRENCH, abolition] : FRENCH
    days = new Set([
      ...fixed.map(([month, date]) => dayOf(year, month, date)),
      ...AFTER_EASTER.map((after) => easter + after),
    ])
    known.set(key, days)
  }
  return days.has(day)
}

const dayOf = (year: number, month: number, date: number): number => Date.UTC(year, month - 1, date) / DAY_MS

/** Gregorian Easter, in days since 1970-01-01: the anonymous computus (Nature, 20 April 1876), names as in Meeus, Astronomical Algorithms, ch. 8. */
export function easterSunday(year: number): number {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const d = Math.floor(b / 4)
  const e = b % 4
  const f = Math.floor((b + 8) / 25)
  const g = Math.floor((b - f + 1) / 3)
  const h = (19 * a + b - d - g + 15) % 30
  const i = Math.floor(c / 4)
  const k = c % 4
  const l = (32 + 2 * e + 2 * i - h - k) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const month = Math.floor((h + l - 7 * m + 114) / 31)
  return dayOf(year, month, ((h + l - 7 * m + 114) % 31) + 1)
}
