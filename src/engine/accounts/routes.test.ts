import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { createLogger } from '../../platform/logging.ts'

const SECRET_WORD = 'canary-sesame-7f3a'
const SMTP = {
  provider: 'smtp',
  channel: 'email',
  name: 'Our mail server',
  settings: { host: '127.0.0.1', port: 2525, user: 'sample', password: SECRET_WORD, from: 'Shop <hello@example.org>' },
}
const SANDBOX = { provider: 'sandbox', channel: 'email', name: 'A sandbox of our own' }
const PLATFORM_EMAIL = '00000000-0000-7000-8000-000000000011'

let app: TestApp
const logged: string[] = []
beforeAll(async () => {
  app = await startTestApp({
    log: createLogger({ level: 'trace', destination: { write: (line) => void logged.push(line) } }),
  })
})
afterAll(() => app.stop())

const add = async (account: object = SANDBOX) => {
  const { status, body } = await app.post('/v1/providers', account)
  expect({ status, body }).toMatchObject({ status: 201 })
  return body
}
const patch = (id: string, change: object) => app.call('PATCH', `/v1/providers/${id}`, change)
const remove = (id: string) => app.call('DELETE', `/v1/providers/${id}`)
const list = async () => (await app.get('/v1/providers')).body.items

describe('an account that cannot be', () => {
  const refused: [string, object, string, RegExp][] = [
    ['of a provider nobody knows', { ...SMTP, provider: 'pigeon' }, 'provider', /smtp, .*sandbox/],
    ['of the in-app feed', { ...SMTP, provider: 'in_app', channel: 'in_app' }, 'provider', /no provider/],
    ['on a channel it does not serve', { ...SMTP, channel: 'sms' }, 'channel', /but email/],
    ['without settings', { ...SMTP, settings: {} }, 'settings.host', /expected string/],
    ['with a wrong setting', { ...SMTP, settings: { ...SMTP.settings, port: 70_000 } }, 'settings.port', /<=65535/],
    [
      'with a setting too many',
      { ...SMTP, settings: { ...SMTP.settings, hots: 'x' } },
      'settings.hots',
      /no such field/,
    ],
    ['with a limit of 0', { ...SMTP, limits: { perSecond: 0 } }, 'limits.perSecond', /set enabled to false/],
    ['with a negative limit', { ...SMTP, limits: { perSecond: -1 } }, 'limits.perSecond', /set enabled to false/],
    ['with no message a day', { ...SMTP, limits: { perDay: 0 } }, 'limits.perDay', /set enabled to false/],
    ['with nobody at once', { ...SMTP, limits: { atOnce: 0 } }, 'limits.atOnce', /set enabled to false/],
    ['with half a burst', { ...SMTP, limits: { burst: 0.5 } }, 'limits.burst', /int/],
    ['with a burst below 1', { ...SMTP, limits: { burst: 0 } }, 'limits.burst', /1 or more/],
    ['with a burst and no rate', { ...SANDBOX, limits: { burst: 5 } }, 'limits.burst', /perSecond/],
    ['without weight', { ...SMTP, weight: 0 }, 'weight', /set enabled to false/],
    ['with an unknown limit', { ...SMTP, limits: { perWeek: 5 } }, 'limits.perWeek', /no such field/],
    ['without a name', { ...SMTP, name: '  ' }, 'name', /1/],
  ]
  test.each(refused)('%s is refused, with the remedy', async (_, account, path, remedy) => {
    const { status, body } = await app.post('/v1/providers', account)
    expect([status, body.code]).toEqual([422, 'validation_failed'])
    expect(body.errors[0]).toMatchObject({ path, message: expect.stringMatching(remedy) })
    expect((await list()).filter((one: { own: boolean }) => one.own)).toEqual([])
  })

  test('a twenty-first is refused, also when many ask at once', async () => {
    const other = await app.otherOrganization()
    const answers = await Promise.all(
      Array.from({ length: 25 }, () => app.call('POST', '/v1/providers', SANDBOX, { key: other.key })),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20)
    expect(answers.find(({ status }) => status === 409)?.body.detail).toMatch(/at most 20.*remove one/)
  })
})

