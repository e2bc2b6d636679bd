import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { newId } from '../../platform/ids.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const payload = { subject: 'Sample subject', body: 'Sample body' }
const send = async (to: object, channels = ['email'], over: object = {}) =>
  (await app.post('/v1/notifications', { type: 'message.custom', to, payload, channels, ...over })).body
const message = async (id: string) => (await app.get(`/v1/messages/${id}`)).body
const reaches = (id: string, status: string) =>
  app.eventually(async () => (await message(id)).status === status && (await message(id)))
/** A message that failed, to an address of its own. */
const failed = async (name: string): Promise<string> => {
  const { messages } = await send({ email: `fail+${name}@example.org` })
  await reaches(messages[0].id, 'failed')
  return messages[0].id
}
const letters = async (query = '') => (await app.get(`/v1/dead-letters?limit=200${query}`)).body.items
const letterOf = async (id: string) => (await letters()).find((letter: { id: string }) => letter.id === id)
const requeue = (filter: object) => app.post('/v1/dead-letters/requeue', { filter })
const done = (id: string) =>
  app.eventually(async () => {
    const { body } = await app.get(`/v1/dead-letters/requeues/${id}`)
    return body.status === 'done' && body
  })
const copiesOf = (id: string) =>
  app.database.query<{ id: string; status: number; lane: number }>(
    'select id, status, lane from message where resend_of = $1',
    [id],
  )

describe('the list', () => {
  test('has every message that ended failed, with why in plain words', async () => {
    const id = await failed('listed')
    expect(await letterOf(id)).toEqual({
      id,
      notificationId: expect.any(String),
      contactId: expect.any(String),
      contactName: null,
      channel: 'email',
      type: 'message.custom',
      reason: 'permanent',
      code: '554',
      detail: 'The carrier refused it for good: The sandbox refuses this message',
      failedAt: expect.any(String),
      attemptCount: 1,
    })
  })

  test('is narrowed by each part of the filter', async () => {
    const id = await failed('narrowed')
    const { contactId, failedAt } = await letterOf(id)
    const finds = async (query: string) => (await letters(query)).some((letter: { id: string }) => letter.id === id)
    for (const query of [
      '&reason=permanent',
      '&channel=email',
      '&type=message.custom',
      '&code=554',
      `&contactId=${contactId}`,
      `&from=${failedAt}`,
    ])
      expect([query, await finds(query)]).toEqual([query, true])
    for (const query of ['&reason=tries', '&channel=sms', '&type=other', '&code=550', `&to=${failedAt}`])
      expect([query, await finds(query)]).toEqual([query, false])
  })

  test.each(['0000-01-01T00:00:00Z', '2026-01-01T00:00:00+23:59', '9999-12-31T23:59:59-23:59'])(
    'takes any moment there is, such as %s',
    async (moment) => {
      const at = encodeURIComponent(moment)
      const answers = await Promise.all([
        app.get(`/v1/dead-letters?from=${at}`),
        app.get(`/v1/dead-letters/summary?to=${at}`),
        app.post('/v1/dead-letters/requeue', { filter: { from: moment, to: moment }, dryRun: true }),
      ])
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    },
  )

  test('goes on where its cursor says', async () => {
    await failed('page1')
    await failed('page2')
    const all = (await letters()).map((letter: { id: string }) => letter.id)
    const paged: string[] = []
    for (let cursor = ''; ; ) {
      const { body } = await app.get(`/v1/dead-letters?limit=1${cursor && `&cursor=${cursor}`}`)
      paged.push(...body.items.map((letter: { id: string }) => letter.id))
      if (!body.nextCursor) break
      cursor = body.nextCursor
    }
    expect(paged).toEqual(all)
  })

  test('its summary counts the same letters', async () => {
    const all = await letters()
    const { body } = await app.get('/v1/dead-letters/summary')
    expect(body.total).toBe(all.length)
    expect(body.byReason.reduce((sum: number, row: { count: number }) => sum + row.count, 0)).toBe(all.length)
    expect(body.byChannel).toContainEqual({ channel: 'email', count: all.length })
    expect(body.byCode).toContainEqual({ reason: 'permanent', code: '554', count: expect.any(Number) })
    expect((await app.get('/v1/dead-letters/summary?reason=render')).body.total).toBe(0)
  })

  test('is empty for another organization', async () => {
    await failed('private')
    const { key } = await app.otherOrganization()
    expect((await app.call('GET', '/v1/dead-letters', undefined, { key })).body.items).toEqual([])
    expect((await app.call('GET', '/v1/dead-letters/summary', undefined, { key })).body.total).toBe(0)
    const asked = await app.call('POST', '/v1/dead-letters/requeue', { filter: {} }, { key })
    expect(asked.body).toMatchObject({ total: 0, status: 'done' })
  })
})

