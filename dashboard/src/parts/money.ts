import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'

/** Some carriers count in credits of their own, which we call so. */
const CREDIT = 'CREDIT'
const CURRENCY = /^[A-Z]{3}$/

/** Money in its currency. One SMS may cost a part of a cent: below one unit four digits are told. */
export function amountText(micros: number, currency: string, language: string): string {
  const value = micros / 1_000_000
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: Math.abs(value) < 1 ? 4 : 2 }
  if (CURRENCY.test(currency))
    return new Intl.NumberFormat(language, { style: 'currency', currency, ...digits }).format(value)
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(value)
  return currency === CREDIT ? number : `${number} ${currency}`
}

/** The same in the reader's language, credits with their word. */
export function useAmount(): (micros: number, currency: string) => string {
  const { t } = useTranslation()
  const format = useFormat()
  return (micros, currency) => {
    const amount = amountText(micros, currency, format)
    return currency === CREDIT ? t('amount.credits', { count: micros / 1_000_000, amount }) : amount
  }
}

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
