import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Logger, pino } from 'pino'
import { afterEach, describe, expect, inject, test } from 'vitest'
import WebSocket from 'ws'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { openapiDocument } from './openapi.ts'
import { openapiFaults } from './openapi-faults.ts'
import { plainReply } from './schemas.ts'
import { ATTACHMENTS_BODY_LIMIT_BYTES, createServer, type Server, type ServerOptions } from './server.ts'
import { Timestamp } from './timestamp.ts'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

function logInto(lines: { level: number; msg: string; requestId?: string; err?: { message: string } }[]): Logger {
  return pino({ level: 'warn' }, { write: (line) => lines.push(JSON.parse(line)) })
}

async function startServer(
  register: (server: Server) => void = () => {},
  options: Partial<ServerOptions> = {},
): Promise<Server> {
  const server = await createServer({
    log: pino({ level: 'silent' }),
    version: '1.2.3',
    publicUrl: 'http://127.0.0.1:3000',
    health: { ready: {}, metrics: async () => 'up 1\n' },
    ...options,
  })
  register(server)
  cleanUps.push(() => server.close())
  await server.ready()
  return server
}

const Thing = z.object({ id: z.uuid(), name: z.string(), at: Timestamp })
const NewThing = z.strictObject({
  name: z.string().max(2_000_000),
  to: z
    .union([z.strictObject({ contactId: z.uuid() }), z.strictObject({ email: z.email(), name: z.string().optional() })])
    .optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
})
const THING = { id: '01977b3e-0000-7000-8000-000000000001', name: 'one', at: new Date('2026-11-20T09:00:00Z') }

function things(server: Server): void {
  server.post(
    '/v1/things',
    {
      schema: {
        summary: 'Make a thing',
        tags: ['Things'],
        body: NewThing,
        response: { 201: Thing },
        example: { body: { name: 'one' }, response: THING },
      },
    },
    async (request, reply) => {
      reply.code(201)
      return { ...THING, name: request.body.name }
    },
  )
  server.get('/v1/things/:id', { schema: { hide: true, params: z.object({ id: z.uuid() }) } }, async () => THING)
}

async function statusOf(url: string): Promise<number> {
  const answer = await fetch(url)
  await answer.arrayBuffer()
  return answer.status
}

const postText = (server: Server, payload: string | Buffer, type = 'application/json') =>
  server.inject({ method: 'POST', url: '/v1/things', payload, headers: { 'content-type': type } })

