import { expect, test } from 'vitest'
import { amountText } from './amount.ts'

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
