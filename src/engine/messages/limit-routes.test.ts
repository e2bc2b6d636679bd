import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

const DAY_SECONDS = 24 * 3600

let t: TestApp
beforeAll(async () => {
  t = await startTestApp()
})
afterAll(() => t.stop())

const account = (limits: object, more: object = {}) => ({
  provider: 'sandbox',
  channel: 'email',
  name: 'Own mail',
  limits,
  ...more,
})

async function send(key: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const { status } = await t.call(
      'POST',
      '/v1/notifications',
      {
        type: 'message.custom',
        to: { email: `client-${n}@example.org` },
        channels: ['email'],
        payload: { subject: `Order ${n}`, body: 'It is ready.' },
      },
      { key },
    )
    expect(status).toBe(202)
  }
  await t.settled()
}

test('strangers and subscribers are told nothing', async () => {
  expect((await t.call('GET', '/v1/limits', undefined, { key: null })).status).toBe(401)
  const { body: contact } = await t.post('/v1/contacts', { email: 'client@example.org' })
  const { body: token } = await t.post(`/v1/contacts/${contact.id}/token`, {})
  expect((await t.call('GET', '/v1/limits', undefined, { key: token.token })).status).toBe(403)
})

test('without accounts of its own an organization sees those of the platform, and what it may ask', async () => {
  const { key } = await t.otherOrganization()
  const { status, body, headers } = await t.call('GET', '/v1/limits', undefined, { key })
  expect(status).toBe(200)
  expect(body.contactCapPerHour).toBe(100)
  expect(body.api).toMatchObject({ limit: Number(headers['ratelimit-limit']) })
  expect(body.api.remaining).toBeLessThanOrEqual(body.api.limit)
  expect(body.accounts.map((one: { channel: string; own: boolean }) => [one.channel, one.own])).toEqual(
    expect.arrayContaining([
      ['email', false],
      ['sms', false],
      ['whatsapp', false],
    ]),
  )
})

test('what was sent is used, what is left can be read as often as one likes, and it comes back', async () => {
  const { key } = await t.otherOrganization()
  const limits = { perSecond: 0.01, burst: 10, perDay: 50 }
  const { status, body: own } = await t.call('POST', '/v1/providers', account(limits), { key })
  expect(status).toBe(201)
  await send(key, 3)

  for (let n = 0; n < 3; n++) {
    const { body } = await t.call('GET', '/v1/limits', undefined, { key })
    const mine = body.accounts.filter((one: { channel: string }) => one.channel === 'email')
    expect(mine).toEqual([
      {
        accountId: own.id,
        provider: 'sandbox',
        channel: 'email',
        name: 'Own mail',
        own: true,
        perSecond: { rate: 0.01, limit: 10, used: 3, remaining: 7, resetSeconds: expect.any(Number) },
        perDay: { limit: 50, used: 3, remaining: 47, resetSeconds: expect.any(Number) },
      },
    ])
    expect(mine[0].perSecond.resetSeconds).toBeGreaterThan(200)
    expect(mine[0].perSecond.resetSeconds).toBeLessThanOrEqual(300)
    expect(mine[0].perDay.resetSeconds).toBeGreaterThan(DAY_SECONDS)
    expect(mine[0].perDay.resetSeconds).toBeLessThanOrEqual(DAY_SECONDS + 3600)
  }

  t.clock.advance((DAY_SECONDS + 3600) * 1000)
  const { body } = await t.call('GET', '/v1/limits', undefined, { key })
  const mine = body.accounts.find((one: { accountId: string }) => one.accountId === own.id)
  expect(mine.perSecond).toMatchObject({ used: 0, remaining: 10, resetSeconds: 0 })
  expect(mine.perDay).toMatchObject({ used: 0, remaining: 50, resetSeconds: 0 })
})

test('an account without limits has none to show, and one that is switched off is not shown', async () => {
  const { key } = await t.otherOrganization()
  const { body: free } = await t.call('POST', '/v1/providers', account({}), { key })
  const { body: off } = await t.call('POST', '/v1/providers', account({ perDay: 5 }, { enabled: false }), { key })
  const { body } = await t.call('GET', '/v1/limits', undefined, { key })
  const shown = new Map(body.accounts.map((one: { accountId: string }) => [one.accountId, one]))
  expect(shown.get(free.id)).toMatchObject({ own: true, perSecond: null, perDay: null })
  expect(shown.has(off.id)).toBe(false)
})

test('nobody sees the accounts of another organization', async () => {
  const [one, other] = [await t.otherOrganization(), await t.otherOrganization()]
  const { body: secret } = await t.call('POST', '/v1/providers', account({ perDay: 5 }), { key: one.key })
  const { body } = await t.call('GET', '/v1/limits', undefined, { key: other.key })
  expect(body.accounts.length).toBeGreaterThan(0)
  expect(body.accounts.some((seen: { accountId: string }) => seen.accountId === secret.id)).toBe(false)
})
