import { useFormat } from '../language.ts'

/** Whole minor units as the reader's language writes money: 89000 EUR is "890.00 €". */
export function moneyText(minor: number, currency: string, language: string): string {
  const format = new Intl.NumberFormat(language, { style: 'currency', currency })
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
}

export function useMoney(): (minor: number, currency: string) => string {
  const format = useFormat()
  return (minor, currency) => moneyText(minor, currency, format)
}

/** How many minor units one is. */
export const minorPer = (currency: string): number =>
  10 ** (new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2)
