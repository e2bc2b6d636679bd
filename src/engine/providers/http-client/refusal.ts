import type { ErrorClass, SendResult } from '../../channels/send-result.ts'
import type { Exchange } from './client.ts'
import { retryAfterMs } from './retry-after.ts'

type NotSent = Exclude<SendResult, { outcome: 'sent' }>

export interface Policy {
  /** The carrier tells a copy from a second message, so what was lost on the way is simply sent again. */
  readonly repeatIsSafe: boolean
  readonly now: Date
  /** The carrier's own code and words, without addresses or contents, where it gave some. */
  readonly said?: { readonly code?: string; readonly detail?: string }
}

/**
 * What every carrier's HTTP means, unless the carrier has said more itself. For an answer that is not a success, or a
 * success without the id it must have: that one is `uncertain`, somebody took the request and nobody knows for what.
 */
export function refusalOf(exchange: Exchange, { repeatIsSafe, now, said }: Policy): NotSent {
  if (exchange.kind === 'not_sent') {
    const { code } = exchange
    const detail = NOT_SENT.get(code) ?? "The connection to the carrier's server failed"
    if (code === 'ECLOSED') return { outcome: 'refused', class: 'retry', code, detail }
    return {
      outcome: 'refused',
      class: code === 'EPRIVATE' ? 'configuration' : 'retry',
      code,
      detail,
      about: 'account',
    }
  }
  if (exchange.kind === 'lost') {
    const { code } = exchange
    const detail = LOST.get(code) ?? "The connection was lost before the carrier's whole answer was there"
    return repeatIsSafe
      ? { outcome: 'refused', class: 'retry', code, detail, about: 'account' }
      : { outcome: 'uncertain', code, detail }
  }

  const { status, headers } = exchange
  const code = said?.code ?? `${status}`
  const detail = said?.detail || `The carrier answered ${status} without a reason`
  if (status < 300)
    return repeatIsSafe
      ? { outcome: 'refused', class: 'retry', code, detail: UNREADABLE, about: 'account' }
      : { outcome: 'uncertain', code, detail: UNREADABLE }
  // A gateway or a server that broke down may have passed the request on before; 501, 503 and 505 are said instead of that.
  if (status >= 500 && !repeatIsSafe && !UNTOUCHED.has(status)) return { outcome: 'uncertain', code, detail }

  const wait = retryAfterMs(headers, now)
  const asked = status === 429 || (status === 503 && wait !== undefined)
  const errorClass = asked ? 'retry_later' : status >= 500 ? 'retry' : (BY_STATUS[status] ?? byDefault(status))
  return {
    outcome: 'refused',
    class: errorClass,
    code,
    detail,
    ...(asked && wait !== undefined ? { retryAfterMs: wait } : {}),
    ...(errorClass === 'permanent' ? {} : { about: 'account' }),
  }
}

const UNTOUCHED = new Set([501, 503, 505])

/** Refusals that are not about the message. */
const BY_STATUS: Readonly<Record<number, ErrorClass>> = {
  401: 'configuration',
  402: 'configuration',
  403: 'configuration',
  // The address of the carrier's API, or of the account there, is wrong.
  404: 'configuration',
  405: 'configuration',
  407: 'configuration',
  410: 'configuration',
  // Said instead of reading the request.
  408: 'retry',
  421: 'retry',
  425: 'retry',
}

/** A redirection is never followed with somebody's credentials: the base URL is wrong. */
const byDefault = (status: number): ErrorClass => (status < 400 ? 'configuration' : 'permanent')

const UNREADABLE = 'The carrier said yes in a way that cannot be read, so what it did is not known'

const NOT_SENT = new Map(
  Object.entries({
    EBUSY: 'Every connection to the carrier was busy, or none could be opened, for too long',
    ECLOSED: 'The account was being closed',
    ECONNREFUSED: "Nothing answers at the address of the carrier's server",
    ECONNRESET: "The carrier's server closed the connection",
    ENOTFOUND: "The carrier's server has no address in the DNS",
    EAI_AGAIN: "The carrier's server could not be looked up in the DNS",
    ETIMEDOUT: 'No connection to the carrier came about in time',
    EPRIVATE: 'The base URL leads to an address that is not on the public internet',
    CERT_HAS_EXPIRED: "The certificate of the carrier's server has expired",
    ERR_TLS_CERT_ALTNAME_INVALID: "The certificate of the carrier's server is for another name",
    DEPTH_ZERO_SELF_SIGNED_CERT: "The certificate of the carrier's server is signed by itself",
    SELF_SIGNED_CERT_IN_CHAIN:
      "The certificate of the carrier's server comes from an authority this machine does not know",
    UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      "The certificate of the carrier's server comes from an authority this machine does not know",
    ERR_SSL_WRONG_VERSION_NUMBER: 'The port does not speak TLS: the base URL begins with https:// and should not',
  }),
)

const LOST = new Map(
  Object.entries({
    ETIMEDOUT: 'The carrier took the request and did not answer in time',
    ECONNRESET: 'The connection was lost after the request was sent and before the carrier had answered',
    EPROTOCOL: "The carrier's answer was not HTTP",
    ETOOLARGE: "The carrier's answer was longer than any answer should be",
  }),
)
