import { expect, test } from 'vitest'
import { testDatabase } from '../../../test/database.ts'
import { testRedisPrefix, testRedisUrl } from '../../../test/redis.ts'
import { openDatabase } from '../database/database.ts'
import { openRedis } from '../redis.ts'
import { windowsContract } from './windows.contract.ts'
import { createWindows } from './windows.ts'

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

test('on Postgres, only its own commit does not wait for the disk', async () => {
  const database = await testDatabase()
  const name = new URL(database.url).pathname.slice(1)
  await database.query(`alter database ${name} set synchronous_commit = on`)
  const db = openDatabase({ url: database.url, enginePoolSize: 1 })
  const windows = createWindows({ run: db.run, clock: { now: () => new Date('2031-01-01T00:00:00Z') } })
  expect(await windows.takeUpTo('k', { limit: 1, windowMs: 3_600_000 }, 1)).toMatchObject({ taken: 1 })
  const after = await db.run('test.commit', `select current_setting('synchronous_commit') as value`, [])
  expect(after).toEqual([{ value: 'on' }])
  await db.close()
  await database.close()
})
