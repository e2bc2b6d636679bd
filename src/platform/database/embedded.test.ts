import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { canReach, type ServerUser, serverUser } from './embedded/server-user.ts'

const PROGRAM = fileURLToPath(new URL('../../../test/run-embedded.ts', import.meta.url))

// Root starts the server as another user, everyone else as themselves; as root both can be tried,
// where the other user can read this folder at all.
const other = serverUser()
const users: { who: string; as: ServerUser | undefined }[] = [
  { who: other ? 'root' : 'an ordinary user', as: undefined },
]
if (other && canReach(PROGRAM, other)) users.push({ who: 'an ordinary user', as: other })

let user: ServerUser | undefined
let base: string
let dataDir: string
let children: ChildProcess[]

function prepare(as: ServerUser | undefined) {
  user = as
  base = mkdtempSync(join(canReach(tmpdir(), other) ? tmpdir() : '/tmp', 'carillon-embedded-'))
  chmodSync(base, 0o755)
  if (user) chownSync(base, user.uid, user.gid)
  dataDir = join(base, 'dà ta')
  children = []
}

async function cleanUp() {
  const pid = postmaster()
  for (const child of children) child.kill('SIGKILL')
  if (pid && alive(pid)) process.kill(pid, 'SIGQUIT')
  while (pid && alive(pid)) await sleep(10)
  rmSync(base, { recursive: true, force: true, maxRetries: 10 })
}

