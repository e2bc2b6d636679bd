import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { postAsSandbox, SANDBOX_ACCOUNTS } from '../../../test/sandbox-call.ts'
import type { Category } from '../catalogue/event.ts'
import type { Channel } from '../channels/channel.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const DAY_MS = 24 * 3_600_000
const WORDING = 'I would like to receive offers by e-mail.'
let app: TestApp
let organizationId: string
beforeAll(async () => {
  app = await startTestApp()
  organizationId = app.organizationId
})
afterAll(() => app.stop())

let n = 0
const contact = async (over: object = {}): Promise<string> =>
  (
    await app.post('/v1/contacts', {
      email: `agrees-${++n}@example.org`,
      phone: `+3363998${2000 + n}`,
      locale: 'en',
      ...over,
    })
  ).body.id
const record = (id: string, over: object = {}) =>
  app.post(`/v1/contacts/${id}/consents`, { channel: 'email', source: 'form', wording: WORDING, ...over })
const log = async (id: string) => (await app.get(`/v1/contacts/${id}/consents`)).body.items
const send = (contactId: string, channels: Channel[], over: object = {}, category: Category = 'mkt') =>
  app.app.accept.one(
    organizationId,
    {
      type: 'message.custom',
      to: { contactId },
      channels,
      payload: { subject: 'Sample', body: `Sample ${++n}` },
      ...over,
    },
    { category },
  )
/** What became of marketing to this contact: queued, or why not. */
async function marketing(id: string, channel: Channel = 'email', over: object = {}): Promise<string> {
  const [message] = (await send(id, [channel], over)).messages
  return message!.reason ?? message!.status
}
const settings = (change: object) => app.call('PATCH', '/v1/delivery-settings', change)
const ago = (ms: number) => new Date(app.clock.now().getTime() - ms).toISOString()
async function web(method: 'GET' | 'HEAD' | 'POST', url: string, payload?: string) {
  const reply = await app.app.http.inject({ method, url, ...(payload === undefined ? {} : { payload, headers: FORM }) })
  return { status: reply.statusCode, body: reply.body, headers: reply.headers }
}
/** The path of the newest link this contact was asked to confirm by. */
async function linkOf(contactId: string): Promise<string> {
  const [row] = await app.database.query<{ payload: { confirmUrl: string } }>(
    `select payload from notification where contact_id = $1 and type = 'consent.confirm' order by id desc limit 1`,
    [contactId],
  )
  return new URL(row!.payload.confirmUrl).pathname
}

describe('marketing without a consent on record', () => {
  test('is refused on every channel but the organization’s own app, whatever its lane, and says why', async () => {
    const id = await contact()
    for (const lane of ['immediate', 'critical'])
      for (const channel of ['email', 'sms', 'whatsapp'] as const)
        expect(await marketing(id, channel, { lane })).toBe('no_consent')
    expect(await marketing(id, 'in_app')).toBe('queued')
    const { id: notification } = await send(id, ['email'])
    expect((await app.get(`/v1/notifications/${notification}`)).body.reasons).toEqual([
      { channel: 'email', decision: 'refused', reason: 'no_consent' },
    ])
  })

  test('what is not marketing needs none', async () => {
    const id = await contact()
    for (const category of ['tx', 'rem', 'ops'] as const)
      expect((await send(id, ['email'], {}, category)).messages[0]!.status).toBe('queued')
  })

  test('one channel’s consent is no other’s, and one address’s no other’s', async () => {
    const id = await contact()
    await record(id)
    expect([await marketing(id), await marketing(id, 'sms')]).toEqual(['queued', 'no_consent'])
    await app.call('PATCH', `/v1/contacts/${id}`, { email: `moved-${n}@example.org` })
    expect(await marketing(id)).toBe('no_consent')
  })

  test('a fallback goes on to no channel that was not agreed to', async () => {
    const id = await contact()
    await record(id)
    const { messages } = await send(id, ['email'], { channels: { firstOf: ['sms', 'email', 'whatsapp'] } })
    expect(messages.map(({ channel, status }) => [channel, status])).toEqual([['email', 'queued']])
  })
})

