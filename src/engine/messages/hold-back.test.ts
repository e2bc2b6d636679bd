import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { sweepContentGuard } from './content-guard.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

let n = 0
/** Somebody new, so that no test meets what another said. */
const someone = () => ({ email: `someone${++n}@example.org`, phone: `+3363998${String(n).padStart(4, '0')}` })
const payload = { subject: 'Sample subject', body: 'Sample body' }
const custom = (over: object = {}) => ({ type: 'message.custom', to: someone(), payload, channels: ['email'], ...over })
const send = (request: object, headers = {}) => app.post('/v1/notifications', request, headers)
const reasonsOf = async (id: string) => (await app.get(`/v1/notifications/${id}`)).body.reasons
const workOf = (messageId: string) =>
  app.database.query<{ task: number; due_at: Date; deadline_at: Date }>(
    'select task, due_at, deadline_at from message_work where message_id = $1',
    [messageId],
  )
const settings = (body: object) => app.call('PATCH', '/v1/delivery-settings', body)

describe('the content guard', () => {
  test('sends the same words to the same contact once, and says so', async () => {
    const request = custom()
    const first = await send(request, { 'idempotency-key': 'a-1' })
    const again = await send(request, { 'idempotency-key': 'a-2' })
    expect([again.status, again.body.duplicate]).toEqual([202, false])
    expect(again.body.messages).toEqual([
      { id: expect.any(String), channel: 'email', status: 'suppressed', reason: 'repeated_content' },
    ])
    expect(await reasonsOf(again.body.id)).toEqual([
      { channel: 'email', decision: 'refused', reason: 'repeated_content', detail: expect.stringMatching(/Z$/) },
    ])
    const [{ created_at }] = (await app.database.query<{ created_at: Date }>(
      'select created_at from message where id = $1',
      [first.body.messages[0].id],
    )) as [{ created_at: Date }]
    expect((await reasonsOf(again.body.id))[0].detail).toBe(created_at.toISOString())
    expect(await workOf(again.body.messages[0].id)).toEqual([])
    await app.settled()
    expect((await app.get(`/v1/messages/${again.body.messages[0].id}`)).body).toMatchObject({
      status: 'suppressed',
      reason: 'repeated_content',
    })
  })

  test('lets exactly one of many callers through, whether they share a statement or not', async () => {
    const request = custom({ channels: ['email', 'sms'] })
    const alone = await Promise.all(Array.from({ length: 10 }, () => send(request)))
    const batch = await app.post('/v1/notifications/batch', {
      notifications: Array.from({ length: 30 }, () => request),
    })
    const all = [...alone.map((answer) => answer.body), ...batch.body.results]
    for (const channel of ['email', 'sms']) {
      const statuses = all.map((one) => one.messages.find((m: { channel: string }) => m.channel === channel).status)
      expect(statuses.filter((status) => status !== 'suppressed')).toEqual(['queued'])
    }
  })

  test('is about the words: other words, another contact, another language and another channel go', async () => {
    const to = someone()
    await send(custom({ to }))
    for (const other of [
      custom({ to, payload: { ...payload, body: 'Another body' } }),
      custom({ to, locale: 'en' }),
      custom({ to, channels: ['sms'] }),
      custom({ to, sendAt: new Date(app.clock.now().getTime() + 3_600_000).toISOString() }),
      custom({ to, attachments: [{ filename: 'a.txt', contentType: 'text/plain', content: 'YQ==' }] }),
      custom(),
    ])
      expect((await send(other)).body.messages[0].status).not.toBe('suppressed')
    const reordered = { body: payload.body, subject: payload.subject }
    expect((await send(custom({ to, payload: reordered }))).body.messages[0].reason).toBe('repeated_content')
  })

  test('lets a repeat through that is asked for, and everything after ten minutes', async () => {
    const request = custom()
    await send(request)
    expect((await send({ ...request, allowRepeat: true })).body.messages[0].status).toBe('queued')
    app.clock.advance(10 * 60_000 + 1)
    expect((await send(request)).body.messages[0].status).toBe('queued')
    expect((await send(request)).body.messages[0].status).toBe('suppressed')
  })

  test('a duplicate by its key is answered as before and holds no words back', async () => {
    const first = await send(custom({ dedupeKey: 'k', to: { externalId: 'guarded' } }))
    expect(first.status).toBe(404)
    const to = someone()
    const asked = await send(custom({ to, dedupeKey: 'k' }))
    const again = await send(custom({ to, dedupeKey: 'k', payload: { ...payload, body: 'Never said' } }))
    expect(again.body).toEqual({ ...asked.body, duplicate: true })
    expect((await send(custom({ to, payload: { ...payload, body: 'Never said' } }))).body.messages[0].status).toBe(
      'queued',
    )
  })

  test('forgets words once they may be said again, and no others', async () => {
    const guards = async () => (await app.database.query('select 1 from content_guard')).length
    const run = <Row>(_name: string, text: string, values: readonly unknown[]) =>
      app.database.query(text, [...values]) as unknown as Promise<Row[]>
    await send(custom())
    app.clock.advance(5 * 60_000)
    await send(custom())
    app.clock.advance(5 * 60_000 + 1)
    await sweepContentGuard(run, app.clock.now())
    expect(await guards()).toBe(1)
    app.clock.advance(5 * 60_000)
    await sweepContentGuard(run, app.clock.now())
    expect(await guards()).toBe(0)
  })

  test('an event raised twice tells its people once, unless it may be repeated', async () => {
    const event = {
      type: 'order.confirmed',
      payload: app.app.catalogue.audiencesOf('order.confirmed')[0]!.sample,
      audience: { customer: { email: someone().email } },
    }
    await app.post('/v1/events', event)
    const statuses = async (over = {}) =>
      (await app.post('/v1/events', { ...event, ...over })).body.notifications[0].messages.map(
        (message: { reason?: string }) => message.reason,
      )
    expect(new Set(await statuses())).toEqual(new Set(['repeated_content']))
    expect(new Set(await statuses({ allowRepeat: true }))).toEqual(new Set([undefined]))
  })
})

