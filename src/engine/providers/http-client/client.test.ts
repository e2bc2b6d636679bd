import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { PrivateHostError } from '../../../platform/http/public-host.ts'
import { formBody, jsonBody, readJson } from './body.ts'
import { createHttpClient, type HttpClient, type HttpClientOptions } from './client.ts'

const opened: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

const ASK = { method: 'POST', path: '/messages', body: formBody({ To: '+33612345678', Body: 'Été' }) } as const

async function listen<S extends Server>(server: S): Promise<S> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opened.push(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  )
  return server
}

const portOf = (server: Server) => (server.address() as AddressInfo).port

function connect(port: number, options: Partial<HttpClientOptions> = {}): HttpClient {
  const client = createHttpClient({
    baseUrl: `http://127.0.0.1:${port}`,
    headers: { authorization: 'Basic secret' },
    connections: 2,
    connectMs: 600,
    limitMs: 800,
    ...options,
  })
  opened.push(() => client.close())
  return client
}

/** A server that answers HTTP as it should. */
async function http(handle: RequestListener, options: Partial<HttpClientOptions> = {}) {
  const server = await listen(createHttpServer(handle))
  return connect(portOf(server), options)
}

/** A server that does whatever it likes with the socket once it has read something. */
async function raw(act: (socket: Socket, read: string) => void, options: Partial<HttpClientOptions> = {}) {
  const server = await listen(createTcpServer((socket) => socket.on('data', (data) => act(socket, data.toString()))))
  return connect(portOf(server), options)
}

