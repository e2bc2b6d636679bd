import { minorDigits } from '../../../platform/currency.ts'
import { type Invoice, PAYMENT_MEANS, UNITS } from './invoice.ts'
import { exemptionCodeOf, exemptionOf, mentionsOf } from './legal.ts'
import type { Address, Buyer, Seller } from './parties.ts'
import { type Totals, totalsOf } from './totals.ts'
import { leaf, node, type Xml } from './xml.ts'

const NAMESPACES = {
  'xmlns:rsm': 'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100',
  'xmlns:ram': 'urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100',
  'xmlns:udt': 'urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100',
  'xmlns:qdt': 'urn:un:unece:uncefact:data:standard:QualifiedDataType:100',
}
const GUIDELINE = 'urn:cen.eu:en16931:2017'
/** UNTDID 1001. */
const TYPE_CODES = { invoice: '380', credit_note: '381' } as const
/** ISO 6523 ICD: a SIREN. */
const SIREN_SCHEME = '0002'
/** EAS: France, by SIREN; where French e-invoices are sent. */
const FRENCH_ADDRESS_SCHEME = '0225'

/**
 * The invoice as UN/CEFACT Cross Industry Invoice in the EN 16931 profile of Factur-X 1.0. Pure: the same invoice gives the
 * same bytes. Elements come in the order of the official schema, which the tests hold them against.
 */
