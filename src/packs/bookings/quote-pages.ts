import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import type { PackSurface } from '../../engine/packs/surface.ts'
import { escapeHtml } from '../../engine/templates/helpers.ts'
import { dateTimeText, moneyText } from '../../engine/templates/wording.ts'
import { AppError, invalid } from '../../errors.ts'
import { takeRawBodies } from '../../platform/http/body.ts'
import { FileMissingError } from '../../platform/storage/storage.ts'
import { BillingAddress, billingIn, Company } from './billing.ts'
import { addressText } from './booking.ts'
import type { PaymentAccounts } from './payment-accounts.ts'
import {
  type CustomerChange,
  insuranceCost,
  labelOf,
  languageOf,
  linesIn,
  PAID,
  paidUrl,
  type Quotes,
  type QuoteView,
} from './quotes.ts'
import { readSandbox, SANDBOX_ACTS, type SandboxAct, tellAsStripe } from './sandbox-checkout.ts'
import { addressOf } from './told.ts'

const LARGEST_BODY_BYTES = 8 * 1024
const WHY = 'by the secret address of one’s own quote, without a caller'
type QuoteRequest = { Params: { temporaryId: string }; Querystring: Record<string, unknown> }
type CheckoutRequest = { Params: { token: string } }

interface Deps {
  readonly surface: PackSurface
  readonly quotes: Quotes
  readonly accounts: PaymentAccounts
  /** The reference and state of the booking a quote became. */
  readonly bookingOf: (
    organizationId: string,
    bookingId: string,
  ) => Promise<{ reference: string; status: string; starts_at: Date } | undefined>
}

/** After how many seconds a page looks again whether what was paid has arrived: soon, then seldom, then no more. */
const lookAgainAfter = (looks: number): number | undefined => (looks <= 15 ? 2 : looks <= 45 ? 10 : undefined)

/**
 * A visitor's own page: the price and how it comes about, paying, and what became of it. And the page that stands in for
 * Stripe's where there is no Stripe: no money moves there, the webhook is the real one.
 */
