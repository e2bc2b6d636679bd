import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { PASSWORD, SAME_ORIGIN, startTestApp, type TestApp } from '../../../test/app.ts'
import { codeFor } from '../../../test/authenticator-app.ts'
import { CLIENT, type OidcProvider, startOidcProvider } from '../../../test/oidc-provider.ts'

let app: TestApp
let provider: OidcProvider
beforeAll(async () => {
  provider = await startOidcProvider()
  app = await startTestApp({ oidc: { issuer: provider.issuer, ...CLIENT, name: 'Sample company' } })
})
afterAll(async () => {
  await app.stop()
  await provider.stop()
})
afterEach(() => {
  provider.inToken = {}
  provider.tellsInToken = true
  provider.calledInstead = undefined
  app.clock.advance(3_600_000)
})

type Headers = Record<string, string>
type Reply = Awaited<ReturnType<TestApp['call']>>
const post = (path: string, body: object, cookie = '', on = app) =>
  on.call('POST', `/api/auth${path}`, body, { key: null, headers: { ...SAME_ORIGIN, ...(cookie && { cookie }) } })
const cookieOf = ({ headers }: Reply) =>
  [headers['set-cookie'] ?? []]
    .flat()
    .map(String)
    .filter((cookie) => !/max-age=0/i.test(cookie))
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
const isIn = async (cookie: string) =>
  (await app.call('GET', '/v1/session', undefined, { key: null, headers: { cookie } })).status === 200
const finish = (body: object, cookie: string) => post('/sign-in/oidc/finish', body, cookie)

let count = 0
async function somebody() {
  const email = `company${++count}@example.org`
  await app.signedIn(email)
  return { email, claims: { sub: `person-${count}`, email, email_verified: true, name: 'Sample' } }
}
/** Up to where the provider leads back. */
async function agreed(claims: object) {
  const begun = await post('/sign-in/oidc', {})
  expect(begun.status).toBe(200)
  return {
    begun,
    url: begun.body.url as string,
    cookie: cookieOf(begun),
    back: provider.agree(begun.body.url, { ...claims }),
  }
}
async function comeIn(claims: object) {
  const { back, cookie } = await agreed(claims)
  return finish(back, cookie)
}
const said = ({ status, body }: Reply) => [status, body.code, body.detail]

test('the sign-in page is told of it only where it is set', async () => {
  expect((await app.call('GET', '/api/auth/ways', undefined, { key: null })).body).toEqual({
    company: { name: 'Sample company' },
  })
  const without = await startTestApp({ database: app.database })
  try {
    expect((await without.call('GET', '/api/auth/ways', undefined, { key: null })).body).toEqual({ company: null })
    expect((await post('/sign-in/oidc', {}, '', without)).status).toBe(404)
    expect((await post('/sign-in/oidc/finish', { state: 'x', code: 'x' }, '', without)).status).toBe(404)
  } finally {
    await without.stop()
  }
})

describe('a member', () => {
  test('comes in with PKCE, a state and a nonce, and a session of their own; no token is kept', async () => {
    const { email, claims } = await somebody()
    const { url, begun, back, cookie } = await agreed(claims)
    const query = new URL(url).searchParams
    expect(Object.fromEntries(query)).toMatchObject({
      response_type: 'code',
      client_id: 'carillon',
      redirect_uri: 'http://127.0.0.1:1/sign-in-company',
      code_challenge_method: 'S256',
    })
    expect(query.get('scope')?.split(' ')).toEqual(expect.arrayContaining(['openid', 'email']))
    expect(query.get('nonce')!.length).toBeGreaterThan(20)
    expect(String(begun.headers['set-cookie'])).toMatch(/HttpOnly.*SameSite=Lax|SameSite=Lax.*HttpOnly/i)
    const done = await finish(back, cookie)
    expect(done.body).toMatchObject({ user: { email }, secondFactor: false })
    expect(await isIn(cookieOf(done))).toBe(true)
    const [account] = await app.database.query(
      `select access_token, refresh_token, id_token from auth.account where provider_id = 'oidc' and account_id = $1`,
      [claims.sub],
    )
    expect(account).toEqual({ access_token: null, refresh_token: null, id_token: null })
    expect((await comeIn(claims)).body).toMatchObject({ user: { email } })
    const { items } = (await app.get('/v1/audit?limit=3')).body
    expect(items[0]).toMatchObject({ act: 'session.began' })
  })

  test('is found by the address that only the userinfo endpoint tells, of the same person', async () => {
    const { email, claims } = await somebody()
    provider.tellsInToken = false
    expect((await comeIn(claims)).body).toMatchObject({ user: { email } })
    const other = await somebody()
    provider.inToken = { sub: 'somebody-else' }
    expect(said(await comeIn(other.claims))).toEqual([401, 'unauthenticated', expect.stringContaining('begin again')])
  })

  test('with a second factor here is asked for it all the same', async () => {
    const { email, claims } = await somebody()
    const headers: Headers = await app.signedIn(email)
    const { key } = (await post('/two-factor/enable', { password: PASSWORD }, headers.cookie)).body
    await post('/two-factor/activate', { code: codeFor(key) }, headers.cookie)
    app.clock.advance(30 * 60_000)
    const first = await comeIn(claims)
    expect(first.body).toEqual({ user: null, secondFactor: true })
    for (const cookie of [first.headers['set-cookie']].flat().map(String))
      expect(await isIn(cookie.split(';')[0]!)).toBe(false)
    const second = await post('/sign-in/second-factor', { code: codeFor(key) }, cookieOf(first))
    expect(second.body).toMatchObject({ user: { email } })
  })
})

