import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { type Database, openDatabase } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import type { Settlement } from './settle-store.ts'
import { createSettling } from './settling.ts'
import { statusCode } from './status.ts'

let app: TestApp
let db: Database
beforeAll(async () => {
  app = await startTestApp({ roles: { api: true, worker: false } })
  db = openDatabase({ url: app.database.url })
})
afterAll(async () => {
  await db.close()
  await app.stop()
})

async function claimed(): Promise<string> {
  const { body } = await app.post('/v1/notifications', {
    type: 'message.custom',
    to: { email: `settling-${newId(new Date())}@example.org` },
    channels: ['email'],
    payload: { subject: 's', body: 'b' },
  })
  const { id } = body.messages[0]
  await app.database.query(`update message_work set state = 3, attempt = 1, worker_id = $2 where message_id = $1`, [
    id,
    id,
  ])
  await app.database.query(
    `insert into attempt (message_id, n, organization_id, started_at) values ($1, 1, $2, now())`,
    [id, app.organizationId],
  )
  return id
}

const sentAs = (messageId: string, providerMessageId: string): Settlement => ({
  parts: null,
  cost: null,
  messageId,
  n: 1,
  organizationId: app.organizationId,
  status: statusCode('sent'),
  nextDueAt: null,
  followUpAt: null,
  tries: 1,
  outcome: 0,
  provider: 'smtp',
  providerAccountId: null,
  providerMessageId,
  errorClass: null,
  code: null,
  detail: null,
  reason: null,
  eventId: newId(app.clock.now()),
  eventKind: statusCode('sent'),
  eventDetail: null,
  suppress: null,
  deadLetter: null,
  checkAt: null,
  at: app.clock.now(),
})

test('a carrier’s words that cannot be stored keep nothing from being settled', async () => {
  const [odd, fine] = [await claimed(), await claimed()]
  const errors: unknown[] = []
  const settling = createSettling({ db, changed: () => {}, onError: (error) => errors.push(error) })
  // Postgres stores no NUL in a text.
  await Promise.all([settling.settle(sentAs(odd, 'a\0b')), settling.settle(sentAs(fine, 'queued as 1'))])
  await settling.stop()
  for (const id of [odd, fine]) expect((await app.get(`/v1/messages/${id}`)).body.status).toBe('sent')
  expect(
    await app.database.query('select 1 from message_work where message_id = any($1::uuid[])', [[odd, fine]]),
  ).toEqual([])
  expect(errors.length).toBeGreaterThan(0)
})

test('from a worker that lost its claim, a failure changes nothing and a yes counts', async () => {
  const [failedLate, sentLate] = [await claimed(), await claimed()]
  await app.database.query('update message_work set attempt = 2 where message_id = any($1::uuid[])', [
    [failedLate, sentLate],
  ])
  const settling = createSettling({ db, changed: () => {}, onError: (error) => expect(error).toBeUndefined() })
  await settling.settle({
    ...sentAs(failedLate, 'x'),
    outcome: 1,
    status: statusCode('failed'),
    reason: '550',
    eventKind: statusCode('failed'),
    deadLetter: {
      messageId: failedLate,
      organizationId: app.organizationId,
      notificationId: failedLate,
      contactId: failedLate,
      channel: 1,
      type: 'message.custom',
      reason: 'permanent',
      code: '550',
    },
  })
  await settling.settle(sentAs(sentLate, 'y'))
  await settling.stop()
  expect((await app.get(`/v1/messages/${failedLate}`)).body.status).toBe('sending')
  expect((await app.get(`/v1/messages/${sentLate}`)).body.status).toBe('sent')
  expect((await app.get('/v1/dead-letters')).body.items).toEqual([])
  const left = await app.database.query<{ message_id: string }>(
    'select message_id from message_work where message_id = any($1::uuid[])',
    [[failedLate, sentLate]],
  )
  expect(left.map((row) => row.message_id)).toEqual([failedLate])
})
