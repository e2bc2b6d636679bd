import { type Selectable, sql } from 'kysely'
import type { PackSurface, Within } from '../../engine/packs/surface.ts'
import { AppError, invalid, notFound } from '../../errors.ts'
import { newShortToken } from '../../platform/crypto.ts'
import type { DB } from '../../platform/database/generated.ts'
import { newId } from '../../platform/ids.ts'
import { assertBilling, type BillingAddress, billingIn, type Company } from './billing.ts'
import { addressText } from './booking.ts'
import { CURRENCY_RULE, isCurrency } from './currency.ts'
import { attached, fileNameOf } from './papers.ts'
import type { PaymentAccounts } from './payment-accounts.ts'
import { type Inputs, type Price, type Pricing, priceOf } from './price.ts'
import { type QuoteDocuments, quoteReference } from './quote-documents.ts'
import { openSandbox } from './sandbox-checkout.ts'
import type { Services } from './services.ts'
import type { createSettings } from './settings.ts'
import type { Order, Session } from './stripe.ts'

export interface Customer {
  readonly name?: string | undefined
  readonly email?: string | undefined
  readonly phone?: string | undefined
  readonly locale?: 'fr' | 'en' | undefined
  readonly company?: Company | undefined
  readonly billingAddress?: BillingAddress | undefined
}

/** Over what a quote says: null takes it away. */
export type CustomerChange = Omit<Customer, 'company' | 'billingAddress'> & {
  readonly company?: Company | null | undefined
  readonly billingAddress?: BillingAddress | null | undefined
}

export interface QuoteRequest {
  readonly service: string
  readonly inputs: Inputs
  readonly insurance: boolean
  readonly address: { readonly line: string; readonly postalCode: string; readonly city: string }
  readonly coordinates?: { readonly latitude: number; readonly longitude: number } | undefined
  readonly wishedAt: Date
  readonly timeZone?: string | undefined
  readonly customer?: Customer | undefined
  readonly notes?: string | undefined
}

export type QuoteRow = Selectable<DB['quote']> & {
  label_fr: string
  label_en: string
  key: string
  /** Members who answer for the service. */
  responsible_ids: string[]
}

/** In the address of a quote's page: its visitor comes from paying, and looks for the so many-th time. */
export const PAID = 'paid'
export const paidUrl = (pageUrl: string, looks = 1): string => `${pageUrl}?${PAID}=${looks}`

export const QUOTE_STATUSES = ['open', 'confirmed', 'expired'] as const

interface QuoteFilter {
  readonly status: (typeof QUOTE_STATUSES)[number] | undefined
  readonly before: string | undefined
  readonly limit: number
}

const FURTHEST_MS = 2 * 366 * 24 * 3_600_000

interface Deps {
  readonly surface: PackSurface
  readonly services: Services
  readonly settings: ReturnType<typeof createSettings>
  readonly accounts: PaymentAccounts
  readonly documents: QuoteDocuments
}

export type Quotes = ReturnType<typeof createQuotes>

