import { Redis } from 'ioredis'
import { testDatabase } from '../../../test/database.ts'
import { testRedisUrl } from '../../../test/redis.ts'
import { prepareQueue } from '../queue/postgres-backend.ts'
import { realtimeContract } from './realtime.contract.ts'

realtimeContract('Postgres', async () => {
  const database = await testDatabase()
  await prepareQueue(database.url)
  return {
    backend: { kind: 'postgres', url: database.url },
    wipe: async () => void (await database.query('delete from bullmq.relay_node')),
    close: () => database.close(),
  }
})

const redisUrl = testRedisUrl()
if (redisUrl) {
  realtimeContract('Redis', async () => {
    // A database of its own on that server, so that wiping it disturbs nobody.
    const url = new URL(redisUrl)
    url.pathname = '/10'
    const redis = new Redis(url.href)
    return {
      backend: { kind: 'redis', url: url.href },
      wipe: async () => void (await redis.flushdb()),
      close: async () => void (await redis.quit()),
    }
  })
}
