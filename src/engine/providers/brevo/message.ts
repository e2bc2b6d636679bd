import { costOf } from '../../channels/cost.ts'
import { refusedAs } from '../../channels/error-class.ts'
import type { SendResult } from '../../channels/send-result.ts'
import { readJson } from '../http-client/body.ts'
import type { Exchange } from '../http-client/client.ts'
import { refusalOf } from '../http-client/refusal.ts'
import { retryAfterMs } from '../http-client/retry-after.ts'
import { REFUSALS } from './codes.ts'

type Json = Readonly<Record<string, unknown>>
type Hide = (text: string) => string

/** Brevo counts SMS in credits of its own, of which one country takes more than another. */
export const CURRENCY = 'CREDIT'
/** Its own limits are by the second and the hour. */
const LONGEST_WAIT_S = 3_600

/** What Brevo's answer to a send means for the message. */
export function readAnswer(exchange: Exchange, now: Date, hide: Hide): SendResult {
  if (exchange.kind !== 'answered') return refusalOf(exchange, { repeatIsSafe: false, now })
  const body = readJson(exchange.body)
  if (exchange.status < 300) return takenOf(body) ?? refusalOf(exchange, { repeatIsSafe: false, now })
  return readRefusal(exchange, body, now, hide)
}

/** What an answer that says no means, whatever was asked. */
export function readRefusal(
  exchange: Extract<Exchange, { kind: 'answered' }>,
  body: Json | undefined,
  now: Date,
  hide: Hide,
): Exclude<SendResult, { outcome: 'sent' }> {
  const { status, headers } = exchange
  const code = typeof body?.code === 'string' && /^[a-z_]{1,60}$/.test(body.code) ? body.code : undefined
  const detail = typeof body?.message === 'string' ? hide(body.message) : ''
  // Seconds that are left, and no Retry-After (developers.brevo.com/docs/limit-headers).
  const reset = /^\d{1,12}$/.exec(`${headers['x-sib-ratelimit-reset'] ?? ''}`)?.[0]
  const wait =
    retryAfterMs(headers, now) ?? (reset === undefined ? undefined : Math.min(Number(reset), LONGEST_WAIT_S) * 1000)
  const word = status === 429 ? 'retry_later' : status < 500 && code ? REFUSALS.get(code) : undefined
  if (word)
    return refusedAs(word, {
      code: code ?? `${status}`,
      detail: detail || `Brevo answered ${status} without a reason`,
      retryAfterMs: wait,
    })
  return refusalOf(exchange, { repeatIsSafe: false, now, said: { ...(code ? { code } : {}), detail } })
}

function takenOf(body: Json | undefined): SendResult | undefined {
  const id = idOf(body?.messageId)
  if (!id) return undefined
  const { usedCredits, smsCount } = body!
  const each = typeof usedCredits === 'number' ? costOf(usedCredits, CURRENCY) : undefined
  const parts = Number.isInteger(smsCount) && Number(smsCount) > 0 ? Number(smsCount) : 1
  return {
    outcome: 'sent',
    providerMessageId: id,
    // `usedCredits` is per text message.
    ...(each ? { cost: { ...each, micros: each.micros * parts } } : {}),
  }
}

/** A number in answers and webhooks, a text in lists. */
export const idOf = (value: unknown): string | undefined =>
  (typeof value === 'number' && Number.isInteger(value) && value > 0) || (typeof value === 'string' && value !== '')
    ? `${value}`
    : undefined
