import type { IncomingHttpHeaders } from 'node:http'
import { type ErrorWord, refusedAs } from '../../channels/error-class.ts'
import type { SendResult } from '../../channels/send-result.ts'
import { readJson } from '../http-client/body.ts'
import type { Exchange } from '../http-client/client.ts'
import { refusalOf } from '../http-client/refusal.ts'
import { httpDate, retryAfterMs } from '../http-client/retry-after.ts'

interface Fault {
  readonly field: string
  readonly message: string
}

/**
 * What SendGrid's refusals mean: it gives no codes, so a status, the field it names and at last its words. First match
 * wins; what matches none is judged by its HTTP status. From its Mail Send document and error pages; see SOURCE.md.
 */
const REFUSALS: readonly (readonly [status: number, field: RegExp, words: RegExp, ErrorWord, meaning: string])[] = [
  [401, /^/, /credits exceeded/i, 'retry_next_day', "The account's mails for this period are used up"],
  [401, /^/, /^/, 'config', 'SendGrid does not know the API key'],
  [403, /^/, /^/, 'config', 'The API key may not send mail, or the sender is not verified'],
  [404, /^/, /^/, 'config', 'This is not the address of SendGrid’s API'],
  [400, /^from\b|personalizations\.\d+\.from\b/, /^/, 'config', 'SendGrid does not take the sender'],
  [400, /personalizations\.\d+\.to\b/, /^/, 'permanent_recipient', 'SendGrid does not take the address'],
  [400, /^/, /does not match a verified sender identity/i, 'config', 'The sender is not verified'],
  [400, /^/, /^/, 'permanent_content', 'SendGrid does not take the mail'],
  [413, /^/, /^/, 'permanent_content', 'The mail is larger than SendGrid takes (30 MB)'],
  [429, /^/, /^/, 'retry_later', 'Too many requests'],
]

/** SendGrid's own message ids; they begin the `sg_message_id` of every event. */
const MESSAGE_ID = /^[\w.-]{8,200}$/
const LONGEST_WAIT_MS = 24 * 3_600_000

/** What SendGrid's answer to a mail means. `hide` takes addresses and texts out of its words. */
export function readAnswer(exchange: Exchange, now: Date, hide: (text: string) => string): SendResult {
  if (exchange.kind !== 'answered') return refusalOf(exchange, { repeatIsSafe: false, now })
  const { status, headers } = exchange
  const id = headers['x-message-id']
  if (status === 202 && typeof id === 'string' && MESSAGE_ID.test(id)) return { outcome: 'sent', providerMessageId: id }

  const faults = faultsIn(exchange.body)
  const [first] = faults
  const words = hide(faults.map(({ message }) => message).join('; '))
  const field = first && /^[\w.]{1,60}$/.test(first.field) ? ` ${first.field}` : ''
  const code = `${status}${field}`
  // It says itself that it failed: a gateway, which may have passed the mail on, would not in this form.
  if (status >= 500 && first)
    return refusedAs('retry', {
      code,
      detail: words || 'SendGrid failed and gives no reason',
      about: 'account',
    })
  const row = REFUSALS.find(
    ([of, at, says]) => of === status && at.test(first?.field ?? '') && says.test(first?.message ?? ''),
  )
  if (!row) return refusalOf(exchange, { repeatIsSafe: false, now, said: { code, detail: words } })
  return refusedAs(row[3], { code, detail: words || row[4], retryAfterMs: waitAskedFor(headers, now) })
}

/** `Retry-After`, else SendGrid's own `X-RateLimit-Reset` (seconds since 1970), counted from its own clock. */
function waitAskedFor(headers: IncomingHttpHeaders, now: Date): number | undefined {
  const wait = retryAfterMs(headers, now)
  if (wait !== undefined) return wait
  const reset = headers['x-ratelimit-reset']
  if (typeof reset !== 'string' || !/^\d{9,11}$/.test(reset)) return undefined
  const asked = Number(reset) * 1000 - (httpDate(headers.date) ?? now.getTime())
  return Math.min(Math.max(0, asked), LONGEST_WAIT_MS)
}

function faultsIn(body: string): Fault[] {
  const errors = readJson(body)?.errors
  if (!Array.isArray(errors)) return []
  return errors.slice(0, 3).flatMap((error: unknown) => {
    const { field, message } = (error ?? {}) as Record<string, unknown>
    const name = typeof field === 'string' && field !== 'null' ? field : ''
    return typeof message === 'string' && message !== '' ? [{ field: name, message }] : []
  })
}
