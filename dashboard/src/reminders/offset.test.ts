import { expect, test } from 'vitest'
import { offsetWords } from './offset.ts'

test.each([
  ['-PT24H', { kind: 'hours', count: 24 }],
  ['-PT90M', { kind: 'minutes', count: 90 }],
  ['-P7D', { kind: 'days', count: 7 }],
  ['-P1W', { kind: 'weeks', count: 1 }],
  ['-P1DT2H', { kind: 'other' }],
  ['day before at 18:00', { kind: 'dayBefore', time: '18:00' }],
  ['3 days before at 18:00', { kind: 'daysBefore', count: 3, time: '18:00' }],
  ['2 weeks before at 09:00', { kind: 'daysBefore', count: 14, time: '09:00' }],
  ['04:00 on the day', { kind: 'sameDay', time: '04:00' }],
  ['on the day at 04:00', { kind: 'sameDay', time: '04:00' }],
  ['something of a newer server', { kind: 'other' }],
])('%s is %j', (rule, words) => {
  expect(offsetWords(rule)).toEqual(words)
})
