import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { testDatabase } from '../../../test/database.ts'
import { settleRestored } from './restored.ts'

/** How much further the server was from which the dump was taken. */
const FURTHER = 1_000_000_000

test('what was restored to a server that counts its transactions from less is told on from where it stopped', async () => {
  const told: string[] = []
  const receiver = createServer(async (request, reply) => {
    let body = ''
    for await (const chunk of request) body += chunk
    told.push(JSON.parse(body).data.id)
    reply.writeHead(204).end()
  }).listen(0, '127.0.0.1')
  await new Promise((done) => receiver.once('listening', done))
  const database = await testDatabase({ worded: true })
  const first = await startTestApp({ database })
  const say = async (app: TestApp, subject: string): Promise<string> => {
    const request = {
      type: 'message.custom',
      to: { email: 'hook@example.org' },
      channels: ['email'],
      payload: { subject, body: 'b' },
    }
    return (await app.call('POST', '/v1/notifications', request, { key: first.key })).body.id
  }
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  await first.post('/v1/webhook-endpoints', { url, events: ['notification.accepted'] })
  const before = await say(first, 'Told before')
  await first.eventually(async () => told.length === 1)
  expect(await settleRestored(database.url)).toBe(false)
  // While a transaction that has written is under way nothing is told: this one is still untold in the dump.
  await database.query('begin')
  await database.query('select pg_current_xact_id()')
  const untold = await say(first, 'Not told yet')
  await first.stop()
  await database.query('commit')

  for (const table of ['notification', 'message_event', 'webhook_cursor'])
    await database.query(`update ${table} set xid = (xid::text::bigint + ${FURTHER})::text::xid8`)
  expect(await settleRestored(database.url)).toBe(true)
  expect(await settleRestored(database.url)).toBe(false)

  const second = await startTestApp({ database })
  try {
    const after = await say(second, 'Told after')
    await second.eventually(async () => told.length > 2)
    expect(told[0]).toBe(before)
    expect(told.slice(1).sort()).toEqual([untold, after].sort())
  } finally {
    await second.stop()
    await database.close()
    receiver.close()
  }
})
