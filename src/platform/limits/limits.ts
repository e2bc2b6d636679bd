import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Redis } from '../redis.ts'
import type { Ask, Buckets } from './bucket.ts'
import { postgresBuckets, type RunStatement } from './postgres-buckets.ts'
import { redisBuckets } from './redis-buckets.ts'

/** A bucket that holds `burst` and refills by `perSecond`: never more than burst + perSecond × t in any t seconds. */
export interface Limit {
  readonly burst: number
  readonly perSecond: number
}

/** Limits shared by every process that works on the same database (or Redis). One key always goes with one limit. */
export interface Limits {
  /** All of `cost` or nothing. `retryAfterMs`: when the same would be allowed if nobody else came; 0 when it is. */
  take(key: string, limit: Limit, cost?: number): Promise<{ allowed: boolean; remaining: number; retryAfterMs: number }>
  /** As much of `wanted` as there is. `retryAfterMs`: when there is one more; 0 when all was taken. */
  takeUpTo(key: string, limit: Limit, wanted: number): Promise<{ taken: number; retryAfterMs: number }>
  /** Forgets the buckets that are full again, which are the same as none. Says how many. */
  sweep(): Promise<number>
}

export type LimitsOptions = { readonly clock: Clock } & (
  | { readonly run: RunStatement }
  | { readonly redis: Redis; readonly prefix?: string }
)

/** On Postgres (`run` is the database's own) concurrent calls of a process share one statement; on Redis each is one script. */
export function createLimits(options: LimitsOptions): Limits {
  const nowUs = () => options.clock.now().getTime() * 1_000
  const buckets: Buckets =
    'redis' in options
      ? redisBuckets(options.redis, options.prefix ?? 'carillon', nowUs)
      : postgresBuckets(options.run, nowUs)

  function ask(key: string, { burst, perSecond }: Limit, cost: number, partial: boolean): Ask {
    if (!(burst >= 1 && perSecond > 0)) throw new RangeError('A limit needs a burst of at least 1 and a rate above 0')
    if (!Number.isInteger(cost) || cost < 1) throw new RangeError('A cost is a whole number from 1')
    if (!partial && cost > burst) throw new RangeError(`A cost of ${cost} never fits into a burst of ${burst}`)
    const unitUs = Math.ceil(1_000_000 / perSecond)
    return { key: stored(key), unitUs, depthUs: Math.floor(burst) * unitUs, cost, partial }
  }

  return {
    async take(key, limit, cost = 1) {
      const asked = ask(key, limit, cost, false)
      const { taken, aheadUs } = await buckets.ask(asked)
      const allowed = taken === cost
      const room = asked.depthUs - aheadUs - taken * asked.unitUs
      return {
        allowed,
        remaining: Math.max(0, Math.floor(room / asked.unitUs)),
        retryAfterMs: allowed ? 0 : msUntil(cost * asked.unitUs - room),
      }
    },

    async takeUpTo(key, limit, wanted) {
      const asked = ask(key, limit, wanted, true)
      const { taken, aheadUs } = await buckets.ask(asked)
      const room = asked.depthUs - aheadUs - taken * asked.unitUs
      return { taken, retryAfterMs: taken === wanted ? 0 : msUntil(asked.unitUs - room) }
    },

    sweep: () => buckets.sweep(),
  }
}

/** Keys name people (a sign-in's address), so only their hash is stored; and any text will do as a key. */
const stored = (key: string): string => createHash('sha256').update(key).digest('base64url').slice(0, 24)

const msUntil = (us: number): number => Math.max(1, Math.ceil(us / 1_000))
