import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { PackSurface } from '../../../engine/packs/surface.ts'
import { change, SETTINGS } from '../acts.ts'
import { seller } from './samples.ts'
import { SellerPatch, type Sellers, SellerView } from './sellers.ts'

/** GET and PATCH /v1/bookings/seller: who the organization is on its quotes and invoices. */
export const sellerRoutes =
  ({ surface, sellers }: { surface: PackSurface; sellers: Sellers }): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Bookings']
    const example = { details: seller, hasLogo: false, missing: [] }

    app.get(
      '/bookings/seller',
      {
        onRequest: surface.guard('settings.read', SETTINGS),
        schema: {
          summary: 'Who the organization is on its documents, and what its invoices lack',
          tags,
          response: { 200: SellerView },
          example: { response: example },
        },
      },
      async (request) => sellers.get(surface.callerOf(request).organizationId),
    )

    app.patch(
      '/bookings/seller',
      {
        onRequest: surface.guard('settings.manage', change('seller.updated')),
        schema: {
          summary: 'Change some of it; null takes a field away',
          tags,
          body: SellerPatch,
          response: { 200: SellerView },
          example: {
            body: { legalName: seller.legalName, siret: seller.siret, vatId: seller.vatId, vatScheme: 'standard' },
            response: example,
          },
        },
      },
      async (request) => sellers.change(surface.callerOf(request).organizationId, request.body),
    )
  }
