/** What one message costs. */
export interface Cost {
  /** Millionths of the currency's unit, because an SMS costs fractions of a cent: 45 000 is € 0.045. */
  readonly micros: number
  /** ISO 4217, or `CREDIT` where a carrier counts in its own. */
  readonly currency: string
}

/** A price as carriers write it (`0.0450`, `-0.00750`, `1,25`), always positive. Undefined when it is not a number. */
export function costOf(amount: string | number, currency: string): Cost | undefined {
  const text = `${amount}`.trim().replace(',', '.')
  if (!/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) || !/^[A-Z]{3,6}$/i.test(currency)) return undefined
  const micros = Math.round(Math.abs(Number(text)) * 1_000_000)
  return Number.isSafeInteger(micros) ? { micros, currency: currency.toUpperCase() } : undefined
}
