import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { DEFAULT_DELIVERY } from './delivery-settings.ts'
import { mostADay, phoneCountry, ruleFor } from './phone-countries.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

describe('the rule', () => {
  const settings = DEFAULT_DELIVERY.phoneCountries

  test('nothing is unusual at home, whatever is decided of the others; what was decided of a country goes first', () => {
    expect(ruleFor('FR', 'FR', settings)).toBe('open')
    expect(ruleFor('FR', 'FR', { ...settings, others: 'blocked' })).toBe('open')
    expect(ruleFor('BE', 'FR', settings)).toBe('watched')
    expect(ruleFor('BE', 'FR', { ...settings, others: 'blocked' })).toBe('blocked')
    expect(ruleFor('BE', 'FR', { ...settings, others: 'blocked', own: { BE: 'open' } })).toBe('open')
    expect(ruleFor('FR', 'FR', { ...settings, own: { FR: 'blocked' } })).toBe('blocked')
  })

  test('allows a few anyway, and several times an average day of the month', () => {
    expect([0, 499, 600, 3_000].map((sent) => mostADay(sent, settings))).toEqual([50, 50, 60, 300])
    // Whoever sends as much as is allowed every day has three times as much after a month, not before.
    expect(mostADay(30 * 50, settings)).toBe(150)
  })

  test('tells islands and neighbours that share a prefix apart, and numbers of no country', () => {
    expect(
      ['+33612345678', '+590690123456', '+18765551234', '+14155551234', '+883510000000'].map(phoneCountry),
    ).toEqual(['FR', 'GP', 'JM', 'US', 'ZZ'])
    expect(phoneCountry('FR.1234567890')).toBeUndefined()
  })
})

