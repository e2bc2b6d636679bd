import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import type { InjectOptions } from 'fastify'
import { describe, expect, test } from 'vitest'
import { startHttpServer, THING, things } from '../../../test/http-server.ts'
import type { Server } from './server.ts'

const port = async (server: Server): Promise<number> => {
  await server.listen({ port: 0, host: '127.0.0.1' })
  return (server.server.address() as AddressInfo).port
}

/** Everything a server says to these bytes until it hangs up. */
async function said(to: number, bytes: string): Promise<string> {
  const socket = connect(to, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.on('error', () => {})
  socket.write(bytes)
  socket.setTimeout(5_000, () => socket.end())
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}

const SECURITY = {
  'x-content-type-options': /^nosniff$/,
  'cache-control': /^no-store$/,
  'referrer-policy': /^no-referrer$/,
  'strict-transport-security': /^max-age=31536000; includeSubDomains$/,
  'content-security-policy': /default-src 'none'.*base-uri 'none'.*frame-ancestors 'none'/,
}

describe('every kind of answer says what a browser may do with it', () => {
  const ANSWERS: [string, number, InjectOptions | string][] = [
    ['what was asked for', 200, `/v1/things/${THING.id}`],
    ['a refused body', 422, { method: 'POST', url: '/v1/things', payload: {} }],
    ['an address there is not', 404, '/v1/nothing'],
    ['another method', 405, { method: 'DELETE', url: `/v1/things/${THING.id}` }],
    ['an address that is none', 400, '/v1/%ff'],
    [
      'a type we do not take',
      415,
      { method: 'POST', url: '/v1/things', payload: 'a', headers: { 'content-type': 'text/plain' } },
    ],
    ['a fault of ours', 500, '/v1/broken'],
    ['the health', 200, '/health/live'],
    ['the description of the API', 200, '/openapi.json'],
  ]
  test.each(ANSWERS)('%s', async (_what, status, request) => {
    const server = await startHttpServer(
      (server) => {
        things(server)
        server.get('/v1/broken', async () => {
          throw new TypeError('surprise')
        })
      },
      { publicUrl: 'https://messages.example.com' },
    )
    const answer = await server.inject(request)
    expect(answer.statusCode).toBe(status)
    for (const [name, value] of Object.entries(SECURITY))
      expect([name, answer.headers[name]]).toEqual([name, expect.stringMatching(value)])
  })

  test('what is not HTTP, and what is too much', async () => {
    const options = { publicUrl: 'https://messages.example.com', pressure: { working: 0 } }
    const to = await port(await startHttpServer(things, options))
    for (const bytes of [
      'HELO example.com\r\n\r\n',
      'GET /v1/nothing HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
    ]) {
      const answer = await said(to, bytes)
      expect(answer).toMatch(/^HTTP\/1.1 (?:400|503) /)
      for (const name of Object.keys(SECURITY)) expect(answer.toLowerCase()).toContain(`\n${name}: `)
    }
  })
})

describe('one request cannot be taken for two', () => {
  const BODY = '{"name":"a"}'
  test.each([
    ['two lengths', `content-length: ${BODY.length}\r\ncontent-length: 3`],
    ['a length and chunks', `content-length: ${BODY.length}\r\ntransfer-encoding: chunked`],
    ['chunks by another name', 'transfer-encoding: xchunked'],
    ['a length that is none', 'content-length: +12'],
    ['a header over two lines', `content-length: ${BODY.length}\r\nx-a: b\r\n c: d\r\n`],
    ['a space before the colon', `content-length : ${BODY.length}`],
  ])('%s', async (_what, headers) => {
    const to = await port(await startHttpServer(things))
    const answer = await said(
      to,
      `POST /v1/things HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\nconnection: close\r\n${headers}\r\n\r\n${BODY}GET /health/live HTTP/1.1\r\n\r\n`,
    )
    expect(answer.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 400'])
  })

  test('headers without an end', async () => {
    const to = await port(await startHttpServer(things))
    expect(await said(to, `GET / HTTP/1.1\r\nx-a: ${'a'.repeat(100_000)}`)).toMatch(/^HTTP\/1\.1 4\d\d /)
  })
})

test('who sends slowly is let go: headers within half a minute, all of it within two', async () => {
  const { server } = await startHttpServer(things)
  expect(server.headersTimeout).toBe(30_000)
  expect(server.requestTimeout).toBe(120_000)
  expect(server.keepAliveTimeout).toBe(75_000)
})

describe('who asks', () => {
  const asked = async (trustProxy: string[], remoteAddress: string) => {
    const server = await startHttpServer(
      (server) => {
        server.get('/v1/who', async (request) => ({ ip: request.ip, host: request.host }))
      },
      { trustProxy },
    )
    const headers = { 'x-forwarded-for': '192.0.2.9, 203.0.113.7', 'x-real-ip': '192.0.2.9' }
    return (await server.inject({ url: '/v1/who', headers, remoteAddress })).json().ip
  }

  test('is whoever connects, whatever the request says', async () => {
    expect(await asked([], '198.51.100.4')).toBe('198.51.100.4')
    expect(await asked(['10.0.0.0/8'], '198.51.100.4')).toBe('198.51.100.4')
  })

  test('behind a proxy that is believed: the last address that no such proxy has', async () => {
    expect(await asked(['10.0.0.0/8'], '10.1.2.3')).toBe('203.0.113.7')
    expect(await asked(['10.0.0.0/8', '203.0.113.7'], '10.1.2.3')).toBe('192.0.2.9')
  })
})
