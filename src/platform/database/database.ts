import { CompiledQuery, Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'
import type { DatabaseTime } from '../clock.ts'
import type { DB } from './generated.ts'
import { pendingMigrations } from './migrate.ts'
import { preparing } from './preparing.ts'

export type Rows = Kysely<DB>
export type Tx = Transaction<DB>

/** Everything the product needs from Postgres: pools of one login, each working as one of two roles. */
export interface Database {
  /** Sees every organization: the engine's own loops. Always name the organization in the `where` as well. */
  readonly engine: Rows
  /**
   * Works for one organization under row-level security, in one transaction: commits when `work` resolves. One that
   * Postgres gave up to end a deadlock did nothing, and `work` runs again: it must do nothing outside its transaction.
   */
  as<T>(organizationId: string, work: (tx: Tx) => Promise<T>): Promise<T>
  /** As `as`, to look only: all its statements see one moment, so that what they give fits together. */
  read<T>(organizationId: string, work: (tx: Tx) => Promise<T>): Promise<T>
  /**
   * A prepared statement as the engine's role, in a transaction of its own, for the hot paths; never kept waiting by transactions. `name` stands for exactly
   * this text. One that Postgres gave up to end a deadlock did nothing, and is run again.
   */
  run<Row>(name: string, text: string, values: readonly unknown[]): Promise<Row[]>
  /** What time it is there, and how far ahead of it this installation lives. */
  time(): Promise<DatabaseTime>
  /** Throws while migrations of this code are missing in the database. */
  assertMigrated(): Promise<void>
  close(): Promise<void>
}

interface Options {
  readonly url: string
  readonly enginePoolSize?: number
  readonly transactionPoolSize?: number
  readonly httpPoolSize?: number
  readonly applicationName?: string
  /** Idle connections that die are reported here; the pool replaces them. */
  readonly onError?: (error: Error) => void
}

const SESSION = {
  // A forgotten transaction would hold back vacuum and slow the dispatcher for everyone.
  statement_timeout: '30s',
  idle_in_transaction_session_timeout: '30s',
  // Compiling a plan costs more than any of our statements takes.
  jit: 'off',
  random_page_cost: '1.1',
}
/**
 * Every statement of the engine finds its rows by an index. Without this, one that was planned while a table was empty
 * (a new installation, the first minutes of a month's partition) goes on reading it from end to end while it grows.
 */
const INDEXED = { enable_seqscan: 'off' }
const CONNECT_TIMEOUT_MS = 5_000

const DEADLOCK_DETECTED = '40P01'
const DEADLOCK_RETRIES = 3

const DATE_OID = 1082

export function openDatabase({
  url,
  enginePoolSize = 8,
  transactionPoolSize = 6,
  httpPoolSize = 6,
  applicationName = 'carillon',
  onError = () => {},
}: Options): Database {
  const openPool = (role: string, max: number, settings: Record<string, string> = {}) => {
    const pool = new pg.Pool({
      connectionString: url,
      max,
      // A Pool takes every Client setting; `pipeline` sends queries without waiting for the answers before them.
      ...{ pipeline: true },
      application_name: applicationName,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      options: Object.entries({ ...SESSION, ...settings, role })
        .map(([name, value]) => `-c ${name}=${value}`)
        .join(' '),
      types: {
        // A date without a time is a string: as a JavaScript Date it would move with the machine's zone.
        getTypeParser: ((oid: number, format: 'text' | 'binary') =>
          oid === DATE_OID
            ? (value: string) => value
            : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
      },
    })
    pool.on('error', onError)
    // The pool listens to idle connections only. One that ends inside a transaction, between two statements, would end the
    // process; as it is, the next statement fails with it.
    pool.on('connect', (client) => client.on('error', () => {}))
    return pool
  }

  const enginePool = openPool('carillon_engine', enginePoolSize, INDEXED)
  const httpPool = openPool('carillon_http', httpPoolSize)
  // Apart: a transaction may wait for a statement made beside it (a limit counted, a template read). From one pool, as many
  // transactions as it has connections would each hold one and wait for another, until all of them gave up.
  const transactionPool = openPool('carillon_engine', transactionPoolSize, INDEXED)
  const transactions = new Kysely<DB>({ dialect: new PostgresDialect({ pool: preparing(transactionPool) }) })
  const engine = Object.assign(new Kysely<DB>({ dialect: new PostgresDialect({ pool: enginePool }) }), {
    transaction: () => transactions.transaction(),
  })
  const http = new Kysely<DB>({ dialect: new PostgresDialect({ pool: httpPool }) })

  const within =
    <T>(organizationId: string, work: (tx: Tx) => Promise<T>) =>
    async (tx: Tx) => {
      await sql`select set_config('app.organization_id', ${organizationId}, true)`.execute(tx)
      return work(tx)
    }

  return {
    engine,
    as: (organizationId, work) => againAfterDeadlock(() => http.transaction().execute(within(organizationId, work))),
    read: (organizationId, work) =>
      http
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute(within(organizationId, work)),
    run: <Row>(name: string, text: string, values: readonly unknown[]) =>
      againAfterDeadlock(
        async () => (await enginePool.query({ name, text, values: values as unknown[] })).rows as Row[],
      ),
    time: async () => {
      const { rows } = await enginePool.query<{ now: Date; ahead_ms: string | null }>(
        'select clock_timestamp() as now, (select ahead_ms from clock_shift) as ahead_ms',
      )
      return { now: rows[0]!.now, aheadMs: Number(rows[0]!.ahead_ms ?? 0) }
    },
    assertMigrated: async () => {
      const missing = await pendingMigrations(async (text) => (await enginePool.query(text)).rows)
      if (missing.length) throw new Error(`Migrations are missing: ${missing.join(', ')}`)
    },
    close: async () => {
      // The pools themselves: Kysely ends a pool only if it has used it.
      await Promise.all([enginePool.end(), transactionPool.end(), httpPool.end()])
    },
  }
}

/** `Database.run` within a transaction. */
export const runWithin =
  (tx: Tx): Database['run'] =>
  async <Row>(_name: string, text: string, values: readonly unknown[]) =>
    (await tx.executeQuery(CompiledQuery.raw(text, [...values]))).rows as Row[]

/** Does again what Postgres gave up to end a deadlock, a few times: it did nothing. `work` makes its transaction anew. */
export async function againAfterDeadlock<T>(work: () => Promise<T>): Promise<T> {
  for (let left = DEADLOCK_RETRIES; ; left--) {
    try {
      return await work()
    } catch (error) {
      if (left === 0 || !isDeadlock(error)) throw error
    }
  }
}

/** Postgres has given up this transaction to end a deadlock. */
export const isDeadlock = (error: unknown): boolean => (error as { code?: string }).code === DEADLOCK_DETECTED
