import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { CATEGORIES } from '../catalogue/event.ts'
import { LANES } from '../catalogue/lane.ts'
import { CHANNELS } from '../channels/channel.ts'
import { DEFAULT_DELIVERY, type DeliverySettings } from './delivery-settings.ts'
import { MINUTE_MS } from './local-time.ts'
import { isPublicHoliday } from './public-holidays.ts'
import { isOpen, neverOpens, nextOpen, type Sending } from './send-window.ts'

const marketing: Sending = { channel: 'sms', category: 'mkt', lane: 'bulk' }
const reminder: Sending = { channel: 'sms', category: 'rem', lane: 'scheduled' }
const opens = (sending: Sending, zone: string, from: string, settings: Partial<DeliverySettings> = {}) => {
  const { at, reason } = nextOpen({ ...DEFAULT_DELIVERY, ...settings }, sending, zone, new Date(from))
  return [at.toISOString(), reason]
}

describe('quiet hours', () => {
  test('hold a reminder until the contact’s morning', () => {
    expect(opens(reminder, 'Europe/Paris', '2026-11-20T22:30:00Z')).toEqual(['2026-11-21T07:00:00.000Z', 'quiet_hours'])
    expect(opens(reminder, 'America/New_York', '2026-11-21T04:00:00Z')).toEqual([
      '2026-11-21T13:00:00.000Z',
      'quiet_hours',
    ])
  })

  test('hold neither what is urgent nor another channel', () => {
    const night = '2026-11-20T22:30:00.000Z'
    expect(opens({ ...reminder, lane: 'immediate' }, 'Europe/Paris', night)).toEqual([night, null])
    expect(opens({ ...reminder, channel: 'email' }, 'Europe/Paris', night)).toEqual([night, null])
    expect(opens({ ...marketing, lane: 'critical' }, 'Europe/Paris', night)).toEqual([night, null])
    expect(opens({ channel: 'whatsapp', category: 'mkt', lane: 'immediate' }, 'Europe/Paris', night)[1]).toBe(
      'quiet_hours',
    )
  })

  test('end when the clocks skip their end, and are read by the clock when it goes back', () => {
    const settings = { quietHours: { from: '21:00', to: '02:30', channels: ['sms' as const] } }
    // Paris, 29 March 2026: 02:00 becomes 03:00 at 01:00Z.
    expect(opens(reminder, 'Europe/Paris', '2026-03-28T22:00:00Z', settings)[0]).toBe('2026-03-29T01:00:00.000Z')
    // Paris, 25 October 2026: 03:00 becomes 02:00 at 01:00Z. It is 02:30 at 00:30Z, 02:10 again at 01:10Z.
    expect(opens(reminder, 'Europe/Paris', '2026-10-24T22:00:00Z', settings)[0]).toBe('2026-10-25T00:30:00.000Z')
    expect(opens(reminder, 'Europe/Paris', '2026-10-25T01:10:00Z', settings)[0]).toBe('2026-10-25T01:30:00.000Z')
  })
})

describe('marketing by SMS', () => {
  test('waits from Saturday night to Monday morning', () => {
    expect(opens(marketing, 'Europe/Paris', '2026-11-21T19:30:00Z')).toEqual([
      '2026-11-23T07:00:00.000Z',
      'sms_marketing_hours',
    ])
  })

  test('waits over public holidays, where they are known', () => {
    // Friday 25 December 2026.
    expect(opens(marketing, 'Europe/Paris', '2026-12-25T10:00:00Z')[0]).toBe('2026-12-26T07:00:00.000Z')
    expect(opens(marketing, 'Europe/London', '2026-12-25T10:00:00Z')[0]).toBe('2026-12-25T10:00:00.000Z')
    // 27 May 2026: in Guadeloupe only.
    expect(opens(marketing, 'America/Guadeloupe', '2026-05-27T14:00:00Z')[0]).toBe('2026-05-28T12:00:00.000Z')
    expect(opens(marketing, 'Europe/Paris', '2026-05-27T14:00:00Z')[0]).toBe('2026-05-27T14:00:00.000Z')
  })

  test('goes at any hour where the organization says so', () => {
    const from = '2026-11-22T01:00:00.000Z'
    expect(opens(marketing, 'Europe/Paris', from, { smsMarketing: null, quietHours: null })).toEqual([from, null])
  })
})

