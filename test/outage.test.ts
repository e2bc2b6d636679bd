import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './app.ts'
import { testDatabase } from './database.ts'
import { testRedisUrl } from './redis.ts'
import { openTcpLink, type TcpLink } from './tcp-link.ts'

const request = (n: number) => ({
  type: 'message.custom',
  to: { email: `outage${n}@example.org` },
  channels: ['email'],
  payload: { subject: 's', body: 'b' },
})

describe('while Postgres is away', () => {
  let app: TestApp
  let link: TcpLink
  beforeAll(async () => {
    const database = await testDatabase()
    link = await openTcpLink(database.url)
    app = await startTestApp({ database, databaseUrl: link.url })
  })
  afterAll(async () => {
    await link.mend()
    await app.stop()
    await link.close()
  })

  test('callers are told to come back, readiness names it, and all goes on when it is back', async () => {
    const before = (await app.post('/v1/notifications', request(1))).body
    await app.settled()
    await link.cut()

    const refused = await app.call('POST', '/v1/notifications', request(2))
    expect([refused.status, refused.body.code, Number(refused.headers['retry-after']) > 0]).toEqual([
      503,
      'unavailable',
      true,
    ])
    const ready = await app.call('GET', '/health/ready', undefined, { key: null })
    expect([ready.status, ready.body.parts.database.ok]).toEqual([503, false])
    expect((await app.call('GET', '/health/live', undefined, { key: null })).status).toBe(200)

    await link.mend()
    const after = await app.eventually(async () => {
      const answer = await app.post('/v1/notifications', request(3))
      return answer.status === 202 && answer.body
    })
    for (const { messages } of [before, after])
      await app.eventually(async () => (await app.get(`/v1/messages/${messages[0].id}`)).body.status === 'delivered')
    expect((await app.call('GET', '/health/ready', undefined, { key: null })).status).toBe(200)
  })

  test('what was under way when it went is delivered, and nothing is left over', async () => {
    const sent = await Promise.all(
      Array.from({ length: 30 }, (_, n) => app.post('/v1/notifications', request(100 + n))),
    )
    await link.cut()
    await link.mend()
    for (const { body } of sent)
      await app.eventually(
        async () => (await app.get(`/v1/messages/${body.messages[0].id}`)).body.status === 'delivered',
      )
    const open = await app.database.query('select 1 from message_work')
    expect(open).toEqual([])
  })
})

const redisUrl = testRedisUrl()
if (redisUrl)
  describe('while Redis is away', () => {
    let app: TestApp
    let link: TcpLink
    beforeAll(async () => {
      link = await openTcpLink(redisUrl)
      app = await startTestApp({ redisUrl: link.url })
    })
    afterAll(async () => {
      await link.mend()
      await app.stop()
      await link.close()
    })

    test('notifications are still accepted, readiness names the queue, and they leave when it is back', async () => {
      await link.cut()
      const { status, body } = await app.post('/v1/notifications', request(1))
      expect(status).toBe(202)
      const ready = await app.call('GET', '/health/ready', undefined, { key: null })
      expect([ready.status, ready.body.parts.queue.ok, ready.body.parts.database.ok]).toEqual([503, false, true])
      await link.mend()
      await app.eventually(
        async () => (await app.get(`/v1/messages/${body.messages[0].id}`)).body.status === 'delivered',
      )
    })
  })