test('an account is added, read, changed and removed', async () => {
  const made = await add(SMTP)
  expect(made).toMatchObject({
    ...{ provider: 'smtp', channel: 'email', name: 'Our mail server', own: true, position: 0, weight: 100 },
    limits: { perSecond: 10 },
    enabled: true,
    secrets: ['password'],
    webhookUrl: null,
    state: { breaker: 'closed', health: 1, reason: null, openedAt: null, retryAt: null },
  })
  expect(made.settings).toMatchObject({ host: '127.0.0.1', port: 2525, user: 'sample', pool: 5 })

  const change = { position: 2, limits: { perSecond: null, perDay: 500 }, settings: { user: 'other', pool: 3 } }
  const { body: changed } = await patch(made.id, change)
  expect(changed).toMatchObject({
    name: 'Our mail server',
    position: 2,
    limits: { perDay: 500 },
    secrets: ['password'],
  })
  expect(changed.limits).toEqual({ perDay: 500 })
  expect(changed.settings).toMatchObject({ host: '127.0.0.1', user: 'other', pool: 3 })
  expect((await app.get(`/v1/providers/${made.id}`)).body).toEqual(changed)

  expect((await patch(made.id, { settings: { from: 'nobody' } })).body.errors[0].path).toBe('settings.from')
  expect((await patch(made.id, { provider: 'sandbox' })).body.errors[0].path).toBe('provider')
  expect((await app.get(`/v1/providers/${made.id}`)).body).toEqual(changed)

  expect((await remove(made.id)).status).toBe(204)
  for (const again of [remove(made.id), app.get(`/v1/providers/${made.id}`), patch(made.id, { position: 1 })])
    expect((await again).status).toBe(404)
})

test('a secret is sealed, never answered and never logged', async () => {
  const { id } = await add(SMTP)
  const answers = [
    await app.get(`/v1/providers/${id}`),
    await app.get('/v1/providers'),
    await patch(id, { settings: { password: `${SECRET_WORD}-2` } }),
    await patch(id, { settings: { password: SECRET_WORD, port: 'no' } }),
    await app.post(`/v1/providers/${id}/test`),
    await app.post('/v1/providers', { ...SMTP, settings: { ...SMTP.settings, passwort: SECRET_WORD } }),
    await app.post(`/v1/providers/${id}/reset`),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 422, 200, 422, 200])
  expect(JSON.stringify(answers)).not.toContain(SECRET_WORD)
  const { body } = await app.post('/v1/notifications', {
    type: 'message.custom',
    to: { email: 'reader@example.org' },
    channels: ['email'],
    payload: { subject: 's', body: 'b' },
  })
  await app.eventually(async () => (await app.get(`/v1/messages/${body.messages[0].id}`)).body.attempts.length > 0)

  const [row] = await app.database.query<{ settings: Buffer }>('select settings from provider_account where id = $1', [
    id,
  ])
  expect(row!.settings.toString('latin1')).not.toContain('sesame')
  expect(logged.join('')).not.toContain('sesame')
  await remove(id)
})

test('a saved secret stays when it is not named, and does not follow to another host', async () => {
  const { id } = await add(SMTP)
  expect((await patch(id, { settings: { port: 2526 } })).body.secrets).toEqual(['password'])
  const elsewhere = await patch(id, { settings: { host: '127.0.0.2' } })
  expect([elsewhere.status, elsewhere.body.errors[0].path]).toEqual([422, 'settings.password'])
  const { body } = await patch(id, { settings: { host: '127.0.0.2', password: 'another word' } })
  expect(body).toMatchObject({ settings: { host: '127.0.0.2', port: 2526 }, secrets: ['password'] })
  const without = await patch(id, { settings: { user: null, password: null, host: '127.0.0.3' } })
  expect(without.body.secrets).toEqual([])
  await remove(id)
})

