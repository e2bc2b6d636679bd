import { describe, expect, test } from 'vitest'
import { DAY_MS } from './local-time.ts'
import { easterSunday, isPublicHoliday } from './public-holidays.ts'

const day = (date: string) => new Date(`${date}T00:00:00Z`).getTime() / DAY_MS
const holidaysOf = (zone: string, year: number) =>
  Array.from({ length: 366 }, (_, n) => new Date(Date.UTC(year, 0, 1 + n)).toISOString().slice(0, 10)).filter(
    (date) => date.startsWith(String(year)) && isPublicHoliday(zone, day(date)),
  )

test('France has eleven, three of them after Easter', () => {
  expect(holidaysOf('Europe/Paris', 2026)).toEqual([
    '2026-01-01',
    '2026-04-06',
    '2026-05-01',
    '2026-05-08',
    '2026-05-14',
    '2026-05-25',
    '2026-07-14',
    '2026-08-15',
    '2026-11-01',
    '2026-11-11',
    '2026-12-25',
  ])
})

describe('Easter', () => {
  test.each(['2024-03-31', '2025-04-20', '2026-04-05', '2027-03-28', '2038-04-25', '2285-03-22'])('%s', (date) => {
    expect(easterSunday(Number(date.slice(0, 4)))).toBe(day(date))
  })
})

test('overseas each remembers abolition on its own day', () => {
  expect(isPublicHoliday('Indian/Reunion', day('2026-12-20'))).toBe(true)
  expect(isPublicHoliday('America/Martinique', day('2026-12-20'))).toBe(false)
  expect(holidaysOf('America/Cayenne', 2026)).toHaveLength(12)
})

test('of other countries none is known', () => {
  expect(holidaysOf('Europe/Berlin', 2026)).toEqual([])
})
