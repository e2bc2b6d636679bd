import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { CarillonError, type ClientOptions, createClient } from './client.ts'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

interface Seen {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: string
}

type Reply = { status?: number; headers?: Record<string, string>; body?: unknown; hangUp?: boolean; silent?: boolean }

/** A server that answers what it is told, in order; the last answer goes on. */
async function serverSaying(...replies: Reply[]) {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    seen.push({
      method: request.method!,
      url: request.url!,
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    })
    const reply = replies[Math.min(seen.length, replies.length) - 1]!
    if (reply.hangUp) return request.socket.destroy()
    if (reply.silent) return
    const { status = 200, headers = {}, body } = reply
    response.writeHead(status, {
      'content-type': status < 400 ? 'application/json' : 'application/problem+json',
      ...headers,
    })
    response.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanUps.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = (options: Partial<ClientOptions> = {}) => createClient({ baseUrl, apiKey: 'crl_test', ...options })
  return { seen, client, baseUrl }
}

const ACCEPTED = { id: 'n1', status: 'accepted', duplicate: false, messages: [] }
const HELLO = { type: 'message.custom', to: { email: 'someone@example.com' }, payload: { subject: 'a', body: 'b' } }
const problem = (status: number, code: string, more: object = {}) => ({
  status,
  body: { type: 'x', title: 'x', status, code, detail: 'Not now', ...more },
})

describe('a send', () => {
  test('goes out with the key and an Idempotency-Key of its own', async () => {
    const { seen, client } = await serverSaying({ status: 202, body: ACCEPTED })
    expect(await client().notifications.send(HELLO)).toEqual(ACCEPTED)
    await client().notifications.send(HELLO)
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/v1/notifications',
      headers: { authorization: 'Bearer crl_test', 'content-type': 'application/json' },
    })
    expect(JSON.parse(seen[0]!.body)).toEqual(HELLO)
    const keys = seen.map((request) => request.headers['idempotency-key'])
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
    expect(keys[1]).not.toBe(keys[0])
  })

  test.each([
    ['the server cannot reach a part', problem(503, 'unavailable')],
    ['a proxy in between fails', { status: 502, body: '<html>Bad gateway</html>' }],
    ['the connection breaks', { hangUp: true }],
    ['there are too many requests', problem(429, 'rate_limited')],
  ])('is repeated under the same Idempotency-Key when %s', async (_case, failure) => {
    const { seen, client } = await serverSaying(failure, { status: 202, body: ACCEPTED })
    expect(await client().notifications.send(HELLO)).toEqual(ACCEPTED)
    expect(seen).toHaveLength(2)
    expect(seen[1]!.headers['idempotency-key']).toBe(seen[0]!.headers['idempotency-key'])
    expect(seen[1]!.body).toBe(seen[0]!.body)
  })

  test('keeps the key the caller chose', async () => {
    const { seen, client } = await serverSaying({ status: 202, body: ACCEPTED })
    await client().events.raise(
      { type: 'payment.received', payload: { payerName: 'Sample', amount: 4200, currency: 'EUR' } },
      { idempotencyKey: 'order-42' },
    )
    expect(seen[0]!.headers['idempotency-key']).toBe('order-42')
  })

  test('what an event tells is checked before it is sent: by the compiler', () => {
    const known = { payerName: 'Sample', amount: 4200, currency: 'EUR' }
    const raise = (client: () => ReturnType<typeof createClient>) => [
      client().events.raise({
        type: 'payment.received',
        payload: { payerName: 'Sample', amount: 4200, currency: 'EUR' },
      }),
      client().events.raise({ type: 'host.own_event', payload: { anything: true } }),
      // @ts-expect-error its amount is missing
      client().events.raise({ type: 'payment.received', payload: { payerName: 'Sample', currency: 'EUR' } }),
      // @ts-expect-error its amount is no text
      client().events.raise({ type: 'payment.received', payload: { ...known, amount: '42' } }),
    ]
    expect(raise).toBeTypeOf('function')
  })

  test('is given up after the retries, with the last refusal', async () => {
    const { seen, client } = await serverSaying(problem(503, 'unavailable', { requestId: 'r-1' }))
    const refusal = await client({ retries: 2 })
      .notifications.send(HELLO)
      .catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(CarillonError)
    expect(refusal).toMatchObject({ code: 'unavailable', status: 503, requestId: 'r-1', message: 'Not now' })
    expect(seen).toHaveLength(3)
  })

  test('waits at least as long as Retry-After says', async () => {
    const { client } = await serverSaying(
      { ...problem(429, 'rate_limited'), headers: { 'retry-after': '1' } },
      { status: 202, body: ACCEPTED },
    )
    const began = performance.now()
    await client().notifications.send(HELLO)
    expect(performance.now() - began).toBeGreaterThanOrEqual(1000)
  })

  test('does not wait for minutes: the caller is told', async () => {
    const { seen, client } = await serverSaying({ ...problem(503, 'unavailable'), headers: { 'retry-after': '600' } })
    await expect(client().notifications.send(HELLO)).rejects.toMatchObject({
      code: 'unavailable',
      retryAfterSeconds: 600,
    })
    expect(seen).toHaveLength(1)
  })

  test('that is refused is not repeated; the refusal names the fields', async () => {
    const errors = [{ path: 'to.email', message: 'Invalid email address' }]
    const { seen, client } = await serverSaying(problem(422, 'validation_failed', { errors }))
    await expect(client().notifications.send(HELLO)).rejects.toMatchObject({
      code: 'validation_failed',
      status: 422,
      errors,
    })
    expect(seen).toHaveLength(1)
  })

  test('can be called off while it waits', async () => {
    const { seen, client } = await serverSaying({ ...problem(503, 'unavailable'), headers: { 'retry-after': '30' } })
    const caller = new AbortController()
    const sending = client().notifications.send(HELLO, { signal: caller.signal })
    await expect.poll(() => seen.length).toBe(1)
    caller.abort(new Error('enough'))
    await expect(sending).rejects.toThrow('enough')
  })
})

