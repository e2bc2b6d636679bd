import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { nextOf } from './fallback.ts'
import { STATUSES, statusCode } from './status.ts'

/** French numbers kept for fiction; the sandbox fails those that end in 99 01, lets those in 99 02 bounce, keeps silent about 99 10. */
const FAILS = '+33639989901'
const BOUNCES = '+33639989902'
const SILENT = '+33639989910'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

let n = 0
const say = async (to: object, channels: object, sendAt?: string) => {
  n += 1
  const payload = { subject: `Sample ${n}`, body: `Sample text ${n}` }
  const { status, body } = await app.post('/v1/notifications', {
    type: 'message.custom',
    to,
    channels,
    payload,
    sendAt,
  })
  expect([status, body.code]).toEqual([202, undefined])
  return body.id as string
}
const read = async (id: string) => (await app.get(`/v1/notifications/${id}`)).body
const until = (id: string, channel: string, ...statuses: string[]) =>
  app.eventually(async () => {
    const notification = await read(id)
    return notification.messages.some(
      (message: { channel: string; status: string }) =>
        message.channel === channel && statuses.includes(message.status),
    )
      ? notification
      : undefined
  })
const shape = (notification: { messages: { channel: string; status: string }[] }) =>
  notification.messages.map(({ channel, status }) => `${channel} ${status}`)

