import { once } from 'node:events'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { z } from 'zod'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { createMovableClock } from '../../platform/clock.ts'
import { createCrypto } from '../../platform/crypto.ts'
import { type Database, openDatabase } from '../../platform/database/database.ts'
import { openapiFaults } from '../../platform/http/openapi-faults.ts'
import { createRequestLimit, type RequestLimitOptions } from '../../platform/http/request-limit.ts'
import { createServer } from '../../platform/http/server.ts'
import { createApiKeys } from './api-keys.ts'
import { createAuthentication } from './authentication.ts'
import type { Organization } from './organization.ts'
import { createOrganizations } from './organizations.ts'
import { organizationRoutes } from './routes.ts'
import { createSignIn, openSignInPool, type SignIn, signInSetup } from './sign-in.ts'
import { createSubscriberTokens } from './subscriber-tokens.ts'

const SECRET = 'only for tests: forty characters of text'
const PUBLIC_URL = 'http://127.0.0.1:3000'
const PASSWORD = 'correct horse battery'

let base: TestDatabase
let db: Database
let signIn: SignIn

beforeAll(async () => {
  base = await testDatabase()
  db = openDatabase({ url: base.url })
  signIn = createSignIn({ databaseUrl: base.url, secret: SECRET, publicUrl: PUBLIC_URL })
})
afterAll(async () => {
  await signIn.close()
  await db.close()
  await base.close()
})
beforeEach(() => base.empty())

const running: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const part of running.splice(0).reverse()) await part.close()
})

const Answer = z.object({
  organizationId: z.string(),
  kind: z.string(),
  scopes: z.array(z.string()),
  contactId: z.string().optional(),
})

interface StartOptions {
  limit?: RequestLimitOptions
  attempts?: number
  db?: Database
  signIn?: SignIn
}

async function start({ limit, attempts = 1000, ...given }: StartOptions = {}) {
  const parts = { db, signIn, ...given }
  return startWith(parts, limit, attempts)
}

async function startWith(
  { db, signIn }: { db: Database; signIn: SignIn },
  limit: RequestLimitOptions | undefined,
  attempts: number,
) {
  const clock = createMovableClock()
  const organizations = createOrganizations({ db, clock, signIn })
  const errors: unknown[] = []
  const apiKeys = createApiKeys({ db, clock, onError: (error) => errors.push(error) })
  const subscriberTokens = createSubscriberTokens({ crypto: createCrypto(SECRET), clock })
  const authentication = createAuthentication({
    apiKeys,
    signIn,
    organizations,
    subscriberTokens,
    clock,
    limit: createRequestLimit(limit),
    publicUrl: PUBLIC_URL,
  })
  const attemptLimit = createRequestLimit({ perSecond: 0.01, burst: attempts })
  const server = await createServer({
    log: pino({ level: 'silent' }),
    version: '0.0.0',
    publicUrl: PUBLIC_URL,
    health: { ready: {}, metrics: async () => '' },
  })
  organizationRoutes(server, {
    authentication,
    apiKeys,
    organizations,
    signIn,
    publicUrl: PUBLIC_URL,
    takeAttempt: async (key) => {
      const { allowed, resetSeconds } = attemptLimit.take(key, clock.now())
      return { allowed, retryAfterSeconds: resetSeconds }
    },
  })
  const schema = { hide: true, response: { 200: Answer } }
  const answer = (request: Parameters<typeof authentication.callerOf>[0]) => {
    const { organizationId, actor, scopes, contactId } = authentication.callerOf(request)
    return { organizationId, kind: actor.kind, scopes: [...scopes], ...(contactId && { contactId }) }
  }
  server.post(
    '/v1/send',
    { onRequest: authentication.guard({ scope: 'send' }), schema: { ...schema, body: z.strictObject({ a: z.int() }) } },
    async (request) => answer(request),
  )
  server.get('/v1/read', { onRequest: authentication.guard({ scope: 'read' }), schema }, async (request) =>
    answer(request),
  )
  server.get(
    '/v1/feed',
    { onRequest: authentication.guard({ scope: 'read', subscriber: true }), schema },
    async (request) => answer(request),
  )
  server.get('/v1/member', { onRequest: authentication.guard('session'), schema }, async (request) => answer(request))
  server.get(
    '/v1/live',
    { onRequest: authentication.guard({ scope: 'read', subscriber: true }), websocket: true },
    (socket, request) => {
      socket.send(JSON.stringify(answer(request)))
    },
  )
  running.push(apiKeys, server)
  await server.ready()

  const as = (key: string) => ({ authorization: `Bearer ${key}` })
  const get = (url: string, headers: Record<string, string> = {}) => server.inject({ url, headers })
  const post = (url: string, payload: object, headers: Record<string, string> = {}) =>
    server.inject({ method: 'POST', url, payload, headers })
  return { clock, organizations, apiKeys, subscriberTokens, server, errors, as, get, post }
}

