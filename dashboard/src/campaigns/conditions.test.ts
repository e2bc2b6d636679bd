import { expect, test } from 'vitest'
import { EMPTY, filterOf, isWhole } from './conditions.ts'

test('a condition is whole once it says what it needs', () => {
  expect(isWhole(EMPTY)).toBe(true)
  expect(isWhole({ ...EMPTY, kind: 'attribute' })).toBe(false)
  expect(isWhole({ ...EMPTY, kind: 'attribute', attribute: 'city' })).toBe(false)
  expect(isWhole({ ...EMPTY, kind: 'attribute', attribute: 'city', operator: 'missing' })).toBe(true)
})

test('conditions become a filter; what is compared as a number is one', () => {
  expect(
    filterOf([
      EMPTY,
      { ...EMPTY, kind: 'attribute', attribute: ' spent ', operator: 'more_than', value: '12,5' },
      { ...EMPTY, kind: 'attribute', attribute: 'code', value: '0123' },
      { ...EMPTY, kind: 'locale', operator: 'exists' },
      { ...EMPTY, kind: 'opened', is: false, days: 30 },
      { ...EMPTY, kind: 'added', days: 7 },
    ]),
  ).toEqual({
    all: [
      { consent: 'email', is: true },
      { attribute: 'spent', is: 'more_than', value: 12.5 },
      { attribute: 'code', is: 'is', value: '0123' },
      { field: 'locale', is: 'exists' },
      { happened: 'opened', withinDays: 30, is: false },
      { addedWithinDays: 7, is: true },
    ],
  })
})
