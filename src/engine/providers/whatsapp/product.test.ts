import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../../test/app.ts'
import { storedKey } from '../../../platform/limits/stored-key.ts'
import { type PretendWhatsapp, startPretendWhatsapp } from './pretend-server.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

/** Each test has an organization of its own, with a WhatsApp number of its own. */
let meta: PretendWhatsapp
let account: { id: string; webhookUrl: string; limits: object; secrets: string[] }
let organizationId: string
let key: string
beforeEach(async () => {
  meta = await startPretendWhatsapp()
  ;({ organizationId, key } = await app.otherOrganization())
  account = await add({})
})
afterEach(() => meta.stop())

const PHONE = '+33639980100'
const USER_ID = 'FR.13491208655302741918'
const TEMPLATE = { name: 'news', language: 'fr', body: ['{{subject}}', '{{contact.name}}'] }

const call = (method: 'GET' | 'POST' | 'PUT' | 'PATCH', url: string, body?: object) =>
  app.call(method, url, body, { key })
const get = async (url: string) => (await call('GET', url)).body

async function add(settings: object): Promise<typeof account> {
  const { status, body } = await call('POST', '/v1/providers', {
    provider: 'whatsapp',
    channel: 'whatsapp',
    name: 'Our number',
    settings: { ...meta.settings, ...settings },
    limits: { secondsBetweenToOneAddress: null },
  })
  expect(status).toBe(201)
  return body
}

const publish = (source: object) =>
  app.app.templates.publish(organizationId, {
    key: 'message.custom',
    channel: 'whatsapp',
    locale: 'fr',
    source: source as never,
  })

async function send(to: object = { phone: PHONE, name: 'Camille' }, body = 'Sample body'): Promise<string> {
  const answer = await call('POST', '/v1/notifications', {
    type: 'message.custom',
    to,
    channels: ['whatsapp'],
    payload: { subject: 'Sample subject', body },
    allowRepeat: true,
  })
  expect(answer.status).toBe(202)
  return answer.body.messages[0].id
}

const becomes = (id: string, status: string) =>
  app.eventually(async () => {
    const message = await get(`/v1/messages/${id}`)
    return message.status === status && message
  })

/** As Meta would call, but over the app's own front door. */
const hook = async ({ headers, payload }: { headers: Record<string, string>; payload: string }) => {
  const { pathname } = new URL(account.webhookUrl)
  const reply = await app.app.http.inject({ method: 'POST', url: pathname, headers, payload })
  expect(reply.statusCode).toBe(204)
  await app.eventually(async () => {
    const rows = await app.database.query('select 1 from webhook_receipt where processed_at is null', [])
    return rows.length === 0
  })
}
const seconds = () => `${Math.floor(app.clock.now().getTime() / 1000)}`
const writes = (message: object = {}) =>
  hook(
    meta.writes(
      {
        from: PHONE.slice(1),
        id: `wamid.in.${Math.random()}`,
        timestamp: seconds(),
        type: 'text',
        text: { body: 'Été ?' },
        ...message,
      },
      { wa_id: PHONE.slice(1), profile: { name: 'Camille' } },
    ),
  )