type App = Awaited<ReturnType<typeof start>>

const newOrganization = (app: App, name = 'Sample'): Promise<Organization> =>
  app.organizations.create({
    name,
    country: 'FR',
    locale: 'fr',
    timeZone: 'Europe/Paris',
    brand: { color: '#4263eb' },
    demo: false,
  })

async function newKey(
  app: App,
  scopes: ('send' | 'read' | 'manage')[] = ['send', 'read', 'manage'],
  expiresAt: Date | null = null,
) {
  const organization = await newOrganization(app)
  return {
    organization,
    ...(await app.apiKeys.create({ organizationId: organization.id, name: 'Test', scopes, expiresAt })),
  }
}

const SAME_ORIGIN = { origin: PUBLIC_URL, 'sec-fetch-site': 'same-origin' }

async function signInAs(app: App, email: string, password = PASSWORD, headers: Record<string, string> = SAME_ORIGIN) {
  const answer = await app.post('/api/auth/sign-in/email', { email, password }, headers)
  return {
    answer,
    cookie: [answer.headers['set-cookie'] ?? []]
      .flat()
      .map((value) => value.split(';')[0])
      .join('; '),
  }
}

async function newMember(app: App, role: 'owner' | 'staff' = 'owner', email = 'owner@example.com') {
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

describe('an API key', () => {
  test.each([
    ['no key', {}],
    ['another scheme', { authorization: 'Basic abc' }],
    ['an empty key', { authorization: 'Bearer ' }],
    ['a key that was never made', { authorization: 'Bearer crl_0123456789012345678901234567890123456789' }],
    ['something that is no key', { authorization: 'Bearer crl_’; drop table api_key' }],
    ['half a key', { authorization: 'Bearer crl_' }],
    ['a made-up token', { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }],
    ['a made-up cookie', { cookie: 'carillon.session_token=abc.def' }],
  ])('is needed: %s is 401', async (_case, headers) => {
    const app = await start()
    const answer = await app.get('/v1/read', headers)
    expect(answer.json()).toMatchObject({ status: 401, code: 'unauthenticated' })
    expect(answer.headers['www-authenticate']).toBe('Bearer')
  })

  test('says for which organization, and what it may do', async () => {
    const app = await start()
    const { organization, key } = await newKey(app, ['read'])
    expect((await app.get('/v1/read', app.as(key))).json()).toEqual({
      organizationId: organization.id,
      kind: 'api_key',
      scopes: ['read'],
    })
  })

  test('without the scope is 403, told before the body is looked at', async () => {
    const app = await start()
    const { key } = await newKey(app, ['read'])
    expect((await app.post('/v1/send', { nonsense: true }, app.as(key))).json()).toMatchObject({
      status: 403,
      code: 'forbidden',
      detail: expect.stringContaining('send'),
    })
  })

  test('that is revoked is refused at once', async () => {
    const app = await start()
    const { key, id, organization } = await newKey(app)
    expect((await app.get('/v1/read', app.as(key))).statusCode).toBe(200)
    await app.apiKeys.revoke(organization.id, id)
    expect((await app.get('/v1/read', app.as(key))).json()).toMatchObject({
      status: 401,
      detail: 'This API key was revoked',
    })
  })

  test('that has expired is refused from that moment', async () => {
    const app = await start()
    const { key } = await newKey(app, ['read'], new Date(app.clock.now().getTime() + 60_000))
    expect((await app.get('/v1/read', app.as(key))).statusCode).toBe(200)
    app.clock.advance(60_001)
    expect((await app.get('/v1/read', app.as(key))).json()).toMatchObject({
      status: 401,
      detail: 'This API key has expired',
    })
  })

  test('is stored as a hash only', async () => {
    const app = await start()
    const { key } = await newKey(app)
    const rows = await base.query('select to_jsonb(k)::text as row from api_key k')
    expect(JSON.stringify(rows)).not.toContain(key.slice(14))
  })

  test('is read once for many requests at once, also when some are not known', async () => {
    const app = await start()
    const { key } = await newKey(app)
    const unknown = 'crl_0123456789012345678901234567890123456789'
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, i) => app.get('/v1/read', app.as(i % 3 ? key : unknown))),
    )
    expect(answers.filter((answer) => answer.statusCode === 200)).toHaveLength(200)
    expect(answers.filter((answer) => answer.statusCode === 401)).toHaveLength(100)
  })

  test('remembers its last use, written once a minute', async () => {
    const app = await start()
    const { key } = await newKey(app)
    const lastUsed = async () => {
      await app.apiKeys.close()
      const [row] = await base.query<{ last_used_at: Date }>('select last_used_at from api_key')
      return row!.last_used_at?.getTime()
    }
    await app.get('/v1/read', app.as(key))
    const first = await lastUsed()
    expect(first).toBeGreaterThan(0)
    app.clock.advance(59_000)
    await app.get('/v1/read', app.as(key))
    expect(await lastUsed()).toBe(first)
    app.clock.advance(2_000)
    await app.get('/v1/read', app.as(key))
    expect(await lastUsed()).toBeGreaterThan(first! + 59_000)
    expect(app.errors).toEqual([])
  })

  test('has a limit of requests, told in headers, that other organizations do not feel', async () => {
    const app = await start({ limit: { perSecond: 1, burst: 3 } })
    const { key } = await newKey(app)
    const other = await newKey(app)
    const answers = [
      await app.get('/v1/read', app.as(key)),
      await app.get('/v1/read', app.as(key)),
      await app.get('/v1/read', app.as(key)),
    ]
    expect(answers.map((answer) => answer.headers['ratelimit-remaining'])).toEqual(['2', '1', '0'])
    const refused = await app.get('/v1/read', app.as(key))
    expect(refused.json()).toMatchObject({ status: 429, code: 'rate_limited' })
    expect(refused.headers).toMatchObject({ 'retry-after': '1', 'ratelimit-limit': '3', 'ratelimit-reset': '1' })
    expect((await app.get('/v1/read', app.as(other.key))).statusCode).toBe(200)
    app.clock.advance(1000)
    expect((await app.get('/v1/read', app.as(key))).statusCode).toBe(200)
  })
})

