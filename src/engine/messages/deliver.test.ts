import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const payload = { subject: 'Sample subject', body: 'Sample body' }
const send = async (to: object, channels: string[], over: object = {}) =>
  (await app.post('/v1/notifications', { type: 'message.custom', to, payload, channels, ...over })).body
const message = async (id: string) => (await app.get(`/v1/messages/${id}`)).body
const kinds = (detail: { timeline: { kind: string }[] }) => detail.timeline.map((entry) => entry.kind)
const taken = (id: string) =>
  app.database.query<{ copies: number }>('select copies from sandbox_message where message_id = $1', [id])
const reaches = (id: string, status: string) =>
  app.eventually(async () => (await message(id)).status === status && (await message(id)))

describe('a message on its way', () => {
  test('is sent, and delivered when the carrier says so', async () => {
    const { messages } = await send({ email: 'reader@example.org', phone: '+33639980101' }, [
      'email',
      'sms',
      'whatsapp',
      'in_app',
    ])
    const [email, sms, whatsapp, inApp] = messages
    expect(kinds(await reaches(email.id, 'delivered'))).toEqual(['accepted', 'sent', 'delivered'])
    await reaches(sms.id, 'delivered')
    expect(kinds(await reaches(whatsapp.id, 'read'))).toEqual(expect.arrayContaining(['accepted', 'sent', 'read']))
    expect(kinds(await reaches(inApp.id, 'delivered'))).toEqual(['accepted', 'delivered'])
  })

  test('fails when the carrier refuses it for good, with its words', async () => {
    const { messages } = await send({ email: 'fail@example.org' }, ['email'])
    const failed = await reaches(messages[0].id, 'failed')
    expect(failed.attempts).toMatchObject([{ n: 1, outcome: 'refused', errorClass: 'permanent' }])
  })

  test('bounces later, and the address is not used again', async () => {
    const { messages } = await send({ email: 'bounce@example.org' }, ['email'])
    expect(kinds(await reaches(messages[0].id, 'bounced'))).toEqual(['accepted', 'sent', 'bounced'])
    const again = await send({ email: 'bounce@example.org' }, ['email'])
    expect(again.messages).toMatchObject([{ status: 'suppressed', reason: 'hard_bounce' }])
  })

  test('a complaint ends all mail to that address, under its own name', async () => {
    const { messages } = await send({ email: 'complaint@example.org' }, ['email'])
    const complained = await app.eventually(async () => {
      const detail = await message(messages[0].id)
      return kinds(detail).includes('complained') && detail
    })
    expect(complained.status).toBe('delivered')
    const again = await send({ email: 'complaint@example.org' }, ['email'])
    expect(again.messages).toMatchObject([{ status: 'suppressed', reason: 'complaint' }])
  })

  test('waits while the carrier is busy, and shows when it will be tried again', async () => {
    const { messages } = await send({ email: 'busy@example.org' }, ['email'])
    const waiting = await app.eventually(async () => {
      const detail = await message(messages[0].id)
      return detail.attempts[0]?.outcome === 'refused' && detail
    })
    expect([waiting.status, waiting.timeline.at(-1).kind]).toEqual(['queued', 'deferred'])
    for (let tries = 0; tries < 3; tries++) {
      app.clock.advance(60_000)
      await app.settled()
    }
    expect((await reaches(messages[0].id, 'delivered')).attempts.length).toBeGreaterThan(1)
  })

  test('renders the version it was accepted with, whatever is published later', async () => {
    const { messages } = await send({ email: 'pinned@example.org' }, ['email'], {
      sendAt: new Date(app.clock.now().getTime() + 600_000).toISOString(),
    })
    const before = (await message(messages[0].id)).content
    await app.app.templates.publish(app.organizationId, {
      key: 'message.custom',
      channel: 'email',
      locale: 'fr',
      source: { subject: 'Changed: {{subject}}', body: '<mj-text>{{body}}</mj-text>', layout: 'plain' },
    })
    expect((await message(messages[0].id)).content).toEqual(before)
    const next = await send({ email: 'pinned@example.org' }, ['email'])
    expect((await message(next.messages[0].id)).content.subject).toBe('Changed: Sample subject')
  })
})

