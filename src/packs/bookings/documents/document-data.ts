import type { Organization } from '../../../engine/organizations/organization.ts'
import { AppError } from '../../../errors.ts'
import type { BillingAddress, Company } from '../billing.ts'
import { type Inputs, type Price, type Pricing, priceOf } from '../price.ts'
import type { GivenDocument } from './document-maker.ts'
import { Invoice } from './invoice.ts'
import { faultsOf, type Missing, missingFor } from './legal.ts'
import { type Address, Seller } from './parties.ts'
import { areaOf, type Measure, restrictedClient } from './restricted.ts'
import { businessOf } from './setting.ts'
import { fromPricesWithVat, restOf, totalsOf } from './totals.ts'

type Language = 'fr' | 'en'

/** What a document is made of, as it is kept: the logo by its key. */
export interface DocumentData {
  readonly document: GivenDocument
  readonly logoKey: string | null
}

/** Who issues a document. */
export interface Issuer {
  readonly organization: Organization
  readonly details: Partial<Record<keyof Seller, unknown>>
  readonly logoKey: string | null
  /** Of what was paid for where no money moves. */
  readonly specimen?: true
}

/** Why a service carries no VAT, by the VATEX list and in words. */
export interface VatExemption {
  readonly code: string
  readonly reason: Readonly<Record<Language, string>>
}

/** A quote, or the booking it became. */
export interface Subject {
  readonly reference: string
  readonly startsAt: Date
  readonly timeZone: string
  readonly serviceLabel: Readonly<Record<Language, string>>
  /** Hundredths of a percent; null: what the seller's scheme comes to. */
  readonly vatRate: number | null
  /** Why the rate is 0. */
  readonly vatExemption: VatExemption | null
  readonly pricing: Pricing
  readonly inputs: Inputs
  readonly insurance: boolean
  readonly currency: string
  readonly name: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly company: Company | undefined
  readonly billingAddress: BillingAddress | undefined
  readonly place: { readonly line: string; readonly postalCode: string; readonly city: string }
  readonly notes: string | null
}

/** What was paid for it. */
export interface Paid {
  readonly amount: number
  readonly currency: string
  readonly method: string | null
  /** The day, where the organization is. */
  readonly on: string
}

export interface Professional {
  readonly company: string
  readonly email: string | null
  readonly phone: string | null
}

/** In France, where nothing else is said. */
const STANDARD_RATE = 2_000
/** Until the real one is given, at the end of the transaction. */
const NO_NUMBER = 'F-0000-000000'
const MEANS: Readonly<Record<string, 'direct_debit' | 'transfer'>> = {
  sepa_debit: 'direct_debit',
  bacs_debit: 'direct_debit',
  customer_balance: 'transfer',
}

const WORDS = {
  fr: {
    yes: 'Oui',
    refund: (what: string) => `Remboursement : ${what}`,
    of: (number: string) => `Sur la facture ${number}`,
  },
  en: { yes: 'Yes', refund: (what: string) => `Refund: ${what}`, of: (number: string) => `Of invoice ${number}` },
}

/** For the client and the business's own people. */
export function confirmationOf(
  subject: Subject,
  paid: Paid,
  issuer: Issuer,
  language: Language,
  at: Date,
): DocumentData {
  return kept(issuer, {
    kind: 'booking_confirmation',
    audience: 'full',
    ...workOf(subject, issuer, language, at),
    insured: subject.insurance,
    client: { ...clientOf(subject), ...billedAt(subject) },
    place: addressOf(subject, issuer),
    details: detailsOf(subject, language),
    currency: paid.currency,
    amount: paid.amount,
    ...(subject.notes && { note: clipped(subject.notes, 1_000) }),
  })
}

/**
 * The invoice of what was agreed, whatever was paid: a difference is what is still due. Its number is given later.
 * Gives what it cannot be issued without instead. Pure.
 */
