import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { type Database, openDatabase } from '../../platform/database/database.ts'
import { MOST_COUNTED, readWork } from './work-store.ts'

const NOW = new Date('2026-11-20T12:00:00Z')
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)

let database: TestDatabase
let db: Database
beforeAll(async () => {
  database = await testDatabase()
  // One connection, so that it can be asked to tell its counts.
  db = openDatabase({ url: database.url, enginePoolSize: 1 })
})
afterAll(async () => {
  await db.close()
  await database.close()
})
beforeEach(() => database.empty())

async function add(
  count: number,
  {
    channel = 0,
    lane = 0,
    state = 0,
    dueAt = NOW,
    organizations = 1,
  }: Partial<Record<'channel' | 'lane' | 'state' | 'organizations', number>> & { dueAt?: Date },
): Promise<void> {
  await database.query(
    `insert into message_work (message_id, organization_id, channel, lane, state, due_at, deadline_at)
     select gen_random_uuid(), lpad(to_hex(n % $6), 32, '0')::uuid, $2, $3, $4, $5::timestamptz + n * interval '1 microsecond', $5::timestamptz + interval '1 day'
     from generate_series(1, $1) n`,
    [count, channel, lane, state, dueAt, organizations],
  )
}

test('with nothing to do there is nothing to tell', async () => {
  expect(await readWork(db.run, NOW)).toEqual([])
})

test('what is due counts, ready or not yet; what waits for its time does not', async () => {
  await add(3, { state: 1, dueAt: later(-90) })
  await add(2, { state: 0, dueAt: later(-120) })
  await add(5, { state: 0, dueAt: later(10) })
  await add(7, { state: 0, dueAt: later(86_400) })
  const work = await readWork(db.run, NOW)
  expect(work).toMatchObject([{ channel: 0, lane: 0, state: 'due', messages: 5 }])
  expect(Math.round((NOW.getTime() - work[0]!.oldest!.getTime()) / 1000)).toBe(120)
})

test('channels, lanes and states are told apart', async () => {
  await add(1, { channel: 1, lane: 2, state: 1 })
  await add(2, { channel: 1, lane: 3, state: 1 })
  await add(3, { channel: 1, lane: 3, state: 2, dueAt: later(29) })
  await add(4, { channel: 2, lane: 0, state: 3, dueAt: later(7) })
  const work = await readWork(db.run, NOW)
  expect(work.map(({ channel, lane, state, messages }) => [channel, lane, state, messages])).toEqual([
    [1, 2, 'due', 1],
    [1, 3, 'due', 2],
    [1, 3, 'offered', 3],
    [2, 0, 'claimed', 4],
  ])
  expect(work.filter(({ state }) => state !== 'due').map(({ oldest }) => oldest)).toEqual([null, null])
})

test('the oldest is found whichever organization it belongs to', async () => {
  await add(300, { state: 1, organizations: 300, dueAt: later(-5) })
  await database.query(`update message_work set due_at = $1 where organization_id = lpad(to_hex(123), 32, '0')::uuid`, [
    later(-500),
  ])
  expect((await readWork(db.run, NOW))[0]).toMatchObject({ messages: 300, oldest: later(-500) })
})

test('however much waits, a reading touches a bounded part of it', async () => {
  await add(20_000, { state: 0, dueAt: later(3600) })
  await add(10_000, { state: 1, organizations: 3 })
  await add(100, { state: 3, dueAt: later(5) })
  await database.query('vacuum analyze message_work')
  const before = await tuplesRead()
  const work = await readWork(db.run, NOW)
  expect(work.map(({ state, messages }) => [state, messages])).toEqual([
    ['due', MOST_COUNTED],
    ['claimed', 100],
  ])
  expect((await tuplesRead()) - before).toBeLessThan(1.5 * MOST_COUNTED)
})

/** Rows that statements have read from the table and its indexes, as Postgres counts them. */
async function tuplesRead(): Promise<number> {
  await db.run('test.flush', 'select pg_stat_force_next_flush()', [])
  const [row] = await database.query<{ n: string }>(
    `select (select seq_tup_read from pg_stat_user_tables where relname = 'message_work')
       + (select sum(idx_tup_read) from pg_stat_user_indexes where relname = 'message_work') as n`,
  )
  return Number(row?.n)
}
