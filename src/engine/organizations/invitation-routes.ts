import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import { isCrossSite } from '../../platform/http/same-origin.ts'
import type { Server } from '../../platform/http/server.ts'
import { Timestamp } from '../../platform/http/timestamp.ts'
import type { Authentication } from './authentication.ts'
import type { Invitations } from './invitations.ts'
import { ROLES } from './organization.ts'
import { NewPassword } from './passwords.ts'
import { PER_IP, type TakeAttempt, takeOrRefuse } from './sign-in-door.ts'

export interface InvitationRouteParts {
  readonly authentication: Authentication
  readonly invitations: Invitations
  readonly publicUrl: string
  readonly takeAttempt: TakeAttempt
}

const LIST = 'invitations'

const Invitation = z
  .object({
    id: z.uuid(),
    email: z.string(),
    role: z.string(),
    invitedBy: z.string(),
    status: z.enum(['pending', 'accepted', 'revoked', 'expired']),
    createdAt: Timestamp,
    expiresAt: Timestamp,
  })
  .meta({ id: 'Invitation' })
const Token = z.string().min(1).max(100)
const Opened = z
  .object({
    organization: z.string(),
    email: z.string(),
    role: z.string(),
    invitedBy: z.string(),
    hasSignIn: z.boolean().describe('They accept signed in; else they choose a name and a password'),
  })
  .meta({ id: 'OpenedInvitation' })

const EXAMPLE = {
  id: '01977b3e-0000-7000-8000-000000000020',
  email: 'colleague@example.com',
  role: 'staff',
  invitedBy: 'Sample owner',
  status: 'pending' as const,
  createdAt: new Date('2026-11-20T09:00:00Z'),
  expiresAt: new Date('2026-11-27T09:00:00Z'),
}

/** Inviting by e-mail, and accepting. */
export function invitationRoutes(
  server: Server,
  { authentication, invitations, publicUrl, takeAttempt }: InvitationRouteParts,
): void {
  const { callerOf, guard } = authentication
  const managing = guard({ scope: 'manage', permission: 'members.manage' })
  const tags = ['Team']

  /** A token cannot be guessed; whoever tries all the same is slowed down. */
  async function slowDown(request: FastifyRequest): Promise<void> {
    if (isCrossSite(request, publicUrl)) throw new AppError('forbidden', 'Accept from this server’s own pages')
    await takeOrRefuse(takeAttempt, `invitation:ip:${request.ip}`, PER_IP, 'Too many attempts; wait a little')
  }

  server.post(
    '/v1/invitations',
    {
      onRequest: managing,
      schema: {
        summary: 'Invite somebody by e-mail; the link works once, for seven days',
        description:
          'An earlier invitation of the address is withdrawn. Nobody gives a role that may do what they may not.',
        tags,
        body: z.strictObject({ email: z.string().max(320), role: z.enum(ROLES) }),
        response: { 201: Invitation },
        example: { body: { email: EXAMPLE.email, role: 'staff' }, response: EXAMPLE },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const by = { role: caller.role, permissions: caller.permissions, name: caller.actor.name }
      reply.code(201)
      return invitations.create(caller.organizationId, by, request.body)
    },
  )
  server.get(
    '/v1/invitations',
    {
      onRequest: managing,
      schema: {
        summary: 'Invitations, newest first',
        tags,
        querystring: z.strictObject(pageQuery),
        response: { 200: Page(Invitation) },
        example: { response: { items: [EXAMPLE], nextCursor: null } },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query
      const rows = await invitations.list(callerOf(request).organizationId, { limit, before: idBefore(LIST, cursor) })
      return idPage(LIST, rows, limit, (invitation) => invitation)
    },
  )
  server.delete(
    '/v1/invitations/:id',
    {
      onRequest: managing,
      schema: {
        summary: 'Withdraw an invitation, at once',
        tags,
        params: z.object({ id: z.uuid() }),
        response: { 200: Invitation },
        example: { response: { ...EXAMPLE, status: 'revoked' as const } },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      return invitations.revoke(caller.organizationId, caller, request.params.id)
    },
  )
  server.post(
    '/v1/invitations/open',
    {
      onRequest: [guard('anyone'), slowDown],
      schema: {
        summary: 'What an invitation is for, told to whoever holds its token',
        tags,
        body: z.strictObject({ token: Token }),
        response: { 200: Opened },
        example: {
          body: { token: 'inv_0000000000000000000000000000000000EXAMPLE' },
          response: {
            organization: 'Sample organization',
            email: EXAMPLE.email,
            role: 'staff',
            invitedBy: 'Sample owner',
            hasSignIn: false,
          },
        },
      },
    },
    async (request) => invitations.open(request.body.token),
  )
  server.post(
    '/v1/invitations/accept',
    {
      onRequest: [guard('anyone'), slowDown],
      schema: {
        summary: 'Accept an invitation: with the sign-in one has, or with a name and a password of one’s own',
        tags,
        body: z.strictObject({
          token: Token,
          name: z.string().trim().min(1).max(100).optional(),
          password: NewPassword.optional(),
        }),
        response: { 200: z.object({ organizationId: z.uuid(), memberId: z.uuid(), email: z.string() }) },
        example: {
          body: {
            token: 'inv_0000000000000000000000000000000000EXAMPLE',
            name: 'Sample Colleague',
            password: 'three unlike words',
          },
          response: {
            organizationId: '01977b3e-0000-7000-8000-000000000002',
            memberId: '01977b3e-0000-7000-8000-000000000010',
            email: EXAMPLE.email,
          },
        },
      },
    },
    async (request) => {
      const { token, ...given } = request.body
      return invitations.accept(token, given, await authentication.userOf(request))
    },
  )
}
