import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Pricing, priceOf } from './price.ts'

const label = { fr: 'Ligne', en: 'Line' }
const pricing = (rules: object[], more: object = {}) => Pricing.parse({ rules, ...more })
const base = { kind: 'base', label, amount: 10_000 }
const volume = { kind: 'per_unit', label, input: 'volume', amount: 1_999 }

describe('rules that cannot be', () => {
  test.each([
    ['a base of nothing', { ...base, amount: 0 }],
    ['a negative base', { ...base, amount: -500 }],
    ['half a cent', { ...base, amount: 0.5 }],
    ['a unit for nothing', { ...volume, amount: 0 }],
    ['a negative unit', { ...volume, amount: -1 }],
    ['a surcharge of nothing', { kind: 'surcharge', label, input: 'sunday', percent: 0 }],
    ['a rebate in disguise', { kind: 'surcharge', label, input: 'sunday', percent: -20 }],
    ['an input called __proto__', { ...volume, input: '__proto__' }],
    ['no steps', { kind: 'steps', label, input: 'distance', steps: [] }],
  ])('%s', (_, rule) => {
    expect(Pricing.safeParse({ rules: [rule] }).success).toBe(false)
  })

  test('none at all', () => {
    expect(Pricing.safeParse({ rules: [] }).success).toBe(false)
  })
})

describe('inputs that cannot be', () => {
  test.each([
    ['missing', {}],
    ['negative', { volume: -3 }],
    ['endless', { volume: Number.POSITIVE_INFINITY }],
    ['not a number', { volume: true }],
    ['more than anybody orders', { volume: 1e9 }],
    ['finer than we count', { volume: 1.23456 }],
    ['unknown to the service', { volume: 1, rebate: 50 }],
  ])('%s', (_, inputs) => {
    expect(() => priceOf(pricing([base, volume]), inputs, false)).toThrow('inputs.')
  })

  test('insurance where there is none', () => {
    expect(() => priceOf(pricing([base]), {}, true)).toThrow('insurance')
  })

  test('a price of nothing', () => {
    expect(() => priceOf(pricing([volume]), { volume: 0 }, false)).toThrow('come to a price of nothing')
  })

  test('a distance beyond the last step', () => {
    const steps = { kind: 'steps', label, input: 'distance', steps: [{ upTo: 50, amount: 1_000 }] }
    expect(() => priceOf(pricing([steps]), { distance: 51 }, false)).toThrow('is at most 50')
  })
})

test('every kind of rule, one line each, and they add up', () => {
  const rules = [
    base,
    { ...volume, included: 10 },
    {
      kind: 'steps',
      label,
      input: 'distance',
      steps: [
        { upTo: 200, amount: 9_000 },
        { upTo: 50, amount: 4_000 },
      ],
    },
    { kind: 'option', label, input: 'packing', amount: 7_500 },
    { kind: 'surcharge', label, input: 'sunday', percent: 12.5 },
  ]
  const price = priceOf(
    pricing(rules, { insurance: { percent: 3 } }),
    { volume: 12.5, distance: 50, packing: true, sunday: true },
    true,
  )
  // 2.5 × 19.99 = 49.975; 12.5 % of 264.98 = 33.1225; 3 % of 298.10 = 8.943: each rounded half up.
  expect(price.lines.map(({ amount }) => amount)).toEqual([10_000, 4_998, 4_000, 7_500, 3_312, 894])
  expect(price.amount).toBe(30_704)
})

test('a minimum is a line of its own', () => {
  expect(priceOf(pricing([base], { minimum: 15_000 }), {}, false).lines.map(({ amount }) => amount)).toEqual([
    10_000, 5_000,
  ])
})

test('whatever is ordered, the lines add up to the cent, and more never costs less', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50_000 }),
      fc.integer({ min: 0, max: 200_000 }),
      fc.integer({ min: 0, max: 200_000 }),
      (amount, one, other) => {
        const rules = pricing([{ ...base, amount }, volume], { insurance: { percent: 1.7 } })
        const priced = (milli: number) => priceOf(rules, { volume: milli / 1_000 }, true)
        const [less, more] = [priced(Math.min(one, other)), priced(Math.max(one, other))]
        expect(less.lines.reduce((sum, line) => sum + line.amount, 0)).toBe(less.amount)
        expect(more.amount).toBeGreaterThanOrEqual(less.amount)
      },
    ),
  )
})
