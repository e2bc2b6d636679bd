import { createBatcher } from '../batch.ts'
import type { Clock } from '../clock.ts'
import type { Redis } from '../redis.ts'
import type { RunStatement } from './postgres-buckets.ts'
import { postgresWindows } from './postgres-windows.ts'
import { redisWindows } from './redis-windows.ts'
import { storedKey } from './stored-key.ts'
import {
  alive,
  msUntilAtMost,
  SLICES,
  type Slices,
  sum,
  type WindowAsk,
  type WindowReturn,
  type WindowStore,
} from './window.ts'

/** So many in any period of `windowMs`, wherever it begins. */
export interface WindowLimit {
  readonly limit: number
  readonly windowMs: number
}

/**
 * Counts that roll, shared by every process that works on the same database (or Redis). Never more than `limit` is taken
 * in any period of `windowMs`; the price is that what was taken comes back up to a 24th of the window late (150 seconds
 * for an hour, an hour for a day). Exact as far as the processes' clocks agree. One key with another `windowMs` is
 * another count; its `limit` may change at any time.
 */
export interface Windows {
  /**
   * As much of `wanted` as there is. `used`: what the window holds now, with what was taken. `retryAfterMs`: when there is
   * one more; 0 when all was taken. Concurrent calls share one statement and, for one key, are answered in their order.
   */
  takeUpTo(
    key: string,
    window: WindowLimit,
    wanted: number,
  ): Promise<{ taken: number; used: number; retryAfterMs: number }>
  /**
   * `takeUpTo` for many different keys at once, in a statement of their own. What each was given, in the order of the asks:
   * all of what it wanted, or what there was.
   */
  takeEach(asks: readonly { key: string; window: WindowLimit; wanted: number }[]): Promise<number[]>
  /**
   * Returns what was taken at `takenAt` and not used. It counts for nothing if the slice it was taken in is still the
   * newest; else it stays counted and goes with its window, so that there is never room for more than the limit.
   */
  giveBack(key: string, window: WindowLimit, count: number, takenAt: Date): Promise<void>
  /** Looks without taking. `resetMs`: when nothing counts any more, if nobody takes; 0 when nothing does. */
  peek(key: string, window: WindowLimit): Promise<{ used: number; remaining: number; resetMs: number }>
  /** Forgets the keys whose window is empty again. Says how many. */
  sweep(): Promise<number>
}

export type WindowsOptions = { readonly clock: Clock } & (
  | { readonly run: RunStatement }
  | { readonly redis: Redis; readonly prefix?: string }
)

/** Keys one statement asks for: a whole batch of `accept`. */
const ASKS_TOGETHER = 1_000
const STATEMENTS_AT_ONCE = 2
const LARGEST_LIMIT = 2 ** 31 - 1

