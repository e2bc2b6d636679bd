import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'

/** One process of a bench or scenario, and everything needed to watch and end it. */
export interface Running {
  readonly name: string
  readonly pid: number
  /** What it has printed so far (the last 64 KB unless the lab keeps more). */
  output(): string
  /** The exit code, or null when a signal ended it. */
  readonly exited: Promise<number | null>
  readonly alive: () => boolean
  /** Asks it to end, insists after ten seconds, and waits until it is gone. */
  stop(): Promise<void>
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>
}

export interface StartOptions {
  env?: NodeJS.ProcessEnv
  cwd?: string
  uid?: number
  gid?: number
  /** What asks it to end; SIGTERM unless said. */
  stopSignal?: NodeJS.Signals
  /** Keeps its standard input open for as long as we live, so that it can notice our end. */
  holdStdin?: boolean
}

/** Everything started through one lab ends with it, by pid, also when the work fails. */
export interface Lab {
  start(name: string, command: string, args: readonly string[], options?: StartOptions): Running
  /** Runs at the end, latest first, whatever happened before. */
  afterwards(work: () => Promise<unknown> | unknown): void
  close(): Promise<void>
}

const OUTPUT_LIMIT = 64 * 1024
const STOP_TIME_LIMIT_MS = 10_000

/** `outputLimit`: how much of what a process prints is kept. */
export function createLab({ outputLimit = OUTPUT_LIMIT } = {}): Lab {
  const last: (() => Promise<unknown> | unknown)[] = []
  let closing: Promise<void> | undefined
  const closeAll = async () => {
    for (let work = last.pop(); work; work = last.pop()) {
      try {
        await work()
      } catch (error) {
        console.error(error)
      }
    }
  }
  return {
    start(name, command, args, options = {}) {
      const running = startProcess(name, command, args, options, outputLimit)
      last.push(() => running.stop())
      return running
    },
    afterwards: (work) => void last.push(work),
    // Once: whoever is interrupted closes too, and must not leave before the last folder is gone.
    close: () => (closing ??= closeAll()),
  }
}

/** Runs the work in a lab of its own; Ctrl-C and SIGTERM end its processes too. */
export async function inLab<T>(work: (lab: Lab) => Promise<T>): Promise<T> {
  const lab = createLab()
  const interrupted = () => void lab.close().finally(() => process.exit(130))
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  try {
    return await work(lab)
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
    await lab.close()
  }
}

function startProcess(
  name: string,
  command: string,
  args: readonly string[],
  options: StartOptions,
  outputLimit: number,
): Running {
  const child = spawn(command, args, {
    stdio: [options.holdStdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    env: options.env ?? process.env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  })
  let text = ''
  const keep = (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-outputLimit)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  child.stdin?.on('error', () => {})
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code))
    child.once('error', (error) => {
      text += String(error)
      resolve(1)
    })
  })
  return {
    name,
    pid: child.pid ?? 0,
    output: () => text,
    exited,
    alive: () => isAlive(child),
    async stop() {
      if (!isAlive(child)) return
      child.kill(options.stopSignal ?? 'SIGTERM')
      const insist = setTimeout(() => child.kill('SIGKILL'), STOP_TIME_LIMIT_MS)
      await exited
      clearTimeout(insist)
    },
    async kill() {
      if (isAlive(child)) child.kill('SIGKILL')
      await exited
    },
  }
}

const isAlive = (child: ChildProcess) => child.pid !== undefined && child.exitCode === null && child.signalCode === null

/** The first JSON line a process prints: how our own helpers say that they listen. */
export async function firstLine<T>(running: Running, timeLimitMs = 15_000): Promise<T> {
  const line = await until(`${running.name} to say where it listens`, timeLimitMs, () => {
    if (!running.alive()) throw new Error(`${running.name} ended at once:\n${running.output()}`)
    return running.output().includes('\n') ? running.output().split('\n', 1)[0] : undefined
  })
  return JSON.parse(line) as T
}

/** Asks again every 20 ms until there is an answer. Throws, saying what was waited for, when the time is up. */
export async function until<T>(
  what: string,
  timeLimitMs: number,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const end = Date.now() + timeLimitMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > end) throw new Error(`Waited ${timeLimitMs} ms in vain for ${what}`)
    await sleep(20)
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const FIRST_PORT = 20_000
const PORTS = 10_000

/** A port nobody listens on, below those the kernel gives to clients: it is still free when a server comes back to it. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS)
    const server = createServer()
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!free) continue
    await new Promise((resolve) => server.close(resolve))
    return port
  }
}

/** Resident memory in bytes (Linux only, as are the benches). */
export function memoryOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes ?? 0) * 1024
}

const CLOCK_TICKS_PER_SECOND = 100

/** Processor seconds used so far by a process, with those of its children when asked (Postgres is a family). */
export function processorSeconds(pid: number, withChildren = false): number {
  let ticks = 0
  try {
    // The name in brackets may hold spaces; the numbers start behind it. utime and stime are fields 14 and 15, cutime and cstime follow.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    ticks = Number(fields[11]) + Number(fields[12])
    if (withChildren) {
      ticks += Number(fields[13]) + Number(fields[14])
      for (const child of childrenOf(pid)) ticks += processorSeconds(child) * CLOCK_TICKS_PER_SECOND
    }
  } catch {
    return 0
  }
  return ticks / CLOCK_TICKS_PER_SECOND
}

/** Processor seconds used so far by the threads that a process has now, to the nanosecond: for what takes milliseconds. */
export function threadSeconds(pid: number): number {
  let ns = 0
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`))
      ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ', 1)[0])
  } catch {
    // It ended meanwhile.
  }
  return ns / 1e9
}

/** Seconds that all cores together have been busy since the machine started, and those there were: whoever used them. */
export function machineSeconds(): { busy: number; all: number } {
  const line = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? ''
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number)
  const all = ticks.reduce((sum, value) => sum + value, 0) / CLOCK_TICKS_PER_SECOND
  const idle = ((ticks[3] ?? 0) + (ticks[4] ?? 0)) / CLOCK_TICKS_PER_SECOND
  return { busy: all - idle, all }
}

const QUIET_SHARE = 0.08
const QUIET_FOR_MS = 2_000

/** Waits until the machine has had next to nothing to do for two seconds, at most so long. Says whether it came to that. */
export async function quiet(timeLimitMs: number): Promise<boolean> {
  for (const end = Date.now() + timeLimitMs; Date.now() < end; ) {
    const before = machineSeconds()
    await sleep(QUIET_FOR_MS)
    const after = machineSeconds()
    if ((after.busy - before.busy) / (after.all - before.all) < QUIET_SHARE) return true
  }
  return false
}

/** A process and everything it started, oldest first. */
export const familyOf = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(familyOf)]

function childrenOf(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return list === '' ? [] : list.split(' ').map(Number)
}
