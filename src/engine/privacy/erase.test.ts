import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { placesOf as placesIn } from '../../../test/places-of.ts'
import { postAsSandbox, SANDBOX_ACCOUNTS } from '../../../test/sandbox-call.ts'

const HOUR_MS = 3_600_000
let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

let n = 0
/** Words that stand nowhere else, so that finding one anywhere is finding what should be gone. */
async function person() {
  const mark = `zqx${++n}k`
  const fields = {
    externalId: `ext-${mark}`,
    name: `Camille ${mark}`,
    email: `${mark}@example.org`,
    phone: `+3363998${4000 + n}`,
    locale: 'fr',
    timeZone: 'Europe/Paris',
    attributes: { note: `note ${mark}` },
  }
  const { body } = await app.post('/v1/contacts', fields)
  return { mark, id: body.id as string, email: fields.email, phone: fields.phone }
}
type Person = Awaited<ReturnType<typeof person>>

const notify = (who: Person, channels: string[], over: object = {}) =>
  app.post('/v1/notifications', {
    type: 'message.custom',
    to: { contactId: who.id },
    channels,
    payload: { subject: `Subject ${who.mark}`, body: `Body ${who.mark} ${++n}` },
    metadata: { order: who.mark },
    ...over,
  })
const erase = (id: string, body?: object) => app.post(`/v1/contacts/${id}/erase`, body)
const erased = (id: string, runId: string) =>
  app.eventually(async () => {
    const { body } = await app.get(`/v1/contacts/${id}/erasures/${runId}`)
    return body.finishedAt && body
  })
const receiptsDone = () =>
  app.eventually(
    async () => (await app.database.query('select 1 from webhook_receipt where processed_at is null')).length === 0,
  )

const placesOf = (text: string) => placesIn(app, text)

describe('who may not be erased', () => {
  test('somebody of another organization, nobody, or a member', async () => {
    const who = await person()
    const { key } = await app.otherOrganization()
    for (const body of [{ dryRun: true }, {}])
      expect((await app.call('POST', `/v1/contacts/${who.id}/erase`, body, { key })).status).toBe(404)
    expect((await erase('019a9f00-0000-7000-8000-00000000dead')).status).toBe(404)
    await app.signedIn('member@example.org')
    const [member] = await app.database.query<{ contact_id: string }>('select contact_id from member')
    expect((await erase(member!.contact_id)).body.code).toBe('conflict')
    expect((await app.get(`/v1/contacts/${who.id}`)).body.email).toBe(who.email)
  })
})

test('a dry run counts and changes nothing', async () => {
  const who = await person()
  await notify(who, ['email', 'in_app'], { attachments: [file(who.mark)] })
  await app.settled()
  const { status, body } = await erase(who.id, { dryRun: true })
  expect([status, body.dryRun]).toEqual([200, true])
  expect(body.counts).toMatchObject({ messages: 2, notifications: 1, files: 1, pending: 0 })
  expect((await app.get(`/v1/contacts/${who.id}`)).body).toMatchObject({ email: who.email, erasedAt: null })
  expect((await notify(who, ['email'])).status).toBe(202)
})

const file = (text: string) => ({
  filename: `${text}.txt`,
  contentType: 'text/plain',
  content: Buffer.from(text).toString('base64'),
})

