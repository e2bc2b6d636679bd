const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** Between one try and the next: nine tries in some 27½ hours, so that whoever is mended within a day misses nothing. */
const WAITS_MS = [
  5 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  10 * HOUR_MS,
]
/** An endpoint under which nothing has succeeded for so long is switched off. */
export const DISABLED_AFTER_MS = 5 * 24 * HOUR_MS
const LONGEST_WAIT_MS = 24 * HOUR_MS

/** What came of one try. */
export type Answer =
  | { readonly status: number; readonly retryAfterMs: number | undefined }
  /** Nobody answered, and why: `ETIMEDOUT`, `ECONNREFUSED`. */
  | { readonly error: string }

export type Verdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'again'; readonly dueAt: Date }
  /** Its tries are used up. */
  | { readonly kind: 'failed' }
  /** 410: whoever is there wants no more. */
  | { readonly kind: 'gone' }

/** What a try leads to: only a 2xx is a yes, and redirects are not followed. `random` (0 to 1) spreads the tries of many. */
export function verdictOf(answer: Answer, attempt: number, now: Date, random: number): Verdict {
  if ('status' in answer && answer.status >= 200 && answer.status < 300) return { kind: 'delivered' }
  if ('status' in answer && answer.status === 410) return { kind: 'gone' }
  const wait = WAITS_MS[attempt - 1]
  if (wait === undefined) return { kind: 'failed' }
  const asked = 'status' in answer ? (answer.retryAfterMs ?? 0) : 0
  const waitMs = Math.max(wait * (0.9 + random / 5), Math.min(asked, LONGEST_WAIT_MS))
  return { kind: 'again', dueAt: new Date(now.getTime() + waitMs) }
}
