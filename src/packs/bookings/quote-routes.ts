import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { PackSurface } from '../../engine/packs/surface.ts'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import { Timestamp } from '../../platform/http/timestamp.ts'
import { change, look } from './acts.ts'
import type { Inputs } from './price.ts'
import { languageOf, linesIn, QUOTE_STATUSES, type Quotes, type QuoteView } from './quotes.ts'
import { AddressSchema, CustomerSchema, KnownCustomer, knownCustomer, Money } from './schemas.ts'
import { Coordinates } from './settings.ts'

interface Deps {
  readonly surface: PackSurface
  readonly quotes: Quotes
}

const TemporaryId = z.object({ temporaryId: z.string().min(10).max(100) })
const inputs = z.record(z.string().max(40), z.union([z.number(), z.boolean()]))

const NewQuote = z
  .strictObject({
    service: z.string().min(1).max(60).describe('The key of a service type'),
    inputs: inputs.default({}).describe('What the service’s price rules ask for'),
    insurance: z.boolean().default(false),
    address: AddressSchema,
    coordinates: Coordinates.optional().describe('Of the address, where you know them; looked up otherwise'),
    wishedAt: Timestamp.describe('When the service is to begin'),
    timeZone: z.string().max(64).optional().describe('Of the place; the organization’s by default'),
    customer: CustomerSchema.optional().describe('With an e-mail address the quote is sent there'),
    notes: z.string().trim().min(1).max(2_000).optional(),
  })
  .meta({ id: 'NewQuote' })

const PricedQuote = z
  .object({ ...Money, lines: z.array(z.object({ label: z.string(), amount: z.int() })) })
  .meta({ id: 'QuotePrice' })

const Quote = z
  .object({
    temporaryId: z.string().describe('Whoever has it may see the quote and pay it'),
    status: z.enum(QUOTE_STATUSES),
    service: z.string(),
    inputs,
    insurance: z.boolean(),
    ...Money,
    lines: z.array(z.object({ label: z.string(), amount: z.int() })).describe('How the price comes about'),
    address: z.object({ line: z.string(), postalCode: z.string(), city: z.string() }),
    customer: KnownCustomer,
    notes: z.string().nullable(),
    wishedAt: z.date(),
    timeZone: z.string(),
    expiresAt: z.date(),
    awaitingPaymentAt: z.date().nullable().describe('Set: paid in a way that takes days to arrive'),
    bookingId: z.uuid().nullable(),
    url: z.string().describe('The visitor’s own page'),
    createdAt: z.date(),
  })
  .meta({ id: 'Quote' })

const Checkout = z
  .object({
    checkoutUrl: z.string().describe('Where the visitor pays'),
    sessionId: z.string(),
    ...Money,
    expiresAt: z.date(),
  })
  .meta({ id: 'Checkout' })

const temporaryId = 'SampleSampleSampleSamp'
const request = {
  service: 'moving',
  inputs: { volume: 25, floors: 2, packing: true },
  insurance: true,
  address: { line: '12 rue de l’Exemple', postalCode: '69000', city: 'Lyon' },
  wishedAt: '2027-03-18T07:00:00Z',
  customer: {
    name: 'Camille Exemple',
    email: 'camille@example.com',
    phone: '+33639980001',
    locale: 'fr' as const,
    company: { name: 'Exemple SAS', siren: '303265045', vatId: 'FR40303265045' },
    billingAddress: { line: '3 place de l’Exemple', postalCode: '69002', city: 'Lyon', country: 'FR' },
  },
}
const example = {
  temporaryId,
  status: 'open' as const,
  service: 'moving',
  inputs: request.inputs,
  insurance: true,
  amount: 89_000,
  currency: 'EUR',
  lines: [
    { label: 'Transport', amount: 62_000 },
    { label: 'Étages', amount: 18_000 },
    { label: 'Assurance', amount: 9_000 },
  ],
  address: request.address,
  customer: {
    name: request.customer.name,
    email: request.customer.email,
    phone: request.customer.phone,
    company: { name: 'Exemple SAS', siren: '303265045', vatId: 'FR40303265045' },
    billingAddress: { line: '3 place de l’Exemple', postalCode: '69002', city: 'Lyon', country: 'FR' },
  },
  notes: null,
  wishedAt: new Date(request.wishedAt),
  timeZone: 'Europe/Paris',
  expiresAt: new Date('2027-03-11T17:00:00Z'),
  awaitingPaymentAt: null,
  bookingId: null,
  url: `https://example.com/q/${temporaryId}`,
  createdAt: new Date('2027-03-04T17:00:00Z'),
}

