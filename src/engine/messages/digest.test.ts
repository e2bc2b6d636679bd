import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
  // Paris, 09:00 in winter: the next daily digest is tomorrow at 08:00.
  app.clock.moveTo(new Date('2026-11-23T08:00:00Z'))
})
afterAll(() => app.stop())

const HOUR_MS = 3_600_000
let n = 0
const say = async (contactId: string, channels: string[], over: object = {}) => {
  n += 1
  const { status, body } = await app.post('/v1/notifications', {
    type: 'message.custom',
    to: { contactId },
    channels,
    payload: { subject: `News ${n}`, body: `What happened, number ${n}`, actionUrl: `https://example.org/${n}` },
    ...over,
  })
  expect(status).toBe(202)
  return body
}
const contact = async (email: string, digest: string, more: object = {}) => {
  const { body } = await app.post('/v1/contacts', { email, ...more })
  await app.call('PATCH', `/v1/contacts/${body.id}/preferences`, { digest: { tx: digest } })
  return body.id as string
}
const message = async (id: string) => (await app.get(`/v1/messages/${id}`)).body
const mailsTo = async (address: string) => {
  const { items } = (await app.get('/v1/sandbox/messages?limit=200')).body
  return items.filter((mail: { address: string }) => mail.address === address)
}

describe('news that a contact wants together', () => {
  test('wait, and leave as one message in the contact’s morning', async () => {
    const id = await contact('daily@example.org', 'daily')
    const first = await say(id, ['email'])
    const second = await say(id, ['email', 'in_app'])
    expect(first.messages[0].status).toBe('scheduled')
    expect(second.messages.map((one: { status: string }) => one.status)).toEqual(['scheduled', 'queued'])
    const detail = await message(first.messages[0].id)
    expect(detail).toMatchObject({ status: 'scheduled', dueAt: '2026-11-24T07:00:00.000Z' })
    expect(detail.reasons).toMatchObject([{ channel: 'email', decision: 'deferred', reason: 'digest' }])

    app.clock.moveTo(new Date('2026-11-24T06:59:00Z'))
    await app.settled()
    expect(await mailsTo('daily@example.org')).toEqual([])
    app.clock.moveTo(new Date('2026-11-24T07:00:01Z'))
    const [mail, ...others] = await app.eventually(async () => {
      const mails = await mailsTo('daily@example.org')
      return mails.length > 0 && mails
    })
    expect(others).toEqual([])
    expect(mail.subject).toBe('2 nouvelles de Sample organization')
    const { html, text } = (await app.get(`/v1/sandbox/messages/${mail.id}`)).body
    for (const part of [html, text]) expect(part).toMatch(/News 1[\s\S]*What happened, number 1[\s\S]*News 2/)
    expect(text).toContain('https://example.org/2')
    // Links of the HTML part are counted on their way.
    const links = [...html.matchAll(/href="http:\/\/127\.0\.0\.1:1(\/t\/c\/[^"]+)"/g)].map(([, path]) => path!)
    const targets = await Promise.all(links.map(async (path) => (await app.app.http.inject(path)).headers.location))
    expect(targets).toContain('https://example.org/2')

    const carried = await app.eventually(async () => {
      const item = await message(first.messages[0].id)
      return item.status === 'delivered' && item
    })
    expect(carried.timeline.at(-1)).toMatchObject({ kind: 'digested', detail: { messageId: mail.messageId } })
    expect(carried.digestId).toBe(mail.messageId)
    expect((await app.get('/v1/messages?status=scheduled')).body.items).toEqual([])
  })

  test('leave at once when they are critical, and on their own when moved to another time', async () => {
    const id = await contact('urgent@example.org', 'weekly')
    const critical = await say(id, ['email'], { lane: 'critical' })
    expect(critical.messages[0].status).toBe('queued')
    const moved = await say(id, ['email'])
    const sendAt = new Date(app.clock.now().getTime() + HOUR_MS).toISOString()
    expect((await app.post(`/v1/notifications/${moved.id}/reschedule`, { sendAt })).status).toBe(200)
    app.clock.advance(HOUR_MS + 1_000)
    await app.eventually(async () => (await message(moved.messages[0].id)).status === 'delivered')
    expect((await mailsTo('urgent@example.org')).map((mail: { subject: string }) => mail.subject)).toContain('News 4')
  })

  test('that were cancelled are not in it', async () => {
    const id = await contact('cancelled@example.org', 'hourly')
    const gone = await say(id, ['email'])
    await say(id, ['email'])
    expect((await app.post(`/v1/notifications/${gone.id}/cancel`)).body.messages[0].cancelled).toBe(true)
    app.clock.advance(HOUR_MS)
    const [mail] = await app.eventually(async () => {
      const mails = await mailsTo('cancelled@example.org')
      return mails.length > 0 && mails
    })
    expect(mail.subject).toBe('1 nouvelle de Sample organization')
    expect((await message(gone.messages[0].id)).status).toBe('cancelled')
  })

  test('of a hundred contacts at the same hour are a hundred messages, each item in one of them', async () => {
    const ids = await Promise.all(Array.from({ length: 100 }, (_, i) => contact(`many-${i}@example.org`, 'hourly')))
    const accepted = []
    for (let round = 0; round < 4; round++) accepted.push(...(await Promise.all(ids.map((id) => say(id, ['email'])))))
    app.clock.advance(HOUR_MS)
    await app.settled()
    const items = await app.database.query<{ digest_id: string | null; contact_id: string }>(
      'select digest_id, contact_id from message where id = any($1::uuid[])',
      [accepted.map(({ messages }) => messages[0].id)],
    )
    expect(items.filter((item) => item.digest_id === null)).toEqual([])
    expect(new Set(items.map((item) => item.digest_id)).size).toBe(100)
    expect(new Set(items.map((item) => item.contact_id)).size).toBe(100)
  })

  test('end with the reason when nothing reaches the contact any more', async () => {
    const id = await contact('unknown@example.org', 'hourly')
    const { messages } = await say(id, ['email'])
    await app.call('PATCH', `/v1/contacts/${id}`, { email: null })
    app.clock.advance(HOUR_MS)
    const ended = await app.eventually(async () => {
      const item = await message(messages[0].id)
      return item.status !== 'scheduled' && item.status !== 'sending' && item.status !== 'queued' && item
    })
    expect(ended.status).toBe('suppressed')
    expect(ended.reason).toMatch(/no address/)
  })

  test('leave also when they were asked for long before their time', async () => {
    const id = await contact('long-before@example.org', 'daily')
    const sendAt = new Date(app.clock.now().getTime() + 20 * 24 * HOUR_MS)
    const { messages } = await say(id, ['email'], { sendAt: sendAt.toISOString() })
    app.clock.moveTo(new Date(sendAt.getTime() + 25 * HOUR_MS))
    await app.settled()
    expect(await message(messages[0].id)).toMatchObject({ digestId: expect.any(String) })
    expect(await mailsTo('long-before@example.org')).toHaveLength(1)
  })

  test('fail and say so when they could not leave before their deadline', async () => {
    const id = await contact('too-late@example.org', 'hourly')
    const { messages } = await say(id, ['email'])
    const later = await say(id, ['email'])
    await app.database.query('update message_work set deadline_at = $2 where message_id = $1', [
      messages[0].id,
      app.clock.now(),
    ])
    app.clock.advance(HOUR_MS)
    await app.settled()
    expect(await message(messages[0].id)).toMatchObject({ status: 'failed', reason: 'deadline' })
    const letters = (await app.get('/v1/dead-letters')).body.items
    expect(letters.find((letter: { id: string }) => letter.id === messages[0].id)).toMatchObject({ reason: 'deadline' })
    expect(await message(later.messages[0].id)).toMatchObject({ digestId: expect.any(String) })
    const [mail, ...others] = await mailsTo('too-late@example.org')
    expect([mail.subject, others]).toEqual(['1 nouvelle de Sample organization', []])
  })
})
