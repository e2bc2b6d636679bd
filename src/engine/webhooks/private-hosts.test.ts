import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

/** A process of its own: where private hosts are allowed, another worker of the same database would call them. */
let app: TestApp
let server: Server
let calls = 0
beforeAll(async () => {
  app = await startTestApp({ allowPrivateHosts: false })
  server = createServer((_, reply) => {
    calls++
    reply.writeHead(204).end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
})
afterAll(async () => {
  await app.stop()
  server.close()
})

test('where private hosts are refused, neither they nor plain HTTP can be named', async () => {
  for (const [url, message] of [
    ['http://example.com/x', /https/],
    ['https://127.0.0.1/x', /public internet/],
    ['https://2130706433/x', /public internet/],
    ['https://[::1]/x', /public internet/],
    ['https://169.254.169.254/latest/meta-data', /public internet/],
    ['https://localhost/x', /public internet/],
  ] as const) {
    const { status, body } = await app.post('/v1/webhook-endpoints', { url })
    expect([url, status, body.errors?.[0].path]).toEqual([url, 422, 'url'])
    expect(body.errors[0].message).toMatch(message)
  }
  // One that was saved before, or whose name moved: it is refused when it is connected to.
  await app.database.query(
    `insert into webhook_endpoint (id, organization_id, url, events, secret, created_at, updated_at)
     values ('019a9f00-0000-7000-8000-0000000000aa', $1, $2, '{}', '\\x00', now(), now())`,
    [app.organizationId, `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`],
  )
  await app.post('/v1/webhook-endpoints/019a9f00-0000-7000-8000-0000000000aa/secret')
  await app.post('/v1/webhook-endpoints/019a9f00-0000-7000-8000-0000000000aa/test')
  const delivery = await app.eventually(async () => {
    const { body } = await app.get('/v1/webhook-endpoints/019a9f00-0000-7000-8000-0000000000aa/deliveries')
    return body.items[0]?.tries.length > 0 && body.items[0]
  })
  expect(delivery.tries[0].status).toBeNull()
  expect(calls).toBe(0)
})
