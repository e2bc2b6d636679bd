import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { newId } from '../../platform/ids.ts'
import { createLogger } from '../../platform/logging.ts'

let app: TestApp
/** Lines of the log that say that something failed. */
const failures: string[] = []
beforeAll(async () => {
  app = await startTestApp({
    log: createLogger({ level: 'error', destination: { write: (line) => void failures.push(line) } }),
  })
})
afterAll(() => app.stop())

const HOUR = 3_600_000
let n = 0

interface Person {
  readonly id: string
  readonly email: string
}
interface Some {
  readonly agreed?: boolean
  readonly zone?: string | null
  readonly email?: string
  readonly phone?: string
  readonly attributes?: object
}

/** Contacts of their own list. They agreed to marketing unless it is said that they did not. */
async function people(many: number | readonly Some[]): Promise<{ segmentId: string; contacts: Person[] }> {
  const wanted: readonly Some[] = typeof many === 'number' ? Array.from({ length: many }, () => ({})) : many
  const name = `people-${++n}`
  const { body: segment } = await app.post('/v1/segments', { name })
  const rows = wanted.map((one, index) => ({
    id: newId(app.clock.now()),
    email: one.email ?? `${name}-${index}@example.org`,
    phone: one.phone ?? null,
    zone: one.zone ?? null,
    attributes: JSON.stringify(one.attributes ?? {}),
    marketing: one.agreed === false ? '{}' : marketing(one.email ?? `${name}-${index}@example.org`, one.phone),
  }))
  await app.database.query(
    `with added as (
       insert into contact (id, organization_id, name, email, phone, time_zone, attributes, marketing, created_at, updated_at)
       select id, $1, 'Somebody', email, phone, zone, attributes::jsonb, marketing::jsonb, now(), now()
       from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) as i(id, email, phone, zone, attributes, marketing) returning id
     ) insert into segment_member (segment_id, contact_id, organization_id) select $2, id, $1 from added`,
    [
      app.organizationId,
      segment.id,
      rows.map((row) => row.id),
      rows.map((row) => row.email),
      rows.map((row) => row.phone),
      rows.map((row) => row.zone),
      rows.map((row) => row.attributes),
      rows.map((row) => row.marketing),
    ],
  )
  return { segmentId: segment.id, contacts: rows }
}

const marketing = (email: string, phone?: string) =>
  JSON.stringify({
    email: { address: email, basis: 'consent' },
    ...(phone ? { sms: { address: phone, basis: 'consent' } } : {}),
  })

const words = { subject: 'A sample', body: 'Hello {{name|you}}.' }
const draft = (segmentId: string | null, over: object = {}) => ({
  name: 'A sample campaign',
  segmentId,
  channels: ['email'],
  variants: [{ payload: words }],
  ...over,
})
const make = async (segmentId: string | null, over: object = {}): Promise<string> => {
  const { status, body } = await app.post('/v1/campaigns', draft(segmentId, over))
  expect({ status, body }).toMatchObject({ status: 201 })
  return body.id
}
const act = (id: string, what: string, body?: object) => app.post(`/v1/campaigns/${id}/${what}`, body)
const read = async (id: string) => (await app.get(`/v1/campaigns/${id}`)).body
const reaches = (id: string, status: string) =>
  app.eventually(async () => {
    const campaign = await read(id)
    return campaign.status === status && campaign
  })
const started = async (segmentId: string | null, over: object = {}): Promise<string> => {
  const id = await make(segmentId, over)
  const { status, body } = await act(id, 'start')
  expect({ status, body }).toMatchObject({ status: 200 })
  return id
}
/** How often each address was written to. */
const letters = async (contacts: readonly Person[]): Promise<number[]> => {
  await app.settled()
  const rows = await app.database.query<{ address: string; n: number }>(
    'select address, sum(copies)::int as n from sandbox_message where address = any($1) group by address',
    [contacts.map(({ email }) => email)],
  )
  return contacts.map(({ email }) => rows.find((row) => row.address === email)?.n ?? 0)
}
const recipients = async (id: string, query = '') =>
  (await app.get(`/v1/campaigns/${id}/recipients?limit=200${query}`)).body.items

