import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest'
import { z } from 'zod'
import { apiKeyRoutes } from '../src/engine/organizations/api-key-routes.ts'
import { createApiKeys } from '../src/engine/organizations/api-keys.ts'
import { createAuthentication } from '../src/engine/organizations/authentication.ts'
import type { Organization, Role } from '../src/engine/organizations/organization.ts'
import { createOrganizations } from '../src/engine/organizations/organizations.ts'
import { recoveryRoutes } from '../src/engine/organizations/recovery-routes.ts'
import { sessionRoutes } from '../src/engine/organizations/session-routes.ts'
import { createSignIn, type SignIn } from '../src/engine/organizations/sign-in.ts'
import { signInRoutes } from '../src/engine/organizations/sign-in-routes.ts'
import { createSubscriberTokens } from '../src/engine/organizations/subscriber-tokens.ts'
import { createSupportWindows } from '../src/engine/organizations/support-windows.ts'
import { createMovableClock } from '../src/platform/clock.ts'
import { createCrypto } from '../src/platform/crypto.ts'
import { type Database, openDatabase } from '../src/platform/database/database.ts'
import { createRequestLimit, type RequestLimitOptions } from '../src/platform/http/request-limit.ts'
import { createServer } from '../src/platform/http/server.ts'
import { type TestDatabase, testDatabase } from './database.ts'

export const SECRET = 'only for tests: forty characters of text'
export const PUBLIC_URL = 'http://127.0.0.1:3000'
export const PASSWORD = 'correct horse battery'

/** Here nothing is sent. */
export const noLinks = async (): Promise<void> => {}

interface StartOptions {
  /** Of an organization's requests. */
  limit?: RequestLimitOptions
  /** To sign in, before an address has to wait. */
  attempts?: number
  db?: Database
  signIn?: SignIn
  admins?: string[]
}

/** Called at the top of a test file: a database for it, emptied before each test, and how to start an app on it. */
export function signInSuite() {
  let base: TestDatabase
  let db: Database
  let signIn: SignIn

  beforeAll(async () => {
    base = await testDatabase()
    db = openDatabase({ url: base.url })
    signIn = createSignIn({ databaseUrl: base.url, secret: SECRET, publicUrl: PUBLIC_URL, tell: noLinks })
  })
  afterAll(async () => {
    await signIn.close()
    await db.close()
    await base.close()
  })
  beforeEach(() => base.empty())

  return {
    url: () => base.url,
    query: ((text: string, values?: unknown[]) => base.query(text, values)) as TestDatabase['query'],
    /** Sign-in, keys and tokens as the product wires them, behind routes that ask for each. */
    start: ({ limit, attempts = 1000, admins = [], ...parts }: StartOptions = {}) =>
      startWith({ db, signIn, admins, ...parts }, limit, attempts),
  }
}

const Answer = z.object({
  organizationId: z.string(),
  kind: z.string(),
  scopes: z.array(z.string()),
  contactId: z.string().optional(),
})

