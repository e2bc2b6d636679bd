import { expect, test } from 'vitest'
import { amountText, minorPer, moneyText } from './money.ts'

test('money is told in its currency, parts of a cent where it is little', () => {
  expect(amountText(1_234_500_000, 'EUR', 'en-GB')).toBe('€1,234.50')
  expect(amountText(45_600, 'EUR', 'en-GB')).toBe('€0.0456')
  expect(amountText(0, 'EUR', 'en-GB')).toBe('€0.00')
  expect(amountText(12_500_000, 'USD', 'fr-FR').replace(/\s/gu, ' ')).toBe('12,50 $US')
})

test('what is no currency is a number all the same', () => {
  expect(amountText(2_500_000, 'CREDIT', 'en-GB')).toBe('2.5')
  expect(amountText(2_000_000, 'POINTS', 'en-GB')).toBe('2 POINTS')
})

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