describe('what cannot be sent is said before anything is', () => {
  test('to nobody at all', async () => {
    const { segmentId } = await people(0)
    const id = await make(segmentId)
    expect(await act(id, 'start')).toMatchObject({ status: 422, body: { code: 'nobody_to_reach' } })
    expect(await read(id)).toMatchObject({ status: 'draft', startedAt: null })
  })

  test('to people of whom nobody agreed, with how many and why', async () => {
    const { segmentId, contacts } = await people([{ agreed: false }, { agreed: false }])
    const id = await make(segmentId)
    const { status, body } = await act(id, 'start')
    expect({ status, body }).toMatchObject({ status: 422, body: { code: 'nobody_to_reach' } })
    expect(body.detail).toContain('2 × no consent')
    expect(await letters(contacts)).toEqual([0, 0])
    expect(await app.database.query('select 1 from campaign_recipient where campaign_id = $1', [id])).toEqual([])
  })

  test.each([
    ['type', { type: 'message.custom' }],
    ['channels', { type: 'order.satisfaction', channels: ['sms'], variants: [{ payload: { reference: 'A-1' } }] }],
    ['variants.0.payload.subject', { variants: [{ payload: { body: 'Hello' } }] }],
    ['trial', { variants: [{ payload: words }, { payload: words }] }],
    ['trial', { trial: { share: 20, metric: 'opened', hours: 1 } }],
    ['segmentId', { segmentId: newId(new Date()) }],
    ['startAt', { startAt: '2040-01-01T00:00:00Z' }],
    ['startLocal', { startLocal: '2026-02-30T09:00' }],
    ['startLocal', { startAt: '2026-12-01T00:00:00Z', startLocal: '2026-12-01T09:00' }],
    ['variants.0.versionIds.0', { variants: [{ payload: words, versionIds: [newId(new Date())] }] }],
  ])('with a bad %s', async (path, over) => {
    const { status, body } = await app.post('/v1/campaigns', draft(null, over))
    expect([status, body.errors?.map((one: { path: string }) => one.path)]).toEqual([
      422,
      expect.arrayContaining([path]),
    ])
  })

  test('another organization’s campaign and segment do not exist', async () => {
    const { segmentId } = await people(1)
    const id = await make(segmentId)
    const { key } = await app.otherOrganization()
    const as = (method: 'GET' | 'POST', url: string, body?: object) => app.call(method, url, body, { key })
    expect((await as('GET', `/v1/campaigns/${id}`)).status).toBe(404)
    expect((await as('POST', `/v1/campaigns/${id}/start`)).status).toBe(404)
    expect((await as('GET', `/v1/segments/${segmentId}`)).status).toBe(404)
    expect((await as('POST', '/v1/campaigns', draft(segmentId))).status).toBe(422)
  })

  test('a started campaign is started once, and stays as it is', async () => {
    const { segmentId } = await people(1)
    const id = await started(segmentId)
    expect((await act(id, 'start')).body.code).toBe('conflict')
    expect((await app.call('PATCH', `/v1/campaigns/${id}`, { name: 'Another' })).body.code).toBe('conflict')
    expect((await app.call('DELETE', `/v1/campaigns/${id}`)).body.code).toBe('conflict')
    await reaches(id, 'done')
    for (const what of ['pause', 'resume', 'cancel']) expect((await act(id, what)).body.code).toBe('conflict')
  })
})

