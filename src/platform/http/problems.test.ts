import pg from 'pg'
import { pino } from 'pino'
import { describe, expect, inject, test } from 'vitest'
import { z } from 'zod'
import { startHttpServer } from '../../../test/http-server.ts'

interface Line {
  msg: string
  requestId?: string
  err?: { message: string }
}

const logInto = (lines: Line[]) => pino({ level: 'warn' }, { write: (line) => lines.push(JSON.parse(line)) })

describe('a surprise', () => {
  test('is logged once under the id the caller is given, and tells the caller nothing else', async () => {
    const lines: Line[] = []
    const server = await startHttpServer(
      (server) => {
        server.get('/v1/broken', () => {
          throw new Error('the password is hunter2')
        })
      },
      { log: logInto(lines) },
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
    const server = await startHttpServer((server) => {
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
    const server = await startHttpServer((server) => {
      server.get('/v1/odd', () => Promise.reject(undefined))
      server.get('/v1/odder', () => Promise.reject('text'))
    })
    expect((await server.inject('/v1/odd')).json()).toMatchObject({ code: 'internal' })
    expect((await server.inject('/v1/odder')).json()).toMatchObject({ code: 'internal' })
  })
})

describe('a part that is down', () => {
  test('is a 503 with Retry-After: nobody listens', async () => {
    const server = await startHttpServer((server) => {
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
    const server = await startHttpServer((server) => {
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
    const server = await startHttpServer(() => {}, {
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

test('a field that breaks a usual rule says which, and where the limit is; words of its own stand alone', async () => {
  const body = z.strictObject({
    name: z.string().min(1).max(5).optional(),
    code: z.string().min(3).max(5).optional(),
    share: z.int().min(1).max(100).optional(),
    price: z.number().positive().optional(),
    email: z.email().optional(),
    site: z.url().optional(),
    day: z.iso.date().optional(),
    skills: z.array(z.string()).min(1).max(2).optional(),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'is an ISO 4217 code such as EUR')
      .optional(),
    wanted: z.string(),
  })
  const server = await startHttpServer((server) => {
    server.post('/v1/odd', { schema: { body } }, async () => null)
  })
  const faultsOf = async (payload: object) => {
    const reply = await server.inject({ method: 'POST', url: '/v1/odd', payload: { wanted: 'x', ...payload } })
    expect(reply.statusCode).toBe(422)
    return reply
      .json<{ errors: Record<string, unknown>[] }>()
      .errors.map(({ path, rule, limit }) => [path, rule, limit])
  }
  expect(await faultsOf({ name: '' })).toEqual([['name', 'required', undefined]])
  expect(await faultsOf({ name: 'longer' })).toEqual([['name', 'max_length', 5]])
  expect(await faultsOf({ code: 'x' })).toEqual([['code', 'min_length', 3]])
  expect(await faultsOf({ share: 0 })).toEqual([['share', 'min', 1]])
  expect(await faultsOf({ share: 101 })).toEqual([['share', 'max', 100]])
  expect(await faultsOf({ share: 1.5 })).toEqual([['share', 'whole', undefined]])
  expect(await faultsOf({ share: 'x' })).toEqual([['share', 'number', undefined]])
  expect(await faultsOf({ price: 0 })).toEqual([['price', undefined, undefined]])
  expect(await faultsOf({ email: 'x', site: 'x', day: 'x' })).toEqual([
    ['email', 'email', undefined],
    ['site', 'url', undefined],
    ['day', 'date', undefined],
  ])
  expect(await faultsOf({ skills: [] })).toEqual([['skills', 'required', undefined]])
  expect(await faultsOf({ skills: ['a', 'b', 'c'] })).toEqual([['skills', undefined, undefined]])
  expect(await faultsOf({ currency: 'x' })).toEqual([['currency', undefined, undefined]])
  expect(await faultsOf({ wanted: undefined })).toEqual([['wanted', 'required', undefined]])
  expect(await faultsOf({ other: 1 })).toEqual([['other', 'unknown', undefined]])
})