describe('nobody comes in', () => {
  test('who is no user here; and none is made', async () => {
    const before = await app.database.query('select from auth."user"')
    const stranger = { sub: 'stranger', email: 'stranger@example.org', email_verified: true }
    const refused = await comeIn(stranger)
    expect(said(refused)).toEqual([404, 'not_found', expect.stringContaining('invitation')])
    expect(cookieOf(refused)).not.toContain('session_token')
    expect(await app.database.query('select from auth."user"')).toHaveLength(before.length)
  })

  test('whose address is not verified there, the first time and every other time', async () => {
    const { claims } = await somebody()
    for (const email_verified of [false, undefined, 'false', 'yes'])
      expect((await comeIn({ ...claims, email_verified })).status).toBeGreaterThanOrEqual(401)
    const unverified = await comeIn({ ...claims, email_verified: false })
    expect(said(unverified)).toEqual([422, 'invalid_address', expect.stringContaining('not verified')])
    expect((await comeIn(claims)).status).toBe(200)
    expect(said(await comeIn({ ...claims, email_verified: false }))).toEqual(said(unverified))
  })

  test.each([
    ['of another issuer', { iss: 'https://evil.example' }],
    ['for another client', { aud: 'somebody-else' }],
    ['of another sign-in', { nonce: 'of-another-sign-in' }],
    ['without a nonce', { nonce: undefined }],
    ['that has expired', { exp: 1_700_000_000 }],
  ])('with a token %s', async (_, inToken) => {
    const { claims } = await somebody()
    provider.inToken = inToken
    expect(said(await comeIn(claims))).toEqual([401, 'unauthenticated', expect.stringContaining('begin again')])
  })

  test('with a state that was used, is another browser’s, or was made up', async () => {
    const { claims } = await somebody()
    const first = await agreed(claims)
    expect((await finish(first.back, first.cookie)).status).toBe(200)
    const again = provider.agree(first.url, claims)
    const mine = await agreed(claims)
    const theirs = await agreed(claims)
    for (const [back, cookie] of [
      [again, first.cookie],
      [mine.back, theirs.cookie],
      [mine.back, ''],
      [{ ...theirs.back, state: 'x'.repeat(32) }, theirs.cookie],
    ] as const) {
      const refused = await finish(back, cookie)
      expect(said(refused)).toEqual([401, 'unauthenticated', expect.stringContaining('begin again')])
      expect(cookieOf(refused)).not.toContain('session_token')
    }
  })

  test('with a code that was used, or is somebody else’s', async () => {
    const { claims } = await somebody()
    const mine = await agreed(claims)
    const theirs = await agreed({ sub: 'other', email: 'company-owner@example.org', email_verified: true })
    const given = provider.given
    expect((await finish({ ...mine.back, code: theirs.back.code }, mine.cookie)).status).toBe(401)
    expect((await finish({ ...(await agreed(claims)).back, code: 'used' }, mine.cookie)).status).toBe(401)
    expect(provider.given).toBe(given)
  })

  test('whom another issuer leads back, or whom the provider refused', async () => {
    const { claims } = await somebody()
    const mixed = await agreed(claims)
    expect((await finish({ ...mixed.back, iss: 'https://evil.example' }, mixed.cookie)).status).toBe(401)
    const { back, cookie } = await agreed(claims)
    const refused = await finish({ state: back.state, error: 'access_denied' }, cookie)
    expect(said(refused)).toEqual([401, 'unauthenticated', 'It did not let you in'])
  })

  test('from another site, nor is anybody led elsewhere', async () => {
    const { claims } = await somebody()
    const { back, cookie } = await agreed(claims)
    const headers = { cookie, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    for (const path of ['/sign-in/oidc', '/sign-in/oidc/finish'])
      expect((await app.call('POST', `/api/auth${path}`, back, { key: null, headers })).status).toBe(403)
    expect((await post('/sign-in/oidc', { callbackURL: 'https://evil.example' })).status).toBe(422)
    for (const path of ['/callback/oidc?state=x&code=y', '/sign-in/social'])
      expect((await app.call('GET', `/api/auth${path}`, undefined, { key: null })).status).toBe(404)
    expect((await post('/sign-in/social', { provider: 'oidc' })).status).toBe(404)
  })
})

test('a provider that is away, or calls itself by another name, is told as such, and asked again next time', async () => {
  const other = await startOidcProvider()
  other.calledInstead = 'https://evil.example'
  const product = await startTestApp({
    database: app.database,
    oidc: { issuer: other.issuer, ...CLIENT, name: 'Sample company' },
  })
  try {
    const refused = await post('/sign-in/oidc', {}, '', product)
    expect([refused.status, refused.body.code, refused.body.detail]).toEqual([
      503,
      'unavailable',
      expect.stringContaining('Sample company cannot be reached'),
    ])
    expect((await post('/sign-in/email', { email: 'nobody@example.org', password: 'x' }, '', product)).status).toBe(401)
    other.calledInstead = undefined
    expect((await post('/sign-in/oidc', {}, '', product)).status).toBe(200)
  } finally {
    await product.stop()
    await other.stop()
  }
})
