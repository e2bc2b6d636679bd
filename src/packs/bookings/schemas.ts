import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { DB } from '../../platform/database/generated.ts'
import { BillingAddress, billingIn, Company } from './billing.ts'
import { BOOKING_STATUSES } from './booking.ts'
import { Dispute } from './disputes.ts'
import { BookingDocument, documentExample } from './document-reading.ts'

export const Id = z.object({ id: z.uuid() })

export const AddressSchema = z
  .strictObject({
    line: z.string().trim().min(1).max(150),
    postalCode: z.string().trim().min(1).max(12),
    city: z.string().trim().min(1).max(80),
  })
  .meta({ id: 'BookingAddress' })

export const CustomerSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(200).optional(),
    email: z.email().max(320).optional(),
    phone: z.string().trim().min(3).max(32).optional(),
    locale: z.enum(['fr', 'en']).optional(),
    company: Company.optional().describe('Is invoiced in place of the person; needs a billing address'),
    billingAddress: BillingAddress.optional().describe('Where the invoice is for; the place of work unless given'),
  })
  .meta({ id: 'BookingCustomer' })

/** Whom something was made for, as it is kept. */
export const KnownCustomer = z
  .object({
    name: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    company: Company.nullable(),
    billingAddress: BillingAddress.nullable(),
  })
  .meta({ id: 'KnownBookingCustomer' })
export const knownCustomer = (
  row: Pick<Selectable<DB['quote']>, 'name' | 'email' | 'phone' | 'company' | 'billing_address'>,
): z.infer<typeof KnownCustomer> => {
  const { company = null, billingAddress = null } = billingIn(row)
  return { name: row.name, email: row.email, phone: row.phone, company, billingAddress }
}

export const Money = { amount: z.int().describe('In minor units'), currency: z.string() }

const Answer = z.object({
  professionalId: z.uuid(),
  company: z.string(),
  round: z.int(),
  distanceKm: z.number().nullable().describe('Null: one of the two is not on the map'),
  answer: z.enum(['none', 'accepted', 'refused', 'taken', 'expired', 'revoked']),
  proposedAt: z.date(),
  answeredAt: z.date().nullable(),
})

const Attribution = z
  .object({
    id: z.uuid(),
    status: z.enum(['broadcasting', 'accepted', 'expired', 'cancelled']),
    round: z.int().describe('2 when the radius was widened'),
    radiusKm: z.int(),
    approximate: z.boolean().describe('The address was not found: distances are from the organization’s own point'),
    deadlineAt: z.date(),
    winnerId: z.uuid().nullable(),
    acceptedAt: z.date().nullable(),
    byHand: z.boolean().describe('Staff chose the winner'),
    answers: z.array(Answer),
    createdAt: z.date(),
  })
  .meta({ id: 'Attribution' })

export const Payment = z
  .object({
    id: z.uuid(),
    bookingId: z.uuid().nullable().describe('Null: an orphan, which fits no quote, or one that has not arrived yet'),
    kind: z.enum(['payment', 'refund']),
    status: z.enum(['completed', 'pending', 'failed', 'orphaned']),
    ...Money,
    method: z.string().nullable(),
    checkoutSession: z.string().nullable(),
    paymentIntent: z.string().nullable(),
    payerEmail: z.string().nullable(),
    problem: z
      .string()
      .nullable()
      .describe(
        'Why it is an orphan: no_quote, unknown_quote, already_paid, date_passed, nobody_to_tell; or bounced (a debit), unknown_payment (a refund of none that is known), or what the vendor says of a refund that failed',
      ),
    settledAt: z.date().nullable().describe('When somebody had dealt with the orphan'),
    note: z.string().nullable().describe('What they said of it'),
    dispute: Dispute.nullable().describe('What the payer’s bank says of it, where they dispute it'),
    createdAt: z.date(),
  })
  .meta({ id: 'BookingPayment' })

