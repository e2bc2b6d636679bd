import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export interface ServerOptions {
  /** The folder of an installed Carillon (`npm ci` has run there). Default: `CARILLON_HOME`, else the one this kit is part of. */
  readonly home?: string
  /** A Postgres to work on, which must be nobody else's. Default: an embedded one of its own, gone when it stops. */
  readonly databaseUrl?: string
  /** Queues on Redis, as in production. Default: on Postgres. */
  readonly redisUrl?: string
  /** Further settings of the server. */
  readonly env?: Readonly<Record<string, string>>
  /** How long it may take until it is ready; a first start makes its database. Default 120 s. */
  readonly readyWithinMs?: number
}

export interface Server {
  readonly baseUrl: string
  readonly apiKey: string
  /** What it wrote to its output. */
  output(): string
  stop(): Promise<void>
}

const READY_WITHIN_MS = 120_000
const STOP_WITHIN_MS = 20_000
/** The same each time, so that a database may be used again; it protects sample data. */
const SECRET = 'a secret for tests that protects nothing'
const LOOK_EVERY_MS = 50

/** A Carillon of its own, as a child of this process: it ends with it. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const home = options.home ?? process.env.CARILLON_HOME ?? fileURLToPath(new URL('../..', import.meta.url))
  const node = join(home, 'node_modules', '.bin', 'node')
  if (!existsSync(node) || !existsSync(join(home, 'src', 'main.ts')))
    throw new Error(
      `${home} holds no installed Carillon: name its folder as { home } or in CARILLON_HOME, and run npm ci there`,
    )
  const folder = mkdtempSync(join(tmpdir(), 'carillon-testing-'))
  // As root, the embedded Postgres runs as another user, who has to get here.
  chmodSync(folder, 0o755)
  const port = await freePort()
  const baseUrl = `http://127.0.0.1:${port}`
  const apiKey = `crl_${randomBytes(24).toString('base64url')}`
  const { PATH, HOME } = process.env
  const child = spawn(node, ['src/main.ts'], {
    cwd: home,
    // The channel is how it notices that this process is gone.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...(PATH !== undefined && { PATH }),
      ...(HOME !== undefined && { HOME }),
      HOST: '127.0.0.1',
      PORT: String(port),
      LOG_LEVEL: 'warn',
      CARILLON_DATA_DIR: folder,
      CARILLON_DEMO: '1',
      CARILLON_DEMO_SAMPLES: '0',
      CARILLON_DEMO_API_KEY: apiKey,
      CARILLON_ALLOW_PRIVATE_HOSTS: '1',
      CARILLON_SECRET: SECRET,
      ...(options.databaseUrl !== undefined && { DATABASE_URL: options.databaseUrl }),
      ...(options.redisUrl !== undefined && { REDIS_URL: options.redisUrl }),
      ...options.env,
    },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      said += chunk
    })

  const stop = async () => {
    await end(child)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
  try {
    await ready(child, baseUrl, options.readyWithinMs ?? READY_WITHIN_MS)
  } catch (error) {
    await stop()
    throw new Error(`Carillon did not start. It said:\n${said}`, { cause: error })
  }
  child.channel?.unref()
  return { baseUrl, apiKey, output: () => said, stop }
}

async function ready(child: ChildProcess, baseUrl: string, withinMs: number): Promise<void> {
  const failed = once(child, 'error').then(([error]) => {
    throw error
  })
  const looking = (async () => {
    for (const until = Date.now() + withinMs; Date.now() < until; await sleep(LOOK_EVERY_MS)) {
      if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}`)
      const answer = await fetch(`${baseUrl}/health/ready`).catch(() => undefined)
      await answer?.arrayBuffer()
      if (answer?.ok) return
    }
    throw new Error(`It was not ready within ${withinMs / 1000} s`)
  })()
  await Promise.race([looking, failed])
  failed.catch(() => {})
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
  await ended
  clearTimeout(timer)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