/** /v1/bookings/quotes: priced by the server's own rules, paid on a page of Stripe's or of the sandbox. */
export const quoteRoutes =
  ({ surface, quotes }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Quotes']
    const { callerOf } = surface

    app.get(
      '/bookings/quotes',
      {
        onRequest: surface.guard('bookings.read', look('quotes.listed')),
        schema: {
          summary: 'Quotes, newest first; those that were never paid are forgotten after a while',
          tags,
          querystring: z.strictObject({ ...pageQuery, status: z.enum(QUOTE_STATUSES).optional() }),
          response: { 200: Page(Quote) },
          example: { response: { items: [example], nextCursor: null } },
        },
      },
      async (request) => {
        const { organizationId } = callerOf(request)
        const { limit, cursor, status } = request.query
        const before = idBefore('quotes', cursor)
        const rows = await quotes.list(organizationId, { status, before, limit: limit + 1 })
        const { locale } = await surface.organization(organizationId)
        return idPage('quotes', rows, limit, (view) => ({ id: view.row.id, ...toQuote(view, locale) }))
      },
    )

    app.post(
      '/bookings/quotes',
      {
        onRequest: surface.guard('bookings.manage', change('quote.created')),
        schema: {
          summary: 'Price a visitor’s request',
          tags,
          body: NewQuote,
          response: { 201: Quote },
          example: { body: request, response: example },
        },
      },
      async (request, reply) => {
        const { organizationId } = callerOf(request)
        const quote = await quotes.create(organizationId, request.body)
        return reply.code(201).send(toQuote(quote, (await surface.organization(organizationId)).locale))
      },
    )

    app.post(
      '/bookings/quotes/price',
      {
        onRequest: surface.guard('bookings.manage', { kind: 'none', why: 'a price is worked out and forgotten' }),
        schema: {
          summary: 'What a request would cost; no quote is made',
          tags,
          body: NewQuote.pick({ service: true, inputs: true, insurance: true }).extend({
            locale: z.enum(['fr', 'en']).optional().describe('Of the lines; the organization’s by default'),
          }),
          response: { 200: PricedQuote },
          example: {
            body: { service: request.service, inputs: request.inputs, insurance: true },
            response: { amount: example.amount, currency: example.currency, lines: example.lines },
          },
        },
      },
      async (request) => {
        const { organizationId } = callerOf(request)
        const price = await quotes.price(organizationId, request.body)
        const language = languageOf(
          { locale: request.body.locale ?? null },
          (await surface.organization(organizationId)).locale,
        )
        return { amount: price.amount, currency: price.currency, lines: linesIn(price, language) }
      },
    )

    app.get(
      '/bookings/quotes/:temporaryId',
      {
        onRequest: surface.guard('bookings.read', look('quote.read')),
        schema: {
          summary: 'A quote, its price and what became of it',
          tags,
          params: TemporaryId,
          response: { 200: Quote },
          example: { response: example },
        },
      },
      async (request) => {
        const { organizationId } = callerOf(request)
        const quote = await quotes.get(organizationId, request.params.temporaryId)
        return toQuote(quote, (await surface.organization(organizationId)).locale)
      },
    )

    app.post(
      '/bookings/quotes/:temporaryId/checkout',
      {
        onRequest: surface.guard('bookings.manage', change('quote.checkout_opened')),
        schema: {
          summary: 'Open a page to pay a quote on',
          description:
            'At Stripe’s where the organization or the platform has an account there, else the sandbox’s own. The booking is made when the payment is reported, not when the visitor comes back.',
          tags,
          params: TemporaryId,
          body: z
            .strictObject({
              customer: CustomerSchema.optional().describe('Over what the quote says; an e-mail address is needed'),
              insurance: z.boolean().optional(),
              successUrl: z
                .url({ protocol: /^https?$/ })
                .max(1_000)
                .optional(),
              cancelUrl: z
                .url({ protocol: /^https?$/ })
                .max(1_000)
                .optional(),
            })
            .default({}),
          response: { 201: Checkout },
          example: {
            body: { insurance: true },
            response: {
              checkoutUrl: 'https://example.com/checkout/sample',
              sessionId: 'cs_sample',
              amount: 89_000,
              currency: 'EUR',
              expiresAt: new Date('2027-03-05T16:00:00Z'),
            },
          },
        },
      },
      async (request, reply) => {
        const { organizationId } = callerOf(request)
        const session = await quotes.checkout(organizationId, request.params.temporaryId, request.body)
        const { id: sessionId, url: checkoutUrl, ...rest } = session
        return reply.code(201).send({ ...rest, sessionId, checkoutUrl })
      },
    )
  }

function toQuote({ row, price, expired, url }: QuoteView, locale: string) {
  return {
    temporaryId: row.temporary_id,
    status: expired ? ('expired' as const) : (row.status as 'open'),
    service: row.key,
    inputs: row.inputs as unknown as Inputs as Record<string, number | boolean>,
    insurance: row.insurance,
    amount: price.amount,
    currency: row.currency,
    lines: linesIn(price, languageOf(row, locale)),
    address: { line: row.address_line, postalCode: row.postal_code, city: row.city },
    customer: knownCustomer(row),
    notes: row.notes,
    wishedAt: row.wished_at,
    timeZone: row.time_zone,
    expiresAt: row.expires_at,
    awaitingPaymentAt: row.awaiting_payment_at,
    bookingId: row.booking_id,
    url,
    createdAt: row.created_at,
  }
}
