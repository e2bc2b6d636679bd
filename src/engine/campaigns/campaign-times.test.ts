import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
  await app.database.query("select ensure_partitions('2027-03-01', 3)")
})
afterAll(() => app.stop())

const MINUTE = 60_000
const HOUR = 60 * MINUTE
let n = 0
beforeEach(() => {
  n++
})

interface Some {
  readonly email?: string
  readonly phone?: string
  readonly zone?: string
}

async function people(some: readonly Some[]): Promise<{ segmentId: string; ids: string[] }> {
  const { body: segment } = await app.post('/v1/segments', { name: `people-${n}` })
  const ids: string[] = []
  for (const [index, { email, phone, zone }] of some.entries()) {
    const fields = {
      email: email ?? (phone ? null : `times-${n}-${index}@example.org`),
      phone: phone ?? null,
      timeZone: zone ?? null,
    }
    const { body } = await app.post('/v1/contacts', fields)
    ids.push(body.id)
    for (const channel of [fields.email && 'email', fields.phone && 'sms'].filter(Boolean))
      await app.post(`/v1/contacts/${body.id}/consents`, { channel, source: 'form', wording: 'I agree' })
  }
  await app.post(`/v1/segments/${segment.id}/contacts`, { contactIds: ids })
  return { segmentId: segment.id, ids }
}
const words = { subject: 'A sample', body: 'Until soon.' }
const started = async (segmentId: string, over: object = {}): Promise<string> => {
  const made = await app.post('/v1/campaigns', {
    name: 'A sample campaign',
    segmentId,
    channels: ['email'],
    variants: [{ payload: words }],
    ...over,
  })
  expect(made).toMatchObject({ status: 201 })
  const { status, body } = await app.post(`/v1/campaigns/${made.body.id}/start`)
  expect({ status, body }).toMatchObject({ status: 200 })
  return made.body.id
}
const read = async (id: string) => (await app.get(`/v1/campaigns/${id}`)).body
const reaches = (id: string, status: string) =>
  app.eventually(async () => {
    const campaign = await read(id)
    return campaign.status === status && campaign
  })
const recipients = async (id: string, query = '') =>
  (await app.get(`/v1/campaigns/${id}/recipients?limit=200${query}`)).body.items
const accepted = (id: string, many: number) => app.eventually(async () => (await read(id)).progress.accepted === many)

test('starts at the same local time for everybody, over the change of the clocks', async () => {
  // The night in which Paris puts its clocks forward; New York has done so two weeks before, Tokyo never does.
  app.clock.moveTo(new Date('2027-03-27T12:00:00Z'))
  const { segmentId, ids } = await people([{ zone: 'Asia/Tokyo' }, {}, { zone: 'America/New_York' }])
  const id = await started(segmentId, { startLocal: '2027-03-28T09:00' })
  expect(await read(id)).toMatchObject({ status: 'scheduled' })
  const times = ['2027-03-28T00:00:00Z', '2027-03-28T07:00:00Z', '2027-03-28T13:00:00Z']
  for (const [index, time] of times.entries()) {
    app.clock.moveTo(new Date(new Date(time).getTime() - MINUTE))
    await app.settled()
    expect((await read(id)).progress.accepted).toBe(index)
    app.clock.moveTo(new Date(new Date(time).getTime() + 1_000))
    await accepted(id, index + 1)
    const done = (await recipients(id, '&status=accepted')).map((one: { contactId: string }) => one.contactId)
    expect(done.sort()).toEqual(ids.slice(0, index + 1).sort())
  }
  await reaches(id, 'done')
})

test('waits for the hours of marketing by SMS as a recipient, and a pause reaches it there', async () => {
  // A Sunday evening in Paris.
  app.clock.moveTo(new Date('2027-04-11T19:00:00Z'))
  const { segmentId } = await people([{ phone: `+336399${String(82_000 + n)}` }])
  const estimate = await app.post('/v1/campaigns', {
    name: 'By SMS',
    segmentId,
    channels: ['sms'],
    variants: [{ payload: words }],
  })
  expect((await app.post(`/v1/campaigns/${estimate.body.id}/estimate`)).body).toMatchObject({
    reachable: 1,
    deferred: 1,
  })
  const id = await started(segmentId, { channels: ['sms'] })
  const [waiting] = await app.eventually(async () => {
    const found = await recipients(id)
    return found[0]?.reason && found
  })
  expect(waiting).toMatchObject({ status: 'pending', reason: 'sms_marketing_hours', dueAt: '2027-04-12T06:00:00.000Z' })
  await app.post(`/v1/campaigns/${id}/pause`)
  app.clock.moveTo(new Date('2027-04-12T07:00:00Z'))
  await app.settled()
  expect((await read(id)).progress.accepted).toBe(0)
  await app.post(`/v1/campaigns/${id}/resume`)
  await reaches(id, 'done')
  expect((await recipients(id))[0]).toMatchObject({ status: 'accepted', reason: null })
})