describe('to a person who has not written', () => {
  test('a text does not leave, and that is said before anything was sent', async () => {
    const message = await becomes(await send(), 'failed')
    expect(message).toMatchObject({ reason: 'window_closed', attempts: [] })
    expect(message.timeline.at(-1)).toMatchObject({
      kind: 'failed',
      detail: { detail: 'The person has not written in the last 24 hours, and this message has no approved template' },
    })
    expect(meta.asked).toEqual([])
  })

  test('the next channel of its chain goes on', async () => {
    const { body } = await call('POST', '/v1/notifications', {
      type: 'message.custom',
      to: { phone: PHONE },
      channels: { firstOf: ['whatsapp', 'sms'] },
      payload: { subject: 'Sample subject', body: 'Chained' },
    })
    const sms = await app.eventually(async () =>
      (await get(`/v1/notifications/${body.id}`)).messages.find(
        ({ channel }: { channel: string }) => channel === 'sms',
      ),
    )
    await becomes(sms.id, 'delivered')
    expect((await get(`/v1/notifications/${body.id}`)).reasons).toContainEqual(
      expect.objectContaining({ channel: 'sms', reason: 'fallback_failed' }),
    )
  })

  test('the template goes, with its gaps filled in', async () => {
    await publish({ text: '{{body}}', template: TEMPLATE })
    const message = await becomes(await send(), 'sent')
    expect(meta.taken[0]!.message).toMatchObject({
      to: PHONE,
      type: 'template',
      template: {
        name: 'news',
        language: { code: 'fr' },
        components: [{ type: 'body', parameters: [{ text: 'Sample subject' }, { text: 'Camille' }] }],
      },
    })
    expect(message.content).toMatchObject({
      text: 'Sample body',
      template: { name: 'news', body: ['Sample subject', 'Camille'] },
    })
  })
})

describe('to a person who has written', () => {
  test('the text goes for a day, then the template again', async () => {
    await publish({ text: '{{body}}', template: TEMPLATE })
    await writes()
    await becomes(await send(), 'sent')
    expect(meta.taken[0]!.message).toMatchObject({ type: 'text', text: { body: 'Sample body' } })
    app.clock.advance(24 * 3_600_000)
    await becomes(await send(), 'sent')
    expect(meta.taken[1]!.message).toMatchObject({ type: 'template' })
  })

  test('a reaction or a system event opens nothing', async () => {
    await writes({ type: 'reaction', reaction: { message_id: 'wamid.1', emoji: '👍' } })
    await writes({ type: 'system', system: { type: 'user_changed_number', body: 'x' } })
    await becomes(await send(), 'failed')
  })

  test('they are answered by their user id where they show no number', async () => {
    await writes({ from: undefined, from_user_id: USER_ID })
    const { body: contact } = await call('POST', '/v1/contacts', { name: 'Sam', whatsappId: USER_ID })
    await becomes(await send({ contactId: contact.id }), 'sent')
    expect(meta.taken[0]!.message).toMatchObject({ recipient: USER_ID, type: 'text' })
    expect(meta.taken[0]!.message).not.toHaveProperty('to')
  })

  test('on another number, this one’s window stays shut', async () => {
    await writes()
    await call('PATCH', `/v1/providers/${account.id}`, { enabled: false })
    account = await add({})
    await becomes(await send(), 'failed')
  })
})

describe('the carrier’s templates', () => {
  const own = (change: object = {}) => ({
    id: '1',
    name: 'news',
    language: 'fr',
    status: 'APPROVED',
    category: 'UTILITY',
    ...change,
  })
  const sync = () => call('POST', `/v1/providers/${account.id}/templates/sync`)

  test('are asked for and shown; an account that cannot be asked says why', async () => {
    meta.templates = [own(), own({ id: '2', language: 'pt_BR' }), own({ id: '3', name: 'old' })]
    expect((await sync()).body.items).toMatchObject([
      { id: '1', name: 'news', language: 'fr', status: 'approved', category: 'utility', reason: null },
      { id: '2' },
      { id: '3' },
    ])
    meta.templates.pop()
    await sync()
    expect((await get(`/v1/providers/${account.id}/templates`)).items).toHaveLength(2)
    meta.whenAsked({ says: { status: 500, body: '' } })
    expect(await sync()).toMatchObject({ status: 409, body: { detail: expect.stringContaining('cannot be read') } })
    const other = (await app.otherOrganization()).key
    for (const [method, url] of [
      ['GET', `/v1/providers/${account.id}/templates`],
      ['POST', `/v1/providers/${account.id}/templates/sync`],
    ] as const)
      expect((await app.call(method, url, undefined, { key: other })).status).toBe(404)
  })

  test('one that is paused is not used, and that is said plainly', async () => {
    await publish({ text: '{{body}}', template: TEMPLATE })
    meta.templates = [own({ status: 'PAUSED' })]
    await sync()
    const message = await becomes(await send(), 'failed')
    expect(message).toMatchObject({ reason: 'pause_template' })
    expect(message.timeline.at(-1).detail).toMatchObject({ detail: 'WhatsApp has paused the template news (fr)' })
    expect(meta.taken).toEqual([])
  })

  test('the webhook says when one is paused, and when it is back', async () => {
    await publish({ text: '{{body}}', template: TEMPLATE })
    const event = (word: string) =>
      hook(
        meta.webhook({
          field: 'message_template_status_update',
          value: {
            event: word,
            message_template_id: 1,
            message_template_name: 'news',
            message_template_language: 'fr',
            reason: 'LOW',
          },
        }),
      )
    await event('PAUSED')
    const message = await becomes(await send(), 'failed')
    expect(message.timeline.at(-1).detail.detail).toBe('WhatsApp has paused the template news (fr): LOW')
    await event('APPROVED')
    await becomes(await send(), 'sent')
  })
})

