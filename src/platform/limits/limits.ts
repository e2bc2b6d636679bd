import { createBatcher } from '../batch.ts'
import type { Clock } from '../clock.ts'
import type { Redis } from '../redis.ts'
import { type Ask, type Buckets, CLOCK_SLACK_US } from './bucket.ts'
import { postgresBuckets, type RunStatement } from './postgres-buckets.ts'
import { redisBuckets } from './redis-buckets.ts'
import { storedKey } from './stored-key.ts'

/** A bucket that holds `burst` and refills by `perSecond`: never more than burst + perSecond × t in any t seconds. */
export interface Limit {
  readonly burst: number
  readonly perSecond: number
}

/** Limits shared by every process that works on the same database (or Redis). One key always goes with one limit. */
export interface Limits {
  /** All of `cost` or nothing. `retryAfterMs`: when the same would be allowed if nobody else came; 0 when it is. */
  take(key: string, limit: Limit, cost?: number): Promise<{ allowed: boolean; remaining: number; retryAfterMs: number }>
  /**
   * As much of `wanted` as there is. `retryAfterMs`: when there is one more; 0 when all was taken. With `keep`, so many
   * units (fewer than the burst) stay in the bucket: whoever asks without it still finds them.
   */
  takeUpTo(
    key: string,
    limit: Limit,
    wanted: number,
    options?: { readonly keep?: number },
  ): Promise<{ taken: number; retryAfterMs: number }>
  /** Looks without taking: `used` and `remaining` are of the burst. `resetMs`: when the bucket is full again; 0 when it is. */
  peek(key: string, limit: Limit): Promise<{ used: number; remaining: number; resetMs: number }>
  /** Forgets the buckets that are full again, which are the same as none. Says how many. */
  sweep(): Promise<number>
}

export type LimitsOptions = { readonly clock: Clock } & (
  | { readonly run: RunStatement }
  | { readonly redis: Redis; readonly prefix?: string }
)

const KEYS_TOGETHER = 200
/** Past this, a time in microseconds would no longer be a whole number. */
const LONGEST_REFILL_US = 100 * 366 * 86_400 * 1_000_000

/** On Postgres (`run` is the database's own) concurrent calls of a process share one statement; on Redis each is one script. */
export function createLimits(options: LimitsOptions): Limits {
  const nowUs = () => options.clock.now().getTime() * 1_000
  const buckets: Buckets =
    'redis' in options
      ? redisBuckets(options.redis, options.prefix ?? 'carillon', nowUs)
      : postgresBuckets(options.run, nowUs)

  const look = createBatcher<string, number>({
    run: (keys) => buckets.look(keys),
    maxItems: KEYS_TOGETHER,
    maxConcurrent: 2,
  })

  function bucket(key: string, { burst, perSecond }: Limit) {
    if (!(burst >= 1 && perSecond > 0)) throw new RangeError('A limit needs a burst of at least 1 and a rate above 0')
    const unitUs = Math.ceil(1_000_000 / perSecond)
    if (Math.floor(burst) * unitUs > LONGEST_REFILL_US)
      throw new RangeError('A bucket must be full again within a hundred years')
    return { key: storedKey(key), unitUs, depthUs: Math.floor(burst) * unitUs }
  }

  function ask(key: string, limit: Limit, cost: number, partial: boolean, keep = 0): Ask {
    const asked = { ...bucket(key, limit), cost, partial, keep }
    if (!Number.isInteger(cost) || cost < 1) throw new RangeError('A cost is a whole number from 1')
    if (!partial && cost > limit.burst)
      throw new RangeError(`A cost of ${cost} never fits into a burst of ${limit.burst}`)
    if (!Number.isInteger(keep) || keep < 0 || keep >= Math.floor(limit.burst))
      throw new RangeError('What is kept is a whole number from 0, and less than the burst')
    return asked
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

    async takeUpTo(key, limit, wanted, { keep = 0 } = {}) {
      const asked = ask(key, limit, wanted, true, keep)
      const { taken, aheadUs } = await buckets.ask(asked)
      const room = asked.depthUs - aheadUs - taken * asked.unitUs
      return { taken, retryAfterMs: taken === wanted ? 0 : msUntil((1 + keep) * asked.unitUs - room) }
    },

    async peek(key, limit) {
      const { unitUs, depthUs, key: stored } = bucket(key, limit)
      const ahead = await look(stored)
      const aheadUs = ahead > depthUs + CLOCK_SLACK_US ? 0 : Math.max(0, ahead)
      const remaining = Math.max(0, Math.floor((depthUs - aheadUs) / unitUs))
      return { used: depthUs / unitUs - remaining, remaining, resetMs: Math.ceil(aheadUs / 1_000) }
    },

    sweep: () => buckets.sweep(),
  }
}

const msUntil = (us: number): number => Math.max(1, Math.ceil(us / 1_000))
