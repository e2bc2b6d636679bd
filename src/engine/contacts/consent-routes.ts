import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import { CHANNELS } from '../channels/channel.ts'
import type { Authentication } from '../organizations/authentication.ts'
import { CONSENT_SOURCES, type Consents } from './consents.ts'

interface Deps {
  readonly auth: Authentication
  readonly consents: Consents
}

const Consent = z
  .object({
    id: z.uuid(),
    channel: z.enum(CHANNELS),
    category: z.string().nullable().describe('The kind of news; null: everything on this channel'),
    address: z.string(),
    state: z.enum(['granted', 'withdrawn']),
    source: z.enum(CONSENT_SOURCES).describe('They wrote it, their carrier said so, or they chose it'),
    wording: z.string().nullable().describe('What they wrote, or the carrier’s code'),
    at: z.date(),
    inboundId: z.uuid().nullable().describe('The proof: what they wrote'),
    messageId: z.uuid().nullable().describe('Or the message that the carrier answered so'),
  })
  .meta({ id: 'Consent' })

const consent = {
  id: '019a9f00-0000-7000-8000-000000000090',
  channel: 'sms' as const,
  category: null,
  address: '+33639980001',
  state: 'withdrawn' as const,
  source: 'inbound' as const,
  wording: 'STOP',
  at: new Date('2026-11-02T09:00:00Z'),
  inboundId: '019a9f00-0000-7000-8000-000000000091',
  messageId: null,
}

/** GET /v1/contacts/:id/consents — the log of what a contact said yes or no to. */
export const consentRoutes =
  ({ auth, consents }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/contacts/:id/consents',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'contacts.read' }),
        schema: {
          summary: 'What a contact said yes or no to, newest first: when, in which words, and what proves it',
          tags: ['Contacts'],
          params: z.object({ id: z.uuid() }),
          querystring: z.strictObject(pageQuery),
          response: { 200: Page(Consent) },
          example: { response: { items: [consent], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor } = request.query
        const before = idBefore('consents', cursor)
        const rows = await consents.list(auth.callerOf(request).organizationId, request.params.id, {
          limit: limit + 1,
          ...(before ? { before } : {}),
        })
        return idPage('consents', rows, limit, (row) => row)
      },
    )
  }
