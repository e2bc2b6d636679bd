import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { type Database, openDatabase, type Tx } from './database.ts'

const ORGANIZATION = '01900000-0000-7000-8000-000000000001'

let database: TestDatabase
let db: Database
beforeAll(async () => {
  database = await testDatabase()
  db = openDatabase({ url: database.url })
  await database.query(`insert into organization (id, name, created_at) values ($1, 'Sample organization', now())`, [
    ORGANIZATION,
  ])
  await database.query(
    `insert into suppression (organization_id, channel, address, reason, created_at)
     select $1, 1, address, 'opted_out', now() from unnest(array['a', 'b']) as s(address)`,
    [ORGANIZATION],
  )
})
afterAll(async () => {
  await db.close()
  await database.close()
})

test('two transactions that wait for each other both come through', async () => {
  let together: () => void
  const bothHoldOne = new Promise<void>((resolve) => {
    let holding = 0
    together = () => {
      holding += 1
      if (holding === 2) resolve()
    }
  })
  const add = (tx: Tx, address: string) =>
    tx
      .updateTable('suppression')
      .set(({ eb }) => ({ reason: eb('reason', '||', '+') }))
      .where('address', '=', address)
      .execute()
  const inOrder = (first: string, second: string) =>
    db.as(ORGANIZATION, async (tx) => {
      await add(tx, first)
      together()
      await bothHoldOne
      await add(tx, second)
    })
  await Promise.all([inOrder('a', 'b'), inOrder('b', 'a')])
  expect(await database.query('select distinct reason from suppression')).toEqual([{ reason: 'opted_out++' }])
})

test('a connection that ends between two statements of a transaction fails that one, and not the process', async () => {
  for (const begin of [
    <T>(work: (tx: Tx) => Promise<T>) => db.engine.transaction().execute(work),
    <T>(work: (tx: Tx) => Promise<T>) => db.as(ORGANIZATION, work),
  ]) {
    const failed = begin(async (tx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
      await database.query('select pg_terminate_backend($1)', [rows[0]!.pid])
      await sleep(200)
      await sql`select 1`.execute(tx)
    })
    await expect(failed).rejects.toThrow()
    expect(await begin(async (tx) => (await sql<{ one: number }>`select 1 as one`.execute(tx)).rows)).toEqual([
      { one: 1 },
    ])
  }
})

test('many transactions that each need a statement beside them all come through', async () => {
  const beside = () => db.run<{ n: number }>('test.beside', 'select count(*)::int as n from suppression', [])
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      index % 2
        ? db.as(ORGANIZATION, beside)
        : db.engine.transaction().execute(async (tx) => {
            await tx.selectFrom('suppression').select('address').execute()
            await db.engine.selectFrom('suppression').select('address').execute()
            return beside()
          }),
    ),
  )
  expect(answers).toEqual(Array.from({ length: 50 }, () => [{ n: 2 }]))
})

test('what transactions say again and again is prepared, once for each connection; what is said anew each time is not', async () => {
  const own = openDatabase({ url: database.url, transactionPoolSize: 1 })
  const prepared = (tx: Tx) =>
    sql<{ statement: string }>`select statement from pg_prepared_statements`
      .execute(tx)
      .then(({ rows }) => rows.map(({ statement }) => statement))
  try {
    for (let n = 1; n <= 8; n++)
      await own.engine.transaction().execute(async (tx) => {
        const { rows } = await sql<{ n: number }>`select ${n}::int + 1 as n`.execute(tx)
        expect(rows).toEqual([{ n: n + 1 }])
        const list = sql.join(Array.from({ length: n }, (_, index) => sql`${index}::int`))
        expect((await sql`select 1 where 0 in (${list})`.execute(tx)).rows).toHaveLength(1)
      })
    // One that fails inside a transaction is still there for the next.
    await expect(
      own.engine.transaction().execute((tx) => sql`select ${'no number'}::int + 1 as n`.execute(tx)),
    ).rejects.toThrow('invalid input syntax')
    await own.engine.transaction().execute(async (tx) => {
      expect(await prepared(tx)).toEqual(['select $1::int + 1 as n'])
      expect((await sql`select ${1}::int + 1 as n`.execute(tx)).rows).toEqual([{ n: 2 }])
    })
  } finally {
    await own.close()
  }
})
