import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Pool, request } from 'undici'
import { freePort, type Lab, type Running, until } from './processes.ts'
import { NODE, ROOT } from './servers.ts'

export type Role = 'all' | 'api' | 'worker'

export interface ProductOptions {
  /** One process per entry; several workers may be asked for. */
  roles: readonly Role[]
  /** Its own folder: generated secret, files and, without a `databaseUrl`, the embedded Postgres. */
  dataDir: string
  databaseUrl?: string
  redisUrl?: string
  smtpPort?: number
  /** Where V8 writes a processor profile of each process when it ends. */
  profileDir?: string
  env?: Record<string, string>
  /** The version that runs: the folder of a checkout. This one unless said. */
  root?: string
  /** What one of the processes gets beside that, by its name. */
  own?: Readonly<Record<string, { nodeArgs?: readonly string[]; env?: Record<string, string> }>>
}

export interface Product {
  readonly origin: string
  readonly apiKey: string
  readonly headers: Record<string, string>
  /** The live processes, by name: `api`, `worker`, `worker 2`, `all`. */
  readonly processes: ReadonlyMap<string, Running>
  /** Starts a process again under its old name, once it has ended. */
  restart(name: string): Running
  /** Waits until every process says that it is ready. */
  ready(timeLimitMs?: number): Promise<void>
  call<T>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<Answer<T>>
  stop(): Promise<void>
}

export interface Answer<T> {
  status: number
  body: T
}

const API_KEY = 'crl_bench000000000000000000000000000000000000000'
const READY_TIME_LIMIT_MS = 60_000
/** A host application that gets no answer for so long gives up and asks again. */
const ANSWER_TIME_LIMIT_MS = 20_000

/** Starts the product as `npm start` does, on the settings given and none of ours, and waits until it is ready. */
export async function startProduct(lab: Lab, options: ProductOptions): Promise<Product> {
  // A worker listens too, for its health alone.
  const ports = await Promise.all(options.roles.map(() => freePort()))
  const origin = `http://127.0.0.1:${ports[options.roles.findIndex((role) => role !== 'worker')]}`
  const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' }
  const processes = new Map<string, Running>()
  const placeOf = new Map<string, { role: Role; port: number }>()
  const profile = options.profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profileDir}`]
  const http = new Pool(origin, {
    connections: 32,
    pipelining: 1,
    headersTimeout: ANSWER_TIME_LIMIT_MS,
    bodyTimeout: ANSWER_TIME_LIMIT_MS,
  })

  const start = (name: string): Running => {
    const { role, port } = placeOf.get(name)!
    const root = options.root ?? ROOT
    const own = options.own?.[name]
    const running = lab.start(name, NODE, [...profile, ...(own?.nodeArgs ?? []), join(root, 'src/main.ts')], {
      cwd: root,
      env: { PUBLIC_URL: origin, ...productEnvironment(options, role, port), ...own?.env },
    })
    processes.set(name, running)
    return running
  }
  const isReady = async ({ port }: { port: number }) => {
    const answer = await request(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined)
    await answer?.body.dump()
    return answer?.statusCode === 200
  }
  const ready = async (timeLimitMs = READY_TIME_LIMIT_MS) => {
    await until('the product to be ready', timeLimitMs, async () => {
      const dead = [...processes.values()].find((running) => !running.alive())
      if (dead) throw new Error(`${dead.name} ended before it was ready:\n${dead.output()}`)
      return (await Promise.all([...placeOf.values()].map(isReady))).every(Boolean)
    })
  }

  lab.afterwards(() => http.destroy())
  if (options.databaseUrl === undefined) lab.afterwards(() => endPostgresLeftIn(options.dataDir))
  for (const [index, role] of options.roles.entries()) {
    const before = options.roles.slice(0, index).filter((other) => other === role).length
    const name = before === 0 ? role : `${role} ${before + 1}`
    placeOf.set(name, { role, port: ports[index]! })
    start(name)
    // The first one migrates and loads the demo; the others then find it done.
    await ready()
  }
  return {
    origin,
    apiKey: API_KEY,
    headers,
    processes,
    restart: start,
    ready,
    async call<T>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown) {
      const answer = await http.request({
        method,
        path,
        headers: body === undefined ? { authorization: headers.authorization } : headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await answer.body.text()
      return { status: answer.statusCode, body: (text === '' ? undefined : JSON.parse(text)) as T }
    },
    async stop() {
      await Promise.all([...processes.values()].map((running) => running.stop()))
      if (options.databaseUrl === undefined) await endPostgresLeftIn(options.dataDir)
    },
  }
}

/** The whole environment of one process: nothing of the caller's own settings leaks in. */
export function productEnvironment(options: ProductOptions, role: Role, port: number): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    NODE_ENV: 'production',
    PORT: String(port),
    HOST: '127.0.0.1',
    CARILLON_ROLE: role,
    CARILLON_DATA_DIR: options.dataDir,
    CARILLON_SECRET: 'bench-secret-bench-secret-bench-secret-bench-secret',
    CARILLON_DEMO: '1',
    CARILLON_DEMO_API_KEY: API_KEY,
    ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
    ...(options.redisUrl === undefined ? {} : { REDIS_URL: options.redisUrl }),
    ...(options.smtpPort === undefined
      ? {}
      : {
          SMTP_HOST: '127.0.0.1',
          SMTP_PORT: String(options.smtpPort),
          SMTP_FROM: 'Bench <bench@sender.test>',
          SMTP_PER_SECOND: 'off',
        }),
    ...options.env,
  }
}

/** The process id of the embedded server in this data folder, if one runs. */
export function postgresIn(dataDir: string): number | undefined {
  const pidFile = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('postmaster.pid'),
  )
  if (pidFile === undefined) return undefined
  try {
    const pid = Number(readFileSync(join(dataDir, pidFile), 'utf8').split('\n', 1)[0])
    process.kill(pid, 0)
    return pid
  } catch {
    return undefined
  }
}

/** After a kill -9 the embedded server outlives the product; nothing of a bench may outlive the bench. */
async function endPostgresLeftIn(dataDir: string): Promise<void> {
  const pid = postgresIn(dataDir)
  if (pid === undefined) return
  process.kill(pid, 'SIGINT')
  await until(`Postgres ${pid} to end`, 10_000, () => postgresIn(dataDir) === undefined)
}

/** French mobile numbers kept for fiction end in four digits: those of the demo are below these, the magic ones above. */
const FIRST_PHONE = 5_000
const PHONES = 4_900

/** Contacts for a bench: enough of them that none is sent more than the hourly cap lets through. */
export async function createContacts(product: Product, count: number): Promise<string[]> {
  const ids: string[] = new Array(count)
  let next = 0
  const maker = async () => {
    for (let n = next++; n < count; n = next++) {
      const { status, body } = await product.call<{ id: string }>('POST', '/v1/contacts', {
        externalId: `bench-${n}`,
        name: `Contact ${n}`,
        email: `contact-${n}@recipients.test`,
        ...(n < PHONES ? { phone: `+3363998${FIRST_PHONE + n}` } : {}),
      })
      if (status >= 300) throw new Error(`POST /v1/contacts answered ${status} ${JSON.stringify(body)}`)
      ids[n] = body.id
    }
  }
  await Promise.all(Array.from({ length: 16 }, maker))
  return ids
}
