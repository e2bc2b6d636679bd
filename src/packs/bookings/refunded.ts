import { type Selectable, sql } from 'kysely'
import { z } from 'zod'
import type { ArrivedEvent } from '../../engine/packs/pack.ts'
import type { PackSurface, Within } from '../../engine/packs/surface.ts'
import type { DB } from '../../platform/database/generated.ts'
import { newId } from '../../platform/ids.ts'
import { refundLock } from './booking-payments.ts'
import type { DocumentChanges } from './document-changes.ts'
import { languageOf } from './quotes.ts'
import { reasonIn } from './vendor-reasons.ts'

export type PaymentRow = Selectable<DB['payment_transaction']>

const id = z.union([z.string(), z.object({ id: z.string() })]).nullish()
const metadata = z.record(z.string(), z.string()).nullish()
const Refund = z.object({
  id: z.string(),
  amount: z.int().min(0),
  currency: z.string(),
  status: z.string().nullish(),
  failure_reason: z.string().nullish(),
  payment_intent: id,
  metadata,
})
type Refund = z.infer<typeof Refund>
const Charge = z.object({
  payment_intent: id,
  amount_refunded: z.int().min(0),
  currency: z.string(),
  refunds: z.object({ data: z.array(Refund) }).nullish(),
  metadata,
})
const Envelope = z.object({ data: z.object({ object: z.unknown() }) })

export const REFUND_STATUS: Readonly<Record<string, 'completed' | 'pending' | 'failed'>> = {
  succeeded: 'completed',
  pending: 'pending',
  requires_action: 'pending',
  failed: 'failed',
  canceled: 'failed',
}
const REFUND_TYPES = new Set(['refund.created', 'refund.updated', 'refund.failed', 'charge.refund.updated'])

/** What Stripe says of money that went back: a refund, or what a payment comes to. */
export interface Refunded {
  readonly paymentIntent: string
  readonly organizationId: string | undefined
  readonly refunds: readonly Refund[]
  /** Of all refunds of the payment together. */
  readonly total: { readonly amount: number; readonly currency: string } | undefined
}

/** Undefined for events about something else. @throws Error for what cannot be read: it is tried again, and not dropped. */
export function refundedIn(event: ArrivedEvent): Refunded | undefined {
  if (REFUND_TYPES.has(event.type)) {
    const refund = read(Refund, event)
    const paymentIntent = idOf(refund.payment_intent)
    return paymentIntent
      ? { paymentIntent, organizationId: refund.metadata?.organization_id, refunds: [refund], total: undefined }
      : undefined
  }
  if (event.type !== 'charge.refunded') return undefined
  const charge = read(Charge, event)
  const paymentIntent = idOf(charge.payment_intent)
  if (!paymentIntent) return undefined
  const refunds = charge.refunds?.data ?? []
  return {
    paymentIntent,
    organizationId: charge.metadata?.organization_id,
    refunds,
    total: { amount: charge.amount_refunded, currency: charge.currency },
  }
}

function read<T>(shape: z.ZodType<T>, { id, type, body }: ArrivedEvent): T {
  const parsed = shape.safeParse(Envelope.safeParse(body).data?.data.object)
  if (!parsed.success) throw new Error(`${type} ${id} cannot be read`, { cause: parsed.error })
  return parsed.data
}

interface Deps {
  readonly surface: PackSurface
  readonly documents: Pick<DocumentChanges, 'credited'>
}

export type RefundReports = ReturnType<typeof createRefundReports>

/**
 * What the vendor tells of money that went back, asked for here or given there. Each refund is one row, whoever tells of it,
 * however often and in whatever order.
 */
