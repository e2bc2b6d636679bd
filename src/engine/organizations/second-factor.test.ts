import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PASSWORD, SAME_ORIGIN, startTestApp, TEST_SECRET, type TestApp } from '../../../test/app.ts'
import { codeFor } from '../../../test/authenticator-app.ts'
import { createCrypto } from '../../platform/crypto.ts'
import type { Database } from '../../platform/database/database.ts'
import { rotateSecrets } from '../accounts/rotation.ts'
import { encryptSecondFactorsAgain } from './second-factor-rotation.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const NEXT_SECRET = 'another secret of thirty-two characters!'
type Headers = Record<string, string>
type Reply = Awaited<ReturnType<TestApp['call']>>
const post = (path: string, body: object, headers: Headers = SAME_ORIGIN, on = app) =>
  on.call('POST', `/api/auth${path}`, body, { key: null, headers })
const signIn = (email: string, password = PASSWORD, headers: Headers = SAME_ORIGIN, on = app) =>
  post('/sign-in/email', { email, password }, headers, on)
/** As a browser keeps them: the last of a name counts, an empty one is gone. */
function cookieOf({ headers }: Reply, before = ''): string {
  const jar = new Map<string, string>()
  for (const one of [...before.split('; '), ...[headers['set-cookie'] ?? []].flat().map(String)]) {
    const [pair = '', ...attributes] = one.split(';')
    const at = pair.indexOf('=')
    if (at < 1) continue
    jar.set(pair.slice(0, at).trim(), attributes.some((one) => /max-age=0/i.test(one)) ? '' : pair.slice(at + 1))
  }
  return [...jar].flatMap(([name, value]) => (value ? [`${name}=${value}`] : [])).join('; ')
}
const browser = (cookie: string): Headers => ({ ...SAME_ORIGIN, cookie })
const isIn = async (cookie: string, on = app) =>
  (await on.call('GET', '/v1/session', undefined, { key: null, headers: { cookie } })).status === 200
const secondStep = (reply: Reply, code: string, on = app) =>
  post('/sign-in/second-factor', { code }, browser(cookieOf(reply)), on)
/** For a product whose clock is another. */
const forgetTries = () => app.database.query('delete from rate_limit')
/** So that a code that was used a moment ago may be used again. */
const later = (on = app) => on.clock.advance(30 * 60_000)

let count = 0
async function somebody() {
  const email = `factor${++count}@example.org`
  return { email, headers: await app.signedIn(email) }
}
async function enrolled(on = app) {
  const email = `factor${++count}@example.org`
  const headers = await on.signedIn(email)
  const { body } = await post('/two-factor/enable', { password: PASSWORD }, headers, on)
  const active = await post('/two-factor/activate', { code: codeFor(body.key) }, headers, on)
  expect(active.status).toBe(200)
  later(on)
  const key: string = body.key
  const backupCodes: string[] = body.backupCodes
  return { email, key, backupCodes, cookie: cookieOf(active), before: headers.cookie! }
}