describe('a consent that the host application records', () => {
  test('is in the log with its words, source, proof and time, and who recorded it', async () => {
    const id = await contact()
    const proof = { formId: 'newsletter-2', ip: '192.0.2.7' }
    const at = ago(DAY_MS)
    const { status, body } = await record(id, { proof, at })
    expect([status, body]).toEqual([
      201,
      expect.objectContaining({
        channel: 'email',
        category: 'mkt',
        state: 'granted',
        basis: 'consent',
        source: 'form',
        wording: WORDING,
        proof,
        at,
      }),
    ])
    expect(await log(id)).toEqual([body])
    const [row] = await app.database.query<{ actor: object }>('select actor from consent_event where id = $1', [
      body.id,
    ])
    expect(row!.actor).toMatchObject({ kind: 'api_key' })
  })

  test('the newest word counts, in whatever order they are recorded', async () => {
    const id = await contact()
    await record(id, { state: 'withdrawn', at: ago(1_000) })
    await record(id, { at: ago(DAY_MS) })
    expect(await marketing(id)).toBe('no_consent')
    await record(id)
    expect(await marketing(id)).toBe('queued')
  })

  test('its withdrawal stops what waits of it', async () => {
    const id = await contact()
    await record(id)
    const sendAt = new Date(app.clock.now().getTime() + DAY_MS).toISOString()
    const waiting = await send(id, ['email'], { sendAt })
    await record(id, { state: 'withdrawn', source: 'phone', wording: 'No more, please' })
    expect((await app.get(`/v1/notifications/${waiting.id}`)).body.messages[0]).toMatchObject({
      status: 'cancelled',
      reason: 'unsubscribed',
    })
  })

  test('is newer than having unsubscribed from everything, of which the rest stays', async () => {
    const id = await contact()
    await app.call('PATCH', `/v1/contacts/${id}/preferences`, { optedOut: true })
    await record(id)
    expect(await marketing(id)).toBe('queued')
    expect((await send(id, ['email'], {}, 'rem')).messages[0]).toMatchObject({ reason: 'unsubscribed' })
  })

  test.each([
    [{ channel: 'in_app' }, 'channel'],
    [{ wording: ' ' }, 'wording'],
    [{ source: 'carrier' }, 'source'],
    [{ at: '2199-01-01T00:00:00Z' }, 'at'],
    [{ proof: { text: 'x'.repeat(5_000) } }, 'proof'],
    [{ basis: 'existing_customer', state: 'requested' }, 'basis'],
  ])('%j is refused, and nothing is stored', async (over, path) => {
    const id = await contact()
    const reply = await record(id, over)
    expect([reply.status, reply.body.errors?.[0]?.path]).toEqual([422, path])
    expect(await log(id)).toEqual([])
  })

  test('a contact without such an address, or of another organization, cannot have one', async () => {
    expect((await record(await contact({ phone: null }), { channel: 'sms' })).body.code).toBe('unreachable')
    const id = await contact()
    const { key } = await app.otherOrganization()
    const body = { channel: 'email', source: 'form', wording: WORDING }
    expect((await app.call('POST', `/v1/contacts/${id}/consents`, body, { key })).status).toBe(404)
    expect((await app.call('GET', `/v1/contacts/${id}/consents`, undefined, { key })).status).toBe(404)
    expect(await log(id)).toEqual([])
  })
})

describe('a customer who was told that they can refuse', () => {
  test('hears of offers only where the organization goes by that, until they say no', async () => {
    const id = await contact()
    await record(id, { basis: 'existing_customer', source: 'in_person', wording: 'Told at the till, receipt 42' })
    expect(await marketing(id)).toBe('no_consent')
    await settings({ marketingConsent: 'existing_customers' })
    expect(await marketing(id)).toBe('queued')
    expect(await marketing(await contact())).toBe('no_consent')
    await app.call('PATCH', `/v1/contacts/${id}/preferences`, { channels: { mkt: { email: false } } })
    expect(await marketing(id)).toBe('unsubscribed')
    await settings({ marketingConsent: null })
  })
})

