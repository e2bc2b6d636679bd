import { expect, test } from 'vitest'
import { costOf } from './cost.ts'

test.each([
  ['0.0450', 'eur', { micros: 45_000, currency: 'EUR' }],
  ['-0.00750', 'USD', { micros: 7_500, currency: 'USD' }],
  ['1,25', 'EUR', { micros: 1_250_000, currency: 'EUR' }],
  [0.1 + 0.2, 'EUR', { micros: 300_000, currency: 'EUR' }],
  [0, 'EUR', { micros: 0, currency: 'EUR' }],
] as const)('%s %s is read as carriers mean it', (amount, currency, cost) =>
  expect(costOf(amount, currency)).toEqual(cost),
)

test.each([
  ['', 'EUR'],
  ['free', 'EUR'],
  ['1.2.3', 'EUR'],
  ['1e300', 'EUR'],
  ['1', '€'],
] as const)('%s %s is no price', (amount, currency) => expect(costOf(amount, currency)).toBeUndefined())
