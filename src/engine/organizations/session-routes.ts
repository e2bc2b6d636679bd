import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Server } from '../../platform/http/server.ts'
import { Timestamp } from '../../platform/http/timestamp.ts'
import type { Authentication } from './authentication.ts'
import type { Organizations } from './organizations.ts'
import { ALL_PERMISSIONS } from './permissions.ts'
import type { SignIn } from './sign-in.ts'
import { type SupportWindows, WINDOW_PERMISSIONS } from './support-windows.ts'

export interface SessionRouteParts {
  readonly authentication: Authentication
  readonly organizations: Organizations
  readonly signIn: SignIn
  readonly supportWindows: Pick<SupportWindows, 'openOf' | 'openNow'>
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
    secondFactor: z.boolean().describe('Whether they sign in with a second factor'),
    role: z.string().describe('`platform_admin` for somebody who looks in through a support window'),
    permissions: z.array(z.enum(ALL_PERMISSIONS)).describe('What they may do in this organization'),
    organizations: z
      .array(z.object({ id: z.uuid(), name: z.string(), supportUntil: Timestamp.nullable() }))
      .describe('Where they may work; `supportUntil`: as the platform’s support, until then'),
    supportUntil: Timestamp.nullable().describe('Set while they look in through a support window: when it ends'),
    platformAdmin: z.boolean().describe('Whether they operate the platform, and may see its queues'),
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
  secondFactor: true,
  role: 'owner',
  permissions: [...ALL_PERMISSIONS],
  organizations: [{ id: '01977b3e-0000-7000-8000-000000000002', name: 'Sample organization', supportUntil: null }],
  supportUntil: null,
  platformAdmin: false,
}

export function sessionRoutes(
  server: Server,
  { authentication, organizations, signIn, supportWindows }: SessionRouteParts,
): void {
  async function view(request: FastifyRequest) {
    const found = await authentication.sessionOf(request)
    const organization = found && (await organizations.get(found.organizationId))
    if (!found || !organization) throw new AppError('unauthenticated', 'Nobody is signed in')
    const { session, memberships, member, window, windowEnded, platformAdmin } = found
    // A page that asks shows their own organization from here on: what they do then is meant for it.
    if (windowEnded) await signIn.chooseOrganization(session.id, found.organizationId)
    const own = await Promise.all(memberships.map((one) => organizations.get(one.organizationId)))
    const windows = platformAdmin ? await supportWindows.openNow() : []
    return {
      user: session.user,
      secondFactor: session.secondFactor,
      organization,
      role: member?.role ?? 'platform_admin',
      permissions: [...(member?.permissions ?? WINDOW_PERMISSIONS)],
      organizations: [
        ...own.flatMap((one) => (one ? [{ id: one.id, name: one.name, supportUntil: null }] : [])),
        ...windows
          .filter(({ id }) => !memberships.some(({ organizationId }) => organizationId === id))
          .map(({ id, name, expiresAt }) => ({ id, name, supportUntil: expiresAt })),
      ],
      supportUntil: window?.expiresAt ?? null,
      platformAdmin,
    }
  }

  server.get(
    '/v1/session',
    {
      onRequest: authentication.guard('anyone'),
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
        summary: 'Work in another of your organizations, or in one that has opened a support window to you',
        description:
          'The choice is kept with the session. A single request may name another organization in its `x-organization-id` header.',
        tags: ['Sign-in'],
        body: z.strictObject({ organizationId: z.uuid() }),
        response: { 200: SessionView },
        example: { body: { organizationId: SESSION_EXAMPLE.organization.id }, response: SESSION_EXAMPLE },
      },
    },
    async (request) => {
      const { organizationId } = request.body
      const found = await authentication.sessionOf(request)
      const isOpen =
        found?.memberships.some((member) => member.organizationId === organizationId) ||
        (found?.platformAdmin && (await supportWindows.openOf(organizationId)) !== undefined)
      if (!found || !isOpen) throw new AppError('not_found', `Organization ${organizationId} does not exist`)
      await signIn.chooseOrganization(found.session.id, organizationId)
      return view(request)
    },
  )
}
