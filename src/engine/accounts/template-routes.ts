import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Page } from '../../platform/http/paging.ts'
import { Timestamp } from '../../platform/http/timestamp.ts'
import type { Authentication } from '../organizations/authentication.ts'
import type { CarrierTemplates } from './carrier-templates.ts'
import type { StoredTemplate } from './carrier-templates-store.ts'

interface Deps {
  readonly auth: Authentication
  readonly carrierTemplates: CarrierTemplates
}

const Id = z.object({ id: z.uuid() })

const Template = z
  .object({
    id: z.string().describe('The carrier’s'),
    name: z.string(),
    language: z.string().describe('As the carrier writes it: fr, pt_BR'),
    status: z.enum(['approved', 'pending', 'rejected', 'paused', 'disabled']),
    category: z.string().nullable(),
    reason: z.string().nullable().describe('Why it was rejected or paused'),
    components: z.unknown().describe('Its parts, as the carrier describes them'),
    updatedAt: Timestamp,
  })
  .meta({ id: 'CarrierTemplate' })

const EXAMPLE = {
  id: '594425479261596',
  name: 'order_ready',
  language: 'fr',
  status: 'approved' as const,
  category: 'utility',
  reason: null,
  components: [{ type: 'BODY', text: 'Bonjour {{1}}, votre commande {{2}} est prête.' }],
  updatedAt: new Date('2026-11-02T09:00:00Z'),
}

const shown = (all: readonly StoredTemplate[]) => ({
  items: all.map(({ accountId: _, category = null, reason = null, components = null, ...template }) => ({
    ...template,
    category,
    reason,
    components,
  })),
  nextCursor: null,
})

/** The approved templates of one provider account. All at once: a carrier has some hundreds at most in use. */
export const templateRoutes =
  ({ auth, carrierTemplates }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Providers']
    app.get(
      '/providers/:id/templates',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'settings.read' }),
        schema: {
          summary: 'The carrier’s approved templates, as it last told of them',
          tags,
          params: Id,
          response: { 200: Page(Template) },
          example: { response: { items: [EXAMPLE], nextCursor: null } },
        },
      },
      async (request) => shown(await carrierTemplates.list(auth.callerOf(request).organizationId, request.params.id)),
    )

    app.post(
      '/providers/:id/templates/sync',
      {
        onRequest: auth.guard({ scope: 'manage', permission: 'providers.manage' }),
        schema: {
          summary: 'Ask the carrier for its templates now; it is asked every hour by itself',
          tags,
          params: Id,
          response: { 200: Page(Template) },
          example: { response: { items: [EXAMPLE], nextCursor: null } },
        },
      },
      async (request) => {
        const { organizationId, platformAdmin = false } = auth.callerOf(request)
        return shown(await carrierTemplates.sync(organizationId, request.params.id, platformAdmin))
      },
    )
  }
