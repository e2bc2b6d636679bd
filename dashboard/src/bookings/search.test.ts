import { expect, test } from 'vitest'
import { timeOfField } from '../parts/time.ts'
import { bookingFilter, bookingSearch, paymentFilter, paymentSearch } from './search.ts'

const startOf = (day: string) => timeOfField(`${day}T00:00`, 'Europe/Paris')!

test('an address of nonsense is the whole list', () => {
  const search = bookingSearch({ status: 'lost', contactId: '', priceMismatch: 'yes', from: '2026-99-99', to: 'soon' })
  expect(bookingFilter(search, startOf)).toEqual({})
  expect(paymentFilter(paymentSearch({ status: 'lost' }))).toEqual({})
})

test('days are whole, and begin where the organization is', () => {
  const search = bookingSearch({ status: 'assigned', priceMismatch: true, from: '2026-12-01', to: '2026-12-01' })
  expect(bookingFilter(search, startOf)).toEqual({
    status: 'assigned',
    priceMismatch: 'true',
    from: '2026-11-30T23:00:00.000Z',
    to: '2026-12-01T23:00:00.000Z',
  })
})

test('all payments are shown unless some are asked for; orphans are those that nobody has dealt with', () => {
  expect(paymentFilter(paymentSearch({ status: 'all' }))).toEqual({})
  expect(paymentFilter(paymentSearch({ status: 'orphaned' }))).toEqual({ status: 'orphaned', settled: 'false' })
  expect(paymentFilter(paymentSearch({ status: 'failed' }))).toEqual({ status: 'failed' })
})
