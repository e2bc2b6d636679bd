import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import type { Server } from '../../platform/http/server.ts'
import { Timestamp } from '../../platform/http/timestamp.ts'
import type { ApiKeys } from './api-keys.ts'
import type { Authentication } from './authentication.ts'
import { SCOPES } from './organization.ts'

export interface ApiKeyRouteParts {
  readonly authentication: Authentication
  readonly apiKeys: ApiKeys
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

export function apiKeyRoutes(server: Server, { authentication, apiKeys }: ApiKeyRouteParts): void {
  const { callerOf } = authentication
  const onRequest = authentication.guard({ scope: 'manage', permission: 'api_keys.manage' })
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
