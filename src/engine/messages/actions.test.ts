import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  // Reports leave when a test says so: what comes between sending and its report is what is tested here.
  app = await startTestApp({ sandbox: { send: 'on demand' } })
})
afterAll(() => app.stop())

const HOUR_MS = 3_600_000
const LEASE_MS = 60_000
const DAY_MS = 24 * HOUR_MS
const payload = { subject: 'Sample subject', body: 'Sample body' }
const send = async (to: object, channels: unknown = ['email'], over: object = {}) =>
  (await app.post('/v1/notifications', { type: 'message.custom', to, payload, channels, ...over })).body
const message = async (id: string) => (await app.get(`/v1/messages/${id}`)).body
const messagesOf = async (id: string) => (await app.get(`/v1/notifications/${id}`)).body.messages
const reaches = (id: string, status: string) =>
  app.eventually(async () => (await message(id)).status === status && (await message(id)))
const taken = async (id: string) =>
  (await app.database.query('select 1 from sandbox_message where message_id = $1', [id])).length
const inMs = (ms: number) => new Date(app.clock.now().getTime() + ms).toISOString()
const reschedule = (id: string, body: object) => app.post(`/v1/notifications/${id}/reschedule`, body)
const cancel = (id: string) => app.post(`/v1/notifications/${id}/cancel`)
const resend = (id: string) => app.post(`/v1/notifications/${id}/resend`)
const suppress = (address: string, channel = 1) =>
  app.database.query(
    `insert into suppression (organization_id, channel, address, reason, created_at) values ($1, $2, $3, 'opted_out', now())`,
    [app.organizationId, channel, address],
  )
const held = (id: string) =>
  app.database.query(
    'update message_work set state = 3, attempt = attempt + 1, worker_id = gen_random_uuid(), due_at = $2 where message_id = $1',
    [id, new Date(app.clock.now().getTime() + LEASE_MS)],
  )

