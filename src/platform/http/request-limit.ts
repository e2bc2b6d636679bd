/** What a caller has left. `resetSeconds`: until it is whole again, or, when refused, until the next request is taken. */
export interface Allowance {
  readonly allowed: boolean
  readonly limit: number
  readonly remaining: number
  readonly resetSeconds: number
}

export interface RequestLimit {
  take(key: string, now: Date): Allowance
  /** What is left, without taking. */
  look(key: string, now: Date): Allowance
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

  function refilled(key: string, now: number): { tokens: number; at: number } {
    const bucket = buckets.get(key)
    if (!bucket) return { tokens: burst, at: now }
    return { tokens: Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * perSecond), at: now }
  }

  const allowance = (allowed: boolean, tokens: number): Allowance => ({
    allowed,
    limit: burst,
    remaining: Math.floor(tokens),
    resetSeconds: Math.ceil((allowed ? burst - tokens : 1 - tokens) / perSecond),
  })

  return {
    take(key, time) {
      const bucket = refilled(key, time.getTime())
      const allowed = bucket.tokens >= 1
      if (allowed) bucket.tokens -= 1
      if (!buckets.has(key) && buckets.size >= MOST_KEYS) buckets.clear()
      buckets.set(key, bucket)
      return allowance(allowed, bucket.tokens)
    },
    look(key, time) {
      const { tokens } = refilled(key, time.getTime())
      return allowance(tokens >= 1, tokens)
    },
  }
}