describe('a burst to a country that hardly ever gets anything', () => {
  let app: TestApp
  let own: { organizationId: string; key: string }
  let n = 0
  beforeAll(async () => {
    app = await startTestApp({ admins: ['operator@example.com'] })
    await app.signedIn('operator@example.com', { role: 'admin' })
  })
  afterAll(() => app.stop())

  const call = (method: 'GET' | 'POST' | 'PATCH', url: string, body?: object) =>
    app.call(method, url, body, { key: own.key })
  const organization = async () => {
    own = await app.otherOrganization()
    await app.signedIn(`owner-${++n}@example.com`, { role: 'owner', organizationId: own.organizationId })
  }
  /** Numbers of mobile phones, each another. */
  let phones = 0
  const of = {
    FR: () => `+3361234${String(1_000 + ++phones)}`,
    ZW: () => `+26377234${String(1_000 + ++phones)}`,
    KE: () => `+25471234${String(1_000 + ++phones)}`,
  }
  const item = (phone: string, more: object = {}) => ({
    type: 'message.custom',
    to: { phone },
    channels: ['sms'],
    payload: { subject: 'Sample', body: `Sample ${phone}` },
    ...more,
  })
  const sendAll = async (items: object[]) => {
    const { status, body } = await call('POST', '/v1/notifications/batch', { notifications: items })
    expect(status, JSON.stringify(body)).toBe(202)
    return (body.results ?? body.items) as { id: string; messages: { channel: string; status: string }[] }[]
  }
  const many = (count: number, phone: () => string, more: object = {}) =>
    sendAll(Array.from({ length: count }, () => item(phone(), more)))
  const refused = (results: { messages: { status: string }[] }[]) =>
    results.filter(({ messages }) => messages.every(({ status }) => status === 'suppressed')).length
  const reasonsOf = async (id: string): Promise<Record<string, string>> => {
    const { reasons } = (await call('GET', `/v1/notifications/${id}`)).body
    return Object.fromEntries(
      reasons.map(({ channel, reason }: { channel: string; reason: string }) => [channel, reason]),
    )
  }
  const patch = (phoneCountries: object) => call('PATCH', '/v1/delivery-settings', { phoneCountries })
  const alerts = async () => (await call('GET', '/v1/alerts?open=true')).body.items
  const told = (type: string, organizationId = own.organizationId) =>
    app.database.query<{ title: string; body: string }>(
      `select i.title, i.body from notification n join message m on m.notification_id = n.id join in_app_item i on i.message_id = m.id
       where n.type = $1 and n.organization_id = $2 order by n.id`,
      [type, organizationId],
    )
  async function check(): Promise<Record<string, number>> {
    const started = await call('POST', '/v1/automations/alerts.check/run', {})
    return app.eventually(async () => {
      const { items } = (await call('GET', '/v1/automations/alerts.check/runs')).body
      const found = items.find(({ id }: { id: string }) => id === started.body.id)
      return found.status === 'done' && found.counts
    })
  }

  test('does not leave, sign-in codes included; its notifications say why, owners and operators hear of it once', async () => {
    await organization()
    await patch({ perDay: 5 })
    const first = await many(5, of.ZW)
    expect(refused(first)).toBe(0)
    const [over] = await many(3, of.ZW, { lane: 'critical' })
    expect(over!.messages).toMatchObject([{ channel: 'sms', status: 'suppressed' }])
    expect(await reasonsOf(over!.id)).toEqual({ sms: 'unusual_country' })
    // What can go by another channel does, and other countries are no one's concern.
    const [beside] = await sendAll([
      item(of.ZW(), { to: { phone: of.ZW(), email: 'zw@example.com' }, channels: ['sms', 'email'] }),
    ])
    expect(await reasonsOf(beside!.id)).toEqual({ sms: 'unusual_country', email: 'requested' })
    expect(refused(await many(5, of.KE))).toBe(0)
    expect(refused(await many(60, of.FR))).toBe(0)

    await app.eventually(async () => (await told('sms.country_braked')).length > 0)
    await many(10, of.ZW)
    await app.settled()
    expect(await told('sms.country_braked')).toEqual([
      { title: 'Envois inhabituels vers un pays : Zimbabwe', body: expect.stringContaining('5 SMS') },
    ])
    const heard = await told('platform.fraud_detected', app.organizationId)
    expect(heard).toEqual([
      { title: expect.stringContaining('Fraude présumée'), body: expect.stringContaining('Zimbabwe') },
    ])
    expect(await alerts()).toMatchObject([{ rule: 'countries', subject: 'ZW', facts: { limit: 5 } }])
    expect(await check()).toMatchObject({ wrong: 1, raised: 0, over: 0 })
  })

  test('goes on a day later, and is over without a word when it was', async () => {
    await organization()
    await patch({ perDay: 2 })
    expect(refused(await many(4, of.ZW))).toBe(2)
    await app.eventually(async () => (await alerts()).length === 1)
    await app.settled()
    app.clock.advance(26 * HOUR)
    await check()
    app.clock.advance(3 * HOUR)
    expect(await check()).toMatchObject({ wrong: 0, over: 1 })
    expect(await alerts()).toEqual([])
    expect(refused(await many(3, of.ZW))).toBe(1)
    await app.eventually(async () => (await told('sms.country_braked')).length === 2)
  })

  test('leaves once an owner lets the country through, and never once it is to be kept closed', async () => {
    await organization()
    await patch({ perDay: 1 })
    expect(refused(await many(3, of.ZW))).toBe(2)
    await app.eventually(async () => (await alerts()).length === 1)
    expect((await patch({ own: { ZWE: 'open' } })).status).toBe(422)
    expect((await patch({ own: { ZW: 'maybe' } })).status).toBe(422)
    const let_through = await patch({ own: { ZW: 'open' } })
    expect(let_through.body.phoneCountries).toMatchObject({ perDay: 1, own: { ZW: 'open' } })
    expect(refused(await many(5, of.ZW))).toBe(0)
    expect(await check()).toMatchObject({ wrong: 0, over: 0 })
    expect(await alerts()).toEqual([])

    await patch({ own: { KE: 'blocked' } })
    const [blocked] = await many(1, of.KE, { lane: 'bulk' })
    expect(await reasonsOf(blocked!.id)).toEqual({ sms: 'country_blocked' })
    expect((await patch({ own: { ZW: null, KE: null } })).body.phoneCountries.own).toEqual({})
    await patch({ others: 'blocked' })
    expect(refused(await many(1, of.KE))).toBe(1)
    expect(refused(await many(1, of.FR))).toBe(0)

    const changes = await app.database.query<{ details: { values: object } }>(
      "select details from audit_entry where organization_id = $1 and act = 'delivery_settings.updated' order by n",
      [own.organizationId],
    )
    expect(changes[1]!.details.values).toEqual({
      phoneCountries: [{ perDay: 1 }, { own: { ZW: 'open' } }],
    })
  })

  test('is more where more is usual; what was not sent counts for nothing', async () => {
    await organization()
    await patch({ perDay: 10 })
    for (let day = 0; day < 12; day++) {
      expect(refused(await many(10, of.ZW))).toBe(0)
      await app.settled()
      app.clock.advance(26 * HOUR)
    }
    // 120 in 30 days are 4 a day, and three times that is 12.
    expect(refused(await many(14, of.ZW))).toBe(2)

    await organization()
    await patch({ perDay: 2 })
    const known = item(of.ZW(), { dedupeKey: 'once' })
    for (let again = 0; again < 4; again++) await sendAll([known])
    const repeated = item(of.ZW())
    for (let again = 0; again < 4; again++) await sendAll([repeated])
    expect(refused(await many(1, of.ZW))).toBe(1)
    await app.eventually(async () => (await alerts()).length === 1)
  })

  test('is held back for everybody who sends at once, in one place', async () => {
    await organization()
    await patch({ perDay: 20 })
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => call('POST', '/v1/notifications', item(of.ZW()))),
    )
    expect(answers.filter(({ body }) => body.messages[0].status !== 'suppressed')).toHaveLength(20)
  })

  test('does not begin as the next channel of a chain either, and that is said', async () => {
    await organization()
    await patch({ perDay: 1 })
    await many(1, of.ZW)
    const { body } = await call('POST', '/v1/notifications', {
      type: 'message.custom',
      to: { phone: of.ZW(), email: 'fail@example.com' },
      channels: { firstOf: ['email', 'sms'] },
      payload: { subject: 'Sample', body: 'Chain' },
    })
    // When it was accepted there was no room; had there been, the worker would have found none.
    expect(await reasonsOf(body.id)).toEqual({ email: 'requested', sms: 'unusual_country' })

    await organization()
    await patch({ perDay: 1 })
    const chain = await call('POST', '/v1/notifications', {
      type: 'message.custom',
      to: { phone: of.ZW(), email: 'fail@example.com' },
      channels: { firstOf: ['email', 'sms'] },
      payload: { subject: 'Sample', body: 'Chain' },
      sendAt: new Date(app.clock.now().getTime() + HOUR).toISOString(),
    })
    await many(1, of.ZW)
    app.clock.advance(HOUR + 60_000)
    await app.settled()
    await app.eventually(async () => {
      const { reasons } = (await call('GET', `/v1/notifications/${chain.body.id}`)).body
      return reasons.some(({ reason }: { reason: string }) => reason === 'unusual_country')
    })
    app.clock.advance(DAY)
    const { messages } = (await call('GET', `/v1/notifications/${chain.body.id}`)).body
    expect(messages).toMatchObject([{ channel: 'email', status: 'failed' }])
  })
})