describe('an A/B test', () => {
  const two = [{ payload: { ...words, subject: 'First' } }, { payload: { ...words, subject: 'Second' } }]
  const trial = { share: 40, metric: 'opened', hours: 2 }
  const many = () => people(Array.from({ length: 40 }, (_, index) => ({ email: `opens+ab-${n}-${index}@example.org` })))
  const byVariant = async (id: string) =>
    Object.groupBy(await recipients(id, '&status=accepted'), (one: { variant: 'A' | 'B' }) => one.variant)

  test('writes to some of each, waits, and sends the others the better one', async () => {
    app.clock.moveTo(new Date('2027-05-10T09:00:00Z'))
    const { segmentId } = await many()
    const id = await started(segmentId, { variants: two, trial })
    const deciding = await reaches(id, 'deciding')
    const { A = [], B = [] } = await byVariant(id)
    expect([A.length, B.length, deciding.progress]).toMatchObject([8, 8, { accepted: 16, pending: 24 }])
    // By a carrier that says nothing of deliveries: one person opened the first one, everybody the second.
    await app.settled()
    const ids = deciding.variants.map((one: { id: string }) => one.id)
    await app.eventually(async () => {
      const rows = await app.database.query('select from message where campaign_variant_id = any($1) and status < 5', [
        ids,
      ])
      return rows.length === 0
    })
    await app.database.query(
      `update message set status = 3 where campaign_variant_id = $1
         and id <> (select id from message where campaign_variant_id = $1 order by id limit 1)`,
      [ids[0]],
    )
    const [first, second] = (await read(id)).variants.map((one: { messages: object }) => one.messages)
    expect(first).toMatchObject({ sent: A.length, delivered: 1, opened: 1 })
    expect(second).toMatchObject({ sent: B.length, delivered: B.length, opened: B.length })
    app.clock.moveTo(new Date(app.clock.now().getTime() + HOUR))
    await app.settled()
    expect(await read(id)).toMatchObject({ status: 'deciding', winner: null })
    app.clock.moveTo(new Date(app.clock.now().getTime() + HOUR + MINUTE))
    expect(await reaches(id, 'done')).toMatchObject({ winner: 'B', progress: { accepted: 40, pending: 0 } })
    expect((await byVariant(id)).A).toHaveLength(A.length)
  })

  test('is ended by hand, also while it is paused', async () => {
    app.clock.moveTo(new Date('2027-05-11T09:00:00Z'))
    const { segmentId } = await many()
    const id = await started(segmentId, { variants: two, trial })
    await reaches(id, 'deciding')
    await app.post(`/v1/campaigns/${id}/pause`)
    expect(await app.post(`/v1/campaigns/${id}/winner`, { variant: 'A' })).toMatchObject({
      status: 200,
      body: { winner: 'A', status: 'paused' },
    })
    expect((await app.post(`/v1/campaigns/${id}/winner`, { variant: 'B' })).body.code).toBe('already_settled')
    await app.post(`/v1/campaigns/${id}/resume`)
    expect(await reaches(id, 'done')).toMatchObject({ progress: { accepted: 40 } })
  })

  test('whose words are taken away stops and says so, instead of sending others', async () => {
    const url = '/v1/templates/campaign.message/email/fr'
    const publish = async (subject: string) => {
      const source = { subject, body: '<mj-text>{{body}}</mj-text>', text: '{{body}}' }
      const { status, body } = await app.post(`${url}/publish`, { source })
      expect({ status, body }).toMatchObject({ status: 200 })
      return body.versionId as string
    }
    app.clock.moveTo(new Date('2027-05-12T06:00:00Z'))
    const [pinned] = [await publish('Pinned'), await publish('Live')]
    const { segmentId } = await many()
    const draft = {
      name: 'Named words',
      segmentId,
      channels: ['email'],
      startAt: '2027-05-12T09:00:00Z',
      variants: [{ payload: words, versionIds: [pinned] }],
    }
    const { body: campaign } = await app.post('/v1/campaigns', draft)
    app.clock.advance(HOUR)
    const refused = () => app.call('DELETE', `${url}/versions/${pinned}`)
    expect(await refused()).toMatchObject({ status: 409, body: { detail: expect.stringContaining('Named words') } })
    expect((await app.post(`/v1/campaigns/${campaign.id}/start`)).status).toBe(200)
    expect((await refused()).status).toBe(409)

    // Somebody did it all the same, in the moment in which it was named.
    await app.database.query(`update template_version set removed_at = now() where id = $1`, [pinned])
    app.clock.moveTo(new Date('2027-05-12T09:00:00Z'))
    expect(await reaches(campaign.id, 'paused')).toMatchObject({
      problem: 'template_version_removed',
      progress: { accepted: 0 },
    })
    expect(await app.post(`/v1/campaigns/${campaign.id}/resume`)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining(pinned!) },
    })
    const { body: late } = await app.post('/v1/campaigns', { ...draft, variants: [{ payload: words }] })
    await app.database.query('update campaign_variant set version_ids = $2 where campaign_id = $1', [late.id, [pinned]])
    expect((await app.post(`/v1/campaigns/${late.id}/start`)).status).toBe(409)
    expect((await app.post(`/v1/campaigns/${campaign.id}/cancel`)).status).toBe(200)

    await app.database.query(`update template_version set removed_at = null where id = $1`, [pinned])
    await app.call('DELETE', `/v1/campaigns/${late.id}`)
    expect((await refused()).status).toBe(204)
  })

  test('of two published versions sends each the words of its own', async () => {
    const publish = async (subject: string) => {
      const url = '/v1/templates/campaign.message/email/fr'
      const { body: draft } = await app.get(url)
      const source = { subject, body: '<mj-text>{{body}}</mj-text>', text: '{{body}}' }
      const saved = await app.call('PUT', `${url}/draft`, { source, revision: draft.draftRevision })
      expect(saved).toMatchObject({ status: 200 })
      const { status, body } = await app.post(`${url}/publish`, { revision: saved.body.draftRevision })
      expect({ status, body }).toMatchObject({ status: 200 })
      return body.versionId
    }
    const [older, newer] = [await publish('Older'), await publish('Newer')]
    app.clock.moveTo(new Date('2027-05-12T09:00:00Z'))
    const { segmentId } = await many()
    const variants = [older, newer].map((version) => ({ payload: words, versionIds: [version] }))
    const id = await started(segmentId, { variants, trial: { ...trial, share: 100 } })
    await reaches(id, 'done')
    const { A = [], B = [] } = await byVariant(id)
    const subject = async (one: unknown) => {
      const [message] = (one as { messages: { id: string }[] }).messages
      return (await app.get(`/v1/messages/${message!.id}`)).body.content.subject
    }
    expect([await subject(A[0]), await subject(B[0])]).toEqual(['Older', 'Newer'])
  })
})

