import { type Selectable, sql } from 'kysely'
import type { PackEvent, PackSurface, Within } from '../../engine/packs/surface.ts'
import { AppError } from '../../errors.ts'
import type { DB } from '../../platform/database/generated.ts'
import { newId } from '../../platform/ids.ts'
import { addressText, moved, referenceOf } from './booking.ts'
import { attached, type BookingDocuments, type Papers } from './booking-documents.ts'
import { priceOf } from './price.ts'
import { inputsOf, labelOf, languageOf, pricingOf, type QuoteRow, SELECT_TEXT } from './quotes.ts'

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

export type BookingRow = Selectable<DB['booking']>
export const FLOWS = ['staff', 'client', 'professionals'] as const
export type Flow = (typeof FLOWS)[number]

/** Tells one flow again, after it failed. */
export const TELL = 'bookings.tell'
/** Finds professionals for a booking. */
export const BROADCAST = 'bookings.broadcast'

/** In this order before the booking, each in the time zone of the place. */
const CLIENT_REMINDERS = [
  { offset: '-P7D', type: 'booking.reminder_7d', audience: 'client' },
  { offset: '-PT24H', type: 'booking.reminder_24h', audience: 'client' },
  { offset: '-PT1H', type: 'booking.reminder_1h', audience: 'client' },
] as const

export type Bookings = ReturnType<typeof createBookings>

/** Its commit waits for no disk: a booking's does, and with it everything that was written before, its number too. */
const UNHURRIED = `with soon as materialized (select set_config('synchronous_commit', 'off', true))`