describe('a request that is refused', () => {
  test.each([
    ['JSON that breaks off', '{"name": "a",\n "to"', 400, 'invalid_json'],
    ['__proto__ in the JSON', '{"name": "a", "__proto__": {"admin": true}}', 400, 'invalid_json'],
    ['__proto__ written with escapes', '{"name": "a", "\\u005f_proto__": {"admin": true}}', 400, 'invalid_json'],
    [
      'constructor.prototype in the JSON',
      '{"name": "a", "metadata": {"constructor": {"prototype": {}}}}',
      400,
      'invalid_json',
    ],
    ['a body that is an array', '[]', 422, 'validation_failed'],
    ['no body at all', '', 422, 'validation_failed'],
    ['a body over 1 MB', `{"name": "${'a'.repeat(1024 * 1024)}"}`, 413, 'payload_too_large'],
  ])('gets a problem document for %s', async (_case, payload, status, code) => {
    const server = await startServer(things)
    const answer = await postText(server, payload)
    expect(answer.statusCode).toBe(status)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.json()).toMatchObject({
      status,
      code,
      type: `urn:carillon:problem:${code}`,
      requestId: answer.headers['x-request-id'],
    })
  })

  test('says where the JSON breaks, without repeating it', async () => {
    const server = await startServer(things)
    const { detail } = (await postText(server, '{"name": "secret",\n "to" oops')).json()
    expect(detail).toContain('line 2')
    expect(detail).not.toContain('secret')
    expect(detail).not.toContain('oops')
  })

  test('is told every unknown key by its path, also inside the nearest form of a union', async () => {
    const server = await startServer(things)
    const answer = await postText(
      server,
      JSON.stringify({ name: 'a', colour: 1, to: { email: 'a@example.com', nick: 'x' } }),
    )
    expect(answer.statusCode).toBe(422)
    expect(
      answer
        .json()
        .errors.map((error: { path: string }) => error.path)
        .sort(),
    ).toEqual(['colour', 'to.nick'])
  })

  test('is told the path of a NUL and of half a surrogate pair, in values and keys, however deep', async () => {
    const server = await startServer(things)
    const answer = await postText(
      server,
      '{"name": "a\\u0000", "metadata": {"list": [{"deep": "x\\ud83d"}], "k\\u0000": 1, "fine": "\\ud83d\\ude00"}}',
    )
    expect(answer.statusCode).toBe(422)
    expect(
      answer
        .json()
        .errors.map((error: { path: string }) => error.path)
        .sort(),
    ).toEqual(['metadata.k', 'metadata.list.0.deep', 'name'])
  })

  test('is answered although its JSON is nested fifty thousand deep', async () => {
    const server = await startServer(things)
    const deep = `{"name": "\\u0000", "metadata": {"a": ${'['.repeat(50_000)}${']'.repeat(50_000)}}}`
    expect((await postText(server, deep)).statusCode).toBe(422)
  })

  test('is refused when it is not UTF-8', async () => {
    const server = await startServer(things)
    const answer = await postText(
      server,
      Buffer.from([...Buffer.from('{"name": "'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')]),
    )
    expect(answer.json()).toMatchObject({ status: 400, code: 'invalid_json' })
  })

  test.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x', 'nonsense'])(
    'is refused as %s',
    async (type) => {
      const server = await startServer(things)
      expect((await postText(server, 'name=a', type)).json()).toMatchObject({
        status: 415,
        code: 'unsupported_media_type',
      })
    },
  )

  test('names the methods an address takes, and says so when there is no such address', async () => {
    const server = await startServer(things)
    const wrong = await server.inject({ method: 'DELETE', url: `/v1/things/${THING.id}` })
    expect(wrong.json()).toMatchObject({
      status: 405,
      code: 'method_not_allowed',
      detail: expect.stringContaining('GET'),
    })
    expect(wrong.headers.allow).toContain('GET')
    expect((await server.inject('/v1/nothing')).json()).toMatchObject({ status: 404, code: 'not_found' })
    expect((await server.inject({ method: 'POST', url: '/', payload: {} })).json()).toMatchObject({
      status: 404,
      code: 'not_found',
    })
  })

  test('names nothing when its id is no id', async () => {
    const server = await startServer(things)
    expect((await server.inject('/v1/things/42')).json()).toMatchObject({ status: 404, code: 'not_found' })
    expect((await server.inject(`/v1/things/${'a'.repeat(5000)}`)).json()).toMatchObject({
      status: 404,
      code: 'not_found',
    })
  })

  test.each(['/v1/%ff', '/v1/%', '/v1/things?name=%00', '/v1/%00'])('cannot have the address %s', async (url) => {
    const server = await startServer(things)
    expect((await server.inject(url)).json()).toMatchObject({ status: 400, code: 'bad_request' })
  })

  test('gets a problem document even when it is not HTTP', async () => {
    const server = await startServer()
    await server.listen({ port: 0, host: '127.0.0.1' })
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1')
    socket.end('HELO example.com\r\n\r\n')
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    await once(socket, 'close')
    const reply = Buffer.concat(chunks).toString()
    expect(reply).toMatch(/^HTTP\/1.1 400 /)
    expect(reply).toContain('"code":"bad_request"')
  })
})

describe('a surprise', () => {
  test('is logged once under the id the caller is given, and tells the caller nothing else', async () => {
    const lines: { msg: string; requestId?: string; err?: { message: string } }[] = []
    const server = await startServer(
      (server) => {
        server.get('/v1/broken', () => {
          throw new Error('the password is hunter2')
        })
      },
      { log: logInto(lines as never) },
    )
    const answer = await server.inject('/v1/broken')
    expect(answer.json()).toMatchObject({ status: 500, code: 'internal' })
    expect(answer.body).not.toContain('hunter2')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({
      requestId: answer.headers['x-request-id'],
      route: '/v1/broken',
      err: { message: expect.stringContaining('hunter2') },
    })
  })

  test('is what a reply that does not match its schema is', async () => {
    const server = await startServer((server) => {
      server.get(
        '/v1/wrong',
        { schema: { response: { 200: z.object({ n: z.int() }) } } },
        async () => ({ n: 'secret' }) as never,
      )
    })
    const answer = await server.inject('/v1/wrong')
    expect(answer.json()).toMatchObject({ status: 500, code: 'internal' })
    expect(answer.body).not.toContain('secret')
  })

  test('thrown as something that is no Error is answered all the same', async () => {
    const server = await startServer((server) => {
      server.get('/v1/odd', () => Promise.reject(undefined))
      server.get('/v1/odder', () => Promise.reject('text'))
    })
    expect((await server.inject('/v1/odd')).json()).toMatchObject({ code: 'internal' })
    expect((await server.inject('/v1/odder')).json()).toMatchObject({ code: 'internal' })
  })
})

describe('a part that is down', () => {
  test('is a 503 with Retry-After: nobody listens', async () => {
    const server = await startServer((server) => {
      server.get('/v1/rows', async () => {
        const client = new pg.Client({ connectionString: 'postgres://nobody@127.0.0.1:1/none' })
        await client.connect()
        return {}
      })
    })
    const answer = await server.inject('/v1/rows')
    expect(answer.json()).toMatchObject({ status: 503, code: 'unavailable' })
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(answer.body).not.toContain('127.0.0.1')
  })

  test('is a 503: the database cuts the connection in the middle', async () => {
    const server = await startServer((server) => {
      server.get('/v1/rows', async () => {
        const client = new pg.Client({ connectionString: inject('testServerUrl') })
        client.on('error', () => {})
        await client.connect()
        await client.query('select pg_terminate_backend(pg_backend_pid())').finally(() => client.end().catch(() => {}))
        return {}
      })
    })
    expect((await server.inject('/v1/rows')).json()).toMatchObject({ status: 503, code: 'unavailable' })
  })

  test('is named by /health/ready, and only there', async () => {
    const server = await startServer(() => {}, {
      health: {
        metrics: async () => '',
        ready: {
          database: async () => {},
          queue: async () => {
            throw Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:6379'), { code: 'ECONNREFUSED' })
          },
          migrations: async () => {
            throw new Error('0003-more.sql is not applied')
          },
        },
      },
    })
    const ready = await server.inject('/health/ready')
    expect(ready.statusCode).toBe(503)
    expect(ready.json()).toEqual({
      status: 'unavailable',
      parts: {
        database: { ok: true },
        queue: { ok: false, detail: 'cannot be reached' },
        migrations: { ok: false, detail: '0003-more.sql is not applied' },
      },
    })
    expect((await server.inject('/health/live')).statusCode).toBe(200)
  })
})

describe('a request that is fine', () => {
  test('is validated and encoded; a plain route writes the same', async () => {
    const server = await startServer((server) => {
      things(server)
      server.get(
        '/v1/plain',
        { schema: { hide: true, response: { 200: Thing } }, serializerCompiler: plainReply },
        async () => THING,
      )
    })
    const answer = await postText(server, JSON.stringify({ name: 'deux €' }))
    expect(answer.statusCode).toBe(201)
    expect(answer.json()).toEqual({ ...THING, at: '2026-11-20T09:00:00.000Z', name: 'deux €' })
    expect((await server.inject('/v1/plain')).json()).toEqual({ ...THING, at: '2026-11-20T09:00:00.000Z' })
  })

  test('keeps the caller’s request id when it is a reasonable one', async () => {
    const server = await startServer()
    const ask = async (id: string) =>
      (await server.inject({ url: '/health/live', headers: { 'x-request-id': id } })).headers['x-request-id']
    expect(await ask('order-42-abcdef')).toBe('order-42-abcdef')
    expect(await ask('<script>alert(1)</script>')).toMatch(/^[\w-]{36}$/)
  })

  test('may carry 30 MB where a route takes attachments', async () => {
    const server = await startServer((server) => {
      const schema = { hide: true, body: z.strictObject({ content: z.string() }) }
      server.post('/v1/big', { bodyLimit: ATTACHMENTS_BODY_LIMIT_BYTES, schema }, async (request) => ({
        length: request.body.content.length,
      }))
    })
    const length = 25 * 1024 * 1024
    const answer = await server.inject({ method: 'POST', url: '/v1/big', payload: { content: 'a'.repeat(length) } })
    expect(answer.json()).toEqual({ length })
  })

  test('is counted for the metrics by its route, not its address', async () => {
    const seen: string[] = []
    const server = await startServer(things, {
      onAnswer: ({ method, route, status }) => seen.push(`${method} ${route} ${status}`),
    })
    await server.inject(`/v1/things/${THING.id}`)
    await server.inject('/v1/nothing/at/all')
    expect(seen).toEqual(['GET /v1/things/:id 200', 'GET unknown 404'])
  })
})

describe('too much at once', () => {
  test('is refused with Retry-After; what was taken is finished; health is answered', async () => {
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const server = await startServer(
      (server) => {
        server.get('/v1/slow', async () => {
          await gate
          return { done: true }
        })
      },
      { pressure: { requests: 2 } },
    )
    const base = await server.listen({ port: 0, host: '127.0.0.1' })
    const taken = [fetch(`${base}/v1/slow`), fetch(`${base}/v1/slow`)]
    await expect.poll(async () => statusOf(`${base}/v1/slow`)).toBe(503)
    const refused = await fetch(`${base}/v1/slow`)
    expect(refused.headers.get('retry-after')).toBe('2')
    expect(await refused.json()).toMatchObject({ code: 'unavailable' })
    expect(await statusOf(`${base}/health/live`)).toBe(200)

    release()
    expect((await Promise.all(taken)).map((answer) => answer.status)).toEqual([200, 200])
    expect(await statusOf(`${base}/v1/slow`)).toBe(200)
  })

  test('is also the sum of the bodies', async () => {
    const server = await startServer(things, { pressure: { bodyBytes: 1000 } })
    expect((await postText(server, JSON.stringify({ name: 'a'.repeat(990) }))).statusCode).toBe(503)
    expect((await postText(server, JSON.stringify({ name: 'a' }))).statusCode).toBe(201)
  })

  test('gives a caller’s share back when the caller hangs up', async () => {
    const server = await startServer(
      (server) => {
        server.get('/v1/never', () => new Promise(() => {}))
        server.get('/v1/now', async () => ({}))
      },
      { pressure: { requests: 1 } },
    )
    const base = await server.listen({ port: 0, host: '127.0.0.1' })
    const caller = new AbortController()
    const hanging = fetch(`${base}/v1/never`, { signal: caller.signal }).catch(() => 'gone')
    await expect.poll(async () => statusOf(`${base}/v1/now`)).toBe(503)
    caller.abort()
    expect(await hanging).toBe('gone')
    await expect.poll(async () => statusOf(`${base}/v1/now`)).toBe(200)
  })
})

describe('the OpenAPI document', () => {
  test('describes the routes with examples, problems and no empty schema', async () => {
    const server = await startServer(things)
    const document = openapiDocument(server)
    expect(document.openapi).toBe('3.1.0')
    expect(document.paths['/v1/things']?.post).toMatchObject({
      operationId: 'postV1Things',
      requestBody: { content: { 'application/json': { example: { name: 'one' } } } },
      responses: {
        201: { content: { 'application/json': { example: { name: 'one', at: '2026-11-20T09:00:00.000Z' } } } },
        default: { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
      },
    })
    expect(openapiFaults(server)).toEqual([])
    expect((await server.inject('/openapi.json')).json()).toEqual(JSON.parse(JSON.stringify(document)))
  })

  test('is faulted for what it leaves out', async () => {
    const server = await startServer((server) => {
      server.post(
        '/v1/bad/:id',
        {
          schema: {
            body: z.object({ a: z.string().transform(Number) }),
            response: { 200: z.object({ n: z.int() }) },
            example: { body: { a: 1 }, response: { n: 'x' } },
          },
        },
        async () => ({ n: 1 }),
      )
      server.get(
        '/v1/one',
        {
          schema: {
            summary: 's',
            tags: ['t'],
            response: { 200: z.object({ a: z.string() }).meta({ id: 'Twin' }) },
            example: { response: { a: '' } },
          },
        },
        async () => ({ a: '' }),
      )
      server.get(
        '/v1/two',
        {
          schema: {
            summary: 's',
            tags: ['t'],
            response: { 200: z.object({ b: z.string() }).meta({ id: 'Twin' }) },
            example: { response: { b: '' } },
          },
        },
        async () => ({ b: '' }),
      )
    })
    const faults = openapiFaults(server).join('\n')
    for (const fault of [
      'no summary',
      'no tag',
      'not a z.strictObject',
      'its example body is refused',
      'does not match 200',
      'path parameters',
      'two schemas are named Twin',
    ]) {
      expect(faults).toContain(fault)
    }
  })
})

describe('the pages', () => {
  const withDashboard = async (publicUrl = 'http://127.0.0.1:3000') => {
    const folder = mkdtempSync(join(tmpdir(), 'carillon-pages-'))
    cleanUps.push(() => rmSync(folder, { recursive: true }))
    mkdirSync(join(folder, 'assets'))
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Dashboard</title>')
    writeFileSync(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
    writeFileSync(join(folder, 'assets', 'main-abc123.js'), 'export {}')
    return startServer(things, { dashboardFolder: folder, publicUrl })
  }
  const visit = (server: Server, url: string) => server.inject({ url, headers: { accept: 'text/html,*/*' } })

  test('are the dashboard, at any address that is not the API’s', async () => {
    const server = await withDashboard()
    for (const url of ['/', '/messages', '/messages/42?tab=html', '/v1-notes']) {
      const page = await visit(server, url)
      expect(page.statusCode).toBe(200)
      expect(page.body).toContain('<title>Dashboard')
      expect(page.headers['cache-control']).toBe('no-cache')
    }
    const script = await server.inject('/assets/main-abc123.js')
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect((await server.inject('/favicon.svg')).headers['content-type']).toContain('svg')
  })

  test('do not hide a missing thing of the API, a missing file, or a program’s mistake', async () => {
    const server = await withDashboard()
    for (const url of ['/v1/nothing', '/assets/gone-1.js', '/health/nothing', '/openapi.json/x']) {
      expect((await visit(server, url)).json()).toMatchObject({ code: 'not_found' })
    }
    expect((await server.inject({ url: '/messages', headers: { accept: 'application/json' } })).json()).toMatchObject({
      code: 'not_found',
    })
    expect((await visit(server, '/v1/things')).json()).toMatchObject({ code: 'method_not_allowed' })
  })

  test('run scripts from this server only, and work over plain http', async () => {
    const server = await withDashboard()
    for (const url of ['/', '/docs']) {
      const policy = String((await visit(server, url)).headers['content-security-policy'])
      expect(policy).toContain("script-src 'self';")
      expect(policy).not.toContain('upgrade-insecure-requests')
    }
    expect((await visit(server, '/')).headers['strict-transport-security']).toBeUndefined()
    const secure = await withDashboard('https://messages.example.com')
    expect((await visit(secure, '/')).headers['strict-transport-security']).toContain('max-age')
    expect((await secure.inject(`/v1/things/${THING.id}`)).headers['content-security-policy']).toContain(
      "default-src 'none'",
    )
  })

  test('include the API’s documentation, without an inline script and without the network', async () => {
    const server = await startServer(things)
    const page = await visit(server, '/docs')
    const scripts = page.body.match(/<script[^>]*>[^<]*/g) ?? []
    expect(scripts.length).toBeGreaterThan(0)
    for (const script of scripts) expect(script).toMatch(/^<script src="\/docs\/static\/[\w-]+\.js"[^>]*>\s*$/)
    for (const [, url] of page.body.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect((await server.inject(url!)).statusCode).toBe(200)
    }
    expect((await server.inject('/docs/json')).json().info.version).toBe('1.2.3')
  })
})

test('a live socket is refused like any request, and opened like any request', async () => {
  const server = await startServer((server) => {
    server.get('/v1/live', { websocket: true }, (socket) => socket.send('hello'))
    const onRequest = async () => {
      throw new AppError('unauthenticated', 'no')
    }
    server.get('/v1/closed', { websocket: true, onRequest }, (socket) => socket.send('hello'))
  })
  const base = (await server.listen({ port: 0, host: '127.0.0.1' })).replace('http', 'ws')
  const open = new WebSocket(`${base}/v1/live`)
  expect(String((await once(open, 'message'))[0])).toBe('hello')
  open.terminate()
  const [, refusal] = await once(
    new WebSocket(`${base}/v1/closed`).on('error', () => {}),
    'unexpected-response',
  )
  expect(refusal.statusCode).toBe(401)
})
