import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { postText, startHttpServer, statusOf, things } from '../../../test/http-server.ts'

describe('too much at once', () => {
  test('is refused with Retry-After; what was taken is finished; health is answered', async () => {
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const server = await startHttpServer(
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

  test('is also what one caller has under way: others are answered', async () => {
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const server = await startHttpServer(
      (server) => {
        server.get('/v1/slow', async () => {
          await gate
          return { done: true }
        })
        server.get('/v1/now', async () => ({}))
      },
      { pressure: { ofOneCaller: 2 } },
    )
    const base = await server.listen({ port: 0, host: '127.0.0.1' })
    const as = (key: string) => ({ headers: { authorization: `Bearer ${key}` } })
    const taken = [fetch(`${base}/v1/slow`, as('one')), fetch(`${base}/v1/slow`, as('one'))]
    await expect.poll(async () => (await fetch(`${base}/v1/now`, as('one'))).status).toBe(429)
    const refused = await fetch(`${base}/v1/now`, as('one'))
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(refused.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await refused.json()).toMatchObject({
      status: 429,
      code: 'rate_limited',
      requestId: refused.headers.get('x-request-id'),
    })
    for (const answer of [await fetch(`${base}/v1/now`, as('another')), await fetch(`${base}/v1/now`)])
      expect(answer.status).toBe(200)
    release()
    expect((await Promise.all(taken)).map((answer) => answer.status)).toEqual([200, 200])
    expect((await fetch(`${base}/v1/now`, as('one'))).status).toBe(200)
  })

  test('is what is worked on, not what waits for slow callers', async () => {
    const server = await startHttpServer(
      (server) => {
        server.post('/v1/told', async () => ({}))
        server.get('/v1/now', async () => ({}))
      },
      { pressure: { working: 1 } },
    )
    const base = await server.listen({ port: 0, host: '127.0.0.1' })
    const slow = connect(Number(new URL(base).port), '127.0.0.1')
    slow.write('POST /v1/told HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{')
    await expect.poll(async () => statusOf(`${base}/v1/now`)).toBe(503)
    await expect.poll(async () => statusOf(`${base}/v1/now`)).toBe(200)
    slow.write('}')
    expect(String((await once(slow, 'data'))[0])).toMatch(/^HTTP\/1.1 200 /)
    slow.destroy()
  })

  test('is also the sum of the bodies', async () => {
    const server = await startHttpServer(things, { pressure: { bodyBytes: 1000 } })
    expect((await postText(server, JSON.stringify({ name: 'a'.repeat(990) }))).statusCode).toBe(503)
    expect((await postText(server, JSON.stringify({ name: 'a' }))).statusCode).toBe(201)
  })

  test('lets a body go by that is longer than all that may be held, where it is not held', async () => {
    const server = await startHttpServer((server) => {
      server.addContentTypeParser('text/csv', (_request, payload, done) => {
        payload.resume()
        payload.once('end', () => done(null, null))
      })
      server.post('/v1/streamed', { bodyLimit: 1024 ** 3 }, async () => ({}))
    })
    const base = await server.listen({ port: 0, host: '127.0.0.1' })
    const status = await new Promise((resolve, reject) => {
      const asked = request(`${base}/v1/streamed`, {
        method: 'POST',
        headers: { 'content-type': 'text/csv', 'content-length': 300 * 1024 * 1024 },
      })
      asked.once('response', (answer) => resolve(answer.statusCode)).once('error', reject)
      const piece = Buffer.alloc(1024 * 1024)
      Readable.from(Array.from({ length: 300 }, () => piece)).pipe(asked)
    })
    expect(status).toBe(200)
  })

  test('gives a caller’s share back when the caller hangs up', async () => {
    const server = await startHttpServer(
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

  test('refuses while the process is behind with its work, and not for one long pause', async () => {
    const server = await startHttpServer((server) => void server.get('/v1/now', async () => ({})), {
      pressure: { loopDelayMs: 60 },
    })
    const ask = async () => (await server.inject('/v1/now')).statusCode
    const busyMs = (ms: number) => {
      for (const until = performance.now() + ms; performance.now() < until; );
    }
    busyMs(1500)
    const answers = []
    for (const until = performance.now() + 1500; performance.now() < until; await sleep(20)) answers.push(await ask())
    expect(new Set(answers)).toEqual(new Set([200]))

    const busy = setInterval(() => busyMs(150), 160)
    try {
      await expect.poll(ask, { interval: 20 }).toBe(503)
    } finally {
      clearInterval(busy)
    }
    await expect.poll(ask, { interval: 20 }).toBe(200)
  })
})