describe('API keys', () => {
  test('are made, shown once, listed in pages and revoked', async () => {
    const app = await start()
    const { key, organization } = await newKey(app)
    const made = await app.post(
      '/v1/api-keys',
      { name: ' Shop ', scopes: ['send', 'send'], expiresAt: '2030-01-01T00:00:00+01:00' },
      app.as(key),
    )
    expect(made.statusCode).toBe(201)
    expect(made.json()).toMatchObject({
      name: 'Shop',
      scopes: ['send'],
      expiresAt: '2029-12-31T23:00:00.000Z',
      revokedAt: null,
      key: expect.stringMatching(/^crl_/),
    })

    const first = (await app.get('/v1/api-keys?limit=1', app.as(key))).json()
    expect(first.items).toEqual([expect.objectContaining({ id: made.json().id, prefix: made.json().key.slice(0, 12) })])
    expect(first.items[0]).not.toHaveProperty('key')
    const second = (await app.get(`/v1/api-keys?limit=1&cursor=${first.nextCursor}`, app.as(key))).json()
    expect(second).toMatchObject({ items: [{ name: 'Test' }], nextCursor: null })

    const revoked = await app.server.inject({
      method: 'DELETE',
      url: `/v1/api-keys/${made.json().id}`,
      headers: app.as(key),
    })
    expect(revoked.json().revokedAt).toMatch(/Z$/)
    expect((await app.get('/v1/read', app.as(made.json().key))).statusCode).toBe(401)
    expect(organization.id).toBeTruthy()
  })

  test('of another organization do not exist', async () => {
    const app = await start()
    const mine = await newKey(app)
    const theirs = await newKey(app)
    const answer = await app.server.inject({
      method: 'DELETE',
      url: `/v1/api-keys/${theirs.id}`,
      headers: app.as(mine.key),
    })
    expect(answer.json()).toMatchObject({ status: 404, code: 'not_found' })
    expect((await app.get('/v1/api-keys', app.as(mine.key))).json().items).toHaveLength(1)
    expect((await app.get('/v1/read', app.as(theirs.key))).statusCode).toBe(200)
  })

  test('cannot be made by a key that may not manage, nor with more than it has', async () => {
    const app = await start()
    const reader = await newKey(app, ['read'])
    expect((await app.post('/v1/api-keys', { name: 'x', scopes: ['read'] }, app.as(reader.key))).statusCode).toBe(403)
    const manager = await newKey(app, ['manage'])
    expect((await app.post('/v1/api-keys', { name: 'x', scopes: ['send'] }, app.as(manager.key))).json()).toMatchObject(
      { code: 'forbidden' },
    )
    expect(await base.query('select from api_key')).toHaveLength(2)
  })

  test.each([
    'made-up',
    'eyJhIjoxfQ',
    Buffer.from('[1,"api-keys","not an id"]').toString('base64url'),
    Buffer.from('[1,"contacts","01977b3e-0000-7000-8000-000000000001"]').toString('base64url'),
    Buffer.from('[9,"api-keys","01977b3e-0000-7000-8000-000000000001"]').toString('base64url'),
  ])('cannot be listed from the cursor %s', async (cursor) => {
    const app = await start()
    const { key } = await newKey(app)
    expect((await app.get(`/v1/api-keys?cursor=${cursor}`, app.as(key))).json()).toMatchObject({
      status: 400,
      code: 'invalid_cursor',
    })
  })

  test.each(['limit=0', 'limit=201', 'limit=x', 'limit=1&limit=2', 'page=2'])(
    'cannot be listed with %s',
    async (query) => {
      const app = await start()
      const { key } = await newKey(app)
      expect((await app.get(`/v1/api-keys?${query}`, app.as(key))).json()).toMatchObject({
        status: 422,
        code: 'validation_failed',
      })
    },
  )

  test('can be preset, and stay one key when preset again', async () => {
    const app = await start()
    const mine = await newOrganization(app)
    const other = await newOrganization(app)
    const preset = { name: 'Demo', scopes: ['read'] as const, key: 'crl_a-preset-key_of-the-demo' }
    const first = await app.apiKeys.create({ ...preset, organizationId: mine.id })
    expect((await app.apiKeys.create({ ...preset, organizationId: mine.id })).id).toBe(first.id)
    expect((await app.get('/v1/read', app.as(preset.key))).json().organizationId).toBe(mine.id)
    await expect(app.apiKeys.create({ ...preset, organizationId: other.id })).rejects.toMatchObject({
      code: 'conflict',
    })
    await expect(app.apiKeys.create({ ...preset, key: 'short', organizationId: other.id })).rejects.toMatchObject({
      code: 'validation_failed',
    })
  })
})