describe('giving a message another time', () => {
  test('moves it, and says so in its timeline', async () => {
    const { id, messages } = await send({ email: 'moved@example.org' }, ['email'], { sendAt: inMs(HOUR_MS) })
    const sendAt = inMs(2 * HOUR_MS)
    const { status, body } = await reschedule(id, { sendAt })
    expect([status, body]).toEqual([
      200,
      {
        id,
        sendAt,
        hadPassed: false,
        messages: [{ id: messages[0].id, channel: 'email', status: 'scheduled', rescheduled: true }],
      },
    ])
    const moved = await message(messages[0].id)
    expect([moved.dueAt, moved.timeline.at(-1)]).toEqual([
      sendAt,
      expect.objectContaining({ kind: 'rescheduled', detail: { dueAt: sendAt } }),
    ])
    app.clock.advance(HOUR_MS + 60_000)
    await app.settled()
    expect(await taken(messages[0].id)).toBe(0)
    app.clock.advance(HOUR_MS)
    await reaches(messages[0].id, 'sent')
  })

  test('to null is now', async () => {
    const { id, messages } = await send({ email: 'now@example.org' }, ['email'], { sendAt: inMs(HOUR_MS) })
    expect((await reschedule(id, { sendAt: null })).body).toMatchObject({ hadPassed: false })
    await reaches(messages[0].id, 'sent')
  })

  test('to a time that has passed is now, and the answer says so', async () => {
    const { id, messages } = await send({ email: 'past@example.org' }, ['email'], { sendAt: inMs(HOUR_MS) })
    const { body } = await reschedule(id, { sendAt: '2020-01-01T00:00:00+01:00' })
    expect([body.hadPassed, Date.parse(body.sendAt) > Date.parse('2026-01-01')]).toEqual([true, true])
    await reaches(messages[0].id, 'sent')
  })

  test('moves its deadline with it', async () => {
    const { id, messages } = await send({ email: 'deadline@example.org' }, ['email'], { sendAt: inMs(HOUR_MS) })
    await reschedule(id, { sendAt: inMs(40 * DAY_MS) })
    app.clock.advance(40 * DAY_MS + 1_000)
    await reaches(messages[0].id, 'sent')
  })

  test('while it waits for its next try moves that try', async () => {
    const { id, messages } = await send({ phone: '+33639989906' }, ['whatsapp'])
    await app.eventually(async () => (await message(messages[0].id)).attempts[0]?.outcome === 'uncertain')
    const { body } = await reschedule(id, { sendAt: inMs(HOUR_MS) })
    expect(body.messages).toMatchObject([{ rescheduled: true, mayHaveArrived: true }])
    app.clock.advance(HOUR_MS / 2)
    await app.settled()
    expect((await message(messages[0].id)).attempts).toHaveLength(1)
    app.clock.advance(HOUR_MS)
    await reaches(messages[0].id, 'sent')
  })

  test('tells which of its messages could be moved, and why the others could not', async () => {
    await suppress('+33639980142', 2)
    const { id } = await send({ email: 'partly@example.org', phone: '+33639980142' }, ['email', 'sms'], {
      sendAt: inMs(HOUR_MS),
    })
    expect((await reschedule(id, { sendAt: inMs(2 * HOUR_MS) })).body.messages).toMatchObject([
      { channel: 'email', rescheduled: true },
      { channel: 'sms', rescheduled: false, reason: 'suppressed' },
    ])
  })

  test('is too late once it was sent, cancelled, or a worker holds it', async () => {
    const sent = await send({ email: 'sent@example.org' })
    await reaches(sent.messages[0].id, 'sent')
    const cancelled = await send({ email: 'cancelled@example.org' }, ['email'], { sendAt: inMs(HOUR_MS) })
    await cancel(cancelled.id)
    const sending = await send({ email: 'sending@example.org' }, ['email'], { sendAt: inMs(HOUR_MS) })
    await held(sending.messages[0].id)
    const answers = await Promise.all([sent, cancelled, sending].map(({ id }) => reschedule(id, { sendAt: null })))
    expect(answers.map(({ status, body }) => [status, body.code, body.detail])).toEqual([
      [409, 'already_settled', 'Nothing is left that could be moved: sent'],
      [409, 'already_settled', 'Nothing is left that could be moved: cancelled'],
      [409, 'already_settled', 'It is being sent at this moment and can no longer be moved'],
    ])
    app.clock.advance(LEASE_MS)
    await reaches(sending.messages[0].id, 'sent')
  })

  test('in the race with sending is true either way', async () => {
    const moved: string[] = []
    for (let round = 0; round < 12; round++) {
      const { id, messages } = await send({ email: `moving${round}@example.org` })
      const { status } = await reschedule(id, { sendAt: inMs(HOUR_MS) })
      await app.settled()
      expect(await taken(messages[0].id)).toBe(status === 200 ? 0 : 1)
      if (status === 200) moved.push(messages[0].id)
    }
    app.clock.advance(2 * HOUR_MS)
    for (const id of moved) await reaches(id, 'sent')
    for (const id of moved) expect(await taken(id)).toBe(1)
  })

  test.each([
    ['no time', {}, 'sendAt'],
    ['a time that is none', { sendAt: 'tomorrow' }, 'sendAt'],
    ['more than five years ahead', { sendAt: '2099-01-01T00:00:00Z' }, 'sendAt'],
    ['something else', { sendAt: null, lane: 'bulk' }, 'lane'],
  ])('%s is refused', async (_what, body, path) => {
    const { id } = await send({ email: 'refused@example.org' }, ['email'], { sendAt: inMs(HOUR_MS), allowRepeat: true })
    const answer = await reschedule(id, body)
    expect([answer.status, answer.body.errors[0].path]).toEqual([422, path])
  })

  test('is not for another organization', async () => {
    const { id } = await send({ email: 'theirs@example.org' }, ['email'], { sendAt: inMs(HOUR_MS) })
    const { key } = await app.otherOrganization()
    const answer = await app.call('POST', `/v1/notifications/${id}/reschedule`, { sendAt: null }, { key })
    expect(answer.status).toBe(404)
  })
})

