import { expect, test } from 'vitest'
import { durationText, exactTime, fieldTime, relativeTime } from './time.ts'

const now = new Date('2026-11-20T10:00:00Z')
const ago = (seconds: number) => relativeTime(new Date(now.getTime() - seconds * 1000), now, 'en-GB')

test('what just happened is now, and nothing is rounded up', () => {
  expect([3, 59, 119, 3_599, 86_399, 86_401].map(ago)).toEqual([
    'now',
    '59 sec ago',
    '1 min ago',
    '59 min ago',
    '23 hr ago',
    'yesterday',
  ])
})

test('what is to come is told as well, in French', () => {
  expect(relativeTime(new Date('2026-11-20T12:00:00Z'), now, 'fr-FR')).toMatch(/^dans 2\sh$/)
})

test('the exact time is the organization’s', () => {
  expect(exactTime(now, 'en-GB', 'Europe/Paris')).toContain('11:00:00')
  expect(exactTime(now, 'en-GB', 'America/Martinique')).toContain('06:00:00')
})

test('durations keep the digits that matter', () => {
  expect([85, 1_234, 150_000, 5_400_000].map((ms) => durationText(ms, 'fr-FR'))).toEqual([
    '85 ms',
    '1,2 s',
    '3 min',
    '1,5 h',
  ])
})

test('a field for date and time gets what it gives back', () => {
  const at = new Date('2026-03-08T04:05:00Z')
  expect(fieldTime(at)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/)
  expect(new Date(fieldTime(at))).toEqual(at)
})