export const quotePages =
  ({ surface, quotes, accounts, bookingOf }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    takeRawBodies(app)
    const hidden = { onRequest: surface.visitors(WHY), schema: { hide: true } }

    app.get<QuoteRequest>('/q/:temporaryId', hidden, async (request, reply) => {
      const quote = await found(request.params.temporaryId)
      if (!quote) return surface.unknownLink(request, reply)
      return show(reply, 200, quote, { looks: Number(request.query[PAID]) || 0 })
    })

    app.post<QuoteRequest>('/q/:temporaryId', { ...hidden, bodyLimit: LARGEST_BODY_BYTES }, async (request, reply) => {
      const quote = await found(request.params.temporaryId)
      if (!quote) return surface.unknownLink(request, reply)
      const form = formOf(request)
      const given = (name: string) => form.get(name)?.trim().slice(0, 300) || undefined
      try {
        const { url } = await quotes.checkout(undefined, quote.row.temporary_id, {
          customer: { name: given('name'), email: given('email'), phone: given('phone'), ...billedTo(form) },
          insurance: form.has('insurance'),
        })
        return await leave(reply, quote, url)
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        const refusal = refusalOf(error)
        if (error.cause !== undefined) surface.onError(error, { quoteId: quote.row.id })
        // What it is refused for may be what has become of it since.
        return show(reply, error.status, (await found(quote.row.temporary_id)) ?? quote, { refused: { form, refusal } })
      }
    })

    app.get<QuoteRequest>('/q/:temporaryId/quote.pdf', hidden, async (request, reply) => {
      try {
        const { storageKey, filename } = await quotes.paper(request.params.temporaryId)
        const content = await surface.storage.get(storageKey)
        return reply
          .headers({
            'content-type': 'application/pdf',
            'content-length': String(content.length),
            'content-disposition': `attachment; filename="${filename}"`,
            'cache-control': 'private, no-store',
          })
          .send(content)
      } catch (error) {
        if (error instanceof FileMissingError || (error instanceof AppError && error.code === 'not_found'))
          return surface.unknownLink(request, reply)
        throw error
      }
    })

    app.get<CheckoutRequest>('/checkout/:token', hidden, async (request, reply) => {
      const ordered = await orderedBy(request.params.token)
      return ordered ? checkout(reply, 200, ordered.quote, ordered.order.amount) : surface.unknownLink(request, reply)
    })

    app.post<CheckoutRequest>(
      '/checkout/:token',
      { ...hidden, bodyLimit: LARGEST_BODY_BYTES },
      async (request, reply) => {
        const { token } = request.params
        const ordered = await orderedBy(token)
        if (!ordered) return surface.unknownLink(request, reply)
        const { order, quote } = ordered
        const act = SANDBOX_ACTS.find((one) => one === formOf(request).get('act')) as SandboxAct | undefined
        if (!act) return checkout(reply, 400, quote, order.amount)
        const { row } = quote
        const organization = await surface.organization(row.organization_id)
        const status = await tellAsStripe(surface, accounts.sandboxSecret(row.organization_id), token, act, order, {
          currency: row.currency,
          locale: languageOf(row, organization.locale),
          customer: { email: row.email ?? '', name: row.name ?? undefined, phone: row.phone ?? undefined },
        })
        if (status >= 300) throw new AppError('unavailable', 'The payment could not be told; try again')
        return reply.redirect(act === 'bounce' || act === 'expire' ? quote.url : paidUrl(quote.url), 303)
      },
    )

    async function found(temporaryId: string): Promise<QuoteView | undefined> {
      try {
        const { organization_id } = await quotes.find(temporaryId)
        return await quotes.get(organization_id, temporaryId)
      } catch (error) {
        if (error instanceof AppError && error.code === 'not_found') return undefined
        throw error
      }
    }

    /** What a page of the sandbox's is about; undefined once the organization is paid in earnest. */
    async function orderedBy(token: string) {
      const order = readSandbox(surface, token)
      const quote = order && (await found(order.temporaryId))
      if (!quote || (await accounts.of(quote.row.organization_id)).kind !== 'sandbox') return undefined
      return { order, quote }
    }

    /**
     * To the page to pay on, wherever the vendor has it: browsers hold where a form’s answer redirects to against
     * `form-action`, but neither this header nor a link.
     */
    async function leave(reply: FastifyReply, { row }: QuoteView, url: string) {
      const organization = await surface.organization(row.organization_id)
      const language = languageOf(row, organization.locale)
      const words = WORDS[language]
      return surface.page(reply.header('refresh', `0;url=${new URL(url).href}`), 200, {
        organization,
        language,
        title: words.leaving,
        main: `<p><a href="${escapeHtml(url)}">${words.goOn}</a></p>`,
      })
    }

    async function show(
      reply: FastifyReply,
      status: number,
      quote: QuoteView,
      {
        refused,
        looks = 0,
      }: {
        refused?: { readonly form: URLSearchParams; readonly refusal: Refusal }
        /** How often somebody who comes from paying has looked; 0 for everybody else. */
        looks?: number
      },
    ) {
      const { row } = quote
      const organization = await surface.organization(row.organization_id)
      const language = languageOf(row, organization.locale)
      const words = WORDS[language]
      const booking = row.booking_id ? await bookingOf(row.organization_id, row.booking_id) : undefined
      const isOpen = row.status === 'open' && !quote.expired && !row.awaiting_payment_at
      const canPay = isOpen && (await accounts.of(row.organization_id)).kind !== 'none'
      // Paying is told by the vendor's call, which may come after the visitor does: nobody is to be asked to pay twice.
      const isArriving = canPay && looks > 0
      const again = isArriving ? lookAgainAfter(looks) : undefined
      if (again) void reply.header('refresh', `${again};url=${paidUrl(quote.url, looks + 1)}`)
      const note = booking
        ? `${words.booked} ${booking.reference}${booking.status === 'cancelled' ? ` (${words.cancelled})` : ''}`
        : row.awaiting_payment_at
          ? words.awaiting
          : isArriving
            ? words.arriving
            : canPay
              ? ''
              : isOpen
                ? words.notOnline
                : words.expired
      return surface.page(reply, status, {
        organization,
        language,
        title: booking ? words.bookingTitle : words.title,
        main: `${note ? `<p class="done" role="status">${escapeHtml(note)}</p>` : ''}${refused && canPay ? `<p class="refused" role="alert">${words.refused[refused.refusal]}</p>` : ''}
${details(quote, language, booking?.starts_at)}
${booking ? '' : `<p><a href="/q/${encodeURIComponent(row.temporary_id)}/quote.pdf">${words.paper}</a></p>`}
${isArriving ? `<p><a href="/q/${encodeURIComponent(row.temporary_id)}">${words.notPaid}</a></p>` : ''}
${canPay && !isArriving ? form(quote, language, organization.country, refused?.form) : ''}`,
      })
    }

    async function checkout(reply: FastifyReply, status: number, { row }: QuoteView, amount: number) {
      const organization = await surface.organization(row.organization_id)
      const language = languageOf(row, organization.locale)
      const words = WORDS[language]
      const button = (act: SandboxAct) =>
        `<button class="${act === 'pay' ? 'first' : ''}" name="act" value="${act}">${words.acts[act]}</button>`
      return surface.page(reply, status, {
        organization,
        language,
        title: words.sandbox,
        main: `<p class="muted">${words.sandboxAbout}</p>
<p>${escapeHtml(labelOf(row, language))}<br><strong>${escapeHtml(moneyText(amount, row.currency, language, false))}</strong></p>
<form method="post"><div class="actions">${SANDBOX_ACTS.map(button).join('')}</div></form>`,
      })
    }
  }

