import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const payload = { subject: 'Sample subject', body: 'Sample body' }
const to = { email: 'reader@example.org', name: 'Sample Reader' }
const custom = (over: object = {}) => ({ type: 'message.custom', to, payload, channels: ['email'], ...over })
const count = async () => (await app.database.query<{ n: number }>('select count(*)::int as n from notification'))[0]!.n

describe('POST /v1/notifications', () => {
  test('answers with its messages once they are durable', async () => {
    const { status, body } = await app.post('/v1/notifications', custom())
    expect([status, body.status, body.duplicate]).toEqual([202, 'accepted', false])
    expect(body.messages).toMatchObject([{ channel: 'email', status: 'queued' }])
    expect(await app.database.query('select id from message where id = $1', [body.messages[0].id])).toHaveLength(1)
  })

  test('says by whom it came: which key, or which member', async () => {
    const headers = await app.signedIn('sender@example.org')
    const by = async (url: string, body: object) => {
      const { body: answer } = await app.call('POST', url, body, { key: null, headers })
      const [{ id }] = answer.notifications ?? answer.results ?? [answer]
      return (await app.get(`/v1/notifications/${id}`)).body.by
    }
    const member = { kind: 'member', id: expect.any(String) }
    expect(await by('/v1/notifications', custom())).toEqual(member)
    expect(await by('/v1/notifications/batch', { notifications: [custom()] })).toEqual(member)
    const paid = (await app.get('/v1/catalogue')).body.items.find(
      (one: { type: string }) => one.type === 'payment.received',
    )
    expect(await by('/v1/events', { type: paid.type, payload: paid.sample })).toEqual(member)
    const { body } = await app.post('/v1/notifications', custom())
    const [key] = (await app.get('/v1/api-keys')).body.items
    expect((await app.get(`/v1/notifications/${body.id}`)).body.by).toEqual({ kind: 'api_key', id: key.id })
  })

  test('makes one contact of an address, however many callers bring it at once', async () => {
    const address = { email: 'Crowd@Example.org' }
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => app.post('/v1/notifications', custom({ to: address }))),
    )
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]))
    expect(await app.database.query(`select id from contact where email = 'crowd@example.org'`)).toHaveLength(1)
  })

  test('the same dedupeKey gives the first answer again, also to callers at the same moment', async () => {
    const request = custom({ dedupeKey: 'order-42' })
    const answers = await Promise.all(Array.from({ length: 20 }, () => app.post('/v1/notifications', request)))
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1)
    expect(answers.filter((answer) => !answer.body.duplicate)).toHaveLength(1)
    const again = await app.post('/v1/notifications', request)
    expect(again.body).toEqual({ ...answers.find((answer) => !answer.body.duplicate)!.body, duplicate: true })
  })

  test('a dedupeKey is free again after 24 hours', async () => {
    const request = custom({ dedupeKey: 'daily' })
    const first = await app.post('/v1/notifications', request)
    app.clock.advance(24 * 3_600_000 + 1)
    const next = await app.post('/v1/notifications', request)
    expect([next.body.duplicate, next.body.id === first.body.id]).toEqual([false, false])
  })

  test('the same dedupeKey for another contact is another notification', async () => {
    const [one, two] = await Promise.all(
      ['one', 'two'].map((name) =>
        app.post('/v1/notifications', custom({ to: { email: `${name}@example.org` }, dedupeKey: 'k' })),
      ),
    )
    expect(one!.body.id).not.toBe(two!.body.id)
  })

  test('an Idempotency-Key gives the first answer again, and is refused for another body', async () => {
    const headers = { 'idempotency-key': 'request-7' }
    const first = await app.post('/v1/notifications', custom(), headers)
    const again = await app.post('/v1/notifications', custom(), headers)
    expect(again.body).toEqual({ ...first.body, duplicate: true })
    const other = await app.post(
      '/v1/notifications',
      custom({ payload: { subject: 'Another', body: 'Another' } }),
      headers,
    )
    expect([other.status, other.body.code]).toEqual([409, 'idempotency_key_reused'])
  })

  test('an earlier sendAt is now; a later one waits, and the reason says so', async () => {
    const past = await app.post('/v1/notifications', custom({ sendAt: '2020-01-01T00:00:00Z' }))
    expect(past.body.messages[0].status).toBe('queued')
    const sendAt = new Date(app.clock.now().getTime() + 3_600_000).toISOString()
    const later = await app.post('/v1/notifications', custom({ sendAt }))
    expect(later.body.messages[0].status).toBe('scheduled')
    const { body } = await app.get(`/v1/notifications/${later.body.id}`)
    expect(body.reasons).toEqual([{ channel: 'email', decision: 'deferred', reason: 'send_at', detail: sendAt }])
    expect(body.messages[0]).toMatchObject({ status: 'scheduled', dueAt: sendAt })
  })

  test('a suppressed address is recorded, shown and never sent to', async () => {
    const blocked = { email: 'left@example.org' }
    await app.database.query(
      `insert into suppression (organization_id, channel, address, reason, created_at) values ($1, 1, 'left@example.org', 'opted_out', now())`,
      [app.organizationId],
    )
    const { status, body } = await app.post('/v1/notifications', custom({ to: blocked }))
    expect([status, body.messages]).toEqual([
      202,
      [{ id: expect.any(String), channel: 'email', status: 'suppressed', reason: 'opted_out' }],
    ])
    expect(
      await app.database.query('select 1 from message_work where message_id = $1', [body.messages[0].id]),
    ).toHaveLength(0)
  })

  test('a contact that exists keeps its name when an address finds it', async () => {
    const { body: contact } = await app.post('/v1/contacts', { email: 'kept@example.org', name: 'Kept Name' })
    const { body } = await app.post(
      '/v1/notifications',
      custom({ to: { email: 'kept@example.org', name: 'Other Name' } }),
    )
    const { body: notification } = await app.get(`/v1/notifications/${body.id}`)
    expect(notification).toMatchObject({ contactId: contact.id, contactName: 'Kept Name' })
  })
})

