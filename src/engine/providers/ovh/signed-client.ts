import type { Clock } from '../../../platform/clock.ts'
import { readJson } from '../http-client/body.ts'
import { createHttpClient, type Exchange, type HttpRequest } from '../http-client/client.ts'
import type { Network } from '../provider.ts'
import type { OvhSettings } from './settings.ts'
import { signatureOf } from './signature.ts'

/** What became of a request. `left`: it may have been worked on; false: only the clock was asked, and what is told is of that. */
export interface Called {
  readonly exchange: Exchange
  readonly left: boolean
}

/** Words for a signature that is too old or wrong: our clock and OVHcloud's have drifted apart, or the secret is wrong. */
const CLOCK_FAULTS: readonly unknown[] = ['INVALID_SIGNATURE', 'QUERY_TIME_OUT']
const CLOCK_WORDS = /^(invalid signature|query out of time)/i

/**
 * Calls OVHcloud's API with signed requests. They carry the time by OVHcloud's own clock, which is asked once
 * (`GET /auth/time`) and again when a signature is refused; the request is then made once more, as nothing came of it.
 */
export function createSignedClient(settings: OvhSettings, network: Network | undefined, clock: Clock) {
  const { applicationKey, consumerKey, baseUrl, connections, timeouts } = settings
  const client = createHttpClient({
    baseUrl,
    connections,
    connectMs: timeouts.connectMs,
    limitMs: timeouts.sendMs,
    ...(network?.lookup ? { lookup: network.lookup } : {}),
  })
  const { origin, pathname } = new URL(baseUrl)
  const base = origin + pathname.replace(/\/+$/, '')
  let skewMs: number | undefined
  let asking: Promise<Exchange | undefined> | undefined

  return {
    /** Ends within the account's time limit, however often it asks. */
    async call(request: HttpRequest): Promise<Called> {
      const until = performance.now() + timeouts.sendMs
      const wasKnown = skewMs !== undefined
      const first = await once(request, until)
      if (!wasKnown || !first.left || !isClockFault(first.exchange)) return first
      skewMs = undefined
      return once(request, until)
    },
    close: () => client.close(),
  }

  async function once(request: HttpRequest, until: number): Promise<Called> {
    if (skewMs === undefined) {
      asking ??= askTime(left(until)).finally(() => {
        asking = undefined
      })
      const failed = await asking
      if (failed) return { exchange: failed, left: false }
    }
    const timestamp = Math.floor((clock.now().getTime() + (skewMs ?? 0)) / 1000)
    const { method, path, body } = request
    const text = body && 'text' in body ? body.text : ''
    const headers = {
      'x-ovh-application': applicationKey,
      'x-ovh-consumer': consumerKey,
      'x-ovh-timestamp': `${timestamp}`,
      'x-ovh-signature': signatureOf({ method, url: base + path, body: text, timestamp }, settings),
    }
    return { exchange: await client.send({ ...request, headers, limitMs: left(until) }), left: true }
  }

  /** Undefined when it is known now. */
  async function askTime(limitMs: number): Promise<Exchange | undefined> {
    const exchange = await client.send({ method: 'GET', path: '/auth/time', limitMs })
    const text = exchange.kind === 'answered' && exchange.status === 200 ? exchange.body.trim() : ''
    if (!/^\d{9,11}$/.test(text)) return exchange
    skewMs = Number(text) * 1000 - clock.now().getTime()
    return undefined
  }
}

export type SignedClient = ReturnType<typeof createSignedClient>

const left = (until: number): number => Math.max(1, Math.ceil(until - performance.now()))

function isClockFault(exchange: Exchange): boolean {
  if (exchange.kind !== 'answered' || exchange.status < 400 || exchange.status >= 500) return false
  const body = readJson(exchange.body)
  return CLOCK_FAULTS.includes(body?.errorCode) || (typeof body?.message === 'string' && CLOCK_WORDS.test(body.message))
}
