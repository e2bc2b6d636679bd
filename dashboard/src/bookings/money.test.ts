import { expect, test } from 'vitest'
import { minorPer, moneyText } from './money.ts'

test.each([
  [89_000, 'EUR', 'en', '€890.00'],
  [1, 'EUR', 'en', '€0.01'],
  [500, 'JPY', 'en', '¥500'],
  [1_500, 'KWD', 'en', 'KWD 1.500'],
])('%i minor units of %s', (minor, currency, language, text) => {
  expect(moneyText(minor, currency, language).replaceAll('\u00a0', ' ')).toBe(text)
})

test('a yen has no smaller unit', () => {
  expect([minorPer('EUR'), minorPer('JPY')]).toEqual([100, 1])
})
