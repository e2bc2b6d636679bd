import { testDatabase } from '../../../test/database.ts'
import { testRedisPrefix, testRedisUrl } from '../../../test/redis.ts'
import { openDatabase } from '../database/database.ts'
import { openRedis } from '../redis.ts'
import { windowsContract } from './windows.contract.ts'

windowsContract('Postgres', async () => {
  const database = await testDatabase()
  const db = openDatabase({ url: database.url })
  return {
    store: { run: db.run },
    rows: async () => Number((await database.query<{ n: string }>('select count(*) as n from rate_window'))[0]?.n),
    close: async () => {
      await db.close()
      await database.close()
    },
  }
})

const redisUrl = testRedisUrl()
if (redisUrl) {
  windowsContract('Redis', async () => {
    const prefix = testRedisPrefix()
    const redis = openRedis(redisUrl, { name: 'test', onError: () => {} })
    return {
      store: { redis, prefix },
      rows: async () => (await redis.keys(`${prefix}:window:*`)).length,
      close: async () => redis.disconnect(),
    }
  })
}
