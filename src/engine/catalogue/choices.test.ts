import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

async function tenant() {
  const { key, organizationId } = await app.otherOrganization()
  const call = (method: 'GET' | 'POST' | 'PATCH' | 'PUT', path: string, body?: object) =>
    app.call(method, path, body, { key })
  return {
    key,
    organizationId,
    call,
    choose: (entry: string, changes: object) => call('PATCH', `/v1/catalogue/${entry}`, changes),
    entry: async (name: string) => {
      const { items } = (await call('GET', '/v1/catalogue')).body
      return items.find(({ type, audience }: Record<string, string>) => `${type}/${audience}` === name)
    },
    send: async (over: object = {}) => {
      const to = { email: 'client@example.org', phone: '+33639983333' }
      const payload = { subject: 's', body: `b ${Math.random()}` }
      const { status, body } = await call('POST', '/v1/notifications', { type: 'message.custom', to, payload, ...over })
      expect([status, body.code]).toEqual([202, undefined])
      const notification = (await call('GET', `/v1/notifications/${body.id}`)).body
      return { ...body, lane: notification.lane, reasons: notification.reasons }
    },
  }
}

const CUSTOM = 'message.custom/contact'
/** Scheduled, required, and shared out by the packs; found so that the catalogue may grow. */
const entryWhere = (wanted: (entry: TestApp['app']['catalogue']['entries'][number]) => boolean) => {
  const found = app.app.catalogue.entries.find(wanted)
  if (!found) throw new Error('The catalogue has no such entry')
  return found
}

describe('what is out of bounds is refused, with the field and the remedy', () => {
  test.each([
    [{ lane: 'critical' }, 'lane', 'is one of immediate, scheduled, bulk: never more urgent than it was made'],
    [{ offsetMinutes: 60 }, 'offsetMinutes', 'is for what is scheduled; this leaves when it happens'],
    [{ channels: { all: ['email', 'email'] } }, 'channels', 'names a channel twice'],
    [{ colour: 'red' }, 'colour', 'There is no such field'],
  ])('%j', async (changes, path, message) => {
    const me = await tenant()
    const { status, body } = await me.choose(CUSTOM, changes)
    expect([status, body.errors]).toMatchObject([422, [{ path, message }]])
    expect(await me.entry(CUSTOM)).toMatchObject({ enabled: true, lane: 'immediate', offsetMinutes: null })
  })

  test.each([
    { channels: { all: [] } },
    { channels: { all: ['pigeon'] } },
    { channels: { firstOf: ['sms'], ifNoReportWithinMinutes: 1e6 } },
    { channels: { all: ['sms'], firstOf: ['email'] } },
    { offsetMinutes: 1e6 },
    { enabled: 'no' },
  ])('%j', async (changes) => {
    expect((await (await tenant()).choose(CUSTOM, changes)).status).toBe(422)
  })

  test('an entry there is not', async () => {
    const me = await tenant()
    expect((await me.choose('message.custom/owner', { enabled: false })).status).toBe(404)
    expect((await me.choose('order.imagined/customer', { enabled: false })).status).toBe(404)
  })

  test('what is security or money stays on, as urgent as it is, on one of its own channels', async () => {
    const me = await tenant()
    const required = entryWhere((entry) => entry.required && !JSON.stringify(entry.channels).includes('in_app'))
    const name = `${required.type}/${required.audience}`
    const off = await me.choose(name, { enabled: false })
    expect([off.status, off.body.errors[0].message]).toEqual([422, expect.stringContaining('cannot be switched off')])
    expect((await me.choose(name, { lane: 'bulk' })).body.errors[0].message).toContain('stays')
    expect((await me.choose(name, { channels: { all: ['in_app'] } })).body.errors[0].message).toContain('at least one')
    expect(await me.entry(name)).toMatchObject({ enabled: true, mayBe: { off: false, lanes: [required.lane] } })
  })

  test('a digest, which carries other news', async () => {
    const { status, body } = await (await tenant()).choose('digest.ready/contact', { enabled: false })
    expect([status, body.errors[0].message]).toEqual([422, expect.stringContaining('delivery settings')])
  })

  test('a channel without words, until there are some', async () => {
    const me = await tenant()
    const entry = entryWhere(({ templates }) => !templates.fr.whatsapp)
    const name = `${entry.type}/${entry.audience}`
    const channels = { all: ['whatsapp', 'in_app'] }
    const refused = await me.choose(name, { channels })
    expect([refused.status, refused.body.errors[0].message]).toEqual([
      422,
      expect.stringContaining('there are no words for whatsapp'),
    ])
    await me.call('POST', `/v1/templates/${entry.templateKey}/whatsapp/fr/publish`, { source: { text: 'Du nouveau.' } })
    const { status, body } = await me.choose(name, { channels })
    expect([status, body.channels, body.mayBe.channels.includes('whatsapp')]).toEqual([200, channels, true])
  })

  test('keys that may not change settings, and other organizations', async () => {
    const { key } = await app.app.apiKeys.create({
      organizationId: app.organizationId,
      name: 'Sender',
      scopes: ['read', 'send'],
    })
    expect((await app.call('PATCH', `/v1/catalogue/${CUSTOM}`, { enabled: false }, { key })).status).toBe(403)
    const [mine, theirs] = [await tenant(), await tenant()]
    await mine.choose(CUSTOM, { enabled: false, lane: 'bulk' })
    expect(await theirs.entry(CUSTOM)).toMatchObject({ enabled: true, lane: 'immediate' })
    expect((await theirs.send()).messages[0].status).toBe('queued')
  })
})