describe('what is refused, with nothing stored', () => {
  const faults: [what: string, request: object, status: number, code: string, path: string][] = [
    ['an unknown type', custom({ type: 'no.such_thing' }), 422, 'unknown_type', 'type'],
    ['a payload without its fields', custom({ payload: { subject: 'x' } }), 422, 'validation_failed', 'payload.body'],
    ['an unknown key', custom({ priority: 1 }), 422, 'validation_failed', 'priority'],
    ['an e-mail address that is none', custom({ to: { email: 'nobody' } }), 422, 'invalid_address', 'to.email'],
    [
      'a phone number that is none',
      custom({ to: { phone: '12' }, channels: ['sms'] }),
      422,
      'invalid_address',
      'to.phone',
    ],
    ['nobody to send to', custom({ to: {} }), 422, 'validation_failed', 'to'],
    [
      'two ways to say whom',
      custom({ to: { externalId: 'a', email: 'a@example.org' } }),
      422,
      'validation_failed',
      'to',
    ],
    ['no reachable channel', custom({ channels: ['sms'] }), 422, 'unreachable', 'channels'],
    ['a channel there is none of', custom({ channels: ['fax'] }), 422, 'validation_failed', 'channels.0'],
    ['a language that is none', custom({ locale: 'not a language' }), 422, 'validation_failed', 'locale'],
    [
      'a time zone that is none',
      custom({ to: { ...to, timeZone: 'Mars/Olympus' } }),
      422,
      'validation_failed',
      'to.timeZone',
    ],
    [
      'a time more than five years ahead',
      custom({ sendAt: '2099-01-01T00:00:00Z' }),
      422,
      'validation_failed',
      'sendAt',
    ],
    [
      'an attachment that is not base64',
      custom({ attachments: [{ filename: 'a', contentType: 'text/plain', content: '%%%' }] }),
      422,
      'attachment_invalid',
      'attachments.0.content',
    ],
    [
      'attachments over 20 MB',
      custom({
        attachments: [
          { filename: 'a', contentType: 'text/plain', content: Buffer.alloc(21 * 1024 * 1024, 1).toString('base64') },
        ],
      }),
      413,
      'attachments_too_large',
      'attachments.0',
    ],
    [
      'a NUL in the text',
      custom({ payload: { subject: 'a\0b', body: 'x' } }),
      422,
      'validation_failed',
      'payload.subject',
    ],
    [
      'a lone surrogate in the text',
      custom({ payload: { subject: '\ud800', body: 'x' } }),
      422,
      'validation_failed',
      'payload.subject',
    ],
  ]
  test.each(faults)('%s', async (_what, request, status, code, path) => {
    const before = [await count(), await app.database.query('select count(*) from contact')]
    const answer = await app.post('/v1/notifications', request)
    expect([answer.status, answer.body.code, answer.body.errors?.[0]?.path]).toEqual([status, code, path])
    expect([await count(), await app.database.query('select count(*) from contact')]).toEqual(before)
  })

  test('another organization’s contact', async () => {
    const other = await app.otherOrganization()
    const { body: contact } = await app.call(
      'POST',
      '/v1/contacts',
      { email: 'theirs@example.org' },
      { key: other.key },
    )
    const { status, body } = await app.post('/v1/notifications', custom({ to: { contactId: contact.id } }))
    expect([status, body.code]).toEqual([404, 'not_found'])
  })

  test('a body that is too large, cut off or not JSON', async () => {
    const large = await app.post('/v1/notifications', custom({ metadata: { x: 'x'.repeat(31 * 1024 * 1024) } }))
    expect([large.status, large.body.code]).toEqual([413, 'payload_too_large'])
    const contact = await app.post('/v1/contacts', { name: 'x'.repeat(1100 * 1024) })
    expect([contact.status, contact.body.code]).toEqual([413, 'payload_too_large'])
  })
})