export function createWindows(options: WindowsOptions): Windows {
  const nowMs = () => options.clock.now().getTime()
  const store: WindowStore =
    'redis' in options ? redisWindows(options.redis, options.prefix ?? 'carillon') : postgresWindows(options.run)
  const take = createBatcher<WindowAsk, Took>({
    run: takeAll,
    maxItems: ASKS_TOGETHER,
    maxConcurrent: STATEMENTS_AT_ONCE,
  })
  const look = createBatcher<string, Slices | undefined>({
    run: (keys) => store.look(keys),
    maxItems: ASKS_TOGETHER,
    maxConcurrent: STATEMENTS_AT_ONCE,
  })

  const giveBack = createBatcher<WindowReturn, undefined>({
    run: async (returns) => {
      // A statement names a key once: one that is given back in two slices waits for the next.
      for (const round of rounds(returns)) await store.giveBack(round)
      return returns.map(() => undefined)
    },
    maxItems: ASKS_TOGETHER,
    maxConcurrent: STATEMENTS_AT_ONCE,
  })

  interface Took {
    readonly taken: number
    readonly slices: Slices
    readonly nowMs: number
  }

  /** Asks of one key become one, and what it was given is dealt out in their order. */
  async function takeAll(asks: readonly WindowAsk[]): Promise<Took[]> {
    const groups = [...Map.groupBy(asks.keys(), (index) => asks[index]!.key)].sort(([a], [b]) => (a < b ? -1 : 1))
    const now = nowMs()
    const answers = await store.take(
      groups.map(([, indexes]) => {
        const last = asks[indexes.at(-1)!]!
        const wanted = indexes.reduce((total, index) => total + asks[index]!.wanted, 0)
        return { ...last, wanted: Math.min(wanted, last.limit) }
      }),
      now,
    )
    const took: Took[] = new Array(asks.length)
    for (const [at, [, indexes]] of groups.entries()) {
      const slices = answers[at]!
      let left = slices.taken
      for (const index of indexes) {
        const taken = Math.min(left, asks[index]!.wanted)
        left -= taken
        took[index] = { taken, slices, nowMs: now }
      }
    }
    return took
  }

  return {
    async takeUpTo(key, window, wanted) {
      const { sliceMs, limit, stored } = checked(key, window)
      checkWanted(wanted)
      const { taken, slices, nowMs: at } = await take({ key: stored, sliceMs, limit, wanted })
      const used = sum(alive(slices, sliceMs, at).counts)
      return { taken, used, retryAfterMs: taken === wanted ? 0 : msUntilAtMost(limit - 1, slices, sliceMs, at) }
    },

    async takeEach(asks) {
      const stored = asks.map(({ key, window, wanted }, index) => {
        checkWanted(wanted)
        const { sliceMs, limit, stored } = checked(key, window)
        return { key: stored, sliceMs, limit, wanted: Math.min(wanted, limit), index }
      })
      stored.sort((a, b) => (a.key < b.key ? -1 : 1))
      const taken: number[] = new Array(asks.length)
      for (let start = 0; start < stored.length; start += ASKS_TOGETHER) {
        const together = stored.slice(start, start + ASKS_TOGETHER)
        const answers = await store.takeEach(together, nowMs())
        for (const [at, { index }] of together.entries()) taken[index] = answers[at]!
      }
      return taken
    },

    async giveBack(key, window, count, takenAt) {
      const { sliceMs, stored } = checked(key, window)
      if (!Number.isInteger(count) || count < 1) throw new RangeError('What is given back is a whole number from 1')
      await giveBack({ key: stored, slot: Math.floor(takenAt.getTime() / sliceMs), count })
    },

    async peek(key, window) {
      const { sliceMs, limit, stored } = checked(key, window)
      const slices = await look(stored)
      if (!slices) return { used: 0, remaining: limit, resetMs: 0 }
      const now = nowMs()
      const used = sum(alive(slices, sliceMs, now).counts)
      return { used, remaining: Math.max(0, limit - used), resetMs: msUntilAtMost(0, slices, sliceMs, now) }
    },

    sweep: () => store.sweep(nowMs()),
  }
}

function rounds(returns: readonly WindowReturn[]): WindowReturn[][] {
  const sums = new Map<string, WindowReturn>()
  for (const one of returns) {
    const id = `${one.key} ${one.slot}`
    sums.set(id, { ...one, count: one.count + (sums.get(id)?.count ?? 0) })
  }
  const byKey = [...Map.groupBy(sums.values(), ({ key }) => key)].sort(([a], [b]) => (a < b ? -1 : 1))
  const most = byKey.reduce((n, [, own]) => Math.max(n, own.length), 0)
  return Array.from({ length: most }, (_, n) => byKey.flatMap(([, own]) => own[n] ?? []))
}

function checkWanted(wanted: number): void {
  if (!Number.isInteger(wanted) || wanted < 1) throw new RangeError('What is wanted is a whole number from 1')
}

function checked(key: string, { limit, windowMs }: WindowLimit) {
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_LIMIT)
    throw new RangeError('The limit of a window is a whole number from 1')
  if (!Number.isSafeInteger(windowMs) || windowMs < SLICES) throw new RangeError(`A window has at least ${SLICES} ms`)
  return { sliceMs: Math.ceil(windowMs / SLICES), limit, stored: storedKey(`${windowMs} ${key}`) }
}
