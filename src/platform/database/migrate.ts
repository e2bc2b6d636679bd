import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

const FOLDER = new URL('./migrations/', import.meta.url)
const LOCK = 0x0ca21110

export interface Migration {
  readonly name: string
  readonly sql: string
  readonly hash: string
}

/** The `0001-….sql` files, in order. They only go forward; a file once released is never edited. */
function readMigrations(folder: URL = FOLDER): Migration[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const sql = readFileSync(new URL(name, folder), 'utf8')
      return { name, sql, hash: createHash('sha256').update(sql).digest('hex') }
    })
}

/**
 * Brings the database up to date and says which files it applied. Any number of processes may call it at once: one
 * works, the others wait. A file whose first line is `-- no-transaction` runs outside one (for `create index concurrently`).
 *
 * The lock is polled: sessions that wait inside `pg_advisory_lock` hold a snapshot, and `create index concurrently`
 * would wait for them for ever.
 */
export async function migrate(databaseUrl: string, migrations: Migration[] = readMigrations()): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    while (!(await client.query('select pg_try_advisory_lock($1) as mine', [LOCK])).rows[0].mine) await sleep(50)
    await client.query(
      'create table if not exists migration (name text primary key, hash text not null, applied_at timestamptz not null default now())',
    )
    const { rows } = await client.query<{ name: string; hash: string }>('select name, hash from migration')
    const applied = new Map(rows.map((row) => [row.name, row.hash]))

    const done: string[] = []
    for (const migration of migrations) {
      const before = applied.get(migration.name)
      if (before === migration.hash) continue
      if (before)
        throw new Error(`Migration ${migration.name} was changed after it was applied; add a new file instead`)
      await apply(client, migration)
      done.push(migration.name)
    }
    return done
  } finally {
    await client.end()
  }
}

/** The migrations this code has and the database has not: empty when it is ready to work. */
export async function pendingMigrations(
  query: (sql: string) => Promise<{ name: string }[]>,
  migrations = readMigrations(),
): Promise<string[]> {
  const applied = new Set((await query('select name from migration')).map((row) => row.name))
  return migrations.filter((migration) => !applied.has(migration.name)).map((migration) => migration.name)
}

async function apply(client: pg.Client, { name, sql, hash }: Migration): Promise<void> {
  const inTransaction = !sql.startsWith('-- no-transaction')
  if (inTransaction) await client.query('begin')
  try {
    await client.query(sql)
    await client.query('insert into migration (name, hash) values ($1, $2)', [name, hash])
    if (inTransaction) await client.query('commit')
  } catch (error) {
    if (inTransaction) await client.query('rollback')
    throw new Error(`Migration ${name} failed`, { cause: error })
  }
}
