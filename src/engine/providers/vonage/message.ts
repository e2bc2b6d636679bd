import { type Cost, costOf } from '../../channels/cost.ts'
import { refusedAs } from '../../channels/error-class.ts'
import type { SendResult } from '../../channels/send-result.ts'
import { readJson } from '../http-client/body.ts'
import type { Exchange } from '../http-client/client.ts'
import { refusalOf } from '../http-client/refusal.ts'
import { SEND_STATUSES } from './codes.ts'

type Json = Readonly<Record<string, unknown>>
type Hide = (text: string) => string

/** Vonage states its prices in euros, whatever the account is billed in. */
export const CURRENCY = 'EUR'
const TAKEN = '0'

/**
 * What Vonage's answer means for the message. Success is not in the HTTP status, which is nearly always 200: the answer
 * has an entry for each part of the SMS, and each says for itself whether it was taken.
 */
export function readAnswer(exchange: Exchange, now: Date, hide: Hide): SendResult {
  if (exchange.kind !== 'answered') return refusalOf(exchange, { repeatIsSafe: false, now })
  const body = readJson(exchange.body)
  if (exchange.status < 300) return resultOf(body, hide) ?? refusalOf(exchange, { repeatIsSafe: false, now })
  const words = body?.detail ?? body?.title ?? body?.['error-code-label']
  const said = typeof words === 'string' ? { detail: hide(words) } : undefined
  return refusalOf(exchange, { repeatIsSafe: false, now, ...(said ? { said } : {}) })
}

/** Undefined when it does not say of every part what became of it. */
function resultOf(body: Json | undefined, hide: Hide): SendResult | undefined {
  if (!Array.isArray(body?.messages)) return undefined
  const parts = body.messages as readonly (Json | null)[]
  const refused = parts.filter((part) => part?.status !== TAKEN)
  if (parts.length === 0 || refused.some((part) => typeof part?.status !== 'string')) return undefined
  if (refused.length > 0) {
    const refusal = refusalOfPart(refused[0]!, hide)
    // The parts that were taken are on their way: sent again, they would arrive twice.
    if (refused.length < parts.length)
      return {
        outcome: 'refused',
        class: 'permanent',
        code: refusal.code,
        detail: `Vonage took only ${parts.length - refused.length} of ${parts.length} parts: ${refusal.detail}`,
      }
    return refusal
  }
  const id = parts[0]!['message-id']
  if (typeof id !== 'string' || !id) return undefined
  const cost = costOfParts(parts as readonly Json[])
  return { outcome: 'sent', providerMessageId: id, ...(cost ? { cost } : {}) }
}

function refusalOfPart(part: Json, hide: Hide): Extract<SendResult, { outcome: 'refused' }> {
  const code = String(part.status)
  const words = typeof part['error-text'] === 'string' ? hide(part['error-text']) : ''
  const [word, meaning] = SEND_STATUSES[code] ?? ['permanent_message', 'Vonage gives no reason']
  return refusedAs(word, {
    code,
    detail: words || meaning,
    retryAfterMs: waitOf(words),
    about: word === 'retry' ? 'account' : undefined,
  })
}

/** “please wait [ 250 ] and retry”, in milliseconds. */
function waitOf(words: string): number | undefined {
  const ms = /\bwait \[\s*(\d{1,8})\s*\]/.exec(words)?.[1]
  return ms === undefined ? undefined : Number(ms)
}

/** What all parts cost together; undefined unless each says it. */
function costOfParts(parts: readonly Json[]): Cost | undefined {
  let micros = 0
  for (const part of parts) {
    const cost = costOf(String(part['message-price'] ?? ''), CURRENCY)
    if (!cost) return undefined
    micros += cost.micros
  }
  return { micros, currency: CURRENCY }
}