describe('POST /v1/notifications/batch', () => {
  test('answers each item; a bad one never fails the rest', async () => {
    const notifications = [
      custom(),
      custom({ type: 'no.such_thing' }),
      { nonsense: true },
      custom({ to: { contactId: '019a9f00-0000-7000-8000-00000000dead' } }),
      custom(),
    ]
    const { status, body } = await app.post('/v1/notifications/batch', { notifications })
    expect(status).toBe(202)
    expect(
      body.results.map((result: { index: number; status?: string; error?: { code: string } }) => [
        result.index,
        result.status ?? result.error?.code,
      ]),
    ).toEqual([
      [0, 'accepted'],
      [1, 'unknown_type'],
      [2, 'validation_failed'],
      [3, 'not_found'],
      [4, 'accepted'],
    ])
  })

  test('1001 items are refused whole', async () => {
    const before = await count()
    const { status, body } = await app.post('/v1/notifications/batch', {
      notifications: Array.from({ length: 1001 }, () => custom()),
    })
    expect([status, body.code, await count()]).toEqual([422, 'batch_too_large', before])
  })

  test('sent again with its Idempotency-Key, it is the same batch', async () => {
    const notifications = Array.from({ length: 25 }, (_, n) => custom({ to: { email: `batch${n}@example.org` } }))
    const headers = { 'idempotency-key': 'batch-1' }
    const first = await app.post('/v1/notifications/batch', { notifications }, headers)
    const again = await app.post('/v1/notifications/batch', { notifications }, headers)
    const ids = (answer: { body: { results: { id: string }[] } }) => answer.body.results.map((result) => result.id)
    expect(ids(again)).toEqual(ids(first))
    expect(new Set(ids(first)).size).toBe(25)
  })
})