describe('a campaign', () => {
  test('writes to each once, in their own words, and says what became of each', async () => {
    const { segmentId, contacts } = await people([{}, { agreed: false }, { email: 'fail+campaign@example.org' }])
    const id = await started(segmentId)
    const done = await reaches(id, 'done')
    expect(done.progress).toMatchObject({
      recipients: 3,
      pending: 0,
      accepted: 2,
      refused: 1,
      refusals: { no_consent: 1 },
    })
    await app.settled()
    const found = await recipients(id)
    expect(found.map((one: { status: string; reason: string }) => [one.status, one.reason])).toEqual([
      ['accepted', null],
      ['refused', 'no_consent'],
      ['accepted', null],
    ])
    expect(await letters(contacts.slice(0, 2))).toEqual([1, 0])
    const [message] = found[0].messages
    expect((await app.get(`/v1/messages/${message.id}`)).body.content.subject).toBe('A sample')
    expect((await app.get(`/v1/messages/${message.id}`)).body.content.text).toContain('Hello Somebody.')
    expect(await recipients(id, '&status=refused')).toHaveLength(1)
    expect(await recipients(id, '&reason=no_consent')).toHaveLength(1)
    await app.eventually(async () => {
      const { messages } = (await app.get(`/v1/campaigns/${id}/progress`)).body
      return messages.delivered === 1 && messages.failed === 1 && messages.suppressed === 1 && messages.messages === 3
    })
  })

  test('says as a file what became of each, with their addresses, and hides no formula in it', async () => {
    const { segmentId, contacts } = await people([
      {},
      { agreed: false },
      { email: 'fail+file@example.org' },
      ...Array.from({ length: 500 }, () => ({ agreed: false })),
    ])
    await app.call('PATCH', `/v1/contacts/${contacts[0]!.id}`, { name: '=cmd|"/C calc"!A0', externalId: 'K-7' })
    const id = await started(segmentId)
    await reaches(id, 'done')
    await app.eventually(async () => {
      const { messages } = (await app.get(`/v1/campaigns/${id}/progress`)).body
      return messages.delivered === 1 && messages.failed === 1
    })
    const file = (query = '', key = app.key) =>
      app.app.http.inject({
        url: `/v1/campaigns/${id}/recipients.csv${query}`,
        headers: { authorization: `Bearer ${key}` },
      })

    const answer = await file()
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(answer.headers['content-disposition']).toBe(`attachment; filename="campaign-${id}.csv"`)
    const [names, ...lines] = answer.body.trimEnd().split('\r\n')
    expect(names).toBe(
      '\uFEFFcontact_id,external_id,name,email,phone,outcome,reason,variant,done_at,email_status,email_reason,sms_status,sms_reason,whatsapp_status,whatsapp_reason,in_app_status,in_app_reason',
    )
    expect(lines).toHaveLength(503)
    expect(new Set(lines.map((line) => line.slice(0, 36)))).toEqual(new Set(contacts.map((one) => one.id)))
    expect(lines[0]).toMatch(
      new RegExp(
        `^${contacts[0]!.id},K-7,"'=cmd\\|""/C calc""!A0",${contacts[0]!.email},,accepted,,A,\\S+Z,delivered,,,,,,,$`,
      ),
    )
    expect(lines[1]).toMatch(
      new RegExp(`^${contacts[1]!.id},,Somebody,${contacts[1]!.email},,refused,no_consent,A,\\S+Z,`),
    )
    expect(lines[2]).toContain(',fail+file@example.org,,accepted,,A,')
    expect(lines[2]).toContain(',failed,')
    expect((await file('?status=accepted')).body.trimEnd().split('\r\n')).toHaveLength(3)
    expect((await file('?reason=nothing')).body.trimEnd().split('\r\n')).toHaveLength(1)

    expect((await file('?limit=5')).statusCode).toBe(422)
    const other = await app.otherOrganization()
    expect((await file('', other.key)).statusCode).toBe(404)
    const { body: log } = await app.get(`/v1/audit?act=campaign.recipients_exported&subject=${id}`)
    expect(log.items).toMatchObject([{ kind: 'look' }, { kind: 'look' }, { kind: 'look' }])
  })

  test('tells whoever started it how it went, a quarter of an hour after its last recipient', async () => {
    const { segmentId } = await people([{}, {}, { agreed: false }])
    const headers = await app.signedIn('starts-campaigns@example.org')
    const id = await make(segmentId, { name: 'The spring market' })
    const started = await app.call('POST', `/v1/campaigns/${id}/start`, undefined, { key: null, headers })
    expect(started.status).toBe(200)
    await reaches(id, 'done')
    await app.eventually(async () => (await app.get(`/v1/campaigns/${id}/progress`)).body.messages.delivered === 2)
    const told = () =>
      app.database.query<{ payload: object }>("select payload from notification where type = 'campaign.finished'")
    expect(await told()).toEqual([])
    app.clock.advance(16 * 60_000)
    const [{ payload }] = await app.eventually(async () => {
      const rows = await told()
      return rows.length > 0 && (rows as [{ payload: object }])
    })
    expect(payload).toMatchObject({ campaign: 'The spring market', sent: 2, delivered: 2, failed: 0, refused: 1 })
    await app.settled()
    expect(await app.database.query('select from message_work where message_id = $1', [id])).toEqual([])
    expect(await told()).toHaveLength(1)
  })

  test('writes to one address once, whoever has it', async () => {
    const { segmentId, contacts } = await people([{ email: 'shared@example.org' }, { email: 'shared@example.org' }, {}])
    const id = await started(segmentId)
    expect((await reaches(id, 'done')).progress).toMatchObject({ recipients: 2, duplicates: 1, accepted: 2 })
    expect(await letters([contacts[0]!, contacts[2]!])).toEqual([1, 1])
  })

  test('asks again whether somebody agrees when it is their turn', async () => {
    const { segmentId, contacts } = await people(2)
    const startAt = new Date(app.clock.now().getTime() + HOUR).toISOString()
    const id = await started(segmentId, { startAt, throttle: { count: 1, per: 'minute' } })
    expect(await read(id)).toMatchObject({ status: 'scheduled' })
    app.clock.moveTo(new Date(app.clock.now().getTime() + HOUR + 1_000))
    await app.eventually(async () => (await read(id)).progress.accepted === 1)
    // The first one has been written to; the other one says no before its minute has come.
    const [waiting] = await recipients(id, '&status=pending')
    await app.call('PATCH', `/v1/contacts/${waiting.contactId}/preferences`, { channels: { mkt: { email: false } } })
    app.clock.moveTo(new Date(app.clock.now().getTime() + 120_000))
    expect((await reaches(id, 'done')).progress).toMatchObject({
      accepted: 1,
      refused: 1,
      refusals: { unsubscribed: 1 },
    })
    expect((await letters(contacts)).reduce((sum, one) => sum + one)).toBe(1)
  })

  test('is listed by where it stands', async () => {
    const { segmentId } = await people(1)
    const id = await make(segmentId)
    const listed = async (status: string) =>
      (await app.get(`/v1/campaigns?limit=200&status=${status}`)).body.items as { id: string; status: string }[]
    expect(new Set((await listed('draft')).map((one) => one.status))).toEqual(new Set(['draft']))
    expect((await listed('draft')).map((one) => one.id)).toContain(id)
    expect((await listed('done')).map((one) => one.id)).not.toContain(id)
    expect((await app.get('/v1/campaigns?status=over')).status).toBe(422)
  })

  test('that is paused writes to nobody until it goes on', async () => {
    const { segmentId, contacts } = await people(3)
    const id = await started(segmentId, { throttle: { count: 1, per: 'hour' } })
    await app.eventually(async () => (await read(id)).progress.accepted === 1)
    expect(await act(id, 'pause')).toMatchObject({ status: 200, body: { status: 'paused' } })
    app.clock.moveTo(new Date(app.clock.now().getTime() + 3 * HOUR))
    await app.settled()
    expect((await letters(contacts)).reduce((sum, one) => sum + one)).toBe(1)
    expect((await act(id, 'pause')).body.code).toBe('conflict')
    expect(await act(id, 'resume')).toMatchObject({ status: 200, body: { status: 'running' } })
    await app.eventually(async () => (await read(id)).progress.accepted === 2)
    await app.settled()
    app.clock.moveTo(new Date(app.clock.now().getTime() + 2 * HOUR))
    await reaches(id, 'done')
    expect(await letters(contacts)).toEqual([1, 1, 1])
  })

  test('that is paused, goes on and is cancelled in the middle of a step leaves no error behind', async () => {
    const { segmentId } = await people(10_000)
    const before = failures.length
    const id = await started(segmentId)
    for (const what of ['pause', 'pause', 'cancel']) {
      const { accepted } = (await read(id)).progress
      await app.eventually(async () => (await read(id)).progress.accepted > accepted)
      expect((await act(id, what)).status).toBe(200)
      if (what === 'pause') expect((await act(id, 'resume')).status).toBe(200)
    }
    await app.settled()
    expect(failures.slice(before)).toEqual([])
  })

  test('that is cancelled writes to nobody else, and stops what waits to be sent', async () => {
    const { segmentId, contacts } = await people(4)
    // From noon on: its contacts' next morning is far from when it is cancelled.
    const day = new Date(app.clock.now().getTime() + 24 * HOUR).toISOString().slice(0, 10)
    app.clock.moveTo(new Date(`${day}T12:00:00Z`))
    // One gathers its news: its message waits for tomorrow.
    await app.call('PATCH', `/v1/contacts/${contacts[0]!.id}/preferences`, { digest: { mkt: 'daily' } })
    const id = await started(segmentId, { throttle: { count: 2, per: 'hour' } })
    await app.eventually(async () => (await read(id)).progress.accepted >= 1)
    app.clock.moveTo(new Date(app.clock.now().getTime() + 31 * 60_000))
    await app.eventually(async () => (await read(id)).progress.accepted >= 2)
    // What is to leave at once has left: nothing else is stopped but the one that waits.
    await app.settled()
    expect(await act(id, 'cancel')).toMatchObject({ status: 200, body: { status: 'cancelled' } })
    const { progress } = await read(id)
    expect(progress).toMatchObject({ accepted: 2, cancelled: 2, pending: 0 })
    // Stopped in a step of its own: a jump of the clock would have it meet what comes due.
    await app.settled()
    app.clock.moveTo(new Date(app.clock.now().getTime() + 48 * HOUR))
    await app.settled()
    expect((await letters(contacts)).reduce((sum, one) => sum + one)).toBe(1)
    const found = await recipients(id)
    expect(found.flatMap((one: { messages: { status: string; reason: string }[] }) => one.messages)).toContainEqual(
      expect.objectContaining({ status: 'cancelled', reason: 'campaign_cancelled' }),
    )
    expect(await recipients(id, '&status=cancelled')).toHaveLength(2)
    expect((await act(id, 'resume')).body.code).toBe('conflict')
  })
})