describe('the cap per contact', () => {
  test('holds the one too many back, whoever sends it and however, and lets critical ones pass', async () => {
    const { organizationId, key } = await app.otherOrganization()
    const as = (request: object) => app.call('POST', '/v1/notifications', request, { key })
    await app.call('PATCH', '/v1/delivery-settings', { contactCapPerHour: 5 }, { key })
    const to = someone()
    const words = (i: number) => custom({ to, payload: { ...payload, body: `Number ${i}` } })
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => as(words(i))))
    const sent = answers.filter((answer) => answer.body.messages[0].status === 'queued')
    expect(sent).toHaveLength(5)
    const held = answers.find((answer) => answer.body.messages[0].status === 'suppressed')!
    expect(held.body.messages[0].reason).toBe('contact_cap')
    expect((await app.call('GET', `/v1/notifications/${held.body.id}`, undefined, { key })).body.reasons).toEqual([
      { channel: 'email', decision: 'refused', reason: 'contact_cap', detail: 'more than 5 in an hour' },
    ])
    expect((await as({ ...words(20), lane: 'critical' })).body.messages[0].status).toBe('queued')
    expect((await as({ ...words(21), to: someone() })).body.messages[0].status).toBe('queued')
    app.clock.advance(70 * 60_000)
    expect((await as(words(22))).body.messages[0].status).toBe('queued')
    expect(
      await app.database.query('select 1 from notification where organization_id = $1', [organizationId]),
    ).toHaveLength(15)
  })
})

