import { expect, test } from 'vitest'
import { durationText, exactTime, fieldTime, relativeTime, timeOfField } from './time.ts'

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

test('a field for date and time speaks of the organization’s zone, on either side of a change of clocks', () => {
  for (const time of ['2026-03-08T04:05:00Z', '2026-03-29T00:59:00Z', '2026-03-29T01:00:00Z', '2026-10-25T02:30:00Z']) {
    for (const zone of ['Europe/Paris', 'America/New_York', 'Asia/Kathmandu']) {
      const at = new Date(time)
      expect(timeOfField(fieldTime(at, zone), zone), `${time} ${zone}`).toEqual(at)
    }
  }
  expect(fieldTime(now, 'Europe/Paris')).toBe('2026-11-20T11:00')
  expect(timeOfField('2026-11-', 'Europe/Paris')).toBeUndefined()
})