/** Requests of visitors, priced here and nowhere else. Whoever has the temporary id may see the quote and pay it. */
export function createQuotes({ surface, services, settings, accounts, documents }: Deps) {
  const { db, clock, publicUrl } = surface

  return {
    find,

    /** What a request would cost; nothing is kept. @throws AppError `validation_failed` */
    async price(
      organizationId: string,
      { service: key, inputs, insurance }: Pick<QuoteRequest, 'service' | 'inputs' | 'insurance'>,
    ): Promise<Price & { readonly currency: string }> {
      const { pricing } = await services.ordered(organizationId, key)
      const currency = await currencyOf(organizationId)
      return { ...priceOf(pricing, inputs, insurance), currency }
    },

    /** @throws AppError `validation_failed` */
    async create(organizationId: string, request: QuoteRequest): Promise<QuoteView> {
      const now = clock.now()
      const service = await services.ordered(organizationId, request.service)
      const { quoteValidHours } = await settings.of(organizationId)
      const currency = await currencyOf(organizationId)
      const organization = await surface.organization(organizationId)
      const timeZone = request.timeZone ?? organization.timeZone
      assertWished(request.wishedAt, now)
      if (!isZone(timeZone)) throw invalid('timeZone', 'is not an IANA time zone such as Europe/Paris')
      const { amount } = priceOf(service.pricing, request.inputs, request.insurance)
      const id = newId(now)
      const temporaryId = newShortToken()
      // Nothing is promised for after the day it is for.
      const expiresAt = new Date(Math.min(now.getTime() + quoteValidHours * 3_600_000, request.wishedAt.getTime()))
      const { customer = {}, address } = request
      assertBilling(customer)
      const row = await surface.transaction(organizationId, async (within) => {
        const { tx, contact, raise } = within
        const person = customer.email || customer.phone ? await contact(knownAs(customer)) : undefined
        await tx
          .insertInto('quote')
          .values({
            id,
            organization_id: organizationId,
            temporary_id: temporaryId,
            service_type_id: service.id,
            pricing: JSON.stringify(service.pricing),
            inputs: JSON.stringify(request.inputs),
            insurance: request.insurance,
            amount,
            currency,
            name: customer.name ?? null,
            email: customer.email ?? null,
            phone: customer.phone ?? null,
            locale: customer.locale ?? null,
            ...billingRow(customer),
            address_line: address.line,
            postal_code: address.postalCode,
            city: address.city,
            latitude: request.coordinates?.latitude ?? null,
            longitude: request.coordinates?.longitude ?? null,
            notes: request.notes ?? null,
            wished_at: request.wishedAt,
            time_zone: timeZone,
            status: 'open',
            expires_at: expiresAt,
            created_at: now,
          })
          .execute()
        const { rows } = await sql<QuoteRow>`${SELECT} where q.id = ${id}`.execute(tx)
        const quote = rows[0]!
        if (person?.email) {
          const language = languageOf(quote, organization.locale)
          const paper = await documents.of(within, quote, language)
          await raise({
            type: 'quote.created',
            audience: { client: { contactId: person.id } },
            about: [],
            attachments: attached(paper ? [paper] : [], quoteReference(quote)),
            payload: {
              service: labelOf(quote, language),
              amount,
              currency,
              lines: linesIn(priceIn(quote), language),
              wishedAt: request.wishedAt.toISOString(),
              placeTimeZone: timeZone,
              address: addressText(address),
              validUntil: expiresAt.toISOString(),
              checkoutUrl: pageUrl(temporaryId),
            },
          })
        }
        return quote
      })
      return view(row)
    },

    list: (organizationId: string, { status, before, limit }: QuoteFilter): Promise<QuoteView[]> =>
      db.as(organizationId, async (tx) => {
        const now = clock.now()
        const conditions = [
          sql`q.organization_id = ${organizationId}`,
          ...(before === undefined ? [] : [sql`q.id < ${before}`]),
          // Its time passes before it is marked.
          ...(status === 'open' ? [sql`q.status = 'open' and q.expires_at > ${now}`] : []),
          ...(status === 'expired'
            ? [sql`(q.status = 'expired' or (q.status = 'open' and q.expires_at <= ${now}))`]
            : []),
          ...(status === 'confirmed' ? [sql`q.status = 'confirmed'`] : []),
        ]
        const { rows } =
          await sql<QuoteRow>`${SELECT} where ${sql.join(conditions, sql` and `)} order by q.id desc limit ${limit}`.execute(
            tx,
          )
        return rows.map(view)
      }),

    async get(organizationId: string, temporaryId: string): Promise<QuoteView> {
      return view(await find(temporaryId, organizationId))
    },

    /** Where its PDF is, as long as nothing was booked. @throws AppError `not_found` */
    async paper(temporaryId: string): Promise<{ readonly storageKey: string; readonly filename: string }> {
      const quote = await find(temporaryId)
      const { locale } = await surface.organization(quote.organization_id)
      const language = languageOf(quote, locale)
      const paper =
        quote.status === 'confirmed'
          ? undefined
          : await surface.transaction(quote.organization_id, (within) => documents.of(within, quote, language))
      if (!paper) throw notFound('Quote', temporaryId.slice(0, 60))
      return { storageKey: paper.storageKey, filename: fileNameOf('quote', language, quoteReference(quote)) }
    },

    /** Opens a page to pay on. @throws AppError `conflict` when it is paid already, or being paid, or too late. */
    async checkout(
      organizationId: string | undefined,
      temporaryId: string,
      asked: {
        readonly customer?: CustomerChange | undefined
        readonly insurance?: boolean | undefined
        readonly successUrl?: string | undefined
        readonly cancelUrl?: string | undefined
      },
    ): Promise<Session & { amount: number; currency: string }> {
      const quote = await find(temporaryId, organizationId)
      const now = clock.now()
      const account = await accounts.of(quote.organization_id)
      if (account.kind === 'none')
        throw new AppError('conflict', 'Paying online is not set up: there is no payment account')
      if (quote.status === 'confirmed') throw new AppError('conflict', 'This quote has been paid')
      if (quote.status === 'expired' || quote.expires_at <= now)
        throw new AppError('conflict', 'This quote has expired: ask for a new one')
      if (quote.awaiting_payment_at)
        throw new AppError('conflict', 'This quote is being paid by a debit, which may take days to arrive')
      const customer = merged(quote, asked.customer)
      if (!customer.email) throw invalid('customer.email', 'is needed to pay')
      assertBilling(customer)
      const insurance = asked.insurance ?? quote.insurance
      const { amount } = priceOf(pricingOf(quote), inputsOf(quote), insurance)
      const organization = await surface.organization(quote.organization_id)
      const language = languageOf({ locale: customer.locale ?? null }, organization.locale)
      await surface.transaction(quote.organization_id, async ({ tx, contact }) => {
        // Whoever is to be told can be: a number or address that is none is found out before the money is taken.
        await contact(knownAs(customer))
        await tx
          .updateTable('quote')
          .set({
            name: customer.name ?? null,
            email: customer.email ?? null,
            phone: customer.phone ?? null,
            locale: customer.locale ?? null,
            ...billingRow(customer),
            insurance,
            amount,
          })
          .where('id', '=', quote.id)
          .where('status', '=', 'open')
          .execute()
      })
      const order: Order = {
        temporaryId,
        organizationId: quote.organization_id,
        amount,
        currency: quote.currency,
        insurance,
        label: labelOf(quote, language),
        customer: { email: customer.email, name: customer.name, phone: customer.phone },
        locale: language,
        successUrl: asked.successUrl ?? paidUrl(pageUrl(temporaryId)),
        cancelUrl: asked.cancelUrl ?? pageUrl(temporaryId),
        expiresAt: quote.expires_at,
      }
      const vendor = await accounts.vendor(account)
      const session = vendor ? await vendor.open(order, now) : openSandbox(surface, order, now)
      return { ...session, amount, currency: quote.currency }
    },
  }

  /** @throws AppError `conflict` for one that was set before it was checked. */
  async function currencyOf(organizationId: string): Promise<string> {
    const { currency } = await settings.of(organizationId)
    if (!isCurrency(currency))
      throw new AppError('conflict', `${currency} ${CURRENCY_RULE}. Choose another in the settings of bookings`)
    return currency
  }

  /** By the id its visitor has. @throws AppError `not_found` */
  async function find(temporaryId: string, organizationId?: string): Promise<QuoteRow> {
    const [row] = await db.run<QuoteRow>('bookings.quote', `${SELECT_TEXT} where q.temporary_id = $1`, [temporaryId])
    if (!row || (organizationId !== undefined && row.organization_id !== organizationId))
      throw notFound('Quote', temporaryId.slice(0, 60))
    return row
  }

  function pageUrl(temporaryId: string): string {
    return `${publicUrl}/q/${temporaryId}`
  }

  function view(row: QuoteRow): QuoteView {
    return {
      row,
      price: priceIn(row),
      expired: row.status === 'open' && row.expires_at <= clock.now(),
      url: pageUrl(row.temporary_id),
    }
  }
}