export function createRefundReports({ surface, documents }: Deps) {
  const { db, clock } = surface

  return {
    /** Whose a payment is that is being given back, or disputed. */
    async organizationOf(
      accountId: string,
      { paymentIntent }: Pick<Refunded, 'paymentIntent'>,
    ): Promise<string | undefined> {
      const [row] = await db.run<{ organization_id: string }>(
        'bookings.intent',
        'select organization_id from payment_transaction where account_id = $1 and payment_intent = $2 limit 1',
        [accountId, paymentIntent],
      )
      return row?.organization_id
    },

    /** Gives the booking it is about. */
    async take(
      within: Within,
      organizationId: string,
      accountId: string,
      { paymentIntent, refunds, total }: Refunded,
    ): Promise<string | null> {
      // One after the other: what is new is found out by what is there.
      await sql`select pg_advisory_xact_lock(hashtextextended(${refundLock(accountId, paymentIntent)}, 0))`.execute(
        within.tx,
      )
      const of = { organizationId, accountId, paymentIntent }
      const { rows } = await sql<{ booking_id: string | null }>`
        select booking_id from payment_transaction where account_id = ${accountId} and payment_intent = ${paymentIntent} and kind = 'payment' limit 1`.execute(
        within.tx,
      )
      const isKnown = rows.length > 0
      const bookingId = rows[0]?.booking_id ?? null
      for (const refund of refunds) await note(within, of, refund, bookingId, isKnown)
      if (total) await level(within, of, total, bookingId, isKnown)
      if (bookingId) await documents.credited(within, organizationId, bookingId)
      return bookingId
    },
  }

  async function note(
    within: Within,
    { organizationId, accountId, paymentIntent }: Of,
    refund: Refund,
    bookingId: string | null,
    isKnown: boolean,
  ): Promise<void> {
    const { tx } = within
    const status = REFUND_STATUS[refund.status ?? 'pending'] ?? 'pending'
    const problem = status === 'failed' ? (refund.failure_reason ?? 'failed').slice(0, 300) : null
    const own = refund.metadata?.refund_id ?? ''
    const ownId = z.uuid().safeParse(own).success ? own : null
    // What has come to an end is not pending again, whatever arrives late; money that comes back after all has failed.
    const { rows: known } = await sql<PaymentRow & { was: string }>`
      with before as (
        select id, status from payment_transaction
        where account_id = ${accountId} and organization_id = ${organizationId} and kind = 'refund' and (vendor_id = ${refund.id} or id = ${ownId}::uuid) for update)
      update payment_transaction t set vendor_id = ${refund.id}, problem = case when ${status} = 'pending' or t.status = 'failed' then problem else ${problem} end,
        status = case when ${status} = 'pending' or t.status = 'failed' then t.status else ${status} end
      from before where t.id = before.id
      returning t.*, before.status as was`.execute(tx)
    for (const { was, ...row } of known)
      if (row.status === 'failed' && was !== 'failed') await tellFailed(surface, within, row, was === 'completed')
    if (known.length > 0) return
    // A total told before counts it already, also while it is pending.
    const unnamed = status === 'failed' ? undefined : await unnamedOf(within, accountId, paymentIntent)
    if (unnamed && unnamed.amount <= refund.amount) {
      await sql`
        update payment_transaction set vendor_id = ${refund.id}, amount = ${refund.amount}, status = ${status} where id = ${unnamed.id}`.execute(
        tx,
      )
      return
    }
    if (unnamed)
      await sql`update payment_transaction set amount = amount - ${refund.amount} where id = ${unnamed.id}`.execute(tx)
    const written = await write(within, { organizationId, accountId, paymentIntent }, bookingId, {
      status,
      vendorId: refund.id,
      amount: refund.amount,
      currency: refund.currency,
      problem: problem ?? (isKnown ? null : 'unknown_payment'),
    })
    if (status === 'failed') await tellFailed(surface, within, written, false)
  }

  /** A payment's total is more than the refunds we know: the rest is one that has not been told by name yet. */
  async function level(
    within: Within,
    of: Of,
    total: { amount: number; currency: string },
    bookingId: string | null,
    isKnown: boolean,
  ): Promise<void> {
    const { rows } = await sql<{ sum: number }>`
      select coalesce(sum(amount), 0)::int as sum from payment_transaction
      where account_id = ${of.accountId} and payment_intent = ${of.paymentIntent} and kind = 'refund' and status in ('completed', 'pending')`.execute(
      within.tx,
    )
    const missing = total.amount - (rows[0]?.sum ?? 0)
    if (missing < 0) return
    if (missing === 0) {
      await sql`
        update payment_transaction set status = 'completed'
        where account_id = ${of.accountId} and payment_intent = ${of.paymentIntent} and kind = 'refund' and status = 'pending' and vendor_id is not null`.execute(
        within.tx,
      )
      return
    }
    const unnamed = await unnamedOf(within, of.accountId, of.paymentIntent)
    if (unnamed)
      await sql`update payment_transaction set amount = amount + ${missing} where id = ${unnamed.id}`.execute(within.tx)
    else
      await write(within, of, bookingId, {
        status: 'completed',
        vendorId: null,
        amount: missing,
        currency: total.currency,
        problem: isKnown ? null : 'unknown_payment',
      })
  }

  async function write(
    { tx }: Within,
    { organizationId, accountId, paymentIntent }: Of,
    bookingId: string | null,
    refund: { status: string; vendorId: string | null; amount: number; currency: string; problem: string | null },
  ): Promise<PaymentRow> {
    const now = clock.now()
    const { rows } = await sql<PaymentRow>`
      insert into payment_transaction (id, organization_id, booking_id, kind, status, amount, currency, account_id, payment_intent, vendor_id, problem, created_at)
      values (${newId(now)}, ${organizationId}, ${bookingId}, 'refund', ${refund.status}, ${refund.amount}, ${refund.currency.toUpperCase()}, ${accountId},
        ${paymentIntent}, ${refund.vendorId}, ${refund.problem}, ${now}) returning *`.execute(tx)
    return rows[0]!
  }
}

