import type { Invoice, InvoiceLine } from './invoice.ts'

/** What an invoice comes to, in minor units, by the arithmetic of EN 16931 (BR-CO-10 to BR-CO-17). */
export interface Totals {
  /** Of each line, its discount taken off (BT-131). */
  readonly lines: readonly number[]
  readonly lineSum: number
  readonly allowanceSum: number
  readonly withoutVat: number
  /** One for each rate, the highest first (BG-23). */
  readonly vat: readonly VatLine[]
  readonly vatSum: number
  readonly withVat: number
  readonly paid: number
  readonly rounding: number
  readonly due: number
}

export interface VatLine {
  readonly rate: number
  readonly base: number
  readonly amount: number
}

/**
 * Lines are rounded one by one, VAT once for each rate: on the sum of its lines, not on each of them. Both halves away
 * from zero, as EN 16931 and the French tax office round.
 */
export function totalsOf(
  invoice: Pick<Invoice, 'lines' | 'allowances' | 'payment' | 'rounding' | 'vatRemainder'>,
): Totals {
  const lines = invoice.lines.map(netOf)
  const bases = new Map<number, number>()
  const add = (rate: number, amount: number) => bases.set(rate, (bases.get(rate) ?? 0) + amount)
  invoice.lines.forEach(({ vatRate }, index) => {
    add(vatRate, lines[index]!)
  })
  for (const { vatRate, amount } of invoice.allowances) add(vatRate, -amount)

  const vat = [...bases]
    .sort(([a], [b]) => b - a)
    .map(([rate, base], index) => ({
      rate,
      base,
      amount: share(base, rate, 10_000) + (index === 0 ? (invoice.vatRemainder ?? 0) : 0),
    }))
  const lineSum = sum(lines)
  const allowanceSum = sum(invoice.allowances.map(({ amount }) => amount))
  const withoutVat = lineSum - allowanceSum
  const vatSum = sum(vat.map(({ amount }) => amount))
  const withVat = withoutVat + vatSum
  const { paid } = invoice.payment
  const { rounding } = invoice
  return {
    lines,
    lineSum,
    allowanceSum,
    withoutVat,
    vat,
    vatSum,
    withVat,
    paid,
    rounding,
    due: withVat - paid + rounding,
  }
}

export const grossOf = ({ quantity, unitPrice }: Pick<InvoiceLine, 'quantity' | 'unitPrice'>): number =>
  share(unitPrice, quantity, 1_000)

const netOf = (line: InvoiceLine): number => grossOf(line) - (line.discount?.amount ?? 0)

/**
 * Lines of prices with VAT, as bookings are priced, made lines without it, and the rounding that makes the whole come to
 * what was agreed, to the cent (at 20 % no price without VAT gives 0.03 € with it). Of each rate the sum is converted,
 * not each line, so the rounding is a cent for each rate at most.
 */
export function fromPricesWithVat(lines: readonly { readonly amount: number; readonly vatRate: number }[]): {
  lines: Pick<InvoiceLine, 'quantity' | 'unitPrice'>[]
  rounding: number
} {
  const soFar = new Map<number, { readonly withVat: number; readonly without: number }>()
  const made = lines.map(({ amount, vatRate }) => {
    const before = soFar.get(vatRate) ?? { withVat: 0, without: 0 }
    const withVat = before.withVat + amount
    const without = share(withVat, 10_000, 10_000 + vatRate)
    soFar.set(vatRate, { withVat, without })
    const net = without - before.without
    return { quantity: net < 0 ? -1_000 : 1_000, unitPrice: Math.abs(net) }
  })
  const comesTo = sum([...soFar].map(([rate, { without }]) => without + share(without, rate, 10_000)))
  return { lines: made, rounding: sum(lines.map(({ amount }) => amount)) - comesTo }
}

/**
 * What the last credit note of an invoice of one rate is made of: all that those before it left, so that together they give
 * back its price, its VAT and its rounding. Undefined where that is no credit note: then it is worked out like any other.
 */
export function restOf(
  invoice: Parameters<typeof totalsOf>[0],
  before: readonly Parameters<typeof totalsOf>[0][],
): { lines: Pick<InvoiceLine, 'quantity' | 'unitPrice'>[]; rounding: number; vatRemainder: number } | undefined {
  const whole = totalsOf(invoice)
  const given = before.map(totalsOf)
  const net = whole.withoutVat - sum(given.map(({ withoutVat }) => withoutVat))
  const vat = whole.vatSum - sum(given.map(({ vatSum }) => vatSum))
  if (whole.vat.length !== 1 || net < 0 || vat < 0) return undefined
  return {
    lines: [{ quantity: 1_000, unitPrice: net }],
    rounding: whole.rounding - sum(given.map(({ rounding }) => rounding)),
    vatRemainder: vat - share(net, whole.vat[0]!.rate, 10_000),
  }
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0)

/** `amount × part / whole`, halves away from zero, exact whatever the size. */
function share(amount: number, part: number, whole: number): number {
  const product = BigInt(amount) * BigInt(part)
  const size = product < 0n ? -product : product
  const rounded = Number((2n * size + BigInt(whole)) / (2n * BigInt(whole)))
  return product < 0n ? 0 - rounded : rounded
}
