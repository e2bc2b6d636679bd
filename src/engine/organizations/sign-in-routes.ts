import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { isCrossSite } from '../../platform/http/same-origin.ts'
import type { Server } from '../../platform/http/server.ts'
import { Password, SIGN_IN_PATH, type SignIn } from './sign-in.ts'

export interface SignInRouteParts {
  readonly signIn: SignIn
  readonly publicUrl: string
  /** Counts a sign-in attempt; shared by every process where limits are. */
  readonly takeAttempt: TakeAttempt
}

export type TakeAttempt = (
  key: string,
  allowed: { burst: number; perMinute: number },
) => Promise<{ allowed: boolean; retryAfterSeconds: number }>

/** Slow enough that guessing is hopeless, quick enough for somebody who mistypes. */
const PER_ADDRESS = { burst: 10, perMinute: 2 }
/** An office shares an address. */
export const PER_IP = { burst: 50, perMinute: 20 }

/** @throws AppError `rate_limited` */
export async function takeOrRefuse(
  takeAttempt: TakeAttempt,
  key: string,
  allowed: Parameters<TakeAttempt>[1],
  detail: string,
): Promise<void> {
  const attempt = await takeAttempt(key, allowed)
  if (!attempt.allowed) throw new AppError('rate_limited', detail, { retryAfterSeconds: attempt.retryAfterSeconds })
}

const SignInBody = z.strictObject({
  email: z.email().max(320),
  password: z.string().min(1).max(128),
  rememberMe: z.boolean().default(true).describe('False: the session ends with the browser'),
})
const PasswordBody = z.strictObject({
  currentPassword: z.string().min(1).max(128),
  newPassword: Password,
  revokeOtherSessions: z.boolean().default(true),
})
const Nothing = z.strictObject({})

/** The library answers these addresses itself; it has more, which nobody needs and so nobody can reach. */
export function signInRoutes(server: Server, { signIn, publicUrl, takeAttempt }: SignInRouteParts): void {
  const refuseOtherSites = async (request: FastifyRequest) => {
    if (isCrossSite(request, publicUrl)) throw new AppError('forbidden', 'Sign in from this server’s own pages')
  }

  async function pass(request: FastifyRequest, reply: { header(name: string, value: string): unknown }) {
    const { host, cookie } = request.headers
    const headers = new Headers({
      'content-type': 'application/json',
      ...(host && { host }),
      ...(cookie && { cookie }),
    })
    const answer = await signIn.handle({ method: request.method, path: request.url, headers, body: request.body ?? {} })
    for (const value of answer.headers.getSetCookie()) reply.header('set-cookie', value)
    return (await answer.json()) as unknown
  }

  server.post(
    `${SIGN_IN_PATH}/sign-in/email`,
    {
      onRequest: refuseOtherSites,
      schema: {
        summary: 'Sign in; the answer sets the session cookie',
        tags: ['Sign-in'],
        body: SignInBody,
        response: { 200: z.object({ user: z.object({ id: z.string(), name: z.string(), email: z.string() }) }) },
        example: {
          body: { email: 'owner@example.com', password: 'a long password' },
          response: {
            user: { id: '01977b3e-0000-7000-8000-000000000001', name: 'Sample owner', email: 'owner@example.com' },
          },
        },
      },
    },
    async (request, reply) => {
      // Hashed: an address that someone mistyped has no business in a table.
      const address = createHash('sha256').update(request.body.email.toLowerCase()).digest('base64url')
      const detail = 'Too many attempts to sign in; wait a little'
      await takeOrRefuse(takeAttempt, `sign-in:ip:${request.ip}`, PER_IP, detail)
      await takeOrRefuse(takeAttempt, `sign-in:address:${address}`, PER_ADDRESS, detail)
      return (await pass(request, reply)) as { user: { id: string; name: string; email: string } }
    },
  )
  server.post(
    `${SIGN_IN_PATH}/sign-out`,
    {
      onRequest: refuseOtherSites,
      schema: {
        summary: 'Sign out: the session ends and its cookie with it',
        tags: ['Sign-in'],
        body: Nothing.optional(),
        response: { 200: z.object({ success: z.boolean() }) },
        example: { response: { success: true } },
      },
    },
    async (request, reply) => (await pass(request, reply)) as { success: boolean },
  )
  server.post(
    `${SIGN_IN_PATH}/change-password`,
    {
      onRequest: refuseOtherSites,
      schema: {
        summary: 'Change your password; other sessions end',
        tags: ['Sign-in'],
        security: [{ session: [] }],
        body: PasswordBody,
        response: { 200: z.object({ user: z.object({ id: z.string(), name: z.string(), email: z.string() }) }) },
        example: {
          body: { currentPassword: 'a long password', newPassword: 'a longer password' },
          response: {
            user: { id: '01977b3e-0000-7000-8000-000000000001', name: 'Sample owner', email: 'owner@example.com' },
          },
        },
      },
    },
    async (request, reply) => (await pass(request, reply)) as { user: { id: string; name: string; email: string } },
  )
}
