import pg from 'pg'
import { inject } from 'vitest'
import { createCatalogue } from '../src/engine/catalogue/catalogue.ts'
import { createCompiler } from '../src/engine/templates/compiler.ts'
import { createTemplates } from '../src/engine/templates/templates.ts'
import { packs } from '../src/packs/packs.ts'
import { systemClock } from '../src/platform/clock.ts'
import { openDatabase } from '../src/platform/database/database.ts'
import { databaseUrl, TEMPLATE } from './database-server.ts'

/** The template with the built-in wording in it, and the lock of whoever makes it. */
const WORDED = 'carillon_worded'
const WORDED_LOCK = 20_270_304

export interface TestDatabase {
  /** Superuser on this worker's own database. */
  readonly url: string
  /** Deletes every row the migrations did not put there: about 5 ms, for `beforeEach`. */
  empty(): Promise<void>
  /** Runs SQL outside the code under test: to arrange a situation or look at the result. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  /** Lets go of the connection; for `afterAll`. */
  close(): Promise<void>
}

/**
 * A freshly migrated database for this test file, cloned from the run's template. Files that run after one another in
 * one worker reuse its name, so whatever a file left open is cut off. `worded`: the built-in templates are published.
 */
export async function testDatabase({ worded = false } = {}): Promise<TestDatabase> {
  const server = inject('testServerUrl')
  const name = `carillon_test_${process.env.VITEST_POOL_ID ?? '0'}`
  const admin = new pg.Client({ connectionString: server })
  await admin.connect()
  await admin.query(`drop database if exists ${name} with (force)`)
  if (worded) await makeWorded(admin, server)
  await admin.query(`create database ${name} template ${worded ? WORDED : TEMPLATE} strategy file_copy`)
  await admin.end()

  const url = databaseUrl(server, name)
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {}) // cut off by a later clone: the next query says so
  await client.connect()
  const tables = await tablesTheMigrationsLeftEmpty(client)
  const wipe = `set session_replication_role = replica; ${tables.map((table) => `delete from ${table};`).join(' ')} set session_replication_role = default`

  return {
    url,
    empty: async () => {
      await client.query(wipe)
    },
    query: async <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) =>
      (await client.query<Row>(text, values)).rows,
    close: () => client.end(),
  }
}

/** Once in a run, by the first file that needs it: publishing takes seconds, cloning does not. */
async function makeWorded(admin: pg.Client, server: string): Promise<void> {
  await admin.query('select pg_advisory_lock($1)', [WORDED_LOCK])
  try {
    const { rowCount } = await admin.query('select from pg_database where datname = $1 and not datallowconn', [WORDED])
    if (rowCount) return
    await admin.query(`drop database if exists ${WORDED} with (force)`)
    await admin.query(`create database ${WORDED} template ${TEMPLATE} strategy file_copy`)
    const db = openDatabase({ url: databaseUrl(server, WORDED) })
    const { entries } = createCatalogue(packs)
    const templates = createTemplates({ db, clock: systemClock, compiler: createCompiler(), entries })
    await templates.syncBuiltIns()
    await templates.close()
    await db.close()
    await admin.query(`alter database ${WORDED} allow_connections false`)
  } finally {
    await admin.query('select pg_advisory_unlock($1)', [WORDED_LOCK])
  }
}

async function tablesTheMigrationsLeftEmpty(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`)
  const empty: string[] = []
  for (const { name } of rows) {
    const { rowCount } = await client.query(`select from ${name} limit 1`)
    if (!rowCount) empty.push(name)
  }
  return empty
}