describe('asking for a re-drive', () => {
  test.each([
    ['no body', undefined, ''],
    ['no filter', {}, 'filter'],
    ['null as the filter', { filter: null }, 'filter'],
  ])('%s is refused, with how to say “all of them”', async (_what, body, path) => {
    const answer = await app.post('/v1/dead-letters/requeue', body)
    expect([answer.status, answer.body.errors[0]]).toEqual([
      422,
      { path, message: 'is needed; to take every dead letter, say { "filter": {} }' },
    ])
  })

  test.each([
    ['a reason there is none of', { reason: 'bad_luck' }, 'filter.reason'],
    ['nobody named', { messageIds: [] }, 'filter.messageIds'],
    ['too many named', { messageIds: Array.from({ length: 1001 }, () => crypto.randomUUID()) }, 'filter.messageIds'],
    ['a field there is none of', { address: 'x' }, 'filter.address'],
    ['a time that is none', { from: 'yesterday' }, 'filter.from'],
  ])('%s is refused', async (_what, filter, path) => {
    const answer = await requeue(filter)
    expect([answer.status, answer.body.errors[0].path]).toEqual([422, path])
  })

  test('as a dry run it counts and changes nothing', async () => {
    await failed('dry')
    const before = await letters()
    const { status, body } = await app.post('/v1/dead-letters/requeue', { filter: {}, dryRun: true })
    expect([status, body]).toEqual([
      200,
      { count: before.length, byReason: [{ reason: 'permanent', count: before.length }], leftOut: 0 },
    ])
    expect(await letters()).toEqual(before)
  })
})