async function startWith(
  { db, signIn, admins }: { db: Database; signIn: SignIn; admins: string[] },
  limit: RequestLimitOptions | undefined,
  attempts: number,
) {
  const clock = createMovableClock()
  const organizations = createOrganizations({ db, clock, signIn })
  const errors: unknown[] = []
  const apiKeys = createApiKeys({ db, clock, onError: (error) => errors.push(error) })
  const subscriberTokens = createSubscriberTokens({ crypto: createCrypto(SECRET), clock })
  const supportWindows = createSupportWindows({ db, clock, accessChanged: () => {} })
  const authentication = createAuthentication({
    apiKeys,
    signIn,
    organizations,
    supportWindows,
    subscriberTokens,
    hasContact: async () => true,
    clock,
    limit: createRequestLimit(limit),
    publicUrl: PUBLIC_URL,
    admins,
  })
  const attemptLimit = createRequestLimit({ perSecond: 0.01, burst: attempts })
  const server = await createServer({
    log: pino({ level: 'silent' }),
    version: '0.0.0',
    publicUrl: PUBLIC_URL,
    health: { ready: {}, metrics: async () => '' },
  })
  sessionRoutes(server, { authentication, organizations, signIn, supportWindows })
  apiKeyRoutes(server, { authentication, apiKeys })
  const parts = {
    authentication,
    organizations,
    signIn,
    publicUrl: PUBLIC_URL,
    sessionsEnded: async () => {},
    signInChanged: async () => {},
    takeAttempt: async (key: string) => {
      const { allowed, resetSeconds } = attemptLimit.take(key, clock.now())
      return { allowed, retryAfterSeconds: resetSeconds }
    },
  }
  signInRoutes(server, parts)
  recoveryRoutes(server, parts)
  const schema = { hide: true, response: { 200: Answer } }
  const answer = (request: Parameters<typeof authentication.callerOf>[0]) => {
    const { organizationId, actor, scopes, contactId } = authentication.callerOf(request)
    return { organizationId, kind: actor.kind, scopes: [...scopes], ...(contactId && { contactId }) }
  }
  server.post(
    '/v1/send',
    {
      onRequest: authentication.guard({ scope: 'send', permission: 'messages.send' }),
      schema: { ...schema, body: z.strictObject({ a: z.int() }) },
    },
    async (request) => answer(request),
  )
  server.get(
    '/v1/read',
    { onRequest: authentication.guard({ scope: 'read', permission: 'messages.read' }), schema },
    async (request) => answer(request),
  )
  server.get(
    '/v1/feed',
    { onRequest: authentication.guard({ scope: 'read', permission: 'messages.read', subscriber: true }), schema },
    async (request) => answer(request),
  )
  server.get('/v1/member', { onRequest: authentication.guard('session'), schema }, async (request) => answer(request))
  for (const method of ['GET', 'POST'] as const)
    server.route({
      method,
      url: '/v1/platform',
      onRequest: authentication.guard('platform_admin'),
      schema,
      handler: async (request) => answer(request),
    })
  server.get(
    '/v1/live',
    {
      onRequest: authentication.guard({ scope: 'read', permission: 'messages.read', subscriber: true }),
      websocket: true,
    },
    (socket, request) => {
      socket.send(JSON.stringify(answer(request)))
    },
  )
  onTestFinished(async () => {
    await server.close()
    await apiKeys.close()
  })
  await server.ready()

  const as = (key: string) => ({ authorization: `Bearer ${key}` })
  const get = (url: string, headers: Record<string, string> = {}) => server.inject({ url, headers })
  const post = (url: string, payload: object, headers: Record<string, string> = {}) =>
    server.inject({ method: 'POST', url, payload, headers })
  return { clock, organizations, apiKeys, subscriberTokens, server, errors, as, get, post }
}

export type SignInApp = Awaited<ReturnType<typeof startWith>>

export const newOrganization = (app: SignInApp, name = 'Sample'): Promise<Organization> =>
  app.organizations.create({
    name,
    country: 'FR',
    locale: 'fr',
    timeZone: 'Europe/Paris',
    brand: { color: '#4263eb' },
    demo: false,
  })

export async function newKey(
  app: SignInApp,
  scopes: ('send' | 'read' | 'manage')[] = ['send', 'read', 'manage'],
  expiresAt: Date | null = null,
) {
  const organization = await newOrganization(app)
  return {
    organization,
    ...(await app.apiKeys.create({ organizationId: organization.id, name: 'Test', scopes, expiresAt })),
  }
}

export const SAME_ORIGIN = { origin: PUBLIC_URL, 'sec-fetch-site': 'same-origin' }

export async function signInAs(
  app: SignInApp,
  email: string,
  password = PASSWORD,
  headers: Record<string, string> = SAME_ORIGIN,
) {
  const answer = await app.post('/api/auth/sign-in/email', { email, password }, headers)
  return {
    answer,
    cookie: [answer.headers['set-cookie'] ?? []]
      .flat()
      .map((value) => value.split(';')[0])
      .join('; '),
  }
}

export async function newMember(app: SignInApp, role: Role = 'owner', email = 'owner@example.com') {
  const organization = await newOrganization(app)
  const member = await app.organizations.createMember({
    organizationId: organization.id,
    email,
    name: 'Sample owner',
    password: PASSWORD,
    role,
  })
  return { organization, member, email }
}
