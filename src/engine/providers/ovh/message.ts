import { costOf } from '../../channels/cost.ts'
import { refusedAs } from '../../channels/error-class.ts'
import type { SendResult } from '../../channels/send-result.ts'
import { readJson } from '../http-client/body.ts'
import type { Exchange } from '../http-client/client.ts'
import { refusalOf } from '../http-client/refusal.ts'
import { retryAfterMs } from '../http-client/retry-after.ts'
import { ERROR_CODES, FIELDS } from './codes.ts'
import type { Called } from './signed-client.ts'

type Json = Readonly<Record<string, unknown>>
type Hide = (text: string) => string

/** What OVHcloud's answer to a sending job means for its one receiver. `hide` takes numbers, texts and keys out of its words. */
export function readAnswer({ exchange, left }: Called, now: Date, hide: Hide): SendResult {
  // Where only the clock was asked, no message has left whatever became of that.
  if (!left) return refusalOf(exchange, { repeatIsSafe: true, now })
  if (exchange.kind === 'answered' && exchange.status < 300) {
    const report = readJson(exchange.body)
    return (report && resultOf(report)) ?? refusalOf(exchange, { repeatIsSafe: false, now })
  }
  return refused(exchange, now, hide)
}

/**
 * A sending report says yes with 200 even when nobody was reached: the receivers it took and those it did not are lists.
 * Undefined when it cannot be told.
 */
function resultOf({ ids, validReceivers, invalidReceivers, totalCreditsRemoved }: Json): SendResult | undefined {
  if (!Array.isArray(ids) || !Array.isArray(validReceivers) || !Array.isArray(invalidReceivers)) return undefined
  const id = idOf(ids[0])
  if (id !== undefined) {
    const cost = typeof totalCreditsRemoved === 'number' ? costOf(totalCreditsRemoved, 'CREDIT') : undefined
    return { outcome: 'sent', providerMessageId: id, ...(cost ? { cost } : {}) }
  }
  // Taken, or paid for, and no id: something is on its way that cannot be followed.
  if (ids.length > 0 || validReceivers.length > 0 || totalCreditsRemoved !== 0) return undefined
  return refusedAs('permanent_recipient', {
    code: invalidReceivers.length > 0 ? 'invalid_receiver' : 'no_receiver',
    detail: 'OVHcloud took the request and sent nothing: the number is none it can send to',
  })
}

export const idOf = (id: unknown): string | undefined =>
  (typeof id === 'number' && Number.isSafeInteger(id)) || (typeof id === 'string' && /^\d{1,19}$/.test(id))
    ? `${id}`
    : undefined

function refused(exchange: Exchange, now: Date, hide: Hide): SendResult {
  if (exchange.kind !== 'answered') return refusalOf(exchange, { repeatIsSafe: false, now })
  const { status, headers } = exchange
  const body = readJson(exchange.body)
  const words = typeof body?.message === 'string' ? hide(body.message) : ''
  const code = typeof body?.errorCode === 'string' && /^[A-Z_]{3,40}$/.test(body.errorCode) ? body.errorCode : undefined
  const known = code === undefined ? undefined : ERROR_CODES.get(code)
  if (known && status < 500)
    return refusedAs(known[0], {
      code: code!,
      detail: words || known[1],
      retryAfterMs: retryAfterMs(headers, now),
      about: 'account',
    })
  const field = status === 400 ? /^\[(\w+)\]|for value (\w+)/.exec(words) : undefined
  const word = FIELDS.get(field?.[1] ?? field?.[2] ?? '')
  if (word) return refusedAs(word, { code: `${status}`, detail: words })
  return refusalOf(exchange, { repeatIsSafe: false, now, said: { ...(code ? { code } : {}), detail: words } })
}