describe('the portfolio’s limit', () => {
  test('is on writing first, shared by its numbers, and answers are free', async () => {
    const limited = { portfolioId: 'p1', messagingLimit: 250 }
    await call('PATCH', `/v1/providers/${account.id}`, { enabled: false })
    account = await add(limited)
    await publish({ text: '{{body}}', template: TEMPLATE })
    // As if 249 had been written to today.
    await app.database.query(
      `insert into first_contact (portfolio, person, written_at)
       select $1, 'sample person ' || n, $2::timestamptz from generate_series(1, 249) as n`,
      [storedKey(`${organizationId} whatsapp p1`), app.clock.now()],
    )
    await becomes(await send(), 'sent')
    await becomes(await send(undefined, 'Another word to the same person'), 'sent')
    const held = await send({ phone: '+33639980198' })
    const waiting = await app.eventually(async () => {
      const message = await get(`/v1/messages/${held}`)
      return message.timeline.at(-1).kind === 'deferred' && message
    })
    expect(waiting.timeline.at(-1).detail).toMatchObject({ reason: 'messaging_limit' })
    await writes({ from: '33639980199' })
    await becomes(await send({ phone: '+33639980199' }), 'sent')
  })
})

test('what Meta reports moves a message on, in any order', async () => {
  await publish({ text: '{{body}}', template: TEMPLATE })
  const id = await send()
  await becomes(id, 'sent')
  const wamid = meta.taken[0]!.id
  for (const status of ['read', 'sent', 'delivered', 'delivered']) await hook(meta.report(wamid, status))
  expect((await becomes(id, 'read')).timeline.map(({ kind }: { kind: string }) => kind)).toEqual([
    'accepted',
    'sent',
    'read',
  ])
})

test('an account that may send nothing, as Meta reports of what it had taken, is stopped until somebody has put it right', async () => {
  await publish({ text: '{{body}}', template: TEMPLATE })
  const id = await send()
  await becomes(id, 'sent')
  const unpaid = {
    timestamp: seconds(),
    errors: [{ code: 131042, title: 'Business eligibility payment issue' }],
  }
  await hook(meta.report(meta.taken[0]!.id, 'failed', unpaid))
  await becomes(id, 'failed')
  const state = async () => (await get(`/v1/providers/${account.id}`)).state
  await app.eventually(async () => (await state()).breaker === 'open')
  expect((await state()).reason).toMatch(/^131042: /)

  const waiting = await send({ phone: '+33639980101' })
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  expect((await get(`/v1/messages/${waiting}`)).attempts).toEqual([])
  expect(meta.taken).toHaveLength(1)

  app.clock.advance(61_000)
  await call('POST', `/v1/providers/${account.id}/reset`)
  await hook(meta.report(meta.taken[0]!.id, 'failed', unpaid))
  await becomes(waiting, 'sent')
  expect((await state()).breaker).toBe('closed')
})

