import type { Relay } from 'bullmq'
import { createBatcher } from '../batch.ts'
import { inTime } from '../in-time.ts'
import { tellOnce } from '../tell-once.ts'
import type { Realtime } from './realtime.ts'
import { openPostgresRelay, openRedisRelay } from './relay-server.ts'

const TOPIC = /^[\w-]+(\.[\w-]+){0,15}$/
const RETRY_AFTER_MS = 1_000
/** Publications of one topic that travel as one, and how many may wait before more are given up. */
const PUBLISH_TOGETHER = 200
const MAX_WAITING = 20_000

export interface RealtimeOptions {
  readonly backend: { readonly kind: 'redis' | 'postgres'; readonly url: string }
  /** Keeps several installations (or tests) apart on one server. Letters, digits, `-`, `_`. */
  readonly prefix?: string
  readonly onError: (error: Error) => void
}

type Payload = Record<string, unknown>

/** What one topic's listeners share. */
interface Subscription {
  readonly listeners: Map<(payload: Payload) => void, (() => void) | undefined>
  /** The relay it is under way on. */
  relay?: Relay
  stop?: () => Promise<void>
}

/**
 * Realtime on BullMQ's Relay (its API is marked experimental: the version is pinned, and only this file knows it). On
 * Postgres its tables are made by `prepareQueue`. Comes back by itself after any outage.
 */
export function createRealtime({ backend, prefix = 'carillon', onError }: RealtimeOptions): Realtime {
  const report = tellOnce(onError)
  const server = (backend.kind === 'redis' ? openRedisRelay : openPostgresRelay)(backend.url, prefix, report)
  const subscriptions = new Map<string, Subscription>()
  let closed = false
  let relay = start()

  function start(): Relay {
    const started = server.relay()
    started.on('error', report)
    started.on('recovered', () => {
      for (const subscription of subscriptions.values()) tellGap(subscription)
    })
    started.on('lag', () => report(new Error('Live events come in faster than they are read')))
    started.waitUntilReady().then(
      () => {
        for (const [topic, subscription] of subscriptions) void follow(topic, subscription)
      },
      async () => {
        // It was told to report already. A relay that could not start never will: begin again.
        await started.close().catch(() => {})
        retry(() => {
          relay = start()
        })
      },
    )
    return started
  }

  function retry(again: () => void): void {
    setTimeout(() => {
      if (!closed) again()
    }, RETRY_AFTER_MS).unref()
  }

  const isWanted = (topic: string, subscription: Subscription) => !closed && subscriptions.get(topic) === subscription

  async function follow(topic: string, subscription: Subscription): Promise<void> {
    const on = relay
    if (subscription.relay === on) return
    subscription.relay = on
    try {
      const { unsubscribe } = await on.subscribe(topic, ({ data }) => {
        for (const payload of data as Payload[]) deliver(subscription, payload)
      })
      if (!isWanted(topic, subscription)) return await unsubscribe()
      subscription.stop = unsubscribe
      tellGap(subscription)
    } catch (error) {
      if (subscription.relay === on) delete subscription.relay
      if (!isWanted(topic, subscription)) return
      report(error as Error)
      retry(() => {
        if (isWanted(topic, subscription)) void follow(topic, subscription)
      })
    }
  }

  function deliver(subscription: Subscription, payload: Payload): void {
    for (const listener of subscription.listeners.keys()) guarded(() => listener(payload))
  }

  function tellGap(subscription: Subscription): void {
    for (const onGap of subscription.listeners.values()) if (onGap) guarded(onGap)
  }

  function guarded(call: () => void): void {
    try {
      call()
    } catch (error) {
      report(error instanceof Error ? error : new Error('A listener failed', { cause: error }))
    }
  }

  const publishing = createBatcher<{ topic: string; payload: Payload }, void>({
    maxItems: 1_000,
    maxConcurrent: 2,
    async run(items) {
      try {
        await server.ready()
        await inTime('Realtime', Promise.all(byTopic(items).map(([topic, payloads]) => relay.publish(topic, payloads))))
      } catch (error) {
        report(error as Error)
      }
      return new Array(items.length).fill(undefined)
    },
  })

  return {
    async publish(topic, payload) {
      assertTopic(topic)
      if (closed || publishing.size() >= MAX_WAITING) return
      await publishing({ topic, payload })
    },

    subscribe(topic, listener, onGap) {
      assertTopic(topic)
      const own = (payload: Payload) => listener(payload) // the same function may subscribe twice
      const known = subscriptions.get(topic)
      if (known) {
        known.listeners.set(own, onGap)
        if (known.stop && onGap) queueMicrotask(() => known.listeners.has(own) && guarded(onGap))
      }
      const subscription = known ?? { listeners: new Map([[own, onGap]]) }
      if (!known) {
        subscriptions.set(topic, subscription)
        void follow(topic, subscription)
      }
      return () => {
        subscription.listeners.delete(own)
        if (subscription.listeners.size > 0 || !isWanted(topic, subscription)) return
        subscriptions.delete(topic)
        subscription.stop?.().catch(report)
      }
    },

    async close() {
      if (closed) return
      await inTime('Realtime', publishing.drain()).catch(report)
      closed = true
      subscriptions.clear()
      await inTime('Realtime', relay.close()).catch(report)
      await inTime('Realtime', server.close()).catch(report)
    },
  }
}

function assertTopic(topic: string): void {
  if (!TOPIC.test(topic)) throw new RangeError(`Not a topic: ${JSON.stringify(topic.slice(0, 100))}`)
}

function byTopic(items: { topic: string; payload: Payload }[]): [string, Payload[]][] {
  const groups: [string, Payload[]][] = []
  const open = new Map<string, Payload[]>()
  for (const { topic, payload } of items) {
    let group = open.get(topic)
    if (!group || group.length >= PUBLISH_TOGETHER) {
      group = []
      open.set(topic, group)
      groups.push([topic, group])
    }
    group.push(payload)
  }
  return groups
}