describe('an address that must not be used any more', () => {
  const tomorrow = () => new Date(app.clock.now().getTime() + 24 * 3_600_000).toISOString()

  test.each([
    ['complaint', 'complaint'],
    ['bounce', 'hard_bounce'],
  ])('since a %s gets nothing of what waited for it, and the timeline says why', async (magic, reason) => {
    const email = `${magic}+waits@example.org`
    const waiting = await send({ email }, ['email'], { sendAt: tomorrow() })
    await send({ email }, ['email'], { payload: { subject: 'Now', body: 'Now' } })
    await app.eventually(
      async () => (await app.get(`/v1/suppressions?address=${encodeURIComponent(email)}`)).body.items.length > 0,
    )
    app.clock.advance(25 * 3_600_000)
    await app.settled()
    const held = await message(waiting.messages[0].id)
    expect(held).toMatchObject({ status: 'suppressed', reason, attempts: [] })
    expect(held.timeline.at(-1)).toMatchObject({ kind: 'suppressed', detail: { reason } })
    expect(await taken(waiting.messages[0].id)).toEqual([])
    expect((await app.get('/v1/dead-letters')).body.items.map((one: { id: string }) => one.id)).not.toContain(held.id)
  })

  test('is passed over for the next channel of its chain', async () => {
    const email = 'bounce+chain@example.org'
    const over = { channels: { firstOf: ['email', 'in_app'] }, sendAt: tomorrow() }
    const { id } = await send({ email }, ['email'], over)
    await send({ email }, ['email'], { payload: { subject: 'Now', body: 'Now' } })
    await app.eventually(
      async () => (await app.get(`/v1/suppressions?address=${encodeURIComponent(email)}`)).body.items.length > 0,
    )
    app.clock.advance(25 * 3_600_000)
    await app.settled()
    const { messages } = (await app.get(`/v1/notifications/${id}`)).body
    expect(messages.map((one: { channel: string; status: string }) => [one.channel, one.status])).toEqual([
      ['email', 'suppressed'],
      ['in_app', 'delivered'],
    ])
  })

  test('is not written to again where a try may have arrived: that is for a person to see', async () => {
    const email = 'unsure@example.org'
    const { messages } = await send({ email }, ['email'], { sendAt: tomorrow() })
    const { id } = messages[0]
    await app.database.query(
      `insert into attempt (message_id, n, organization_id, provider, provider_account_id, started_at) values ($1, 1, $2, 'sandbox', '00000000-0000-7000-8000-000000000011', now())`,
      [id, app.organizationId],
    )
    await app.database.query('update message_work set attempt = 1 where message_id = $1', [id])
    await app.database.query(
      `insert into suppression (organization_id, channel, address, reason, created_at) values ($1, 1, $2, 'hard_bounce', now())`,
      [app.organizationId, email],
    )
    app.clock.advance(25 * 3_600_000)
    expect(await reaches(id, 'failed')).toMatchObject({ reason: 'uncertain' })
    expect(await taken(id)).toEqual([])
  })
})

