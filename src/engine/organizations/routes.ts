import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import { isCrossSite } from '../../platform/http/same-origin.ts'
import type { Server } from '../../platform/http/server.ts'
import { Timestamp } from '../../platform/http/timestamp.ts'
import type { ApiKeys } from './api-keys.ts'
import type { Authentication } from './authentication.ts'
import { SCOPES } from './organization.ts'
import type { Organizations } from './organizations.ts'
import { SIGN_IN_PATH, type SignIn } from './sign-in.ts'

export interface OrganizationRouteParts {
  readonly authentication: Authentication
  readonly apiKeys: ApiKeys
  readonly organizations: Organizations
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
const PER_IP = { burst: 50, perMinute: 20 }

export function organizationRoutes(server: Server, parts: OrganizationRouteParts): void {
  signInRoutes(server, parts)
  sessionRoutes(server, parts)
  apiKeyRoutes(server, parts)
}

const SignInBody = z.strictObject({
  email: z.email().max(320),
  password: z.string().min(1).max(128),
  rememberMe: z.boolean().default(true).describe('False: the session ends with the browser'),
})
const PasswordBody = z.strictObject({
  currentPassword: z.string().min(1).max(128),
  newPassword: z.string().min(10).max(128),
  revokeOtherSessions: z.boolean().default(true),
})
const Nothing = z.strictObject({})

/** The library answers these addresses itself; it has more, which nobody needs and so nobody can reach. */
function signInRoutes(server: Server, { signIn, publicUrl, takeAttempt }: OrganizationRouteParts): void {
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
      for (const [key, allowed] of [
        [`sign-in:ip:${request.ip}`, PER_IP],
        [`sign-in:address:${address}`, PER_ADDRESS],
      ] as const) {
        const attempt = await takeAttempt(key, allowed)
        if (attempt.allowed) continue
        throw new AppError('rate_limited', 'Too many attempts to sign in; wait a little', {
          retryAfterSeconds: attempt.retryAfterSeconds,
        })
      }
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

const SessionView = z
  .object({
    user: z.object({ id: z.uuid(), name: z.string(), email: z.string() }),
    organization: z.object({
      id: z.uuid(),
      name: z.string(),
      locale: z.string(),
      timeZone: z.string(),
      brand: z.object({
        color: z.string().optional(),
        logoUrl: z.string().optional(),
        website: z.string().optional(),
        address: z.string().optional(),
      }),
      demo: z.boolean(),
    }),
    role: z.string(),
  })
  .meta({ id: 'Session' })

const SESSION_EXAMPLE = {
  user: { id: '01977b3e-0000-4000-8000-000000000001', name: 'Sample owner', email: 'owner@example.com' },
  organization: {
    id: '01977b3e-0000-7000-8000-000000000002',
    name: 'Sample organization',
    locale: 'fr',
    timeZone: 'Europe/Paris',
    brand: { color: '#4263eb' },
    demo: true,
  },
  role: 'owner',
}

function sessionRoutes(server: Server, { authentication, organizations, signIn }: OrganizationRouteParts): void {
  async function view(request: FastifyRequest) {
    const found = await authentication.sessionOf(request)
    const organization = found && (await organizations.get(found.member.organizationId))
    if (!found || !organization) throw new AppError('unauthenticated', 'Nobody is signed in')
    return { user: found.session.user, organization, role: found.member.role }
  }

  server.get(
    '/v1/session',
    {
      schema: {
        summary: 'Who is signed in, and for which organization',
        tags: ['Sign-in'],
        security: [{ session: [] }],
        response: { 200: SessionView },
        example: { response: SESSION_EXAMPLE },
      },
    },
    async (request, reply) => {
      const session = await view(request)
      for (const value of await signIn.renew(request.headers.cookie ?? '')) reply.header('set-cookie', value)
      return session
    },
  )
  server.put(
    '/v1/session/organization',
    {
      onRequest: authentication.guard('session'),
      schema: {
        summary: 'Work in another of your organizations',
        tags: ['Sign-in'],
        body: z.strictObject({ organizationId: z.uuid() }),
        response: { 200: SessionView },
        example: { body: { organizationId: SESSION_EXAMPLE.organization.id }, response: SESSION_EXAMPLE },
      },
    },
    async (request) => {
      const { organizationId } = request.body
      const found = await authentication.sessionOf(request)
      const memberships = found ? await organizations.membershipsOf(found.session.user.id) : []
      if (!found || !memberships.some((member) => member.organizationId === organizationId)) {
        throw new AppError('not_found', `Organization ${organizationId} does not exist`)
      }
      await signIn.chooseOrganization(found.session.id, organizationId)
      return view(request)
    },
  )
}

const ApiKeyItem = z
  .object({
    id: z.uuid(),
    name: z.string(),
    prefix: z.string().describe('The first characters, to recognise it by'),
    scopes: z.array(z.enum(SCOPES)),
    createdAt: Timestamp,
    expiresAt: Timestamp.nullable(),
    lastUsedAt: Timestamp.nullable().describe('To the minute'),
    revokedAt: Timestamp.nullable(),
  })
  .meta({ id: 'ApiKey' })

const NewKey = z.strictObject({
  name: z.string().trim().min(1).max(100),
  scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
  expiresAt: Timestamp.nullable().optional(),
})

const API_KEY_EXAMPLE = {
  id: '01977b3e-0000-7000-8000-000000000003',
  name: 'Shop server',
  prefix: 'crl_7Qm2XbTz',
  scopes: ['send', 'read'],
  createdAt: new Date('2026-11-20T09:00:00Z'),
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
}

const KEY_LIST = 'api-keys'

function apiKeyRoutes(server: Server, { authentication, apiKeys }: OrganizationRouteParts): void {
  const { callerOf } = authentication
  const onRequest = authentication.guard({ scope: 'manage' })
  const tags = ['API keys']

  server.get(
    '/v1/api-keys',
    {
      onRequest,
      schema: {
        summary: 'List the API keys, newest first',
        tags,
        querystring: z.strictObject(pageQuery),
        response: { 200: Page(ApiKeyItem) },
        example: { response: { items: [API_KEY_EXAMPLE], nextCursor: null } },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query
      const rows = await apiKeys.list(callerOf(request).organizationId, { limit, before: idBefore(KEY_LIST, cursor) })
      return idPage(KEY_LIST, rows, limit, (key) => key)
    },
  )
  server.post(
    '/v1/api-keys',
    {
      onRequest,
      schema: {
        summary: 'Make an API key; it is shown this once',
        tags,
        body: NewKey,
        response: { 201: ApiKeyItem.extend({ key: z.string() }).meta({ id: 'NewApiKey' }) },
        example: {
          body: { name: 'Shop server', scopes: ['send', 'read'] },
          response: { ...API_KEY_EXAMPLE, key: 'crl_7Qm2XbTz0000000000000000000000000000EXAMPLE' },
        },
      },
    },
    async (request, reply) => {
      const { name, scopes, expiresAt = null } = request.body
      const caller = callerOf(request)
      const beyond = scopes.filter((scope) => !caller.scopes.includes(scope))
      if (beyond.length > 0)
        throw new AppError('forbidden', `You cannot give what you do not have: ${beyond.join(', ')}`)
      reply.code(201)
      return apiKeys.create({ organizationId: caller.organizationId, name, scopes: [...new Set(scopes)], expiresAt })
    },
  )
  server.delete(
    '/v1/api-keys/:id',
    {
      onRequest,
      schema: {
        summary: 'Revoke an API key, at once and for good',
        tags,
        params: z.object({ id: z.uuid() }),
        response: { 200: ApiKeyItem },
        example: { response: { ...API_KEY_EXAMPLE, revokedAt: new Date('2026-11-20T10:00:00Z') } },
      },
    },
    async (request) => apiKeys.revoke(callerOf(request).organizationId, request.params.id),
  )
}