/** Money that was to go back has not: whoever keeps the books hears of it. `wasGiven`: it was said to have gone back before. */
export async function tellFailed(
  surface: Pick<PackSurface, 'publicUrl' | 'organization'>,
  within: Within,
  refund: PaymentRow,
  wasGiven: boolean,
): Promise<void> {
  const { rows } = await sql<{ reference: string; contact_id: string; credited: boolean }>`
    select reference, contact_id, exists (select from booking_document d where d.booking_id = b.id and d.kind = 'credit_note' and d.data is not null) as credited
    from booking b where b.id = ${refund.booking_id}`.execute(within.tx)
  const [booking] = rows
  const { locale } = await surface.organization(refund.organization_id)
  await within.raise({
    type: 'refund.failed',
    allowRepeat: true,
    about: booking ? [booking.contact_id] : [],
    payload: {
      amount: refund.amount,
      currency: refund.currency,
      paymentReference: (refund.payment_intent ?? refund.id).slice(0, 200),
      ...(booking && { bookingReference: booking.reference }),
      ...(refund.problem && { reason: reasonIn(refund.problem.slice(0, 200), languageOf({ locale: null }, locale)) }),
      credited: wasGiven && booking?.credited === true,
      paymentUrl: `${surface.publicUrl}/bookings/payments/${refund.id}`,
    },
  })
}

interface Of {
  readonly organizationId: string
  readonly accountId: string
  readonly paymentIntent: string
}

const idOf = (given: z.infer<typeof id>): string | undefined =>
  typeof given === 'string' ? given : (given?.id ?? undefined)

async function unnamedOf({ tx }: Within, accountId: string, paymentIntent: string) {
  const { rows } = await sql<{ id: string; amount: number }>`
    select id, amount from payment_transaction
    where account_id = ${accountId} and payment_intent = ${paymentIntent} and kind = 'refund' and vendor_id is null and status = 'completed' limit 1`.execute(
    tx,
  )
  return rows[0]
}
