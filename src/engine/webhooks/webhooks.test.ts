import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const HOUR_MS = 3_600_000

interface Call {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A host's own server, that answers as it is told. */
interface Receiver {
  readonly url: string
  readonly calls: Call[]
  answer: (call: Call) => number | Record<string, string> | undefined
  close(): Promise<void>
}
const open: Receiver[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

async function receiver(answer: Receiver['answer'] = () => 204): Promise<Receiver> {
  const calls: Call[] = []
  const server: Server = createServer(async (request, reply) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const call = { headers: request.headers, body: Buffer.concat(chunks).toString() }
    calls.push(call)
    const said = one.answer(call)
    if (said === undefined) return
    if (typeof said === 'number') reply.writeHead(said).end()
    else reply.writeHead(302, said).end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const one: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?from=carillon`,
    calls,
    answer,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
  open.push(one)
  return one
}

interface Tenant {
  readonly organizationId: string
  readonly key: string
}
const as = (tenant: Tenant) => ({ key: tenant.key })

async function endpoint(tenant: Tenant, url: string, events: string[] = []) {
  const { status, body } = await app.call('POST', '/v1/webhook-endpoints', { url, events }, as(tenant))
  expect([status, body.code]).toEqual([201, undefined])
  return body as { id: string; secret: string }
}

let n = 0
async function say(tenant: Tenant, email = `hook-${++n}@example.org`) {
  const request = {
    type: 'message.custom',
    to: { email },
    channels: ['email'],
    payload: { subject: `S ${n}`, body: 'b' },
    allowRepeat: true,
  }
  const { status, body } = await app.call('POST', '/v1/notifications', request, as(tenant))
  expect(status).toBe(202)
  return body as { id: string; messages: { id: string }[] }
}
const told = (one: Receiver) =>
  one.calls.map(({ body }) => JSON.parse(body) as { type: string; data: Record<string, string> })
const deliveries = async (tenant: Tenant, id: string, query = '') =>
  (await app.call('GET', `/v1/webhook-endpoints/${id}/deliveries${query}`, undefined, as(tenant))).body.items
const shown = async (tenant: Tenant, id: string) =>
  (await app.call('GET', `/v1/webhook-endpoints/${id}`, undefined, as(tenant))).body

/** What a receiver does, by the scheme's own words. */
function isSigned({ headers, body }: Call, secret: string): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const expected = createHmac('sha256', key)
    .update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`)
    .digest('base64')
  return `${headers['webhook-signature']}`.split(' ').includes(`v1,${expected}`)
}

/** One that has written and goes on until its connection ends. */
async function beginTransaction(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: app.database.url })
  await client.connect()
  await client.query('begin')
  await client.query('select pg_current_xact_id()')
  return client
}

describe('an endpoint that is no place to call is refused', () => {
  test.each([
    ['not-an-address', 'url'],
    ['ftp://shop.example.com/x', 'url'],
    ['https://user:password@shop.example.com/x', 'url'],
    ['https://shop.example.com/x#here', 'url'],
  ])('%s', async (url, path) => {
    const { status, body } = await app.post('/v1/webhook-endpoints', { url })
    expect([status, body.errors[0].path]).toEqual([422, path])
    expect((await app.get('/v1/webhook-endpoints')).body.items).toEqual([])
  })

  test('an event nobody knows', async () => {
    const { status, body } = await app.post('/v1/webhook-endpoints', {
      url: 'https://example.com',
      events: ['moon.rose'],
    })
    expect([status, body.errors[0].path]).toEqual([422, 'events.0'])
  })

  test('more than twenty', async () => {
    const tenant = await app.otherOrganization()
    const make = () =>
      app.call('POST', '/v1/webhook-endpoints', { url: 'http://127.0.0.1:9/x', enabled: false }, as(tenant))
    const made = await Promise.all(Array.from({ length: 22 }, make))
    expect(made.filter(({ status }) => status === 201)).toHaveLength(20)
    expect(made.filter(({ status }) => status === 409)).toHaveLength(2)
  })
})

