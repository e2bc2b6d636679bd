import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const KEY = 'message.custom'
const at = (channel = 'sms', what = 'test-send', locale = 'fr') => `/v1/templates/${KEY}/${channel}/${locale}/${what}`

async function tenantWithContact(contact: object = { email: 'own@example.org', phone: '+33639987654' }) {
  const tenant = await app.otherOrganization()
  const call = (method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: object) =>
    app.call(method, path, body, { key: tenant.key })
  const { body } = await call('POST', '/v1/contacts', contact)
  return { ...tenant, call, contactId: body.id as string }
}
type Tenant = Awaited<ReturnType<typeof tenantWithContact>>
const content = async (tenant: Tenant, messageId: string) =>
  (await tenant.call('GET', `/v1/messages/${messageId}`)).body.content

describe('what is refused, with nothing sent', () => {
  test('a key without a contact, one of another organization, an address that is suppressed', async () => {
    const [mine, theirs] = [await tenantWithContact(), await tenantWithContact()]
    const nobody = await mine.call('POST', at(), {})
    expect([nobody.status, nobody.body.errors[0].path]).toEqual([422, 'to'])
    const foreign = await mine.call('POST', at(), { to: { contactId: theirs.contactId } })
    expect(foreign.status).toBe(404)
    await mine.call('POST', '/v1/suppressions', { channel: 'sms', address: '+33639987654' })
    const { status, body } = await mine.call('POST', at(), { to: { contactId: mine.contactId } })
    expect([status, body.messages[0].status]).toEqual([202, 'suppressed'])
  })

  test('words with faults, and a payload that does not fit', async () => {
    const tenant = await tenantWithContact()
    const to = { contactId: tenant.contactId }
    const faulty = await tenant.call('POST', at(), { to, source: { text: '{{nope}}' } })
    expect([faulty.status, faulty.body.code]).toEqual([422, 'template_invalid'])
    const unfit = await tenant.call('POST', at(), { to, payload: { subject: 'x' } })
    expect([unfit.status, unfit.body.errors[0].path]).toEqual([422, 'payload.body'])
    expect((await tenant.call('GET', '/v1/messages')).body.items).toEqual([])
  })
})

test('a draft is sent to a contact, says that it is a test, and is live for nobody', async () => {
  const tenant = await tenantWithContact()
  await tenant.call('PUT', at('sms', 'draft'), { source: { text: 'DRAFT {{subject}}' }, revision: 0 })
  const to = { contactId: tenant.contactId }
  const { status, body } = await tenant.call('POST', at(), { to })
  expect([status, body.messages[0].status]).toEqual([202, 'queued'])
  await app.settled()
  expect((await content(tenant, body.messages[0].id)).text).toBe('[Test] DRAFT Nos horaires changent')
  const notification = (await tenant.call('GET', `/v1/notifications/${body.id}`)).body
  expect(notification.metadata).toEqual({ test: true, template: `${KEY} sms fr` })
  expect((await tenant.call('GET', at('sms', 'versions'))).body.items).toEqual([])

  await tenant.call('POST', '/v1/notifications', {
    type: KEY,
    to,
    channels: ['sms'],
    payload: { subject: 's', body: 'real' },
  })
  const [real] = (await tenant.call('GET', '/v1/messages')).body.items
  expect((await content(tenant, real.id)).text).toBe('real')
})

test('every channel says it in its first words', async () => {
  const tenant = await tenantWithContact()
  for (const [channel, field] of [
    ['email', 'subject'],
    ['sms', 'text'],
    ['whatsapp', 'text'],
    ['in_app', 'title'],
  ] as const) {
    const { body } = await tenant.call('POST', at(channel), { to: { contactId: tenant.contactId } })
    expect((await content(tenant, body.messages[0].id))[field]).toMatch(/^\[Test\] /)
  }
  await app.settled()
})

test('a signed-in member is sent it without saying where', async () => {
  const headers = await app.signedIn('editor@example.org')
  const { status, body } = await app.call('POST', at('email'), {}, { key: null, headers })
  expect(status).toBe(202)
  const { body: message } = await app.get(`/v1/messages/${body.messages[0].id}`)
  expect(message.address).toBe('editor@example.org')
  await app.settled()
})

test('whatever the contact chose, whatever the hour; and twice where it is asked for twice', async () => {
  const tenant = await tenantWithContact()
  app.clock.moveTo(new Date('2026-11-23T23:30:00Z'))
  await tenant.call('PATCH', '/v1/delivery-settings', { digest: { tx: 'daily' }, contactCapPerHour: 1 })
  const to = { contactId: tenant.contactId }
  for (const _ of [1, 2, 3]) {
    const { body } = await tenant.call('POST', at(), { to })
    expect(body.messages).toEqual([expect.objectContaining({ status: 'queued' })])
  }
  await app.settled()
})