export function ciiOf(invoice: Invoice, language: 'fr' | 'en'): string {
  const totals = totalsOf(invoice)
  const digits = minorDigits(invoice.currency)
  const money = (amount: number): string => decimal(amount, digits)
  const root = node(
    'rsm:CrossIndustryInvoice',
    node(
      'rsm:ExchangedDocumentContext',
      // The French “cadre de facturation” (BT-23): services, S2 when they are paid already.
      node('ram:BusinessProcessSpecifiedDocumentContextParameter', leaf('ram:ID', totals.due === 0 ? 'S2' : 'S1')),
      node('ram:GuidelineSpecifiedDocumentContextParameter', leaf('ram:ID', GUIDELINE)),
    ),
    node(
      'rsm:ExchangedDocument',
      leaf('ram:ID', invoice.number),
      leaf('ram:TypeCode', TYPE_CODES[invoice.type]),
      node('ram:IssueDateTime', date('udt', invoice.issuedOn)),
      note(invoice.note),
      mentionsOf(invoice, language).map(({ code, text }) => note(text, code)),
    ),
    node(
      'rsm:SupplyChainTradeTransaction',
      linesOf(invoice, totals, money),
      agreement(invoice),
      delivery(invoice),
      settlement(invoice, totals, money, language),
    ),
  )
  const opening = Object.entries(NAMESPACES).map(([name, uri]) => ` ${name}="${uri}"`)
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.replace('<rsm:CrossIndustryInvoice>', `<rsm:CrossIndustryInvoice${opening.join('')}>`)}\n`
}

const linesOf = ({ lines }: Invoice, totals: Totals, money: (amount: number) => string): Xml[] =>
  lines.map((line, index) =>
    node(
      'ram:IncludedSupplyChainTradeLineItem',
      node('ram:AssociatedDocumentLineDocument', leaf('ram:LineID', index + 1)),
      node(
        'ram:SpecifiedTradeProduct',
        leaf('ram:Name', line.label),
        line.detail === undefined ? undefined : leaf('ram:Description', line.detail),
      ),
      node(
        'ram:SpecifiedLineTradeAgreement',
        node('ram:NetPriceProductTradePrice', leaf('ram:ChargeAmount', money(line.unitPrice))),
      ),
      node(
        'ram:SpecifiedLineTradeDelivery',
        leaf('ram:BilledQuantity', decimal(line.quantity, 3), { unitCode: UNITS[line.unit] }),
      ),
      node(
        'ram:SpecifiedLineTradeSettlement',
        node('ram:ApplicableTradeTax', leaf('ram:TypeCode', 'VAT'), rate(line.vatRate)),
        line.discount &&
          node(
            'ram:SpecifiedTradeAllowanceCharge',
            node('ram:ChargeIndicator', leaf('udt:Indicator', 'false')),
            leaf('ram:ActualAmount', money(line.discount.amount)),
            leaf('ram:Reason', line.discount.label),
          ),
        node(
          'ram:SpecifiedTradeSettlementLineMonetarySummation',
          leaf('ram:LineTotalAmount', money(totals.lines[index]!)),
        ),
      ),
    ),
  )

const agreement = ({ seller, buyer, reference }: Invoice): Xml =>
  node(
    'ram:ApplicableHeaderTradeAgreement',
    reference === undefined ? undefined : leaf('ram:BuyerReference', reference),
    node('ram:SellerTradeParty', sellerParty(seller)),
    node('ram:BuyerTradeParty', buyerParty(buyer)),
  )

function sellerParty(seller: Seller): Xml[] {
  const siren = sirenOf(seller)
  return [
    ...(seller.siret === undefined ? [] : [leaf('ram:GlobalID', seller.siret, { schemeID: '0009' })]),
    leaf('ram:Name', seller.legalName),
    seller.legalForm === undefined && seller.register === undefined
      ? ''
      : leaf('ram:Description', [seller.legalForm, seller.register].filter(Boolean).join(', ')),
    node(
      'ram:SpecifiedLegalOrganization',
      siren === undefined ? undefined : leaf('ram:ID', siren, { schemeID: SIREN_SCHEME }),
      seller.tradingName === undefined ? undefined : leaf('ram:TradingBusinessName', seller.tradingName),
    ),
    contact(seller.tradingName ?? seller.legalName, seller),
    postal(seller.address),
    electronic(seller.electronicAddress, siren),
    seller.vatId === undefined ? '' : registration(seller.vatId, 'VA'),
    // Who has no VAT number is known to the tax office by another: BR-E-02 takes it too.
    seller.vatId === undefined && siren !== undefined ? registration(siren, 'FC') : '',
  ]
}

const buyerParty = (buyer: Buyer): Xml[] => [
  leaf('ram:Name', buyer.name),
  node(
    'ram:SpecifiedLegalOrganization',
    buyer.siren === undefined
      ? buyer.registration === undefined
        ? undefined
        : leaf('ram:ID', buyer.registration)
      : leaf('ram:ID', buyer.siren, { schemeID: SIREN_SCHEME }),
  ),
  contact(buyer.contactName, buyer),
  postal(buyer.address),
  electronic(buyer.electronicAddress, buyer.siren),
  buyer.vatId === undefined ? '' : registration(buyer.vatId, 'VA'),
]

const sirenOf = ({ siren, siret }: Seller): string | undefined => siren ?? siret?.slice(0, 9)

const contact = (
  name: string | undefined,
  { phone, email }: { phone?: string | undefined; email?: string | undefined },
): Xml =>
  phone === undefined && email === undefined
    ? ''
    : node(
        'ram:DefinedTradeContact',
        name === undefined ? undefined : leaf('ram:PersonName', name),
        phone === undefined
          ? undefined
          : node('ram:TelephoneUniversalCommunication', leaf('ram:CompleteNumber', phone)),
        email === undefined ? undefined : node('ram:EmailURIUniversalCommunication', leaf('ram:URIID', email)),
      )

const postal = ({ lines, postalCode, city, country }: Address): Xml =>
  node(
    'ram:PostalTradeAddress',
    leaf('ram:PostcodeCode', postalCode),
    lines.map((line, index) => leaf(`ram:${['LineOne', 'LineTwo', 'LineThree'][index]}`, line)),
    leaf('ram:CityName', city),
    leaf('ram:CountryID', country),
  )

function electronic(given: Seller['electronicAddress'], siren: string | undefined): Xml {
  const address = given ?? (siren === undefined ? undefined : { scheme: FRENCH_ADDRESS_SCHEME, id: siren })
  return address
    ? node('ram:URIUniversalCommunication', leaf('ram:URIID', address.id, { schemeID: address.scheme }))
    : ''
}

const registration = (id: string, schemeID: 'VA' | 'FC'): Xml =>
  node('ram:SpecifiedTaxRegistration', leaf('ram:ID', id, { schemeID }))

const delivery = ({ service, buyer }: Invoice): Xml =>
  node(
    'ram:ApplicableHeaderTradeDelivery',
    service.place && node('ram:ShipToTradeParty', leaf('ram:Name', buyer.name), postal(service.place)),
    node('ram:ActualDeliverySupplyChainEvent', node('ram:OccurrenceDateTime', date('udt', service.on))),
  )

function settlement(invoice: Invoice, totals: Totals, money: (amount: number) => string, language: 'fr' | 'en'): Xml {
  const { seller, payment, currency, allowances, corrects } = invoice
  const { iban, bic } = seller
  const exemption = exemptionOf(invoice, language)
  const exemptionCode = exemptionCodeOf(invoice)
  const terms = invoice.dueOn ?? invoice.issuedOn
  return node(
    'ram:ApplicableHeaderTradeSettlement',
    leaf('ram:PaymentReference', invoice.number),
    leaf('ram:InvoiceCurrencyCode', currency),
    node(
      'ram:SpecifiedTradeSettlementPaymentMeans',
      leaf('ram:TypeCode', PAYMENT_MEANS[payment.means]),
      payment.means === 'transfer' && iban !== undefined
        ? node('ram:PayeePartyCreditorFinancialAccount', leaf('ram:IBANID', iban))
        : undefined,
      payment.means === 'transfer' && iban !== undefined && bic !== undefined
        ? node('ram:PayeeSpecifiedCreditorFinancialInstitution', leaf('ram:BICID', bic))
        : undefined,
    ),
    totals.vat.map(({ rate: percent, base, amount }) =>
      node(
        'ram:ApplicableTradeTax',
        leaf('ram:CalculatedAmount', money(amount)),
        leaf('ram:TypeCode', 'VAT'),
        percent === 0 && exemption !== undefined ? leaf('ram:ExemptionReason', exemption) : undefined,
        leaf('ram:BasisAmount', money(base)),
        leaf('ram:CategoryCode', category(percent)),
        percent === 0 && exemptionCode !== undefined ? leaf('ram:ExemptionReasonCode', exemptionCode) : undefined,
        leaf('ram:RateApplicablePercent', decimal(percent, 2)),
      ),
    ),
    allowances.map((allowance) =>
      node(
        'ram:SpecifiedTradeAllowanceCharge',
        node('ram:ChargeIndicator', leaf('udt:Indicator', 'false')),
        leaf('ram:ActualAmount', money(allowance.amount)),
        leaf('ram:Reason', allowance.label),
        node('ram:CategoryTradeTax', leaf('ram:TypeCode', 'VAT'), rate(allowance.vatRate)),
      ),
    ),
    node('ram:SpecifiedTradePaymentTerms', node('ram:DueDateDateTime', date('udt', terms))),
    node(
      'ram:SpecifiedTradeSettlementHeaderMonetarySummation',
      leaf('ram:LineTotalAmount', money(totals.lineSum)),
      totals.allowanceSum === 0 ? undefined : leaf('ram:AllowanceTotalAmount', money(totals.allowanceSum)),
      leaf('ram:TaxBasisTotalAmount', money(totals.withoutVat)),
      leaf('ram:TaxTotalAmount', money(totals.vatSum), { currencyID: currency }),
      totals.rounding === 0 ? undefined : leaf('ram:RoundingAmount', money(totals.rounding)),
      leaf('ram:GrandTotalAmount', money(totals.withVat)),
      totals.paid === 0 ? undefined : leaf('ram:TotalPrepaidAmount', money(totals.paid)),
      leaf('ram:DuePayableAmount', money(totals.due)),
    ),
    corrects &&
      node(
        'ram:InvoiceReferencedDocument',
        leaf('ram:IssuerAssignedID', corrects.number),
        node('ram:FormattedIssueDateTime', date('qdt', corrects.issuedOn)),
      ),
  )
}

/** Standard, or exempt: there is no third at a seller of services in his own country. */
const category = (percent: number): 'S' | 'E' => (percent === 0 ? 'E' : 'S')
const rate = (percent: number): Xml =>
  leaf('ram:CategoryCode', category(percent)) + leaf('ram:RateApplicablePercent', decimal(percent, 2))

const note = (text: string | undefined, code?: string): Xml =>
  text === undefined
    ? ''
    : node(
        'ram:IncludedNote',
        leaf('ram:Content', text),
        code === undefined ? undefined : leaf('ram:SubjectCode', code),
      )

const date = (prefix: 'udt' | 'qdt', at: string): Xml =>
  leaf(`${prefix}:DateTimeString`, at.replaceAll('-', ''), { format: '102' })

/** An integer with its point so many digits from the right: no floating point on the way. */
export function decimal(value: number, digits: number): string {
  const text = String(Math.abs(value)).padStart(digits + 1, '0')
  const sign = value < 0 ? '-' : ''
  return digits === 0 ? `${sign}${text}` : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}