export function invoiceOf(
  subject: Subject,
  paid: Paid,
  issuer: Issuer,
  language: Language,
  at: Date,
): { data: DocumentData; amount: number } | { refused: Missing[] } {
  const { organization } = issuer
  const address = addressOf(subject, issuer)
  const buyer = buyerOf(subject, issuer)
  const rate = vatRateOf(subject, issuer)
  const missing = missingFor(issuer.details as Partial<Seller>, buyer, rate !== 0)
  const price = priced(subject)
  if (!price) missing.push({ path: 'lines', message: 'come to no price by the rules of the quote' })
  if (paid.currency !== subject.currency)
    missing.push({ path: 'payment.currency', message: `is ${paid.currency}, and the price is in ${subject.currency}` })
  const seller = Seller.safeParse(issuer.details)
  if (rate === undefined)
    missing.push({ path: 'service.vatRate', message: 'is needed: which VAT this service carries outside France' })
  if (missing.length > 0 || !price || !seller.success || rate === undefined)
    return { refused: missing.length > 0 ? missing : [{ path: 'seller', message: 'is incomplete' }] }
  const { lines, rounding } = fromPricesWithVat(price.lines.map(({ amount }) => ({ amount, vatRate: rate })))
  const day = dayIn(at, organization.timeZone)
  return checked(issuer, language, subject.timeZone, at, {
    type: 'invoice',
    number: NO_NUMBER,
    issuedOn: day,
    dueOn: day,
    currency: subject.currency,
    seller: seller.data,
    buyer,
    reference: subject.reference,
    service: { label: subject.serviceLabel[language], on: dayIn(subject.startsAt, subject.timeZone), place: address },
    lines: price.lines.map(({ label }, index) => ({
      label: clipped(label[language], 200),
      unit: 'piece' as const,
      ...lines[index]!,
      vatRate: rate,
    })),
    allowances: [],
    ...(rate === 0 &&
      subject.vatExemption && {
        exemption: subject.vatExemption.reason[language],
        exemptionCode: subject.vatExemption.code,
      }),
    payment: { means: MEANS[paid.method ?? ''] ?? 'card', paid: paid.amount, paidOn: paid.on },
    rounding,
  })
}

/** Gives back a part of an invoice, or all that the credit notes before it have left. Its number is given later. Pure. */
export function creditNoteOf(
  invoice: Invoice,
  amount: number,
  before: readonly Invoice[],
  { issuer, language, timeZone, at }: { issuer: Issuer; language: Language; timeZone: string; at: Date },
): { data: DocumentData; amount: number } | { refused: Missing[] } {
  const vatRate = invoice.lines[0]!.vatRate
  const isLast = sumOf(before) + amount === totalWithVat(invoice)
  const { lines, ...ends } = (isLast && restOf(invoice, before)) || fromPricesWithVat([{ amount, vatRate }])
  const words = WORDS[language]
  const { dueOn: _, note: __, ...rest } = invoice
  return checked(issuer, language, timeZone, at, {
    ...rest,
    type: 'credit_note',
    number: NO_NUMBER,
    issuedOn: dayIn(at, issuer.organization.timeZone),
    lines: [
      {
        label: clipped(words.refund(invoice.service.label), 200),
        detail: words.of(invoice.number),
        unit: 'piece',
        ...lines[0]!,
        vatRate,
      },
    ],
    allowances: [],
    payment: { means: invoice.payment.means, paid: 0 },
    ...ends,
    corrects: { number: invoice.number, issuedOn: invoice.issuedOn },
  })
}

/** To one professional, before anybody accepted: the type holds nothing of the client but “J. Doe” and the town. */
export function proposalOf(
  subject: Subject,
  professional: Professional,
  offer: { readonly distanceKm: number; readonly pay: number | undefined; readonly answerBy: Date },
  issuer: Issuer,
  language: Language,
  at: Date,
): DocumentData {
  return kept(issuer, {
    kind: 'mission_proposal',
    audience: 'restricted',
    ...workOf(subject, issuer, language, at),
    professional: professionalOf(professional),
    client: restrictedClient({ name: clientName(subject) }),
    area: areaOf(addressOf(subject, issuer)),
    distanceKm: offer.distanceKm,
    answerBy: offer.answerBy.toISOString(),
    currency: subject.currency,
    ...(offer.pay !== undefined && { pay: offer.pay }),
    measures: measuresOf(subject, language),
  })
}

