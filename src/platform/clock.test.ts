import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createMovableClock, createSharedClock, systemClock } from './clock.ts'

const HOUR_MS = 3_600_000
const fail = (error: unknown) => expect(error).toBeUndefined()
const at = (ms: number, aheadMs = 0) => ({ now: new Date(ms), aheadMs })
/** Not an hour away: a busy machine may take its time between two looks at the clock. */
const near = (time: Date, expected: number) => expect(Math.abs(time.getTime() - expected)).toBeLessThan(HOUR_MS / 100)

describe('the clock that processes share', () => {
  test('is the database’s, however wrong the machine’s is', async () => {
    for (const skew of [HOUR_MS, -HOUR_MS, 90_000]) {
      const clock = createSharedClock(systemClock, async () => at(Date.now() + skew), fail)
      await clock.follow()
      near(clock.now(), Date.now() + skew)
    }
  })

  test('does not take the slowness of an answer for a difference', async () => {
    const ahead = (clock: { now(): Date }) => clock.now().getTime() - performance.timeOrigin - performance.now()
    for (const [before, after] of [
      [0, 400],
      [400, 0],
    ] as const) {
      const clock = createSharedClock(
        { now: () => new Date(Date.now()) },
        async () => {
          await sleep(before)
          const read = new Date(performance.timeOrigin + performance.now())
          await sleep(after)
          return { now: read, aheadMs: 0 }
        },
        fail,
      )
      await clock.follow()
      expect(Math.abs(ahead(clock))).toBeLessThan(50)
    }
  })

  test('does not notice when the machine’s clock is set', async () => {
    const real = Date.now
    const clock = createSharedClock(systemClock, async () => at(real()), fail)
    await clock.follow()
    const RealDate = Date
    globalThis.Date = class extends RealDate {
      constructor(...given: []) {
        super(...(given.length === 0 ? ([real() + HOUR_MS] as unknown as []) : given))
      }
      static override now = () => real() + HOUR_MS
    } as DateConstructor
    try {
      near(clock.now(), real())
    } finally {
      globalThis.Date = RealDate
    }
  })

  test('is moved as far as the clock it is given', async () => {
    const movable = createMovableClock()
    const clock = createSharedClock(movable, async () => at(Date.now()), fail)
    await clock.follow()
    movable.advance(HOUR_MS)
    near(clock.now(), Date.now() + HOUR_MS)
  })

  test('lives as far ahead as the installation does, and knows the true time beside it', async () => {
    let aheadMs = 0
    const clock = createSharedClock(systemClock, async () => at(Date.now(), aheadMs), fail)
    await clock.follow()
    near(clock.now(), Date.now())
    aheadMs = 40 * HOUR_MS
    near(clock.now(), Date.now())
    await clock.follow()
    near(clock.now(), Date.now() + 40 * HOUR_MS)
    near(clock.trueNow(), Date.now())
    expect(clock.aheadMs()).toBe(40 * HOUR_MS)
    aheadMs = 0
    await clock.follow()
    near(clock.now(), Date.now())
  })

  test('goes on from what it knows while the database is away', async () => {
    let away = false
    const clock = createSharedClock(
      systemClock,
      async () => {
        if (away) throw new Error('away')
        return at(Date.now() + HOUR_MS)
      },
      fail,
    )
    await clock.follow()
    away = true
    await expect(clock.follow()).rejects.toThrow('away')
    near(clock.now(), Date.now() + HOUR_MS)
  })
})