describe('a chain of channels', () => {
  test('goes on when a channel fails for sure, and says why', async () => {
    const id = await say({ email: 'chain-fails@example.org', phone: FAILS }, { firstOf: ['whatsapp', 'sms', 'email'] })
    const notification = await until(id, 'email', 'delivered')
    expect(shape(notification)).toEqual(['whatsapp failed', 'sms failed', 'email delivered'])
    expect(notification.reasons.slice(-2)).toMatchObject([
      { channel: 'sms', decision: 'chosen', reason: 'fallback_failed', detail: 'whatsapp' },
      { channel: 'email', decision: 'chosen', reason: 'fallback_failed', detail: 'sms' },
    ])
    expect(notification.messages[0].timeline.at(-1)).toMatchObject({ kind: 'fell_back', detail: { channel: 'sms' } })
    expect((await app.get('/v1/dead-letters')).body.items).toEqual([])
  })

  test('goes on when the carrier reports later that it failed', async () => {
    const id = await say({ email: 'chain-bounces@example.org', phone: BOUNCES }, { firstOf: ['sms', 'email'] })
    expect(shape(await until(id, 'email', 'delivered'))).toEqual(['sms bounced', 'email delivered'])
  })

  test('stays with the first channel that arrives', async () => {
    const id = await say(
      { email: 'chain-arrives@example.org', phone: '+33639980071' },
      { firstOf: ['sms', 'email'], ifNoReportWithinMinutes: 5 },
    )
    await until(id, 'sms', 'delivered')
    app.clock.advance(6 * 60_000)
    await app.settled()
    expect(shape(await read(id))).toEqual(['sms delivered'])
  })

  test('goes on when nothing was heard in time, where that is set, and only there', async () => {
    const set = await say(
      { email: 'chain-silent@example.org', phone: SILENT },
      { firstOf: ['sms', 'email'], ifNoReportWithinMinutes: 5 },
    )
    const unset = await say({ email: 'chain-patient@example.org', phone: SILENT }, { firstOf: ['sms', 'email'] })
    await until(set, 'sms', 'sent')
    await until(unset, 'sms', 'sent')
    app.clock.advance(4 * 60_000)
    await app.settled()
    expect(shape(await read(set))).toEqual(['sms sent'])
    app.clock.advance(90_000)
    const notification = await until(set, 'email', 'delivered')
    expect(shape(notification)).toEqual(['sms sent', 'email delivered'])
    expect(notification.reasons.at(-1)).toMatchObject({ reason: 'fallback_no_report', detail: 'sms' })
    expect(shape(await read(unset))).toEqual(['sms sent'])
  })

  test('ends as a dead letter when its last channel fails too', async () => {
    const id = await say({ email: 'fail@example.org', phone: FAILS }, { firstOf: ['sms', 'email'] })
    await until(id, 'email', 'failed')
    const letters = await app.eventually(async () => {
      const { items } = (await app.get('/v1/dead-letters')).body
      return items.length > 0 && items
    })
    expect(letters).toMatchObject([{ notificationId: id, channel: 'email', reason: 'permanent' }])
  })

  test('passes over a channel whose address was suppressed meanwhile', async () => {
    const phone = '+33639980072'
    const sendAt = new Date(app.clock.now().getTime() + 600_000).toISOString()
    const id = await say({ email: 'fail+skip@example.org', phone }, { firstOf: ['email', 'sms', 'in_app'] }, sendAt)
    await suppressSms(phone)
    app.clock.advance(660_000)
    const notification = await until(id, 'in_app', 'delivered')
    expect(shape(notification)).toEqual(['email failed', 'in_app delivered'])
  })

  test('passes over a channel that the contact wants no news by any more', async () => {
    const { body } = await app.get('/v1/catalogue')
    const sample = body.items.find((entry: { type: string }) => entry.type === 'appointment.reminder_24h')
    const sendAt = new Date(app.clock.now().getTime() + 3_600_000).toISOString()
    const { body: sent } = await app.post('/v1/notifications', {
      type: 'appointment.reminder_24h',
      to: { email: 'fail+wishes@example.org' },
      channels: { firstOf: ['email', 'in_app'] },
      payload: sample.sample,
      sendAt,
    })
    const { contactId } = await read(sent.id)
    const wish = { channels: { rem: { in_app: false } } }
    expect((await app.call('PUT', `/v1/contacts/${contactId}/preferences`, wish)).status).toBe(200)
    app.clock.advance(24 * 3_600_000)
    expect(shape(await until(sent.id, 'email', 'failed'))).toEqual(['email failed'])
    await app.settled()
    expect(shape(await read(sent.id))).toEqual(['email failed'])
  })

  test('is stopped by a cancel while it waits for its report', async () => {
    const id = await say(
      { email: 'chain-stopped@example.org', phone: SILENT },
      { firstOf: ['sms', 'email'], ifNoReportWithinMinutes: 5 },
    )
    await until(id, 'sms', 'sent')
    await app.post(`/v1/notifications/${id}/cancel`)
    app.clock.advance(6 * 60_000)
    await app.settled()
    expect(shape(await read(id))).toEqual(['sms sent'])
  })

  async function suppressSms(phone: string) {
    await app.database.query(
      `insert into suppression (organization_id, channel, address, reason, created_at) values ($1, 2, $2, 'opted_out', now())`,
      [app.organizationId, phone],
    )
  }
})

test('a chain never begins a channel twice, nor another while one has arrived', () => {
  const chain = { afterMs: null, next: [2, 3, 4].map((channel) => ({ channel, address: 'x', templateVersionId: 'v' })) }
  const message = fc.record({ channel: fc.constantFrom(1, 2, 3, 4), status: fc.nat(STATUSES.length - 1) })
  fc.assert(
    fc.property(
      fc.uniqueArray(message, { selector: (one) => one.channel }),
      fc.constantFrom(1, 2, 3, 4),
      fc.subarray([2, 3, 4]),
      (messages, asking, suppressed) => {
        const all = messages.map((one) => ({ ...one, notification_id: 'n' }))
        const next = nextOf(chain, asking, all, (to) => suppressed.includes(to.channel))
        if (!next) return
        expect(all.map((one) => one.channel)).not.toContain(next.channel)
        expect(suppressed).not.toContain(next.channel)
        const arrived = ['delivered', 'opened', 'clicked', 'read'].map((status) => statusCode(status as 'delivered'))
        expect(all.filter((one) => arrived.includes(one.status))).toEqual([])
      },
    ),
  )
})
