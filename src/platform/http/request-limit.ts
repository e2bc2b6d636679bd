/** What a caller has left. `resetSeconds`: until it is whole again, or, when refused, until the next request is taken. */
export interface Allowance {
  readonly allowed: boolean
  readonly limit: number
  readonly remaining: number
  readonly resetSeconds: number
}

export interface RequestLimit {
  take(key: string, now: Date): Allowance
}

export interface RequestLimitOptions {
  /** Requests a second, sustained, per key. */
  readonly perSecond: number
  /** Requests at once, after a rest. */
  readonly burst: number
}

/** Above what one process answers: it keeps one organization from crowding out the others, and is no price list. */
const DEFAULT_REQUEST_LIMIT: RequestLimitOptions = { perSecond: 10_000, burst: 20_000 }

const MOST_KEYS = 50_000

/** A token bucket per key, in this process's memory: a limit that costs a request nothing. */
export function createRequestLimit({ perSecond, burst }: RequestLimitOptions = DEFAULT_REQUEST_LIMIT): RequestLimit {
  const buckets = new Map<string, { tokens: number; at: number }>()
  return {
    take(key, time) {
      const now = time.getTime()
      let bucket = buckets.get(key)
      if (!bucket) {
        if (buckets.size >= MOST_KEYS) buckets.clear()
        bucket = { tokens: burst, at: now }
        buckets.set(key, bucket)
      }
      bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * perSecond)
      bucket.at = now
      const allowed = bucket.tokens >= 1
      if (allowed) bucket.tokens -= 1
      const missing = allowed ? burst - bucket.tokens : 1 - bucket.tokens
      return {
        allowed,
        limit: burst,
        remaining: Math.floor(bucket.tokens),
        resetSeconds: Math.ceil(missing / perSecond),
      }
    },
  }
}