describe('an erased person', () => {
  test('stands nowhere in the database or the files any more, and statistics stay', async () => {
    const who = await person()
    const other = await person()
    const shared = file(`shared by ${who.mark}`)
    await app.call('PATCH', `/v1/contacts/${who.id}/preferences`, { channels: { mkt: { sms: false } } })
    await app.post(`/v1/contacts/${who.id}/consents`, {
      channel: 'email',
      source: 'form',
      wording: `I agree ${who.mark}`,
      proof: { ip: '192.0.2.9', form: who.mark },
    })
    await notify(who, ['email', 'sms', 'in_app'], { attachments: [file(who.mark), shared] })
    await notify(other, ['email'], { attachments: [{ ...shared, filename: 'other.txt' }] })
    await app.post('/v1/events', {
      type: 'order.confirmed',
      payload: {
        reference: who.mark,
        items: [{ name: who.mark, quantity: 1, amount: 100 }],
        total: 100,
        currency: 'EUR',
      },
      audience: { customer: { contactId: who.id } },
    })
    await app.settled()
    await postAsSandbox(app, SANDBOX_ACCOUNTS.sms, {
      inbound: [
        { id: `in-${who.mark}`, from: who.phone, text: `STOP`, kind: 'text', at: app.clock.now().toISOString() },
      ],
    })
    await postAsSandbox(app, SANDBOX_ACCOUNTS.sms, {
      inbound: [
        {
          id: `in2-${who.mark}`,
          from: who.phone,
          text: `I am ${who.mark}`,
          kind: 'text',
          at: app.clock.now().toISOString(),
        },
      ],
    })
    await receiptsDone()
    await app.post('/v1/suppressions', { channel: 'email', address: who.email, reason: 'complaint' })
    const { body: token } = await app.post(`/v1/contacts/${who.id}/token`)
    const keys = await app.database.query<{ storage_key: string; filename: string }>(
      'select a.storage_key, a.filename from attachment a join notification n on n.id = a.notification_id where n.contact_id = $1 order by a.n',
      [who.id],
    )
    const before = await app.database.query('select sum(sent) as sent from stat')
    expect((await placesOf(who.mark)).length).toBeGreaterThan(5)

    const { status, body: run } = await erase(who.id)
    expect(status).toBe(202)
    const done = await erased(who.id, run.id)
    expect(done).toMatchObject({ status: 'done', error: null })
    expect(done.counts.messages).toBeGreaterThan(3)
    expect(done.counts).toMatchObject({ files: 1, inbound: 2 })

    expect(await placesOf(who.mark)).toEqual([])
    expect(await placesOf(who.phone)).toEqual([])
    expect(await placesOf(who.phone.slice(1))).toEqual([])
    expect((await app.get(`/v1/contacts/${who.id}`)).body).toMatchObject({ name: '', email: null, attributes: {} })
    expect(await app.database.query('select sum(sent) as sent from stat')).toEqual(before)
    expect(
      await app.database.query('select 1 from attachment where storage_key = $1', [keys[1]!.storage_key]),
    ).toHaveLength(1)

    const headers = { authorization: `Bearer ${token.token}` }
    expect((await app.app.http.inject({ url: '/v1/in-app', headers })).statusCode).toBe(401)
    const [proof] = await app.database.query<Record<string, unknown>>('select * from erasure where id = $1', [run.id])
    expect(proof).toMatchObject({
      contact_hash: expect.not.stringContaining(who.id),
      actor: expect.objectContaining({ kind: 'api_key' }),
      counts: expect.objectContaining({ suppressions: 2 }),
    })
  })

  test('is refused when their address comes again, as what they were: who complained, who said STOP', async () => {
    const who = await person()
    await app.post('/v1/suppressions', { channel: 'email', address: who.email, reason: 'complaint' })
    await erased(who.id, (await erase(who.id)).body.id)
    const { body: again } = await app.post('/v1/contacts', { email: who.email })
    expect(again.id).not.toBe(who.id)
    const { body } = await notify({ ...who, id: again.id }, ['email'])
    expect(body.messages[0]).toMatchObject({ status: 'suppressed', reason: 'complaint' })
  })

  test('is told nothing more, with a clear reason, from the moment it was asked for', async () => {
    const who = await person()
    await notify(who, ['email'])
    const { body: run } = await erase(who.id)
    for (const to of [{ contactId: who.id }, { email: who.email }]) {
      const reply = await notify(who, ['email'], { to })
      expect([reply.status, reply.body.code]).toEqual([409, 'contact_erased'])
    }
    expect((await app.call('PATCH', `/v1/contacts/${who.id}`, { name: 'Back' })).body.code).toBe('contact_erased')
    expect((await app.post(`/v1/contacts/${who.id}/token`)).body.code).toBe('contact_erased')
    expect((await app.post(`/v1/contacts/${who.id}/export`)).body.code).toBe('contact_erased')
    expect((await app.call('DELETE', `/v1/contacts/${who.id}`)).body.code).toBe('contact_erased')
    expect((await app.get(`/v1/contacts?email=${who.email}`)).body.items).toEqual([])
    await erased(who.id, run.id)
    expect((await notify(who, ['email'])).body.code).toBe('contact_erased')
  })

  test('what waited is cancelled, and cannot be sent again', async () => {
    const who = await person()
    const sendAt = new Date(app.clock.now().getTime() + HOUR_MS).toISOString()
    const { body: waiting } = await notify(who, ['email'], { sendAt })
    await app.call('PUT', `/v1/reminders/${who.mark}`, {
      at: new Date(app.clock.now().getTime() + 48 * HOUR_MS).toISOString(),
      to: { contactId: who.id },
      payload: { subject: who.mark, body: who.mark },
      reminders: [{ offset: '-PT24H', type: 'message.custom', channels: ['email'] }],
    })
    expect((await erase(who.id, { dryRun: true })).body.counts).toMatchObject({ pending: 1, reminders: 1 })
    expect(await erased(who.id, (await erase(who.id)).body.id)).toMatchObject({ counts: { reminders: 1 } })
    expect((await app.get(`/v1/reminders/${who.mark}`)).status).toBe(404)
    expect(await placesOf(who.mark)).toEqual([])
    expect((await app.get(`/v1/notifications/${waiting.id}`)).body.messages[0]).toMatchObject({
      status: 'cancelled',
      address: '',
    })
    expect((await app.post(`/v1/notifications/${waiting.id}/resend`)).status).toBe(409)
    const { body } = await app.get(`/v1/messages/${waiting.messages[0].id}`)
    expect(body.content).toBeNull()
  })

  test('may have been removed before: what was sent, received and agreed to goes all the same', async () => {
    const who = await person()
    await app.post(`/v1/contacts/${who.id}/consents`, {
      channel: 'sms',
      source: 'form',
      wording: `I agree ${who.mark}`,
    })
    await notify(who, ['email', 'sms', 'in_app'], { attachments: [file(who.mark)] })
    await app.settled()
    await postAsSandbox(app, SANDBOX_ACCOUNTS.sms, {
      inbound: [
        { id: `in-${who.mark}`, from: who.phone, text: who.mark, kind: 'text', at: app.clock.now().toISOString() },
      ],
    })
    await receiptsDone()
    await app.post('/v1/suppressions', { channel: 'email', address: who.email, reason: 'complaint' })
    expect((await app.call('DELETE', `/v1/contacts/${who.id}`)).status).toBe(204)
    expect((await placesOf(who.mark)).length).toBeGreaterThan(5)

    const { body: preview } = await erase(who.id, { dryRun: true })
    expect(preview.counts).toMatchObject({ messages: 3, files: 1, inbound: 1, consents: 1, suppressions: 1 })
    expect((await app.get(`/v1/contacts/${who.id}`)).status).toBe(404)
    const { key } = await app.otherOrganization()
    expect((await app.call('POST', `/v1/contacts/${who.id}/erase`, {}, { key })).status).toBe(404)

    const [one, two] = await Promise.all([erase(who.id), erase(who.id)])
    expect([one.status, two.body.id]).toEqual([202, one.body.id])
    expect(await erased(who.id, one.body.id)).toMatchObject({ status: 'done', counts: { messages: 3, inbound: 1 } })
    expect(await placesOf(who.mark)).toEqual([])
    expect(await placesOf(who.phone.slice(1))).toEqual([])
    const { body: again } = await app.post('/v1/contacts', { email: who.email })
    const { body } = await notify({ ...who, id: again.id }, ['email'])
    expect(body.messages[0]).toMatchObject({ status: 'suppressed', reason: 'complaint' })
  })

  test('is one erasure, however often it is asked for', async () => {
    const who = await person()
    await notify(who, ['email'])
    const asked = await Promise.all([erase(who.id), erase(who.id), erase(who.id)])
    expect(new Set(asked.map(({ body }) => body.id)).size).toBe(1)
    const done = await erased(who.id, asked[0]!.body.id)
    const { body: later } = await erase(who.id)
    expect(later).toMatchObject({ id: done.id, status: 'done', counts: done.counts })
    expect(await app.database.query('select 1 from erasure where id = $1', [done.id])).toHaveLength(1)
  })
})

