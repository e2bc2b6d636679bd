import { expect, test } from 'vitest'
import { bookingOf } from './subject.ts'

test('a booking is told from other subjects', () => {
  expect(bookingOf('booking-019a9f00-0000-7000-8000-000000000001')).toBe('019a9f00-0000-7000-8000-000000000001')
  for (const other of ['booking-42', 'appointment-1', 'rebooking-019a9f00-0000-7000-8000-000000000001'])
    expect(bookingOf(other)).toBeUndefined()
})