/** From a payment to a booking that everybody knows of, in one transaction. */
export function createBookings({
  surface,
  documents,
}: {
  surface: PackSurface
  documents: Pick<BookingDocuments, 'issue' | 'papersOf' | 'number'>
}) {
  const { db, clock, publicUrl } = surface

  return {
    /** Numbers are given one after the other, but not without gaps: one whose booking is not made after all is left out. */
    async nextReference({ organization_id, time_zone }: QuoteRow): Promise<string> {
      const year = Number(new Intl.DateTimeFormat('en', { year: 'numeric', timeZone: time_zone }).format(clock.now()))
      const [row] = await db.run<{ last: number }>(
        'bookings.number',
        `${UNHURRIED} insert into booking_number (organization_id, year, last) select $1::uuid, $2::int, 1 from soon
         on conflict (organization_id, year) do update set last = booking_number.last + 1 returning last`,
        [organization_id, year],
      )
      return referenceOf(year, row!.last)
    },

    finalize,
    tell,
    read,
    remind,
    bookingUrl,
    staffUrl,
  }

  /**
   * Everything that follows at once from a payment. The quote is locked, and nothing is written outside this transaction.
   * Gives the booking's id; undefined when there is nobody to write to.
   */
  async function finalize(within: Within, quote: QuoteRow, paid: Paid, reference: string): Promise<string | undefined> {
    const { tx } = within
    const now = clock.now()
    const id = newId(now)
    const organizationId = quote.organization_id
    const contactId = await customerOf(within, quote, paid)
    if (!contactId) return undefined
    const insurance = paid.insurance ?? quote.insurance
    const amount = expectedOf(quote, insurance)
    const mismatch = amount !== paid.amount || quote.currency !== paid.currency

    await sql`
      with made as (
        insert into booking (id, organization_id, reference, quote_id, contact_id, service_type_id, starts_at, time_zone, amount, paid, currency,
          insurance, price_mismatch, paid_late, status, created_at, updated_at)
        values (${id}, ${organizationId}, ${reference}, ${quote.id}, ${contactId}, ${quote.service_type_id}, ${quote.wished_at}, ${quote.time_zone},
          ${amount}, ${paid.amount}, ${paid.currency}, ${insurance}, ${mismatch}, ${quote.expires_at <= paid.receivedAt}, ${moved('draft', 'payment_completed')}, ${now}, ${now}))
      update quote set status = 'confirmed', booking_id = ${id}, insurance = ${insurance}, amount = ${amount}, awaiting_payment_at = null,
        email = coalesce(email, ${paid.customer.email ?? null}), name = coalesce(name, ${paid.customer.name ?? null}), phone = coalesce(phone, ${paid.customer.phone ?? null})
      where id = ${quote.id}`.execute(tx)
    await writePayment(within, organizationId, id, paid)

    const told = await toldOf(quote, { id, reference, amount: paid.amount, insurance, contactId })
    if (mismatch) await raiseMismatch(within, told, amount, paid)
    await remind(within, told)
    const papers = await documents.issue(within, told)
    const failed = await confirm(within, told, papers)
    const flows = []
    for (const flow of ['client', 'staff'] as const) {
      const runId = failed.has(flow) ? await within.start({ name: TELL, input: { bookingId: id, flow } }) : null
      flows.push({ flow, state: runId ? 'waiting' : 'done', run_id: runId })
    }
    const runId = await within.start({ name: BROADCAST, input: { bookingId: id } })
    flows.push({ flow: 'professionals', state: 'waiting', run_id: runId })
    await tx
      .insertInto('booking_flow')
      .values(flows.map((flow) => ({ ...flow, booking_id: id, organization_id: organizationId, updated_at: now })))
      .execute()
    await documents.number(within, organizationId, id)
    return id
  }

  /**
   * Tells the client and the staff, at once; should that fail, each by itself, so that the other hears of it. Gives those who
   * could not be told: they are tried again by themselves.
   */
  async function confirm(within: Within, told: Told, papers: Papers): Promise<ReadonlySet<Flow>> {
    const failed = new Set<Flow>()
    const flows = ['client', 'staff'] as const
    if (!(await within.apart(() => within.raiseAll(flows.map((flow) => confirmed(flow, told, papers)))))) return failed
    for (const flow of flows) {
      const failure = await within.apart(() => within.raise(confirmed(flow, told, papers)))
      if (!failure) continue
      surface.onError(failure, { bookingId: told.id, flow })
      failed.add(flow)
    }
    return failed
  }

  /** Tells one audience of a booking, if that has not been done. */
  async function tell(organizationId: string, bookingId: string, flow: 'staff' | 'client'): Promise<void> {
    await surface.transaction(organizationId, async (within) => {
      const { rows } = await sql<{ state: string }>`
        select state from booking_flow where booking_id = ${bookingId} and flow = ${flow} and organization_id = ${organizationId} for update`.execute(
        within.tx,
      )
      if (rows[0]?.state !== 'waiting') return
      const told = await read(within, organizationId, bookingId)
      if (!told) return
      await within.raise(confirmed(flow, told, await documents.papersOf(within, told)))
      await sql`
        update booking_flow set state = 'done', updated_at = ${clock.now()} where booking_id = ${bookingId} and flow = ${flow}`.execute(
        within.tx,
      )
    })
  }

  async function read({ tx }: Within, organizationId: string, bookingId: string): Promise<Told | undefined> {
    const { rows } = await sql<QuoteRow & { reference: string; paid: number; contact_id: string; starts_at: Date }>`
      select b.reference, b.paid, b.contact_id, b.starts_at, full_quote.* from booking b
      join (${sql.raw(SELECT_TEXT)}) full_quote on full_quote.id = b.quote_id where b.id = ${bookingId} and b.organization_id = ${organizationId}`.execute(
      tx,
    )
    const [row] = rows
    return (
      row &&
      toldOf(
        // When it is to be done may have changed since.
        { ...row, wished_at: row.starts_at },
        {
          id: bookingId,
          reference: row.reference,
          amount: row.paid,
          insurance: row.insurance,
          contactId: row.contact_id,
        },
      )
    )
  }

  /** Plans the client's reminders, or moves them. */
  async function remind(within: Within, told: Told): Promise<void> {
    await within.plan({
      subject: subjectOf(told.id),
      at: told.quote.wished_at,
      timeZone: told.quote.time_zone,
      to: { contactId: told.contactId },
      payload: reminderOf(told),
      reminders: CLIENT_REMINDERS,
    })
  }

  /** What was pending, or an orphan, is this booking's; refunds that were told before their payment are too. */
  async function writePayment({ tx }: Within, organizationId: string, bookingId: string, paid: Paid): Promise<void> {
    const now = clock.now()
    if (paid.paymentIntent)
      await sql`select pg_advisory_xact_lock(hashtextextended(${refundLock(paid.accountId, paid.paymentIntent)}, 0))`.execute(
        tx,
      )
    const paidAs = paid.orphanId
      ? sql`
        update payment_transaction set booking_id = ${bookingId}, status = 'completed', problem = null, settled_at = ${now} where id = ${paid.orphanId}`
      : sql`
        insert into payment_transaction (id, organization_id, booking_id, kind, status, amount, currency, account_id, checkout_session, payment_intent, method, payer_email, created_at)
        values (${newId(now)}, ${organizationId}, ${bookingId}, 'payment', 'completed', ${paid.amount}, ${paid.currency}, ${paid.accountId}, ${paid.session},
          ${paid.paymentIntent}, ${paid.method}, ${paid.customer.email ?? null}, ${now})
        on conflict (account_id, checkout_session) where kind = 'payment' do update
          set booking_id = excluded.booking_id, status = 'completed', problem = null, amount = excluded.amount, payment_intent = excluded.payment_intent`
    await sql`
      with paid as (${paidAs})
      update payment_transaction set booking_id = ${bookingId}, problem = nullif(problem, 'unknown_payment')
      where account_id = ${paid.accountId} and payment_intent = ${paid.paymentIntent} and kind = 'refund' and booking_id is null`.execute(
      tx,
    )
  }

  function confirmed(flow: 'staff' | 'client', told: Told, papers: Papers): PackEvent {
    const { quote, contactId } = told
    const isClient = flow === 'client'
    const language = isClient ? told.clientLanguage : told.staffLanguage
    return {
      type: 'booking.confirmed',
      ...(isClient
        ? { only: ['client'], audience: { client: { contactId } } }
        : { only: ['responsible', 'operations', 'admin', 'accounting'] }),
      attachments: attached(papers[flow], told.reference),
      payload: {
        ...commonOf(told, language),
        address: addressText(addressOf(quote)),
        amount: told.amount,
        currency: quote.currency,
        insurance: told.insurance,
        withInvoice: papers[flow].some(({ kind }) => kind === 'invoice'),
        clientName: nameOf(quote),
        ...(quote.phone && { clientPhone: quote.phone }),
        ...(quote.email && { clientEmail: quote.email }),
        ...(isClient
          ? { bookingUrl: bookingUrl(told) }
          : {
              details: detailsOf(quote),
              responsibleIds: quote.responsible_ids,
              adminUrl: staffUrl(told.id),
            }),
      },
    }
  }

  async function raiseMismatch(within: Within, told: Told, expected: number, paid: Paid): Promise<void> {
    await within.raise({
      type: 'booking.price_mismatch',
      payload: {
        reference: told.reference,
        clientName: nameOf(told.quote),
        expected,
        paid: paid.amount,
        currency: paid.currency,
        ...(paid.paymentIntent && { paymentReference: paid.paymentIntent.slice(0, 200) }),
        bookingUrl: staffUrl(told.id),
      },
    })
  }

  /** What every message about a booking is made of. */
  async function toldOf(
    quote: QuoteRow,
    booking: Omit<Told, 'quote' | 'clientLanguage' | 'staffLanguage'>,
  ): Promise<Told> {
    const { locale } = await surface.organization(quote.organization_id)
    return {
      ...booking,
      quote,
      clientLanguage: languageOf(quote, locale),
      staffLanguage: languageOf({ locale: null }, locale),
    }
  }

  function reminderOf(told: Told) {
    return {
      ...commonOf(told, told.clientLanguage),
      address: addressText(addressOf(told.quote)),
      bookingUrl: bookingUrl(told),
    }
  }

  /** The client's own page. */
  function bookingUrl({ quote }: { readonly quote: Pick<QuoteRow, 'temporary_id'> }): string {
    return `${publicUrl}/q/${quote.temporary_id}`
  }

  function staffUrl(bookingId: string): string {
    return `${publicUrl}/bookings/${bookingId}`
  }
}

