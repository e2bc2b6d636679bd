import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

/** Every column that docs/personal-data.md says something about, as `table.column`. */
function classified(): string[] {
  const page = readFileSync(new URL('../../../docs/personal-data.md', import.meta.url), 'utf8')
  const names = (cell: string | undefined) => [...(cell ?? '').matchAll(/`([\w.]+)`/g)].map(([, name]) => name!)
  return page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => {
      const [, tables, columns] = line.split('|')
      return names(tables).flatMap((table) => names(columns).map((column) => `${table}.${column}`))
    })
}

/** Every column there is. Partitions have their table's, views show those of tables, the queue's own schema holds ids. */
const present = async (): Promise<string[]> =>
  (
    await database.query<{ name: string }>(`
      select case c.table_schema when 'auth' then 'auth.' else '' end || c.table_name || '.' || c.column_name as name
      from information_schema.columns c
      join pg_class t on t.relname = c.table_name and t.relnamespace = c.table_schema::regnamespace
      where c.table_schema in ('public', 'auth') and t.relkind in ('r', 'p') and not t.relispartition order by 1`)
  ).map(({ name }) => name)

test('docs/personal-data.md says of every column what becomes of it, once', async () => {
  const said = classified()
  const there = await present()
  expect(there.length).toBeGreaterThan(300)
  expect(there.filter((name) => !said.includes(name))).toEqual([])
  expect(said.filter((name, at) => said.indexOf(name) !== at)).toEqual([])
  const both = new Set(there)
  // The two tables of sums share one line, and one of them has an id.
  expect(said.filter((name) => !both.has(name) && name !== 'stat_hour.id')).toEqual([])
})