describe('saying no closes the same door', () => {
  const write = async (from: string, text: string) => {
    const message = { id: `agree-${++n}`, from, text, kind: 'text', at: app.clock.now().toISOString() }
    expect(await postAsSandbox(app, SANDBOX_ACCOUNTS.sms, { inbound: [message] })).toBe(204)
    await app.eventually(
      async () => (await app.database.query('select 1 from webhook_receipt where processed_at is null')).length === 0,
    )
  }

  test('STOP ends the consent and what waits; START brings back what there was, and nothing that was not', async () => {
    const id = await contact()
    const { phone } = (await app.get(`/v1/contacts/${id}`)).body
    const consented = async () =>
      (await app.database.query<{ marketing: object }>('select marketing from contact where id = $1', [id]))[0]!
        .marketing
    await record(id, { channel: 'sms' })
    await send(id, ['sms'], {}, 'tx')
    await app.settled()
    const sendAt = new Date(app.clock.now().getTime() + DAY_MS).toISOString()
    const waiting = await send(id, ['sms'], { sendAt })
    await write(phone, 'STOP')
    expect(await consented()).toEqual({})
    expect((await app.get(`/v1/notifications/${waiting.id}`)).body.messages[0]).toMatchObject({
      status: 'cancelled',
      reason: 'opted_out',
    })
    expect(await marketing(id, 'sms')).toBe('opted_out')
    await write(phone, 'START')
    expect(await consented()).toEqual({ sms: { address: phone, basis: 'consent' } })

    const other = await contact()
    const theirs = (await app.get(`/v1/contacts/${other}`)).body.phone
    await send(other, ['sms'], {}, 'tx')
    await app.settled()
    await write(theirs, 'STOP')
    await write(theirs, 'START')
    expect(await marketing(other, 'sms')).toBe('no_consent')
  })

  test('unsubscribing from everything ends every consent, and taking that back brings none', async () => {
    const id = await contact()
    await record(id)
    await app.call('PATCH', `/v1/contacts/${id}/preferences`, { optedOut: true })
    expect(await marketing(id)).toBe('unsubscribed')
    await app.call('PATCH', `/v1/contacts/${id}/preferences`, { optedOut: false })
    expect(await marketing(id)).toBe('no_consent')
  })
})