/** To whoever accepted: who, where and how. */
export function orderOf(
  subject: Subject,
  professional: Professional,
  pay: number | undefined,
  issuer: Issuer,
  language: Language,
  at: Date,
): DocumentData {
  return kept(issuer, {
    kind: 'mission_order',
    audience: 'full',
    ...workOf(subject, issuer, language, at),
    professional: professionalOf(professional),
    client: clientOf(subject),
    place: addressOf(subject, issuer),
    currency: subject.currency,
    ...(pay !== undefined && { pay }),
    details: detailsOf(subject, language),
    ...(subject.notes && { access: clipped(subject.notes, 2_000) }),
  })
}

/** What somebody asked the price of; undefined when its rules give none. */
export function quoteOf(
  subject: Subject,
  validUntil: Date,
  issuer: Issuer,
  language: Language,
  at: Date,
): DocumentData | undefined {
  const price = priced(subject)
  if (!price) return undefined
  const rate = vatRateOf(subject, issuer) ?? 0
  const { startsAt, ...work } = workOf(subject, issuer, language, at)
  return kept(issuer, {
    kind: 'quote',
    audience: 'full',
    ...work,
    issuedOn: dayIn(at, issuer.organization.timeZone),
    validUntil: validUntil.toISOString(),
    client: { ...clientOf(subject), ...billedAt(subject) },
    wishedAt: startsAt,
    place: addressOf(subject, issuer),
    details: detailsOf(subject, language),
    currency: subject.currency,
    lines: price.lines.map(({ label, amount }) => ({ label: clipped(label[language], 200), amount, vatRate: rate })),
    ...(issuer.details.vatScheme === 'franchise'
      ? { exemption: FRANCHISE[language] }
      : rate === 0 && subject.vatExemption && { exemption: subject.vatExemption.reason[language] }),
  })
}

const FRANCHISE = {
  fr: 'TVA non applicable, art. 293 B du CGI.',
  en: 'VAT not applicable, art. 293 B of the French General Tax Code.',
}

/** The day of a moment, in a zone. */
export function dayIn(at: Date, timeZone: string): string {
  let format = DAYS.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    DAYS.set(timeZone, format)
  }
  return format.format(at)
}

/** Making one takes longer than all else that a document's data costs. */
const DAYS = new Map<string, Intl.DateTimeFormat>()

/**
 * A service's own rate; else none in the franchise, and the French standard rate. What insurance costs has the rate of
 * the service it belongs to.
 */
function vatRateOf({ vatRate }: Subject, { details, organization }: Issuer): number | undefined {
  if (details.vatScheme === 'franchise') return 0
  const country = (details.address as Address | undefined)?.country ?? organization.country
  return vatRate ?? (country === 'FR' ? STANDARD_RATE : undefined)
}

