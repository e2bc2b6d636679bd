import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { momentOf, parseOffset } from './offset.ts'

const ZONES = [
  'Europe/Paris',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Africa/Casablanca',
  'Pacific/Apia',
  'America/Sao_Paulo',
  'Asia/Tehran',
  'UTC',
  'Pacific/Chatham',
]
const moment = (text: string, at: string, zone: string): string =>
  momentOf(parseOffset(text)!, new Date(at), zone).toISOString()

describe('an offset', () => {
  test.each([
    ['-P7D', { kind: 'days', days: 7, ms: 0 }],
    ['-P1W', { kind: 'days', days: 7, ms: 0 }],
    ['-P1DT2H', { kind: 'days', days: 1, ms: 7_200_000 }],
    ['-PT24H', { kind: 'elapsed', ms: 86_400_000 }],
    ['-PT90M', { kind: 'elapsed', ms: 5_400_000 }],
    ['day before at 18:00', { kind: 'clock', days: 1, minutes: 1080 }],
    ['3 days before at 08:30', { kind: 'clock', days: 3, minutes: 510 }],
    ['week before at 09:00', { kind: 'clock', days: 7, minutes: 540 }],
    ['04:00 on the day', { kind: 'clock', days: 0, minutes: 240 }],
    ['on the day at 04:00', { kind: 'clock', days: 0, minutes: 240 }],
  ])('%s is read', (text, offset) => {
    expect(parseOffset(text)).toEqual(offset)
  })

  test.each([
    '',
    'P7D',
    '+PT1H',
    'PT1H',
    '-P',
    '-PT',
    '-PT0H',
    '-P0D',
    '-P1DT',
    '-P1Y',
    '-P1M',
    '-PT1.5H',
    '-P400D',
    '-PT1H30S',
    'day before at 24:00',
    '0 days before at 10:00',
    'day after at 10:00',
    '4:00 on the day',
    '-P7D ',
    '__proto__',
  ])('%j is refused', (text) => {
    expect(parseOffset(text)).toBeUndefined()
  })

  test('in hours is elapsed time, in days and on the clock is local time, over both changes of the clocks', () => {
    // Paris put its clocks back on 25 October 2026 at 03:00 and forward on 29 March 2026 at 02:00.
    expect(moment('-PT24H', '2026-10-25T10:00:00Z', 'Europe/Paris')).toBe('2026-10-24T10:00:00.000Z')
    expect(moment('-P1D', '2026-10-25T10:00:00Z', 'Europe/Paris')).toBe('2026-10-24T09:00:00.000Z')
    expect(moment('day before at 18:00', '2026-10-25T10:00:00Z', 'Europe/Paris')).toBe('2026-10-24T16:00:00.000Z')
    expect(moment('04:00 on the day', '2026-10-25T10:00:00Z', 'Europe/Paris')).toBe('2026-10-25T03:00:00.000Z')
    expect(moment('-P7D', '2026-03-30T07:00:00Z', 'Europe/Paris')).toBe('2026-03-23T08:00:00.000Z')
    // Left out: 02:30 on 29 March is taken at 03:30.
    expect(moment('on the day at 02:30', '2026-03-29T10:00:00Z', 'Europe/Paris')).toBe('2026-03-29T01:30:00.000Z')
    // Shown twice: 02:30 on 25 October is the first of them, in summer time.
    expect(moment('on the day at 02:30', '2026-10-25T10:00:00Z', 'Europe/Paris')).toBe('2026-10-25T00:30:00.000Z')
    // Lord Howe moves by half an hour: on 4 October 2026 at 02:00 to 02:30.
    expect(moment('on the day at 02:10', '2026-10-04T05:00:00Z', 'Australia/Lord_Howe')).toBe(
      '2026-10-03T15:40:00.000Z',
    )
    expect(moment('-P1D', '2026-10-04T05:00:00Z', 'Australia/Lord_Howe')).toBe('2026-10-03T05:30:00.000Z')
    // No such day: Samoa went from 29 to 31 December 2011.
    expect(moment('day before at 18:00', '2011-12-31T00:00:00Z', 'Pacific/Apia')).toBe('2011-12-31T04:00:00.000Z')
    expect(moment('-PT1H', '2026-07-01T00:30:00Z', 'Asia/Kolkata')).toBe('2026-06-30T23:30:00.000Z')
  })

  test('is what Temporal says, in every zone and at every time', () => {
    const parts = fc.record({
      zone: fc.constantFrom(...ZONES),
      atMinutes: fc.integer({ min: 1_262_304_000 / 60, max: 2_208_988_800 / 60 }),
      days: fc.integer({ min: 1, max: 360 }),
      minutes: fc.integer({ min: 0, max: 1439 }),
      onDay: fc.boolean(),
    })
    fc.assert(
      fc.property(parts, ({ zone, atMinutes, days, minutes, onDay }) => {
        const at = new Date(atMinutes * 60_000)
        const there = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone)
        const two = (n: number) => String(n).padStart(2, '0')
        const time = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
        const clock = there
          .toPlainDate()
          .subtract({ days: onDay ? 0 : days })
          .toZonedDateTime({ timeZone: zone, plainTime: time })
        expect(moment(onDay ? `${time} on the day` : `${days} days before at ${time}`, at.toISOString(), zone)).toBe(
          new Date(clock.epochMilliseconds).toISOString(),
        )
        expect(moment(`-P${days}D`, at.toISOString(), zone)).toBe(
          new Date(there.subtract({ days }).epochMilliseconds).toISOString(),
        )
        expect(moment(`-P${days}DT90M`, at.toISOString(), zone)).toBe(
          new Date(there.subtract({ days, minutes: 90 }).epochMilliseconds).toISOString(),
        )
      }),
      { numRuns: 5_000 },
    )
  })
})
