import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import WebSocket from 'ws'
import {
  newMember,
  noLinks,
  PASSWORD,
  PUBLIC_URL,
  SAME_ORIGIN,
  SECRET,
  signInAs,
  signInSuite,
} from '../../../test/sign-in-app.ts'
import { openDatabase } from '../../platform/database/database.ts'
import { openapiFaults } from '../../platform/http/openapi-faults.ts'
import { createSignIn } from './sign-in.ts'

const { start, url } = signInSuite()

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
    const secure = createSignIn({
      databaseUrl: url(),
      secret: SECRET,
      publicUrl: 'https://messages.example.com',
      tell: noLinks,
    })
    onTestFinished(() => secure.close())
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

describe('what is for those who operate the platform', () => {
  test('opens to a session of one of them, whatever their role, and to nobody else', async () => {
    const app = await start({ admins: ['operator@example.com'] })
    const { organization } = await newMember(app, 'owner')
    await newMember(app, 'staff', 'Operator@Example.com')
    const { key } = await app.apiKeys.create({ organizationId: organization.id, name: 'k', scopes: ['manage'] })
    const owner = await signInAs(app, 'owner@example.com')
    const operator = await signInAs(app, 'operator@example.com')

    expect((await app.get('/v1/platform')).statusCode).toBe(401)
    expect((await app.get('/v1/platform', app.as(key))).statusCode).toBe(403)
    expect((await app.get('/v1/platform', { cookie: owner.cookie })).statusCode).toBe(403)
    expect((await app.get('/v1/platform', { cookie: operator.cookie })).statusCode).toBe(200)
    expect((await app.get('/v1/session', { cookie: owner.cookie })).json().platformAdmin).toBe(false)
    expect((await app.get('/v1/session', { cookie: operator.cookie })).json().platformAdmin).toBe(true)
  })

  test('is not to be used by another site in their name', async () => {
    const app = await start({ admins: ['owner@example.com'] })
    await newMember(app)
    const { cookie } = await signInAs(app, 'owner@example.com')
    const evil = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
    expect((await app.post('/v1/platform', {}, { cookie, ...evil })).statusCode).toBe(403)
    expect((await app.post('/v1/platform', {}, { cookie })).statusCode).toBe(403)
    expect((await app.post('/v1/platform', {}, { cookie, ...SAME_ORIGIN })).statusCode).toBe(200)
  })
})

test('a database that is down is 503, for keys, sessions and signing in', async () => {
  const up = await start()
  await newMember(up)
  const { cookie } = await signInAs(up, 'owner@example.com')

  const url = 'postgres://nobody@127.0.0.1:1/none'
  const gone = {
    db: openDatabase({ url }),
    signIn: createSignIn({ databaseUrl: url, secret: SECRET, publicUrl: PUBLIC_URL, tell: noLinks }),
  }
  onTestFinished(() => gone.db.close())
  onTestFinished(() => gone.signIn.close())
  const app = await start(gone)
  for (const headers of [app.as('crl_0123456789012345678901234567890123456789'), { cookie }]) {
    const answer = await app.get('/v1/read', headers)
    expect(answer.json()).toMatchObject({ status: 503, code: 'unavailable' })
    expect(answer.headers['retry-after']).toBeDefined()
  }
  expect((await signInAs(app, 'owner@example.com')).answer.json()).toMatchObject({ status: 503, code: 'unavailable' })
})

test('the routes are documented without a fault', async () => {
  const app = await start()
  expect(openapiFaults(app.server)).toEqual([])
})
