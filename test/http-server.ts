import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { createServer, type Server, type ServerOptions } from '../src/platform/http/server.ts'
import { Timestamp } from '../src/platform/http/timestamp.ts'

/** The HTTP shell with routes of a test's own, let go of when the test ends. */
export async function startHttpServer(
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
  onTestFinished(() => server.close())
  await server.ready()
  return server
}

export const Thing = z.object({ id: z.uuid(), name: z.string(), at: Timestamp })
const NewThing = z.strictObject({
  name: z.string().max(2_000_000),
  to: z
    .union([z.strictObject({ contactId: z.uuid() }), z.strictObject({ email: z.email(), name: z.string().optional() })])
    .optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
})
export const THING = { id: '01977b3e-0000-7000-8000-000000000001', name: 'one', at: new Date('2026-11-20T09:00:00Z') }

/** A route that takes and gives, as they all do. */
export function things(server: Server): void {
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

export async function statusOf(url: string): Promise<number> {
  const answer = await fetch(url)
  await answer.arrayBuffer()
  return answer.status
}

export const postText = (server: Server, payload: string | Buffer, type = 'application/json') =>
  server.inject({ method: 'POST', url: '/v1/things', payload, headers: { 'content-type': type } })
