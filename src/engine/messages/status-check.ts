const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** How long after it was sent a message without a report is asked about. */
const CHECKED_AFTER_MS = [10 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS] as const

/** When its carrier is next asked what became of a message; undefined: never again. A check whose time has passed is not made up for. */
export function nextCheck(sentAt: Date, now: Date): Date | undefined {
  const age = now.getTime() - sentAt.getTime()
  const after = CHECKED_AFTER_MS.find((ms) => ms > age)
  return after === undefined ? undefined : new Date(sentAt.getTime() + after)
}