describe.each(users)('started by $who', ({ as }) => {
  beforeEach(() => prepare(as))
  afterEach(cleanUp)

  test('the first start makes a cluster that depends on nothing of the machine, and the second finds its rows', async () => {
    const first = await start({ LANG: '', PGPORT: '1', PGDATA: '/nowhere', PGSSLMODE: 'require' })
    expect(
      await ask(
        first.url,
        'select getdatabaseencoding() as encoding, datlocprovider as provider, datlocale as locale from pg_database where datname = current_database()',
      ),
    ).toEqual([{ encoding: 'UTF8', provider: 'b', locale: 'C.UTF-8' }])
    expect(
      await ask(
        first.url,
        `select current_setting('fsync') as fsync, current_setting('data_checksums') as checksums, current_setting('listen_addresses') as listens`,
      ),
    ).toEqual([{ fsync: 'on', checksums: 'on', listens: '127.0.0.1' }])
    expect(statSync(join(dataDir, 'postgres.json')).mode & 0o777).toBe(0o600)
    await expect(ask(first.url.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow(
      'password authentication failed',
    )
    await ask(first.url, `create table kept as select 'é' as word`)

    const pid = postmaster()!
    expect(await first.end()).toBe(0)
    expect(alive(pid)).toBe(false)

    const second = await start()
    expect(second).toMatchObject({ url: first.url, recovered: false })
    expect(await ask(second.url, 'select word from kept')).toEqual([{ word: 'é' }])
    await second.end()
  })

  test('a server left behind by a killed process is ended, and its rows are there', async () => {
    const killed = await start()
    await ask(killed.url, 'create table kept as select 1 as n')
    const orphan = postmaster()!
    await killed.end('SIGKILL')
    expect(alive(orphan)).toBe(true)

    const next = await start()
    expect(next.recovered).toBe(true)
    expect(alive(orphan)).toBe(false)
    expect(await ask(next.url, 'select n from kept')).toEqual([{ n: 1 }])
    await next.end()
  })

  test('after a power cut (all killed at once) it starts from what was committed', async () => {
    const killed = await start()
    await ask(killed.url, 'create table kept as select 1 as n')
    process.kill(postmaster()!, 'SIGSTOP') // so that it is not restarted in between
    await killed.end('SIGKILL')
    process.kill(postmaster()!, 'SIGKILL')

    const next = await start()
    expect(await ask(next.url, 'select n from kept')).toEqual([{ n: 1 }])
    await next.end()
  })

  test('a data folder that cannot be one is refused in a line that names it', async () => {
    writeFileSync(dataDir, 'a file')
    expect(await launch().said()).toEqual({
      refused: true,
      message: expect.stringContaining(`The data folder ${dataDir} cannot be used`),
    })
    const mayWriteAnywhere = !user && other
    if (mayWriteAnywhere) return
    rmSync(dataDir)
    chmodSync(base, 0o555)
    expect(await launch().said()).toEqual({
      refused: true,
      message: expect.stringMatching(/The data folder .* cannot be used: this user \(.+\) has no access to it/),
    })
    chmodSync(base, 0o755)
  })
})

describe('whoever starts it', () => {
  beforeEach(() => prepare(undefined))
  afterEach(cleanUp)

  test('a server that dies under us is started again', async () => {
    const program = await start()
    const first = postmaster()!
    process.kill(first, 'SIGKILL')
    expect((await program.said()).log).toBe('The embedded Postgres ended (SIGKILL); starting it again')
    const rows = await eventually(() => ask(program.url, 'select 1 as n'))
    expect(rows).toEqual([{ n: 1 }])
    expect(postmaster()).not.toBe(first)
    await program.end()
    expect(postmaster()).toBeUndefined()
  })

  test("a stale postmaster.pid that names another program's process is cleared, and that program left alone", async () => {
    await (await start()).end()
    const bystander = spawn('sleep', ['60'], user ? { uid: user.uid, gid: user.gid } : {})
    children.push(bystander)
    writeFileSync(
      join(dataDir, 'postgres', 'postmaster.pid'),
      `${bystander.pid}\n${join(dataDir, 'postgres')}\n1\n5432\n\n\n\nready\n`,
    )

    const next = await start()
    expect(next.recovered).toBe(false)
    expect(alive(bystander.pid!)).toBe(true)
    await next.end()
  })

  test('of two starts at once one works; the other waits, then says who is there', async () => {
    const both = [launch(), launch()]
    const said = await Promise.all(both.map((program) => program.said()))
    const winner = both[said.findIndex((line) => line.url)]!
    expect(said.find((line) => !line.url)).toEqual({
      refused: true,
      message: `Carillon already runs on ${dataDir} (process ${winner.pid}). Stop it first, or set CARILLON_DATA_DIR to another folder.`,
    })
    await winner.end()
  })

  test('a start while the last one is still stopping waits for it', async () => {
    const first = await start()
    const second = launch()
    await sleep(300)
    await first.end()
    expect(await second.said()).toMatchObject({ url: first.url, recovered: false })
    await second.end()
  })

  test('a mark left by a process whose number was given to another does not stop a start', async () => {
    mkdirSync(dataDir)
    if (user) chownSync(dataDir, user.uid, user.gid)
    writeFileSync(join(dataDir, 'owner'), `${process.pid} 1`)
    await (await start()).end()
    expect(existsSync(join(dataDir, 'owner'))).toBe(false)
  })

  test('it keeps its port, and takes another when that one is in use', async () => {
    const first = await start()
    await first.end()
    const squatter = createServer().listen(Number(new URL(first.url).port), '127.0.0.1')
    await once(squatter, 'listening')

    const second = await start()
    expect(new URL(second.url).port).not.toBe(new URL(first.url).port)
    await second.end()
    squatter.close()
  })

  test('a lost password file is made anew', async () => {
    const first = await start()
    await ask(first.url, 'create table kept as select 1 as n')
    await first.end()
    rmSync(join(dataDir, 'postgres.json'))

    const second = await start()
    expect(await ask(second.url, 'select n from kept')).toEqual([{ n: 1 }])
    await second.end()
  })

  test('what a first start cut short left behind is cleared', async () => {
    mkdirSync(join(dataDir, 'postgres.new', 'base'), { recursive: true })
    writeFileSync(join(dataDir, 'postgres.password'), 'old')
    if (user)
      for (const path of ['', 'postgres.new', 'postgres.new/base', 'postgres.password'])
        chownSync(join(dataDir, path), user.uid, user.gid)
    await (await start()).end()
    expect(existsSync(join(dataDir, 'postgres.new'))).toBe(false)
    expect(existsSync(join(dataDir, 'postgres.password'))).toBe(false)
  })

  // Only root can give a folder to somebody else.
  if (other) {
    test('a cluster made by another user is refused, and left as it was', async () => {
      await (await start()).end()
      const cluster = join(dataDir, 'postgres')
      chownSync(cluster, 12_345, 12_345)
      expect(await launch().said()).toEqual({
        refused: true,
        message: expect.stringContaining('belongs to another user (uid 12345)'),
      })
      expect(statSync(cluster).uid).toBe(12_345)
    })
  }

  test('a cluster of another Postgres version is left alone', async () => {
    await (await start()).end()
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '17\n')
    expect(await launch().said()).toEqual({
      refused: true,
      message: expect.stringMatching(/was made by Postgres 17, and this is Postgres 18: dump it/),
    })
  })
})

const postmaster = () => {
  const file = join(dataDir, 'postgres', 'postmaster.pid')
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined
}

function launch(env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [PROGRAM, dataDir], {
    cwd: '/',
    env: { PATH: process.env.PATH, LANG: 'C', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
  })
  children.push(child)
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  return {
    pid: child.pid!,
    said: async () => JSON.parse((await lines.next()).value as string),
    end: async (signal: NodeJS.Signals = 'SIGTERM') => {
      if (child.exitCode !== null) return child.exitCode
      child.kill(signal)
      const [code] = await once(child, 'exit')
      return code
    },
  }
}

async function start(env?: NodeJS.ProcessEnv) {
  const program = launch(env)
  const said = await program.said()
  if (!said.url) throw new Error(said.message)
  return { ...program, url: said.url as string, recovered: said.recovered as boolean }
}
async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query(sql)).rows ?? []
  } finally {
    await client.end()
  }
}

async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch {
      await sleep(50)
    }
  }
}

/** A killed process may stay a zombie until its parent collects it. */
function alive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
