import { Cron } from 'croner'
import { invalid } from '../../errors.ts'

/** Far enough to see 29 February come. */
const LONGEST_WAIT_MS = 9 * 366 * 24 * 3_600_000

/** Each field of a cron expression: numbers, names, lists, ranges and steps; `L`, `W` and `#` count within a month. */
const FIELD = /^[\dA-Z*?,/#-]+$/i

/**
 * The first time after `after` that a cron expression of five fields names, in an IANA zone; undefined when it never does.
 * A local time that the clocks leave out is taken when they have been put forward, one they show twice the first time.
 *
 * @throws Error for what is no cron expression, or no zone.
 */
export function nextRun(cron: string, timeZone: string, after: Date): Date | undefined {
  const fields = cron.trim().split(/\s+/)
  // The parser would take a date with a time, which comes once, and nicknames such as @daily.
  if (fields.length !== 5 || !fields.every((field) => FIELD.test(field)))
    throw new Error('A cron expression has five fields')
  const next = new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true }).nextRun(after)
  return next && next.getTime() - after.getTime() < LONGEST_WAIT_MS ? next : undefined
}

/** @throws AppError `validation_failed` for what is no cron expression, and for one that names no time there is. */
export function checkCron(cron: string, timeZone: string, now: Date): void {
  let next: Date | undefined
  try {
    next = nextRun(cron, timeZone, now)
  } catch {
    throw invalid(
      'cron',
      'is not a cron expression: minute, hour, day of the month, month, day of the week, such as “0 10 * * MON-FRI”',
    )
  }
  if (!next) throw invalid('cron', 'names no time there is, like 31 February: it would never run')
}