describe('accepting obeys', () => {
  test('what is switched off is recorded and reaches nobody, until it is on again', async () => {
    const me = await tenant()
    await me.choose(CUSTOM, { enabled: false })
    for (const over of [{}, { channels: ['sms', 'email'] }, { lane: 'critical' }]) {
      const { messages, reasons } = await me.send(over)
      expect(messages.every(({ status }: { status: string }) => status === 'suppressed')).toBe(true)
      expect(messages[0].reason).toBe('switched_off')
      expect(reasons[0]).toMatchObject({ decision: 'refused', reason: 'switched_off' })
    }
    await me.choose(CUSTOM, { enabled: true })
    expect((await me.send()).messages[0].status).toBe('queued')
  })

  test('what was accepted before goes on', async () => {
    const me = await tenant()
    const { id } = await me.send({ channels: ['sms'], lane: 'critical' })
    await me.choose(CUSTOM, { enabled: false })
    await app.settled()
    const { body } = await me.call('GET', `/v1/notifications/${id}`)
    expect(body.messages[0].status).not.toBe('suppressed')
    expect(body.messages[0].attemptCount).toBe(1)
  })

  test('its channels, in its order, with its patience; a request that names its own goes before', async () => {
    const me = await tenant()
    await me.choose(CUSTOM, { channels: { firstOf: ['sms', 'email'], ifNoReportWithinMinutes: 30 } })
    const chosen = await me.send()
    expect(chosen.messages.map(({ channel }: { channel: string }) => channel)).toEqual(['sms'])
    expect(chosen.reasons).toEqual([
      { channel: 'sms', decision: 'chosen', reason: 'organization' },
      { channel: 'email', decision: 'skipped', reason: 'fallback', detail: 'after sms, or 30 min without a report' },
    ])
    expect((await me.send({ channels: ['email'] })).reasons).toEqual([
      { channel: 'email', decision: 'chosen', reason: 'requested' },
    ])
    await me.choose(CUSTOM, { channels: null })
    expect((await me.send()).reasons[0]).toMatchObject({ channel: 'email', reason: 'catalogue' })
  })

  test('its lane, and a request’s own before it', async () => {
    const me = await tenant()
    await me.choose(CUSTOM, { lane: 'bulk' })
    expect((await me.send()).lane).toBe('bulk')
    expect((await me.send({ lane: 'critical' })).lane).toBe('critical')
  })

  test('its timing, later and earlier, of what is scheduled', async () => {
    const me = await tenant()
    const entry = entryWhere(({ lane, type, required }) => lane === 'scheduled' && type !== 'digest.ready' && !required)
    const name = `${entry.type}/${entry.audience}`
    const now = app.clock.now().getTime()
    const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString()
    const due = async (sendAt?: string) => {
      const request = {
        type: entry.type,
        audience: entry.audience,
        payload: entry.sample,
        channels: ['in_app'],
        sendAt,
      }
      const { id, reasons } = await me.send({ ...request, allowRepeat: true, lane: 'critical' })
      const { messages } = (await me.call('GET', `/v1/notifications/${id}`)).body
      return { inMinutes: Math.round((Date.parse(messages[0].dueAt) - now) / 60_000), reason: reasons[0].reason }
    }
    await me.choose(name, { offsetMinutes: 90 })
    expect(await due(at(60))).toEqual({ inMinutes: 150, reason: 'shifted' })
    expect(await due()).toEqual({ inMinutes: 90, reason: 'shifted' })
    await me.choose(name, { offsetMinutes: -90 })
    expect(await due(at(120))).toEqual({ inMinutes: 30, reason: 'shifted' })
    expect(await due(at(60))).toEqual({ inMinutes: 0, reason: 'send_at_past' })
    expect(await due()).toMatchObject({ inMinutes: 0, reason: 'requested' })
    await me.choose(name, { offsetMinutes: null })
    expect(await due(at(60))).toEqual({ inMinutes: 60, reason: 'send_at' })
  })

  test('a test of what is switched off is sent all the same', async () => {
    const me = await tenant()
    await me.choose(CUSTOM, { enabled: false })
    const contact = (await me.call('POST', '/v1/contacts', { phone: '+33639983334' })).body
    const test = await me.call('POST', '/v1/templates/message.custom/sms/fr/test-send', {
      to: { contactId: contact.id },
    })
    expect(test.body.messages[0].status).toBe('queued')
  })
})

test('changes made at the same moment are all kept, and what is not named stays', async () => {
  const me = await tenant()
  await Promise.all([
    me.choose(CUSTOM, { lane: 'bulk' }),
    me.choose(CUSTOM, { channels: { all: ['sms'] } }),
    me.choose(CUSTOM, { enabled: false }),
  ])
  expect(await me.entry(CUSTOM)).toMatchObject({
    enabled: false,
    lane: 'bulk',
    channels: { all: ['sms'] },
    byDefault: { lane: 'immediate' },
  })
  const { body } = await me.call('GET', '/v1/audit?act=catalogue.changed')
  expect(body.items).toHaveLength(3)
  expect(body.items[0].details).toMatchObject({ about: 'message.custom contact' })
})