describe('what does not reach a contact does not use up its cap', () => {
  test('neither a duplicate, nor a repeat, nor what is refused or suppressed', async () => {
    // The beginning of a slice of the count: what is given back within it is free at once.
    app.clock.moveTo(new Date('2027-01-11T10:00:01Z'))
    const { organizationId, key } = await app.otherOrganization()
    const as = async (request: object) => (await app.call('POST', '/v1/notifications', request, { key })).body
    await app.call('PATCH', '/v1/delivery-settings', { contactCapPerHour: 3 }, { key })
    const to = { email: someone().email }
    const first = custom({ to, dedupeKey: 'once' })
    await Promise.all(Array.from({ length: 10 }, () => as(first)))
    await as(first)
    for (let i = 0; i < 5; i++) expect((await as(custom({ to }))).messages[0].reason).toBe('repeated_content')
    expect((await as(custom({ to, channels: ['sms'] }))).code).toBe('unreachable')
    await app.database.query(
      `insert into suppression (organization_id, channel, address, reason, created_at) values ($1, 1, 'gone@example.org', 'opted_out', now())`,
      [organizationId],
    )
    const words = (i: number) => custom({ to, payload: { ...payload, body: `Another ${i}` } })
    expect([(await as(words(1))).messages[0].status, (await as(words(2))).messages[0].status]).toEqual([
      'queued',
      'queued',
    ])
    expect((await as(words(3))).messages[0].reason).toBe('contact_cap')

    const gone = { email: 'gone@example.org' }
    for (let i = 0; i < 4; i++)
      expect((await as(custom({ to: gone, payload: { ...payload, body: `${i}` } }))).messages[0].reason).toBe(
        'opted_out',
      )
  })
})

describe('hours', () => {
  test('a reminder at night waits for the contact’s morning, in the answer, the reasons and the row', async () => {
    app.clock.moveTo(new Date('2027-01-12T23:30:00Z'))
    const at = '2027-01-13T07:00:00.000Z'
    const { body } = await send(
      custom({ channels: ['sms'], lane: 'scheduled', to: { ...someone(), timeZone: 'Europe/Paris' } }),
    )
    expect(body.messages).toMatchObject([{ channel: 'sms', status: 'scheduled', reason: 'quiet_hours' }])
    expect(await reasonsOf(body.id)).toEqual([
      { channel: 'sms', decision: 'deferred', reason: 'quiet_hours', detail: at },
    ])
    expect(await workOf(body.messages[0].id)).toEqual([
      { task: 0, due_at: new Date(at), deadline_at: new Date('2027-01-14T07:00:00.000Z') },
    ])
  })

  test('counts from the time that was asked for', async () => {
    app.clock.moveTo(new Date('2027-01-13T10:00:00Z'))
    const to = { ...someone(), timeZone: 'America/New_York' }
    const { body } = await send(custom({ to, channels: ['sms'], lane: 'bulk', sendAt: '2027-01-20T03:00:00Z' }))
    expect(await reasonsOf(body.id)).toEqual([
      { channel: 'sms', decision: 'deferred', reason: 'send_at', detail: '2027-01-20T03:00:00.000Z' },
      { channel: 'sms', decision: 'deferred', reason: 'quiet_hours', detail: '2027-01-20T13:00:00.000Z' },
    ])
  })

  test('a sendAt that has passed is sent now and said so', async () => {
    const { body } = await send(custom({ sendAt: '2020-01-01T00:00:00Z' }))
    expect(body.messages[0].status).toBe('queued')
    expect(await reasonsOf(body.id)).toEqual([
      { channel: 'email', decision: 'chosen', reason: 'send_at_past', detail: '2020-01-01T00:00:00.000Z' },
    ])
  })
})