describe('setting it up', () => {
  test('takes the password and a right code; until then nothing is asked for', async () => {
    const { email, headers } = await somebody()
    expect((await post('/two-factor/enable', { password: 'wrong' }, headers)).body).toMatchObject({
      status: 422,
      errors: [{ path: 'password' }],
    })
    expect((await post('/two-factor/enable', { password: PASSWORD })).status).toBe(401)
    const { body } = await post('/two-factor/enable', { password: PASSWORD }, headers)
    expect(body.uri).toMatch(/^otpauth:\/\/totp\/Carillon:factor/)
    expect(body.uri).toContain(body.key)
    expect(new Set(body.backupCodes).size).toBe(10)
    expect((await post('/two-factor/activate', { code: '000000' }, headers)).body).toMatchObject({
      status: 422,
      errors: [{ path: 'code' }],
    })
    expect((await signIn(email)).body).toMatchObject({ user: { email }, secondFactor: false })
    expect((await post('/two-factor/activate', { code: codeFor(body.key) }, headers)).status).toBe(200)
    expect((await signIn(email)).body).toEqual({ user: null, secondFactor: true })
  })

  test('begins a new session and ends all others', async () => {
    const { email, headers } = await somebody()
    const elsewhere = cookieOf(await signIn(email))
    const { body } = await post('/two-factor/enable', { password: PASSWORD }, headers)
    const active = await post('/two-factor/activate', { code: codeFor(body.key) }, headers)
    const cookie = cookieOf(active)
    expect([await isIn(cookie), await isIn(headers.cookie!), await isIn(elsewhere)]).toEqual([true, false, false])
    expect((await app.call('GET', '/v1/session', undefined, { key: null, headers: { cookie } })).body).toMatchObject({
      secondFactor: true,
    })
  })

  test('stores neither key nor codes as they are, and tells them once', async () => {
    const { key, backupCodes, cookie } = await enrolled()
    const stored = JSON.stringify(await app.database.query('select * from auth.two_factor'))
    for (const secret of [key, ...backupCodes]) expect(stored).not.toContain(secret)
    expect((await post('/two-factor/enable', { password: PASSWORD }, browser(cookie))).status).toBe(409)
    expect((await post('/two-factor/activate', { code: codeFor(key) }, browser(cookie))).status).toBe(409)
  })

  test('is not for other sites to ask', async () => {
    const { headers } = await somebody()
    const evil = { ...headers, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    for (const path of ['enable', 'activate', 'disable', 'backup-codes'])
      expect((await post(`/two-factor/${path}`, { password: PASSWORD }, evil)).status).toBe(403)
    expect((await post('/sign-in/second-factor', { code: '123456' }, evil)).status).toBe(403)
  })

  test('cannot be used to try passwords', async () => {
    const { headers } = await somebody()
    let last = 422
    for (let i = 0; i < 15 && last === 422; i++)
      last = (await post('/two-factor/enable', { password: `guess ${i}` }, headers)).status
    expect(last).toBe(429)
  })
})

describe('signing in', () => {
  test('goes on with a code; no session begins before, and the one that begins is new', async () => {
    const { email, key } = await enrolled()
    const first = await signIn(email)
    expect(await isIn(cookieOf(first))).toBe(false)
    const all = [first.headers['set-cookie']].flat().map(String)
    for (const cookie of all) expect(await isIn(cookie.split(';')[0]!)).toBe(false)
    const challenge = all.find((cookie) => cookie.includes('two_factor='))!
    expect(challenge).toMatch(/HttpOnly/i)
    expect(challenge).toMatch(/SameSite=Lax/i)
    const second = await secondStep(first, codeFor(key))
    expect(second.body).toMatchObject({ user: { email }, secondFactor: false })
    expect(await isIn(cookieOf(second))).toBe(true)
    const { items } = (await app.get('/v1/audit?limit=3')).body
    expect(items[0]).toMatchObject({ act: 'session.began' })
  })

  test('is not shortened by a password reset, a sign-in link or a session that was planted', async () => {
    const { email, key } = await enrolled()
    const tokenIn = async (kind: string) =>
      app.eventually(async () => {
        await app.settled()
        const { items } = (await app.get('/v1/sandbox/messages')).body
        const mail = items.find(({ address }: { address: string }) => address === email)
        const { text } = mail ? (await app.get(`/v1/sandbox/messages/${mail.id}`)).body : { text: '' }
        return new RegExp(`/${kind}#([\\w-]+)`).exec(text)?.[1]
      })
    await post('/sign-in/magic-link', { email })
    const byLink = await post('/magic-link/verify', { token: await tokenIn('sign-in-link') })
    expect(byLink.body).toEqual({ user: null, secondFactor: true })
    for (const cookie of [byLink.headers['set-cookie']].flat().map(String))
      expect(await isIn(cookie.split(';')[0]!)).toBe(false)
    expect((await secondStep(byLink, codeFor(key))).body).toMatchObject({ user: { email } })

    await post('/request-password-reset', { email })
    const reset = { token: await tokenIn('reset-password'), newPassword: 'tuesday lemon ferry' }
    expect((await post('/reset-password', reset)).status).toBe(200)
    expect((await signIn(email, 'tuesday lemon ferry')).body).toEqual({ user: null, secondFactor: true })

    const other = await somebody()
    const planted = await signIn(email, 'tuesday lemon ferry', other.headers)
    later()
    const jar = `${other.headers.cookie}; ${cookieOf(planted)}`
    const done = await post('/sign-in/second-factor', { code: codeFor(key) }, browser(jar))
    expect(done.body).toMatchObject({ user: { email } })
  })

  test('takes a code once, though many bring it at the same moment', async () => {
    const { email, key } = await enrolled()
    const starts = await Promise.all([1, 2, 3].map(() => signIn(email)))
    const code = codeFor(key)
    const answers = await Promise.all(starts.map((start) => secondStep(start, code)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422])
    expect((await secondStep(await signIn(email), code)).body).toMatchObject({
      errors: [{ path: 'code', message: expect.stringContaining('already') }],
    })
  })

  test('uses the first step once, and not when it is too old or forged', async () => {
    const { email, key } = await enrolled()
    const first = await signIn(email)
    expect((await secondStep(first, codeFor(key))).status).toBe(200)
    later()
    expect((await secondStep(first, codeFor(key))).status).toBe(401)
    const old = await signIn(email)
    await app.database.query(`update auth.verification set expires_at = now() - interval '1 second'`)
    expect((await secondStep(old, codeFor(key, 1))).status).toBe(401)
    const forged = cookieOf(await signIn(email)).replace(/two_factor=[^.]*/, 'two_factor=2fa-00000000000000000000')
    expect((await post('/sign-in/second-factor', { code: codeFor(key, 1) }, browser(forged))).status).toBe(401)
    expect((await post('/sign-in/second-factor', { code: codeFor(key, 1) })).status).toBe(401)
  })

  test('cannot be guessed: a user’s tries are counted whatever first step they come from, and nobody is shut out', async () => {
    const { email, key, backupCodes } = await enrolled()
    const statuses = []
    for (let i = 0; i < 8; i++) {
      const start = await signIn(email)
      statuses.push((await secondStep(start, String(i).padStart(6, '7'))).status)
    }
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429, 429, 429])
    const start = await signIn(email)
    const waits = await secondStep(start, codeFor(key))
    expect([waits.status, Number(waits.headers['retry-after']) > 60]).toEqual([429, true])
    const backup = { backupCode: backupCodes[0]! }
    expect((await post('/sign-in/second-factor', backup, browser(cookieOf(start)))).status).toBe(200)
    later()
    expect((await secondStep(await signIn(email), codeFor(key))).status).toBe(200)
  })

  test('answers what is no code as what it is', async () => {
    const { email } = await enrolled()
    const cookie = cookieOf(await signIn(email))
    for (const body of [
      { code: '12345' },
      { code: "' or 1" },
      {},
      { code: '123456', backupCode: 'x' },
      { code: 123456 },
    ])
      expect((await post('/sign-in/second-factor', body, browser(cookie))).status).toBe(422)
  })
})

