import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { PackSurface } from '../../engine/packs/surface.ts'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import { change, look } from './acts.ts'
import type { Dispute } from './disputes.ts'
import type { Orphans } from './orphans.ts'
import type { Reading } from './reading.ts'
import type { PaymentRow } from './refunded.ts'
import type { Refunds } from './refunds.ts'
import { Id, Payment, paymentExample } from './schemas.ts'

interface Deps {
  readonly surface: PackSurface
  readonly reading: Pick<Reading, 'payments' | 'payment'>
  readonly orphans: Pick<Orphans, 'settle' | 'attach'>
  readonly refunds: Pick<Refunds, 'ofPayment'>
}

/** /v1/bookings/payments: money that came, went back, or fits nothing. */
export const paymentRoutes =
  ({ surface, reading, orphans, refunds }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Bookings']
    const { callerOf } = surface

    app.get(
      '/bookings/payments',
      {
        onRequest: surface.guard('bookings.read', look('booking_payments.listed')),
        schema: {
          summary: 'Payments and refunds, newest first; `status=orphaned` are those that fit no quote',
          tags,
          querystring: z.strictObject({
            ...pageQuery,
            status: z.enum(['completed', 'pending', 'failed', 'orphaned']).optional(),
            settled: z.stringbool().optional().describe('Of orphans: whether somebody has dealt with them'),
          }),
          response: { 200: Page(Payment) },
          example: { response: { items: [paymentExample], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor, ...filter } = request.query
        const rows = await reading.payments(callerOf(request).organizationId, {
          ...filter,
          before: idBefore('booking-payments', cursor),
          limit: limit + 1,
        })
        return idPage('booking-payments', rows, limit, toPayment)
      },
    )

    app.get(
      '/bookings/payments/:id',
      {
        onRequest: surface.guard('bookings.read', look('booking_payment.read')),
        schema: {
          summary: 'One payment or refund',
          tags,
          params: Id,
          response: { 200: Payment },
          example: { response: paymentExample },
        },
      },
      async (request) => toPayment(await reading.payment(callerOf(request).organizationId, request.params.id)),
    )

    app.post(
      '/bookings/payments/:id/refund',
      {
        onRequest: surface.guard('bookings.money', change('booking_payment.refunded')),
        schema: {
          summary: 'Give a payment back, or a part of it; the vendor says when it is done',
          tags,
          params: Id,
          body: z
            .strictObject({
              amount: z.int().min(1).optional().describe('In minor units; all that is left unless given'),
            })
            .default({}),
          response: { 201: Payment.describe('The refund') },
          example: {
            body: { amount: 20_000 },
            response: { ...paymentExample, kind: 'refund' as const, status: 'pending' as const, amount: 20_000 },
          },
        },
      },
      async (request, reply) => {
        const { organizationId } = callerOf(request)
        const refundId = await refunds.ofPayment(organizationId, request.params.id, request.body.amount)
        return reply.code(201).send(toPayment(await reading.payment(organizationId, refundId)))
      },
    )

    app.post(
      '/bookings/payments/:id/settle',
      {
        onRequest: surface.guard('bookings.money', change('booking_payment.settled')),
        schema: {
          summary: 'Deal with an orphan: say what it was, or name the quote it was for, whose booking is then made',
          tags,
          params: Id,
          body: z.union([
            z.strictObject({ note: z.string().trim().min(1).max(500) }),
            z.strictObject({ temporaryId: z.string().min(1).max(100).describe('Of the quote') }),
          ]),
          response: { 200: Payment },
          example: {
            body: { note: 'Paid twice; given back by transfer.' },
            response: {
              ...paymentExample,
              status: 'orphaned' as const,
              problem: 'already_paid',
              note: 'Paid twice; given back by transfer.',
            },
          },
        },
      },
      async (request) => {
        const { organizationId } = callerOf(request)
        const { id } = request.params
        if ('note' in request.body) await orphans.settle(organizationId, id, request.body.note)
        else await orphans.attach(organizationId, id, request.body.temporaryId)
        return toPayment(await reading.payment(organizationId, id))
      },
    )
  }

export const toPayment = (row: PaymentRow) => ({
  id: row.id,
  bookingId: row.booking_id,
  kind: row.kind as 'payment',
  status: row.status as 'completed',
  amount: row.amount,
  currency: row.currency,
  method: row.method,
  checkoutSession: row.checkout_session,
  paymentIntent: row.payment_intent,
  payerEmail: row.payer_email,
  problem: row.problem,
  settledAt: row.settled_at,
  note: row.note,
  dispute: row.dispute as Dispute | null,
  createdAt: row.created_at,
})
