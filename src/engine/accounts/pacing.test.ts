import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMovableClock } from '../../platform/clock.ts'
import { createPacing } from './pacing.ts'

function start() {
  const clock = createMovableClock({ now: () => new Date('2026-03-10T09:00:00Z') })
  return { clock, pacing: createPacing({ clock }) }
}

test('of 100 000 messages waiting for an account of ten a second, tens are offered', () => {
  const { clock, pacing } = start()
  const limits = { perSecond: 10 }
  let offered = 0
  for (let tick = 0; tick < 40; tick++) {
    const now = Math.min(100_000, pacing.allow('a', limits)!)
    pacing.spend('a', now)
    offered += now
    clock.advance(250)
  }
  expect(offered).toBeGreaterThanOrEqual(10 * 10)
  expect(offered).toBeLessThanOrEqual(20 + 10 * 10)
})

test('an account without a rate is not paced', () => {
  const { pacing } = start()
  expect(pacing.allow('a', {})).toBeUndefined()
  expect(pacing.allow('a', { perDay: 5, atOnce: 2 })).toBeUndefined()
})

test('accounts do not spend what is another one’s', () => {
  const { pacing } = start()
  pacing.allow('a', { perSecond: 1 })
  pacing.spend('a', 2)
  expect(pacing.allow('a', { perSecond: 1 })).toBe(0)
  expect(pacing.allow('b', { perSecond: 1 })).toBe(2)
})

test('six a minute is one now and one every ten seconds', () => {
  const { clock, pacing } = start()
  const limits = { perSecond: 0.1 }
  expect(pacing.allow('a', limits)).toBe(1)
  pacing.spend('a', 1)
  expect(pacing.allow('a', limits)).toBe(0)
  clock.advance(10_000)
  expect(pacing.allow('a', limits)).toBe(1)
})

test('a new limit counts from now on', () => {
  const { clock, pacing } = start()
  expect(pacing.allow('a', { perSecond: 100 })).toBe(200)
  expect(pacing.allow('a', { perSecond: 1, burst: 3 })).toBe(4)
  pacing.spend('a', 4)
  clock.advance(1_000)
  expect(pacing.allow('a', { perSecond: 100 })).toBe(100)
})

test('a clock moved back stops nothing for longer than it takes to fill up', () => {
  const { clock, pacing } = start()
  pacing.allow('a', { perSecond: 10 })
  pacing.spend('a', 20)
  clock.advance(-3_600_000)
  expect(pacing.allow('a', { perSecond: 10 })).toBe(0)
  clock.advance(1_000)
  expect(pacing.allow('a', { perSecond: 10 })).toBe(10)
})

test('whatever is asked and spent: never more than rate and burst allow, never less after a pause', () => {
  const step = fc.record({ ms: fc.nat(3_000), part: fc.double({ min: 0, max: 1, noNaN: true }) })
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.option(fc.integer({ min: 1, max: 500 }), { nil: undefined }),
      fc.array(step, { maxLength: 60 }),
      (perSecond, burst, steps) => {
        const { clock, pacing } = start()
        const limits = { perSecond, ...(burst === undefined ? {} : { burst }) }
        const capacity = (burst ?? perSecond) + perSecond
        let spent = 0
        let elapsedMs = 0
        for (const { ms, part } of steps) {
          const allowed = pacing.allow('a', limits)!
          expect(allowed).toBeGreaterThanOrEqual(0)
          const taken = Math.floor(allowed * part)
          pacing.spend('a', taken)
          spent += taken
          expect(spent).toBeLessThanOrEqual(capacity + (elapsedMs / 1000) * perSecond + 1e-6)
          clock.advance(ms)
          elapsedMs += ms
        }
        clock.advance((capacity / perSecond) * 1000 + 1)
        expect(pacing.allow('a', limits)).toBe(capacity)
      },
    ),
  )
})