async function freePort(): Promise<number> {
  const server = createTcpServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const port = portOf(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe('a request of which nothing left', () => {
  test('nobody listens', async () => {
    expect(await connect(await freePort()).send(ASK)).toEqual({ kind: 'not_sent', code: 'ECONNREFUSED' })
  })
  test('the name has no address', async () => {
    const client = connect(1, { baseUrl: 'http://carrier.invalid', limitMs: 5_000 })
    expect(await client.send(ASK)).toMatchObject({
      kind: 'not_sent',
      code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/),
    })
  })
  for (const host of ['carrier.example', '127.0.0.1', '2130706433', '[::1]'])
    test(`${host} is, or leads to, a private address`, async () => {
      const server = await listen(createHttpServer((_, response) => response.end('{}')))
      const client = connect(1, {
        baseUrl: `http://${host}:${portOf(server)}`,
        lookup: (name, _, done) => done(new PrivateHostError(name), ''),
      })
      expect(await client.send(ASK)).toEqual({ kind: 'not_sent', code: 'EPRIVATE' })
    })
  test('the port speaks no TLS', async () => {
    const server = await listen(createTcpServer((socket) => socket.end('hello\r\n')))
    const client = connect(1, { baseUrl: `https://127.0.0.1:${portOf(server)}` })
    expect(await client.send(ASK)).toMatchObject({ kind: 'not_sent' })
  })
  test('the port says nothing to TLS', async () => {
    const server = await listen(createTcpServer(() => {}))
    const client = connect(1, { baseUrl: `https://127.0.0.1:${portOf(server)}`, limitMs: 10_000 })
    expect(await client.send(ASK)).toEqual({ kind: 'not_sent', code: 'ETIMEDOUT' })
  })
  test('every connection is busy for too long; the one that waited is never written', async () => {
    const read: string[] = []
    let answer = () => {}
    const client = await http(
      async (request, response) => {
        read.push(await text(request))
        answer = () => response.end('{}')
      },
      { connections: 1, limitMs: 60_000 },
    )
    const first = client.send(ASK)
    await expect.poll(() => read.length).toBe(1)
    const second = client.send({ ...ASK, body: formBody({ To: 'second' }), limitMs: 100 })
    expect(await second).toEqual({ kind: 'not_sent', code: 'EBUSY' })
    answer()
    expect(await first).toMatchObject({ kind: 'answered', status: 200 })

    const third = client.send({ ...ASK, body: formBody({ To: 'third' }) })
    await expect.poll(() => read.length).toBe(2)
    expect(read[1]).toContain('third')
    answer()
    expect(await third).toMatchObject({ kind: 'answered', status: 200 })
  })
  test('every connection is busy, and the one it waited for comes free with the time of the other', async () => {
    const read: string[] = []
    const client = await http(async (request) => void read.push(await text(request)), { connections: 1 })
    for (let round = 1; round <= 2; round++) {
      const [first, second] = [client.send(ASK), client.send({ ...ASK, body: formBody({ To: 'second' }) })]
      expect(await first).toEqual({ kind: 'lost', code: 'ETIMEDOUT' })
      expect(await second).toEqual({ kind: 'not_sent', code: 'EBUSY' })
    }
    expect(read.filter((body) => body.includes('second'))).toEqual([])
  })
  test('a request whose connection is gone takes another', async () => {
    const read: string[] = []
    let answer = () => {}
    const client = await http(
      async (request, response) => {
        read.push(await text(request))
        answer = () => response.end('{}')
      },
      { connections: 1 },
    )
    const first = client.send(ASK)
    const second = client.send({ ...ASK, limitMs: 60_000 })
    expect(await first).toEqual({ kind: 'lost', code: 'ETIMEDOUT' })
    await expect.poll(() => read.length).toBe(2)
    answer()
    expect(await second).toMatchObject({ kind: 'answered', status: 200 })
  })
  test('the client is closed', async () => {
    const client = await http((_, response) => response.end('{}'))
    await client.close()
    expect(await client.send(ASK)).toEqual({ kind: 'not_sent', code: 'ECLOSED' })
  })
})

describe('a request that left and was not answered', () => {
  test('the server resets after it has read everything', async () => {
    const client = await raw((socket) => socket.resetAndDestroy())
    expect(await client.send(ASK)).toEqual({ kind: 'lost', code: 'ECONNRESET' })
  })
  test('the server closes politely after it has read everything', async () => {
    const client = await raw((socket) => socket.end())
    expect(await client.send(ASK)).toEqual({ kind: 'lost', code: 'ECONNRESET' })
  })
  test('the server never answers', async () => {
    const client = await raw(() => {})
    expect(await client.send(ASK)).toEqual({ kind: 'lost', code: 'ETIMEDOUT' })
  })
  test('the answer trickles for ever', async () => {
    const client = await raw((socket) => {
      socket.write('HTTP/1.1 201 Created\r\ncontent-length: 100000\r\n\r\n')
      const timer = setInterval(() => socket.write('x'), 20)
      socket.on('close', () => clearInterval(timer))
    })
    expect(await client.send(ASK)).toEqual({ kind: 'lost', code: 'ETIMEDOUT' })
  })
  test('a yes is cut in the middle', async () => {
    const client = await raw((socket) => socket.end('HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\n{"sid": "SM'))
    expect(await client.send(ASK)).toMatchObject({ kind: 'lost' })
  })
  test('a yes is longer than a megabyte', async () => {
    const client = await http((_, response) => void response.end('x'.repeat(2_000_000)), { limitMs: 5_000 })
    expect(await client.send(ASK)).toEqual({ kind: 'lost', code: 'ETOOLARGE' })
  })
  test('the answer is not HTTP', async () => {
    const client = await raw((socket) => socket.end('220 mail.example ESMTP\r\n'))
    expect(await client.send(ASK)).toEqual({ kind: 'lost', code: 'EPROTOCOL' })
  })
  test('the headers never end', async () => {
    const client = await raw((socket) => socket.write(`HTTP/1.1 200 OK\r\n${'x-filler: yes\r\n'.repeat(20_000)}`))
    expect(await client.send(ASK)).toEqual({ kind: 'lost', code: 'EPROTOCOL' })
  })
  test('only a 100 Continue comes', async () => {
    const client = await raw((socket) => socket.end('HTTP/1.1 100 Continue\r\n\r\n'))
    expect(await client.send(ASK)).toMatchObject({ kind: 'lost' })
  })
})

describe('an answer', () => {
  test('that says no is a no without its reasons, whatever became of them', async () => {
    const cut = await raw((socket) => socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 100\r\n\r\n{"code"'))
    expect(await cut.send(ASK)).toMatchObject({ kind: 'answered', status: 400, body: '' })
    const long = await http((_, response) => void response.writeHead(500).end('x'.repeat(2_000_000)))
    expect(await long.send(ASK)).toMatchObject({ kind: 'answered', status: 500, body: '' })
  })
  test('that redirects is not followed', async () => {
    let asked = 0
    const client = await http((_, response) => {
      asked++
      response.writeHead(307, { location: '/elsewhere' }).end()
    })
    expect(await client.send(ASK)).toMatchObject({ kind: 'answered', status: 307 })
    expect(asked).toBe(1)
  })
  test('comes whole, in however many pieces', async () => {
    const client = await raw((socket) => {
      socket.setNoDelay(true)
      const bytes = Buffer.from('HTTP/1.1 201 Created\r\ncontent-length: 14\r\nx-one: 1\r\n\r\n{"ok":"été"}')
      let at = 0
      const timer = setInterval(() => {
        if (at >= bytes.length) return clearInterval(timer)
        socket.write(bytes.subarray(at, ++at))
      }, 1)
    })
    const answer = await client.send(ASK)
    expect(answer).toMatchObject({ kind: 'answered', status: 201, headers: { 'x-one': '1' } })
    expect(answer.kind === 'answered' && readJson(answer.body)).toEqual({ ok: 'été' })
  })
})

describe('what goes over the wire', () => {
  const seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = []
  afterEach(() => void seen.splice(0))
  const record = async (request: IncomingMessage, response: ServerResponse) => {
    seen.push({ method: request.method!, url: request.url!, headers: request.headers, body: await text(request) })
    response.end('{}')
  }

  test('a form: encoded, under the base path, with who we are', async () => {
    const server = await listen(createHttpServer(record))
    const client = connect(0, { baseUrl: `http://127.0.0.1:${portOf(server)}/base/` })
    await client.send({ method: 'POST', path: '/m?x=1', body: formBody({ 'a b': '1+1=2 & é', alone: 'x\ud800' }) })
    expect(seen).toMatchObject([
      {
        method: 'POST',
        url: '/base/m?x=1',
        headers: {
          authorization: 'Basic secret',
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
        },
      },
    ])
    expect([...new URLSearchParams(seen[0]!.body)]).toEqual([
      ['a b', '1+1=2 & é'],
      ['alone', 'x\ufffd'],
    ])
  })
  test('JSON', async () => {
    const client = await http(record)
    await client.send({ method: 'POST', path: '/m', body: jsonBody({ to: 'é' }) })
    expect(seen).toMatchObject([{ headers: { 'content-type': 'application/json' }, body: '{"to":"é"}' }])
  })
  test('a question has no body', async () => {
    const client = await http(record)
    await client.send({ method: 'GET', path: '/m' })
    expect(seen).toMatchObject([{ method: 'GET', body: '' }])
    expect(seen[0]!.headers['content-type']).toBeUndefined()
  })
})

test('connections are kept between requests, and never more than allowed', async () => {
  let made = 0
  const server = createHttpServer((_, response) => void setTimeout(() => response.end('{}'), 5))
  server.on('connection', () => made++)
  await listen(server)
  const client = connect(portOf(server), { connections: 3, limitMs: 5_000 })
  for (let round = 0; round < 3; round++)
    for (const answer of await Promise.all(Array.from({ length: 12 }, () => client.send(ASK))))
      expect(answer).toMatchObject({ kind: 'answered', status: 200 })
  expect(made).toBeLessThanOrEqual(3)
})

test('closing lets what is under way end', async () => {
  const client = await http((_, response) => void setTimeout(() => response.end('{}'), 50))
  const sending = client.send(ASK)
  await client.close()
  expect(await sending).toMatchObject({ kind: 'answered', status: 200 })
})

test('JSON that is no object is not read as one', () => {
  for (const text of ['', 'null', '[]', '"x"', '1', '{', '<html>', '\ufeff{}', '{"a":1}x'])
    expect(readJson(text)).toBeUndefined()
  expect(readJson('{"__proto__":{"a":1},"b":2}')).toMatchObject({ b: 2 })
})