describe('whatever happens to those who work it off', () => {
  test('what a dead worker held goes on, and nobody is written to twice', async () => {
    const { segmentId, contacts } = await people(3)
    const id = await started(segmentId, { throttle: { count: 1, per: 'hour' } })
    await app.eventually(async () => (await read(id)).progress.accepted === 1)
    // A jump of the clock would end the lease of whoever is sending, too.
    await app.settled()
    // It died within a step: what it had not committed is not there, and its claim runs out.
    await app.database.query(`update message_work set state = 3, worker_id = $2, due_at = $3 where message_id = $1`, [
      id,
      newId(new Date()),
      new Date(app.clock.now().getTime() + 7_000),
    ])
    app.clock.moveTo(new Date(app.clock.now().getTime() + HOUR))
    await app.eventually(async () => (await read(id)).progress.accepted === 2)
    app.clock.moveTo(new Date(app.clock.now().getTime() + HOUR))
    await reaches(id, 'done')
    expect(await letters(contacts)).toEqual([1, 1, 1])
  })

  test('that takes its time is no message that was tried too often', async () => {
    const { segmentId } = await people(5)
    const id = await started(segmentId, { throttle: { count: 60, per: 'minute' } })
    // As many turns as a slow one has had after hours: the column holds one more.
    await app.eventually(async () => {
      const rows = await app.database.query(
        'update message_work set attempt = 32766 where message_id = $1 and state = 0 returning 1',
        [id],
      )
      return rows.length > 0
    })
    expect((await reaches(id, 'done')).progress).toMatchObject({ accepted: 5 })
  })

  test('somebody whose row cannot be written is refused alone; the others do not wait', async () => {
    const { segmentId, contacts } = await people(5)
    await app.database.query(`
      create function refuse_one() returns trigger language plpgsql as $$ begin
        if new.contact_id = '${contacts[2]!.id}' then raise exception 'odd'; end if; return new; end $$;
      create trigger odd before insert on notification for each row execute function refuse_one()`)
    try {
      const id = await started(segmentId)
      const done = await reaches(id, 'done')
      expect(done.progress).toMatchObject({ accepted: 4, refused: 1, refusals: { internal: 1 } })
      expect(await letters(contacts)).toEqual([1, 1, 0, 1, 1])
    } finally {
      await app.database.query('drop trigger odd on notification; drop function refuse_one()')
    }
  })

  test('two processes write to each of a thousand once', async () => {
    const second = await startTestApp({ database: app.database, roles: { api: false, worker: true } })
    second.clock.moveTo(app.clock.now())
    try {
      const { segmentId, contacts } = await people(1_200)
      const id = await started(segmentId)
      // Whenever it is further it is offered again, as if its worker had lost it: the other one may take it up at any moment.
      let seen = -1
      await app.eventually(async () => {
        const { status, progress } = await read(id)
        if (progress.accepted !== seen)
          await app.database.query('update message_work set state = 1, worker_id = null where message_id = $1', [id])
        seen = progress.accepted
        return status === 'done'
      })
      // What was put off for a moment comes too.
      await app.eventually(async () => (await letters(contacts)).every((one) => one > 0))
      expect((await letters(contacts)).filter((one) => one !== 1)).toEqual([])
      expect((await read(id)).progress).toMatchObject({ recipients: 1_200, accepted: 1_200, refused: 0 })
    } finally {
      await second.stop()
    }
  })
})