describe('a subscriber token', () => {
  const contactId = '01977b3e-0000-7000-8000-00000000000c'

  test('opens one contact’s feed and nothing else', async () => {
    const app = await start()
    const organization = await newOrganization(app)
    const { token } = app.subscriberTokens.issue({ organizationId: organization.id, contactId })
    expect((await app.get('/v1/feed', app.as(token))).json()).toEqual({
      organizationId: organization.id,
      kind: 'contact',
      scopes: [],
      contactId,
    })
    for (const url of ['/v1/read', '/v1/member', '/v1/api-keys']) {
      expect((await app.get(url, app.as(token))).json()).toMatchObject({ status: 403, code: 'forbidden' })
    }
  })

  test('ends after an hour, or a day at most', async () => {
    const app = await start()
    const organizationId = (await newOrganization(app)).id
    const short = app.subscriberTokens.issue({ organizationId, contactId })
    const long = app.subscriberTokens.issue({ organizationId, contactId }, 365 * 24 * 3600)
    app.clock.advance(3600_000)
    expect((await app.get('/v1/feed', app.as(short.token))).statusCode).toBe(401)
    expect((await app.get('/v1/feed', app.as(long.token))).statusCode).toBe(200)
    app.clock.advance(23 * 3600_000)
    expect((await app.get('/v1/feed', app.as(long.token))).statusCode).toBe(401)
  })

  test('changed by one character is nothing', async () => {
    const app = await start()
    const { token } = app.subscriberTokens.issue({ organizationId: (await newOrganization(app)).id, contactId })
    const changed = token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
    expect((await app.get('/v1/feed', app.as(changed))).statusCode).toBe(401)
  })

  test('may stand in the address of a live socket, and only there', async () => {
    const app = await start()
    const { token } = app.subscriberTokens.issue({ organizationId: (await newOrganization(app)).id, contactId })
    expect((await app.get(`/v1/feed?token=${token}`)).statusCode).toBe(401)

    const url = (await app.server.listen({ port: 0, host: '127.0.0.1' })).replace('http', 'ws')
    const socket = new WebSocket(`${url}/v1/live?token=${token}`)
    expect(JSON.parse(String((await once(socket, 'message'))[0]))).toMatchObject({ contactId })
    socket.terminate()
  })
})

