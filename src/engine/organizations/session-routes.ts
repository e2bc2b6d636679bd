import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Server } from '../../platform/http/server.ts'
import type { Authentication } from './authentication.ts'
import type { Organizations } from './organizations.ts'
import type { SignIn } from './sign-in.ts'

export interface SessionRouteParts {
  readonly authentication: Authentication
  readonly organizations: Organizations
  readonly signIn: SignIn
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
  role: 'owner',
  platformAdmin: false,
}

export function sessionRoutes(server: Server, { authentication, organizations, signIn }: SessionRouteParts): void {
  async function view(request: FastifyRequest) {
    const found = await authentication.sessionOf(request)
    const organization = found && (await organizations.get(found.member.organizationId))
    if (!found || !organization) throw new AppError('unauthenticated', 'Nobody is signed in')
    const { session, member, platformAdmin } = found
    return { user: session.user, organization, role: member.role, platformAdmin }
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