/** What a visitor is told of why they cannot pay: their own details, a vendor that is away, or something only the business can mend. */
type Refusal = 'details' | 'billing' | 'away' | 'closed'

function refusalOf({ code, errors = [] }: AppError): Refusal {
  if (code === 'unavailable' || code === 'rate_limited') return 'away'
  if (code === 'conflict') return 'closed'
  return errors.some(({ path }) => /^customer\.(?:company|billingAddress)/.test(path)) ? 'billing' : 'details'
}

const BILLING_FIELDS = ['companyName', 'siren', 'vatId', 'billingLine', 'billingPostalCode', 'billingCity'] as const
type BillingField = (typeof BILLING_FIELDS)[number] | 'billingCountry'

/** Whom to invoice, as the form says: nobody else when it is left empty. @throws AppError `validation_failed` */
function billedTo(form: URLSearchParams): Pick<CustomerChange, 'company' | 'billingAddress'> {
  const given = (name: BillingField) => form.get(name)?.trim() ?? ''
  const digits = given('siren').replaceAll(/[\s.]/g, '')
  const vatId = given('vatId').replaceAll(/[\s.]/g, '').toUpperCase()
  const country = given('billingCountry').toUpperCase()
  const isCompany = given('companyName') || digits || vatId
  const isElsewhere = given('billingLine') || given('billingPostalCode') || given('billingCity')
  return {
    company: isCompany
      ? checked('customer.company', Company, {
          name: given('companyName'),
          ...(digits && (country === 'FR' ? { siren: digits } : { registration: given('siren') })),
          ...(vatId && { vatId }),
        })
      : null,
    billingAddress: isElsewhere
      ? checked('customer.billingAddress', BillingAddress, {
          line: given('billingLine'),
          postalCode: given('billingPostalCode'),
          city: given('billingCity'),
          country,
        })
      : null,
  }
}

function checked<T>(path: string, schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value)
  if (read.success) return read.data
  throw invalid(path, read.error.issues[0]?.message ?? 'is not valid')
}

const formOf = ({ body }: FastifyRequest): URLSearchParams =>
  new URLSearchParams(Buffer.isBuffer(body) ? body.toString() : '')

