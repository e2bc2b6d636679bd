import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { PackSurface } from '../../engine/packs/surface.ts'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import { Timestamp } from '../../platform/http/timestamp.ts'
import { change, look } from './acts.ts'
import type { Attributions } from './attributions.ts'
import { BOOKING_STATUSES } from './booking.ts'
import type { BookingChanges } from './booking-changes.ts'
import { FLOWS } from './bookings.ts'
import { toDocument } from './document-reading.ts'
import { toPayment } from './payment-routes.ts'
import type { BookingListRow, Reading, WholeBooking } from './reading.ts'
import { Booking, BookingItem, bookingExample, Id, knownCustomer, wholeExample } from './schemas.ts'

interface Deps {
  readonly surface: PackSurface
  readonly reading: Reading
  readonly attributions: Pick<Attributions, 'assign' | 'revoke'>
  readonly changes: BookingChanges
}

/** /v1/bookings: what was paid for, who does it, and what became of each part. */
export const bookingRoutes =
  ({ surface, reading, attributions, changes }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Bookings']
    const { callerOf } = surface

    app.get(
      '/bookings',
      {
        onRequest: surface.guard('bookings.read', look('bookings.listed')),
        schema: {
          summary: 'Bookings, newest first',
          tags,
          querystring: z.strictObject({
            ...pageQuery,
            status: z.enum(BOOKING_STATUSES).optional(),
            contactId: z.uuid().optional(),
            priceMismatch: z.stringbool().optional(),
            from: Timestamp.optional().describe('That begin at this time or later'),
            to: Timestamp.optional().describe('That begin before'),
          }),
          response: { 200: Page(BookingItem) },
          example: { response: { items: [bookingExample], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor, ...filter } = request.query
        const rows = await reading.list(callerOf(request).organizationId, {
          ...filter,
          before: idBefore('bookings', cursor),
          limit: limit + 1,
        })
        return idPage('bookings', rows, limit, toItem)
      },
    )

    app.get(
      '/bookings/:id',
      {
        onRequest: surface.guard('bookings.read', look('booking.read')),
        schema: {
          summary: 'One booking, with its payments, who was told, and who was asked to do it',
          tags,
          params: Id,
          response: { 200: Booking },
          example: { response: wholeExample },
        },
      },
      async (request) => toBooking(await reading.get(callerOf(request).organizationId, request.params.id)),
    )

    app.post(
      '/bookings/:id/assign',
      {
        onRequest: surface.guard('bookings.manage', change('booking.assigned')),
        schema: {
          summary:
            'Give the mission to a professional of your choice: they and the staff hear so, and whoever was asked',
          description:
            'As if they had accepted, whether they were asked or not. Somebody else’s mission has to be taken back first.',
          tags,
          params: Id,
          body: z.strictObject({ professionalId: z.uuid() }),
          response: { 200: Booking },
          example: { body: { professionalId: '019a9f00-0000-7000-8000-0000000000b5' }, response: wholeExample },
        },
      },
      async (request) => {
        const { organizationId } = callerOf(request)
        await attributions.assign(organizationId, request.params.id, request.body.professionalId)
        return toBooking(await reading.get(organizationId, request.params.id))
      },
    )

    app.post(
      '/bookings/:id/revoke',
      {
        onRequest: surface.guard('bookings.manage', change('booking.revoked')),
        schema: {
          summary: 'Take an accepted mission back: whoever had it hears so, and the others are asked',
          tags,
          params: Id,
          response: { 200: Booking },
          example: { response: wholeExample },
        },
      },
      async (request) => {
        const { organizationId } = callerOf(request)
        await attributions.revoke(organizationId, request.params.id)
        return toBooking(await reading.get(organizationId, request.params.id))
      },
    )

    app.post(
      '/bookings/:id/move',
      {
        onRequest: surface.guard('bookings.manage', change('booking.moved')),
        schema: {
          summary:
            'Move a booking to another time: reminders go along, the client, the professional and the staff hear so',
          description:
            'Whoever has accepted keeps the mission. Where nobody has, the offers of the former time end and professionals are asked anew.',
          tags,
          params: Id,
          body: z.strictObject({ startsAt: Timestamp, reason: Reason }),
          response: { 200: Booking },
          example: {
            body: { startsAt: '2027-03-20T07:00:00Z', reason: 'À votre demande.' },
            response: wholeExample,
          },
        },
      },
      async (request) => {
        const { organizationId } = callerOf(request)
        await changes.move(organizationId, request.params.id, request.body)
        return toBooking(await reading.get(organizationId, request.params.id))
      },
    )

    app.post(
      '/bookings/:id/cancel',
      {
        onRequest: surface.guard('bookings.manage', change('booking.cancelled')),
        schema: {
          summary: 'Cancel a booking: nobody comes, nobody is reminded, and what is asked for goes back',
          tags,
          params: Id,
          body: z
            .strictObject({
              reason: Reason,
              refund: z
                .union([z.literal('full'), z.int().min(1)])
                .optional()
                .describe(
                  'What goes back: all that is left, or so many minor units; nothing unless given. Takes the permission `bookings.money` too',
                ),
            })
            .default({}),
          response: { 200: Booking },
          example: {
            body: { reason: 'À votre demande.', refund: 'full' },
            response: { ...wholeExample, status: 'cancelled' as const, cancelReason: 'À votre demande.' },
          },
        },
      },
      async (request) => {
        const { organizationId } = callerOf(request)
        if (request.body.refund !== undefined) surface.demand(request, 'bookings.money')
        await changes.cancel(organizationId, request.params.id, request.body)
        return toBooking(await reading.get(organizationId, request.params.id))
      },
    )

    for (const [verb, summary, act, status] of STEPS)
      app.post(
        `/bookings/:id/${verb}`,
        {
          onRequest: surface.guard('bookings.manage', change(act)),
          schema: {
            summary,
            tags,
            params: Id,
            response: { 200: Booking },
            example: { response: { ...wholeExample, status } },
          },
        },
        async (request) => {
          const { organizationId } = callerOf(request)
          await changes[verb](organizationId, request.params.id)
          return toBooking(await reading.get(organizationId, request.params.id))
        },
      )

    app.post(
      '/bookings/:id/flows/:flow/retry',
      {
        onRequest: surface.guard('bookings.manage', change('booking_flow.retried')),
        schema: {
          summary:
            'Tell an audience again that could not be told, or ask for professionals when there was nobody, or nobody accepted',
          tags,
          params: Id.extend({ flow: z.enum(FLOWS) }),
          response: { 200: Booking },
          example: { response: wholeExample },
        },
      },
      async (request) => {
        const { organizationId } = callerOf(request)
        await changes.retryFlow(organizationId, request.params.id, request.params.flow)
        return toBooking(await reading.get(organizationId, request.params.id))
      },
    )
  }

const Reason = z.string().trim().min(1).max(200).optional().describe('Told to the client and the staff')

const STEPS = [
  ['start', 'Work has begun', 'booking.started', 'in_progress'],
  ['complete', 'Work is done', 'booking.completed', 'completed'],
] as const

const toItem = (row: BookingListRow) => ({
  id: row.id,
  reference: row.reference,
  status: row.status,
  service: row.service,
  startsAt: row.starts_at,
  timeZone: row.time_zone,
  address: { line: row.address_line, postalCode: row.postal_code, city: row.city },
  contactId: row.contact_id,
  customer: knownCustomer(row),
  amount: row.amount,
  currency: row.currency,
  paid: row.paid,
  refunded: row.refunded,
  paidCurrency: row.paid_currency ?? row.currency,
  insurance: row.insurance,
  priceMismatch: row.price_mismatch,
  paidLate: row.paid_late,
  dispute: row.dispute,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const toBooking = ({ booking, flows, payments, attributions, answers, documents }: WholeBooking) => ({
  ...toItem(booking),
  inputs: booking.inputs as Record<string, number | boolean>,
  notes: booking.notes,
  cancelReason: booking.cancel_reason,
  flows: flows.map(({ flow, state, detail, outcome, error }) => ({
    flow,
    state: state === 'waiting' && outcome === 'failed' ? ('failed' as const) : state,
    detail: detail ?? (state === 'waiting' ? error : null),
  })),
  payments: payments.map(toPayment),
  documents: documents.map(toDocument),
  attributions: attributions.map((row) => ({
    id: row.id,
    status: row.status as 'broadcasting',
    round: row.round,
    radiusKm: row.radius_km,
    approximate: row.approximate,
    deadlineAt: row.deadline_at,
    winnerId: row.winner_id,
    acceptedAt: row.accepted_at,
    byHand: row.by_hand,
    createdAt: row.created_at,
    answers: answers
      .filter(({ attribution_id }) => attribution_id === row.id)
      .map((answer) => ({
        professionalId: answer.professional_id,
        company: answer.company,
        round: answer.round,
        distanceKm: answer.distance_km,
        answer: answer.answer,
        proposedAt: answer.proposed_at,
        answeredAt: answer.answered_at,
      })),
  })),
})
