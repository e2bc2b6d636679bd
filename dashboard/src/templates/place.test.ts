import { expect, test } from 'vitest'
import { fieldOfPath, offsetOf, sayTheSame, wordsOf } from './place.ts'

test('a line and a column are a place in the text, also past its end', () => {
  const text = 'one\ntwo\nthree'
  expect(text.slice(offsetOf(text, 1, 1))).toBe('one\ntwo\nthree')
  expect(text.slice(offsetOf(text, 2, 3))).toBe('o\nthree')
  expect(offsetOf(text, 9, 9)).toBe(text.length)
  expect(offsetOf('', 1, 1)).toBe(0)
})

test('a fault says which field it is in, and what is wrong', () => {
  expect(fieldOfPath('source.template.body.0')).toBe('template')
  expect(fieldOfPath('payload')).toBeUndefined()
  expect(wordsOf('line 2, column 5: there is no nope here')).toBe('there is no nope here')
  expect(wordsOf('Required')).toBe('Required')
})

test('what publishing makes of the words is no change of theirs', () => {
  expect(sayTheSame({ subject: 'a', body: ' b\n' }, { body: 'b', subject: 'a', layout: 'branded', text: '' })).toBe(
    true,
  )
  expect(sayTheSame({ subject: 'a' }, { subject: 'b' })).toBe(false)
  expect(sayTheSame({ layout: 'plain' }, {})).toBe(false)
})
