import { expect, test } from 'vitest'
import { minorDigits } from '../../platform/currency.ts'
import { currencies, isCurrency, vatCurrencyOf } from './currency.ts'

/** docs.stripe.com/currencies#zero-decimal */
const STRIPE_WITHOUT_DECIMALS = 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF'.split(' ')

test('each is known to Intl, and its smallest unit is the one Stripe counts in', () => {
  const known = new Set(Intl.supportedValuesOf('currency'))
  for (const currency of currencies()) {
    expect([currency, known.has(currency)]).toEqual([currency, true])
    expect([currency, minorDigits(currency)]).toEqual([currency, STRIPE_WITHOUT_DECIMALS.includes(currency) ? 0 : 2])
  }
})

test('what France and its neighbours account VAT in can be charged', () => {
  for (const country of ['FR', 'DE', 'SE', 'PL', 'CZ']) expect(isCurrency(vatCurrencyOf(country)!)).toBe(true)
  expect(vatCurrencyOf('US')).toBeUndefined()
})