test('a test goes to who asks for it, whatever they agreed to, and counts nowhere', async () => {
  const { segmentId } = await people([{}])
  const { body: me } = await app.post('/v1/contacts', { email: `test-${n}@example.org`, name: 'Me' })
  const { body: campaign } = await app.post('/v1/campaigns', {
    name: 'Tried first',
    segmentId,
    channels: ['email', 'sms'],
    variants: [{ payload: { ...words, body: 'Hello {{name}}.' } }],
  })
  const test = (body: object) => app.post(`/v1/campaigns/${campaign.id}/test-send`, body)
  expect((await test({})).status).toBe(422)
  expect((await test({ variant: 'B', to: { contactId: me.id } })).status).toBe(422)
  const { status, body } = await test({ to: { contactId: me.id } })
  expect([status, body.messages.length]).toEqual([202, 1])
  expect((await app.get(`/v1/messages/${body.messages[0].id}`)).body.content.text).toContain('Hello Me.')
  await app.settled()
  expect((await read(campaign.id)).progress).toMatchObject({ accepted: 0, messages: { messages: 0, sent: 0 } })
  expect(await read(campaign.id)).toMatchObject({ status: 'draft' })
})

test('an estimate says whom it reaches, what that comes to, and why not the others', async () => {
  await app.call('PUT', '/v1/prices', {
    prices: [{ provider: 'sandbox', channel: 'sms', country: 'FR', micros: 50_000, currency: 'EUR' }],
  })
  const { segmentId, ids } = await people([
    { phone: `+336399${String(83_000 + n)}` },
    { email: `only-${n}@example.org` },
    { phone: `+336399${String(84_000 + n)}` },
  ])
  const { body: address } = await app.get(`/v1/contacts/${ids[2]}`)
  await app.post('/v1/suppressions', { channel: 'sms', address: address.phone, reason: 'complaint' })
  const { body: campaign } = await app.post('/v1/campaigns', {
    name: 'By SMS',
    segmentId,
    channels: ['sms'],
    variants: [{ payload: { ...words, body: '中'.repeat(100) } }],
  })
  const before = await app.database.query('select count(*) from notification')
  expect((await app.post(`/v1/campaigns/${campaign.id}/estimate`)).body).toMatchObject({
    recipients: 3,
    reachable: 1,
    refusals: { no_address: 1, complaint: 1 },
    channels: [{ channel: 'sms', messages: 1, parts: 2 }],
    cost: [{ currency: 'EUR', micros: 100_000 }],
    exact: true,
  })
  expect(await app.database.query('select count(*) from notification')).toEqual(before)
})

test('live pages are told that it is further', async () => {
  const address = await app.app.http.listen({ port: 0, host: '127.0.0.1' })
  const socket = new WebSocket(`${address.replace('http', 'ws')}/v1/realtime`, {
    headers: { authorization: `Bearer ${app.key}` },
  })
  const frames: { type: string; data?: Record<string, unknown> }[] = []
  socket.on('message', (data) => frames.push(JSON.parse(String(data))))
  await app.eventually(async () => frames.some(({ type }) => type === 'ready'))
  const { segmentId } = await people([{}, {}])
  const id = await started(segmentId)
  const told = await app.eventually(async () =>
    frames.find(({ type, data }) => type === 'campaign.progress' && data?.id === id && data.status === 'done'),
  )
  // The numbers are for those who may see campaigns, which is not everybody who listens.
  expect(told.data).toEqual({ id, status: 'done' })
  socket.terminate()
})
