import type { LookupFunction } from 'node:net'
import type { Clock } from '../../platform/clock.ts'
import type { Crypto } from '../../platform/crypto.ts'
import type { Database } from '../../platform/database/database.ts'
import { createHttpClient, type Exchange, type HttpClient } from '../providers/http-client/client.ts'
import { retryAfterMs } from '../providers/http-client/retry-after.ts'
import {
  type ClaimedDelivery,
  claimDeliveries,
  type DeliveryStatus,
  settleDelivery,
  stopDeliveries,
} from './delivery-store.ts'
import { type EndpointRow, fail, heal } from './endpoint-store.ts'
import { type Answer, DISABLED_AFTER_MS, verdictOf } from './retry.ts'
import { signedHeaders } from './signature.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  /** Receivers compare what is signed with their own clocks; `clock` may be the sandbox's. */
  readonly trueNow?: () => Date
  readonly crypto: Pick<Crypto, 'open'>
  /** Refuses hosts that organizations may not reach; undefined: they may reach any. */
  readonly publicLookup: LookupFunction | undefined
  /** An endpoint was switched off because nothing has succeeded for days. */
  readonly onDisabled: (endpoint: Pick<EndpointRow, 'id' | 'organization_id' | 'url' | 'disabled_reason'>) => void
  readonly onError: (error: unknown) => void
  /** 0 to 1; spreads tries. */
  readonly random?: () => number
}

const LOOK_EVERY_MS = 1_000
/** To one endpoint at the same time, from this process. */
const PER_ENDPOINT = 8
const CONNECT_MS = 5_000
/** What the scheme advises: a receiver acknowledges first and works later. */
const LIMIT_MS = 15_000
/** Longer than a try can take. */
const LEASE_MS = 60_000
/** Clients of endpoints that nothing is sent to are closed. */
const MOST_CLIENTS = 200

/** Sends what is in line to the endpoints, until it is taken or its tries are used up. Rows say what is due, a lease who sends it. */
export function createDeliveries({
  db,
  clock,
  trueNow = clock.now,
  crypto,
  publicLookup,
  onDisabled,
  onError,
  random = Math.random,
}: Deps) {
  const clients = new Map<string, HttpClient>()
  const underWay = new Set<Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> | undefined
  let again = false
  let stopping = false

  return {
    look,
    start(): void {
      timer = setInterval(() => void look(), LOOK_EVERY_MS)
    },
    /** Lets what is under way be answered. */
    async stop(): Promise<void> {
      stopping = true
      clearInterval(timer)
      await looking
      await Promise.all(underWay)
      await Promise.all([...clients.values()].map((client) => client.close()))
    },
  }

  /** Sends what is due now. */
  function look(): Promise<void> {
    again = true
    looking ??= (async () => {
      while (again && !stopping) {
        again = false
        const now = clock.now()
        const claimed = await claimDeliveries(db.run, PER_ENDPOINT, now, new Date(now.getTime() + LEASE_MS))
        const sent = claimed.map((delivery) => send(delivery).catch(onError))
        for (const one of sent) {
          underWay.add(one)
          void one.finally(() => {
            underWay.delete(one)
            // There may be more for its endpoint.
            if (!stopping) void look()
          })
        }
      }
    })()
      .catch(onError)
      .finally(() => {
        looking = undefined
        if (again && !stopping) void look()
      })
    return looking
  }

  async function send(delivery: ClaimedDelivery): Promise<void> {
    const began = clock.now()
    const started = performance.now()
    const answer = await post(delivery, began)
    const now = clock.now()
    const made = {
      at: began.toISOString(),
      status: 'status' in answer ? answer.status : null,
      error: 'error' in answer ? answer.error : null,
      ms: Math.round(performance.now() - started),
    }
    const verdict = verdictOf(answer, delivery.attempt, now, random())
    const settle = (status: DeliveryStatus, dueAt: Date | null) =>
      settleDelivery(db.run, { id: delivery.id, attempt: delivery.attempt, status, dueAt }, made)
    if (verdict.kind === 'delivered') {
      await settle('delivered', null)
      await heal(db.run, delivery.endpoint_id)
      return
    }
    await settle(verdict.kind === 'again' ? 'waiting' : 'failed', verdict.kind === 'again' ? verdict.dueAt : null)
    const isGone = verdict.kind === 'gone'
    const disableBefore = isGone ? now : new Date(now.getTime() - DISABLED_AFTER_MS)
    const disabled = await fail(db.run, delivery.endpoint_id, now, disableBefore, isGone ? 'gone' : 'failing')
    if (!disabled) return
    await stopDeliveries(db.run, delivery.endpoint_id)
    onDisabled(disabled)
  }

  async function post({ id, endpoint_id, url, body, ...sealed }: ClaimedDelivery, now: Date): Promise<Answer> {
    let secrets: string[]
    try {
      secrets = [
        sealed.secret,
        ...(sealed.old_secret && sealed.old_until && sealed.old_until > now ? [sealed.old_secret] : []),
      ].map((box) => crypto.open(box, endpoint_id).toString())
    } catch (error) {
      onError(error)
      return { error: 'ESECRET' }
    }
    const { pathname, search } = new URL(url)
    return answerOf(
      await clientFor(url).send({
        method: 'POST',
        path: pathname + search,
        body: { type: 'application/json', text: body },
        headers: signedHeaders(id, body, secrets, trueNow()),
      }),
      now,
    )
  }

  function clientFor(url: string): HttpClient {
    const { origin } = new URL(url)
    const known = clients.get(origin)
    if (known) {
      // The one that was used last is closed last.
      clients.delete(origin)
      clients.set(origin, known)
      return known
    }
    const client = createHttpClient({
      baseUrl: origin,
      connections: PER_ENDPOINT,
      connectMs: CONNECT_MS,
      limitMs: LIMIT_MS,
      ...(publicLookup ? { lookup: publicLookup } : {}),
    })
    clients.set(origin, client)
    const [oldest, unused] = [...clients][0]!
    if (clients.size > MOST_CLIENTS) {
      clients.delete(oldest)
      unused.close().catch(onError)
    }
    return client
  }
}

const answerOf = (exchange: Exchange, now: Date): Answer =>
  exchange.kind === 'answered'
    ? { status: exchange.status, retryAfterMs: retryAfterMs(exchange.headers, now) }
    : { error: exchange.code }