describe('double opt-in', () => {
  beforeAll(async () => void (await settings({ doubleOptIn: true })))
  afterAll(async () => void (await settings({ doubleOptIn: null })))

  test('nothing is agreed to before it is confirmed: not by looking, not by a scanner, not by an empty post', async () => {
    const id = await contact()
    expect((await record(id)).body.state).toBe('requested')
    const url = await linkOf(id)
    for (let again = 0; again < 3; again++) {
      expect((await web('HEAD', url)).status).toBe(200)
      const page = await web('GET', `${url}?confirm=1`)
      expect([page.status, page.headers['cache-control']]).toEqual([200, 'no-store'])
      expect(page.body).toContain('name="confirm"')
      expect(page.body).toContain('Sample organization')
    }
    for (const body of ['', 'confirm=0', 'List-Unsubscribe=One-Click'])
      expect((await web('POST', url, body)).status).toBe(400)
    expect(await marketing(id)).toBe('no_consent')
    // A yes by the API is not the person's own.
    await app.call('PATCH', `/v1/contacts/${id}/preferences`, { channels: { mkt: { email: true } } })
    expect(await marketing(id)).toBe('no_consent')
  })

  test('confirmed, it counts; confirmed again, it is the same', async () => {
    const id = await contact()
    const { body: request } = await record(id)
    const url = await linkOf(id)
    const replies = await Promise.all([1, 2, 3].map(() => web('POST', url, 'confirm=1')))
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200])
    expect((await web('GET', url)).body).toContain('Confirmed')
    expect(await marketing(id)).toBe('queued')
    expect(
      (await log(id)).map(({ state, source, requestId }: Record<string, unknown>) => [state, source, requestId]),
    ).toEqual([
      ['granted', 'double_opt_in', request.id],
      ['requested', 'form', null],
    ])
  })

  test('the message goes to the address in question, says who asks, and its link is not counted', async () => {
    const id = await contact()
    await record(id)
    const [message] = await app.database.query<{ id: string }>(
      'select id from message where contact_id = $1 order by id desc limit 1',
      [id],
    )
    const { body } = await app.get(`/v1/messages/${message!.id}`)
    expect(body).toMatchObject({ channel: 'email', type: 'consent.confirm' })
    expect(body.content.html).toContain(await linkOf(id))
    expect(body.content.text).toContain(WORDING)
    await record(id, { channel: 'sms' })
    const url = await linkOf(id)
    await web('POST', url, 'confirm=1')
    // Agreed to by SMS alone, where what is agreed to keeps to the hours of the law.
    expect(['queued', 'sms_marketing_hours']).toContain(await marketing(id, 'sms'))
    expect(await marketing(id)).toBe('no_consent')
  })

  test('asked twice in a row, it is one message and one link', async () => {
    const id = await contact()
    const [first, second] = [await record(id), await record(id)]
    expect(second.body.id).toBe(first.body.id)
    expect(await app.database.query('select 1 from message where contact_id = $1', [id])).toHaveLength(1)
  })

  test('after seven days the link says so and confirms nothing', async () => {
    const id = await contact()
    await record(id)
    const url = await linkOf(id)
    app.clock.advance(7 * DAY_MS)
    for (const method of ['GET', 'POST'] as const)
      expect((await web(method, url, method === 'POST' ? 'confirm=1' : undefined)).status).toBe(410)
    expect(await marketing(id)).toBe('no_consent')
  })

  test.each([
    ['withdrawn since', (id: string) => record(id, { state: 'withdrawn' })],
    ['unsubscribed since', (id: string) => app.call('PATCH', `/v1/contacts/${id}/preferences`, { optedOut: true })],
    [
      'of an address that changed',
      (id: string) => app.call('PATCH', `/v1/contacts/${id}`, { email: 'new@example.org' }),
    ],
    ['of a contact who is gone', (id: string) => app.call('DELETE', `/v1/contacts/${id}`)],
  ])('a request %s cannot be confirmed', async (_, change) => {
    const id = await contact()
    await record(id)
    const url = await linkOf(id)
    await change(id)
    expect((await web('POST', url, 'confirm=1')).status).toBe(410)
    expect(
      await app.database.query(`select 1 from consent_event where contact_id = $1 and state = 'granted'`, [id]),
    ).toEqual([])
  })

  test('a changed link, or one for something else, leads nowhere', async () => {
    const id = await contact()
    await record(id)
    const url = await linkOf(id)
    const changed = url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
    for (const path of [changed, '/u/c/x', url.replace('/u/c/', '/u/')])
      expect((await web('POST', path, 'confirm=1')).status).toBe(404)
    expect(await marketing(id)).toBe('no_consent')
  })

  test('somebody whose address is suppressed is not asked, and nothing is stored', async () => {
    const id = await contact()
    const { phone } = (await app.get(`/v1/contacts/${id}`)).body
    await app.database.query(
      `insert into suppression (organization_id, channel, address, reason, created_at) values ($1, 2, $2, 'hard_bounce', now())`,
      [organizationId, phone],
    )
    const reply = await record(id, { channel: 'sms' })
    expect([reply.status, reply.body.code]).toEqual([409, 'conflict'])
    expect(await log(id)).toEqual([])
  })
})

test('a no that a carrier tells of ends the agreement, and lifting what it suppressed does not bring that back', async () => {
  const id = await contact()
  await record(id, { channel: 'sms' })
  // Not marketing, which waits at night and on Sundays.
  const [message] = (await send(id, ['sms'], {}, 'tx')).messages
  await app.settled()
  const report = {
    id: message!.id,
    message: message!.id,
    reference: message!.id,
    status: 'opted_out',
    at: app.clock.now(),
  }
  expect(await postAsSandbox(app, SANDBOX_ACCOUNTS.sms, { reports: [report] })).toBe(204)
  const agreed = async () =>
    (await app.database.query<{ marketing: object }>('select marketing from contact where id = $1', [id]))[0]!.marketing
  await app.eventually(async () => Object.keys(await agreed()).length === 0)
  expect(await marketing(id, 'sms')).toBe('opted_out')
  const { phone } = (await app.get(`/v1/contacts/${id}`)).body
  const { items } = (await app.get(`/v1/suppressions?address=${encodeURIComponent(phone)}`)).body
  const { id: suppression } = items.find((one: { channel: string }) => one.channel === 'sms')
  // What was written before carriers' words were followed.
  await app.database.query(`update contact set marketing = $2 where id = $1`, [
    id,
    { sms: { address: phone, basis: 'consent' } },
  ])
  const lift = { reason: 'Asked by phone', force: true }
  expect((await app.call('DELETE', `/v1/suppressions/${suppression}`, lift)).status).toBe(204)
  expect(await agreed()).toEqual({})
  expect(await marketing(id, 'sms')).toBe('no_consent')
})
