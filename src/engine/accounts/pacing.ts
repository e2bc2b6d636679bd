import type { Clock } from '../../platform/clock.ts'
import type { AccountLimits } from '../channels/carrier.ts'

interface Deps {
  readonly clock: Clock
}

interface Bucket {
  readonly tokens: number
  readonly capacity: number
  readonly perSecond: number
  readonly at: number
}

/** Full buckets are forgotten from this many on: they say no more than absent ones. */
const BUCKETS_KEPT = 10_000

/**
 * How many of a limited account's messages this process may hand to the queue now: a burst and a second's worth, refilled
 * at the account's rate. Only a guess that keeps messages in their rows; the limit itself is shared and kept where they leave.
 */
export function createPacing({ clock }: Deps) {
  const buckets = new Map<string, Bucket>()

  return {
    /** Undefined: without a rate there is nothing to pace. */
    allow(accountId: string, limits: AccountLimits): number | undefined {
      const { perSecond } = limits
      if (perSecond === undefined) {
        buckets.delete(accountId)
        return undefined
      }
      const capacity = Math.max(1, (limits.burst ?? Math.max(1, perSecond)) + perSecond)
      const bucket = refilled(buckets.get(accountId), perSecond, capacity, clock.now().getTime())
      if (!buckets.has(accountId) && buckets.size >= BUCKETS_KEPT) forgetFullOnes()
      buckets.set(accountId, bucket)
      return Math.max(0, Math.floor(bucket.tokens))
    },

    /** So many were handed to the queue. More than was allowed is paid back before anything is allowed again. */
    spend(accountId: string, messages: number): void {
      const bucket = buckets.get(accountId)
      if (!bucket || !(messages > 0)) return
      const tokens = Math.max(-bucket.capacity, bucket.tokens - messages)
      buckets.set(accountId, { ...bucket, tokens })
    },
  }

  function forgetFullOnes(): void {
    const now = clock.now().getTime()
    for (const [accountId, bucket] of buckets)
      if (refilled(bucket, bucket.perSecond, bucket.capacity, now).tokens >= bucket.capacity) buckets.delete(accountId)
  }
}

function refilled(bucket: Bucket | undefined, perSecond: number, capacity: number, now: number): Bucket {
  if (!bucket) return { tokens: capacity, capacity, perSecond, at: now }
  const gained = (Math.max(0, now - bucket.at) / 1000) * perSecond
  return { tokens: Math.min(capacity, bucket.tokens + gained), capacity, perSecond, at: now }
}
