import type { IncomingHttpHeaders } from 'node:http'

/** RFC 9110 §5.6.7, the form every sender must use. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/
const LONGEST_WAIT_MS = 24 * 3_600_000

/**
 * What `Retry-After` asks for (RFC 9110 §10.2.3: seconds, or a date), between nothing and a day. Undefined when it is
 * absent or unreadable. A date is counted from the carrier's own `Date`, whose clock wrote it.
 */
export function retryAfterMs(headers: IncomingHttpHeaders, now: Date): number | undefined {
  const text = headers['retry-after']?.trim() ?? ''
  if (/^\d{1,10}$/.test(text)) return Math.min(Number(text) * 1000, LONGEST_WAIT_MS)
  const until = httpDate(text)
  if (until === undefined) return undefined
  return Math.min(Math.max(0, until - (httpDate(headers.date) ?? now.getTime())), LONGEST_WAIT_MS)
}

/** Milliseconds since 1970 of an HTTP date. */
export function httpDate(text: string | undefined): number | undefined {
  if (text === undefined || !HTTP_DATE.test(text)) return undefined
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}