function details({ row, price }: QuoteView, language: 'fr' | 'en', startsAt = row.wished_at): string {
  const words = WORDS[language]
  const money = (amount: number) => escapeHtml(moneyText(amount, row.currency, language, false))
  const colon = language === 'fr' ? '\u00a0: ' : ': '
  const lines = linesIn(price, language).map(({ label, amount }) => `${escapeHtml(label)}${colon}${money(amount)}`)
  return `<p><strong>${escapeHtml(labelOf(row, language))}</strong><br>
${escapeHtml(dateTimeText(startsAt.toISOString(), language, row.time_zone))}<br>
${escapeHtml(addressText(addressOf(row)))}</p>
<p class="muted">${lines.join('<br>')}</p>
<p><strong>${words.total}${colon}${money(price.amount)}</strong></p>`
}

function form({ row }: QuoteView, language: 'fr' | 'en', home: string, given?: URLSearchParams): string {
  const words = WORDS[language]
  const field = (name: 'name' | 'email' | 'phone', type: string, known: string | null, needed = false) =>
    `<p><label for="${name}">${words[name]}</label><br><input id="${name}" name="${name}" type="${type}" value="${escapeHtml(given?.get(name) ?? known ?? '')}"${needed ? ' required' : ''} maxlength="300" autocomplete="${name === 'phone' ? 'tel' : name}"></p>`
  const insured = given ? given.has('insurance') : row.insurance
  const cost = insuranceCost(row)
  const costText = escapeHtml(moneyText(cost ?? 0, row.currency, language, false))
  const insurance =
    cost === undefined
      ? ''
      : `<p><label><input type="checkbox" name="insurance" value="1"${insured ? ' checked' : ''}>${words.insurance} (${row.insurance ? `${costText}, ${words.included}` : `+${costText}`})</label></p>`
  return `<form method="post">
${field('name', 'text', row.name)}${field('email', 'email', row.email, true)}${field('phone', 'tel', row.phone)}${insurance}
${billingFields(row, language, home, given)}
<div class="actions"><button class="first">${words.pay}</button></div>
</form>`
}

/** Closed for most: who is invoiced as a company, or elsewhere than where the work is. */
function billingFields(row: QuoteView['row'], language: 'fr' | 'en', home: string, form?: URLSearchParams): string {
  const words = WORDS[language]
  const { company, billingAddress } = billingIn(row)
  const known: Record<BillingField, string | undefined> = {
    companyName: company?.name,
    siren: company?.siren ?? company?.registration,
    vatId: company?.vatId,
    billingLine: billingAddress?.line,
    billingPostalCode: billingAddress?.postalCode,
    billingCity: billingAddress?.city,
    billingCountry: billingAddress?.country ?? home,
  }
  const value = (name: BillingField) => form?.get(name) ?? known[name] ?? ''
  const field = (name: BillingField) =>
    `<p><label for="${name}">${words.billing[name]}</label><br><input id="${name}" name="${name}" type="text" value="${escapeHtml(value(name))}" maxlength="200" autocomplete="${AUTOCOMPLETE[name]}"></p>`
  const isOpen = BILLING_FIELDS.some((name) => value(name) !== '')
  return `<details${isOpen ? ' open' : ''}><summary>${words.billing.title}</summary>
${[...BILLING_FIELDS, 'billingCountry' as const].map(field).join('')}</details>`
}

const AUTOCOMPLETE: Readonly<Record<BillingField, string>> = {
  companyName: 'organization',
  siren: 'off',
  vatId: 'off',
  billingLine: 'billing street-address',
  billingPostalCode: 'billing postal-code',
  billingCity: 'billing address-level2',
  billingCountry: 'billing country',
}

