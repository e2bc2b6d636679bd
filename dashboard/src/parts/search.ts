/** What the pages' addresses hold: reading filters out of them, and giving them to the API. */

export const PERIODS = ['1', '7', '30'] as const
/** The last so many days. */
export type Period = (typeof PERIODS)[number]

export const oneOf = <T extends string>(values: readonly T[], value: unknown): T | undefined =>
  values.find((known) => known === String(value))

/** The router reads what looks like a number as one. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value).trim() || undefined : undefined

export const isFiltered = (search: object) => Object.values(search).some((value) => value !== undefined)

type Given<Search> = { readonly [Key in keyof Search]?: NonNullable<Search[Key]> }
export type FilterOf<Search> = Given<Omit<Search, 'period'>> & { readonly from?: string }

/** Without what was left open, as the API takes it. */
export const given = <Search extends object>(search: Search) =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as Given<Search>

/** The same, with the period as its start. */
export function filterOf<Search extends { readonly period?: Period | undefined }>(
  { period, ...rest }: Search,
  now: Date,
): FilterOf<Search> {
  return { ...given(rest), ...(period && { from: periodStart(period, now) }) }
}

/** The period is counted back from the start of the minute, so that the same list keeps the same question. */
function periodStart(period: Period, now: Date): string {
  const minute = Math.floor(now.getTime() / 60_000) * 60_000
  return new Date(minute - Number(period) * 86_400_000).toISOString()
}
