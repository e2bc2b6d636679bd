import { sql } from 'kysely'
import { z } from 'zod'
import type { ArrivedEvent } from '../../engine/packs/pack.ts'
import type { PackSurface, Within } from '../../engine/packs/surface.ts'
import { recordset } from '../../platform/database/recordset.ts'
import { isUnreachable } from '../../platform/http/problems.ts'
import { newId } from '../../platform/ids.ts'
import type { Paid, Payment } from './booking-payments.ts'
import type { Bookings } from './bookings.ts'
import { isPaid, paidIn, SESSION_EVENTS, type Session, sessionIn } from './checkout-session.ts'
import { type Disputes, disputedIn } from './disputes.ts'
import type { Orphans } from './orphans.ts'
import type { PaymentAccounts } from './payment-accounts.ts'
import { labelOf, languageOf, lockQuote, lockQuotes, type QuoteRow, SELECT_TEXT } from './quotes.ts'
import { type RefundReports, refundedIn } from './refunded.ts'

/** Payments that become bookings in one transaction: most of what one costs is its statements, and many share them. */
const TOGETHER = 20
/** Of the platform's account: what is about a payment that is not known waits so long for it. */
const AWAITED_MS = 3_600_000

interface Deps {
  readonly surface: PackSurface
  readonly accounts: PaymentAccounts
  readonly bookings: Bookings
  readonly refundReports: RefundReports
  readonly disputes: Disputes
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
  | 'disputed'
  | 'ignored'
  | 'nobodys'

/** An event that was not worked off yet. */
interface Found {
  readonly event: ArrivedEvent
  readonly organizationId: string
  /** The organization's own, that the event names. */
  readonly quote: QuoteRow | undefined
  readonly session: Session | undefined
  readonly refunded: ReturnType<typeof refundedIn>
  readonly disputed: ReturnType<typeof disputedIn>
  readonly paid: Paid | undefined
}
type PaidEvent = Found & { readonly paid: Paid }

interface Noted {
  readonly event: ArrivedEvent
  readonly outcome: Outcome
  readonly bookingId: string | null
}

export type Payments = ReturnType<typeof createPayments>

/**
 * What Stripe tells, worked off: each event once, whatever the order and however often it comes. Money that fits nothing is
 * kept as an orphan and told at once; nothing is dropped.
 */
export function createPayments({ surface, accounts, bookings, refundReports, disputes, orphans }: Deps) {
  const { db, clock, publicUrl } = surface

  return {
    /** What was paid, together; the rest each on its own. When all were tried, the first that failed is thrown, and what was done is not done again. */
    async take(events: readonly ArrivedEvent[]): Promise<void> {
      const failures: unknown[] = []
      const failed = (error: unknown) => void failures.push(error)
      for (let at = 0; at < events.length; at += TOGETHER) {
        const found = (await lookUp(events.slice(at, at + TOGETHER), failed).catch(failed)) ?? []
        const { together, after } = sorted(found)
        for (const many of Map.groupBy(together, ({ organizationId }) => organizationId).values())
          await bookEach(many, failed)
        for (const one of after) await (hasPaid(one) ? book([one]) : keepOther(one)).catch(failed)
      }
      if (failures.length > 0) throw failures[0]
    },
  }

  /** Those that were not worked off yet, each with the quote it names. */
  async function lookUp(events: readonly ArrivedEvent[], failed: (error: unknown) => void): Promise<Found[]> {
    const read = events.flatMap((event) => {
      try {
        const session = SESSION_EVENTS.has(event.type) ? sessionIn(event) : undefined
        return [{ event, session, refunded: refundedIn(event), disputed: disputedIn(event) }]
      } catch (error) {
        failed(error)
        return []
      }
    })
    const rows = await db.run<{ n: number; seen: boolean } & (QuoteRow | { id: null })>(
      'bookings.payment-events',
      SEEN_AND_QUOTE,
      [
        read.map(({ event }) => event.accountId),
        read.map(({ event }) => event.id),
        read.map(({ session }) => session?.metadata?.temporary_id ?? null),
      ],
    )
    const found: Found[] = []
    for (const { n, seen, ...row } of rows) {
      const { event, session, refunded, disputed } = read[n - 1]!
      if (seen) continue
      const quote = row.id === null ? undefined : (row as QuoteRow)
      const account = await accounts.get(event.accountId)
      const named = session?.metadata?.organization_id ?? refunded?.organizationId
      const ofPayment = refunded ?? disputed
      const organizationId =
        account.organizationId ??
        quote?.organization_id ??
        (await existing(named)) ??
        (ofPayment && (await refundReports.organizationOf(event.accountId, ofPayment)))
      if (organizationId === undefined) {
        if (ofPayment && clock.now().getTime() - event.receivedAt.getTime() < AWAITED_MS)
          failed(new Error(`${event.type} ${event.id} is about a payment that is not known yet: it is tried again`))
        else await nobodys(event).catch(failed)
        continue
      }
      const paid = session && isPaid(event.type, session) ? paidIn(event, session) : undefined
      const theirs = quote?.organization_id === organizationId ? quote : undefined
      found.push({ event, session, refunded, disputed, paid, organizationId, quote: theirs })
    }
    return found
  }

  /** In one transaction; should that fail, each in one of its own, so that an oddity of one costs no other. */
  async function bookEach(many: readonly PaidEvent[], failed: (error: unknown) => void): Promise<void> {
    try {
      await book(many)
    } catch (error) {
      if (many.length === 1 || isUnreachable(error)) return failed(error)
      for (const one of many) await book([one]).catch(failed)
    }
  }

  /** Money has come to an organization: each becomes a booking, or an orphan that somebody hears of. */
  async function book(many: readonly PaidEvent[]): Promise<void> {
    const { organizationId } = many[0]!
    const quoted = many.flatMap(({ event, quote }) => (quote && quote.status !== 'confirmed' ? [{ event, quote }] : []))
    // Taken before the transaction, so that the bookings of one organization do not wait for each other.
    const numbers = quoted.length > 0 ? await bookings.nextReferences(quoted.map(({ quote }) => quote)) : []
    const references = new Map(quoted.map(({ event }, index) => [event, numbers[index]!]))
    await surface.transaction(organizationId, async (within) => {
      const begun = await begin(within, many)
      const fresh = many.filter(({ event }) => begun.has(keyOf(event)))
      if (fresh.length === 0) return
      const quotes = await lockQuotes(
        within,
        fresh.flatMap(({ quote }) => quote?.id ?? []),
      )
      const known = await knownOf(within, fresh)
      const noted: Noted[] = []
      const payments: (Payment & { readonly event: ArrivedEvent })[] = []
      const orphaned: { event: ArrivedEvent; paid: Paid; why: Parameters<typeof orphans.keep>[3] }[] = []
      for (const { event, paid, quote: named } of fresh) {
        const quote = named && quotes.get(named.id)
        if (known.has(pageOf(paid))) {
          noted.push({ event, outcome: 'already_booked', bookingId: quote?.booking_id ?? null })
          continue
        }
        const why = whyOrphaned(paid, quote)
        const reference = references.get(event)
        if (quote && reference && !why) payments.push({ event, quote, paid, reference })
        else orphaned.push({ event, paid, why: why ?? 'nobody_to_tell' })
      }
      const made = await bookings.finalize(within, organizationId, payments)
      for (const [index, { event, paid }] of payments.entries()) {
        const bookingId = made[index]
        if (bookingId) noted.push({ event, outcome: 'booked', bookingId })
        else orphaned.push({ event, paid, why: 'nobody_to_tell' })
      }
      for (const { event, paid, why } of orphaned) {
        await orphans.keep(within, organizationId, paid, why)
        noted.push({ event, outcome: 'orphaned', bookingId: null })
      }
      await note(within, noted)
    })
  }

  /** Money has gone back, or none has come. */
  async function keepOther(found: Found): Promise<void> {
    const { event, session, refunded, disputed, organizationId, quote } = found
    await surface.transaction(organizationId, async (within) => {
      if ((await begin(within, [found])).size === 0) return
      if (refunded) {
        const bookingId = await refundReports.take(within, organizationId, event.accountId, refunded)
        await note(within, [{ event, outcome: 'refunded', bookingId }])
      }
      if (disputed) {
        const bookingId = await disputes.take(within, organizationId, event.accountId, disputed)
        await note(within, [{ event, outcome: 'disputed', bookingId }])
      }
      if (!session) return
      const locked = quote && (await lockQuote(within, quote.id))
      const outcome = await unpaid(within, event, session, locked, organizationId)
      await note(within, [{ event, outcome, bookingId: locked?.booking_id ?? null }])
    })
  }

  /** Gives the keys of those events that nobody else has begun. In one order, so that two who have the same wait for each other. */
  async function begin({ tx }: Within, many: readonly Found[]): Promise<Set<string>> {
    const events = many.map(({ event }) => event).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    const rows = recordset(
      events.map(({ accountId, id, type, at }) => ({
        account_id: accountId,
        event_id: id,
        type,
        occurred_at: at,
      })),
    )
    const { rows: begun } = await sql<{ account_id: string; event_id: string }>`
      insert into payment_event (account_id, event_id, organization_id, type, outcome, occurred_at, processed_at)
      select account_id, event_id, ${many[0]!.organizationId}::uuid, type, 'ignored', occurred_at, ${clock.now()}
      from jsonb_populate_recordset(null::payment_event, ${rows}::jsonb)
      on conflict do nothing returning account_id, event_id`.execute(tx)
    return new Set(begun.map((row) => `${row.account_id} ${row.event_id}`))
  }

  async function note({ tx }: Within, noted: readonly Noted[]): Promise<void> {
    for (const [accountId, own] of Map.groupBy(noted, ({ event }) => event.accountId))
      await sql`
        update payment_event e set outcome = i.outcome, booking_id = i.booking_id
        from unnest(${own.map(({ event }) => event.id)}::text[], ${own.map(({ outcome }) => outcome)}::text[], ${own.map(({ bookingId }) => bookingId)}::uuid[])
          as i(event_id, outcome, booking_id)
        where e.account_id = ${accountId} and e.event_id = any(${own.map(({ event }) => event.id)}::text[]) and e.event_id = i.event_id`.execute(
        tx,
      )
  }

  function whyOrphaned(paid: Paid, quote: QuoteRow | undefined) {
    if (!paid.temporaryId) return 'no_quote'
    if (!quote) return 'unknown_quote'
    if (quote.status === 'confirmed') return 'already_paid'
    return quote.wished_at <= clock.now() ? 'date_passed' : undefined
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
      about: [],
      audience: {
        client: { email, ...(quote.name && { name: quote.name }), ...(quote.locale && { locale: quote.locale }) },
      },
      payload: {
        service: labelOf(quote, language),
        ...(session.amount_total
          ? { amount: session.amount_total, currency: (session.currency ?? quote.currency).toUpperCase() }
          : { amount: quote.amount, currency: quote.currency }),
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

/** Of each event whether it was worked off already, and the quote it names. */
const SEEN_AND_QUOTE = `
select i.n::int, exists (select from payment_event e where e.account_id = i.account_id and e.event_id = i.event_id) as seen, q.*
from unnest($1::uuid[], $2::text[], $3::text[]) with ordinality as i(account_id, event_id, temporary_id, n)
left join lateral (${SELECT_TEXT} where q.temporary_id = i.temporary_id offset 0) q on true order by i.n`

/**
 * What was paid and can become bookings in one transaction: no two of one quote, one page or one payment. An event that is
 * there twice is taken once.
 */
function sorted(found: readonly Found[]): { together: PaidEvent[]; after: Found[] } {
  const together: PaidEvent[] = []
  const after: Found[] = []
  const events = new Set<string>()
  const taken = new Set<string>()
  for (const one of found) {
    const { accountId } = one.event
    if (events.has(keyOf(one.event))) continue
    events.add(keyOf(one.event))
    if (!hasPaid(one)) {
      after.push(one)
      continue
    }
    const { quote, paid } = one
    const keys = [
      ...(quote ? [`quote ${quote.id}`] : []),
      `page ${pageOf(paid)}`,
      ...(paid.paymentIntent ? [`payment ${accountId} ${paid.paymentIntent}`] : []),
    ]
    if (keys.some((key) => taken.has(key))) after.push(one)
    else {
      for (const key of keys) taken.add(key)
      together.push(one)
    }
  }
  return { together, after }
}

const keyOf = ({ accountId, id }: ArrivedEvent): string => `${accountId} ${id}`
const pageOf = ({ accountId, session }: Paid): string => `${accountId} ${session}`
const hasPaid = (found: Found): found is PaidEvent => found.paid !== undefined

/** Pages that were paid before: the same one paid is told by two kinds of events. */
async function knownOf({ tx }: Within, many: readonly PaidEvent[]): Promise<Set<string>> {
  const { rows } = await sql<{ account_id: string; checkout_session: string }>`
    select t.account_id, t.checkout_session from unnest(${many.map(({ event }) => event.accountId)}::uuid[], ${many.map(({ paid }) => paid.session)}::text[]) as i(account_id, session)
    cross join lateral (
      select account_id, checkout_session from payment_transaction
      where account_id = i.account_id and checkout_session = i.session and kind = 'payment' and status in ('completed', 'orphaned') offset 0) t`.execute(
    tx,
  )
  return new Set(rows.map((row) => `${row.account_id} ${row.checkout_session}`))
}

const FAILED = { fr: 'Le prélèvement a été refusé par la banque', en: 'The bank refused the debit' }
const LEFT = { fr: 'Le paiement n’a pas été terminé', en: 'The payment was not completed' }