describe('what happens', () => {
  test('is told once, signed, to each endpoint that wants to hear of it', async () => {
    const tenant = await app.otherOrganization()
    const [all, some] = [await receiver(), await receiver()]
    const first = await endpoint(tenant, all.url)
    await endpoint(tenant, some.url, ['message.delivered'])
    const { id, messages } = await say(tenant)
    await app.eventually(async () => told(all).some(({ type }) => type === 'message.delivered'))
    await app.eventually(async () => told(some).length === 1)

    expect(
      told(all)
        .map(({ type }) => type)
        .sort(),
    ).toEqual(['message.delivered', 'message.sent', 'notification.accepted'])
    expect(told(some)[0]).toMatchObject({
      type: 'message.delivered',
      data: { messageId: messages[0]!.id, notificationId: id, channel: 'email', status: 'delivered' },
    })
    for (const call of all.calls) {
      expect(isSigned(call, first.secret)).toBe(true)
      expect(isSigned({ ...call, body: `${call.body} ` }, first.secret)).toBe(false)
      expect(Math.abs(Number(call.headers['webhook-timestamp']) * 1000 - app.clock.now().getTime())).toBeLessThan(
        60_000,
      )
    }
    expect(new Set(all.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(all.calls.length)
    await app.eventually(async () => (await deliveries(tenant, first.id, '?status=delivered')).length === 3)
    expect((await deliveries(tenant, first.id))[0].tries).toMatchObject([{ status: 204, error: null }])
  })

  test('of many messages, is told of each, by two processes that tell at once', async () => {
    const tenant = await app.otherOrganization()
    const one = await receiver()
    await endpoint(tenant, one.url, ['message.delivered'])
    const second = await startTestApp({ database: app.database })
    try {
      const sent = await Promise.all(Array.from({ length: 60 }, () => say(tenant)))
      const ids = () => told(one).map(({ data }) => data.messageId)
      await app.eventually(async () => new Set(ids()).size === 60)
      expect(ids().sort()).toEqual(sent.map(({ messages }) => messages[0]!.id).sort())
    } finally {
      await second.stop()
    }
  })

  test('of another organization, or while it was switched off, is not told', async () => {
    const [tenant, other] = [await app.otherOrganization(), await app.otherOrganization()]
    const one = await receiver()
    const another = await receiver()
    const { id } = await endpoint(tenant, one.url, ['notification.accepted'])
    await endpoint(tenant, another.url, ['notification.accepted'])
    await app.call('PATCH', `/v1/webhook-endpoints/${id}`, { enabled: false }, as(tenant))
    // Nothing is told while it runs: what happens meanwhile is still untold when the endpoint is switched on.
    const running = await beginTransaction()
    const { id: first } = await say(tenant)
    await say(other)
    await app.settled()
    await app.call('PATCH', `/v1/webhook-endpoints/${id}`, { enabled: true }, as(tenant))
    const { id: last } = await say(tenant)
    await running.end()
    await app.eventually(async () => one.calls.length > 0 && another.calls.length === 2)
    expect(told(one).map(({ data }) => data.id)).toEqual([last])
    expect(
      told(another)
        .map(({ data }) => data.id)
        .sort(),
    ).toEqual([first, last].sort())
    expect((await app.call('GET', `/v1/webhook-endpoints/${id}`, undefined, as(other))).status).toBe(404)
    for (const path of ['test', 'secret', 'replay'])
      expect((await app.call('POST', `/v1/webhook-endpoints/${id}/${path}`, {}, as(other))).status).toBe(404)
  })
})

describe('an endpoint that fails', () => {
  test('is tried again, later each time, with the same id, and a redirect is not followed', async () => {
    const tenant = await app.otherOrganization()
    const elsewhere = await receiver()
    const one = await receiver(() => ({ location: elsewhere.url }))
    const { id } = await endpoint(tenant, one.url, ['notification.accepted'])
    await say(tenant)
    await app.eventually(async () => (await deliveries(tenant, id))[0]?.tries.length === 1)
    expect((await deliveries(tenant, id))[0]).toMatchObject({ status: 'waiting', tries: [{ status: 302 }] })
    one.answer = () => 500
    app.clock.advance(10_000)
    await app.eventually(async () => (await deliveries(tenant, id))[0]?.tries.length === 2)
    one.answer = () => 204
    app.clock.advance(100_000)
    await app.eventually(async () => (await deliveries(tenant, id))[0]?.status === 'delivered')
    expect(new Set(one.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(elsewhere.calls).toEqual([])
    expect((await shown(tenant, id)).failingSince).toBeNull()
  })

  test('holds up nobody else, and shows since when', async () => {
    const tenant = await app.otherOrganization()
    const [silent, well] = [await receiver(() => undefined), await receiver()]
    const { id } = await endpoint(tenant, silent.url, ['message.sent'])
    await endpoint(tenant, well.url, ['message.sent'])
    await Promise.all(Array.from({ length: 20 }, () => say(tenant)))
    await app.eventually(async () => well.calls.length === 20)
    expect(silent.calls.length).toBeLessThanOrEqual(8)
    await silent.close()
    await app.eventually(async () => (await shown(tenant, id)).failingSince !== null)
  })

  test('for five days is switched off, its owner is told, and what it missed can be replayed', async () => {
    const tenant = await app.otherOrganization()
    await app.app.organizations.createMember({
      organizationId: tenant.organizationId,
      email: 'owner@example.org',
      password: 'correct horse battery',
      name: 'Sample',
      role: 'owner',
    })
    const one = await receiver(() => 503)
    const { id } = await endpoint(tenant, one.url, ['notification.accepted'])
    await say(tenant)
    await app.eventually(async () => (await shown(tenant, id)).failingSince !== null)
    app.clock.advance(5 * 24 * HOUR_MS + 60_000)
    await app.eventually(async () => !(await shown(tenant, id)).enabled)
    expect(await shown(tenant, id)).toMatchObject({ enabled: false, disabledReason: 'failing' })
    await app.eventually(async () => {
      const { body } = await app.call('GET', '/v1/notifications?type=webhook.disabled', undefined, as(tenant))
      return body.items.length === 1
    })
    expect((await deliveries(tenant, id, '?status=failed')).length).toBeGreaterThan(0)

    const replay = () =>
      app.call('POST', `/v1/webhook-endpoints/${id}/replay`, { from: '2026-01-01T00:00:00Z' }, as(tenant))
    expect((await replay()).status).toBe(409)
    one.answer = () => 204
    await app.call('PATCH', `/v1/webhook-endpoints/${id}`, { enabled: true }, as(tenant))
    expect((await replay()).body.replayed).toBeGreaterThan(0)
    await app.eventually(async () => (await deliveries(tenant, id, '?status=failed')).length === 0)
    expect((await shown(tenant, id)).disabledReason).toBeNull()
  })

  test('with 410 is switched off at once', async () => {
    const tenant = await app.otherOrganization()
    const one = await receiver(() => 410)
    const { id } = await endpoint(tenant, one.url)
    await app.call('POST', `/v1/webhook-endpoints/${id}/test`, undefined, as(tenant))
    await app.eventually(async () => (await shown(tenant, id)).disabledReason === 'gone')
    expect(one.calls).toHaveLength(1)
  })
})

test('a changed secret signs from then on, and the former one beside it for a day', async () => {
  const tenant = await app.otherOrganization()
  const one = await receiver()
  const made = await endpoint(tenant, one.url, ['webhook.test'])
  expect(await shown(tenant, made.id)).not.toHaveProperty('secret')
  const { body: next } = await app.call('POST', `/v1/webhook-endpoints/${made.id}/secret`, undefined, as(tenant))
  const ping = async () => {
    const { body } = await app.call('POST', `/v1/webhook-endpoints/${made.id}/test`, undefined, as(tenant))
    return app.eventually(async () => one.calls.find(({ headers }) => headers['webhook-id'] === body.deliveryId))
  }
  const call = await ping()
  expect([isSigned(call, made.secret), isSigned(call, next.secret)]).toEqual([true, true])
  app.clock.advance(25 * HOUR_MS)
  const later = await ping()
  expect([isSigned(later, made.secret), isSigned(later, next.secret)]).toEqual([false, true])
})

test('one delivery can be sent again, with its own id', async () => {
  const tenant = await app.otherOrganization()
  const one = await receiver()
  const { id } = await endpoint(tenant, one.url, ['webhook.test'])
  const { body } = await app.call('POST', `/v1/webhook-endpoints/${id}/test`, undefined, as(tenant))
  await app.eventually(async () => (await deliveries(tenant, id))[0]?.status === 'delivered')
  const again = await app.call(
    'POST',
    `/v1/webhook-endpoints/${id}/deliveries/${body.deliveryId}/replay`,
    undefined,
    as(tenant),
  )
  expect(again.body).toEqual({ replayed: 1 })
  await app.eventually(async () => one.calls.length === 2)
  expect(one.calls[1]!.headers['webhook-id']).toBe(body.deliveryId)
  expect((await app.call('DELETE', `/v1/webhook-endpoints/${id}`, undefined, as(tenant))).status).toBe(204)
  expect((await app.call('GET', `/v1/webhook-endpoints/${id}/deliveries`, undefined, as(tenant))).status).toBe(404)
})
