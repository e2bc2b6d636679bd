import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError, notFound } from '../../errors.ts'
import type { Server } from '../../platform/http/server.ts'
import { Timestamp } from '../../platform/http/timestamp.ts'
import type { Authentication } from './authentication.ts'
import { deviceOf } from './device.ts'
import type { Session, SignIn } from './sign-in.ts'

export interface AccountRouteParts {
  readonly authentication: Authentication
  readonly signIn: Pick<SignIn, 'sessionsOf' | 'endSession' | 'endOtherSessions'>
  /** A user's sessions were ended: what they have open is looked at anew. Never rejects. */
  readonly sessionsEnded: (userId: string) => Promise<void>
}

const OwnSession = z
  .object({
    id: z.uuid(),
    current: z.boolean().describe('The one that asks'),
    browser: z.string().nullable().describe('As far as it says'),
    system: z.string().nullable(),
    ip: z.string().nullable().describe('Where it began; of an IPv6 address its network'),
    createdAt: Timestamp,
    lastUsedAt: Timestamp.describe('To five minutes'),
  })
  .meta({ id: 'OwnSession' })

const EXAMPLE = {
  id: '01977b3e-0000-4000-8000-000000000030',
  current: true,
  browser: 'Firefox',
  system: 'Linux',
  ip: '203.0.113.7',
  createdAt: new Date('2026-11-20T09:00:00Z'),
  lastUsedAt: new Date('2026-11-27T14:05:00Z'),
}

/** Where somebody is signed in, for them to see and to end. */
export function accountRoutes(server: Server, { authentication, signIn, sessionsEnded }: AccountRouteParts): void {
  const onRequest = authentication.guard('session')
  const tags = ['Sign-in']

  async function mine(request: FastifyRequest): Promise<Session> {
    const session = await authentication.userOf(request)
    if (!session) throw new AppError('unauthenticated', 'Nobody is signed in')
    return session
  }

  server.get(
    '/v1/sessions',
    {
      onRequest,
      schema: {
        summary: 'Where you are signed in, the last used first',
        tags,
        response: { 200: z.object({ items: z.array(OwnSession) }) },
        example: { response: { items: [EXAMPLE] } },
      },
    },
    async (request) => {
      const { id: current, user } = await mine(request)
      const sessions = await signIn.sessionsOf(user.id)
      return {
        items: sessions.map(({ id, userAgent, ip, createdAt, lastUsedAt }) => {
          const { browser = null, system = null } = deviceOf(userAgent)
          return { id, current: id === current, browser, system, ip, createdAt, lastUsedAt }
        }),
      }
    },
  )
  server.delete(
    '/v1/sessions/:id',
    {
      onRequest,
      schema: {
        summary: 'End one of your sessions, at once',
        tags,
        params: z.object({ id: z.uuid() }),
        response: { 204: z.void() },
        example: {},
      },
    },
    async (request, reply) => {
      const { user } = await mine(request)
      const { id } = request.params
      if (!(await signIn.endSession(user.id, id))) throw notFound('Session', id)
      await sessionsEnded(user.id)
      return reply.code(204).send()
    },
  )
  server.post(
    '/v1/sessions/end-others',
    {
      onRequest,
      schema: {
        summary: 'End every session of yours but this one, at once',
        tags,
        body: z.strictObject({}).optional(),
        response: { 200: z.object({ ended: z.int() }) },
        example: { response: { ended: 2 } },
      },
    },
    async (request) => {
      const { id, user } = await mine(request)
      const ended = await signIn.endOtherSessions(user.id, id)
      await sessionsEnded(user.id)
      return { ended }
    },
  )
}