const WORDS = {
  fr: {
    title: 'Votre devis',
    bookingTitle: 'Votre réservation',
    booked: 'Votre réservation est confirmée :',
    cancelled: 'annulée',
    awaiting: 'Votre paiement est en cours : il peut prendre quelques jours à nous parvenir.',
    arriving: 'Merci. Nous attendons la confirmation de votre paiement : cette page se met à jour seule.',
    notPaid: 'Vous n’avez pas payé ? Revenir au devis',
    expired: 'Ce devis a expiré : demandez-en un nouveau.',
    notOnline: 'Le paiement en ligne n’est pas en place : contactez-nous pour réserver.',
    refused: {
      details: 'Vérifiez votre adresse et votre numéro, puis réessayez.',
      billing:
        'Vérifiez la facturation : une société a besoin de son nom, de son SIREN (ou, hors de France, de son numéro d’enregistrement ou de TVA) et de son adresse.',
      away: 'Le service de paiement ne répond pas pour le moment. Rien n’a été débité : réessayez dans quelques minutes.',
      closed: 'Le paiement en ligne n’est pas possible pour le moment. Rien n’a été débité : contactez-nous.',
    },
    billing: {
      title: 'Facturer une société, ou à une autre adresse',
      companyName: 'Société',
      siren: 'SIREN (hors de France : numéro d’enregistrement)',
      vatId: 'Numéro de TVA',
      billingLine: 'Adresse de facturation',
      billingPostalCode: 'Code postal',
      billingCity: 'Ville',
      billingCountry: 'Pays (deux lettres)',
    },
    leaving: 'Vers le paiement…',
    goOn: 'Continuer vers la page de paiement',
    total: 'Total',
    name: 'Nom',
    email: 'E-mail',
    phone: 'Téléphone',
    insurance: 'Avec assurance',
    included: 'dans le total',
    pay: 'Payer',
    paper: 'Télécharger le devis (PDF)',
    sandbox: 'Paiement d’essai',
    sandboxAbout: 'Aucun argent ne circule ici. Choisissez ce que le prestataire de paiement doit annoncer.',
    acts: {
      pay: 'Payer',
      pay_less: 'Payer un autre montant',
      pay_later: 'Payer par prélèvement (en attente)',
      arrive: 'Le prélèvement arrive',
      bounce: 'Le prélèvement est refusé',
      expire: 'Laisser expirer',
    },
  },
  en: {
    title: 'Your quote',
    bookingTitle: 'Your booking',
    booked: 'Your booking is confirmed:',
    cancelled: 'cancelled',
    awaiting: 'Your payment is on its way: it may take some days to reach us.',
    arriving: 'Thank you. We are waiting for your payment to be confirmed: this page updates by itself.',
    notPaid: 'You have not paid? Back to the quote',
    expired: 'This quote has expired: ask for a new one.',
    notOnline: 'Paying online is not set up: get in touch with us to book.',
    refused: {
      details: 'Check your address and number, then try again.',
      billing:
        'Check the invoicing details: a company needs its name, its SIREN (outside France, its registration or VAT number) and its address.',
      away: 'The payment service does not answer at the moment. Nothing was charged: try again in a few minutes.',
      closed: 'It is not possible to pay online at the moment. Nothing was charged: please contact us.',
    },
    billing: {
      title: 'Invoice a company, or another address',
      companyName: 'Company',
      siren: 'SIREN (outside France: registration number)',
      vatId: 'VAT number',
      billingLine: 'Billing address',
      billingPostalCode: 'Postcode',
      billingCity: 'City',
      billingCountry: 'Country (two letters)',
    },
    leaving: 'On to the payment…',
    goOn: 'Go on to the payment page',
    total: 'Total',
    name: 'Name',
    email: 'E-mail',
    phone: 'Phone',
    insurance: 'With insurance',
    included: 'in the total',
    pay: 'Pay',
    paper: 'Download the quote (PDF)',
    sandbox: 'Test payment',
    sandboxAbout: 'No money moves here. Choose what the payment vendor is to report.',
    acts: {
      pay: 'Pay',
      pay_less: 'Pay another amount',
      pay_later: 'Pay by debit (pending)',
      arrive: 'The debit arrives',
      bounce: 'The debit is refused',
      expire: 'Let it expire',
    },
  },
} as const