export interface QuoteView {
  readonly row: QuoteRow
  readonly price: Price
  readonly expired: boolean
  /** The visitor's page. */
  readonly url: string
}

export const SELECT_TEXT =
  'select q.*, s.key, s.label_fr, s.label_en, s.responsible_ids from quote q join service_type s on s.id = q.service_type_id'
const SELECT = sql.raw(SELECT_TEXT)

/** Whoever decides by what a quote is waits for whoever changes it. */
export async function lockQuote(within: Within, id: string): Promise<QuoteRow | undefined> {
  return (await lockQuotes(within, [id])).get(id)
}

/** As `lockQuote`, by id; in one order, so that two who want the same wait for each other. */
export async function lockQuotes({ tx }: Within, ids: readonly string[]): Promise<ReadonlyMap<string, QuoteRow>> {
  const { rows } = await sql<QuoteRow>`
    ${SELECT} where q.id = any(${ids}::uuid[]) order by q.id for no key update of q`.execute(tx)
  return new Map(rows.map((row) => [row.id, row]))
}

function assertWished(wishedAt: Date, now: Date): void {
  if (wishedAt <= now) throw invalid('wishedAt', 'has passed')
  if (wishedAt.getTime() > now.getTime() + FURTHEST_MS) throw invalid('wishedAt', 'is more than two years ahead')
}