describe('a member', () => {
  test('signs in, is known, works, and is unknown after signing out', async () => {
    const app = await start()
    const { organization, email } = await newMember(app)
    const { answer, cookie } = await signInAs(app, ' Owner@Example.com '.trim())
    expect(answer.json()).toMatchObject({ user: { email, name: 'Sample owner' } })
    expect(String(answer.headers['set-cookie'])).toMatch(/HttpOnly/i)
    expect(String(answer.headers['set-cookie'])).toMatch(/SameSite=Lax/i)
    expect(answer.body).not.toContain('token')

    expect((await app.get('/v1/session', { cookie })).json()).toEqual({
      user: { id: answer.json().user.id, name: 'Sample owner', email },
      organization: {
        id: organization.id,
        name: 'Sample',
        locale: 'fr',
        timeZone: 'Europe/Paris',
        brand: { color: '#4263eb' },
        demo: false,
      },
      role: 'owner',
    })
    expect((await app.post('/v1/send', { a: 1 }, { cookie, ...SAME_ORIGIN })).json()).toMatchObject({
      kind: 'member',
      organizationId: organization.id,
      scopes: ['send', 'read', 'manage'],
    })
    expect((await app.get('/v1/member', { cookie })).statusCode).toBe(200)

    expect((await app.post('/api/auth/sign-out', {}, { cookie, ...SAME_ORIGIN })).statusCode).toBe(200)
    expect((await app.get('/v1/session', { cookie })).json()).toMatchObject({ status: 401, code: 'unauthenticated' })
    expect((await app.get('/v1/read', { cookie })).statusCode).toBe(401)
  })

  test('of a lesser role sends and reads, and leaves the set-up alone', async () => {
    const app = await start()
    await newMember(app, 'staff')
    const { cookie } = await signInAs(app, 'owner@example.com')
    expect((await app.get('/v1/read', { cookie })).json().scopes).toEqual(['send', 'read'])
    expect((await app.get('/v1/api-keys', { cookie })).json()).toMatchObject({ status: 403 })
  })

  test('is refused alike for a wrong password and an unknown address', async () => {
    const app = await start()
    await newMember(app)
    const wrong = await signInAs(app, 'owner@example.com', 'not the password')
    const unknown = await signInAs(app, 'nobody@example.com', 'not the password')
    expect(wrong.answer.json()).toMatchObject({ status: 401, code: 'unauthenticated' })
    expect(wrong.cookie).toBe('')
    const { requestId: _a, ...first } = wrong.answer.json()
    const { requestId: _b, ...second } = unknown.answer.json()
    expect(first).toEqual(second)
  })

  test('cannot be guessed: after some tries the address waits, and the right password waits as well', async () => {
    const app = await start({ attempts: 4 })
    await newMember(app)
    for (let i = 0; i < 4; i++)
      expect((await signInAs(app, 'owner@example.com', `guess ${i}`)).answer.statusCode).toBe(401)
    const { answer } = await signInAs(app, 'owner@example.com')
    expect(answer.json()).toMatchObject({ status: 429, code: 'rate_limited' })
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    app.clock.advance(200_000)
    expect((await signInAs(app, 'owner@example.com')).answer.statusCode).toBe(200)
  })

  test('gets a session of their own, whatever cookie was planted before', async () => {
    const app = await start()
    await newMember(app)
    const planted = await signInAs(app, 'owner@example.com')
    const { cookie } = await signInAs(app, 'owner@example.com', PASSWORD, { ...SAME_ORIGIN, cookie: planted.cookie })
    expect(cookie).not.toBe(planted.cookie)
    expect((await app.get('/v1/session', { cookie })).statusCode).toBe(200)
  })

  test('does not sign up by themselves, nor reach the sign-in library’s other addresses', async () => {
    const app = await start()
    const person = { email: 'new@example.com', password: PASSWORD, name: 'New' }
    expect((await app.post('/api/auth/sign-up/email', person, SAME_ORIGIN)).json()).toMatchObject({
      status: 404,
      code: 'not_found',
    })
    expect((await app.post('/api/auth/update-user', { name: 'x' }, SAME_ORIGIN)).statusCode).toBe(404)
    expect((await app.get('/api/auth/error')).statusCode).toBe(404)
    expect(await base.query('select from auth."user"')).toEqual([])
  })

  test('changes the password only with the old one; other sessions end', async () => {
    const app = await start()
    await newMember(app)
    const here = await signInAs(app, 'owner@example.com')
    const elsewhere = await signInAs(app, 'owner@example.com')
    const change = (currentPassword: string) =>
      app.post(
        '/api/auth/change-password',
        { currentPassword, newPassword: 'a new long password' },
        { cookie: here.cookie, ...SAME_ORIGIN },
      )
    expect((await change('wrong')).statusCode).toBe(422)
    expect((await change(PASSWORD)).statusCode).toBe(200)
    expect((await app.get('/v1/session', { cookie: elsewhere.cookie })).statusCode).toBe(401)
    expect((await signInAs(app, 'owner@example.com')).answer.statusCode).toBe(401)
    expect((await signInAs(app, 'owner@example.com', 'a new long password')).answer.statusCode).toBe(200)
  })

  test('who left the organization is out, whatever the session says', async () => {
    const app = await start()
    await newMember(app)
    const { cookie } = await signInAs(app, 'owner@example.com')
    await base.query('delete from member')
    expect((await app.get('/v1/session', { cookie })).statusCode).toBe(401)
    expect((await app.get('/v1/read', { cookie })).statusCode).toBe(401)
  })

  test('of two organizations works in one, and may change to the other but not to a third', async () => {
    const app = await start()
    const first = await newMember(app)
    const second = await newMember(app)
    const third = await newOrganization(app)
    const { cookie } = await signInAs(app, 'owner@example.com')
    const choose = (organizationId: string) =>
      app.server.inject({
        method: 'PUT',
        url: '/v1/session/organization',
        payload: { organizationId },
        headers: { cookie, ...SAME_ORIGIN },
      })
    expect((await app.get('/v1/read', { cookie })).json().organizationId).toBe(first.organization.id)
    expect((await choose(second.organization.id)).json().organization.id).toBe(second.organization.id)
    expect((await app.get('/v1/read', { cookie })).json().organizationId).toBe(second.organization.id)
    expect((await choose(third.id)).statusCode).toBe(404)
  })

  test('is made once, however often: the password stays the first one', async () => {
    const app = await start()
    const { organization, member } = await newMember(app)
    const again = await app.organizations.createMember({
      organizationId: organization.id,
      email: 'OWNER@example.com',
      name: 'Other',
      password: 'another password',
      role: 'staff',
    })
    expect(again).toEqual(member)
    expect((await signInAs(app, 'owner@example.com')).answer.statusCode).toBe(200)
    expect(await base.query('select from contact')).toHaveLength(1)
  })
})

