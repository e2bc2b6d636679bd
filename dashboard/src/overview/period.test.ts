import { expect, test } from 'vitest'
import { barsOf, rangeOf, scaleOf } from './period.ts'

const counts = { sent: 10, delivered: 6, bounced: 1, failed: 2, opened: 3, clicked: 1 }

test('today begins at midnight where the organization is', () => {
  const now = new Date('2026-11-20T23:30:00Z')
  expect(rangeOf('today', now, 'Europe/Paris')).toEqual({ from: '2026-11-20T23:00:00.000Z', interval: 'hour' })
  expect(rangeOf('today', now, 'UTC')).toEqual({ from: '2026-11-20T00:00:00.000Z', interval: 'hour' })
})

test('thirty days end with today, also when the clocks change between', () => {
  const { from, interval } = rangeOf('month', new Date('2026-11-10T10:00:00Z'), 'Europe/Paris')
  expect({ from, interval }).toEqual({ from: '2026-10-11T22:00:00.000Z', interval: 'day' })
  const bars = barsOf({ from, to: '2026-11-10T10:00:00Z', interval, timeZone: 'Europe/Paris', series: [] })
  expect(bars.length).toBe(30)
  expect([bars[0]?.at, bars[29]?.at]).toEqual([new Date(from), new Date('2026-11-09T23:00:00Z')])
})

test('a day without messages has a bar of its own, and every message is counted once', () => {
  const at = '2026-11-18T23:00:00.000Z'
  const bars = barsOf({
    from: '2026-11-17T23:00:00.000Z',
    to: '2026-11-20T10:00:00.000Z',
    interval: 'day',
    timeZone: 'Europe/Paris',
    series: [{ at, ...counts }],
  })
  expect(bars.map(({ delivered, underWay, lost }) => [delivered, underWay, lost])).toEqual([
    [0, 0, 0],
    [6, 3, 3],
    [0, 0, 0],
  ])
})

test('today has a bar for every hour until now', () => {
  const series = [{ at: '2026-11-20T01:00:00.000Z', ...counts }]
  const from = '2026-11-19T23:00:00.000Z'
  const bars = barsOf({ from, to: '2026-11-20T01:20:00.000Z', interval: 'hour', timeZone: 'Europe/Paris', series })
  expect(bars.map(({ delivered }) => delivered)).toEqual([0, 0, 6])
})

test('the scale ends just above what it shows, and half of it is a whole number', () => {
  expect([0, 1, 2, 3, 5, 11, 19, 21, 41, 99, 101, 1_001].map(scaleOf)).toEqual([
    2, 2, 2, 4, 10, 20, 20, 40, 100, 100, 200, 2_000,
  ])
})
