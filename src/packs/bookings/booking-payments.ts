import { sql } from 'kysely'
import type { Within } from '../../engine/packs/surface.ts'
import { recordset } from '../../platform/database/recordset.ts'
import { newId } from '../../platform/ids.ts'
import type { QuoteRow } from './quotes.ts'

/** What Stripe says was paid. */
export interface Paid {
  readonly accountId: string
  readonly session: string
  readonly paymentIntent: string | null
  readonly method: string | null
  readonly amount: number
  readonly currency: string
  readonly temporaryId: string | undefined
  readonly insurance: boolean | undefined
  readonly customer: {
    readonly email: string | undefined
    readonly name: string | undefined
    readonly phone: string | undefined
    readonly locale: string | undefined
  }
  readonly receivedAt: Date
  /** The orphan it was kept as, which somebody says belongs to this quote. */
  readonly orphanId?: string | undefined
}

/** A payment that becomes a booking. */
export interface Payment {
  readonly quote: QuoteRow
  readonly paid: Paid
  readonly reference: string
}

/** What a payment and its refunds, which may be told at the same moment, wait for each other by. */
export const refundLock = (accountId: string, paymentIntent: string): string => `refund ${accountId} ${paymentIntent}`

/** What a payment's row says of what was paid, whether it fits a booking or not. */
export const columnsOf = ({ amount, currency, accountId, session, paymentIntent, method, customer }: Paid) => ({
  amount,
  currency,
  account_id: accountId,
  checkout_session: session,
  payment_intent: paymentIntent,
  method,
  payer_email: customer.email ?? null,
})

/** What was pending, or an orphan, is these bookings'; refunds that were told before their payment are too. Gives those that have some. */
export async function writePayments(
  { tx }: Within,
  organizationId: string,
  made: readonly { readonly id: string; readonly paid: Paid }[],
  now: Date,
): Promise<ReadonlySet<string>> {
  const locks = made.flatMap(({ paid: { accountId, paymentIntent } }) =>
    paymentIntent ? [refundLock(accountId, paymentIntent)] : [],
  )
  if (locks.length > 0)
    await sql`
      select pg_advisory_xact_lock(key) from (select hashtextextended(name, 0) as key from unnest(${locks}::text[]) as i(name) order by 1 offset 0) in_order`.execute(
      tx,
    )
  const fresh = made.filter(({ paid }) => !paid.orphanId)
  if (fresh.length > 0) {
    const rows = fresh.map(({ id, paid }) => ({ id: newId(now), booking_id: id, ...columnsOf(paid) }))
    await sql`
      insert into payment_transaction (id, organization_id, booking_id, kind, status, amount, currency, account_id, checkout_session, payment_intent, method, payer_email, created_at)
      select id, ${organizationId}::uuid, booking_id, 'payment', 'completed', amount, currency, account_id, checkout_session, payment_intent, method, payer_email, ${now}
      from jsonb_populate_recordset(null::payment_transaction, ${recordset(rows)}::jsonb)
      on conflict (account_id, checkout_session) where kind = 'payment' do update
        set booking_id = excluded.booking_id, status = 'completed', problem = null, amount = excluded.amount, payment_intent = excluded.payment_intent`.execute(
      tx,
    )
  }
  for (const { id, paid } of made)
    if (paid.orphanId)
      await sql`
        update payment_transaction set booking_id = ${id}, status = 'completed', problem = null, settled_at = ${now} where id = ${paid.orphanId}`.execute(
        tx,
      )
  const { rows: early } = await sql<{ id: string; booking_id: string }>`
    select r.id, i.booking_id from unnest(${made.map(({ id }) => id)}::uuid[], ${made.map(({ paid }) => paid.accountId)}::uuid[], ${made.map(({ paid }) => paid.paymentIntent)}::text[])
      as i(booking_id, account_id, payment_intent)
    cross join lateral (
      select id from payment_transaction where account_id = i.account_id and payment_intent = i.payment_intent and kind = 'refund' and booking_id is null offset 0) r`.execute(
    tx,
  )
  for (const { id, booking_id } of early)
    await sql`
      update payment_transaction set booking_id = ${booking_id}, problem = nullif(problem, 'unknown_payment') where id = ${id}`.execute(
      tx,
    )
  return new Set(early.map(({ booking_id }) => booking_id))
}
