import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PASSWORD, SAME_ORIGIN, startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const NEW_PASSWORD = 'tuesday lemon ferry'
const nobody = { key: null, headers: SAME_ORIGIN }
const post = (path: string, body: object, options: object = nobody) =>
  app.call('POST', `/api/auth${path}`, body, options)
const forgot = (email: string) => post('/request-password-reset', { email })
const reset = (token: string, newPassword = NEW_PASSWORD) => post('/reset-password', { token, newPassword })
const askLink = (email: string) => post('/sign-in/magic-link', { email })
const useLink = (token: string, headers: Record<string, string> = SAME_ORIGIN) =>
  post('/magic-link/verify', { token }, { key: null, headers })
const signIn = (email: string, password = PASSWORD) => post('/sign-in/email', { email, password })
const cookieOf = ({ headers }: { headers: Record<string, unknown> }) =>
  [headers['set-cookie'] ?? []]
    .flat()
    .map((value) => String(value).split(';')[0])
    .join('; ')
const isIn = async (cookie: string) =>
  (await app.call('GET', '/v1/session', undefined, { key: null, headers: { cookie } })).status === 200

let count = 0
async function somebody() {
  const email = `somebody${++count}@example.org`
  return { email, headers: await app.signedIn(email) }
}

const read = new Set<string>()
/** The link of a kind in a mail to an address that was not read before. */
const mailTo = (email: string, kind: 'reset-password' | 'sign-in-link') =>
  app.eventually(async () => {
    await app.settled()
    const { items } = (await app.get('/v1/sandbox/messages')).body
    for (const { id } of items.filter((mail: { address: string }) => mail.address === email)) {
      const { text, subject } = (await app.get(`/v1/sandbox/messages/${id}`)).body
      const [link, token] = new RegExp(`http\\S*/${kind}#([\\w-]+)`).exec(text) ?? []
      if (!link || !token || read.has(id)) continue
      read.add(id)
      return { link, token, text, subject }
    }
    return undefined
  })
const mailsTo = async (email: string) => {
  await app.settled()
  const { items } = (await app.get('/v1/sandbox/messages')).body
  return items.filter((mail: { address: string }) => mail.address === email).length
}
const tokenOf = async (email: string, kind: 'reset-password' | 'sign-in-link') => (await mailTo(email, kind)).token
async function resetToken(email: string) {
  expect((await forgot(email)).status).toBe(202)
  return tokenOf(email, 'reset-password')
}
async function linkToken(email: string) {
  expect((await askLink(email)).status).toBe(202)
  return tokenOf(email, 'sign-in-link')
}
const expire = () => app.database.query(`update auth.verification set expires_at = now() - interval '1 second'`)
const GONE = [404, 'not_found', expect.stringContaining('ask for a new one')]
const said = ({ status, body }: { status: number; body: { code: string; detail: string } }) => [
  status,
  body.code,
  body.detail,
]

describe.each([
  ['a new password', forgot],
  ['a sign-in link', askLink],
] as const)('asking for %s', (_, ask) => {
  test('is answered alike whether the address is known, was removed or never was', async () => {
    const { email } = await somebody()
    const removed = await somebody()
    await app.database.query('delete from member where user_id = (select id from auth."user" where email = $1)', [
      removed.email,
    ])
    const answers: object[] = []
    for (const address of [email, email.toUpperCase(), removed.email, `nobody${++count}@example.org`]) {
      const { status, body, headers } = await ask(address)
      answers.push({ status, body, cookie: headers['set-cookie'], length: headers['content-length'] })
    }
    expect(answers).toEqual(answers.map(() => ({ ...answers[0], status: 202, body: { accepted: true } })))
    expect(await app.eventually(async () => (await mailsTo(email)) === 2)).toBe(true)
    expect(await mailsTo(removed.email)).toBe(0)
  })

  test('is slowed down for an address, known or not, and for whoever asks for many', async () => {
    const { email } = await somebody()
    for (const address of [email, `nobody${++count}@example.org`]) {
      const statuses = []
      for (let i = 0; i < 5; i++) statuses.push((await ask(address)).status)
      expect(statuses).toEqual([202, 202, 202, 429, 429])
    }
    let last = 202
    for (let i = 0; i < 60 && last === 202; i++) last = (await ask(`many${++count}@example.org`)).status
    expect(last).toBe(429)
    app.clock.advance(3 * 3_600_000)
    expect((await ask(email)).status).toBe(202)
  })

  test('takes no address to lead to, and no other site may ask', async () => {
    const { email } = await somebody()
    for (const more of [{ redirectTo: 'https://evil.example' }, { callbackURL: '//evil.example' }])
      for (const path of ['/request-password-reset', '/sign-in/magic-link'])
        expect((await post(path, { email, ...more })).status).toBe(422)
    const evil = { key: null, headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } }
    for (const path of ['/request-password-reset', '/sign-in/magic-link', '/reset-password', '/magic-link/verify'])
      expect((await post(path, { email }, evil)).status).toBe(403)
    expect(await mailsTo(email)).toBe(0)
  })
})

