import { z } from 'zod'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import type { Server } from '../../platform/http/server.ts'
import { Timestamp } from '../../platform/http/timestamp.ts'
import type { Authentication } from './authentication.ts'
import type { Members } from './members.ts'
import { ROLES } from './organization.ts'
import { ALL_PERMISSIONS, DEFAULT_PERMISSIONS, PERMISSIONS } from './permissions.ts'
import type { Roles } from './roles.ts'

export interface MemberRouteParts {
  readonly authentication: Authentication
  readonly members: Members
  readonly roles: Roles
}

const Id = z.object({ id: z.uuid() })
const Member = z
  .object({
    id: z.uuid(),
    contactId: z.uuid(),
    name: z.string().nullable(),
    email: z.string().nullable(),
    role: z.string(),
    createdAt: Timestamp,
    disabledAt: Timestamp.nullable().describe('Set: they may not come in, and hear of nothing'),
    secondFactor: z
      .boolean()
      .nullable()
      .describe('Whether they sign in with a second factor; told to those who manage members'),
  })
  .meta({ id: 'Member' })

const RoleItem = z
  .object({
    role: z.enum(ROLES),
    permissions: z.array(z.enum(ALL_PERMISSIONS)),
    custom: z.boolean().describe('Decided by the organization; else as the product has it'),
    members: z.int(),
  })
  .meta({ id: 'Role' })
const RoleList = z.object({
  items: z.array(RoleItem),
  permissions: z.array(z.object({ name: z.enum(ALL_PERMISSIONS), scope: z.string(), description: z.string() })),
})

const MEMBER_EXAMPLE = {
  id: '01977b3e-0000-7000-8000-000000000010',
  contactId: '01977b3e-0000-7000-8000-000000000011',
  name: 'Sample Colleague',
  email: 'colleague@example.com',
  role: 'staff',
  createdAt: new Date('2026-11-20T09:00:00Z'),
  disabledAt: null,
  secondFactor: true,
}
const ROLE_EXAMPLE = {
  role: 'accounting' as const,
  permissions: [...DEFAULT_PERMISSIONS.accounting],
  custom: false,
  members: 1,
}
const PERMISSION_LIST = ALL_PERMISSIONS.map((name) => {
  const { scope, says } = PERMISSIONS[name]
  return { name, scope, description: says }
})

const LIST = 'members'

/** Members, and what each role may do. */
export function memberRoutes(server: Server, { authentication, members, roles }: MemberRouteParts): void {
  const { callerOf } = authentication
  const reading = authentication.guard({ scope: 'read', permission: 'members.read' })
  const managing = authentication.guard({ scope: 'manage', permission: 'members.manage' })
  const tags = ['Team']

  server.get(
    '/v1/members',
    {
      onRequest: reading,
      schema: {
        summary: 'The members, newest first',
        tags,
        querystring: z.strictObject(pageQuery),
        response: { 200: Page(Member) },
        example: { response: { items: [MEMBER_EXAMPLE], nextCursor: null } },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query
      const { organizationId, permissions } = callerOf(request)
      const rows = await members.list(organizationId, { limit, before: idBefore(LIST, cursor) })
      const manages = permissions.includes('members.manage')
      return idPage(LIST, rows, limit, (member) => (manages ? member : { ...member, secondFactor: null }))
    },
  )
  server.patch(
    '/v1/members/:id',
    {
      onRequest: managing,
      schema: {
        summary: 'Give a member another role, shut them out or let them in again; from their next request on',
        description: 'Nobody gives or takes a role that may do what they may not, and only owners deal with owners.',
        tags,
        params: Id,
        body: z.strictObject({ role: z.enum(ROLES).optional(), disabled: z.boolean().optional() }),
        response: { 200: Member },
        example: { body: { role: 'accounting' }, response: { ...MEMBER_EXAMPLE, role: 'accounting' } },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      return members.change(caller.organizationId, caller, request.params.id, request.body)
    },
  )
  server.delete(
    '/v1/members/:id',
    {
      onRequest: managing,
      schema: {
        summary: 'Remove a member; their sessions end at once, their contact stays',
        tags,
        params: Id,
        response: { 204: z.void() },
        example: {},
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      await members.remove(caller.organizationId, caller, request.params.id)
      return reply.code(204).send()
    },
  )
  server.get(
    '/v1/roles',
    {
      onRequest: reading,
      schema: {
        summary: 'The roles and what each may do, and all there is to be allowed',
        tags,
        response: { 200: RoleList },
        example: { response: { items: [ROLE_EXAMPLE], permissions: PERMISSION_LIST.slice(0, 2) } },
      },
    },
    async (request) => ({
      items: (await roles.list(callerOf(request).organizationId)).map(toItem),
      permissions: PERMISSION_LIST,
    }),
  )
  server.put(
    '/v1/roles/:role',
    {
      onRequest: managing,
      schema: {
        summary: 'Decide what a role may do; null: as the product has it. Counts from each member’s next request',
        description: 'Nobody gives what they do not have themselves. An owner may everything.',
        tags,
        params: z.object({ role: z.enum(ROLES) }),
        body: z.strictObject({ permissions: z.array(z.enum(ALL_PERMISSIONS)).max(ALL_PERMISSIONS.length).nullable() }),
        response: { 200: RoleItem },
        example: {
          body: { permissions: ['messages.read', 'statistics.read'] },
          response: { ...ROLE_EXAMPLE, permissions: ['messages.read', 'statistics.read'], custom: true },
        },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { role } = request.params
      await roles.change(caller.organizationId, caller, role, request.body.permissions)
      return toItem((await roles.list(caller.organizationId)).find((item) => item.role === role)!)
    },
  )
}

const toItem = <Item extends { readonly permissions: readonly string[] }>(item: Item) => ({
  ...item,
  permissions: [...item.permissions] as Item['permissions'][number][],
})
