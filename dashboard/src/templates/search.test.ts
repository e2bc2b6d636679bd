import { expect, test } from 'vitest'
import { templateFilter, templateSearch } from './search.ts'

test('an address gives what it says, and nothing that is not a filter', () => {
  expect(templateSearch({ search: ' order ', channel: 'sms', locale: 'fr', state: 'draft', page: 3 })).toEqual({
    search: 'order',
    channel: 'sms',
    locale: 'fr',
    state: 'draft',
  })
  expect(templateSearch({ channel: 'pigeon', state: 'x', search: '  ' })).toEqual({})
})

test('a state is asked for as the API takes it', () => {
  expect(templateFilter({ state: 'own', channel: 'sms' })).toEqual({ state: 'own', channel: 'sms' })
  expect(templateFilter({ pack: 'shop', open: 'order.confirmed' })).toEqual({ pack: 'shop' })
  expect(templateFilter({ state: 'draft' })).toEqual({ draft: 'true' })
  expect(templateFilter({ state: 'changed' })).toEqual({ builtInChanged: 'true' })
  expect(templateFilter({})).toEqual({})
})