describe('a link for a new password', () => {
  test('sets it once, ends every session and every other link, and signs nobody in', async () => {
    const { email, headers } = await somebody()
    const link = await linkToken(email)
    const earlier = await resetToken(email)
    const token = await resetToken(email)
    expect(token).not.toBe(earlier)
    const done = await reset(token)
    expect([done.status, done.body.user.email, done.headers['set-cookie']]).toEqual([200, email, undefined])

    expect(await isIn(headers.cookie!)).toBe(false)
    expect((await signIn(email)).status).toBe(401)
    expect((await signIn(email, NEW_PASSWORD)).status).toBe(200)
    for (const used of [token, earlier]) expect(said(await reset(used, 'another tuesday ferry'))).toEqual(GONE)
    expect(said(await useLink(link))).toEqual(GONE)
    expect((await signIn(email, NEW_PASSWORD)).status).toBe(200)
  })

  test('lets one of many win who use it at the same moment', async () => {
    const { email } = await somebody()
    const token = await resetToken(email)
    const words = ['tuesday lemon ferry', 'winter copper violin', 'harbour cotton planet', 'meadow silver engine']
    const answers = await Promise.all(words.map((word) => reset(token, word)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404])
    const winner = words[answers.findIndex(({ status }) => status === 200)]!
    expect((await signIn(email, winner)).status).toBe(200)
  })

  test('is no use when it has expired, was made up, or is a link of the other kind', async () => {
    const { email } = await somebody()
    const signInLink = await linkToken(email)
    const token = await resetToken(email)
    await expire()
    for (const bad of [token, signInLink, 'x'.repeat(24), `reset-password:${token}`, "' or 1=1 --"])
      expect(said(await reset(bad))).toEqual(GONE)
    expect((await signIn(email)).status).toBe(200)
  })

  test('is not used up by a password that is easy to guess, nor by a look at its page', async () => {
    const { email } = await somebody()
    const token = await resetToken(email)
    expect((await reset(token, 'password123')).body).toMatchObject({ code: 'weak_password' })
    expect((await reset(token, 'Sample-organization')).body).toMatchObject({ code: 'weak_password' })
    expect((await reset(token, 'short')).status).toBe(422)
    expect((await app.call('GET', `/api/auth/reset-password/${token}?callbackURL=/`, undefined, nobody)).status).toBe(
      404,
    )
    expect((await reset(token)).status).toBe(200)
  })

  test('is written into the audit log of the organization, without the password', async () => {
    const { email } = await somebody()
    await reset(await resetToken(email))
    const { items } = (await app.get('/v1/audit?limit=5')).body
    const entry = items.find(({ act }: { act: string }) => act === 'password.reset')
    expect(entry).toMatchObject({ kind: 'change', outcome: 'done', actor: { kind: 'member', name: 'Sample' } })
    expect(JSON.stringify(items)).not.toContain(NEW_PASSWORD)
  })
})

describe('a sign-in link', () => {
  test('signs in once, with a session of its own', async () => {
    const { email, headers } = await somebody()
    const token = await linkToken(email)
    const first = await useLink(token, headers)
    expect([first.status, first.body.user.email]).toEqual([200, email])
    const cookies = String(first.headers['set-cookie'])
    expect(cookies).toMatch(/HttpOnly/i)
    expect(cookies).toMatch(/SameSite=Lax/i)
    expect(cookieOf(first)).not.toBe(headers.cookie)
    expect(await isIn(cookieOf(first))).toBe(true)
    const second = await useLink(token)
    expect([said(second), second.headers['set-cookie']]).toEqual([GONE, undefined])
  })

  test('lets one of many win who use it at the same moment', async () => {
    const { email } = await somebody()
    const token = await linkToken(email)
    const answers = await Promise.all([1, 2, 3, 4].map(() => useLink(token)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404])
  })

  test('is not used up by a scanner that opens it, and is no use when it has expired or was made up', async () => {
    const { email } = await somebody()
    const token = await linkToken(email)
    for (const path of ['/sign-in-link', `/api/auth/magic-link/verify?token=${token}`])
      await app.call('GET', path, undefined, nobody)
    expect((await useLink(token)).status).toBe(200)

    const late = await linkToken(email)
    await expire()
    for (const bad of [late, await resetToken(email), 'x'.repeat(32)]) expect(said(await useLink(bad))).toEqual(GONE)
  })

  test('makes nobody: whoever has no sign-in gets none', async () => {
    const before = await app.database.query('select from auth."user"')
    await askLink(`nobody${++count}@example.org`)
    await app.settled()
    expect(await app.database.query('select from auth."user"')).toHaveLength(before.length)
  })
})

