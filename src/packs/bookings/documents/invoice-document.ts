import { z } from 'zod'
import { addressLines } from './addresses.ts'
import { facts, heading, paragraph, parties, type Row, smallPrint, sums, table } from './blocks.ts'
import { facturX } from './factur-x.ts'
import { type Formats, formatsOf } from './format.ts'
import { Invoice } from './invoice.ts'
import { exemptionOf, faultsOf, identityOf, mentionsOf, spaced } from './legal.ts'
import { Setting } from './setting.ts'
import { createSheet, type Made } from './sheet.ts'
import { grossOf, type Totals, totalsOf } from './totals.ts'
import { type Words, wordsOf } from './words.ts'

/** Invoice and credit note. Whoever is invoiced is named in full: there is no restricted invoice. */
export const InvoiceDocument = z.strictObject({
  kind: z.literal('invoice'),
  audience: z.literal('full'),
  ...Setting.shape,
  invoice: Invoice,
})
export type InvoiceDocument = z.infer<typeof InvoiceDocument>

/**
 * A PDF/A-3b with the same invoice inside as data (Factur-X, EN 16931).
 *
 * @throws RangeError naming what the invoice lacks or contradicts itself in.
 */
export async function makeInvoice(document: InvoiceDocument): Promise<Made> {
  const { invoice, locale, timeZone, madeAt, brand, specimen } = document
  const faults = faultsOf(invoice)
  if (faults.length > 0) throw new RangeError(faults.map(({ path, message }) => `${path} ${message}`).join('; '))
  const formats = formatsOf(locale, timeZone, invoice.currency)
  const { language } = formats
  const words = wordsOf(language)
  const totals = totalsOf(invoice)
  const title = invoice.type === 'invoice' ? words.invoice : words.creditNote
  const { seller } = invoice
  const name = seller.tradingName ?? seller.legalName

  const sheet = createSheet({
    title: `${title} ${invoice.number}`,
    language,
    madeAt,
    brand,
    specimen,
    runningHead: words.continued(`${name} · ${title} ${invoice.number}`),
    foot: identityOf(seller),
    page: words.page,
    attached: facturX(invoice, language),
  })
  heading(sheet, { name, title, number: invoice.number })
  parties(sheet, [sellerParty(invoice, words), buyerParty(invoice, words)])
  facts(sheet, factsOf(invoice, formats, words))
  table(
    sheet,
    [
      { label: words.label, width: 0 },
      { label: words.quantity, width: 58, align: 'right' },
      { label: words.unitPrice, width: 76, align: 'right' },
      { label: words.vat, width: 42, align: 'right' },
      { label: words.lineTotal, width: 84, align: 'right' },
    ],
    invoice.lines.map((line, index) => rowOf(line, totals.lines[index]!, formats, words)),
  )
  sums(sheet, sumsOf(invoice, totals, formats, words), totalOf(invoice, totals, formats, words), {
    title: words.payment,
    lines: paymentOf(invoice, totals, formats, words),
  })
  if (invoice.note) paragraph(sheet, invoice.note)
  smallPrint(
    sheet,
    mentionsOf(invoice, language).map(({ text }) => text),
  )
  return sheet.finish()
}

const sellerParty = ({ seller }: Invoice, words: Words) => ({
  label: words.from,
  name: seller.legalName,
  lines: [
    ...addressLines(seller.address, seller.address.country),
    seller.siret ? `SIRET ${spaced(seller.siret)}` : seller.siren && `SIREN ${spaced(seller.siren)}`,
    seller.vatId && `${words.vatId} ${seller.vatId}`,
    seller.phone,
    seller.email,
  ],
})

const buyerParty = ({ seller, buyer }: Invoice, words: Words) => ({
  label: words.billedTo,
  name: buyer.name,
  lines: [
    buyer.contactName,
    ...addressLines(buyer.address, seller.address.country),
    buyer.siren && `${words.siren} ${spaced(buyer.siren)}`,
    buyer.registration && `${words.registration} ${buyer.registration}`,
    buyer.vatId && `${words.vatId} ${buyer.vatId}`,
    buyer.email,
  ],
})