const common = {
  id: z.uuid(),
  reference: z.string(),
  status: z.enum(BOOKING_STATUSES),
  service: z.string().describe('The key of its service type'),
  startsAt: z.date(),
  timeZone: z.string(),
  address: z.object({ line: z.string(), postalCode: z.string(), city: z.string() }),
  contactId: z.uuid(),
  customer: KnownCustomer,
  ...Money,
  paid: z.int(),
  refunded: z.int().describe('What has gone back'),
  paidCurrency: z.string().describe('Of what was paid and went back: another than was agreed, now and then'),
  insurance: z.boolean(),
  priceMismatch: z.boolean().describe('What was paid is not what the server’s rules come to'),
  paidLate: z.boolean().describe('Paid after the quote had expired'),
  dispute: z
    .enum(['open', 'lost'])
    .nullable()
    .describe('A payer’s bank asks its money back, or took it back; null also where the money stays'),
  createdAt: z.date(),
  updatedAt: z.date(),
}

export const BookingItem = z.object(common).meta({ id: 'BookingItem' })

export const Booking = z
  .object({
    ...common,
    inputs: z.record(z.string(), z.union([z.number(), z.boolean()])),
    notes: z.string().nullable(),
    cancelReason: z.string().nullable(),
    flows: z.array(
      z.object({
        flow: z.enum(['staff', 'client', 'professionals']),
        state: z
          .enum(['waiting', 'done', 'failed'])
          .describe('Each on its own. `waiting`: under way, or tried again; `failed`: given up'),
        detail: z
          .string()
          .nullable()
          .describe(
            'nobody (no professional is eligible), no_place (the address was not found), begun (its time had come: nobody was asked), cancelled (the booking, before they were told), or what went wrong',
          ),
      }),
    ),
    payments: z.array(Payment),
    attributions: z.array(Attribution).describe('Newest first'),
    documents: z.array(BookingDocument).describe('Newest first'),
  })
  .meta({ id: 'Booking' })

const ID = '019a9f00-0000-7000-8000-0000000000b1'
const at = new Date('2027-03-04T08:10:00Z')

export const bookingExample = {
  id: ID,
  reference: 'BK-2027-000123',
  status: 'assigned' as const,
  service: 'moving',
  startsAt: new Date('2027-03-18T07:00:00Z'),
  timeZone: 'Europe/Paris',
  address: { line: '12 rue de l’Exemple', postalCode: '69000', city: 'Lyon' },
  contactId: '019a9f00-0000-7000-8000-000000000020',
  customer: {
    name: 'Camille Exemple',
    email: 'camille@example.com',
    phone: '+33639980001',
    company: null,
    billingAddress: null,
  },
  amount: 89_000,
  currency: 'EUR',
  paidCurrency: 'EUR',
  paid: 89_000,
  refunded: 0,
  insurance: true,
  priceMismatch: false,
  paidLate: false,
  dispute: null,
  createdAt: at,
  updatedAt: at,
}

export const paymentExample = {
  id: '019a9f00-0000-7000-8000-0000000000b3',
  bookingId: ID,
  kind: 'payment' as const,
  status: 'completed' as const,
  amount: 89_000,
  currency: 'EUR',
  method: 'card',
  checkoutSession: 'cs_sample',
  paymentIntent: 'pi_sample',
  payerEmail: 'camille@example.com',
  problem: null,
  settledAt: null,
  note: null,
  dispute: null,
  createdAt: at,
}

export const wholeExample = {
  ...bookingExample,
  inputs: { volume: 25, packing: true },
  notes: null,
  cancelReason: null,
  flows: [
    { flow: 'client' as const, state: 'done' as const, detail: null },
    { flow: 'professionals' as const, state: 'done' as const, detail: null },
    { flow: 'staff' as const, state: 'done' as const, detail: null },
  ],
  payments: [paymentExample],
  documents: [documentExample],
  attributions: [
    {
      id: '019a9f00-0000-7000-8000-0000000000b4',
      status: 'accepted' as const,
      round: 1,
      radiusKm: 150,
      approximate: false,
      deadlineAt: new Date('2027-03-05T08:10:00Z'),
      winnerId: '019a9f00-0000-7000-8000-0000000000b5',
      acceptedAt: at,
      byHand: false,
      answers: [
        {
          professionalId: '019a9f00-0000-7000-8000-0000000000b5',
          company: 'Transports Exemple',
          round: 1,
          distanceKm: 12.4,
          answer: 'accepted' as const,
          proposedAt: at,
          answeredAt: at,
        },
      ],
      createdAt: at,
    },
  ],
}
