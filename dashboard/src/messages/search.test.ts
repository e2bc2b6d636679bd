import { expect, test } from 'vitest'
import { isFiltered } from '../parts/search.ts'
import { messageFilter, messageSearch, soughtBy } from './search.ts'

test('an address with made-up filters shows the whole list instead of failing', () => {
  expect(isFiltered(messageSearch({ status: 'exploded', channel: 'pigeon', period: '99', other: 'x', type: '' }))).toBe(
    false,
  )
})

test('filters read from an address are kept', () => {
  expect(messageSearch({ status: 'failed', channel: 'sms', period: 7, type: 'order.confirmed' })).toMatchObject({
    status: 'failed',
    channel: 'sms',
    period: '7',
    type: 'order.confirmed',
  })
})

test('a phone number that the router read as a number is still a phone number', () => {
  expect(messageSearch({ address: 33639980001 }).address).toBe('33639980001')
})

test('a period becomes the same start for everything asked within a minute', () => {
  const search = messageSearch({ period: '1' })
  const early = messageFilter(search, new Date('2026-11-20T10:00:02Z'))
  const late = messageFilter(search, new Date('2026-11-20T10:00:58Z'))
  expect(early.from).toBe('2026-11-19T10:00:00.000Z')
  expect(late).toEqual(early)
  expect(early).not.toHaveProperty('period')
})

test.each([
  ['', { kind: 'nothing' }],
  ['   ', { kind: 'nothing' }],
  ['019A9F00-0000-7000-8000-000000000001', { kind: 'reference', id: '019a9f00-0000-7000-8000-000000000001' }],
  ['Client@Example.org ', { kind: 'address', address: 'client@example.org' }],
  ['+33 6 39 98 00 01', { kind: 'address', address: '+33639980001' }],
  ['order.ready_for_pickup', { kind: 'type', type: 'order.ready_for_pickup' }],
  ['client.one@example.org', { kind: 'address', address: 'client.one@example.org' }],
])('%j is understood as %j', (typed, sought) => {
  expect(soughtBy(typed)).toEqual(sought)
})