describe('the mail', () => {
  test('is in the language of the person, and its link is shown to nobody else', async () => {
    const { email } = await somebody()
    expect((await forgot(email)).status).toBe(202)
    const french = await mailTo(email, 'reset-password')
    expect(french.subject).toBe('Choisissez un nouveau mot de passe')
    expect(french.link).toBe(`http://127.0.0.1:1/reset-password#${french.token}`)
    const { items } = (await app.get('/v1/messages?limit=5')).body
    const shown = JSON.stringify(
      await Promise.all(items.map(({ id }: { id: string }) => app.get(`/v1/messages/${id}`))),
    )
    expect(shown).toContain('member.password_reset')
    expect(shown).not.toContain(french.token)
    const stored = await app.database.query('select payload from notification')
    expect(JSON.stringify(stored)).not.toContain(french.token)
    expect(JSON.stringify(await app.database.query('select * from auth.verification'))).not.toContain(french.token)

    await app.database.query(`update contact set locale = 'en' where email = $1`, [email])
    await askLink(email)
    expect((await mailTo(email, 'sign-in-link')).subject).toBe('Your sign-in link')
  })

  test('goes to the address one signs in with, whatever an organization wrote into the contact', async () => {
    const { email } = await somebody()
    const theirs = `elsewhere${++count}@example.org`
    await app.database.query('update contact set email = $2 where email = $1', [email, theirs])
    await resetToken(email)
    expect([await mailsTo(email), await mailsTo(theirs)]).toEqual([1, 0])
  })

  test('cannot be sent by a call, with a link of the caller’s', async () => {
    const payload = { resetUrl: 'https://evil.example/', expiresAt: '2027-03-06T09:00:00Z' }
    const { email } = await somebody()
    const notification = { type: 'member.password_reset', to: { email }, payload }
    expect((await app.post('/v1/notifications', notification)).status).toBe(422)
    const batch = await app.post('/v1/notifications/batch', { notifications: [notification] })
    expect(batch.body.results[0].error.code).toBe('validation_failed')
    await app.post('/v1/events', { type: 'member.password_reset', payload })
    expect(await mailsTo(email)).toBe(0)
  })
})

describe('an organization', () => {
  test('neither words these mails nor sends them another way', async () => {
    const { email, headers } = await somebody()
    const { key } = app
    const at = '/v1/templates/member.password_reset.member/email/en'
    const live = (await app.get(at)).body
    const source = { subject: 'x', body: '<mj-image src="https://evil.example/{{resetUrl}}" />' }
    const saved = await app.call('PUT', `${at}/draft`, { source, revision: 0 }, { key })
    const published = await app.call('POST', `${at}/publish`, { source }, { key })
    expect([saved.status, published.status]).toEqual([409, 409])
    expect((await app.get(at)).body).toEqual(live)
    const chosen = await app.call(
      'PATCH',
      '/v1/catalogue/member.password_reset/member',
      { channels: { firstOf: ['in_app', 'email'] } },
      { key: null, headers },
    )
    expect([chosen.status, chosen.body.errors[0].path]).toEqual([422, 'channels'])
    expect((await forgot(email)).status).toBe(202)
    expect(await tokenOf(email, 'reset-password')).toBeTruthy()
  })

  test('shows what lets somebody in, in its sandbox, to those alone who decide who comes in', async () => {
    const { email, headers: owner } = await somebody()
    await resetToken(email)
    const staff = await app.signedIn(`somebody${++count}@example.org`, { role: 'staff' })
    const list = async (headers: Record<string, string>) =>
      (await app.call('GET', '/v1/sandbox/messages', undefined, { key: null, headers })).body.items
    const [mail] = (await list(owner)).filter((one: { address: string }) => one.address === email)
    expect(mail).toBeDefined()
    expect((await list(staff)).map((one: { address: string }) => one.address)).not.toContain(email)
    const read = (headers: Record<string, string>) =>
      app.call('GET', `/v1/sandbox/messages/${mail.id}`, undefined, { key: null, headers })
    expect([(await read(owner)).status, (await read(staff)).status]).toEqual([200, 404])
  })
})
