import { sql } from 'kysely'
import { z } from 'zod'
import type { ArrivedEvent } from '../../engine/packs/pack.ts'
import type { PackSurface, Within } from '../../engine/packs/surface.ts'
import { refundLock } from './booking-payments.ts'
import { languageOf } from './quotes.ts'
import { reasonIn } from './vendor-reasons.ts'

const text = z.string().transform((given) => given.slice(0, 200))
const StripeDispute = z.object({
  id: z.string(),
  amount: z.int().min(0),
  currency: z.string(),
  reason: text.nullish(),
  status: text,
  payment_intent: z.union([z.string(), z.object({ id: z.string() })]).nullish(),
  evidence_details: z.object({ due_by: z.number().nullish() }).nullish(),
})
const Envelope = z.object({ data: z.object({ object: z.unknown() }) })

/** As it is kept with its payment. */
export const Dispute = z.object({
  id: z.string(),
  status: z.string().describe('As the vendor says it: needs_response, under_review, won, lost…'),
  reason: z.string().nullable().describe('As the vendor says it: fraudulent, product_not_received…'),
  amount: z.int(),
  currency: z.string(),
  answerBy: z.string().nullable().describe('Until when the vendor takes evidence'),
})
export type Dispute = z.infer<typeof Dispute>

/** What the payer’s bank says of a payment. */
export interface Disputed {
  readonly type: string
  readonly paymentIntent: string
  readonly dispute: Dispute
}

/** The money stays: an inquiry that came to nothing is closed with a warning. */
const STAYS = ['won', 'warning_closed', 'prevented']
/** Nothing follows these. */
const OVER = new Set([...STAYS, 'lost'])

/** In SQL, of the payments `t` of one booking: whether one is disputed still, or was lost; null where the money stays. */
export const DISPUTE_OF_PAYMENTS = `case
  when bool_or(not (t.dispute->>'status') = any ('{${[...OVER].join(',')}}')) then 'open'
  when bool_or(t.dispute->>'status' = 'lost') then 'lost' end`

/** Undefined for events about something else. @throws Error for what cannot be read: it is tried again, and not dropped. */
export function disputedIn({ id, type, body }: ArrivedEvent): Disputed | undefined {
  if (!type.startsWith('charge.dispute.')) return undefined
  const parsed = StripeDispute.safeParse(Envelope.safeParse(body).data?.data.object)
  if (!parsed.success) throw new Error(`${type} ${id} cannot be read`, { cause: parsed.error })
  const { payment_intent: intent, evidence_details: evidence, ...dispute } = parsed.data
  const paymentIntent = typeof intent === 'string' ? intent : intent?.id
  if (!paymentIntent) return undefined
  return {
    type,
    paymentIntent,
    dispute: {
      id: dispute.id,
      status: dispute.status,
      reason: dispute.reason ?? null,
      amount: dispute.amount,
      currency: dispute.currency.toUpperCase(),
      answerBy: evidence?.due_by ? new Date(evidence.due_by * 1_000).toISOString() : null,
    },
  }
}

export type Disputes = ReturnType<typeof createDisputes>

/** Payments that their payers dispute: kept with the payment, told when it begins and when it is over. */
export function createDisputes({ publicUrl, organization }: Pick<PackSurface, 'publicUrl' | 'organization'>) {
  return {
    /** Gives the booking it is about. One that is over stays as it ended, whatever arrives late. */
    async take(
      within: Within,
      organizationId: string,
      accountId: string,
      { type, paymentIntent, dispute }: Disputed,
    ): Promise<string | null> {
      // One after the other: what is news is found out by what is there.
      await sql`select pg_advisory_xact_lock(hashtextextended(${refundLock(accountId, paymentIntent)}, 0))`.execute(
        within.tx,
      )
      const { rows } = await sql<{
        id: string
        booking_id: string | null
        contact_id: string | null
        reference: string | null
        dispute: Dispute | null
      }>`
        select t.id, t.booking_id, b.contact_id, b.reference, t.dispute from payment_transaction t left join booking b on b.id = t.booking_id
        where t.account_id = ${accountId} and t.payment_intent = ${paymentIntent} and t.organization_id = ${organizationId} and t.kind = 'payment' limit 1`.execute(
        within.tx,
      )
      const [payment] = rows
      const before = payment?.dispute?.id === dispute.id ? payment.dispute : undefined
      if (before && OVER.has(before.status)) return payment!.booking_id
      if (payment)
        await sql`update payment_transaction set dispute = ${JSON.stringify(dispute)} where id = ${payment.id}`.execute(
          within.tx,
        )
      const isOver = OVER.has(dispute.status)
      // Of a payment that is not known here nothing is kept: its first and last event tell.
      const isNews = payment ? !before || isOver : type === 'charge.dispute.created' || type === 'charge.dispute.closed'
      if (isNews) {
        const language = languageOf({ locale: null }, (await organization(organizationId)).locale)
        await within.raise({
          type: 'payment.disputed',
          allowRepeat: true,
          about: payment?.contact_id ? [payment.contact_id] : [],
          payload: {
            amount: dispute.amount,
            currency: dispute.currency,
            paymentReference: paymentIntent.slice(0, 200),
            ...(payment?.reference && { bookingReference: payment.reference }),
            ...(dispute.reason && { reason: reasonIn(dispute.reason, language) }),
            ...(!isOver && dispute.answerBy && { answerBy: dispute.answerBy }),
            lost: dispute.status === 'lost',
            won: isOver && dispute.status !== 'lost',
            ...(payment && { paymentUrl: `${publicUrl}/bookings/payments/${payment.id}` }),
          },
        })
      }
      return payment?.booking_id ?? null
    },
  }
}
