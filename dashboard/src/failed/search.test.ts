import { expect, test } from 'vitest'
import { failedSearch, letterFilter } from './search.ts'

test('an address with made-up filters shows every letter instead of failing', () => {
  expect(
    letterFilter(failedSearch({ reason: 'bad luck', channel: 'pigeon', period: 'ever', other: 'x' }), new Date()),
  ).toEqual({})
})

test('filters read from an address are kept; a code that looks like a number is text', () => {
  const search = failedSearch({ reason: 'no_provider', channel: 'sms', code: 550, type: 'order.confirmed', period: 7 })
  expect(letterFilter(search, new Date('2026-11-20T10:00:30Z'))).toEqual({
    reason: 'no_provider',
    channel: 'sms',
    code: '550',
    type: 'order.confirmed',
    from: '2026-11-13T10:00:00.000Z',
  })
})