describe('a digest', () => {
  test('is chosen by the contact over its organization, for each category', async () => {
    app.clock.moveTo(new Date('2027-01-26T10:20:00Z'))
    await settings({ digest: { tx: 'daily' } })
    const to = { ...someone(), timeZone: 'Europe/Paris' }
    const daily = await send(custom({ to, channels: ['email', 'in_app'] }))
    expect(daily.body.messages).toMatchObject([
      { channel: 'email', status: 'scheduled', reason: 'digest' },
      { channel: 'in_app', status: 'queued' },
    ])
    expect(await workOf(daily.body.messages[0].id)).toMatchObject([
      { task: 2, due_at: new Date('2027-01-27T07:00:00Z') },
    ])
    expect(await reasonsOf(daily.body.id)).toContainEqual({
      channel: 'email',
      decision: 'deferred',
      reason: 'digest',
      detail: '2027-01-27T07:00:00.000Z',
    })

    const { contactId } = (await app.get(`/v1/notifications/${daily.body.id}`)).body
    const preferences = `/v1/contacts/${contactId}/preferences`
    expect((await app.get(preferences)).body.digest).toEqual({ tx: null, rem: null, mkt: null, ops: null })
    expect((await app.call('PATCH', preferences, { digest: { tx: 'hourly', rem: 'off' } })).body.digest).toEqual({
      tx: 'hourly',
      rem: 'off',
      mkt: null,
      ops: null,
    })
    const words = (body: string) => custom({ to, payload: { ...payload, body } })
    const hourly = await send(words('hourly'))
    expect(await workOf(hourly.body.messages[0].id)).toMatchObject([
      { task: 2, due_at: new Date('2027-01-26T11:00:00Z') },
    ])
    expect((await send({ ...words('critical'), lane: 'critical' })).body.messages[0].status).toBe('queued')

    await app.call('PATCH', preferences, { digest: { tx: 'off' } })
    expect((await send(words('off'))).body.messages[0].status).toBe('queued')
    await app.call('PATCH', preferences, { digest: { tx: null } })
    expect((await send(words('as the organization'))).body.messages[0].status).toBe('scheduled')
    await settings({ digest: null })
  })

  test('that there is none of is refused, and nobody else’s contact is touched', async () => {
    const { body: contact } = await app.post('/v1/contacts', { email: someone().email })
    const preferences = `/v1/contacts/${contact.id}/preferences`
    for (const [body, path] of [
      [{ digest: { tx: 'yearly' } }, 'digest.tx'],
      [{ digest: { news: 'daily' } }, 'digest.news'],
      [{ colour: 'red' }, 'colour'],
    ] as const) {
      const answer = await app.call('PATCH', preferences, body)
      expect([answer.status, answer.body.errors[0].path]).toEqual([422, path])
    }
    const other = await app.otherOrganization()
    expect((await app.call('PATCH', preferences, { digest: { tx: 'daily' } }, { key: other.key })).status).toBe(404)
    expect((await app.get(preferences)).body.digest.tx).toBe(null)
  })
})

describe('a chain', () => {
  test('sends on its first channel and pins what may follow', async () => {
    const { body } = await send(
      custom({ channels: { firstOf: ['sms', 'email', 'in_app'], ifNoReportWithinMinutes: 15 } }),
    )
    expect(body.messages.map((message: { channel: string }) => message.channel)).toEqual(['sms'])
    const [{ fallback }] = (await app.database.query('select fallback from notification where id = $1', [body.id])) as [
      { fallback: { afterMs: number; next: { channel: number; address: string; templateVersionId: string }[] } },
    ]
    expect(fallback.afterMs).toBe(15 * 60_000)
    expect(fallback.next).toMatchObject([{ channel: 1, address: `someone${n}@example.org` }, { channel: 4 }])
    expect(fallback.next[0]!.templateVersionId).toMatch(/^[0-9a-f-]{36}$/)
    expect((await reasonsOf(body.id)).slice(1)).toEqual([
      { channel: 'email', decision: 'skipped', reason: 'fallback', detail: 'after sms, or 15 min without a report' },
      { channel: 'in_app', decision: 'skipped', reason: 'fallback', detail: 'after email, or 15 min without a report' },
    ])
  })

  test.each([
    ['a fallback loop', { firstOf: ['sms', 'email', 'sms'] }, 'channels.firstOf.2'],
    ['no channel', { firstOf: [] }, 'channels.firstOf'],
    ['a channel there is none of', { firstOf: ['fax'] }, 'channels.firstOf.0'],
    ['no time at all', { firstOf: ['sms'], ifNoReportWithinMinutes: 0 }, 'channels.ifNoReportWithinMinutes'],
    ['more than a week', { firstOf: ['sms'], ifNoReportWithinMinutes: 10_081 }, 'channels.ifNoReportWithinMinutes'],
    ['another word', { oneOf: ['sms'] }, 'channels.oneOf'],
  ])('with %s is refused', async (_what, channels, path) => {
    const { status, body } = await send(custom({ channels }))
    expect([status, body.errors.map((error: { path: string }) => error.path)]).toEqual([
      422,
      expect.arrayContaining([path]),
    ])
  })
})
