import type { IncomingHttpHeaders } from 'node:http'
import { refusedAs } from '../../channels/error-class.ts'
import type { SendResult } from '../../channels/send-result.ts'
import { readJson } from '../http-client/body.ts'
import type { Exchange } from '../http-client/client.ts'
import { refusalOf } from '../http-client/refusal.ts'
import { retryAfterMs } from '../http-client/retry-after.ts'
import { ABOUT_THE_ACCOUNT, meaningOf } from './codes.ts'

type Json = Readonly<Record<string, unknown>>
type Hide = (text: string) => string

interface Reading {
  readonly now: Date
  /** Takes numbers and texts out of Meta's words. */
  readonly hide: Hide
  /** Asking twice does no harm: an upload, a question. */
  readonly repeatIsSafe?: boolean
}

const MINUTE_MS = 60_000
const LONGEST_WAIT_MS = 24 * 60 * MINUTE_MS

/**
 * What Meta's answer to a message means. `accepted`, `held_for_quality_assessment` and `paused` are all taken: what becomes of
 * them, the webhook says.
 */
export function readSent(exchange: Exchange, reading: Reading): SendResult {
  if (exchange.kind !== 'answered' || exchange.status >= 300) return readRefusal(exchange, reading)
  const { messages } = readJson(exchange.body) ?? {}
  const first: unknown = Array.isArray(messages) ? messages[0] : undefined
  if (!isJson(first) || typeof first.id !== 'string' || !first.id) return readRefusal(exchange, reading)
  const status = first.message_status
  const waits = status === 'held_for_quality_assessment' || status === 'paused'
  return { outcome: 'sent', providerMessageId: first.id, ...(waits ? { note: `WhatsApp says: ${status}` } : {}) }
}

/** What an answer that is not the one hoped for means: by Meta's code, which says more than the HTTP status. */
export function readRefusal(
  exchange: Exchange,
  { now, hide, repeatIsSafe = false }: Reading,
): Exclude<SendResult, { outcome: 'sent' }> {
  if (exchange.kind !== 'answered') return refusalOf(exchange, { repeatIsSafe, now })
  const { headers } = exchange
  const said = errorOf(exchange.body)
  if (!said) return refusalOf(exchange, { repeatIsSafe, now })

  const code = `${said.code}`
  const known = meaningOf(said.code)
  const detail = hide(said.words) || known?.[1] || 'Meta gives no reason'
  if (known)
    return refusedAs(known[0], {
      code,
      detail,
      retryAfterMs: usageWaitMs(headers) ?? retryAfterMs(headers, now),
      about: ABOUT_THE_ACCOUNT.has(said.code) ? 'account' : undefined,
    })
  if (said.isTransient) return refusedAs('retry', { code, detail, about: 'account' })
  return refusalOf(exchange, { repeatIsSafe, now, said: { code, detail } })
}

function errorOf(body: string): { code: number; words: string; isTransient: boolean } | undefined {
  const error = readJson(body)?.error
  if (!isJson(error) || typeof error.code !== 'number') return undefined
  const details = isJson(error.error_data) ? error.error_data.details : undefined
  const words = typeof details === 'string' && details ? details : error.message
  return {
    code: error.code,
    words: typeof words === 'string' ? words : '',
    isTransient: error.is_transient === true,
  }
}

/** `X-Business-Use-Case-Usage`: the longest of what it asks to wait, which it writes in minutes. Undefined: it asks for nothing. */
function usageWaitMs(headers: IncomingHttpHeaders): number | undefined {
  const header = headers['x-business-use-case-usage']
  const usages = typeof header === 'string' ? readJson(header) : undefined
  const minutes = Object.values(usages ?? {})
    .flatMap((entries): unknown[] => (Array.isArray(entries) ? entries : []))
    .map((entry) => (isJson(entry) ? Number(entry.estimated_time_to_regain_access) : 0))
    .filter((number) => number > 0)
  return minutes.length > 0 ? Math.min(Math.max(...minutes) * MINUTE_MS, LONGEST_WAIT_MS) : undefined
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
