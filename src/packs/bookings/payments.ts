import { sql } from 'kysely'
import { z } from 'zod'
import type { ArrivedEvent } from '../../engine/packs/pack.ts'
import type { PackSurface, Within } from '../../engine/packs/surface.ts'
import { newId } from '../../platform/ids.ts'
import type { Bookings, Paid } from './bookings.ts'
import { isPaid, paidIn, SESSION_EVENTS, type Session, sessionIn } from './checkout-session.ts'
import type { Orphans } from './orphans.ts'
import type { PaymentAccounts } from './payment-accounts.ts'
import { labelOf, languageOf, lockQuote, type QuoteRow, SELECT_TEXT } from './quotes.ts'
import { type Refunds, refundedIn } from './refunds.ts'

/** Payments of one job that are worked off at the same time, each in a transaction of its own: two jobs of them leave connections for others. */
const AT_ONCE = 2

interface Deps {
  readonly surface: PackSurface
  readonly accounts: PaymentAccounts
  readonly bookings: Bookings
  readonly refunds: Refunds
  readonly orphans: Pick<Orphans, 'keep'>
}

/** What became of an event, as it is kept. */
type Outcome =
  | 'booked'
  | 'orphaned'
  | 'awaiting_payment'
  | 'failed'
  | 'expired'
  | 'already_booked'
  | 'refunded'
  | 'ignored'
  | 'nobodys'

export type Payments = ReturnType<typeof createPayments>

/**
 * What Stripe tells, worked off: each event once, whatever the order and however often it comes. Money that fits nothing is
 * kept as an orphan and told at once; nothing is dropped.
 */