test('changes made at the same time are all kept', async () => {
  const { id } = await add(SMTP)
  const changes = [{ settings: { user: 'other' } }, { settings: { pool: 3 } }, { limits: { perDay: 9 } }, { weight: 7 }]
  const answers = await Promise.all(changes.map((change) => patch(id, change)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect((await app.get(`/v1/providers/${id}`)).body).toMatchObject({
    ...{ weight: 7, limits: { perSecond: 10, perDay: 9 } },
    settings: { user: 'other', pool: 3 },
  })
  await remove(id)
})

test('the list shows the platform’s accounts where there is no own one that is enabled', async () => {
  const shown = async () =>
    (await list()).map(({ channel, provider, own }: Record<string, unknown>) => [channel, provider, own])
  const builtIn = [
    ['sms', 'sandbox', false],
    ['whatsapp', 'sandbox', false],
    ['in_app', 'in_app', false],
  ]
  expect(await shown()).toEqual([['email', 'sandbox', false], ...builtIn])
  const { id } = await add(SMTP)
  expect(await shown()).toEqual([['email', 'smtp', true], ...builtIn])
  await patch(id, { enabled: false })
  expect(await shown()).toEqual([['email', 'smtp', true], ['email', 'sandbox', false], ...builtIn])

  const pages: string[] = []
  for (let cursor = ''; ; ) {
    const { body } = await app.get(`/v1/providers?limit=2${cursor && `&cursor=${cursor}`}`)
    pages.push(...body.items.map((item: { id: string }) => item.id))
    if (!body.nextCursor) break
    cursor = body.nextCursor
  }
  expect(pages).toEqual((await list()).map((item: { id: string }) => item.id))
  await remove(id)
})

test('the platform’s accounts are seen without their settings, and are not an organization’s to change', async () => {
  const { body } = await app.get(`/v1/providers/${PLATFORM_EMAIL}`)
  expect(body).toMatchObject({ own: false, name: 'Sandbox', settings: null, secrets: [] })
  expect(body.webhookUrl).toBe(`http://127.0.0.1:1/webhooks/sandbox/${PLATFORM_EMAIL}`)
  for (const attempt of [
    patch(PLATFORM_EMAIL, { enabled: false }),
    remove(PLATFORM_EMAIL),
    app.post(`/v1/providers/${PLATFORM_EMAIL}/reset`),
    app.post(`/v1/providers/${PLATFORM_EMAIL}/test`),
  ])
    expect((await attempt).body.code).toBe('forbidden')
})

test('another organization’s account is nobody’s', async () => {
  const other = await app.otherOrganization()
  const { body: theirs } = await app.call('POST', '/v1/providers', SANDBOX, { key: other.key })
  for (const attempt of [
    app.get(`/v1/providers/${theirs.id}`),
    patch(theirs.id, { enabled: false }),
    remove(theirs.id),
    app.post(`/v1/providers/${theirs.id}/test`),
    app.post(`/v1/providers/${theirs.id}/reset`),
  ])
    expect((await attempt).body.code).toBe('not_found')
  expect((await list()).some((item: { id: string }) => item.id === theirs.id)).toBe(false)
})

test('who may only read lists accounts and changes none', async () => {
  const { key } = (await app.post('/v1/api-keys', { name: 'Reader', scopes: ['read'] })).body
  expect((await app.call('GET', '/v1/providers', undefined, { key })).status).toBe(200)
  for (const path of ['', `/${PLATFORM_EMAIL}/reset`, `/${PLATFORM_EMAIL}/test`])
    expect((await app.call('POST', `/v1/providers${path}`, SANDBOX, { key })).body.code).toBe('forbidden')
})

test('a test says in plain words what is wrong', async () => {
  const well = await add(SANDBOX)
  expect((await app.post(`/v1/providers/${well.id}/test`)).body).toEqual({ ok: true, detail: null })
  const down = await add({ ...SANDBOX, settings: { actsAs: 'down' } })
  expect((await app.post(`/v1/providers/${down.id}/test`)).body).toEqual({ ok: false, detail: 'The sandbox is down' })
  const nobody = await add({ ...SMTP, settings: { ...SMTP.settings, port: 1 } })
  expect((await app.post(`/v1/providers/${nobody.id}/test`)).body).toEqual({
    ok: false,
    detail: 'Nothing answers on that port',
  })
  for (const { id } of [well, down, nobody]) await remove(id)
})

test('whether its carrier calls is seen, and why a call was not taken', async () => {
  const { id, webhookUrl, ...made } = await add({
    provider: 'brevo',
    channel: 'sms',
    name: 'Called back',
    settings: { apiKey: 'xkeysib-sample-sample-sample', from: 'Atelier', webhookToken: 'sample-token-of-this-test' },
  })
  expect([made.lastCallAt, made.lastRefusedCall]).toEqual([null, null])
  const read = async () => (await app.get(`/v1/providers/${id}`)).body
  const { pathname } = new URL(webhookUrl)
  const call = (url: string) =>
    app.app.http.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json' },
      payload: { msg_status: 'delivered', messageId: 1, ts_event: 1, to: '33639980001' },
    })
  expect((await call(pathname)).statusCode).toBeGreaterThanOrEqual(400)
  const refused = await app.eventually(async () => {
    const now = await read()
    return now.lastRefusedCall ? now : undefined
  })
  expect(refused).toMatchObject({ lastCallAt: null, lastRefusedCall: { why: expect.any(String) } })

  app.clock.advance(60_000)
  expect((await call(`${pathname}?token=sample-token-of-this-test`)).statusCode).toBe(204)
  const called = await app.eventually(async () => {
    const now = await read()
    return now.lastCallAt ? now : undefined
  })
  expect(new Date(called.lastCallAt).getTime()).toBeGreaterThan(new Date(refused.lastRefusedCall.at).getTime())
  await remove(id)
})
