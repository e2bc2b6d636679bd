import type { IncomingHttpHeaders } from 'node:http'
import { isIP, type LookupFunction } from 'node:net'
import { buildConnector, type Dispatcher, Pool } from 'undici'

export interface HttpClientOptions {
  /** `https://api.carrier.example`, with a path before every request's own if it has one. */
  readonly baseUrl: string
  /** Sent with every request: who we are. Never shown in a result. */
  readonly headers?: Readonly<Record<string, string>>
  /** At the same time, at most; opened as they are needed, kept open between requests. */
  readonly connections: number
  readonly connectMs: number
  /**
   * One request in all: waiting for a free connection, connecting, and the whole answer. Who has waited for three quarters
   * of it is not written any more: it would be lost instead of not sent, for want of time to hear the answer.
   */
  readonly limitMs: number
  /** Looks host names up, or refuses to. */
  readonly lookup?: LookupFunction
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  /** From the base URL on, with its query. */
  readonly path: string
  readonly body?: Body
  /** Instead of the client's own limit: for a request that carries much, or one of several in one send. */
  readonly limitMs?: number
  /** Of this request alone, beside those of the client. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A form, JSON, or (as bytes) anything else, with its whole content type. */
export type Body =
  | { readonly type: 'application/x-www-form-urlencoded' | 'application/json'; readonly text: string }
  | { readonly type: `multipart/form-data; boundary=${string}`; readonly bytes: Buffer }

/** What became of a request: the transport's facts, before anybody says what they mean. */
export type Exchange =
  /** A whole answer. `body` is empty when one that says no was cut short or too long. */
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly headers: IncomingHttpHeaders
      readonly body: string
    }
  /** Not a byte of the request left. */
  | { readonly kind: 'not_sent'; readonly code: string }
  /** The request left, and no whole answer came back: it may have been worked on, or not. */
  | { readonly kind: 'lost'; readonly code: string }

export interface HttpClient {
  /** Never rejects, and ends within its limit. Does not follow redirects, sends nothing twice. */
  send(request: HttpRequest): Promise<Exchange>
  /** Finishes what is under way. Requests after it are `not_sent` with `ECLOSED`. */
  close(): Promise<void>
}

/** So much of its limit a request may wait to be written; the rest is the carrier's, to answer in. */
const WAITING_SHARE = 0.75
/** No carrier's answer about one message comes near it. */
const LARGEST_ANSWER_BYTES = 1024 * 1024
/** A connection is renewed after so many requests, so that a name that moved is looked up again under steady load. */
const REQUESTS_PER_CONNECTION = 1000

/** The one way carriers are called over HTTP. Opens nothing before the first request. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { origin, pathname } = new URL(options.baseUrl)
  const prefix = pathname.replace(/\/+$/, '')
  const pool = new Pool(origin, {
    connections: options.connections,
    pipelining: 1,
    allowH2: false,
    maxRequestsPerClient: REQUESTS_PER_CONNECTION,
    // One limit for the whole request, kept here; undici's are on silence alone.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: connectorOf(options),
  })
  let closing: Promise<void> | undefined
  const bare = ['user-agent', 'Carillon', 'accept', 'application/json', ...Object.entries(options.headers ?? {}).flat()]
  const headers: Partial<Record<string, string[]>> = {
    '': bare,
    'application/x-www-form-urlencoded': [...bare, 'content-type', 'application/x-www-form-urlencoded'],
    'application/json': [...bare, 'content-type', 'application/json'],
  }
  const headersFor = (type: string) => headers[type] ?? [...bare, 'content-type', type]

  return {
    send: ({ method, path, body, headers: own, limitMs = options.limitMs }) =>
      new Promise((resolve) => {
        const call = new Call(resolve, limitMs)
        try {
          pool.dispatch(
            {
              method,
              path: `${prefix}${path}`,
              headers: own
                ? [...headersFor(body?.type ?? ''), ...Object.entries(own).flat()]
                : headersFor(body?.type ?? ''),
              body: payloadOf(body),
            },
            call,
          )
        } catch (error) {
          call.onResponseError(undefined, error as Error)
        }
      }),
    close: () => (closing ??= pool.close()),
  }
}

const payloadOf = (body: Body | undefined): string | Buffer | null =>
  body === undefined ? null : 'bytes' in body ? body.bytes : body.text

function connectorOf({ connectMs, lookup }: HttpClientOptions): buildConnector.connector {
  // Which requests a broken HTTP/2 connection carried to the other side cannot be told apart.
  const connect = buildConnector({ timeout: connectMs, allowH2: false, ...(lookup ? { lookup } : {}) })
  if (!lookup) return connect
  return (target, done) => {
    if (!isIP(target.hostname)) return connect(target, done)
    // Node asks no lookup about what is an address already.
    lookup(target.hostname, {}, (error) => (error ? done(error, null) : connect(target, done)))
  }
}

/**
 * One request, as undici tells of it. A class and undici's own handler interface, because a `request()` with its stream,
 * promise and abort signal costs twice as much and does not tell whether anything had been written.
 */
