import { z } from 'zod'
import { addressLines, clientParty } from './addresses.ts'
import { facts, heading, pairs, parties, section, smallPrint, sums, table } from './blocks.ts'
import { formatsOf } from './format.ts'
import { vatRate } from './invoice.ts'
import { Address, day, instant, line, minorUnits, words } from './parties.ts'
import { Client } from './restricted.ts'
import { Business, currency, Details, Setting } from './setting.ts'
import { createSheet, type Made } from './sheet.ts'
import { fromPricesWithVat, totalsOf } from './totals.ts'
import { wordsOf } from './words.ts'

/** What somebody asked the price of. It is made for them, so it names them: there is no restricted quote. */
export const QuoteDocument = z.strictObject({
  kind: z.literal('quote'),
  audience: z.literal('full'),
  ...Setting.shape,
  business: Business,
  reference: line,
  issuedOn: day,
  validUntil: instant,
  client: Client,
  service: line,
  wishedAt: instant.optional(),
  place: Address.optional(),
  details: Details.default([]),
  currency,
  /** With VAT, as they are paid. */
  lines: z
    .array(z.strictObject({ label: line, detail: words(500).optional(), amount: minorUnits, vatRate }))
    .min(1)
    .max(500),
  /** Why it carries no VAT, where it does not. */
  exemption: line.optional(),
})
export type QuoteDocument = z.infer<typeof QuoteDocument>

export async function makeQuote(quote: QuoteDocument): Promise<Made> {
  const { locale, timeZone, madeAt, brand, specimen, business, lines } = quote
  const formats = formatsOf(locale, timeZone, quote.currency)
  const say = wordsOf(formats.language)
  const sheet = createSheet({
    title: `${say.quote} ${quote.reference}`,
    language: formats.language,
    madeAt,
    brand,
    specimen,
    runningHead: say.continued(`${business.name} · ${say.quote} ${quote.reference}`),
    foot: business.identity,
    page: say.page,
  })
  heading(sheet, { name: business.name, title: say.quote, number: quote.reference })
  parties(sheet, [
    { label: say.from, name: business.name, lines: [business.phone, business.email, business.website] },
    clientParty(say.preparedFor, quote.client),
  ])
  facts(
    sheet,
    [
      { label: say.issuedOn, value: formats.day(quote.issuedOn) },
      { label: say.validUntil, value: formats.moment(quote.validUntil) },
      quote.wishedAt ? { label: say.wishedAt, value: formats.moment(quote.wishedAt) } : undefined,
      { label: say.service, value: quote.service },
      quote.place && { label: say.place, value: addressLines(quote.place).join(', ') },
    ].filter((fact) => fact !== undefined),
  )
  if (quote.details.length > 0) {
    section(sheet, say.details)
    pairs(sheet, quote.details)
  }
  table(
    sheet,
    [
      { label: say.label, width: 0 },
      { label: say.vat, width: 46, align: 'right' },
      { label: say.price, width: 92, align: 'right' },
    ],
    lines.map(({ label, detail, amount, vatRate: rate }) => ({
      cells: [label, formats.percent(rate), formats.money(amount)],
      detail,
    })),
  )
  const made = fromPricesWithVat(lines)
  const totals = totalsOf({
    lines: made.lines.map((line, index) => ({ label: '', unit: 'piece', ...line, vatRate: lines[index]!.vatRate })),
    allowances: [],
    payment: { means: 'card', paid: 0 },
    rounding: made.rounding,
  })
  sums(
    sheet,
    [
      { label: say.withoutVat, amount: formats.money(totals.withoutVat) },
      ...totals.vat
        .filter(({ rate }) => rate > 0)
        .map(({ rate, base, amount }) => ({
          label: say.vatOn(formats.percent(rate), formats.money(base)),
          amount: formats.money(amount),
        })),
      ...(totals.rounding === 0 ? [] : [{ label: say.rounding, amount: formats.money(totals.rounding) }]),
    ],
    { label: say.total, amount: formats.money(totals.due) },
  )
  smallPrint(sheet, [say.quoteTerms, ...(quote.exemption ? [quote.exemption] : [])])
  return sheet.finish()
}