/** Offsets such as +02:00 are no zones: they know no summer. */
function isZone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}

export const pricingOf = ({ pricing }: Pick<QuoteRow, 'pricing'>) => pricing as unknown as Pricing
export const inputsOf = ({ inputs }: Pick<QuoteRow, 'inputs'>) => inputs as unknown as Inputs
/** What insurance adds to this quote; undefined where it is not offered. */
export const insuranceCost = (row: QuoteRow): number | undefined =>
  pricingOf(row).insurance &&
  priceOf(pricingOf(row), inputsOf(row), true).amount - priceOf(pricingOf(row), inputsOf(row), false).amount
const priceIn = (row: QuoteRow): Price => priceOf(pricingOf(row), inputsOf(row), row.insurance)

export const labelOf = (row: Pick<QuoteRow, 'label_fr' | 'label_en'>, language: 'fr' | 'en'): string =>
  language === 'fr' ? row.label_fr : row.label_en

export const linesIn = ({ lines }: Price, language: 'fr' | 'en') =>
  lines.map(({ label, amount }) => ({ label: label[language], amount }))

export const languageOf = ({ locale }: { readonly locale: string | null }, otherwise: string): 'fr' | 'en' =>
  (locale ?? otherwise).startsWith('fr') ? 'fr' : 'en'

const knownAs = ({ name, email, phone, locale }: Customer) => ({
  ...(name && { name }),
  ...(email && { email }),
  ...(phone && { phone }),
  ...(locale && { locale }),
})

const billingRow = ({ company, billingAddress }: Customer) => ({
  company: company ? JSON.stringify(company) : null,
  billing_address: billingAddress ? JSON.stringify(billingAddress) : null,
})

const merged = (quote: QuoteRow, given: CustomerChange = {}): Customer => ({
  name: given.name ?? quote.name ?? undefined,
  email: given.email ?? quote.email ?? undefined,
  phone: given.phone ?? quote.phone ?? undefined,
  locale: given.locale ?? (quote.locale as 'fr' | 'en' | null) ?? undefined,
  company: (given.company === undefined ? billingIn(quote).company : given.company) ?? undefined,
  billingAddress:
    (given.billingAddress === undefined ? billingIn(quote).billingAddress : given.billingAddress) ?? undefined,
})
