import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { explainFolder } from '../start-error.ts'
import { findBinaries } from './embedded/binaries.ts'
import { ensureCluster, readAccess, resetPassword, writeAccess } from './embedded/cluster.ts'
import { takeOwnership } from './embedded/ownership.ts'
import {
  choosePort,
  clearAway,
  type Launch,
  PortTakenError,
  startPostmaster,
  stopPostmaster,
} from './embedded/postmaster.ts'
import { serverUser } from './embedded/server-user.ts'

const DATABASE = 'carillon'
const INVALID_PASSWORD = '28P01'
const RESTART_AFTER_MS = 1_000
const PORTS_TRIED = 3

export interface EmbeddedPostgres {
  /** Superuser on the product's database; on loopback only, with a password nobody else can read. */
  readonly url: string
  /** Whether a server left running by a killed process was found and ended first. */
  readonly recovered: boolean
  /** Ends the server and gives the data folder back. Call it last. */
  stop(): Promise<void>
}

interface Options {
  /** A folder from `prepareDataDir`. One process at a time works in it. */
  readonly dataDir: string
  /** Things the operator should know, one line each. */
  readonly log: (line: string) => void
}

/**
 * A real Postgres of our own, made on the first start and durable like any other. As root it runs as another user.
 * While we live it is started again should it die; if we are killed it goes on alone, and the next start ends it first.
 * Throws `StartError` with a line for people.
 */
export async function startEmbedded({ dataDir, log }: Options): Promise<EmbeddedPostgres> {
  const ownership = await takeOwnership(dataDir).catch((error) => explainFolder(dataDir, error))
  try {
    const server = await openServer(dataDir, log)
    return {
      ...server,
      async stop() {
        await server.stop()
        ownership.release()
      },
    }
  } catch (error) {
    ownership.release()
    return explainFolder(dataDir, error)
  }
}

async function openServer(dataDir: string, log: (line: string) => void): Promise<EmbeddedPostgres> {
  const user = serverUser()
  const binaries = findBinaries(user, dataDir)
  const launch: Launch = { cluster: join(dataDir, 'postgres'), logFile: join(dataDir, 'postgres.log'), binaries, user }
  const accessFile = join(dataDir, 'postgres.json')

  const { port: lastPort, password } = readAccess(accessFile)
  writeAccess(accessFile, { port: lastPort, password })
  ensureCluster(launch.cluster, password, binaries, user)
  const recovered = await clearAway(launch.cluster)
  const opened = await openSomewhere()
  const { port } = opened
  let { server } = opened
  const url = (database: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}?sslmode=disable`
  try {
    if ((await createDatabase(url('postgres'))) === 'wrong password') {
      // postgres.json was lost or is older than the cluster: whoever owns the files may set the password.
      await server.stop()
      resetPassword(launch.cluster, password, binaries, user)
      server = await openSupervised(launch, port, log)
      await createDatabase(url('postgres'))
    }
  } catch (error) {
    await server.stop()
    throw error
  }
  return { url: url(DATABASE), recovered, stop: server.stop }

  /** A port that was free may be another program's by the time the server asks for it. */
  async function openSomewhere() {
    for (let tries = 1; ; tries++) {
      const free = await choosePort(tries === 1 ? lastPort : undefined)
      writeAccess(accessFile, { port: free, password })
      try {
        return { port: free, server: await openSupervised(launch, free, log) }
      } catch (error) {
        if (!(error instanceof PortTakenError) || tries === PORTS_TRIED) throw error
      }
    }
  }
}

/** Keeps the server running until `stop`. */
async function openSupervised(launch: Launch, port: number, log: (line: string) => void) {
  let child = await startPostmaster(launch, port)
  let stopping = false
  let restarted = Promise.resolve()

  const watch = () =>
    child.once('exit', (code, signal) => {
      if (stopping) return
      log(`The embedded Postgres ended (${signal ?? `code ${code}`}); starting it again`)
      restarted = restart()
    })
  const restart = async (): Promise<void> => {
    while (!stopping) {
      try {
        await clearAway(launch.cluster)
        child = await startPostmaster(launch, port)
        watch()
        return
      } catch (error) {
        log((error as Error).message)
        await sleep(RESTART_AFTER_MS)
      }
    }
  }

  watch()
  return {
    async stop() {
      stopping = true
      await restarted
      await stopPostmaster(child)
    },
  }
}

async function createDatabase(url: string): Promise<'there' | 'wrong password'> {
  const client = new pg.Client({ connectionString: url })
  try {
    await client.connect()
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE])
    if (!rowCount) await client.query(`create database ${DATABASE}`)
    return 'there'
  } catch (error) {
    if ((error as pg.DatabaseError).code === INVALID_PASSWORD) return 'wrong password'
    throw error
  } finally {
    await client.end()
  }
}