describe('cancelling and sending again', () => {
  const later = () => new Date(app.clock.now().getTime() + 3_600_000).toISOString()

  test('what was cancelled is never sent, also not when its time comes', async () => {
    const { id, messages } = await send({ email: 'cancelled@example.org' }, ['email'], { sendAt: later() })
    const { status, body } = await app.post(`/v1/notifications/${id}/cancel`)
    expect([status, body.messages]).toEqual([
      200,
      [{ id: messages[0].id, channel: 'email', status: 'cancelled', cancelled: true }],
    ])
    app.clock.advance(3_700_000)
    await app.settled()
    expect((await message(messages[0].id)).status).toBe('cancelled')
    expect(await taken(messages[0].id)).toEqual([])
  })

  test('a cancel in the race with sending is true either way', async () => {
    for (let round = 0; round < 15; round++) {
      const { id, messages } = await send({ email: `race${round}@example.org` }, ['email'])
      const { status } = await app.post(`/v1/notifications/${id}/cancel`)
      await app.settled()
      const copies = await taken(messages[0].id)
      expect([status, copies.length]).toEqual(status === 200 ? [200, 0] : [409, 1])
    }
  })

  test('cancelling twice says there was nothing left', async () => {
    const { id } = await send({ email: 'twice@example.org' }, ['email'], { sendAt: later() })
    await app.post(`/v1/notifications/${id}/cancel`)
    const again = await app.post(`/v1/notifications/${id}/cancel`)
    expect([again.status, again.body.code]).toEqual([409, 'already_settled'])
  })

  test('sending again makes new messages and keeps the history of the old', async () => {
    const { id, messages } = await send({ email: 'again@example.org' }, ['email'])
    await reaches(messages[0].id, 'delivered')
    const { status, body } = await app.post(`/v1/notifications/${id}/resend`)
    expect([status, body.messages.length]).toEqual([202, 1])
    await reaches(body.messages[0].id, 'delivered')
    expect((await app.get(`/v1/notifications/${id}`)).body.messages).toHaveLength(2)
    expect((await message(body.messages[0].id)).resendOf).toBe(messages[0].id)
  })
})

describe('what a crash leaves behind', () => {
  const hold = (id: string, state: number, leaseEnd: Date) =>
    app.database.query(
      'update message_work set state = $2, due_at = $3, worker_id = gen_random_uuid(), attempt = 1 where message_id = $1',
      [id, state, leaseEnd],
    )
  const scheduled = async (address: string) => {
    const { messages } = await send({ email: address }, ['email'], {
      sendAt: new Date(app.clock.now().getTime() + 300_000).toISOString(),
    })
    return messages[0].id as string
  }
  const soon = () => new Date(app.clock.now().getTime() + 1_000)

  test('a job that was lost is offered again', async () => {
    const id = await scheduled('lost-job@example.org')
    await hold(id, 2, soon())
    app.clock.advance(2_000)
    await reaches(id, 'delivered')
  })

  test('a worker that died is relieved, and its open try is shown', async () => {
    const id = await scheduled('dead-worker@example.org')
    await hold(id, 3, soon())
    await app.database.query(
      `insert into attempt (message_id, n, organization_id, provider, provider_account_id, started_at) values ($1, 1, $2, 'sandbox', '00000000-0000-7000-8000-000000000011', now())`,
      [id, app.organizationId],
    )
    app.clock.advance(2_000)
    const detail = await reaches(id, 'delivered')
    expect(
      detail.attempts.map((attempt: { n: number; outcome: string | null }) => [attempt.n, attempt.outcome]),
    ).toEqual([
      [1, null],
      [2, 'sent'],
    ])
  })

  test('what could not be sent before its deadline fails and says so', async () => {
    const id = await scheduled('late@example.org')
    await app.database.query('update message_work set deadline_at = $2 where message_id = $1', [id, app.clock.now()])
    app.clock.advance(300_001)
    expect((await reaches(id, 'failed')).reason).toBe('deadline')
  })
})

test('three hundred messages are each delivered once, by one report each', async () => {
  const { results } = (
    await app.post('/v1/notifications/batch', {
      notifications: Array.from({ length: 300 }, (_, n) => ({
        type: 'message.custom',
        to: { email: `many${n}@example.org` },
        payload,
        channels: ['email'],
      })),
    })
  ).body
  const ids = results.map((result: { messages: { id: string }[] }) => result.messages[0]!.id)
  await app.eventually(
    async () =>
      (
        await app.database.query<{ n: number }>(
          'select count(*)::int as n from message where id = any($1) and status = 4',
          [ids],
        )
      )[0]!.n === 300,
  )
  const events = await app.database.query<{ n: number }>(
    'select count(*)::int as n from message_event where message_id = any($1) and kind = 4',
    [ids],
  )
  expect(events[0]!.n).toBe(300)
})
