import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { PackSurface } from '../../engine/packs/surface.ts'
import { AppError } from '../../errors.ts'
import { bytesReply } from '../../platform/http/schemas.ts'
import { change, look } from './acts.ts'
import type { DocumentChanges } from './document-changes.ts'
import { BookingDocument, type DocumentReading, documentExample, toDocument } from './document-reading.ts'
import { Id } from './schemas.ts'

interface Deps {
  readonly surface: PackSurface
  readonly reading: DocumentReading
  readonly changes: Pick<DocumentChanges, 'retry'>
}

/** /v1/bookings/:id/documents and /v1/bookings/documents: what was issued about a booking. */
export const documentRoutes =
  ({ surface, reading, changes }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Bookings']
    const { callerOf, storage } = surface

    app.get(
      '/bookings/:id/documents',
      {
        onRequest: surface.guard('bookings.read', look('booking_documents.listed')),
        schema: {
          summary: 'The documents of a booking, newest first',
          tags,
          params: Id,
          response: { 200: z.object({ items: z.array(BookingDocument) }) },
          example: { response: { items: [documentExample] } },
        },
      },
      async (request) => ({
        items: (await reading.list(callerOf(request).organizationId, request.params.id)).map(toDocument),
      }),
    )

    app.get(
      '/bookings/documents/:id',
      {
        onRequest: surface.guard('bookings.read', look('booking_document.read')),
        schema: {
          summary: 'A document as a PDF; made now when nobody has read it yet',
          tags,
          params: Id,
          response: { 200: bytesReply('A PDF; an invoice has the same inside as XML (Factur-X)') },
          example: {},
        },
      },
      async (request, reply) => {
        const row = await reading.get(callerOf(request).organizationId, request.params.id)
        const { state, filename, problems } = toDocument(row)
        if (state === 'erased') throw new AppError('conflict', 'What this document was made of has been erased')
        if (state === 'refused')
          throw new AppError(
            'conflict',
            problems
              .map(({ path, message }) => `${path} ${message}`)
              .join('; ')
              .slice(0, 500),
          )
        const content = await storage.get(row.storage_key)
        return reply
          .headers({
            'content-type': 'application/pdf',
            'content-length': String(content.length),
            // Of a kind and a reference: nothing a person wrote gets into a header.
            'content-disposition': `attachment; filename="${filename}"`,
            'cache-control': 'private, no-store',
          })
          .send(content)
      },
    )

    app.post(
      '/bookings/documents/:id/retry',
      {
        onRequest: surface.guard('bookings.money', change('booking_document.retried')),
        schema: {
          summary: 'Issue a document that was refused, once what it lacked is there; the client is mailed it',
          tags,
          params: Id,
          response: { 200: BookingDocument },
          example: {
            response: {
              ...documentExample,
              state: 'waiting' as const,
              sha256: null,
              bytes: null,
              pages: null,
              madeAt: null,
            },
          },
        },
      },
      async (request) => {
        const { organizationId } = callerOf(request)
        await changes.retry(organizationId, request.params.id)
        return toDocument(await reading.get(organizationId, request.params.id))
      },
    )
  }