describe('a backup code', () => {
  test('lets in once, though many bring it at the same moment; the others stay', async () => {
    const { email, backupCodes } = await enrolled()
    const use = async (backupCode: string) =>
      post('/sign-in/second-factor', { backupCode }, browser(cookieOf(await signIn(email))))
    const [first, second] = backupCodes as [string, string]
    const answers = await Promise.all([use(first), use(first), use(first)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422])
    later()
    expect((await use(first)).status).toBe(422)
    expect((await use(second)).status).toBe(200)
    expect((await use('aaaaa-bbbbb')).body).toMatchObject({ status: 422, errors: [{ path: 'code' }] })
  })

  test('is replaced with the password, and then works no more', async () => {
    const { email, backupCodes, cookie } = await enrolled()
    expect((await post('/two-factor/backup-codes', { password: 'wrong' }, browser(cookie))).status).toBe(422)
    const { body } = await post('/two-factor/backup-codes', { password: PASSWORD }, browser(cookie))
    const use = async (backupCode: string) =>
      post('/sign-in/second-factor', { backupCode }, browser(cookieOf(await signIn(email))))
    expect((await use(backupCodes[0]!)).status).toBe(422)
    expect((await use(body.backupCodes[0])).status).toBe(200)
    const other = await somebody()
    expect((await post('/two-factor/backup-codes', { password: PASSWORD }, other.headers)).status).toBe(409)
  })
})

test('switching it off takes the password, and is written into the audit log', async () => {
  const { email, cookie } = await enrolled()
  expect((await post('/two-factor/disable', { password: 'wrong' }, browser(cookie))).status).toBe(422)
  expect((await signIn(email)).body).toMatchObject({ secondFactor: true })
  const off = await post('/two-factor/disable', { password: PASSWORD }, browser(cookie))
  expect([off.status, await isIn(cookieOf(off))]).toEqual([200, true])
  expect((await signIn(email)).body).toMatchObject({ user: { email }, secondFactor: false })
  const { items } = (await app.get('/v1/audit?limit=20')).body
  const acts = items.map(({ act, outcome }: { act: string; outcome: string }) => `${act} ${outcome}`)
  expect(acts).toContain('second_factor.disabled done')
  expect(acts).toContain('second_factor.enabled done')
})

