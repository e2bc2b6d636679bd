import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Clock } from '../clock.ts'
import { createLimits, type Limit, type Limits, type LimitsOptions } from './limits.ts'

type Store = LimitsOptions extends infer Options ? (Options extends unknown ? Omit<Options, 'clock'> : never) : never

/** What every store of limits promises. */
export function limitsContract(
  name: string,
  start: () => Promise<{ store: Store; rows(): Promise<number>; close(): Promise<void> }>,
): void {
  describe(`limits on ${name}`, () => {
    let server: Awaited<ReturnType<typeof start>>
    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server.close())

    /** A clock that stands still until it is moved, and as many processes as wanted. */
    function processes(): { clock: Clock & { ms: number }; open: () => Limits } {
      const clock = { ms: Date.UTC(2031, 0, 1), now: () => new Date(clock.ms) }
      return { clock, open: () => createLimits({ ...server.store, clock } as LimitsOptions) }
    }

    test('a limit or a cost that makes no sense is refused', async () => {
      const limits = processes().open()
      await expect(limits.take('k', { burst: 0, perSecond: 1 })).rejects.toThrow(RangeError)
      await expect(limits.take('k', { burst: 1, perSecond: 0 })).rejects.toThrow(RangeError)
      await expect(limits.take('k', { burst: 1, perSecond: 1e-12 })).rejects.toThrow(RangeError)
      await expect(limits.take('k', { burst: 5, perSecond: 1 }, 0)).rejects.toThrow(RangeError)
      await expect(limits.take('k', { burst: 5, perSecond: 1 }, 1.5)).rejects.toThrow(RangeError)
      await expect(limits.take('k', { burst: 5, perSecond: 1 }, 6)).rejects.toThrow(/never fits/)
      await expect(limits.peek('k', { burst: 5, perSecond: Number.NaN })).rejects.toThrow(RangeError)
      for (const keep of [-1, 0.5, 5, Number.NaN])
        await expect(limits.takeUpTo('k', { burst: 5.9, perSecond: 1 }, 1, { keep })).rejects.toThrow(RangeError)
    })

    test('any text is a key, and none is mistaken for another', async () => {
      const limits = processes().open()
      const keys = ['', 'a', 'A', 'a ', 'canary@example.org', '\0', '\ud800', '漢', 'x'.repeat(10_000), "'; drop"]
      for (const key of keys) {
        const own = `${randomUUID()}${key}`
        expect((await limits.take(own, { burst: 1, perSecond: 1 })).allowed).toBe(true)
        expect((await limits.take(own, { burst: 1, perSecond: 1 })).allowed).toBe(false)
      }
    })

    test('it refuses what is over the burst, says when to come back, and keeps its word', async () => {
      const { clock, open } = processes()
      const limits = open()
      const limit = { burst: 3, perSecond: 2 }
      const key = randomUUID()
      for (const remaining of [2, 1, 0]) {
        expect(await limits.take(key, limit)).toEqual({ allowed: true, remaining, retryAfterMs: 0 })
      }
      expect(await limits.take(key, limit)).toEqual({ allowed: false, remaining: 0, retryAfterMs: 500 })
      expect(await limits.take(key, limit, 3)).toEqual({ allowed: false, remaining: 0, retryAfterMs: 1_500 })

      clock.ms += 499
      expect(await limits.take(key, limit)).toMatchObject({ allowed: false, retryAfterMs: 1 })
      clock.ms += 1
      expect(await limits.take(key, limit)).toMatchObject({ allowed: true })
      clock.ms += 1_500
      expect(await limits.take(key, limit, 3)).toMatchObject({ allowed: true, remaining: 0 })
    })

    test('what is refused costs nothing', async () => {
      const limits = processes().open()
      const key = randomUUID()
      const limit = { burst: 10, perSecond: 1 }
      await limits.take(key, limit, 8)
      for (let n = 0; n < 5; n++) expect((await limits.take(key, limit, 5)).allowed).toBe(false)
      expect(await limits.take(key, limit, 2)).toMatchObject({ allowed: true, remaining: 0 })
    })

    test('takeUpTo takes what there is', async () => {
      const { clock, open } = processes()
      const limits = open()
      const key = randomUUID()
      const limit = { burst: 10, perSecond: 10 }
      expect(await limits.takeUpTo(key, limit, 7)).toEqual({ taken: 7, retryAfterMs: 0 })
      expect(await limits.takeUpTo(key, limit, 50)).toEqual({ taken: 3, retryAfterMs: 100 })
      expect(await limits.takeUpTo(key, limit, 50)).toEqual({ taken: 0, retryAfterMs: 100 })
      clock.ms += 100
      expect(await limits.takeUpTo(key, limit, 50)).toEqual({ taken: 1, retryAfterMs: 100 })
    })

    test('what is kept is left for those who keep nothing', async () => {
      const { clock, open } = processes()
      const limits = open()
      const key = randomUUID()
      const limit = { burst: 10, perSecond: 10 }
      expect(await limits.takeUpTo(key, limit, 50, { keep: 2 })).toEqual({ taken: 8, retryAfterMs: 100 })
      expect(await limits.takeUpTo(key, limit, 1, { keep: 2 })).toEqual({ taken: 0, retryAfterMs: 100 })
      expect(await limits.take(key, limit)).toMatchObject({ allowed: true, remaining: 1 })
      expect(await limits.takeUpTo(key, limit, 1, { keep: 2 })).toEqual({ taken: 0, retryAfterMs: 200 })
      clock.ms += 200
      expect(await limits.takeUpTo(key, limit, 5, { keep: 2 })).toEqual({ taken: 1, retryAfterMs: 100 })
    })

    test('whoever keeps nothing finds tokens, though a thousand were asked for before in the same moment', async () => {
      const limits = processes().open()
      const key = randomUUID()
      const limit = { burst: 10, perSecond: 1 }
      const [low, urgent, lower] = await Promise.all([
        limits.takeUpTo(key, limit, 1_000, { keep: 3 }),
        limits.takeUpTo(key, limit, 2),
        limits.takeUpTo(key, limit, 1_000, { keep: 3 }),
      ])
      expect(urgent.taken).toBe(2)
      expect(low.taken + lower.taken).toBeGreaterThanOrEqual(5)
      expect(low.taken + lower.taken).toBeLessThanOrEqual(7)
    })

    test('looking takes nothing, and says when the bucket is full again', async () => {
      const { clock, open } = processes()
      const limits = open()
      const key = randomUUID()
      const limit = { burst: 10, perSecond: 2 }
      expect(await limits.peek(key, limit)).toEqual({ used: 0, remaining: 10, resetMs: 0 })
      await limits.take(key, limit, 4)
      for (let n = 0; n < 3; n++)
        expect(await limits.peek(key, limit)).toEqual({ used: 4, remaining: 6, resetMs: 2_000 })
      clock.ms += 300
      expect(await limits.peek(key, limit)).toEqual({ used: 4, remaining: 6, resetMs: 1_700 })
      clock.ms += 1_700
      expect(await limits.peek(key, limit)).toEqual({ used: 0, remaining: 10, resetMs: 0 })
      await limits.take(key, limit, 10)
      clock.ms -= 3_600_000
      expect(await limits.peek(key, limit)).toEqual({ used: 0, remaining: 10, resetMs: 0 })
    })

    test('processes that come at once share one bucket, to the unit', async () => {
      const { open } = processes()
      const all = [open(), open(), open()]
      for (let round = 0; round < 5; round++) {
        const key = randomUUID()
        const answers = await Promise.all(
          Array.from({ length: 150 }, (_, n) => (all[n % 3] as Limits).take(key, { burst: 40, perSecond: 1 })),
        )
        expect(answers.filter((answer) => answer.allowed)).toHaveLength(40)
      }
    })

    test('many keys at once, old and new, from several processes', async () => {
      const { open } = processes()
      const all = [open(), open()]
      const keys = Array.from({ length: 60 }, () => randomUUID())
      const ask = (limits: Limits) =>
        Promise.all(keys.toSorted(() => 0.5 - Math.random()).map((key) => limits.take(key, { burst: 3, perSecond: 1 })))
      const answers = (await Promise.all([...all, ...all].map(ask))).flat()
      expect(answers.filter((answer) => answer.allowed)).toHaveLength(3 * keys.length)
    })

    test('a clock that is set back by an hour does not shut the bucket for an hour', async () => {
      const { clock, open } = processes()
      const limits = open()
      const key = randomUUID()
      await limits.take(key, { burst: 2, perSecond: 1 }, 2)
      clock.ms -= 3_600_000
      expect((await limits.take(key, { burst: 2, perSecond: 1 })).allowed).toBe(true)
    })

    test('two machines whose clocks differ a little do not get a bucket each', async () => {
      const { clock, open } = processes()
      const limits = open()
      const key = randomUUID()
      await limits.take(key, { burst: 5, perSecond: 1 }, 5)
      clock.ms -= 3_000
      expect((await limits.take(key, { burst: 5, perSecond: 1 })).allowed).toBe(false)
    })

    test('never more than burst + rate × time in any window, and never less than there is', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            burst: fc.integer({ min: 1, max: 20 }),
            perSecond: fc.oneof(fc.integer({ min: 1, max: 500 }), fc.constantFrom(0.1, 1 / 3, 7 / 60)),
          }),
          fc.array(
            fc.record({
              waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 20_000 })),
              cost: fc.integer({ min: 1, max: 6 }),
              partial: fc.boolean(),
              keep: fc.integer({ min: 0, max: 4 }),
              process: fc.integer({ min: 0, max: 1 }),
            }),
            { minLength: 3, maxLength: 25, size: 'max' },
          ),
          async (limit: Limit, calls) => {
            const { clock, open } = processes()
            const both = [open(), open()]
            const key = randomUUID()
            const taken: { at: number; units: number }[] = []
            for (const { waitMs, cost, partial, keep: asked, process } of calls) {
              clock.ms += waitMs
              const limits = both[process] as Limits
              const room = bucketOf(limit, taken, clock.ms)
              const keep = Math.min(asked, limit.burst - 1)
              const { remaining } = await limits.peek(key, limit)
              expect(Math.abs(remaining - room)).toBeLessThan(1.01)
              const units = partial
                ? (await limits.takeUpTo(key, limit, cost, { keep })).taken
                : cost <= limit.burst && (await limits.take(key, limit, cost)).allowed
                  ? cost
                  : 0
              // One unit of grace: a unit's time is rounded up to a whole microsecond.
              if (partial) {
                expect(units).toBeGreaterThanOrEqual(Math.min(cost, Math.floor(room - keep - 0.001)))
                if (units > 0) expect(room - units).toBeGreaterThanOrEqual(keep - 0.001)
              } else if (cost <= Math.floor(room - 0.001)) expect(units).toBe(cost)
              taken.push({ at: clock.ms, units })
            }
            for (let from = 0; from < taken.length; from++) {
              let sum = 0
              for (const { at, units } of taken.slice(from)) {
                sum += units
                const seconds = (at - (taken[from] as { at: number }).at) / 1_000
                expect(sum).toBeLessThanOrEqual(limit.burst + limit.perSecond * seconds + 1e-9)
              }
            }
          },
        ),
        { numRuns: 60 },
      )
    })

    test('buckets that are full again are forgotten', async () => {
      const { clock, open } = processes()
      const limits = open()
      clock.ms += 86_400_000
      await limits.sweep()
      const before = await server.rows()
      const [full, used] = [randomUUID(), randomUUID()]
      await limits.take(full, { burst: 1, perSecond: 1 })
      await limits.take(used, { burst: 1, perSecond: 1 / 3_600 })
      clock.ms += 120_000
      const swept = await limits.sweep()
      if (swept > 0) expect((await server.rows()) - before).toBe(1)
      expect((await limits.take(full, { burst: 1, perSecond: 1 })).allowed).toBe(true)
      expect((await limits.take(used, { burst: 1, perSecond: 1 / 3_600 })).allowed).toBe(false)
    })
  })
}

/** A token bucket the plain way, as a second opinion. */
function bucketOf({ burst, perSecond }: Limit, taken: { at: number; units: number }[], now: number): number {
  let room = burst
  let last = taken[0]?.at ?? now
  for (const { at, units } of taken) {
    room = Math.min(burst, room + ((at - last) / 1_000) * perSecond) - units
    last = at
  }
  return Math.min(burst, room + ((now - last) / 1_000) * perSecond)
}
