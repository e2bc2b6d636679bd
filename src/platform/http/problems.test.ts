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