test('whoever’s way of signing in has changed hears of each change, once, and of no attempt', async () => {
  const { email, key, cookie } = await enrolled()
  await app.settled()
  const [contact] = (await app.get(`/v1/contacts?email=${email}`)).body.items
  await app.call('PATCH', `/v1/contacts/${contact.id}`, { locale: 'en' })
  expect((await post('/two-factor/backup-codes', { password: 'wrong' }, browser(cookie))).status).toBe(422)
  expect((await post('/two-factor/backup-codes', { password: PASSWORD }, browser(cookie))).status).toBe(200)
  later()
  const [currentPassword, newPassword] = [PASSWORD, 'three unlike words']
  const changed = await post('/change-password', { currentPassword, newPassword }, browser(cookie))
  expect(changed.status).toBe(200)
  const again = await signIn(email, newPassword)
  const session = await secondStep(again, codeFor(key))
  await post('/two-factor/disable', { password: newPassword }, browser(cookieOf(session, cookieOf(again))))
  await app.settled()
  const { items } = (await app.get('/v1/sandbox/messages?limit=100')).body
  const told = items.filter((mail: { address: string }) => mail.address === email)
  expect(told.map(({ subject }: { subject: string }) => subject).reverse()).toEqual([
    'La double authentification est activée',
    'Your backup codes have changed',
    'Your password has changed',
    'Your second factor is off',
  ])
  const { text } = (await app.get(`/v1/sandbox/messages/${told[0].id}`)).body
  expect(text).toContain('/forgot-password')
})

test('whoever manages members sees who has one; others do not', async () => {
  const { email } = await enrolled()
  const owner = await app.signedIn('owner-of-team@example.org')
  const accounting = await app.signedIn('accounting-of-team@example.org', { role: 'support' })
  const list = (headers: Headers) => app.call('GET', '/v1/members?limit=100', undefined, { key: null, headers })
  const shown = (await list(owner)).body.items.map((one: { email: string; secondFactor: boolean }) => [
    one.email,
    one.secondFactor,
  ])
  expect(shown).toContainEqual([email, true])
  expect(shown).toContainEqual(['owner-of-team@example.org', false])
  const theirs = await list(accounting)
  if (theirs.status === 200)
    expect(new Set(theirs.body.items.map((one: { secondFactor: null }) => one.secondFactor))).toEqual(new Set([null]))
})

test('a second factor outlives a change of the secret, while the former one is known', async () => {
  const { email, key } = await enrolled()
  const next = await startTestApp({
    database: app.database,
    secret: NEXT_SECRET,
    oldSecrets: [TEST_SECRET],
  })
  try {
    await forgetTries()
    const first = await signIn(email, PASSWORD, SAME_ORIGIN, next)
    expect(first.body).toEqual({ user: null, secondFactor: true })
    expect((await secondStep(first, codeFor(key), next)).status).toBe(200)
    expect((await enrolled(next)).backupCodes).toHaveLength(10)
  } finally {
    await next.stop()
  }

  const keys = { databaseUrl: app.database.url, secret: NEXT_SECRET, oldSecrets: [TEST_SECRET] }
  expect(await encryptSecondFactorsAgain({ ...keys, oldSecrets: [] })).toMatchObject({ sealedAgain: 0 })
  const first = await encryptSecondFactorsAgain(keys)
  expect(first).toMatchObject({ sealedAgain: first.sealed - 1, unreadable: 0 })
  expect(await encryptSecondFactorsAgain(keys)).toEqual({ sealed: first.sealed, sealedAgain: 0, unreadable: 0 })
  const run = (_: string, text: string, values: unknown[]) => app.database.query(text, values)
  await rotateSecrets(run as Database['run'], createCrypto(NEXT_SECRET, [TEST_SECRET]))
  const after = await startTestApp({ database: app.database, secret: NEXT_SECRET })
  try {
    await forgetTries()
    expect((await secondStep(await signIn(email, PASSWORD, SAME_ORIGIN, after), codeFor(key), after)).status).toBe(200)
  } finally {
    await after.stop()
  }
})