function factsOf(invoice: Invoice, formats: Formats, words: Words) {
  const { service, reference, dueOn, corrects, seller } = invoice
  const all = [
    { label: words.issuedOn, value: formats.day(invoice.issuedOn) },
    corrects
      ? { label: words.corrects, value: `${corrects.number}\n${formats.day(corrects.issuedOn)}` }
      : { label: words.dueOn, value: formats.day(dueOn ?? invoice.issuedOn) },
    { label: words.serviceOn, value: formats.day(service.on) },
    reference === undefined ? undefined : { label: words.reference, value: reference },
    { label: words.service, value: service.label },
    service.place && { label: words.place, value: addressLines(service.place, seller.address.country).join(', ') },
  ]
  return all.filter((fact) => fact !== undefined)
}

function rowOf(line: Invoice['lines'][number], net: number, formats: Formats, words: Words): Row {
  const discount =
    line.discount &&
    `${words.discount} (${line.discount.label})${formats.language === 'fr' ? '\u00a0:' : ':'} −${formats.money(line.discount.amount)}`
  const unit = words.units[line.unit]
  return {
    cells: [
      line.label,
      `${formats.quantity(line.quantity)}${unit && `\u00a0${unit}`}`,
      formats.money(line.unitPrice),
      formats.percent(line.vatRate),
      formats.money(net),
    ],
    detail:
      [line.detail, discount && `${discount} / ${formats.money(grossOf(line))}`].filter(Boolean).join('\n') ||
      undefined,
  }
}

const sumsOf = (invoice: Invoice, totals: Totals, formats: Formats, words: Words) => [
  ...(totals.allowanceSum === 0
    ? []
    : [
        { label: words.subtotal, amount: formats.money(totals.lineSum) },
        ...invoice.allowances.map(({ label, amount }) => ({ label, amount: `−${formats.money(amount)}` })),
      ]),
  { label: words.withoutVat, amount: formats.money(totals.withoutVat) },
  ...totals.vat
    .filter(({ rate }) => rate > 0)
    .map(({ rate, base, amount }) => ({
      label: words.vatOn(formats.percent(rate), formats.money(base)),
      amount: formats.money(amount),
    })),
  { label: words.withVat, amount: formats.money(totals.withVat), strong: true },
  ...(totals.rounding === 0 ? [] : [{ label: words.rounding, amount: formats.money(totals.rounding) }]),
  ...(totals.paid === 0
    ? []
    : [
        {
          label: invoice.type === 'invoice' ? words.paid : words.refunded,
          amount: `−${formats.money(totals.paid)}`,
        },
      ]),
]

function totalOf({ type }: Invoice, totals: Totals, formats: Formats, words: Words) {
  if (type === 'credit_note' && totals.paid === 0) return { label: words.credited, amount: formats.money(totals.due) }
  if (type === 'invoice' && totals.due === 0) return { label: words.paidInFull, amount: formats.money(0) }
  return { label: words.due, amount: formats.money(totals.due) }
}

function paymentOf(invoice: Invoice, totals: Totals, formats: Formats, words: Words): string[] {
  const { payment, seller, number, type } = invoice
  const transfer = payment.means === 'transfer' && totals.due > 0 && type === 'invoice'
  return [
    words.means[payment.means],
    ...(payment.paidOn && totals.paid > 0
      ? [
          (type === 'invoice' ? words.paidOn : words.refundedOn)(
            formats.money(totals.paid),
            formats.day(payment.paidOn),
          ),
        ]
      : []),
    ...(transfer && seller.iban ? [`IBAN ${seller.iban.replace(/(.{4})(?=.)/g, '$1\u00a0')}`] : []),
    ...(transfer && seller.bic ? [`BIC ${seller.bic}`] : []),
    ...(transfer ? [words.toQuote(number)] : []),
    ...exemptionLine(invoice, formats, totals),
  ]
}

const exemptionLine = (invoice: Invoice, { language }: Formats, totals: Totals): string[] => {
  const exemption = exemptionOf(invoice, language)
  return exemption && invoice.seller.vatScheme !== 'franchise' && totals.vat.some(({ rate }) => rate === 0)
    ? [exemption]
    : []
}