test('what Meta counts a message as is what it costs, whatever it was sent as', async () => {
  const price = { provider: 'whatsapp', channel: 'whatsapp', country: 'FR', currency: 'EUR' }
  await call('PUT', '/v1/prices', {
    prices: [
      { ...price, category: 'utility', micros: 30_000 },
      { ...price, category: 'marketing', micros: 90_000 },
    ],
  })
  await publish({ text: '{{body}}', template: { ...TEMPLATE, category: 'utility' } })
  const costs = async (pricing: object) => {
    const id = await send()
    const { cost: before } = await becomes(id, 'sent')
    await hook(meta.report(meta.taken.at(-1)!.id, 'delivered', { pricing }))
    const after = (await becomes(id, 'delivered')).cost
    return [before, after].map(({ micros, currency, source }) => ({ micros, currency, source }))
  }
  const estimated = { micros: 30_000, currency: 'EUR', source: 'estimated' }
  expect(await costs({ category: 'marketing', type: 'regular', pricing_model: 'PMP', billable: true })).toEqual([
    estimated,
    { micros: 90_000, currency: 'EUR', source: 'reported' },
  ])
  expect(await costs({ category: 'service', type: 'free_customer_service', pricing_model: 'PMP' })).toEqual([
    estimated,
    { micros: 0, currency: 'USD', source: 'reported' },
  ])
  expect(await costs({ category: 'authentication', type: 'regular', pricing_model: 'PMP' })).toEqual([
    estimated,
    estimated,
  ])
})

