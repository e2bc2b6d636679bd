import { minorDigits } from '../../../platform/currency.ts'
import { vatCurrencyOf } from '../currency.ts'
import type { Invoice } from './invoice.ts'
import { type Buyer, isCompany, type Seller } from './parties.ts'
import { totalsOf } from './totals.ts'

/** A sentence the law wants on an invoice, with its code of UNTDID 4451 for the XML (BT-21). */
export interface Mention {
  readonly code: 'PMT' | 'PMD' | 'AAB' | 'AAI' | 'REG'
  readonly text: string
}

const PENALTY = {
  fr: 'En cas de retard de paiement, pénalités au taux de refinancement de la Banque centrale européenne majoré de 10 points.',
  en: 'Late payment bears interest at the refinancing rate of the European Central Bank plus 10 percentage points.',
}
const RECOVERY = {
  fr: 'Indemnité forfaitaire pour frais de recouvrement en cas de retard de paiement : 40 €.',
  en: 'Fixed compensation for recovery costs in case of late payment: €40.',
}
const NO_DISCOUNT = {
  fr: 'Pas d’escompte pour paiement anticipé.',
  en: 'No discount for early payment.',
}
const FRANCHISE = {
  fr: 'TVA non applicable, art. 293 B du CGI',
  en: 'VAT not applicable, art. 293 B of the French General Tax Code (TVA non applicable, art. 293 B du CGI)',
}
const ON_DEBITS = {
  fr: 'Option pour le paiement de la taxe d’après les débits.',
  en: 'The seller has opted to pay VAT on debits (option pour le paiement de la taxe d’après les débits).',
}
const SERVICES = { fr: 'Prestation de services.', en: 'Supply of services.' }

/** The code of the French franchise in the VATEX list (BT-121). */
const FRANCHISE_CODE = 'VATEX-FR-FRANCHISE'

/** Why lines at 0 % carry no VAT (BT-120); undefined where nothing says so. */
export const exemptionOf = (
  { seller, exemption }: Pick<Invoice, 'seller' | 'exemption'>,
  language: 'fr' | 'en',
): string | undefined => (seller.vatScheme === 'franchise' ? FRANCHISE[language] : exemption)

/** The same by its code (BT-121). */
export const exemptionCodeOf = ({ seller, exemptionCode }: Pick<Invoice, 'seller' | 'exemptionCode'>) =>
  seller.vatScheme === 'franchise' ? FRANCHISE_CODE : exemptionCode

/**
 * What French law wants said: late payment and early discount (Code de commerce L441-9 and L441-10; the 40 € are owed by
 * companies only), the franchise (CGI art. 293 E), the option for debits and the kind of operation (CGI ann. II art. 242
 * nonies A), the professional insurance. A credit note asks for no payment.
 */
export function mentionsOf(invoice: Invoice, language: 'fr' | 'en'): Mention[] {
  const { seller, buyer, type } = invoice
  const say = (code: Mention['code'], text: string | undefined): Mention[] => (text ? [{ code, text }] : [])
  const asksForPayment = type === 'invoice'
  return [
    ...(asksForPayment && isCompany(buyer)
      ? [...say('PMD', seller.latePenalty ?? PENALTY[language]), ...say('PMT', RECOVERY[language])]
      : []),
    ...(asksForPayment ? say('AAB', seller.earlyDiscount ?? NO_DISCOUNT[language]) : []),
    ...say('AAI', seller.vatScheme === 'franchise' ? `${FRANCHISE[language]}.` : undefined),
    ...say('AAI', seller.vatOnDebits ? ON_DEBITS[language] : undefined),
    ...say('AAI', SERVICES[language]),
    ...say('REG', seller.insurance),
  ]
}

/** Who the seller is before the law, for the foot of every page. */
export const identityOf = (seller: Seller): string =>
  [
    [seller.legalName, seller.legalForm].filter(Boolean).join(', '),
    [...seller.address.lines, `${seller.address.postalCode} ${seller.address.city}`].join(', '),
    seller.siret ? `SIRET ${spaced(seller.siret)}` : seller.siren ? `SIREN ${spaced(seller.siren)}` : undefined,
    seller.register,
    seller.vatId ? `TVA ${seller.vatId}` : undefined,
  ]
    .filter(Boolean)
    .join(' · ')