test('tests are counted nowhere, sent again or not; what is really sent is counted for its version', async () => {
  const tenant = await tenantWithContact({ email: 'clicks@example.org' })
  const source = { subject: 'V {{subject}}', body: '<mj-text><a href="https://example.com/x">{{body}}</a></mj-text>' }
  const { versionId } = (await tenant.call('POST', at('email', 'publish'), { source })).body
  const to = { contactId: tenant.contactId }
  const test = (await tenant.call('POST', at('email'), { to, versionId })).body
  await app.settled()
  await tenant.call('POST', `/v1/notifications/${test.id}/resend`, {})
  await app.settled()
  const numbers = async () => (await tenant.call('GET', at('email', 'versions'))).body.items[0].statistics
  const overview = async () => (await tenant.call('GET', '/v1/stats/overview')).body.total
  expect(await overview()).toMatchObject({ accepted: 0, sent: 0, delivered: 0, machineOpened: 0 })
  expect(await numbers()).toMatchObject({ accepted: 0, sent: 0 })

  const payload = { subject: 's', body: 'b' }
  await tenant.call('POST', '/v1/notifications', { type: KEY, to, channels: ['email'], payload })
  await tenant.call('POST', '/v1/notifications', {
    type: KEY,
    to: { email: 'bounce@example.org', locale: 'fr' },
    channels: ['email'],
    payload,
  })
  await app.settled()
  await app.eventually(async () => (await numbers()).delivered === 1 && (await numbers()).bounced === 1)
  expect(await numbers()).toMatchObject({ accepted: 2, sent: 2, failed: 0, rates: { bounced: 0.5 } })
  expect(await overview()).toMatchObject({ accepted: 2, sent: 2 })
})

describe('publishing, rolling back and resetting between accept and send', () => {
  test('never change an accepted message, nor what is sent again', async () => {
    const tenant = await tenantWithContact()
    const publish = async (text: string) =>
      (await tenant.call('POST', at('sms', 'publish'), { source: { text } })).body.versionId as string
    const zero = await publish('ZERO {{body}}')
    const first = await publish('ONE {{body}}')
    const sendAt = new Date(app.clock.now().getTime() + 3_600_000).toISOString()
    const accepted: { id: string; messages: { id: string }[] }[] = []
    for (const change of [
      () => publish('TWO {{body}}'),
      () => tenant.call('POST', at('sms', 'rollback'), { versionId: zero }),
      () => tenant.call('POST', at('sms', 'reset'), {}),
    ]) {
      const request = { type: KEY, to: { contactId: tenant.contactId }, channels: ['sms'], sendAt, lane: 'critical' }
      const { body } = await tenant.call('POST', '/v1/notifications', {
        ...request,
        payload: { subject: 's', body: `m${accepted.length}` },
      })
      accepted.push(body)
      await change()
    }
    expect(first).not.toBe(zero)
    const sent = async () => {
      const all = (await tenant.call('GET', '/v1/sandbox/messages')).body.items as { id: string }[]
      const texts = await Promise.all(
        all.map(async ({ id }) => (await tenant.call('GET', `/v1/sandbox/messages/${id}`)).body.text as string),
      )
      return texts.toSorted()
    }
    app.clock.advance(3_600_001)
    await app.settled()
    const expected = ['ONE m0', 'TWO m1', 'ZERO m2']
    expect(await sent()).toEqual(expected)

    const { body } = await tenant.call('POST', `/v1/notifications/${accepted[0]!.id}/resend`, {})
    expect(body.messages).toHaveLength(1)
    await app.settled()
    expect(await sent()).toEqual(['ONE m0', ...expected])
  })

  test('nor what is tried again after a failure, nor what a chain goes on with', async () => {
    const tenant = await tenantWithContact({ email: 'fail@example.org', phone: '+33639987655' })
    const publish = (text: string) => tenant.call('POST', at('sms', 'publish'), { source: { text } })
    await publish('PINNED {{body}}')
    const sendAt = new Date(app.clock.now().getTime() + 3_600_000).toISOString()
    await tenant.call('POST', '/v1/notifications', {
      type: KEY,
      to: { contactId: tenant.contactId },
      channels: { firstOf: ['email', 'sms'] },
      payload: { subject: 's', body: 'b' },
      sendAt,
      lane: 'critical',
    })
    await publish('LATER {{body}}')
    app.clock.advance(3_600_001)
    const text = await app.eventually(async () => {
      const { items } = (await tenant.call('GET', '/v1/messages?channel=sms')).body
      return items[0] && (await content(tenant, items[0].id)).text
    })
    expect(text).toBe('PINNED b')
    await app.settled()
  })
})