describe('another site', () => {
  test.each([
    ['says where it comes from', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['is a sister domain', { 'sec-fetch-site': 'same-site', origin: 'http://other.127.0.0.1:3000' }],
    ['has only an Origin', { origin: 'https://evil.example' }],
    ['hides its Origin', { origin: 'null' }],
    ['says nothing', {}],
  ])('cannot write with a member’s cookie when it %s', async (_case, headers) => {
    const app = await start()
    await newMember(app)
    const { cookie } = await signInAs(app, 'owner@example.com')
    expect((await app.post('/v1/send', { a: 1 }, { cookie, ...headers })).json()).toMatchObject({
      status: 403,
      code: 'forbidden',
    })
  })

  test('cannot sign anyone in or out', async () => {
    const app = await start()
    await newMember(app)
    const evil = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
    expect((await signInAs(app, 'owner@example.com', PASSWORD, evil)).answer.statusCode).toBe(403)
    const { cookie } = await signInAs(app, 'owner@example.com')
    expect((await app.post('/api/auth/sign-out', {}, { cookie, ...evil })).statusCode).toBe(403)
    expect((await app.get('/v1/session', { cookie })).statusCode).toBe(200)
  })

  test('cannot listen to the live socket with a member’s cookie; the dashboard can, under any name of this server', async () => {
    const app = await start()
    await newMember(app)
    const { cookie } = await signInAs(app, 'owner@example.com')
    const url = await app.server.listen({ port: 0, host: '127.0.0.1' })
    const open = (origin: string) =>
      new WebSocket(`${url.replace('http', 'ws')}/v1/live`, { headers: { cookie, origin } }).on('error', () => {})
    const [, refusal] = await once(open('https://evil.example'), 'unexpected-response')
    expect(refusal.statusCode).toBe(403)
    const socket = open(url)
    expect(JSON.parse(String((await once(socket, 'message'))[0]))).toMatchObject({ kind: 'member' })
    socket.terminate()
  })

  test('has no cookie to use over plain http where PUBLIC_URL is https', async () => {
    const secure = createSignIn({ databaseUrl: base.url, secret: SECRET, publicUrl: 'https://messages.example.com' })
    running.push(secure)
    await secure.ensureUser({ email: 'owner@example.com', name: 'Sample owner', password: PASSWORD })
    const answer = await secure.handle({
      method: 'POST',
      path: '/api/auth/sign-in/email',
      headers: new Headers({ 'content-type': 'application/json' }),
      body: { email: 'owner@example.com', password: PASSWORD },
    })
    expect(answer.headers.getSetCookie().join()).toMatch(/__Secure-carillon\.session_token=.*Secure/)
  })
})

test('a database that is down is 503, for keys, sessions and signing in', async () => {
  const up = await start()
  await newMember(up)
  const { cookie } = await signInAs(up, 'owner@example.com')

  const url = 'postgres://nobody@127.0.0.1:1/none'
  const gone = {
    db: openDatabase({ url }),
    signIn: createSignIn({ databaseUrl: url, secret: SECRET, publicUrl: PUBLIC_URL }),
  }
  running.push(gone.db, gone.signIn)
  const app = await start(gone)
  for (const headers of [app.as('crl_0123456789012345678901234567890123456789'), { cookie }]) {
    const answer = await app.get('/v1/read', headers)
    expect(answer.json()).toMatchObject({ status: 503, code: 'unavailable' })
    expect(answer.headers['retry-after']).toBeDefined()
  }
  expect((await signInAs(app, 'owner@example.com')).answer.json()).toMatchObject({ status: 503, code: 'unavailable' })
})

test('the tables are those the sign-in library asks for', async () => {
  const { getMigrations } = await import('better-auth/db/migration')
  const pool = openSignInPool(base.url)
  running.push({ close: () => pool.end() })
  const plan = await getMigrations(signInSetup(pool, { secret: SECRET, publicUrl: PUBLIC_URL }))
  expect(plan).toMatchObject({ toBeCreated: [], toBeAdded: [], toBeAddedIndexes: [], schemaProblems: [] })
})

test('the sign-in role cannot read a message, and the others cannot read a password', async () => {
  const asRole = (role: string, query: string) =>
    base.query(`begin; set local role ${role}; ${query}`).finally(() => base.query('rollback'))
  await expect(asRole('carillon_auth', 'select * from message')).rejects.toThrow('permission denied')
  await expect(asRole('carillon_http', 'select * from auth.account')).rejects.toThrow('permission denied')
  await expect(asRole('carillon_engine', 'select * from auth.session')).rejects.toThrow('permission denied')
})

test('the routes are documented without a fault', async () => {
  const app = await start()
  expect(openapiFaults(app.server)).toEqual([])
})