/** 303 265 045, as registrations are written. */
export const spaced = (digits: string): string =>
  [digits.slice(0, 3), digits.slice(3, 6), digits.slice(6, 9), digits.slice(9)].filter(Boolean).join('\u00a0')

type SomeOf<Whole> = { readonly [Name in keyof Whole]?: Whole[Name] | undefined }

export interface Missing {
  readonly path: string
  readonly message: string
}

/**
 * What an invoice may not be issued without, each with its remedy: asked before a number is taken. The shapes of what
 * there is were checked when it was saved. `chargesVat`: any of its lines does.
 */
export function missingFor(
  seller: SomeOf<Seller> | undefined,
  buyer: SomeOf<Buyer> | undefined,
  chargesVat = true,
): Missing[] {
  const missing: Missing[] = []
  const need = (there: unknown, path: string, message: string) => {
    if (!there) missing.push({ path, message })
  }
  need(seller?.legalName, 'seller.legalName', 'is the name the business is registered under')
  need(seller?.address, 'seller.address', 'is the address of the registered office')
  need(seller?.vatScheme, 'seller.vatScheme', 'says whether VAT is charged: standard, or franchise (art. 293 B du CGI)')
  if (seller?.address?.country === 'FR')
    need(seller.siren ?? seller.siret, 'seller.siren', 'is needed of a French business, or its SIRET')
  if (seller?.vatScheme === 'standard' && chargesVat)
    need(seller.vatId, 'seller.vatId', 'is needed to charge VAT (BR-S-02)')
  if (seller?.vatScheme === 'franchise' || (seller?.vatScheme === 'standard' && !chargesVat))
    need(seller.vatId ?? seller.siren ?? seller.siret, 'seller.siren', 'is needed to charge no VAT (BR-E-02)')
  need(buyer?.name, 'buyer.name', 'is the name of whoever is invoiced')
  need(buyer?.address, 'buyer.address', 'is the address of whoever is invoiced')
  return missing
}

/** What contradicts itself in an invoice, whoever wrote it. */
export function faultsOf(invoice: Invoice): Missing[] {
  const { type, corrects, seller, currency } = invoice
  const rates = [...invoice.lines, ...invoice.allowances].map(({ vatRate }) => vatRate)
  const chargesVat = rates.some((rate) => rate !== 0)
  const faults = missingFor(seller, invoice.buyer, chargesVat)
  if (minorDigits(currency) > 2)
    faults.push({ path: 'currency', message: 'has more decimals than an invoice can say: two (BR-DEC)' })
  const vatCurrency = vatCurrencyOf(seller.address.country)
  if (chargesVat && vatCurrency !== undefined && vatCurrency !== currency)
    faults.push({
      path: 'currency',
      message: `is ${currency}, and VAT is accounted in ${vatCurrency} where the seller is: without a rate the invoice cannot say it (BT-111)`,
    })
  if (type === 'credit_note' && !corrects)
    faults.push({ path: 'corrects', message: 'names the invoice that the credit note is about (CGI art. 289 I-5)' })
  if (type === 'invoice' && corrects) faults.push({ path: 'corrects', message: 'is for credit notes only' })
  if (invoice.payment.means === 'transfer' && !seller.iban)
    faults.push({ path: 'seller.iban', message: 'is needed to be paid by transfer (BR-61)' })
  if (totalsOf(invoice).withVat < 0)
    faults.push({ path: 'lines', message: 'give back more than they take: that is a credit note' })
  if (seller.vatScheme === 'franchise' && chargesVat)
    faults.push({ path: 'lines', message: 'carry VAT, which a seller in the franchise must not charge' })
  if (rates.includes(0) && !exemptionOf(invoice, 'fr'))
    faults.push({ path: 'exemption', message: 'says why lines carry no VAT (BR-E-10)' })
  return faults
}
