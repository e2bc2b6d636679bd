import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const HOUR = 3_600_000
const DAY = 24 * HOUR
let n = 0
let subject: string
let to: { email: string; phone: string }
beforeEach(() => {
  n++
  subject = `appointment-${n}`
  to = { email: `client-${n}@example.com`, phone: `+3363998${String(1000 + n)}` }
})

const text = { subject: 'A sample', body: 'Until soon.' }
/** Everything about a plan that a test does not say. */
const planned = (at: Date, more: object = {}) => ({
  at: at.toISOString(),
  timeZone: 'Europe/Paris',
  to,
  payload: text,
  reminders: [
    { offset: '-PT24H', type: 'message.custom', channels: ['email'] },
    { offset: '-PT1H', type: 'message.custom', channels: ['email'] },
  ],
  ...more,
})
const put = (body: object, name = subject) => app.call('PUT', `/v1/reminders/${name}`, body)
const read = async (name = subject) => (await app.get(`/v1/reminders/${name}`)).body
const sentTo = async (email = to.email) =>
  (
    await app.database.query<{ n: number }>(
      'select count(*)::int as n from sandbox_message where address = $1 and channel = 1',
      [email],
    )
  )[0]!.n
/** At 10:00 in Paris on a day this far ahead: nowhere near a change of the clocks or a quiet hour. */
const soon = (days: number) => {
  const day = new Date(app.clock.now().getTime() + days * DAY)
  return new Date(`${day.toISOString().slice(0, 10)}T09:00:00Z`)
}
const moveTo = async (time: Date) => {
  app.clock.moveTo(time)
  await app.settled()
}

