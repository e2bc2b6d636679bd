import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { notFound } from '../../errors.ts'
import type { Database } from '../../platform/database/database.ts'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import { CHANNELS } from '../channels/channel.ts'
import { INBOUND_CONSENTS, INBOUND_KINDS } from '../channels/inbound.ts'
import { Id } from '../messages/schemas.ts'
import type { Authentication } from '../organizations/authentication.ts'
import { inboundOfContact } from './inbound-store.ts'

interface Deps {
  readonly db: Pick<Database, 'as'>
  readonly auth: Authentication
}

const InboundView = z
  .object({
    id: z.uuid(),
    channel: z.enum(CHANNELS),
    from: z.string().nullable().describe('Null where the carrier gives its own id of the person only'),
    kind: z.enum(INBOUND_KINDS),
    text: z.string().nullable(),
    files: z.array(z.object({ contentType: z.string().nullable(), filename: z.string().nullable() })),
    consent: z.enum(INBOUND_CONSENTS).nullable().describe('What its words were taken for'),
    at: z.date(),
  })
  .meta({ id: 'Inbound' })

/** GET /v1/contacts/:id/inbound — what a contact wrote to the organization. */
export const inboundRoutes =
  ({ db, auth }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/contacts/:id/inbound',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'messages.read' }),
        schema: {
          summary: 'What a contact wrote, newest first, from whichever of its addresses',
          tags: ['Contacts'],
          params: Id,
          querystring: z.strictObject(pageQuery),
          response: { 200: Page(InboundView) },
          example: {
            response: {
              items: [
                {
                  id: '019a9f00-0000-7000-8000-000000000091',
                  channel: 'sms',
                  from: '+33639980001',
                  kind: 'text',
                  text: 'STOP',
                  files: [],
                  consent: 'stop',
                  at: new Date('2026-11-02T09:00:00Z'),
                },
              ],
              nextCursor: null,
            },
          },
        },
      },
      async (request) => {
        const { limit, cursor } = request.query
        const before = idBefore('inbound', cursor)
        const { id } = request.params
        const rows = await db.as(auth.callerOf(request).organizationId, (tx) =>
          inboundOfContact(tx, id, { limit: limit + 1, ...(before ? { before } : {}) }),
        )
        if (!rows) throw notFound('Contact', id)
        return idPage('inbound', rows, limit, ({ media, ...row }) => ({
          ...row,
          files: media.map(({ contentType = null, filename = null }) => ({ contentType, filename })),
        }))
      },
    )
  }
