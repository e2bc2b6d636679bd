import { Redis } from 'ioredis'
import { testDatabase } from '../../../test/database.ts'
import { testRedisUrl } from '../../../test/redis.ts'
import { prepareQueue } from './postgres-backend.ts'
import { queueContract } from './queue.contract.ts'
import { redisRestartContract } from './redis-restart.contract.ts'

queueContract('Postgres', async () => {
  const database = await testDatabase()
  await prepareQueue(database.url)
  return {
    backend: { kind: 'postgres', url: database.url },
    wipe: async () => void (await database.query('delete from bullmq.job')),
    disconnectAll: async () =>
      void (await database.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name = 'carillon-queue'`,
      )),
    close: () => database.close(),
  }
})

const redisUrl = testRedisUrl()
if (redisUrl) {
  redisRestartContract()
  queueContract('Redis', async () => {
    // A database of its own on that server, so that wiping it disturbs nobody.
    const url = new URL(redisUrl)
    url.pathname = '/9'
    const redis = new Redis(url.href)
    return {
      backend: { kind: 'redis', url: url.href },
      wipe: async () => void (await redis.flushdb()),
      disconnectAll: async () => {
        for (const line of String(await redis.client('LIST')).split('\n')) {
          const id = / db=9 .*/.test(line) ? /id=(\d+)/.exec(line)?.[1] : undefined
          if (id && Number(id) !== (await redis.client('ID'))) await redis.client('KILL', 'ID', id)
        }
      },
      close: async () => void (await redis.quit()),
    }
  })
}
