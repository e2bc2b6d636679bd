import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'

let database: TestDatabase
let app: TestApp
beforeAll(async () => {
  database = await testDatabase({ worded: true })
  // As a plan is after some executions: it prunes partitions while it runs.
  await database.query(
    `alter database "${new URL(database.url).pathname.slice(1)}" set plan_cache_mode = 'force_generic_plan'`,
  )
  app = await startTestApp({ database })
  app.clock.moveTo(new Date('2026-11-23T08:00:00Z'))
})
afterAll(async () => {
  await app.stop()
  await database.close()
})

let n = 0
const say = async (to: object): Promise<string> => {
  n += 1
  const { status, body } = await app.post('/v1/notifications', {
    type: 'message.custom',
    to,
    channels: ['email'],
    payload: { subject: `News ${n}`, body: `What happened, number ${n}` },
  })
  expect(status).toBe(202)
  return body.messages[0].id
}
const statuses = async (ids: readonly string[]) =>
  (await Promise.all(ids.map(async (id) => (await app.get(`/v1/messages/${id}`)).body.status))).sort()

/** Changes a message's row in a transaction that goes on until `end`, so that whoever writes it next waits, and looks again. */
async function hold(id: string) {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query('begin')
  await client.query('update message set attempt_count = attempt_count where id = $1', [id])
  return {
    /** Once somebody waits for it. */
    async end() {
      await app.eventually(async () => {
        const waiting = await database.query(
          `select from pg_locks where not granted and locktype in ('transactionid', 'tuple')`,
        )
        return waiting.length > 0
      })
      await client.query('commit')
      await client.end()
    },
  }
}

test('items of a digest all end with it, while one of their rows is being written', async () => {
  const { body: contact } = await app.post('/v1/contacts', { email: 'held@example.org' })
  await app.call('PATCH', `/v1/contacts/${contact.id}/preferences`, { digest: { tx: 'daily' } })
  const ids = [
    await say({ contactId: contact.id }),
    await say({ contactId: contact.id }),
    await say({ contactId: contact.id }),
  ]
  const held = await hold(ids[0]!)
  app.clock.moveTo(new Date('2026-11-24T07:00:01Z'))
  await held.end()
  await app.settled()
  await app.eventually(async () => (await statuses(ids)).every((status) => status !== 'scheduled'))
  expect(new Set(await statuses(ids)).size).toBe(1)
})

test('messages that are settled together are, while one of their rows is being written', async () => {
  const later = new Date(app.clock.now().getTime() + 3_600_000).toISOString()
  const ids: string[] = []
  for (let i = 0; i < 5; i++) {
    const { body } = await app.post('/v1/notifications', {
      type: 'message.custom',
      to: { email: `settled-${i}@example.org` },
      channels: ['email'],
      payload: { subject: `Later ${i}`, body: 'Together' },
      sendAt: later,
    })
    ids.push(body.messages[0].id)
  }
  const held = await hold(ids[2]!)
  app.clock.advance(3_600_000)
  await held.end()
  await app.settled()
  await app.eventually(async () => (await statuses(ids)).every((status) => ['sent', 'delivered'].includes(status)))
})
