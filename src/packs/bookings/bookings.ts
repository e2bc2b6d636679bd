import { type Selectable, sql } from 'kysely'
import type { PackEvent, PackSurface, Within } from '../../engine/packs/surface.ts'
import { AppError } from '../../errors.ts'
import type { DB } from '../../platform/database/generated.ts'
import { recordset } from '../../platform/database/recordset.ts'
import { newId } from '../../platform/ids.ts'
import { addressText, moved, referenceOf } from './booking.ts'
import type { BookingDocuments } from './booking-documents.ts'
import { type Payment, writePayments } from './booking-payments.ts'
import { type Customer, customersOf } from './customers.ts'
import { attached, type Papers } from './papers.ts'
import { priceOf } from './price.ts'
import { inputsOf, languageOf, pricingOf, type QuoteRow, SELECT_TEXT } from './quotes.ts'
import { planFor } from './reminding.ts'
import { addressOf, clientOf, commonOf, detailsOf, nameOf, subjectOf, type Told } from './told.ts'

interface Made extends Payment, Customer {
  readonly id: string
  readonly insurance: boolean
  /** What should have been paid. */
  readonly amount: number
  /** By the rules of the quote, for what the payment names. */
  readonly isPriced: boolean
}

export type BookingRow = Selectable<DB['booking']>
export const FLOWS = ['staff', 'client', 'professionals'] as const
export type Flow = (typeof FLOWS)[number]

