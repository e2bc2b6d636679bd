import { z } from 'zod'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import type { Server } from '../../platform/http/server.ts'
import { Timestamp } from '../../platform/http/timestamp.ts'
import type { Authentication } from './authentication.ts'
import type { PlatformOrganizations } from './platform-organizations.ts'
import { LONGEST_WINDOW_HOURS, type SupportWindows } from './support-windows.ts'

export interface SupportRouteParts {
  readonly authentication: Authentication
  readonly supportWindows: SupportWindows
  readonly platformOrganizations: PlatformOrganizations
}

const SupportWindow = z
  .object({
    id: z.uuid(),
    reason: z.string(),
    openedBy: z.string(),
    openedAt: Timestamp,
    expiresAt: Timestamp,
    closedAt: Timestamp.nullable().describe('Set when it was closed before its time'),
    open: z.boolean(),
  })
  .meta({ id: 'SupportWindow' })
const PlatformOrganization = z
  .object({
    id: z.uuid(),
    name: z.string(),
    country: z.string(),
    demo: z.boolean(),
    createdAt: Timestamp,
    members: z.int(),
    sentIn30Days: z.int(),
    supportUntil: Timestamp.nullable().describe('While a support window is open: when it ends'),
  })
  .meta({ id: 'PlatformOrganization' })

const WINDOW = {
  id: '01977b3e-0000-7000-8000-000000000030',
  reason: 'Our SMS of this morning did not arrive',
  openedBy: 'Sample owner',
  openedAt: new Date('2026-11-20T09:00:00Z'),
  expiresAt: new Date('2026-11-21T09:00:00Z'),
  closedAt: null,
  open: true,
}
const ORGANIZATION = {
  id: '01977b3e-0000-7000-8000-000000000002',
  name: 'Sample organization',
  country: 'FR',
  demo: false,
  createdAt: new Date('2026-11-20T09:00:00Z'),
  members: 4,
  sentIn30Days: 1200,
  supportUntil: null,
}
const WINDOWS = 'support-windows'
const ORGANIZATIONS = 'platform-organizations'

/** Whether those who operate the platform may look in, and what they see of organizations without that. */
export function supportRoutes(
  server: Server,
  { authentication, supportWindows, platformOrganizations }: SupportRouteParts,
): void {
  const { callerOf, guard } = authentication
  const onRequest = guard({ scope: 'manage', permission: 'support.manage' })
  const tags = ['Support']

  server.post(
    '/v1/support-windows',
    {
      onRequest,
      schema: {
        summary: 'Let the platform’s support look in for some hours; they may change nothing',
        tags,
        body: z.strictObject({
          hours: z.int().min(1).max(LONGEST_WINDOW_HOURS),
          reason: z.string().trim().min(1).max(500),
        }),
        response: { 201: SupportWindow },
        example: { body: { hours: 24, reason: WINDOW.reason }, response: WINDOW },
      },
    },
    async (request, reply) => {
      const { organizationId, actor } = callerOf(request)
      reply.code(201)
      return supportWindows.open(organizationId, actor, request.body)
    },
  )
  server.get(
    '/v1/support-windows',
    {
      onRequest,
      schema: {
        summary: 'When the platform’s support could look in, newest first',
        tags,
        querystring: z.strictObject(pageQuery),
        response: { 200: Page(SupportWindow) },
        example: { response: { items: [WINDOW], nextCursor: null } },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query
      const before = idBefore(WINDOWS, cursor)
      const rows = await supportWindows.list(callerOf(request).organizationId, { limit, before })
      return idPage(WINDOWS, rows, limit, (window) => window)
    },
  )
  server.delete(
    '/v1/support-windows/:id',
    {
      onRequest,
      schema: {
        summary: 'Close a support window, at once',
        tags,
        params: z.object({ id: z.uuid() }),
        response: { 200: SupportWindow },
        example: { response: { ...WINDOW, closedAt: new Date('2026-11-20T10:00:00Z'), open: false } },
      },
    },
    async (request) => supportWindows.close(callerOf(request).organizationId, request.params.id),
  )
  server.get(
    '/v1/platform/organizations',
    {
      onRequest: guard('platform_admin'),
      schema: {
        summary: 'For those who operate the platform: the organizations, newest first, and nothing of what is in them',
        tags,
        querystring: z.strictObject(pageQuery),
        response: { 200: Page(PlatformOrganization) },
        example: { response: { items: [ORGANIZATION], nextCursor: null } },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query
      const rows = await platformOrganizations.list({ limit, before: idBefore(ORGANIZATIONS, cursor) })
      return idPage(ORGANIZATIONS, rows, limit, (organization) => organization)
    },
  )
}
