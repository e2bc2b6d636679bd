import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { postAsSandbox, SANDBOX_ACCOUNTS } from '../../../test/sandbox-call.ts'
import { openDatabase } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { nextOf } from './fallback.ts'
import { settle } from './settle-store.ts'
import { STATUSES, statusCode } from './status.ts'

/** French numbers kept for fiction; the sandbox fails those that end in 99 01, lets those in 99 02 bounce, keeps silent about 99 10. */
const FAILS = '+33639989901'
const BOUNCES = '+33639989902'
const SILENT = '+33639989910'

/** What a worker says of a try, without what makes a difference here. */
const NOTHING_SAID = {
  n: 1,
  followUpAt: null,
  tries: 1,
  provider: 'sandbox',
  providerAccountId: SANDBOX_ACCOUNTS.sms,
  providerMessageId: null,
  parts: null,
  cost: null,
  errorClass: null,
  code: null,
  detail: null,
  reason: null,
  eventDetail: null,
  suppress: null,
  deadLetter: null,
  checkAt: null,
}

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

  describe('whose message is reported as failed while a worker still sends it', () => {
    /** Its SMS is claimed by a worker that has begun a try; gives the worker's id. */
    async function beingSent(name: string) {
      const sendAt = new Date(app.clock.now().getTime() + 300_000).toISOString()
      const phone = `+33639980${String(300 + n)}`
      const id = await say({ email: `${name}@example.org`, phone }, { firstOf: ['sms', 'email'] }, sendAt)
      const messageId: string = (await read(id)).messages[0].id
      await app.database.query(
        `update message_work set state = 3, attempt = 1, worker_id = message_id, due_at = $2 where message_id = $1`,
        [messageId, new Date(app.clock.now().getTime() + 60_000)],
      )
      await app.database.query(
        `insert into attempt (message_id, n, organization_id, provider, provider_account_id, started_at) values ($1, 1, $2, 'sandbox', $3, $4)`,
        [messageId, app.organizationId, SANDBOX_ACCOUNTS.sms, app.clock.now()],
      )
      return { id, messageId }
    }
    const reportFailed = async (messageId: string) => {
      const report = {
        id: messageId,
        message: messageId,
        reference: messageId,
        status: 'opted_out',
        at: app.clock.now(),
      }
      expect(await postAsSandbox(app, SANDBOX_ACCOUNTS.sms, { reports: [report] })).toBe(204)
      await app.eventually(async () => (await message(messageId)).status === 'failed')
    }
    const message = async (id: string) => (await app.get(`/v1/messages/${id}`)).body

    test.each([
      ['it was sent', { outcome: 0, status: statusCode('sent'), eventKind: statusCode('sent'), nextDueAt: null }],
      ['it is to be tried again', { outcome: 1, status: null, eventKind: 20, nextDueAt: new Date('2099-01-01') }],
    ])('goes on once the worker says that %s', async (_, said) => {
      const { id, messageId } = await beingSent(`overtaken-${said.outcome}`)
      await reportFailed(messageId)
      const db = openDatabase({ url: app.database.url })
      await settle(db.run, [
        {
          ...NOTHING_SAID,
          ...said,
          messageId,
          organizationId: app.organizationId,
          eventId: newId(app.clock.now()),
          at: app.clock.now(),
        },
      ])
      await db.close()
      expect(shape(await until(id, 'email', 'delivered'))).toEqual(['sms failed', 'email delivered'])
      expect((await message(messageId)).attempts).toHaveLength(1)
    })

    test('goes on when the worker died, and the message is not sent again', async () => {
      const { id, messageId } = await beingSent('overtaken-dead')
      await reportFailed(messageId)
      app.clock.advance(61_000)
      expect(shape(await until(id, 'email', 'delivered'))).toEqual(['sms failed', 'email delivered'])
      expect((await message(messageId)).attempts).toMatchObject([{ n: 1, outcome: null }])
    })
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
