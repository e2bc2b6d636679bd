import fc from 'fast-check'
import { expect, test } from 'vitest'
import { invoices } from '../../../../test/invoices.ts'
import { fromPricesWithVat, restOf, totalsOf } from './totals.ts'

const line = (unitPrice: number, vatRate: number, quantity = 1_000) => ({
  label: 'x',
  quantity,
  unit: 'piece' as const,
  unitPrice,
  vatRate,
})
const due = { allowances: [], payment: { means: 'card' as const, paid: 0 }, rounding: 0 }

test('VAT is rounded once for each rate, not once for each line', () => {
  // Ten lines of 0.03: line by line VAT would be 0.01 each and 0.10 in all.
  const { vat, withVat } = totalsOf({ ...due, lines: Array.from({ length: 10 }, () => line(3, 2_000)) })
  expect(vat).toEqual([{ rate: 2_000, base: 30, amount: 6 }])
  expect(withVat).toBe(36)
})

test('halves go away from zero, also of what is taken back', () => {
  expect(totalsOf({ ...due, lines: [line(5, 1_000, 500)] }).lines).toEqual([3])
  expect(totalsOf({ ...due, lines: [line(5, 1_000, -500)] }).lines).toEqual([-3])
})

test('amounts no floating point holds exactly are still exact', () => {
  const { lines } = totalsOf({ ...due, lines: [line(999_999_999_999, 0, 1_001)] })
  expect(lines).toEqual([1_000_999_999_999])
})

test('a discount on the whole lowers the base of its own rate', () => {
  const totals = totalsOf({
    ...due,
    lines: [line(10_000, 2_000), line(10_000, 550)],
    allowances: [{ label: 'x', amount: 1_000, vatRate: 550 }],
  })
  expect(totals.vat).toEqual([
    { rate: 2_000, base: 10_000, amount: 2_000 },
    { rate: 550, base: 9_000, amount: 495 },
  ])
  expect(totals.due).toBe(19_000 + 2_495)
})

test('the arithmetic rules of EN 16931 hold for every invoice', () => {
  fc.assert(
    fc.property(invoices, (invoice) => {
      const totals = totalsOf(invoice)
      const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0)
      expect(totals.lineSum).toBe(sum([...totals.lines])) // BR-CO-10
      expect(totals.withoutVat).toBe(totals.lineSum - totals.allowanceSum) // BR-CO-13
      expect(sum(totals.vat.map(({ base }) => base))).toBe(totals.withoutVat)
      expect(totals.vatSum).toBe(sum(totals.vat.map(({ amount }) => amount))) // BR-CO-14
      expect(totals.withVat).toBe(totals.withoutVat + totals.vatSum) // BR-CO-15
      expect(totals.due).toBe(totals.withVat - totals.paid + totals.rounding) // BR-CO-16
      for (const { rate, base, amount } of totals.vat)
        expect(Math.abs(amount - (base * rate) / 10_000)).toBeLessThanOrEqual(0.5) // BR-CO-17
      expect(new Set(totals.vat.map(({ rate }) => rate)).size).toBe(totals.vat.length)
    }),
    { numRuns: 500 },
  )
})

test('prices with VAT come to the same sum to the cent, with a rounding of a cent for each rate at most', () => {
  const priced = fc.record({
    amount: fc.integer({ min: -3_000, max: 200_000 }),
    vatRate: fc.constantFrom(2_000, 550, 0),
  })
  fc.assert(
    fc.property(fc.array(priced, { minLength: 1, maxLength: 60 }), (prices) => {
      const { lines, rounding } = fromPricesWithVat(prices)
      const totals = totalsOf({
        ...due,
        rounding,
        lines: lines.map((made, index) => ({ ...line(0, prices[index]!.vatRate), ...made })),
      })
      expect(totals.due).toBe(prices.reduce((sum, { amount }) => sum + amount, 0))
      expect(Math.abs(rounding)).toBeLessThanOrEqual(totals.vat.length)
      for (const { unitPrice } of lines) expect(unitPrice).toBeGreaterThanOrEqual(0)
    }),
    { numRuns: 500 },
  )
})

test('credit notes of parts together give back the price, the VAT and the rounding of their invoice, to the cent', () => {
  const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0)
  const noteOf = (made: { lines: { quantity: number; unitPrice: number }[] }, vatRate: number) => ({
    ...due,
    ...made,
    lines: made.lines.map((one) => ({ ...line(0, vatRate), ...one })),
  })
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 100, max: 50_000 }), { minLength: 2, maxLength: 8 }),
      fc.constantFrom(2_000, 1_000, 550, 0),
      (parts, vatRate) => {
        const invoice = noteOf(fromPricesWithVat([{ amount: sum(parts), vatRate }]), vatRate)
        const before = parts.slice(1).map((amount) => noteOf(fromPricesWithVat([{ amount, vatRate }]), vatRate))
        const last = noteOf(restOf(invoice, before)!, vatRate)
        const [whole, ...given] = [invoice, ...before, last].map(totalsOf)
        expect(sum(given.map(({ withoutVat }) => withoutVat))).toBe(whole!.withoutVat)
        expect(sum(given.map(({ vatSum }) => vatSum))).toBe(whole!.vatSum)
        expect(given.at(-1)!.due).toBe(parts[0])
      },
    ),
    { numRuns: 500 },
  )
})
