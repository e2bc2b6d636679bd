/** Several versions a year come out: what is older than this has missed some. */
const STALE_MONTHS = 18
/** Letters are given in order, about one in two months: nobody knows a version's day by its name. */
const MONTHS_A_LETTER = 2

/**
 * Since when time-zone data of this version (`2026c`) is stale; undefined while it is not, or where the version says
 * nothing. Of a version the last month it may be from counts.
 * @see https://www.iana.org/time-zones
 */
export function zonesStaleSince(version: string, now: Date): Date | undefined {
  const [, year, letter] = /^(20\d\d)([a-z])/.exec(version) ?? []
  if (year === undefined || letter === undefined) return undefined
  const month = Math.min(12, (letter.charCodeAt(0) - 96) * MONTHS_A_LETTER)
  const stale = new Date(Date.UTC(Number(year), month + STALE_MONTHS))
  return stale <= now ? stale : undefined
}
