import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../test/database-server.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

// What `npm start` is to a person: a clone in a folder with spaces and accents, already installed.
let base: string
let clone: string
let port: number

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'carillon-start-'))
  chmodSync(base, 0o755)
  clone = join(base, 'un dossier à part', 'carillon')
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: ROOT, encoding: 'utf8' })
  for (const file of files.split('\0').filter((name) => name && existsSync(join(ROOT, name)))) {
    mkdirSync(dirname(join(clone, file)), { recursive: true })
    cpSync(join(ROOT, file), join(clone, file))
  }
  symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'))
  if (existsSync(join(ROOT, 'dashboard/dist')))
    cpSync(join(ROOT, 'dashboard/dist'), join(clone, 'dashboard/dist'), { recursive: true })
  port = await freePort()
})

afterAll(async () => {
  for (const pid of leftIn(base)) process.kill(pid, 'SIGKILL')
  while (leftIn(base).length) await sleep(20)
  rmSync(base, { recursive: true, force: true, maxRetries: 10 })
})

interface Run {
  readonly process: ChildProcess
  readonly said: () => string
  /** Resolves once it says it is ready; rejects with what it said when it ends before. */
  ready(): Promise<{ key: string; password: string }>
  /** As the terminal does it: to every process of the group. */
  interrupt(): void
  /** Exit code and everything it said. */
  ended(): Promise<{ code: number | null; said: string }>
}

function npmStart(env: NodeJS.ProcessEnv = {}): Run {
  const { PATH, HOME } = process.env
  const child = spawn('npm', ['start'], {
    cwd: clone,
    env: { PATH, HOME, PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk
    })
  }
  const exit = once(child, 'close')
  return {
    process: child,
    said: () => said,
    async ready() {
      for (;;) {
        const [, password] = /Sign in +\S+ +(\S+)/.exec(said) ?? []
        const [, key] = /API key +(crl_\S+)/.exec(said) ?? []
        if (password && key && said.includes('Mail  ')) return { key, password }
        if (child.exitCode !== null) throw new Error(said)
        await sleep(20)
      }
    },
    interrupt: () => process.kill(-child.pid!, 'SIGINT'),
    async ended() {
      const [code] = await exit
      return { code, said }
    },
  }
}

/** Every process that works in this folder, wherever it came from. */
function leftIn(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder) ||
          readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)
        )
      } catch {
        return false
      }
    })
    .map(Number)
}

const api = (path: string, key: string) =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${key}` } })

async function contacts(key: string): Promise<number> {
  const answer = await api('/v1/contacts', key)
  return ((await answer.json()) as { items: unknown[] }).items.length
}

test('it starts, says how to get in, stops on Ctrl-C and leaves no process; the second time all is still there', async () => {
  const first = npmStart()
  const { key, password } = await first.ready()
  expect(first.said()).toContain(`http://127.0.0.1:${port}`)
  expect((await api('/health/ready', key)).status).toBe(200)
  expect(await (await api('/', key)).text()).toContain('<!doctype html>')
  const count = await contacts(key)
  expect(count).toBeGreaterThan(0)
  first.interrupt()
  expect((await first.ended()).code).toBe(0)
  expect(leftIn(base)).toEqual([])

  const second = npmStart()
  expect(await second.ready()).toEqual({ key, password })
  expect(await contacts(key)).toBe(count)
  second.interrupt()
  expect((await second.ended()).code).toBe(0)
  expect(leftIn(base)).toEqual([])
})

test('after a kill -9 of everything but Postgres, the next start ends the orphan and goes on', async () => {
  const killed = npmStart()
  const { key } = await killed.ready()
  const count = await contacts(key)
  for (const pid of leftIn(base).filter((each) => !/postgres/.test(readFileSync(`/proc/${each}/comm`, 'utf8'))))
    process.kill(pid, 'SIGKILL')
  await killed.ended()
  expect(leftIn(base)).not.toEqual([])

  const next = npmStart()
  await next.ready()
  expect(next.said()).toContain('The last run was cut short')
  expect(await contacts(key)).toBe(count)
  next.interrupt()
  await next.ended()
  expect(leftIn(base)).toEqual([])
})

test('when npm itself is killed, or told to stop without a terminal, the product stops', async () => {
  for (const signal of ['SIGKILL', 'SIGINT', 'SIGTERM'] as const) {
    const run = npmStart()
    await run.ready()
    run.process.kill(signal)
    while (leftIn(base).length) await sleep(20)
    await run.ended()
  }
})

test('a Ctrl-C while it is still starting leaves no process', async () => {
  for (const afterMs of [250, 500, 750, 1_000]) {
    const run = npmStart()
    await sleep(afterMs)
    run.interrupt()
    await run.ended()
    expect(leftIn(base)).toEqual([])
  }
})

test('with the port taken, or the data folder in use, it says so in a line and ends with 1', async () => {
  const squatter = createServer().listen(port, '127.0.0.1')
  await once(squatter, 'listening')
  const refused = await npmStart().ended()
  expect(refused.code).toBe(1)
  expect(lines(refused.said)).toEqual([
    `Port ${port} on 127.0.0.1 is in use (perhaps by another Carillon): stop what listens there, or set PORT to another port.`,
  ])
  squatter.close()

  const first = npmStart()
  await first.ready()
  const second = await npmStart({ PORT: String(await freePort()) }).ended()
  expect(second.code).toBe(1)
  expect(lines(second.said)[0]).toMatch(
    /^Carillon already runs on .* \(process \d+\)\. Stop it first, or set CARILLON_DATA_DIR to another folder\.$/,
  )
  first.interrupt()
  await first.ended()
})

test('wrong settings are all named at once, without their secrets', async () => {
  const { code, said } = await npmStart({ PORT: 'abc', CARILLON_SECRET: 'canary', REDIS_URL: 'http://canary' }).ended()
  expect(code).toBe(1)
  expect(lines(said)).toEqual([
    'PORT must be a port from 1 to 65535, not "abc"',
    'REDIS_URL must be a redis:// or rediss:// address',
    'CARILLON_SECRET must be at least 32 bytes long',
  ])
})

test('CARILLON_ROLE=migrate brings the database up to date and ends', async () => {
  const { code, said } = await npmStart({ CARILLON_ROLE: 'migrate', CARILLON_DATA_DIR: join(base, 'migrated') }).ended()
  expect(code).toBe(0)
  expect(lines(said)).toEqual([expect.stringMatching(/^Migrated: 0001-\S+\.sql/)])
  expect(leftIn(base)).toEqual([])
})

/** What it said itself: npm's own lines left out. */
const lines = (said: string): string[] => said.split('\n').filter((line) => line && !/^(> |npm )/.test(line))