test('a message on its way when it is asked for is settled first, then emptied; a late report adds nothing', async () => {
  const who = await person()
  const { body: sent } = await notify(who, ['email'])
  const { body: run } = await erase(who.id)
  await erased(who.id, run.id)
  const [message] = await app.database.query<{ status: number; address: string; provider_message_id: string | null }>(
    'select status, address, provider_message_id from message where id = $1',
    [sent.messages[0].id],
  )
  expect(message).toMatchObject({ address: '', provider_message_id: null })
  expect(await app.database.query('select 1 from message_work where message_id = $1', [sent.messages[0].id])).toEqual(
    [],
  )
  expect(await placesOf(who.mark)).toEqual([])
  await receiptsDone()
  expect(await app.database.query(`select 1 from suppression where address = ''`)).toEqual([])
})

test.each([
  ['while it stopped what waits', { phase: 'stop', after: null }],
  ['between two steps of the messages', { phase: 'messages', after: null }],
  ['when the carriers’ calls were emptied', { phase: 'receipts', after: null }],
  ['before the contact itself', { phase: 'rest', after: null }],
])('a crash %s is made good by the next worker', async (_, state) => {
  const who = await person()
  await notify(who, ['email', 'sms'], { attachments: [file(who.mark)] })
  await app.settled()
  // A process that died: it marked the contact, saved how far it was, and its lease has ended.
  const [run] = await app.database.query<{ id: string }>(
    `with marked as (update contact set erased_at = now() where id = $1)
     insert into automation_run (id, organization_id, name, subject_id, dry_run, state, attempt, lease_until, offered_at, created_at, started_at)
     values (new_id(now()), $2, 'contacts.erase', $1, false, $3, 1, now() - interval '1 minute', now() - interval '1 minute', now(), now()) returning id`,
    [who.id, app.organizationId, JSON.stringify(state)],
  )
  expect(await erased(who.id, run!.id)).toMatchObject({ status: 'done' })
  expect(await placesOf(who.mark)).toEqual([])
})
