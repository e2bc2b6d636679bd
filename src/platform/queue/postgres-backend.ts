import { setTimeout as sleep } from 'node:timers/promises'
import {
  assertSchemaCompatibility,
  type BackendFactory,
  type PgPool,
  PostgresConnection,
  PostgresQueueBackend,
  runMigrations,
  withBackend,
} from 'bullmq'
import pg from 'pg'
import { inTime } from '../in-time.ts'
import type { QueueBackend } from './bullmq-queue.ts'

const SCHEMA = 'bullmq'
const POOL_SIZE = 4
const CONNECT_WITHIN_MS = 2_000
const PAUSE_AFTER_ERROR_MS = 500
const FEW_JOBS = 100
/** Seconds an idle worker sleeps at most; a notification that got lost costs no more than this. */
const MAX_BLOCK_SECONDS = 10

/**
 * Makes the tables of the queue in their own schema, or brings them up to date; any number of processes may call it at
 * once. They churn, so autovacuum is told to come often.
 */
export async function prepareQueue(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await runMigrations(client, SCHEMA)
    for (const table of ['job', 'event']) {
      await client.query(
        `alter table ${SCHEMA}.${table} set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
          autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 50000, autovacuum_vacuum_cost_delay = 0)`,
      )
    }
  } finally {
    await client.end()
  }
}

/** Looks again after a failure: BullMQ's own connection would remember that the server was down when it started. */
class RetryingConnection extends PostgresConnection {
  #compatible: Promise<void> | undefined

  override waitUntilReady(): Promise<void> {
    this.#compatible ??= assertSchemaCompatibility(this.pool, SCHEMA).then(
      () => {},
      (error) => {
        this.#compatible = undefined
        throw error
      },
    )
    return this.#compatible
  }
}

/** Does not hammer a server that is down or starting, never sleeps so long that a lost notification matters, and adds few jobs cheaply. */
class PatientBackend extends PostgresQueueBackend {
  override get maximumBlockTimeout(): number {
    return MAX_BLOCK_SECONDS
  }

  /**
   * Bulk insertion makes two temporary tables per call: 8 ms of Postgres's catalogues for one job, and every other
   * connection reads them anew. Row by row, as a flow is added, one job takes under 1 ms; at two hundred they are even.
   */
  override async addJobs(entries: Parameters<PostgresQueueBackend['addJobs']>[0]): Promise<string[]> {
    if (entries.length > FEW_JOBS) return super.addJobs(entries)
    const added = await this.addFlow(
      entries.map(({ job, jobId, parentKeyOpts = {} }) => ({
        jobData: job,
        jobId,
        parentKeyOpts,
        prefix: '',
        queueName: this.qualifiedName,
      })),
    )
    return added.map(([error, id]) => {
      if (error) throw error
      return String(id)
    })
  }

  override moveToActive(token: string, name?: string) {
    return pausing(super.moveToActive(token, name))
  }

  override waitForJob(blockTimeout: number) {
    return pausing(super.waitForJob(blockTimeout))
  }
}

async function pausing<Answer>(work: Promise<Answer>): Promise<Answer> {
  try {
    return await work
  } catch (error) {
    await sleep(PAUSE_AFTER_ERROR_MS)
    throw error
  }
}

/**
 * Connections: up to four per process, one of which listens for all its workers. Commits do not wait for the disk: a job
 * is a nudge, and what a crash takes from the queue the dispatcher offers again.
 */
export function openPostgresBackend(url: string, prefix: string, onError: (error: Error) => void): QueueBackend {
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    query_timeout: 10_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    // A Pool takes every Client setting; workers that share the listening connection may speak at the same time.
    ...{ pipeline: true },
    application_name: 'carillon-queue',
    options: `-c search_path=${SCHEMA} -c synchronous_commit=off`,
  })
  // BullMQ describes a pool in its own words; it documents that a pg.Pool is one.
  const shared = pool as unknown as PgPool
  const connection = new RetryingConnection(shared)
  connection.on('error', onError)
  pool.on('connect', (client) => client.setMaxListeners(0))

  const workers: PatientBackend[] = []
  connection.on('listenerinvalidated', () => {
    // A backend that shares its connection is not told: wake it, so that it listens on the new one.
    for (const backend of workers) {
      void backend.disconnectBlocking()
      void backend.reconnectBlocking()
    }
  })

  const factory: BackendFactory<PostgresQueueBackend, PostgresConnection> = (
    name,
    options,
    { withBlockingConnection } = {},
  ) => {
    const backend = new PatientBackend(connection, name, { ...options, connection: shared }, false)
    if (withBlockingConnection) workers.push(backend)
    return backend
  }
  const BullMq = withBackend(factory)
  const qualified = (name: string) => (prefix ? `${prefix}.${name}` : name)

  return {
    queue: (name) => new BullMq.Queue(qualified(name), { connection, streams: { events: { maxLen: 100 } } }),
    worker: (name, process, options) => new BullMq.Worker(qualified(name), process, { ...options, connection }),
    ready: () => connection.waitUntilReady(),
    check: async () => {
      await inTime('Postgres', pool.query('select 1'))
    },
    // BullMQ's count also walks the failed jobs it keeps.
    async waiting(name) {
      const { rows } = await pool.query<{ n: number }>(
        `select count(*)::int as n from job where queue = $1 and state = 'waiting'`,
        [qualified(name)],
      )
      return rows[0]?.n ?? 0
    },
    async close() {
      await connection.close()
      await pool.end()
    },
  }
}