describe('reminders of a subject', () => {
  test('leave each at its moment, once, and say what became of them', async () => {
    const at = soon(3)
    const { status, body } = await put(planned(at))
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        subject,
        timeZone: 'Europe/Paris',
        cancelledAt: null,
        reminders: [
          { offset: '-PT24H', status: 'planned', reason: null, dueAt: new Date(at.getTime() - DAY).toISOString() },
          { offset: '-PT1H', status: 'planned', reason: null, dueAt: new Date(at.getTime() - HOUR).toISOString() },
        ],
      },
    })
    await moveTo(new Date(at.getTime() - DAY - 60_000))
    expect(await sentTo()).toBe(0)
    await moveTo(new Date(at.getTime() - DAY + 1_000))
    expect(await sentTo()).toBe(1)
    const [first] = (await read()).reminders
    expect(first).toMatchObject({ status: 'sent' })
    expect((await app.get(`/v1/notifications/${first.notificationId}`)).body).toMatchObject({
      type: 'message.custom',
      metadata: { reminder: '-PT24H' },
    })
    // However often it is planned, the one that was sent stays the only one.
    for (let again = 0; again < 3; again++) await put(planned(at))
    await Promise.all([put(planned(at)), put(planned(at)), put(planned(at))])
    await moveTo(new Date(at.getTime() - HOUR + 1_000))
    await moveTo(new Date(at.getTime() + DAY))
    expect(await sentTo()).toBe(2)
    expect((await read()).reminders.map((one: { status: string }) => one.status)).toEqual(['sent', 'sent'])
  })

  test('move with it, with what they say and whom they are for', async () => {
    const at = soon(3)
    await put(planned(at))
    const later = new Date(at.getTime() + 2 * DAY)
    const other = { ...to, email: `other-${n}@example.com`, phone: `+3363998${String(2000 + n)}` }
    const { body } = await put(planned(later, { to: other, payload: { subject: 'Moved', body: 'To another day.' } }))
    expect(body.reminders).toMatchObject([
      { status: 'planned', dueAt: new Date(later.getTime() - DAY).toISOString() },
      { status: 'planned', dueAt: new Date(later.getTime() - HOUR).toISOString() },
    ])
    await moveTo(new Date(at.getTime() + HOUR))
    expect([await sentTo(), await sentTo(other.email)]).toEqual([0, 0])
    await moveTo(new Date(later.getTime() - DAY + 1_000))
    expect([await sentTo(), await sentTo(other.email)]).toEqual([0, 1])
    const [row] = await app.database.query<{ content: string }>(
      "select (position('Subject: Moved' in convert_from(content, 'UTF8')) > 0)::text as content from sandbox_message where address = $1",
      [other.email],
    )
    expect(row!.content).toBe('true')
  })

  test('come again for the new time of a subject that moves after one was sent, and never twice for one time', async () => {
    const at = soon(3)
    await put(planned(at))
    await moveTo(new Date(at.getTime() - DAY + 1_000))
    expect(await sentTo()).toBe(1)
    const later = new Date(at.getTime() + 7 * DAY)
    await put(planned(later))
    await put(planned(at))
    await put(planned(later))
    await moveTo(new Date(later.getTime() - DAY + 1_000))
    expect(await sentTo()).toBe(2)
    // Back to the first time, whose reminder of a day before was sent.
    await put(planned(at))
    await moveTo(new Date(later.getTime() + DAY))
    expect(await sentTo()).toBe(2)
    const { reminders } = await read()
    expect(reminders.filter((one: { status: string }) => one.status === 'sent')).toHaveLength(2)
  })

  test('do not come for a subject that was cancelled, and come again when it is planned anew', async () => {
    const at = soon(3)
    await put(planned(at))
    const { status, body } = await app.call('DELETE', `/v1/reminders/${subject}`)
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { reminders: [{ status: 'cancelled', reason: 'subject_cancelled' }, { status: 'cancelled' }] },
    })
    expect(body.cancelledAt).not.toBeNull()
    await moveTo(new Date(at.getTime() - DAY + 1_000))
    expect(await sentTo()).toBe(0)
    expect((await put(planned(at))).body).toMatchObject({
      cancelledAt: null,
      reminders: [{ status: 'skipped', reason: 'past' }, { status: 'planned' }],
    })
    await moveTo(new Date(at.getTime() - HOUR + 1_000))
    await moveTo(new Date(at.getTime() + DAY))
    expect(await sentTo()).toBe(1)
  })

  test('that left but wait for quiet hours to end are stopped with their subject', async () => {
    const at = soon(4)
    const sms = { offset: '-PT1H', type: 'message.custom', channels: ['sms'] }
    await put(planned(at, { reminders: [sms] }))
    // A quiet time begins after it was planned: the SMS, accepted when it came due, waits.
    const before = (await app.get('/v1/delivery-settings')).body.quietHours
    const due = new Date(at.getTime() - HOUR)
    await app.call('PATCH', '/v1/delivery-settings', { quietHours: { from: '08:30', to: '09:30', channels: ['sms'] } })
    await moveTo(new Date(due.getTime() + 1_000))
    const message = async () =>
      app.database.query<{ status: number; reason: string | null }>(
        'select status, reason from message where address = $1',
        [to.phone],
      )
    await app.eventually(async () => (await message()).length === 1)
    const stopped = await app.call('DELETE', `/v1/reminders/${subject}`)
    expect(stopped.body.reminders).toMatchObject([{ status: 'cancelled', reason: 'subject_cancelled' }])
    expect(await message()).toEqual([{ status: 11, reason: 'subject_cancelled' }])

    // Nothing has left: planned anew for the same time it comes, also after another detour.
    const taken = () =>
      app.database.query<{ copies: number }>('select copies from sandbox_message where address = $1', [to.phone])
    await put(planned(at, { reminders: [sms] }))
    await app.eventually(async () => (await message()).length === 2)
    expect(await taken()).toEqual([])
    const moved = await put(planned(new Date(at.getTime() + DAY), { reminders: [sms] }))
    expect(moved.body.reminders.map((one: { status: string; reason: string }) => [one.status, one.reason])).toEqual([
      ['cancelled', 'subject_moved'],
      ['planned', 'quiet_hours'],
    ])
    await app.call('PATCH', '/v1/delivery-settings', { quietHours: before })
    expect((await put(planned(at, { reminders: [sms] }))).body.reminders[0]).toMatchObject({
      status: 'planned',
      reason: null,
      notificationId: null,
    })
    await app.settled()
    expect(await taken()).toEqual([{ copies: 1 }])
    // It has left now: never again for this time.
    await put(planned(new Date(at.getTime() + DAY), { reminders: [sms] }))
    expect((await put(planned(at, { reminders: [sms] }))).body.reminders[0]).toMatchObject({ status: 'sent' })
    await app.settled()
    expect(await taken()).toEqual([{ copies: 1 }])
    await app.call('DELETE', `/v1/reminders/${subject}`)
  })

  describe('that failed', () => {
    /** A subject whose reminder of an hour before has just failed for good. */
    async function failed(at: Date) {
      const email = `fail+${subject}@example.com`
      to = { ...to, email }
      await put(planned(at, { reminders: [{ offset: '-PT1H', type: 'message.custom', channels: ['email'] }] }))
      await moveTo(new Date(at.getTime() - HOUR + 1_000))
      const [reminder] = (await read()).reminders
      const { messages } = (await app.get(`/v1/notifications/${reminder.notificationId}`)).body
      expect(messages).toMatchObject([{ status: 'failed' }])
      return { notificationId: reminder.notificationId as string, messageId: messages[0].id as string }
    }
    const requeue = async (messageId: string) => {
      const { body } = await app.post('/v1/dead-letters/requeue', { filter: { messageIds: [messageId] } })
      return app.eventually(async () => {
        const found = (await app.get(`/v1/dead-letters/requeues/${body.id}`)).body
        return found.status === 'done' && found
      })
    }
    const gone = {
      subject_begun: (at: Date) => moveTo(new Date(at.getTime() + 1_000)),
      subject_moved: (at: Date) => put(planned(new Date(at.getTime() + 7 * DAY))),
      subject_cancelled: () => app.call('DELETE', `/v1/reminders/${subject}`),
    }

    test.each(Object.keys(gone) as (keyof typeof gone)[])('are not sent again: %s', async (why) => {
      const at = soon(4)
      const { notificationId, messageId } = await failed(at)
      await gone[why](at)
      const { status, body } = await app.post(`/v1/notifications/${notificationId}/resend`)
      expect([status, body.code, body.detail]).toEqual([409, 'conflict', expect.stringContaining('what it reminds of')])
      expect(await requeue(messageId)).toMatchObject({ requeued: 0, skipped: { count: 1, why: { [why]: 1 } } })
      const moved = await app.post(`/v1/notifications/${notificationId}/reschedule`, { sendAt: null })
      expect([moved.status, moved.body.code]).toEqual([409, 'conflict'])
      expect((await app.get(`/v1/notifications/${notificationId}`)).body.messages).toHaveLength(1)
    })

    test('are sent again while their subject is to come, and no try is made once it has begun', async () => {
      const at = soon(4)
      const { notificationId, messageId } = await failed(at)
      const before = (await app.get('/v1/delivery-settings')).body.quietHours
      const quietHours = { from: '08:30', to: '09:30', channels: ['email'] }
      await app.call('PATCH', '/v1/delivery-settings', { quietHours })
      const waiting = () =>
        app.database.query<{ deadline_at: Date }>(
          'select w.deadline_at from message_work w join message m on m.id = w.message_id where m.notification_id = $1 and w.state = 0',
          [notificationId],
        )
      expect(await requeue(messageId)).toMatchObject({ requeued: 1 })
      await app.settled()
      expect(await waiting()).toEqual([{ deadline_at: at }])
      await app.post(`/v1/notifications/${notificationId}/cancel`)
      expect((await app.post(`/v1/notifications/${notificationId}/resend`)).status).toBe(202)
      await app.settled()
      expect(await waiting()).toEqual([{ deadline_at: at }])
      // And what waits is stopped with its subject.
      await app.call('DELETE', `/v1/reminders/${subject}`)
      expect(await waiting()).toEqual([])
      await app.call('PATCH', '/v1/delivery-settings', { quietHours: before })
    })
  })

  test('that wait are not moved past the beginning of their subject, nor tried after it', async () => {
    const at = soon(4)
    const sms = { offset: '-PT1H', type: 'message.custom', channels: ['sms'] }
    await put(planned(at, { reminders: [sms] }))
    const before = (await app.get('/v1/delivery-settings')).body.quietHours
    await app.call('PATCH', '/v1/delivery-settings', { quietHours: { from: '08:30', to: '09:30', channels: ['sms'] } })
    await moveTo(new Date(at.getTime() - HOUR + 1_000))
    const [reminder] = (await read()).reminders
    const reschedule = (time: Date) =>
      app.post(`/v1/notifications/${reminder.notificationId}/reschedule`, { sendAt: time.toISOString() })
    const tooFar = await reschedule(at)
    expect([tooFar.status, tooFar.body.errors?.[0].path]).toEqual([422, 'sendAt'])
    expect((await reschedule(new Date(at.getTime() - HOUR / 4))).status).toBe(200)
    const work = await app.database.query<{ deadline_at: Date }>(
      'select w.deadline_at from message_work w join message m on m.id = w.message_id where m.notification_id = $1',
      [reminder.notificationId],
    )
    expect(work).toEqual([{ deadline_at: at }])
    await app.call('DELETE', `/v1/reminders/${subject}`)
    await app.call('PATCH', '/v1/delivery-settings', { quietHours: before })
  })

  test('whose moment has passed are skipped, and so are those after their subject', async () => {
    const at = new Date(app.clock.now().getTime() + 2 * HOUR)
    const { body } = await put(
      planned(at, {
        timeZone: 'UTC',
        reminders: [
          { offset: '-PT24H', type: 'message.custom', channels: ['email'] },
          { offset: '23:59 on the day', type: 'message.custom', channels: ['email'] },
          { offset: '-PT1H', type: 'message.custom', channels: ['email'] },
        ],
      }),
    )
    const byOffset = Object.fromEntries(body.reminders.map((one: { offset: string }) => [one.offset, one]))
    expect(byOffset['-PT24H']).toMatchObject({ status: 'skipped', reason: 'past' })
    expect(byOffset['-PT1H']).toMatchObject({ status: 'planned' })
    if (at.toISOString().slice(11, 16) !== '23:59')
      expect(byOffset['23:59 on the day']).toMatchObject({ status: 'skipped', reason: 'after_subject' })
  })

  test('leave before quiet hours, and keep a time of day that somebody chose', async () => {
    const morning = new Date(soon(5).getTime() - 2 * HOUR)
    const { body } = await put(
      planned(morning, {
        to: { ...to, timeZone: 'Europe/Paris' },
        reminders: [
          // 07:00 in Paris is quiet: 20:59 the evening before.
          { offset: '-PT1H', type: 'message.custom', channels: ['sms'] },
          { offset: '04:00 on the day', type: 'message.custom', channels: ['sms'] },
          { offset: '-PT2H', type: 'message.custom', channels: ['email'] },
        ],
      }),
    )
    const byOffset = Object.fromEntries(body.reminders.map((one: { offset: string }) => [one.offset, one]))
    const local = (time: string) =>
      new Date(time).toLocaleString('sv', { timeZone: 'Europe/Paris', dateStyle: 'short', timeStyle: 'short' })
    const day = local(morning.toISOString()).slice(0, 10)
    const eve = local(new Date(morning.getTime() - DAY).toISOString()).slice(0, 10)
    expect(byOffset['-PT1H']).toMatchObject({ status: 'planned', reason: 'quiet_hours' })
    expect(local(byOffset['-PT1H'].dueAt)).toBe(`${eve} 20:59`)
    expect(local(byOffset['04:00 on the day'].dueAt)).toBe(`${day} 04:00`)
    expect(byOffset['-PT2H'].reason).toBeNull()
    const sms = () =>
      app.database.query<{ status: number; reason: string | null }>(
        'select status, reason from message where address = $1 order by id',
        [to.phone],
      )
    await moveTo(new Date(new Date(byOffset['-PT1H'].dueAt).getTime() + 1_000))
    expect(await sms()).toMatchObject([{ reason: null }])
    await moveTo(new Date(new Date(byOffset['04:00 on the day'].dueAt).getTime() + 1_000))
    expect(await sms()).toMatchObject([{ reason: null }, { reason: null }])
    const taken = 'select 1 from sandbox_message where address = $1'
    expect(await app.database.query(taken, [to.phone])).toHaveLength(2)
  })

  test('go where the contact is to be reached when they come due, as it wants it then', async () => {
    const at = soon(3)
    const [one, two] = ['new', 'gone'].map((name) => `${name}-${n}@example.com`) as [string, string]
    const { body: plan } = await put(planned(at))
    await app.call('PATCH', `/v1/contacts/${plan.contactId}`, { email: one })
    await moveTo(new Date(at.getTime() - DAY + 1_000))
    expect([await sentTo(), await sentTo(one)]).toEqual([0, 1])
    await app.call('DELETE', `/v1/contacts/${plan.contactId}`)
    await moveTo(new Date(at.getTime() - HOUR + 1_000))
    expect([await sentTo(one), await sentTo(two)]).toEqual([1, 0])
    expect((await read()).reminders).toMatchObject([{ status: 'sent' }, { status: 'refused', reason: 'not_found' }])
  })

  test('of a machine that was down leave late, but not once the subject has begun', async () => {
    const at = soon(3)
    await put(planned(at, { reminders: [{ offset: '-PT1H', type: 'message.custom', channels: ['email'] }] }))
    await moveTo(new Date(at.getTime() + 1_000))
    expect(await sentTo()).toBe(0)
    expect((await read()).reminders).toMatchObject([{ status: 'skipped', reason: 'subject_begun' }])
  })

  test('are told to go, and not told, by what was written last, whoever comes first', async () => {
    const at = soon(3)
    await put(planned(at))
    app.clock.moveTo(new Date(at.getTime() - DAY))
    // The reminder is due while plans, moves and cancellations of it come in.
    const times = [at, new Date(at.getTime() + DAY), new Date(at.getTime() + 2 * DAY)]
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        index % 4 === 3 ? app.call('DELETE', `/v1/reminders/${subject}`) : put(planned(times[index % 3]!)),
      ),
    )
    await app.call('DELETE', `/v1/reminders/${subject}`)
    const atMost = (await read()).reminders.filter((one: { status: string }) => one.status === 'sent').length
    await moveTo(new Date(at.getTime() + 5 * DAY))
    expect(await sentTo()).toBeLessThanOrEqual(atMost)
    expect((await read()).reminders.filter((one: { status: string }) => one.status === 'planned')).toEqual([])
  })

  test('are another organization’s to nobody', async () => {
    await put(planned(soon(3)))
    const { key } = await app.otherOrganization()
    for (const method of ['GET', 'DELETE'])
      expect((await app.call(method as 'GET', `/v1/reminders/${subject}`, undefined, { key })).status).toBe(404)
    expect((await app.call('GET', '/v1/reminders', undefined, { key })).body.items).toEqual([])
    await app.call('PUT', `/v1/reminders/${subject}`, planned(soon(9)), { key })
    expect((await read()).at).toBe(soon(3).toISOString())
  })

  test('are listed, by contact and by time, page after page', async () => {
    const at = soon(40)
    const { body } = await put(planned(at))
    await put(planned(new Date(at.getTime() + DAY)), `${subject}-b`)
    const list = async (query: string) => (await app.get(`/v1/reminders?${query}`)).body
    expect((await list(`contactId=${body.contactId}`)).items.map((one: { subject: string }) => one.subject)).toEqual([
      `${subject}-b`,
      subject,
    ])
    const first = await list(`from=${at.toISOString()}&limit=1`)
    expect(first.items).toHaveLength(1)
    expect((await list(`from=${at.toISOString()}&limit=1&cursor=${first.nextCursor}`)).items).toMatchObject([
      { subject },
    ])
    expect((await list(`to=${at.toISOString()}&contactId=${body.contactId}`)).items).toEqual([])
    expect((await app.get('/v1/reminders?order=latest')).status).toBe(422)
    expect((await app.get(`/v1/reminders?order=soonest&cursor=${first.nextCursor}`)).status).toBe(400)
  })

  test('are listed by what became of them, and by whose subject begins first', async () => {
    const start = soon(300)
    const names = ['c', 'a', 'd', 'b'].map((letter) => `${subject}-${letter}`)
    for (const [index, name] of names.entries())
      await put(planned(new Date(start.getTime() + [2, 0, 3, 0][index]! * DAY)), name)
    await app.call('DELETE', `/v1/reminders/${names[2]}`)
    const all = async (query: string) => {
      const found: string[] = []
      for (let cursor: string | null = ''; cursor !== null; ) {
        const { body } = await app.get(
          `/v1/reminders?from=${start.toISOString()}&limit=1&${query}${cursor && `&cursor=${cursor}`}`,
        )
        found.push(...body.items.map((one: { subject: string }) => one.subject.slice(-1)))
        cursor = body.nextCursor
      }
      return found.join('')
    }
    expect(await all('')).toBe('bdac')
    expect(await all('order=soonest')).toBe('abcd')
    expect(await all('status=planned')).toBe('bac')
    expect(await all('status=planned&order=soonest')).toBe('abc')
    expect(await all('status=cancelled')).toBe('d')
    expect(await all('status=refused')).toBe('')
    const { contactId, contactName } = await read(names[0])
    expect(contactName).toBeNull()
    expect(await all(`status=cancelled&contactId=${contactId}`)).toBe('d')
  })

  test.each([
    ['an offset after its subject', { reminders: [{ offset: 'PT1H', type: 'message.custom' }] }, 'reminders.0.offset'],
    ['an offset of no length', { reminders: [{ offset: '-PT0M', type: 'message.custom' }] }, 'reminders.0.offset'],
    ['an unknown zone', { timeZone: 'Europe/Nowhere' }, 'timeZone'],
    ['an unknown type', { reminders: [{ offset: '-PT1H', type: 'no.such' }] }, 'reminders.0.type'],
    ['a payload that does not fit', { payload: { subject: 'x' } }, 'payload.body'],
    [
      'a payload of its own that does not fit',
      { reminders: [{ offset: '-PT1H', type: 'appointment.reminder_24h', payload: { service: 'x' } }] },
      'reminders.0.payload.startsAt',
    ],
    [
      'the same offset twice',
      {
        reminders: [
          { offset: '-PT1H', type: 'message.custom' },
          { offset: '-PT1H', type: 'message.custom' },
        ],
      },
      'reminders.1.offset',
    ],
    ['a time six years ahead', { at: new Date(Date.now() + 6 * 366 * DAY).toISOString() }, 'at'],
    ['no recipient', { to: {} }, 'to'],
    ['secrets', { reminders: [{ offset: '-PT1H', type: 'account.created' }] }, ''],
  ])('%s is refused with its path, and nothing is kept', async (_what, more, path) => {
    const { status, body } = await put({ ...planned(soon(3)), ...more })
    expect({ status, code: body.code }).toEqual({
      status: 422,
      code: expect.stringMatching(/validation_failed|unknown_type/),
    })
    expect(body.errors.some((error: { path: string }) => error.path.startsWith(path))).toBe(true)
    expect((await app.get(`/v1/reminders/${subject}`)).status).toBe(404)
  })
})