describe('hours that never open are told apart', () => {
  const window = (from: string, to: string) => ({ days: [1], from, to, publicHolidays: false })
  const quiet = (from: string, to: string) => ({ from, to, channels: ['sms' as const] })
  test.each([
    ['quietHours.to', quiet('08:00', '08:00'), null],
    ['smsMarketing.to', null, window('09:00', '09:00')],
    ['smsMarketing.to', null, window('20:00', '08:00')],
    ['smsMarketing', quiet('20:00', '12:00'), window('08:00', '12:00')],
    ['smsMarketing', quiet('12:00', '08:00'), window('06:00', '08:00')],
    [undefined, quiet('12:00', '08:00'), window('06:00', '08:01')],
    [undefined, quiet('09:00', '20:00'), window('08:00', '20:00')],
    [undefined, quiet('00:00', '23:59'), window('08:00', '00:00')],
    [undefined, { ...quiet('00:00', '23:59'), channels: ['email' as const] }, window('08:00', '12:00')],
    [undefined, null, null],
  ])('%s', (path, quietHours, smsMarketing) => {
    expect(neverOpens({ quietHours, smsMarketing })?.path).toBe(path)
  })
})

const time = fc.integer({ min: 0, max: 24 * 60 - 1 }).map((minutes) => {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
})
const settings = fc
  .record({
    quietHours: fc.option(fc.record({ from: time, to: time, channels: fc.subarray([...CHANNELS], { minLength: 1 }) })),
    smsMarketing: fc.option(
      fc.record({
        days: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
        from: time,
        to: time,
        publicHolidays: fc.boolean(),
      }),
    ),
  })
  .filter((some) => neverOpens(some) === undefined)
  .map((some): DeliverySettings => ({ ...DEFAULT_DELIVERY, ...some }))
const sending = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(marketing, reminder) },
  fc.record({
    channel: fc.constantFrom(...CHANNELS),
    category: fc.constantFrom(...CATEGORIES),
    lane: fc.constantFrom(...LANES),
  }),
)
const zone = fc.constantFrom(
  'Europe/Paris',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Cayenne',
  'Asia/Kolkata',
)
/** Anywhere in two years, and often within two days of the clocks' change in these zones. */
const instant = fc
  .oneof(
    fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true }),
    fc
      .tuple(
        fc.constantFrom(
          '2026-03-29T01:00Z',
          '2026-10-25T01:00Z',
          '2026-03-08T07:00Z',
          '2026-11-01T06:00Z',
          '2026-04-04T15:00Z',
          '2026-10-03T15:30Z',
        ),
        fc.integer({ min: -48 * 60, max: 12 * 60 }),
      )
      .map(([change, minutes]) => new Date(new Date(change).getTime() + minutes * MINUTE_MS)),
  )
  .map((date) => new Date(date.getTime()))

/** The rule again, the plain way: what the clock on the wall says at this instant. */
function openByTheClock(
  { quietHours, smsMarketing }: DeliverySettings,
  { channel, category, lane }: Sending,
  timeZone: string,
  ms: number,
) {
  if (lane === 'critical') return true
  const wall = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone)
  const now = wall.toPlainTime().toString().slice(0, 5)
  if (quietHours?.channels.includes(channel) && (category === 'mkt' || lane === 'scheduled' || lane === 'bulk')) {
    const { from, to } = quietHours
    if (from < to ? now >= from && now < to : now >= from || now < to) return false
  }
  if (smsMarketing && channel === 'sms' && category === 'mkt') {
    const { from, to, days, publicHolidays } = smsMarketing
    if (now < from || (to !== '00:00' && now >= to) || !days.includes(wall.dayOfWeek)) return false
    const day = wall.toPlainDate().toZonedDateTime('UTC').epochMilliseconds / 86_400_000
    if (!publicHolidays && isPublicHoliday(timeZone, day)) return false
  }
  return true
}

test('the next opening is open, not before, and the first minute that is', () => {
  fc.assert(
    fc.property(settings, sending, zone, instant, (all, what, timeZone, from) => {
      const { at, reason } = nextOpen(all, what, timeZone, from)
      expect(openByTheClock(all, what, timeZone, at.getTime())).toBe(true)
      expect(isOpen(all, what, timeZone, at)).toBe(true)
      expect(reason === null).toBe(at.getTime() === from.getTime())
      expect(nextOpen(all, what, timeZone, at)).toEqual({ at, reason: null })
      const nextMinute = (Math.floor(from.getTime() / MINUTE_MS) + 1) * MINUTE_MS
      for (let ms = from.getTime(), steps = 0; ms < at.getTime() && steps < 3_000; steps++) {
        expect(openByTheClock(all, what, timeZone, ms)).toBe(false)
        expect(isOpen(all, what, timeZone, new Date(ms))).toBe(false)
        ms = ms === from.getTime() ? nextMinute : ms + MINUTE_MS
      }
    }),
    { numRuns: 150 },
  )
})
