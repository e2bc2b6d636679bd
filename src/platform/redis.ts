import { Redis } from 'ioredis'
import { AppError } from '../errors.ts'

const READY_WITHIN_MS = 1_000

export type { Redis }

/**
 * A connection that comes back by itself, for ever, at most a second after the server does. Its errors reach `onError`
 * (an outage repeats them). Before a command that somebody waits for, ask {@link redisReady}.
 */
export function openRedis(url: string, { onError, name }: { onError: (error: Error) => void; name: string }): Redis {
  const redis = new Redis(url, {
    connectionName: name,
    // BullMQ demands it of the connections it blocks on, and copies the options of this one.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(times * 100, 1_000),
    // After a failover the old primary answers READONLY until somebody looks for the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    keepAlive: 10_000,
  })
  redis.on('error', onError)
  return redis
}

/** Throws `unavailable` when there is no connection and none comes within a second. */
export async function redisReady(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return
  await new Promise<void>((resolve, reject) => {
    const done = () => {
      clearTimeout(timer)
      redis.off('ready', done)
      if (redis.status === 'ready') resolve()
      else reject(new AppError('unavailable', 'Redis is not reachable', { retryAfterSeconds: 2 }))
    }
    const timer = setTimeout(done, READY_WITHIN_MS)
    redis.on('ready', done)
  })
}
