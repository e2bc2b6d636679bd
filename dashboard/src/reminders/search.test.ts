import { expect, test } from 'vitest'
import { reminderFilter, reminderSearch } from './search.ts'

const NOW = new Date('2026-12-01T10:00:42.500Z')

test('an address of nonsense is the list of what is ahead', () => {
  const search = reminderSearch({ status: 'lost', contactId: '', all: 'yes' })
  expect(search).toEqual({ status: undefined, contactId: undefined, all: undefined })
  expect(reminderFilter(search, NOW)).toEqual({ from: '2026-12-01T10:00:00.000Z', order: 'soonest' })
})

test('what is over is asked for by what was planned last', () => {
  expect(reminderFilter(reminderSearch({ status: 'refused', all: true }), NOW)).toEqual({
    status: 'refused',
    order: 'newest',
  })
})
