import { refusedAs } from '../../channels/error-class.ts'
import type { SendResult } from '../../channels/send-result.ts'
import { readJson } from '../http-client/body.ts'
import type { Exchange } from '../http-client/client.ts'
import { refusalOf } from '../http-client/refusal.ts'
import { retryAfterMs } from '../http-client/retry-after.ts'
import { CODES } from './codes.ts'

type Json = Readonly<Record<string, unknown>>
type Hide = (text: string) => string

const SID = /^(SM|MM)[0-9a-fA-F]{32}$/
/** Of a Message resource: it will never arrive. */
const FAILED: readonly unknown[] = ['failed', 'undelivered', 'canceled']

/** What Twilio's answer to a request means for the message. `hide` takes numbers and texts out of its words. */
export function readAnswer(exchange: Exchange, now: Date, hide: Hide): SendResult {
  if (exchange.kind !== 'answered') return refusalOf(exchange, { repeatIsSafe: false, now })
  const { status, headers } = exchange
  const body = readJson(exchange.body)
  if (status < 300) return resultOf(body, hide) ?? refusalOf(exchange, { repeatIsSafe: false, now })

  const number = typeof body?.code === 'number' ? body.code : undefined
  const words = typeof body?.message === 'string' ? hide(body.message) : ''
  const known = number === undefined ? undefined : CODES[number]
  if (known) {
    return refusedAs(known[0], {
      code: `${number}`,
      detail: words || known[1],
      retryAfterMs: retryAfterMs(headers, now),
      about: status === 429 || status >= 500 ? 'account' : undefined,
    })
  }
  const said = { ...(number === undefined ? {} : { code: `${number}` }), detail: words }
  return refusalOf(exchange, { repeatIsSafe: false, now, said })
}

/** What a Message resource says became of it. Undefined when it is none. */
export function resultOf(message: Json | undefined, hide: Hide): SendResult | undefined {
  const sid = message?.sid
  if (!message || typeof sid !== 'string' || !SID.test(sid)) return undefined
  if (!FAILED.includes(message.status))
    return {
      outcome: 'sent',
      providerMessageId: sid,
      ...(message.status === 'delivered' || message.status === 'read' ? { delivered: true } : {}),
    }

  const code = typeof message.error_code === 'number' ? `${message.error_code}` : `${message.status}`
  const known = CODES[Number(code)]
  const words = typeof message.error_message === 'string' ? hide(message.error_message) : ''
  return refusedAs(known?.[0] ?? 'permanent_message', {
    code,
    detail: words || known?.[1] || 'Twilio could not deliver it and gives no reason',
  })
}
