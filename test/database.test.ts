import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from './database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

const insert = `insert into rate_limit (key, tat) values ('a', now())`

test('a test file gets the migrated tables, without rows', async () => {
  const [row] = await database.query<{ n: number }>('select count(*)::int as n from notification')
  expect(row?.n).toBe(0)
})

test('emptying removes rows and keeps what the migrations wrote', async () => {
  await database.query(insert)
  await database.empty()
  const [row] = await database.query<{ limits: number; migrations: number }>(
    'select (select count(*)::int from rate_limit) as limits, (select count(*)::int from migration) as migrations',
  )
  expect(row?.limits).toBe(0)
  expect(row?.migrations).toBeGreaterThan(0)
})

test('a second clone in the same worker starts afresh', async () => {
  await database.query(insert)
  const again = await testDatabase()
  try {
    expect(await again.query('select from rate_limit')).toEqual([])
  } finally {
    await again.close()
    database = await testDatabase()
  }
})
