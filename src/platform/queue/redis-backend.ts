import { createRedisBackend, withBackend } from 'bullmq'
import { inTime } from '../in-time.ts'
import { openRedis, redisReady } from '../redis.ts'
import type { QueueBackend } from './bullmq-queue.ts'

const BullMq = withBackend(createRedisBackend)

/** Nobody reads the stream of events that BullMQ writes. */
const EVENTS_KEPT = 100

/** Connections: one for everything, and one per kind of job this process works on, which blocks until there is one. */
export function openRedisBackend(url: string, prefix: string, onError: (error: Error) => void): QueueBackend {
  const connection = openRedis(url, { onError, name: prefix })
  return {
    queue: (name) => new BullMq.Queue(name, { connection, prefix, streams: { events: { maxLen: EVENTS_KEPT } } }),
    worker: (name, process, options) => new BullMq.Worker(name, process, { ...options, connection, prefix }),
    ready: () => redisReady(connection),
    check: async () => {
      await redisReady(connection)
      await inTime('Redis', connection.ping())
    },
    async waiting(_name, queue) {
      await redisReady(connection)
      const counts = await queue.getJobCounts('waiting', 'prioritized')
      return (counts.waiting ?? 0) + (counts.prioritized ?? 0)
    },
    async close() {
      connection.disconnect()
    },
  }
}