describe('cancelling', () => {
  test('between tries says whether the last one may have arrived', async () => {
    const uncertain = await send({ phone: '+33639989906', name: 'Uncertain' }, ['whatsapp'], { allowRepeat: true })
    await app.eventually(async () => (await message(uncertain.messages[0].id)).attempts[0]?.outcome === 'uncertain')
    const refused = await send({ phone: '+33639989905' }, ['whatsapp'])
    await app.eventually(async () => (await message(refused.messages[0].id)).attempts[0]?.outcome === 'refused')
    expect((await cancel(uncertain.id)).body.messages).toMatchObject([
      { status: 'cancelled', cancelled: true, mayHaveArrived: true },
    ])
    const { body } = await cancel(refused.id)
    expect(body.messages).toMatchObject([{ status: 'cancelled', cancelled: true }])
    expect(body.messages[0]).not.toHaveProperty('mayHaveArrived')
  })

  const chain = { firstOf: ['email', 'sms'], ifNoReportWithinMinutes: 5 }

  test('a message that has left stops what would follow it', async () => {
    const { id, messages } = await send({ email: 'silent@example.org', phone: '+33639980151' }, chain)
    await reaches(messages[0].id, 'sent')
    const { status, body } = await cancel(id)
    expect([status, body.messages]).toEqual([
      200,
      [
        {
          id: messages[0].id,
          channel: 'email',
          status: 'sent',
          cancelled: false,
          reason: 'already_left',
          fallbackStopped: true,
        },
      ],
    ])
    app.clock.advance(6 * 60_000)
    await app.settled()
    expect(await messagesOf(id)).toHaveLength(1)
    expect((await cancel(id)).status).toBe(409)
  })

  test('stops what would follow also when it comes back later', async () => {
    const { id, messages } = await send({ email: 'bounce+chain@example.org', phone: '+33639980152' }, chain)
    await reaches(messages[0].id, 'sent')
    expect((await cancel(id)).body.messages).toMatchObject([{ cancelled: false, fallbackStopped: true }])
    await app.app.sandbox.deliverReports()
    await reaches(messages[0].id, 'bounced')
    await app.settled()
    expect(await messagesOf(id)).toHaveLength(1)
  })

  test('says which message of a chain was stopped, whatever a worker does at that moment', async () => {
    for (let round = 0; round < 10; round++) {
      const { id } = await send({ email: `fail+race${round}@example.org`, phone: '+33639980153' }, chain, {
        payload: { ...payload, body: `Round ${round}` },
      })
      const { status, body } = await cancel(id)
      const stopped = status === 200 ? body.messages : []
      await app.settled()
      for (const one of stopped) if (one.cancelled) expect(await taken(one.id)).toBe(0)
      // Once the answer says that nothing follows, nothing does.
      if (status === 200) expect(await messagesOf(id)).toHaveLength(stopped.length)
    }
  })
})

describe('what a digest carries', () => {
  const news = async (email: string) => {
    const { body: contact } = await app.post('/v1/contacts', { email })
    await app.call('PATCH', `/v1/contacts/${contact.id}/preferences`, { digest: { tx: 'hourly' } })
    const sent = []
    for (const subject of ['First', 'Second'])
      sent.push(await send({ contactId: contact.id }, ['email'], { payload: { ...payload, subject } }))
    return sent as [{ id: string; messages: [{ id: string }] }, { id: string; messages: [{ id: string }] }]
  }
  const carrier = (id: string) => app.eventually(async () => (await message(id)).digestId)

  test('is moved out of it alone, and sent on its own', async () => {
    const [first, second] = await news('digest-moved@example.org')
    expect((await reschedule(first.id, { sendAt: null })).body.messages).toMatchObject([{ rescheduled: true }])
    const moved = await reaches(first.messages[0].id, 'sent')
    expect([moved.digestId, (await message(second.messages[0].id)).status]).toEqual([null, 'scheduled'])
  })

  test('can no longer be stopped or moved once the digest is leaving, and is sent again on its own', async () => {
    const [first] = await news('digest-left@example.org')
    app.clock.advance(2 * HOUR_MS)
    await carrier(first.messages[0].id)
    const answers = await Promise.all([cancel(first.id), reschedule(first.id, { sendAt: null })])
    expect(answers.map(({ status }) => status)).toEqual([409, 409])
    await reaches(first.messages[0].id, 'sent')
    const { body } = await resend(first.id)
    const again = await reaches(body.messages[0].id, 'sent')
    expect([again.digestId, again.content.subject]).toEqual([null, 'First'])
  })

  test('goes with the digest when that is sent once more', async () => {
    const [first, second] = await news('fail+digest@example.org')
    app.clock.advance(2 * HOUR_MS)
    const digestId = await carrier(first.messages[0].id)
    await reaches(first.messages[0].id, 'failed')
    const { body } = await app.post('/v1/dead-letters/requeue', { filter: { messageIds: [digestId] } })
    await app.eventually(async () => (await app.get(`/v1/dead-letters/requeues/${body.id}`)).body.requeued === 1)
    const [copy] = await app.database.query<{ id: string }>('select id from message where resend_of = $1', [digestId])
    for (const { messages } of [first, second]) expect((await message(messages[0].id)).digestId).toBe(copy!.id)
  })
})