class Call implements Dispatcher.DispatchHandler {
  readonly #resolve: (exchange: Exchange) => void
  readonly #limitMs: number
  readonly #startedAt = performance.now()
  /** First on its waiting, then on the rest. */
  #timer: NodeJS.Timeout
  #controller: Dispatcher.DispatchController | undefined
  #isSettled = false
  #status = 0
  #headers: IncomingHttpHeaders = {}
  #chunks: Buffer[] = []
  #bytes = 0

  constructor(resolve: (exchange: Exchange) => void, limitMs: number) {
    this.#resolve = resolve
    this.#limitMs = limitMs
    this.#timer = setTimeout(() => this.#fail('EBUSY'), limitMs * WAITING_SHARE)
  }

  /** On the point of writing. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    const waitedMs = performance.now() - this.#startedAt
    // A busy process fires its timers late.
    if (waitedMs >= this.#limitMs * WAITING_SHARE) this.#fail('EBUSY')
    // It waited for a connection for too long: thrown, undici passes it over and keeps the connection.
    if (this.#isSettled) throw new Error('The request had timed out before it was written')
    this.#controller = controller
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#giveUp('ETIMEDOUT'), this.#limitMs - waitedMs)
  }

  onResponseStart(_: unknown, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes > LARGEST_ANSWER_BYTES) this.#giveUp('ETOOLARGE')
    else this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    const body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
    this.#settle({ kind: 'answered', status: this.#status, headers: this.#headers, body: body.toString() })
  }

  onResponseError(_: unknown, error: Error): void {
    this.#fail(codeOf(error))
  }

  #giveUp(code: string): void {
    this.#fail(code)
    this.#controller?.abort(new Error(code))
  }

  #fail(code: string): void {
    // A no is a no without its reasons; a yes is one only when it is whole.
    if (this.#status >= 300) this.#settle({ kind: 'answered', status: this.#status, headers: this.#headers, body: '' })
    else this.#settle({ kind: this.#controller ? 'lost' : 'not_sent', code })
  }

  #settle(exchange: Exchange): void {
    if (this.#isSettled) return
    this.#isSettled = true
    clearTimeout(this.#timer)
    this.#resolve(exchange)
  }
}

/** undici's names for what sockets call otherwise. */
const CODES = new Map(
  Object.entries({
    UND_ERR_CONNECT_TIMEOUT: 'ETIMEDOUT',
    UND_ERR_SOCKET: 'ECONNRESET',
    UND_ERR_CLOSED: 'ECLOSED',
    UND_ERR_DESTROYED: 'ECLOSED',
    EPIPE: 'ECONNRESET',
    UND_ERR_HEADERS_OVERFLOW: 'EPROTOCOL',
    UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'EPROTOCOL',
  }),
)

/** A code alone: the words of an error may hold the address, and the address a password. */
function codeOf(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (error.name === 'HTTPParserError') return 'EPROTOCOL'
  return CODES.get(code) ?? (/^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : 'ENETWORK')
}
