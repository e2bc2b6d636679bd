/** What a rule of a reminder says, for the texts `offset.*`: how many of what, and the time of day. */
export type OffsetWords =
  | { readonly kind: 'minutes' | 'hours' | 'days' | 'weeks'; readonly count: number }
  | { readonly kind: 'dayBefore'; readonly time: string }
  | { readonly kind: 'daysBefore'; readonly count: number; readonly time: string }
  | { readonly kind: 'sameDay'; readonly time: string }
  | { readonly kind: 'other' }

const DURATION = /^-P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/

/** Reads `-PT24H`, `day before at 18:00` and the like; what needs two words for itself is `other`. */
export function offsetWords(rule: string): OffsetWords {
  const [, weeks, days, hours, minutes] = DURATION.exec(rule) ?? []
  const parts = [
    ['weeks', weeks],
    ['days', days],
    ['hours', hours],
    ['minutes', minutes],
  ] as const
  const given = parts.flatMap(([kind, count]) => (count === undefined ? [] : [{ kind, count: Number(count) }]))
  if (given.length === 1) return given[0]!
  const time = /\d\d:\d\d/.exec(rule)?.[0]
  if (!time) return { kind: 'other' }
  if (rule.includes('on the day')) return { kind: 'sameDay', time }
  const count = Number(/^\d+/.exec(rule)?.[0] ?? 1) * (/week/.test(rule) ? 7 : 1)
  return count === 1 ? { kind: 'dayBefore', time } : { kind: 'daysBefore', count, time }
}
