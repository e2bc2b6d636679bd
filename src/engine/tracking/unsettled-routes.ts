import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import type { Authentication } from '../organizations/authentication.ts'
import type { UnsettledRow } from './receipt-store.ts'
import type { Receipts } from './receipts.ts'

interface Deps {
  readonly auth: Authentication
  readonly receipts: Pick<Receipts, 'unsettled' | 'retry'>
}

const LIST = 'vendor-calls'

const VendorCall = z
  .object({
    id: z.uuid(),
    provider: z.string(),
    accountId: z.uuid(),
    receivedAt: z.date(),
    tries: z.int().describe('How often it was worked through in vain'),
    nextAt: z.date().nullable().describe('When it is tried again by itself'),
    problem: z.string().nullable(),
  })
  .meta({ id: 'VendorCall' })

const toView = (row: UnsettledRow): z.output<typeof VendorCall> => ({
  id: row.id,
  provider: row.provider,
  accountId: row.account_id,
  receivedAt: row.received_at,
  tries: row.tries,
  nextAt: row.due_at,
  problem: row.problem,
})

const example = {
  id: '019a9f00-0000-7000-8000-0000000000e0',
  provider: 'stripe',
  accountId: '019a9f00-0000-7000-8000-0000000000e1',
  receivedAt: new Date('2026-11-03T08:10:00Z'),
  tries: 13,
  nextAt: new Date('2026-11-03T11:10:00Z'),
  problem: 'It could not be worked through: checkout.session.completed evt_sample cannot be read',
}

/** /v1/platform/vendor-calls: what vendors and carriers told that could not be worked off yet. */
export const unsettledRoutes =
  ({ auth, receipts }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Platform']

    app.get(
      '/platform/vendor-calls',
      {
        onRequest: auth.guard('platform_admin'),
        schema: {
          summary: 'For those who operate the platform: calls of vendors that could not be worked off yet, and why',
          description:
            'What they say is not shown. Those of vendors that packs know, such as Stripe, are tried again until they are settled; carriers’ reports for about two hours.',
          tags,
          querystring: z.strictObject(pageQuery),
          response: { 200: Page(VendorCall) },
          example: { response: { items: [example], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor } = request.query
        const rows = await receipts.unsettled(idBefore(LIST, cursor) ?? null, limit + 1)
        return idPage(LIST, rows, limit, toView)
      },
    )

    app.post(
      '/platform/vendor-calls/:id/retry',
      {
        onRequest: auth.guard('platform_admin'),
        schema: {
          summary: 'Try one again at once',
          tags,
          params: z.object({ id: z.uuid() }),
          response: { 202: VendorCall },
          example: { response: { ...example, nextAt: new Date('2026-11-03T10:24:00Z') } },
        },
      },
      async (request, reply) => reply.code(202).send(toView(await receipts.retry(request.params.id))),
    )
  }