describe('who wants no marketing', () => {
  const NEWS = { name: 'campaign', language: 'fr', category: 'marketing', body: ['{{subject}}'] }
  let contactId: string
  beforeEach(async () => {
    // Marketing has its hours.
    const day = new Date(app.clock.now().getTime() + 24 * 3_600_000)
    app.clock.moveTo(new Date(day.setUTCHours(10, 0, 0, 0)))
    await publish({ text: '{{body}}', template: TEMPLATE })
    await app.app.templates.publish(organizationId, {
      key: 'campaign.message',
      channel: 'whatsapp',
      locale: 'fr',
      source: { text: '{{body}}', template: NEWS } as never,
    })
    contactId = (await call('POST', '/v1/contacts', { name: 'Camille', phone: PHONE })).body.id
    await agree()
  })

  const agree = () =>
    call('POST', `/v1/contacts/${contactId}/consents`, {
      channel: 'whatsapp',
      state: 'granted',
      source: 'form',
      wording: 'Yes, send me news',
    })
  const advertise = async (sendAt?: Date): Promise<{ id: string; status: string; reason: string | null }> => {
    const { status, body } = await call('POST', '/v1/notifications', {
      type: 'campaign.message',
      to: { contactId },
      channels: ['whatsapp'],
      payload: { subject: 'Spring', body: 'The market opens' },
      allowRepeat: true,
      sendAt,
    })
    expect({ status, body }).toMatchObject({ status: 202 })
    return body.messages[0]
  }
  const consents = async () => (await get(`/v1/contacts/${contactId}/consents`)).items
  const prefers = (value: 'stop' | 'resume', at = app.clock.now()) =>
    hook(
      meta.webhook({
        field: 'user_preferences',
        value: {
          metadata: { phone_number_id: meta.settings.phoneNumberId },
          user_preferences: [
            {
              wa_id: PHONE.slice(1),
              category: 'marketing_messages',
              value,
              detail: 'User requested',
              timestamp: Math.floor(at.getTime() / 1000),
            },
          ],
        },
      }),
    )

  test('and said so in WhatsApp is sent none, also none that waits, and everything else', async () => {
    const waiting = await advertise(new Date(app.clock.now().getTime() + 3_600_000))
    app.clock.advance(2_000)
    await prefers('stop')
    expect(await get(`/v1/messages/${waiting.id}`)).toMatchObject({ status: 'cancelled', reason: 'unsubscribed' })
    expect(await advertise()).toMatchObject({ status: 'suppressed', reason: 'no_consent' })
    await becomes(await send({ contactId }), 'sent')
    expect(await consents()).toMatchObject([
      { state: 'withdrawn', category: 'mkt', channel: 'whatsapp', source: 'carrier', inboundId: expect.any(String) },
      { state: 'granted', category: 'mkt' },
    ])
    expect((await get('/v1/suppressions')).items).toEqual([])

    app.clock.advance(60_000)
    await prefers('resume')
    await becomes((await advertise()).id, 'sent')
    // Handed on late, and again: the newest word counts.
    await prefers('stop', new Date(app.clock.now().getTime() - 30_000))
    const after = await advertise()
    expect(after.status).toBe('queued')
    await becomes(after.id, 'sent')
  })

  test.each([
    ['when it is sent', 'refused'],
    ['later', 'reported'],
  ])('is remembered where Meta says so %s', async (_, how) => {
    const error = { code: 131050, message: 'x', error_data: { details: 'x' } }
    if (how === 'refused') meta.become({ says: { status: 400, body: JSON.stringify({ error }) } })
    const { id } = await advertise()
    if (how === 'reported') {
      await becomes(id, 'sent')
      app.clock.advance(2_000)
      await hook(meta.report(meta.taken.at(-1)!.id, 'failed', { timestamp: seconds(), errors: [error] }))
    }
    expect(await becomes(id, 'failed')).toMatchObject({ reason: '131050' })
    meta.become({})
    expect(await consents()).toMatchObject([
      { state: 'withdrawn', category: 'mkt', source: 'carrier', wording: '131050', messageId: id },
      { state: 'granted' },
    ])
    expect(await advertise()).toMatchObject({ status: 'suppressed', reason: 'no_consent' })
    await becomes(await send({ contactId }), 'sent')
  })

  test('counts for everybody who has that number', async () => {
    const { body: other } = await call('POST', '/v1/contacts', { name: 'Sam', phone: PHONE, externalId: 'sam' })
    await call('POST', `/v1/contacts/${other.id}/consents`, {
      channel: 'whatsapp',
      state: 'granted',
      source: 'form',
      wording: 'Yes',
    })
    app.clock.advance(2_000)
    await prefers('stop')
    for (const id of [contactId, other.id])
      expect((await get(`/v1/contacts/${id}/consents`)).items[0]).toMatchObject({ state: 'withdrawn', category: 'mkt' })
  })
})

test('a try whose answer was lost is settled by Meta’s report, and never sent again', async () => {
  await publish({ text: '{{body}}', template: TEMPLATE })
  meta.become({ takes: true, says: 'reset' })
  const id = await send()
  await app.eventually(async () => (await get(`/v1/messages/${id}`)).attempts[0]?.outcome === 'uncertain')
  meta.become({})
  app.clock.advance(60_000)
  await app.eventually(async () => (await get(`/v1/messages/${id}`)).attempts.length > 1)
  await hook(meta.report(meta.taken[0]!.id, 'delivered'))
  await becomes(id, 'delivered')
  expect(meta.taken).toHaveLength(1)
})

test('the account keeps its secrets, and to WhatsApp’s own pace', async () => {
  expect(account.secrets).toEqual(['accessToken', 'appSecret', 'verifyToken'])
  const shown = JSON.stringify(await get('/v1/providers'))
  for (const secret of [meta.settings.accessToken, meta.settings.appSecret]) expect(shown).not.toContain(secret)
  const { body } = await call('POST', '/v1/providers', {
    provider: 'whatsapp',
    channel: 'whatsapp',
    name: 'Another',
    settings: meta.settings,
  })
  expect(body.limits).toEqual({ perSecond: 80, secondsBetweenToOneAddress: 6 })
})