export function createPayments({ surface, accounts, bookings, refunds, orphans }: Deps) {
  const { db, clock, publicUrl } = surface

  return {
    /** Each on its own; when all were tried, the first that failed is thrown, and what was done is not done again. */
    async take(events: readonly ArrivedEvent[]): Promise<void> {
      const left = [...events]
      const failures: unknown[] = []
      const worker = async () => {
        for (let event = left.shift(); event; event = left.shift())
          await one(event).catch((error: unknown) => failures.push(error))
      }
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, events.length) }, worker))
      if (failures.length > 0) throw failures[0]
    },
  }

  async function one(event: ArrivedEvent): Promise<void> {
    const session = SESSION_EVENTS.has(event.type) ? sessionIn(event) : undefined
    const temporaryId = session?.metadata?.temporary_id
    const refunded = refundedIn(event)
    const account = await accounts.get(event.accountId)
    const [found] = await db.run<{ seen: boolean } & (QuoteRow | { id: null })>(
      'bookings.payment-event',
      SEEN_AND_QUOTE,
      [event.accountId, event.id, temporaryId ?? null],
    )
    if (!found || found.seen) return
    const quote = found.id === null ? undefined : found
    const named = session?.metadata?.organization_id ?? refunded?.organizationId
    const organizationId =
      account.organizationId ??
      quote?.organization_id ??
      (await existing(named)) ??
      (refunded && (await refunds.organizationOf(event.accountId, refunded)))
    if (organizationId === undefined) return nobodys(event)
    const theirs = quote?.organization_id === organizationId ? quote : undefined
    const paid = session && isPaid(event.type, session) ? paidIn(event, session) : undefined
    // Taken before the transaction, so that the bookings of one organization do not wait for each other.
    const reference = theirs && paid && theirs.status !== 'confirmed' ? await bookings.nextReference(theirs) : undefined

    await surface.transaction(organizationId, async (within) => {
      const { rows } = await sql`
        insert into payment_event (account_id, event_id, organization_id, type, outcome, occurred_at, processed_at)
        values (${event.accountId}, ${event.id}, ${organizationId}, ${event.type}, 'ignored', ${event.at}, ${clock.now()})
        on conflict do nothing returning 1`.execute(within.tx)
      if (rows.length === 0) return
      if (refunded) {
        const bookingId = await refunds.take(within, organizationId, event.accountId, refunded)
        await note(within, event, 'refunded', bookingId)
      }
      if (!session) return
      const locked = theirs && (await lockQuote(within, theirs.id))
      const { outcome, bookingId } = paid
        ? await take(within, organizationId, locked, paid, reference)
        : {
            outcome: await unpaid(within, event, session, locked, organizationId),
            bookingId: locked?.booking_id ?? null,
          }
      await note(within, event, outcome, bookingId)
    })
  }

  async function note(
    { tx }: Within,
    { accountId, id }: ArrivedEvent,
    outcome: Outcome,
    bookingId: string | null,
  ): Promise<void> {
    await sql`
      update payment_event set outcome = ${outcome}, booking_id = ${bookingId} where account_id = ${accountId} and event_id = ${id}`.execute(
      tx,
    )
  }

  /** Money has come: it becomes a booking, or an orphan that somebody hears of. */
  async function take(
    within: Within,
    organizationId: string,
    quote: QuoteRow | undefined,
    paid: Paid,
    reference: string | undefined,
  ): Promise<{ outcome: Outcome; bookingId: string | null }> {
    if (await isKnown(within, paid)) return { outcome: 'already_booked', bookingId: quote?.booking_id ?? null }
    const why = !paid.temporaryId
      ? 'no_quote'
      : !quote
        ? 'unknown_quote'
        : quote.status === 'confirmed'
          ? 'already_paid'
          : quote.wished_at <= clock.now()
            ? 'date_passed'
            : undefined
    if (quote && reference && !why) {
      const bookingId = await bookings.finalize(within, quote, paid, reference)
      if (bookingId) return { outcome: 'booked', bookingId }
    }
    await orphans.keep(within, organizationId, paid, why ?? 'nobody_to_tell')
    return { outcome: 'orphaned', bookingId: null }
  }

  /** No money has come, or not yet. */
  async function unpaid(
    within: Within,
    event: ArrivedEvent,
    session: Session,
    quote: QuoteRow | undefined,
    organizationId: string,
  ): Promise<Outcome> {
    const { type } = event
    const isKept = await keepUnpaid(within, event, session, organizationId)
    if (!quote || quote.status === 'confirmed') return 'ignored'
    if (type === 'checkout.session.completed') {
      // The debit has bounced already, and was told before its beginning.
      if (!isKept) return 'ignored'
      await sql`update quote set awaiting_payment_at = ${clock.now()} where id = ${quote.id}`.execute(within.tx)
      return 'awaiting_payment'
    }
    const failed = type === 'checkout.session.async_payment_failed'
    if (failed) await sql`update quote set awaiting_payment_at = null where id = ${quote.id}`.execute(within.tx)
    const email = session.metadata?.email ?? quote.email
    // Who left before paying and has nothing left to pay on is not written to; nor is who pays by a debit from another page.
    if (!email || quote.expires_at <= clock.now() || (!failed && quote.awaiting_payment_at))
      return failed ? 'failed' : 'expired'
    const organization = await surface.organization(quote.organization_id)
    const language = languageOf(quote, organization.locale)
    await within.raise({
      type: 'booking.checkout_failed',
      audience: {
        client: { email, ...(quote.name && { name: quote.name }), ...(quote.locale && { locale: quote.locale }) },
      },
      payload: {
        service: labelOf(quote, language),
        amount: session.amount_total ?? quote.amount,
        currency: quote.currency,
        reason: (failed ? FAILED : LEFT)[language],
        validUntil: quote.expires_at.toISOString(),
        checkoutUrl: `${publicUrl}/q/${quote.temporary_id}`,
      },
    })
    return failed ? 'failed' : 'expired'
  }

  /** A debit is shown while it is under way, and when it bounced; false when something else is known of it. */
  async function keepUnpaid(
    { tx }: Within,
    event: ArrivedEvent,
    session: Session,
    organizationId: string,
  ): Promise<boolean> {
    if (event.type === 'checkout.session.expired') return false
    const paid = paidIn(event, session)
    const now = clock.now()
    const isPending = event.type === 'checkout.session.completed'
    const { rows } = await sql`
      insert into payment_transaction (id, organization_id, kind, status, amount, currency, account_id, checkout_session, payment_intent, method, payer_email, problem, created_at)
      values (${newId(now)}, ${organizationId}, 'payment', ${isPending ? 'pending' : 'failed'}, ${paid.amount}, ${paid.currency}, ${paid.accountId}, ${paid.session},
        ${paid.paymentIntent}, ${paid.method}, ${paid.customer.email ?? null}, ${isPending ? null : 'bounced'}, ${now})
      on conflict (account_id, checkout_session) where kind = 'payment' do update set status = excluded.status, problem = excluded.problem
        where payment_transaction.status = 'pending'
      returning 1`.execute(tx)
    return rows.length > 0
  }

  /** Of the platform's account, and about nobody's quote: kept, and told to whoever operates the platform. */
  async function nobodys(event: ArrivedEvent): Promise<void> {
    const kept = await db.run(
      'bookings.nobodys-event',
      `insert into payment_event (account_id, event_id, type, outcome, occurred_at, processed_at) values ($1, $2, $3, 'nobodys', $4, $5)
       on conflict do nothing returning 1`,
      [event.accountId, event.id, event.type, event.at, clock.now()],
    )
    if (kept.length > 0 && SESSION_EVENTS.has(event.type))
      surface.onError(new Error('A payment of the platform’s account is about no quote of any organization'), {
        accountId: event.accountId,
        eventId: event.id,
      })
  }

  async function existing(organizationId: string | undefined): Promise<string | undefined> {
    if (organizationId === undefined || !z.uuid().safeParse(organizationId).success) return undefined
    const rows = await db.run<{ id: string }>('bookings.organization', 'select id from organization where id = $1', [
      organizationId,
    ])
    return rows[0]?.id
  }
}

/** Whether an event was worked off already, and the quote it names. */
const SEEN_AND_QUOTE = `
select e.seen, q.* from (select exists (select from payment_event where account_id = $1 and event_id = $2) as seen) e
left join (${SELECT_TEXT} where q.temporary_id = $3) q on true`

/** The same page paid twice over is told by two kinds of events. */
async function isKnown({ tx }: Within, { accountId, session }: Paid): Promise<boolean> {
  const { rows } = await sql`
    select 1 from payment_transaction
    where account_id = ${accountId} and checkout_session = ${session} and kind = 'payment' and status in ('completed', 'orphaned')`.execute(
    tx,
  )
  return rows.length > 0
}

const FAILED = { fr: 'Le prélèvement a été refusé par la banque', en: 'The bank refused the debit' }
const LEFT = { fr: 'Le paiement n’a pas été terminé', en: 'The payment was not completed' }