/** Tells one flow again, after it failed. */
export const TELL = 'bookings.tell'
/** Issues what credit notes bookings lack. */
export const CREDIT = 'bookings.credit'
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
    /**
     * Of each of these quotes, of one organization. Numbers are given one after the other, but not without gaps: one whose
     * booking is not made after all is left out.
     */
    async nextReferences(quotes: readonly QuoteRow[]): Promise<string[]> {
      const now = clock.now()
      const years = quotes.map(({ time_zone }) =>
        Number(new Intl.DateTimeFormat('en', { year: 'numeric', timeZone: time_zone }).format(now)),
      )
      const next = new Map<number, number>()
      for (const [year, { length }] of Map.groupBy(years, (one) => one)) {
        const [row] = await db.run<{ last: number }>(
          'bookings.numbers',
          `${UNHURRIED} insert into booking_number (organization_id, year, last) select $1::uuid, $2::int, $3::int from soon
           on conflict (organization_id, year) do update set last = booking_number.last + excluded.last returning last`,
          [quotes[0]!.organization_id, year, length],
        )
        next.set(year, row!.last - length)
      }
      return years.map((year) => {
        const number = next.get(year)! + 1
        next.set(year, number)
        return referenceOf(year, number)
      })
    },

    finalize,
    tell,
    read,
    remind,
    bookingUrl,
    staffUrl,
  }

  /**
   * Everything that follows at once from these payments, of one organization. Their quotes are locked, no two of them are of
   * one quote or one payment, and nothing is written outside this transaction. Gives each booking's id; undefined when there
   * is nobody to write to.
   */
  async function finalize(
    within: Within,
    organizationId: string,
    all: readonly Payment[],
  ): Promise<(string | undefined)[]> {
    const now = clock.now()
    const customers = await customersOf(within, all)
    const made = all.flatMap((payment, index): Made[] => {
      const customer = customers[index]
      if (!customer) return []
      const { quote, paid } = payment
      return [{ ...payment, id: newId(now), ...customer, ...expectedOf(quote, paid.insurance ?? quote.insurance) }]
    })
    const ids = new Map(made.map(({ quote, id }) => [quote.id, id]))
    if (made.length > 0) await write(within, organizationId, made)
    return all.map(({ quote }) => ids.get(quote.id))
  }

  async function write(within: Within, organizationId: string, made: readonly Made[]): Promise<void> {
    const { tx } = within
    const now = clock.now()
    const isMismatch = ({ isPriced, amount, paid, quote }: Made) =>
      !isPriced || amount !== paid.amount || quote.currency !== paid.currency
    const rows = made.map((one) => ({
      id: one.id,
      reference: one.reference,
      quote_id: one.quote.id,
      contact_id: one.contactId,
      phone: one.phone,
      service_type_id: one.quote.service_type_id,
      starts_at: one.quote.wished_at,
      time_zone: one.quote.time_zone,
      amount: one.amount,
      paid: one.paid.amount,
      currency: one.quote.currency,
      paid_currency: one.paid.currency === one.quote.currency ? null : one.paid.currency,
      insurance: one.insurance,
      price_mismatch: isMismatch(one),
      paid_late: one.quote.expires_at <= one.paid.receivedAt,
    }))
    const quoted = made.map(({ quote, id, insurance, amount, paid: { customer } }) => ({
      id: quote.id,
      booking_id: id,
      insurance,
      amount,
      email: customer.email,
      name: customer.name,
      phone: customer.phone,
    }))
    await sql`
      with made as (
        insert into booking (id, organization_id, reference, quote_id, contact_id, service_type_id, starts_at, time_zone, amount, paid, currency,
          paid_currency, insurance, price_mismatch, paid_late, status, created_at, updated_at, phone)
        select id, ${organizationId}::uuid, reference, quote_id, contact_id, service_type_id, starts_at, time_zone, amount, paid, currency,
          paid_currency, insurance, price_mismatch, paid_late, ${moved('draft', 'payment_completed')}, ${now}, ${now}, phone
        from jsonb_populate_recordset(null::booking, ${recordset(rows)}::jsonb))
      update quote q set status = 'confirmed', booking_id = i.booking_id, insurance = i.insurance, amount = i.amount, awaiting_payment_at = null,
        email = coalesce(q.email, i.email), name = coalesce(q.name, i.name), phone = coalesce(q.phone, i.phone)
      from jsonb_populate_recordset(null::quote, ${recordset(quoted)}::jsonb) i
      where q.id = any(${quoted.map(({ id }) => id)}::uuid[]) and q.id = i.id and one_row(q.id, i.id)`.execute(tx)
    const refunded = await writePayments(within, organizationId, made, now)

    const told = await Promise.all(
      made.map(({ quote, id, reference, paid, insurance, contactId, phone }) =>
        toldOf(quote, { id, reference, amount: paid.amount, currency: paid.currency, insurance, contactId, phone }),
      ),
    )
    for (const [index, one] of made.entries()) if (isMismatch(one)) await raiseMismatch(within, told[index]!, one)
    await within.planAll(told.map(reminderPlanOf))
    const papers = await documents.issue(within, organizationId, told)
    const failed = await confirm(
      within,
      told.map((one, index) => ({ told: one, papers: papers[index]! })),
    )
    const flows: { booking_id: string; flow: Flow; state: 'waiting' | 'done'; run_id: string | null }[] = []
    const broadcast = await within.start({ name: BROADCAST, input: { bookingIds: told.map(({ id }) => id) } })
    for (const { id } of told) {
      for (const flow of ['client', 'staff'] as const) {
        const runId = failed.has(flow) ? await within.start({ name: TELL, input: { bookingId: id, flow } }) : null
        flows.push({ booking_id: id, flow, state: runId ? 'waiting' : 'done', run_id: runId })
      }
      flows.push({ booking_id: id, flow: 'professionals', state: 'waiting', run_id: broadcast })
    }
    await sql`
      insert into booking_flow (booking_id, flow, organization_id, state, run_id, updated_at)
      select booking_id, flow, ${organizationId}::uuid, state, run_id, ${now} from jsonb_populate_recordset(null::booking_flow, ${recordset(flows)}::jsonb)`.execute(
      tx,
    )
    await documents.number(
      within,
      organizationId,
      told.map(({ id }) => id),
    )
    // Their invoices have to be there, with their numbers.
    if (refunded.size > 0) await within.start({ name: CREDIT, input: { bookingIds: [...refunded] } })
  }

  /**
   * Tells the clients and the staff, at once; should that fail, each by itself, so that the other hears of it. Gives those who
   * could not be told: they are tried again by themselves. Of several bookings it fails, and they are to be made one by one.
   */
  async function confirm(
    within: Within,
    all: readonly { readonly told: Told; readonly papers: Papers }[],
  ): Promise<ReadonlySet<Flow>> {
    const failed = new Set<Flow>()
    const flows = ['client', 'staff'] as const
    const events = all.flatMap(({ told, papers }) => flows.map((flow) => confirmed(flow, told, papers)))
    if (all.length > 1) {
      await within.raiseAll(events)
      return failed
    }
    if (!(await within.apart(() => within.raiseAll(events)))) return failed
    const { told, papers } = all[0]!
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
    const { rows } = await sql<
      QuoteRow & {
        reference: string
        paid: number
        paid_currency: string
        contact_id: string
        own_phone: string | null
        starts_at: Date
      }
    >`
      select b.reference, b.paid, coalesce(b.paid_currency, b.currency) as paid_currency, b.contact_id, b.phone as own_phone, b.starts_at, full_quote.* from booking b
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
          currency: row.paid_currency,
          insurance: row.insurance,
          contactId: row.contact_id,
          phone: row.own_phone ?? undefined,
        },
      )
    )
  }

  /** Plans the client's reminders, or moves them. */
  function remind(within: Within, told: Told): Promise<void> {
    return planFor(within, reminderPlanOf(told))
  }

  function reminderPlanOf(told: Told): Parameters<Within['plan']>[0] {
    return {
      subject: subjectOf(told.id),
      at: told.quote.wished_at,
      timeZone: told.quote.time_zone,
      to: clientOf(told),
      about: [],
      payload: reminderOf(told),
      reminders: CLIENT_REMINDERS,
    }
  }

  function confirmed(flow: 'staff' | 'client', told: Told, papers: Papers): PackEvent {
    const { quote } = told
    const isClient = flow === 'client'
    const language = isClient ? told.clientLanguage : told.staffLanguage
    return {
      type: 'booking.confirmed',
      ...(isClient
        ? { only: ['client'], audience: { client: clientOf(told) } }
        : { only: ['responsible', 'operations', 'admin', 'accounting'] }),
      attachments: attached(papers[flow], told.reference),
      about: isClient ? [] : [told.contactId],
      payload: {
        ...commonOf(told, language),
        address: addressText(addressOf(quote)),
        amount: told.amount,
        currency: told.currency,
        insurance: told.insurance,
        withInvoice: papers[flow].some(({ kind }) => kind === 'invoice'),
        clientName: nameOf(quote),
        ...(quote.phone && { clientPhone: quote.phone }),
        ...(quote.email && { clientEmail: quote.email }),
        ...(isClient
          ? { bookingUrl: bookingUrl(told) }
          : {
              details: detailsOf(quote, language),
              responsibleIds: quote.responsible_ids,
              adminUrl: staffUrl(told.id),
            }),
      },
    }
  }

  async function raiseMismatch(within: Within, told: Told, { amount: expected, paid, isPriced }: Made): Promise<void> {
    await within.raise({
      type: 'booking.price_mismatch',
      about: [told.contactId],
      payload: {
        reference: told.reference,
        clientName: nameOf(told.quote),
        expected,
        paid: paid.amount,
        currency: paid.currency,
        ...(told.quote.currency !== paid.currency && { expectedCurrency: told.quote.currency }),
        ...(paid.paymentIntent && { paymentReference: paid.paymentIntent.slice(0, 200) }),
        ...(!isPriced && { why: NOT_PRICED[told.staffLanguage] }),
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

/**
 * What should have been paid, with or without insurance. Where the rules give no price for what the payment names, it is as
 * the quote says, and somebody is told: money has come.
 */
function expectedOf(quote: QuoteRow, insurance: boolean) {
  for (const insured of [insurance, quote.insurance]) {
    try {
      const { amount } = priceOf(pricingOf(quote), inputsOf(quote), insured)
      return { amount, insurance: insured, isPriced: insured === insurance }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
    }
  }
  return { amount: quote.amount, insurance: quote.insurance, isPriced: false }
}

const NOT_PRICED = {
  fr: 'Le paiement nomme ce que cette prestation ne propose pas (une assurance, par exemple) : la réservation est faite comme le devis.',
  en: 'The payment names what this service does not offer (insurance, say): the booking is made as the quote says.',
}