describe('a re-drive', () => {
  test('makes each letter a new message and keeps the history of the old', async () => {
    const id = await failed('again')
    const before = await message(id)
    const asked = await requeue({ messageIds: [id] })
    expect([asked.status, asked.body]).toEqual([
      202,
      {
        id: expect.any(String),
        status: 'running',
        filter: { messageIds: [id] },
        total: 1,
        requeued: 0,
        skipped: { count: 0, why: {} },
        createdAt: expect.any(String),
        finishedAt: null,
      },
    ])
    expect(await done(asked.body.id)).toMatchObject({ total: 1, requeued: 1, skipped: { count: 0, why: {} } })
    const [copy] = await copiesOf(id)
    const again = await reaches(copy!.id, 'failed')
    expect(again).toMatchObject({
      notificationId: before.notificationId,
      address: before.address,
      templateVersionId: before.templateVersionId,
      lane: before.lane,
      resendOf: id,
    })
    const after = await message(id)
    expect(after).toEqual({ ...before, timeline: [...before.timeline, after.timeline.at(-1)] })
    expect(after.timeline.at(-1)).toMatchObject({ kind: 'resent', detail: { messageId: copy!.id } })
    // It failed again: the new message is the letter now.
    expect([await letterOf(id), (await letterOf(copy!.id)).id]).toEqual([undefined, copy!.id])
  })

  test('skips what must not be sent, and says why', async () => {
    const suppressed = await failed('suppressed')
    await app.database.query(
      `insert into suppression (organization_id, channel, address, reason, created_at) values ($1, 1, 'fail+suppressed@example.org', 'opted_out', now())`,
      [app.organizationId],
    )
    const removed = await failed('removed')
    await app.call('DELETE', `/v1/contacts/${(await letterOf(removed)).contactId}`)
    const { body } = await requeue({ messageIds: [suppressed, removed] })
    expect(await done(body.id)).toMatchObject({
      total: 2,
      requeued: 0,
      skipped: { count: 2, why: { suppressed: 1, contact_removed: 1 } },
    })
    expect([await copiesOf(suppressed), await copiesOf(removed)]).toEqual([[], []])
    expect(await letterOf(suppressed)).toBeDefined()
  })

  test('leaves out what may have arrived, unless that is asked for', async () => {
    const id = await failed('uncertain')
    await app.database.query(`update dead_letter set reason = 'uncertain' where message_id = $1`, [id])
    const { contactId } = await letterOf(id)
    const dry = await app.post('/v1/dead-letters/requeue', { filter: { contactId }, dryRun: true })
    expect(dry.body).toEqual({ count: 0, byReason: [], leftOut: 1 })
    expect(await done((await requeue({ contactId })).body.id)).toMatchObject({ total: 0 })
    expect(await done((await requeue({ contactId, reason: 'uncertain' })).body.id)).toMatchObject({ requeued: 1 })
  })

  test('that overlaps with another sends no letter twice', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, (_, n) => failed(`overlap${n}`)))
    const asked = await Promise.all(Array.from({ length: 5 }, (_, n) => requeue({ messageIds: ids.slice(n, n + 8) })))
    const results = await Promise.all(asked.map(({ body }) => done(body.id)))
    for (const id of ids) expect(await copiesOf(id)).toHaveLength(1)
    expect(results.reduce((sum, result) => sum + result.requeued, 0)).toBe(ids.length)
    for (const { total, requeued, skipped } of results) expect(requeued + skipped.count).toBe(total)
  })

  test('and a person who sends the same message again at that moment make one', async () => {
    for (let round = 0; round < 5; round++) {
      const id = await failed(`both${round}`)
      const { notificationId } = await letterOf(id)
      const [resent, redriven] = await Promise.all([
        app.post(`/v1/notifications/${notificationId}/resend`),
        requeue({ messageIds: [id] }),
      ])
      await done(redriven.body.id)
      await app.settled()
      // Whoever came second may have sent the first one's copy again, once that had failed too; never the letter itself.
      expect([202, 409]).toContain(resent.status)
      expect(await copiesOf(id)).toHaveLength(1)
    }
  })

  /** The carrier refused it, and says later that it has arrived: it happens. */
  const deliveredAfterAll = async (id: string) => {
    const [kept] = await app.database.query<{ id: string }>(
      `insert into sandbox_message (id, idempotency_key, organization_id, message_id, contact_id, channel, address, content, created_at)
       select $2, 'late ' || id, organization_id, id, contact_id, channel, address, '', created_at from message where id = $1 returning id`,
      [id, newId(app.clock.now())],
    )
    await app.database.query(
      `insert into sandbox_report (id, sandbox_message_id, organization_id, message_id, status, due_at) values ($1, $2, $3, $4, 'delivered', $5)`,
      [newId(app.clock.now()), kept!.id, app.organizationId, id, app.clock.now()],
    )
    await app.app.sandbox.deliverReports()
  }

  test('has nothing to do with a message that was delivered after all: it is no dead letter', async () => {
    const id = await failed('late-report')
    const { contactId } = await letterOf(id)
    await deliveredAfterAll(id)
    await reaches(id, 'delivered')
    expect(await letterOf(id)).toBeUndefined()
    expect((await requeue({ contactId })).body).toMatchObject({ status: 'done', total: 0 })
  })

  test('and a late report at the same moment leave one message, or an honest second one', async () => {
    for (let round = 0; round < 8; round++) {
      const id = await failed(`late-race${round}`)
      const [{ body }] = await Promise.all([requeue({ messageIds: [id] }), deliveredAfterAll(id)])
      const { total, requeued, skipped } = await done(body.id)
      await reaches(id, 'delivered')
      expect(await copiesOf(id)).toHaveLength(requeued)
      expect(requeued + skipped.count).toBe(total)
      expect(await letterOf(id)).toBeUndefined()
    }
  })

  test('closes the letter of a message that somebody had sent again before the letter was written', async () => {
    const id = await failed('written-late')
    const { contactId } = await letterOf(id)
    await done((await requeue({ messageIds: [id] })).body.id)
    await app.database.query('update dead_letter set requeued_as = null where message_id = $1', [id])
    const { body } = await requeue({ contactId, messageIds: [id] })
    expect(await done(body.id)).toMatchObject({ requeued: 0, skipped: { why: { no_longer_dead: 1 } } })
    expect([await letterOf(id), (await copiesOf(id)).length]).toEqual([undefined, 1])
  })

  test('lets everything new go first, but for messages that somebody picked', async () => {
    const [picked, swept] = [await failed('picked'), await failed('swept')]
    const lanes: Record<string, unknown> = {}
    const { contactId } = await letterOf(swept)
    await app.database.query(
      `create or replace function note_lane() returns trigger language plpgsql as $$ begin update message set provider_message_id = 'work lane ' || new.lane where id = new.message_id; return new; end $$;
       create trigger note_lane after insert on message_work for each row execute function note_lane()`,
    )
    await done((await requeue({ messageIds: [picked] })).body.id)
    await done((await requeue({ contactId })).body.id)
    await app.database.query('drop trigger note_lane on message_work')
    for (const id of [picked, swept])
      lanes[id] = (
        await app.database.query<{ lane: number; noted: string }>(
          'select lane, provider_message_id as noted from message where resend_of = $1',
          [id],
        )
      )[0]
    expect(lanes[picked]).toEqual({ lane: 1, noted: 'work lane 1' })
    expect(lanes[swept]).toEqual({ lane: 1, noted: 'work lane 3' })
  })

  test('that lost its job, or its worker, is finished by the sweep', async () => {
    const id = await failed('stranded')
    const { contactId } = await letterOf(id)
    const requeueId = newId(app.clock.now())
    await app.database.query(
      `insert into dead_letter_requeue (id, organization_id, filter, total, created_at, updated_at) values ($1, $2, $3, 1, $4, $4)`,
      [requeueId, app.organizationId, JSON.stringify({ contactId }), app.clock.now()],
    )
    app.clock.advance(11_000)
    expect(await done(requeueId)).toMatchObject({ requeued: 1 })
    expect(await copiesOf(id)).toHaveLength(1)
  })

  test('is told of in its list and by its id, to its own organization only', async () => {
    const { body } = await requeue({ messageIds: [crypto.randomUUID()] })
    expect(body).toMatchObject({ status: 'done', total: 0, finishedAt: expect.any(String) })
    const list = (await app.get('/v1/dead-letters/requeues?limit=2')).body
    expect([list.items[0].id, typeof list.nextCursor]).toEqual([body.id, 'string'])
    const { key } = await app.otherOrganization()
    const theirs = await app.call('GET', `/v1/dead-letters/requeues/${body.id}`, undefined, { key })
    expect(theirs.status).toBe(404)
  })
})
