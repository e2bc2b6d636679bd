import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { z } from 'zod'
import { postText, startHttpServer, THING, Thing, things } from '../../../test/http-server.ts'
import { AppError } from '../../errors.ts'
import { plainReply } from './schemas.ts'
import { ATTACHMENTS_BODY_LIMIT_BYTES } from './server.ts'

describe('a request that is fine', () => {
  test('is validated and encoded; a plain route writes the same', async () => {
    const server = await startHttpServer((server) => {
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
    const server = await startHttpServer()
    const ask = async (id: string) =>
      (await server.inject({ url: '/health/live', headers: { 'x-request-id': id } })).headers['x-request-id']
    expect(await ask('order-42-abcdef')).toBe('order-42-abcdef')
    expect(await ask('<script>alert(1)</script>')).toMatch(/^[\w-]{36}$/)
  })

  test('may carry 30 MB where a route takes attachments', async () => {
    const server = await startHttpServer((server) => {
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
    const server = await startHttpServer(things, {
      onAnswer: ({ method, route, status }) => seen.push(`${method} ${route} ${status}`),
    })
    await server.inject(`/v1/things/${THING.id}`)
    await server.inject('/v1/nothing/at/all')
    expect(seen).toEqual(['GET /v1/things/:id 200', 'GET unknown 404'])
  })
})

test('a live socket is refused like any request, and opened like any request', async () => {
  const server = await startHttpServer((server) => {
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