test('what is not safe to do twice is not repeated when the answer was lost, only when it was refused at the door', async () => {
  const lost = await serverSaying({ hangUp: true })
  await expect(lost.client().notifications.resend('n1')).rejects.toMatchObject({ code: 'network', status: 0 })
  await expect(lost.client().contacts.create({ name: 'a' })).rejects.toMatchObject({ code: 'network' })
  expect(lost.seen).toHaveLength(2)
  const busy = await serverSaying(problem(429, 'rate_limited'), { status: 202, body: ACCEPTED })
  expect(await busy.client().notifications.resend('n1')).toEqual(ACCEPTED)
})

test('a server that does not answer is a network error, after the time allowed', async () => {
  const { client } = await serverSaying({ silent: true })
  await expect(client({ retries: 0, timeoutMs: 50 }).catalogue.list()).rejects.toMatchObject({
    code: 'network',
    message: 'No answer within 0.05 s',
  })
})

test('a list is walked page after page, as far as the caller goes', async () => {
  const page = (ids: string[], nextCursor: string | null) => ({
    body: { items: ids.map((id) => ({ id })), nextCursor },
  })
  const { seen, client } = await serverSaying(page(['a', 'b'], 'c1'), page(['c'], null))
  const ids: string[] = []
  for await (const message of client().messages.each({ status: 'failed', limit: 2 })) ids.push(message.id)
  expect(ids).toEqual(['a', 'b', 'c'])
  expect(seen.map((request) => request.url)).toEqual([
    '/v1/messages?status=failed&limit=2',
    '/v1/messages?status=failed&limit=2&cursor=c1',
  ])

  for await (const _message of client().messages.each()) break
  expect(seen).toHaveLength(3)
})

test('ids are put into addresses as they are, whatever they hold', async () => {
  const { seen, client } = await serverSaying({ status: 404, body: {} })
  await client()
    .messages.get('../contacts?x=1')
    .catch(() => {})
  expect(seen[0]!.url).toBe('/v1/messages/..%2Fcontacts%3Fx%3D1')
})

test('a deletion, which has no answer, is awaited', async () => {
  const { client } = await serverSaying({ status: 204 })
  expect(await client().contacts.remove('c1')).toBeUndefined()
})

test('a subscriber token is asked for before every request', async () => {
  const { seen, baseUrl } = await serverSaying({ body: { unread: 1, unseen: 0 } })
  let n = 0
  const subscriber = createClient({ baseUrl, token: async () => `token-${++n}` })
  await subscriber.inApp.unreadCount()
  await subscriber.inApp.unreadCount()
  expect(seen.map((request) => request.headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2'])
})

test('a client outside a browser needs to be told where the server is', () => {
  expect(() => createClient({ apiKey: 'crl_test' })).toThrow('baseUrl')
})
