import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pace, personal, startIn, type Throttle, winnerOf } from './campaign.ts'

describe('a throttle', () => {
  const steps = fc.array(
    fc.record({ afterMs: fc.integer({ min: 0, max: 120_000 }), most: fc.integer({ min: 1, max: 500 }) }),
    {
      minLength: 1,
      maxLength: 60,
    },
  )
  const throttles = fc.record({ count: fc.integer({ min: 1, max: 20_000 }), per: fc.constantFrom('minute', 'hour') })

  test('lets no more through than it says in any minute or hour, but for what one second makes up for', () => {
    fc.assert(
      fc.property(throttles as fc.Arbitrary<Throttle>, steps, (throttle, tries) => {
        const periodMs = throttle.per === 'minute' ? 60_000 : 3_600_000
        const left: number[] = []
        let now = Date.UTC(2026, 10, 2)
        let pacedAt: Date | null = null
        for (const { afterMs, most } of tries) {
          now += afterMs
          const { count, upTo } = pace(throttle, pacedAt, new Date(now), most)
          for (let n = 0; n < count; n++) left.push(now)
          if (count > 0) pacedAt = upTo(count)
        }
        const allowed = (throttle.count * (periodMs + 1_000)) / periodMs + 1
        for (const [index, time] of left.entries()) {
          const within = left.slice(index).filter((other) => other < time + periodMs).length
          expect(within).toBeLessThanOrEqual(allowed)
        }
      }),
    )
  })

  test('lets one through at once, and the next one when it may', () => {
    const now = new Date('2026-11-02T09:00:00Z')
    const { count, upTo } = pace({ count: 60, per: 'minute' }, null, now, 500)
    // A second's worth, and the one whose time it is.
    expect(count).toBe(2)
    expect(upTo(2)).toEqual(new Date('2026-11-02T09:00:01Z'))
    expect(pace({ count: 60, per: 'minute' }, upTo(2), now, 500).count).toBe(0)
    expect(pace(null, null, now, 500).count).toBe(500)
  })
})

describe('the words of a payload', () => {
  test('take what is known, else what is said for that, else nothing', () => {
    const known = { name: 'Zoé', city: 'Lyon', 'loyalty card': 7, vip: true, secret: { a: 1 }, empty: '' }
    expect(
      personal(
        {
          subject: 'Hello {{name}}',
          list: ['{{ city }}', '{{town|your town}}', '{{loyalty card}}'],
          n: 3,
          nothing: null,
        },
        known,
      ),
    ).toEqual({ subject: 'Hello Zoé', list: ['Lyon', 'your town', '7'], n: 3, nothing: null })
    expect(personal('{{secret}}{{constructor}}{{empty|-}}', known)).toBe('-')
  })

  test('stay as they are without a gap, and are never read again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const plain = text.replaceAll('{', '')
        expect(personal(plain, { name: 'x' })).toBe(plain)
        // What somebody is called is no gap, whatever they call themselves.
        expect(personal('{{name}}', { name: `{{city}}${plain}`, city: 'Lyon' })).toBe(`{{city}}${plain}`.slice(0, 500))
      }),
    )
  })
})

test('of two versions the one with the better share wins, the first where neither does', () => {
  const a = { id: 'a', sent: 100, bounced: 0, opened: 30, clicked: 5 }
  const b = { id: 'b', sent: 60, bounced: 10, opened: 20, clicked: 2 }
  expect(winnerOf([a, b], 'opened').id).toBe('b')
  expect(winnerOf([a, b], 'clicked').id).toBe('a')
  expect(winnerOf([a, { ...a, id: 'b' }], 'opened').id).toBe('a')
  expect(winnerOf([{ ...a, bounced: 100, opened: 0 }, b], 'opened').id).toBe('b')
})

test.each([
  // Put forward at 02:00: there is no half past two.
  ['2027-03-28T02:30', 'Europe/Paris', '2027-03-28T01:30:00.000Z'],
  ['2027-03-28T09:00', 'Europe/Paris', '2027-03-28T07:00:00.000Z'],
  // Put back at 03:00: half past two comes twice, and the first one counts.
  ['2026-10-25T02:30', 'Europe/Paris', '2026-10-25T00:30:00.000Z'],
  ['2026-10-25T09:00', 'America/New_York', '2026-10-25T13:00:00.000Z'],
])('%s in %s is %s', (local, zone, instant) => {
  expect(startIn(local, zone).toISOString()).toBe(instant)
})
