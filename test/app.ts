import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { InjectOptions } from 'fastify'
import { type App, type AppParts, createApp } from '../src/app.ts'
import type { Role } from '../src/engine/organizations/organization.ts'
import { createMovableClock, type MovableClock } from '../src/platform/clock.ts'
import { createLogger } from '../src/platform/logging.ts'
import { prepareQueue } from '../src/platform/queue/postgres-backend.ts'
import { type TestDatabase, testDatabase } from './database.ts'
import { testRedisPrefix, testRedisUrl } from './redis.ts'

// biome-ignore lint/suspicious/noExplicitAny: a reply is whatever came; the assertions say what it must be
type Json = any

export interface TestApp {
  readonly app: App
  readonly clock: MovableClock
  readonly database: TestDatabase
  readonly organizationId: string
  readonly key: string
  readonly dataFolder: string
  /** As the organization's API key, unless `key` says otherwise (null: as nobody). */
  call(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    body?: object,
    options?: { key?: string | null; headers?: Record<string, string> },
  ): Promise<{ status: number; body: Json; headers: Record<string, unknown> }>
  post(url: string, body?: object, headers?: Record<string, string>): Promise<{ status: number; body: Json }>
  get(url: string): Promise<{ status: number; body: Json }>
  /** A signed-in member's headers, as the pages of this server send them; made a member, an owner by default, if need be. */
  signedIn(email: string, as?: { role?: Role; organizationId?: string }): Promise<Record<string, string>>
  /** Another organization, with a key of its own. */
  otherOrganization(): Promise<{ organizationId: string; key: string }>
  /** Waits until `look` gives something true, and gives it. Fails after a while: nothing here is measured. */
  eventually<T>(look: () => Promise<T | undefined | false>): Promise<T>
  /** Waits until every due message has been sent, or failed. */
  settled(): Promise<void>
  stop(): Promise<void>
}

/** What everything is signed and sealed with, unless a test says otherwise. */
export const TEST_SECRET = 'a secret of thirty-two characters!'

