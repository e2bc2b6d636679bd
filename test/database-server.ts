import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { findBinaries } from '../src/platform/database/embedded/binaries.ts'
import { processIdentity, servesCluster } from '../src/platform/database/embedded/processes.ts'
import { canReach, runAs, serverUser } from '../src/platform/database/embedded/server-user.ts'
import { migrate } from '../src/platform/database/migrate.ts'
import { prepareQueue } from '../src/platform/queue/postgres-backend.ts'

export const TEMPLATE = 'carillon_template'

// Nothing here outlives the run, so nothing is synced to disk.
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  shared_buffers: '128MB',
  max_connections: '200',
  autovacuum_naptime: '5s',
}

export interface TestServer {
  readonly url: string
  stop(): Promise<void>
}

/** A throw-away Postgres on a free port with the migrated template; also clears away what killed runs left. */
export async function startTestServer(): Promise<TestServer> {
  const user = serverUser()
  const base = canReach(tmpdir(), user) ? tmpdir() : '/tmp'
  sweep(base)

  const folder = mkdtempSync(join(base, `carillon-test-${process.pid}-`))
  if (user) chownSync(folder, user.uid, user.gid)
  const binaries = findBinaries(user, folder)
  const data = join(folder, 'data')
  const passwordFile = join(folder, 'password')
  const password = randomBytes(16).toString('hex')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (user) chownSync(passwordFile, user.uid, user.gid)

  const init = spawnSync(
    binaries.initdb,
    [
      '-D',
      data,
      '-U',
      'postgres',
      '--auth=password',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-sync',
      '--no-instructions',
    ],
    { ...runAs(user), encoding: 'utf8' },
  )
  if (init.status !== 0) throw new Error(`initdb failed: ${init.error?.message ?? init.stderr}`)

  const port = await freePort()
  const server = spawn(
    binaries.postgres,
    [
      '-D',
      data,
      '-p',
      String(port),
      ...Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { ...runAs(user), stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let log = ''
  server.stderr?.on('data', (chunk) => {
    log = (log + chunk).slice(-10_000)
  })
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
  await untilReady(url, server, () => log)

  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  await admin.query(`create database ${TEMPLATE}`)
  const template = databaseUrl(url, TEMPLATE)
  await migrate(template)
  await prepareQueue(template)
  await preparePartitions(template)
  await admin.query(`alter database ${TEMPLATE} allow_connections false`)
  await admin.end()

  return {
    url,
    async stop() {
      const gone = once(server, 'exit')
      if (server.exitCode === null) {
        server.kill('SIGINT')
        await gone
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The address of another database on the same server. */
export const databaseUrl = (serverUrl: string, name: string): string =>
  Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href

/** Rows made now, a month ago or in the next ones have their partition; a test with another time makes its own. */
async function preparePartitions(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`select ensure_partitions(now() - interval '1 month', 4)`)
  await client.end()
}

async function untilReady(url: string, server: ChildProcess, log: () => string): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`The test Postgres did not start:\n${log()}`)
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      return
    } catch {
      await sleep(25)
    }
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}

/** A run that was killed leaves its server and folder: both are named by the dead run's pid. */
function sweep(base: string): void {
  for (const name of readdirSync(base)) {
    const pid = Number(/^carillon-test-(\d+)-/.exec(name)?.[1])
    if (!pid || processIdentity(pid)) continue
    const data = join(base, name, 'data')
    const postmaster = postmasterOf(data)
    if (postmaster) process.kill(postmaster, 'SIGQUIT')
    rmSync(join(base, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  }
}

function postmasterOf(data: string): number | undefined {
  const file = join(data, 'postmaster.pid')
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0
  return pid && servesCluster(pid, data) ? pid : undefined
}