export interface Told {
  readonly id: string
  readonly reference: string
  readonly amount: number
  readonly insurance: boolean
  readonly contactId: string
  readonly quote: QuoteRow
  readonly clientLanguage: 'fr' | 'en'
  readonly staffLanguage: 'fr' | 'en'
}

/** What a payment and its refunds, which may be told at the same moment, wait for each other by. */
export const refundLock = (accountId: string, paymentIntent: string): string => `refund ${accountId} ${paymentIntent}`

/** The name a booking's reminders go by. */
export const subjectOf = (bookingId: string): string => `booking-${bookingId}`

export const addressOf = ({
  address_line,
  postal_code,
  city,
}: Pick<QuoteRow, 'address_line' | 'postal_code' | 'city'>) => ({
  line: address_line,
  postalCode: postal_code,
  city,
})

export const commonOf = ({ reference, quote }: Pick<Told, 'reference' | 'quote'>, language: 'fr' | 'en') => ({
  reference,
  service: labelOf(quote, language),
  startsAt: quote.wished_at.toISOString(),
  placeTimeZone: quote.time_zone,
})

export const nameOf = ({ name, email, phone }: Pick<QuoteRow, 'name' | 'email' | 'phone'>): string =>
  (name ?? email ?? phone ?? '–').slice(0, 200)

/** What should have been paid. Rules that no longer give a price are a difference like any other: money has come. */
function expectedOf(quote: QuoteRow, insurance: boolean): number {
  try {
    return priceOf(pricingOf(quote), inputsOf(quote), insurance).amount
  } catch (error) {
    if (error instanceof AppError) return 0
    throw error
  }
}

/** What the service needs to know, for the staff. */
function detailsOf({ inputs, notes }: QuoteRow): { label: string; value: string }[] {
  const given = Object.entries(inputs as Record<string, number | boolean>)
    .filter(([, value]) => value !== false)
    .map(([label, value]) => ({ label, value: value === true ? '✓' : String(value) }))
  return [...given, ...(notes ? [{ label: 'Notes', value: notes.slice(0, 200) }] : [])].slice(0, 50)
}

/** Whom the booking is for: looked up by address, made when new. A phone number that is none must not cost a booking. */
async function customerOf(within: Within, quote: QuoteRow, { customer }: Paid): Promise<string | undefined> {
  const email = quote.email ?? customer.email
  const phone = quote.phone ?? customer.phone
  const name = quote.name ?? customer.name
  const locale = [quote.locale, customer.locale].find((one) => one === 'fr' || one === 'en')
  const more = { ...(name && { name: name.slice(0, 200) }), ...(locale && { locale }) }
  const tries = [
    ...(email && phone ? [{ email, phone, ...more }] : []),
    ...(email ? [{ email, ...more }] : []),
    ...(phone ? [{ phone, ...more }] : []),
  ]
  for (const to of tries) {
    try {
      return (await within.contact(to)).id
    } catch (error) {
      if (!(error instanceof AppError)) throw error
    }
  }
  return undefined
}
