import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartError } from '../../start-error.ts'
import type { Binaries } from './binaries.ts'
import { lastLine, SERVER_ENV } from './cluster.ts'
import { isZombie, servesCluster } from './processes.ts'
import { runAs, type ServerUser } from './server-user.ts'

// Sized for a two-core machine that does little else; durability settings stay at their safe defaults.
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  wal_buffers: '16MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  random_page_cost: '1.1',
  jit: 'off',
  // Work rows live for seconds: with the usual minute between rounds their table would grow a hundredfold.
  autovacuum_naptime: '5s',
  max_locks_per_transaction: '128',
}

const START_TIMEOUT_MS = 120_000
/** Sessions that are just ending are let end; then all are cut off; then it is as a crash would be. */
const CUT_OFF_AFTER_MS = 500
const GIVE_UP_AFTER_MS = 6_000
const MAX_LOG_BYTES = 5_000_000

export interface Launch {
  readonly cluster: string
  readonly logFile: string
  readonly binaries: Binaries
  readonly user: ServerUser | undefined
}

/** Another program listens at the port. */
export class PortTakenError extends StartError {}

/**
 * Starts the server as a child of this process and resolves once it takes connections.
 * @throws PortTakenError, or StartError with a line for people.
 */
export async function startPostmaster(
  { cluster, logFile, binaries, user }: Launch,
  port: number,
): Promise<ChildProcess> {
  for (const deadline = performance.now() + 10_000; ; await sleep(200)) {
    const logged = rotate(logFile)
    const log = openSync(logFile, 'a', 0o600)
    const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    // Its own process group: Ctrl-C is for us, who stop it last.
    const child = spawn(binaries.postgres, ['-D', cluster, '-p', String(port), ...settings], {
      ...runAs(user),
      env: SERVER_ENV,
      detached: true,
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    endWithUs(child)
    const problem = await untilReady(child, cluster, () => readFileSync(logFile, 'utf8').slice(logged))
    if (!problem) return child
    // Workers of a killed server take a moment to notice and let go of its memory.
    const passing = /shared memory block|lock file "postmaster.pid" already exists/.test(problem)
    if (!passing || performance.now() > deadline) {
      const Failure = /could not create any TCP\/IP sockets/.test(problem) ? PortTakenError : StartError
      throw new Failure(`The embedded Postgres did not start: ${lastLine(problem)} (all of it in ${logFile})`)
    }
  }
}

/** However we end (short of kill -9), the server goes too. */
function endWithUs(child: ChildProcess): void {
  const end = () => child.kill('SIGINT')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
}

/** Ends a server that a killed process left behind and clears a stale postmaster.pid. Says whether there was one running. */
export async function clearAway(cluster: string): Promise<boolean> {
  const pid = readPidFile(cluster)?.pid
  if (!pid) return false
  for (let waited = 0; isZombie(pid) && waited < 5_000; waited += 50) await sleep(50)
  if (servesCluster(pid, cluster)) {
    await stopProcess(pid, () => servesCluster(pid, cluster))
    return true
  }
  // The number is free or another program's: Postgres would refuse to start in the second case.
  rmSync(join(cluster, 'postmaster.pid'), { force: true })
  return false
}

/** Stops the server we started. */
export async function stopPostmaster(child: ChildProcess): Promise<void> {
  const running = () => child.exitCode === null && child.signalCode === null
  if (child.pid && running()) await stopProcess(child.pid, running)
}

/** The port asked for if it is free on this machine, else one that is. */
export async function choosePort(wanted: number | undefined): Promise<number> {
  for (const port of wanted ? [wanted, 0] : [0]) {
    const probe = createServer()
    try {
      probe.listen({ port, host: '127.0.0.1', exclusive: true })
      await once(probe, 'listening')
      return (probe.address() as { port: number }).port
    } catch (error) {
      if (port === 0) throw error
    } finally {
      await new Promise((resolve) => probe.close(resolve))
    }
  }
  throw new StartError('No free port for the embedded Postgres')
}

async function stopProcess(pid: number, running: () => boolean): Promise<void> {
  send(pid, 'SIGTERM')
  for (let waited = 0; running(); waited += 10) {
    if (waited === CUT_OFF_AFTER_MS) send(pid, 'SIGINT')
    if (waited === GIVE_UP_AFTER_MS) send(pid, 'SIGQUIT')
    if (waited === 2 * GIVE_UP_AFTER_MS) throw new StartError(`The embedded Postgres (process ${pid}) does not stop`)
    await sleep(10)
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Undefined when it is ready; otherwise what it wrote before it gave up. */
async function untilReady(child: ChildProcess, cluster: string, written: () => string): Promise<string | undefined> {
  let failure: Error | undefined
  child.once('error', (error) => {
    failure = error
  })
  for (const deadline = performance.now() + START_TIMEOUT_MS; ; await sleep(10)) {
    if (failure) return failure.message
    if (child.exitCode !== null || child.signalCode !== null) return written()
    const file = readPidFile(cluster)
    if (file?.ready && file.pid === child.pid) return undefined
    if (performance.now() > deadline) {
      await stopPostmaster(child)
      return `not ready after ${START_TIMEOUT_MS / 1000} s\n${written()}`
    }
  }
}

function readPidFile(cluster: string): { pid: number; ready: boolean } | undefined {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')
    return { pid: Number(lines[0]), ready: lines[7]?.trim() === 'ready' }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Keeps the log small: one older file. Gives the length of what is already written. */
function rotate(logFile: string): number {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0
  if (size <= MAX_LOG_BYTES) return size
  renameSync(logFile, `${logFile}.1`)
  return 0
}