describe('sending again', () => {
  test('leaves out an address that was suppressed since, and says so', async () => {
    const { id, messages } = await send({ email: 'opted-out@example.org', phone: '+33639980161' }, ['email', 'sms'])
    for (const { id: each } of messages) await reaches(each, 'sent')
    await suppress('opted-out@example.org')
    const { status, body } = await resend(id)
    expect([status, body.messages, body.skipped]).toEqual([
      202,
      [{ id: expect.any(String), channel: 'sms', status: 'queued' }],
      [{ channel: 'email', reason: 'opted_out' }],
    ])
  })

  test('is refused while everything still waits, and for a contact who was removed', async () => {
    const waiting = await send({ email: 'waiting@example.org' }, ['email'], { sendAt: inMs(HOUR_MS) })
    const gone = await send({ email: 'gone@example.org' })
    await reaches(gone.messages[0].id, 'sent')
    await app.call('DELETE', `/v1/contacts/${(await message(gone.messages[0].id)).contactId}`)
    const answers = await Promise.all([resend(waiting.id), resend(gone.id)])
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [409, 'conflict'],
      [409, 'conflict'],
    ])
  })

  test('closes the dead letter: a re-drive does not send it a third time', async () => {
    const { id, messages } = await send({ email: 'fail+resent@example.org' })
    await reaches(messages[0].id, 'failed')
    const letters = async () => (await app.get('/v1/dead-letters')).body.items.map((item: { id: string }) => item.id)
    expect(await letters()).toContain(messages[0].id)
    await resend(id)
    expect(await letters()).not.toContain(messages[0].id)
  })

  test('goes on with a chain from the new message: the old one begins nothing more and is no dead letter', async () => {
    const { id, messages } = await send(
      { email: 'fail+chain@example.org', phone: '+33639980162' },
      { firstOf: ['email', 'sms'] },
    )
    const [first] = await messagesOf(id)
    await app.eventually(async () => (await messagesOf(id)).length === 2)
    // As if nobody had looked yet what follows the first one.
    await app.database.query(
      `insert into message_work (message_id, organization_id, channel, lane, state, due_at, deadline_at, task)
       select id, organization_id, channel, lane, 0, $2, $2, 1 from message where id = $1`,
      [first.id, inMs(HOUR_MS)],
    )
    expect((await resend(id)).status).toBe(202)
    app.clock.advance(2 * HOUR_MS)
    await app.settled()
    const letters = (await app.get('/v1/dead-letters')).body.items.map((item: { id: string }) => item.id)
    expect(letters).not.toContain(messages[0].id)
    expect((await messagesOf(id)).filter((one: { resendOf: string | null }) => one.resendOf === null)).toHaveLength(2)
  })

  test('by several people at once makes one message of each', async () => {
    const { id, messages } = await send({ email: 'crowd@example.org' })
    await reaches(messages[0].id, 'sent')
    await Promise.all(Array.from({ length: 6 }, () => resend(id)))
    await app.settled()
    const copies = await app.database.query<{ n: number }>(
      'select count(*)::int as n from message where notification_id = $1 and resend_of is not null group by resend_of',
      [id],
    )
    expect(new Set(copies.map(({ n }) => n))).toEqual(new Set([1]))
  })
})