function priced({ pricing, inputs, insurance }: Subject): Price | undefined {
  try {
    return priceOf(pricing, inputs, insurance)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

function checked(
  issuer: Issuer,
  language: Language,
  timeZone: string,
  at: Date,
  given: Invoice,
): { data: DocumentData; amount: number } | { refused: Missing[] } {
  const parsed = Invoice.safeParse(given)
  if (!parsed.success)
    return { refused: parsed.error.issues.slice(0, 20).map(({ path, message }) => ({ path: path.join('.'), message })) }
  const invoice = parsed.data
  const faults = faultsOf(invoice)
  if (faults.length > 0) return { refused: faults }
  const sum = totalWithVat(invoice)
  return {
    data: kept(issuer, { kind: 'invoice', audience: 'full', ...settingOf(issuer, language, timeZone, at), invoice }),
    amount: sum,
  }
}

/** With VAT and its rounding: what was agreed. */
function totalWithVat(invoice: Invoice): number {
  const { withVat, rounding } = totalsOf(invoice)
  return withVat + rounding
}

const sumOf = (invoices: readonly Invoice[]): number =>
  invoices.reduce((sum, invoice) => sum + totalWithVat(invoice), 0)

const kept = ({ logoKey }: Issuer, document: GivenDocument): DocumentData => ({ document, logoKey })

const settingOf = ({ organization, specimen }: Issuer, language: Language, timeZone: string, at: Date) => ({
  // Dates as they are written where the business is: 18 March 2027 in Europe.
  locale: `${language}-${organization.country}`,
  timeZone,
  madeAt: at.toISOString(),
  brand: { ...(organization.brand.color && { color: organization.brand.color }) },
  ...(specimen && { specimen }),
})

const workOf = (subject: Subject, issuer: Issuer, language: Language, at: Date) => ({
  ...settingOf(issuer, language, subject.timeZone, at),
  business: businessFrom(issuer),
  reference: subject.reference,
  service: clipped(subject.serviceLabel[language], 200),
  startsAt: subject.startsAt.toISOString(),
})

/** Who writes; by the organization's name alone as long as nothing else was said. */
function businessFrom({ details, organization }: Issuer) {
  const seller = Seller.safeParse({ vatScheme: 'franchise', ...details })
  if (seller.success) return businessOf(seller.data)
  const said = details as Partial<Seller>
  const name = said.tradingName ?? said.legalName ?? organization.name
  return {
    name: clipped(name, 200),
    identity: clipped([name, organization.brand.address].filter(Boolean).join(' · '), 500),
    ...(said.email && { email: said.email }),
    ...(said.phone && { phone: said.phone }),
  }
}

const clientName = ({ name, email, phone }: Subject): string => clipped(name ?? email ?? phone ?? '–', 200)

/** A company by its registrations and at its own address, else the person; without an address, where the work is. */
function buyerOf(subject: Subject, issuer: Issuer) {
  const { company, name, email, phone } = subject
  return {
    name: company ? company.name : clientName(subject),
    ...(company && name && { contactName: clipped(name, 200) }),
    address: billedAt(subject)?.address ?? addressOf(subject, issuer),
    ...(email && { email }),
    ...(phone && { phone }),
    ...(company?.siren && { siren: company.siren }),
    ...(company?.registration && { registration: company.registration }),
    ...(company?.vatId && { vatId: company.vatId }),
  }
}

const billedAt = ({ billingAddress }: Subject): { address: Address } | undefined =>
  billingAddress && {
    address: {
      lines: [clipped(billingAddress.line, 200)],
      postalCode: billingAddress.postalCode,
      city: billingAddress.city,
      country: billingAddress.country,
    },
  }

const clientOf = (subject: Subject) => ({
  name: clientName(subject),
  ...(subject.company && { company: subject.company.name }),
  ...(subject.email && { email: subject.email }),
  ...(subject.phone && { phone: subject.phone }),
})

const addressOf = ({ place }: Subject, { organization }: Issuer): Address => ({
  lines: [clipped(place.line, 200)],
  postalCode: place.postalCode,
  city: place.city,
  country: organization.country,
})

const professionalOf = ({ company, email, phone }: Professional) => ({
  company: clipped(company, 200),
  ...(email && { email }),
  ...(phone && { phone }),
})

/** Each input by the words of the rule that asks for it. */
function measuresOf({ pricing, inputs }: Subject, language: Language): Measure[] {
  return Object.entries(inputs).map(([input, value]) => {
    const rule = pricing.rules.find((one) => 'input' in one && one.input === input)
    return { label: rule ? rule.label[language] : input, value }
  })
}

const detailsOf = (subject: Subject, language: Language) =>
  measuresOf(subject, language)
    .filter(({ value }) => value !== false)
    .map(({ label, value }) => ({
      label,
      value: value === true ? WORDS[language].yes : new Intl.NumberFormat(language).format(value as number),
    }))

/** Words of somebody else's, as long as a document takes them, and never without anything to read. */
function clipped(text: string, most: number): string {
  const clip = [...text.trim()].slice(0, most).join('').slice(0, most).trim()
  return /[^\p{C}\p{Z}]/u.test(clip) ? clip : '–'
}
