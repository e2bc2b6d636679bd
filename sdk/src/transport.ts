import { CarillonError, errorOf } from './carillon-error.ts'
import type { Operations } from './generated/api.ts'

export interface ClientOptions {
  /** Where the server is: `https://messages.example.com`. Default: the address of the page, in a browser. */
  readonly baseUrl?: string | undefined
  /** An organization's key, `crl_…`. For servers only: whoever has it can send. */
  readonly apiKey?: string | undefined
  /** A subscriber token, or how to get one that has not expired (asked before every request). */
  readonly token?: string | (() => string | Promise<string>) | undefined
  /** Instead of the runtime's own. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Tries after the first, for what may be tried again. Default 3. */
  readonly retries?: number | undefined
  /** For one try. Default 30 000. */
  readonly timeoutMs?: number | undefined
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  /** Makes a repeated send answer with the first one's result. Where one is useful and none is given, the client makes it. */
  readonly idempotencyKey?: string | undefined
}

type Part<Key extends keyof Operations, Name extends string> = Operations[Key] extends { [K in Name]: infer Value }
  ? Value
  : undefined
export type Params<Key extends keyof Operations> = Part<Key, 'params'>
export type Query<Key extends keyof Operations> = Part<Key, 'query'>
export type Body<Key extends keyof Operations> = Part<Key, 'body'>
export type Reply<Key extends keyof Operations> = Part<Key, 'reply'>

export interface Call<Key extends keyof Operations> extends CallOptions {
  readonly params?: Params<Key>
  readonly query?: Query<Key>
  readonly body?: Body<Key>
  /** Doing it twice is the same as doing it once, so it is tried again although an answer may have been lost. */
  readonly repeatable?: boolean
}

export interface Transport {
  call<Key extends keyof Operations>(operation: Key, call?: Call<Key>): Promise<Reply<Key>>
  /** What a GET answers, as it came, for what is not JSON. */
  bytes(path: string, options?: CallOptions): Promise<ArrayBuffer>
  url(path: string): URL
  credentials(): Promise<string | undefined>
}

const DEFAULT_RETRIES = 3
const DEFAULT_TIMEOUT_MS = 30_000
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 10_000
/** A server that asks for more patience than this is answered by the caller, not by waiting. */
const LONGEST_RETRY_AFTER_SECONDS = 60

const REPEATABLE = new Set(['GET', 'HEAD', 'PUT', 'DELETE'])

export function createTransport(options: ClientOptions): Transport {
  const { retries = DEFAULT_RETRIES, timeoutMs = DEFAULT_TIMEOUT_MS } = options
  const send = options.fetch ?? ((...args: Parameters<typeof fetch>) => globalThis.fetch(...args))
  const page = (globalThis as { location?: { href: string } }).location?.href
  const base = options.baseUrl ?? page
  if (base === undefined) throw new TypeError('createClient needs a baseUrl outside a browser')
  const url = (path: string) => new URL(path, base)

  async function credentials(): Promise<string | undefined> {
    return options.apiKey ?? (typeof options.token === 'function' ? await options.token() : options.token)
  }

  async function once(method: string, target: URL, body: string | undefined, call: CallOptions): Promise<Response> {
    const secret = await credentials()
    const headers: Record<string, string> = {}
    if (secret !== undefined) headers.authorization = `Bearer ${secret}`
    if (body !== undefined) headers['content-type'] = 'application/json'
    if (call.idempotencyKey !== undefined) headers['idempotency-key'] = call.idempotencyKey
    const late = AbortSignal.timeout(timeoutMs)
    const signal = call.signal ? AbortSignal.any([call.signal, late]) : late
    let response: Response
    try {
      // A key or token is all it needs; without one, the page's own session cookie goes along.
      const cookies = secret === undefined ? 'same-origin' : 'omit'
      response = await send(target, {
        method,
        headers,
        signal,
        credentials: cookies,
        ...(body !== undefined && { body }),
      })
    } catch (cause) {
      if (call.signal?.aborted) throw cause
      const what = late.aborted ? `No answer within ${timeoutMs / 1000} s` : 'The server could not be reached'
      throw new CarillonError('network', what, { cause })
    }
    if (!response.ok) throw await errorOf(response)
    return response
  }

  async function patiently(
    method: string,
    target: URL,
    body: string | undefined,
    call: CallOptions & { repeatable?: boolean },
  ) {
    const repeatable = call.repeatable === true || REPEATABLE.has(method) || call.idempotencyKey !== undefined
    for (let failures = 1; ; failures++) {
      try {
        return await once(method, target, body, call)
      } catch (error) {
        if (!(error instanceof CarillonError) || failures > retries || !mayRetry(error, repeatable)) throw error
        await pause(pauseMs(error, failures), call.signal)
      }
    }
  }

  return {
    url,
    credentials,
    bytes: async (path, call = {}) => (await patiently('GET', url(path), undefined, call)).arrayBuffer(),
    async call(operation, call = {}) {
      const [method, pattern] = operation.split(' ') as [string, string]
      const target = url(fill(pattern, call.params as Record<string, string> | undefined))
      for (const [name, value] of Object.entries(call.query ?? {})) {
        if (value !== undefined && value !== null) target.searchParams.set(name, String(value))
      }
      const body = call.body === undefined ? undefined : JSON.stringify(call.body)
      const response = await patiently(method, target, body, call)
      return (response.status === 204 ? undefined : await response.json()) as never
    },
  }
}

const fill = (pattern: string, params: Record<string, string> = {}): string =>
  pattern.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))

function mayRetry(error: CarillonError, repeatable: boolean): boolean {
  if ((error.retryAfterSeconds ?? 0) > LONGEST_RETRY_AFTER_SECONDS) return false
  // Refused at the door: nothing happened, whatever was asked.
  if (error.status === 429) return true
  return repeatable && (error.code === 'network' || error.status >= 500)
}

/** Doubling, and never the same for two clients at once; at least what the server asked for. */
function pauseMs({ retryAfterSeconds = 0 }: CarillonError, failures: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1))
  return retryAfterSeconds * 1000 + longest * (0.5 + Math.random() / 2)
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', give)
      resolve()
    }, ms)
    if (signal?.aborted) give()
    else signal?.addEventListener('abort', give, { once: true })
  })
}

/** Random enough to be one of a kind; `crypto.randomUUID` is missing on pages served over plain http. */
export const newIdempotencyKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