const PATIENCE_MS = 60_000
export const PASSWORD = 'correct horse battery'
/** The app's publicUrl is this server's own address. */
export const SAME_ORIGIN = { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-origin' }

const SAMPLE_ORGANIZATION = {
  name: 'Sample organization',
  country: 'FR',
  locale: 'fr',
  timeZone: 'Europe/Paris',
  brand: {},
  demo: false,
} as const

/** The real product on a real Postgres (and Redis, when the run has one). Only the carriers are pretended: they are the sandbox's. */
export async function startTestApp(
  options: Partial<
    Pick<
      AppParts,
      | 'roles'
      | 'smtp'
      | 'smtpBackup'
      | 'bounceListener'
      | 'bounceBox'
      | 'sms'
      | 'whatsapp'
      | 'sendgrid'
      | 'ses'
      | 'fetchFromSns'
      | 'smtpPerSecond'
      | 'sandbox'
      | 'isSandbox'
      | 'queuePrefix'
      | 'admins'
      | 'cronSecret'
      | 'slackWebhookUrl'
      | 'oidc'
      | 'secret'
      | 'oldSecrets'
      | 'allowPrivateHosts'
      | 'packs'
      | 'geocode'
      | 'demo'
      | 'vendors'
      | 'sandboxCheckout'
      | 'log'
      | 'publicUrl'
      | 'zoneData'
    >
  > & {
    database?: TestDatabase
    /** Other addresses of the same servers: links a test can cut. */
    databaseUrl?: string
    redisUrl?: string
    /** Kept when it stops, for a process that starts after it. */
    dataFolder?: string
  } = {},
): Promise<TestApp> {
  const database = options.database ?? (await testDatabase({ worded: true }))
  await prepareQueue(database.url)
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'carillon-test-')))
  const clock = createMovableClock()
  const app: App = await createApp({
    databaseUrl: options.databaseUrl ?? database.url,
    redisUrl: options.redisUrl ?? testRedisUrl(),
    queuePrefix: options.queuePrefix ?? `${testRedisPrefix()}-${Math.random().toString(36).slice(2, 8)}`,
    roles: options.roles ?? { api: true, worker: true },
    secret: options.secret ?? TEST_SECRET,
    oldSecrets: options.oldSecrets ?? [],
    allowPrivateHosts: options.allowPrivateHosts ?? true,
    publicUrl: options.publicUrl ?? 'http://127.0.0.1:1',
    dataFolder,
    smtp: options.smtp,
    smtpBackup: options.smtpBackup,
    bounceListener: options.bounceListener,
    bounceBox: options.bounceBox,
    sms: options.sms,
    whatsapp: options.whatsapp,
    sendgrid: options.sendgrid,
    ses: options.ses,
    fetchFromSns: options.fetchFromSns,
    smtpPerSecond: options.smtpPerSecond,
    admins: options.admins ?? [],
    cronSecret: options.cronSecret,
    slackWebhookUrl: options.slackWebhookUrl,
    isSandbox: options.isSandbox ?? true,
    oidc: options.oidc,
    zoneData: options.zoneData,
    packs: options.packs,
    geocode: options.geocode,
    ...(options.demo && { demo: options.demo }),
    vendors: options.vendors,
    sandboxCheckout: options.sandboxCheckout,
    // Carriers report over the app's own front door.
    sandbox: {
      latencyMs: [0, 0],
      post: async (url, headers, payload) =>
        (await app.http.inject({ method: 'POST', url, headers, payload })).statusCode,
      get: async (url, headers) => (await app.http.inject({ method: 'GET', url, headers })).statusCode,
      ...options.sandbox,
    },
    clock,
    log: options.log ?? createLogger({ level: process.env.TEST_LOG_LEVEL ?? 'fatal' }),
    version: 'test',
  })
  await app.http.ready()
  await app.start()
  const { id: organizationId } = await app.organizations.create(SAMPLE_ORGANIZATION)
  const { key } = await app.apiKeys.create({ organizationId, name: 'Test key', scopes: ['send', 'read', 'manage'] })

  const call: TestApp['call'] = async (method, url, body, { key: as = key, headers = {} } = {}) => {
    const request: InjectOptions = {
      method,
      url,
      headers: { ...(as === null ? {} : { authorization: `Bearer ${as}` }), ...headers },
      ...(body ? { payload: body } : {}),
    }
    const reply = await app.http.inject(request)
    const isJson = /json$|json;/.test(`${reply.headers['content-type'] ?? ''}`.replace('ndjson', 'lines'))
    const answer = reply.body === '' ? undefined : isJson ? reply.json() : reply.body
    return { status: reply.statusCode, body: answer, headers: reply.headers }
  }
  const eventually: TestApp['eventually'] = async (look) => {
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(20)) {
      const found = await look()
      if (found) return found
    }
    throw new Error('It did not come to that in time')
  }

  return {
    app,
    clock,
    database,
    organizationId,
    key,
    dataFolder,
    call,
    eventually,
    post: (url, body, headers = {}) => call('POST', url, body, { headers }),
    get: (url) => call('GET', url),
    signedIn: async (email, { role = 'owner', organizationId: where = organizationId } = {}) => {
      await app.organizations.createMember({ organizationId: where, email, password: PASSWORD, name: 'Sample', role })
      const body = { email, password: PASSWORD }
      const reply = await call('POST', '/api/auth/sign-in/email', body, { key: null, headers: SAME_ORIGIN })
      return { ...SAME_ORIGIN, cookie: [reply.headers['set-cookie']].flat().join('; ') }
    },
    otherOrganization: async () => {
      const other = await app.organizations.create({ ...SAMPLE_ORGANIZATION, name: 'Another sample organization' })
      return {
        organizationId: other.id,
        key: (
          await app.apiKeys.create({ organizationId: other.id, name: 'Test key', scopes: ['send', 'read', 'manage'] })
        ).key,
      }
    },
    settled: async () => {
      await eventually(async () => {
        const [row] = await database.query<{ n: number }>(
          'select count(*)::int as n from message_work where state <> 0 or due_at <= $1',
          // The app goes by the database's clock, which it follows to 50 ms.
          [new Date(clock.now().getTime() + 50)],
        )
        return row?.n === 0
      })
    },
    stop: async () => {
      await app.stop()
      if (!options.database) await database.close()
      if (!options.dataFolder) await rm(dataFolder, { recursive: true, force: true })
    },
  }
}
