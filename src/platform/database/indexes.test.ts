import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

/** Pairs of a table's indexes of one kind and condition, one of which begins with all columns of the other and keeps nothing apart. */
const covered = () =>
  database.query<{ index: string; by: string }>(`
    with known as (
      select i.indrelid as of, c.relname as name, c.relam as kind, i.indisunique as alone, coalesce(pg_get_expr(i.indpred, i.indrelid), '') as condition,
        (select array_agg(pg_get_indexdef(i.indexrelid, n, true) order by n) from generate_series(1, i.indnkeyatts) n) as columns
      from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace s on s.oid = c.relnamespace
      where s.nspname = 'public' and not c.relispartition)
    select one.name as index, other.name as by from known one join known other on other.of = one.of and other.name <> one.name
      and other.kind = one.kind and other.condition = one.condition and other.columns[1:cardinality(one.columns)] = one.columns
    where not one.alone order by 1, 2`)

test('no index is the beginning of another: it would be written for nothing', async () => {
  await database.query('create index again on message (organization_id, id)')
  expect((await covered()).map(({ index }) => index)).toContain('again')
  await database.query('drop index again')
  expect(await covered()).toEqual([])
})
