import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Clock } from '../clock.ts'
import { createWindows, type Windows, type WindowsOptions } from './windows.ts'

type Store = WindowsOptions extends infer Options ? (Options extends unknown ? Omit<Options, 'clock'> : never) : never

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** How much later than ideal a unit may come back. */
const SLICE_MS = HOUR_MS / 24

/** What every store of windows promises. */
export function windowsContract(
  name: string,
  start: () => Promise<{ store: Store; rows(): Promise<number>; close(): Promise<void> }>,
): void {
  describe(`windows on ${name}`, () => {
    let server: Awaited<ReturnType<typeof start>>
    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server.close())

    /** A clock that stands still until it is moved, and as many processes as wanted, each of which may be off by a little. */
    function processes() {
      const clock = { ms: Date.UTC(2031, 0, 1) }
      const open = (offMs = 0): Windows => {
        const own: Clock = { now: () => new Date(clock.ms + offMs) }
        return createWindows({ ...server.store, clock: own } as WindowsOptions)
      }
      return { clock, open }
    }

    test('a window or a wish that makes no sense is refused', async () => {
      const windows = processes().open()
      for (const limit of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31]) {
        await expect(windows.takeUpTo('k', { limit, windowMs: HOUR_MS }, 1)).rejects.toThrow(RangeError)
        await expect(windows.peek('k', { limit, windowMs: HOUR_MS })).rejects.toThrow(RangeError)
      }
      for (const windowMs of [0, -HOUR_MS, 0.5, 23, Number.NaN, Number.POSITIVE_INFINITY])
        await expect(windows.takeUpTo('k', { limit: 1, windowMs }, 1)).rejects.toThrow(RangeError)
      for (const wanted of [0, -1, 1.5, Number.NaN]) {
        const window = { limit: 1, windowMs: HOUR_MS }
        await expect(windows.takeUpTo('k', window, wanted)).rejects.toThrow(RangeError)
        await expect(windows.takeEach([{ key: 'k', window, wanted }])).rejects.toThrow(RangeError)
      }
    })

    test('any text is a key, and none is mistaken for another', async () => {
      const windows = processes().open()
      const hour = { limit: 1, windowMs: HOUR_MS }
      for (const key of ['', 'a', 'A', 'a ', '\0', '\ud800', '漢', 'x'.repeat(10_000), "'; drop", '{},"\\']) {
        const own = `${randomUUID()}${key}`
        expect((await windows.takeUpTo(own, hour, 1)).taken).toBe(1)
        expect((await windows.takeUpTo(own, hour, 1)).taken).toBe(0)
        expect((await windows.takeUpTo(own, { limit: 1, windowMs: DAY_MS }, 1)).taken).toBe(1)
      }
    })

    test('it gives what there is, says when there is more, and keeps its word', async () => {
      const { clock, open } = processes()
      const windows = open()
      const key = randomUUID()
      const hour = { limit: 10, windowMs: HOUR_MS }
      expect(await windows.takeUpTo(key, hour, 4)).toEqual({ taken: 4, used: 4, retryAfterMs: 0 })
      clock.ms += HOUR_MS / 2
      expect(await windows.takeUpTo(key, hour, 50)).toEqual({
        taken: 6,
        used: 10,
        retryAfterMs: HOUR_MS / 2 + SLICE_MS,
      })
      expect(await windows.takeUpTo(key, hour, 1)).toEqual({
        taken: 0,
        used: 10,
        retryAfterMs: HOUR_MS / 2 + SLICE_MS,
      })

      clock.ms += HOUR_MS / 2 + SLICE_MS - 1
      expect(await windows.takeUpTo(key, hour, 1)).toEqual({ taken: 0, used: 10, retryAfterMs: 1 })
      clock.ms += 1
      expect(await windows.takeUpTo(key, hour, 5)).toMatchObject({ taken: 4, used: 10 })
    })

    test('what is given back can be taken again, as long as its slice lasts, and never more than was taken', async () => {
      const { clock, open } = processes()
      const windows = open()
      const key = randomUUID()
      const hour = { limit: 10, windowMs: HOUR_MS }
      const at = () => new Date(clock.ms)
      await windows.giveBack(key, hour, 3, at())
      await windows.takeUpTo(key, hour, 10)
      await Promise.all([windows.giveBack(key, hour, 3, at()), windows.giveBack(key, hour, 1, at())])
      expect(await windows.takeUpTo(key, hour, 10)).toMatchObject({ taken: 4, used: 10 })
      await windows.giveBack(key, hour, 99, at())
      expect(await windows.takeUpTo(key, hour, 11)).toMatchObject({ taken: 10 })

      const then = at()
      clock.ms += SLICE_MS
      await windows.giveBack(key, hour, 5, then)
      // Nothing is newer yet: it is still the slice it was taken in.
      expect(await windows.takeUpTo(key, hour, 11)).toMatchObject({ taken: 5, used: 10 })
      await windows.giveBack(key, hour, 5, then)
      expect(await windows.takeUpTo(key, hour, 1)).toMatchObject({ taken: 0, used: 10 })
    })

    test('what is taken comes back within a slice of its time, even when it was taken at the end of one', async () => {
      const { clock, open } = processes()
      const windows = open()
      const hour = { limit: 1, windowMs: HOUR_MS }
      for (const intoSlice of [0, 1, SLICE_MS / 2, SLICE_MS - 1]) {
        const key = randomUUID()
        clock.ms = Date.UTC(2031, 0, 1) + intoSlice
        await windows.takeUpTo(key, hour, 1)
        const { retryAfterMs } = await windows.takeUpTo(key, hour, 1)
        expect(retryAfterMs).toBeGreaterThan(HOUR_MS)
        expect(retryAfterMs).toBeLessThanOrEqual(HOUR_MS + SLICE_MS)
        clock.ms += retryAfterMs
        expect((await windows.takeUpTo(key, hour, 1)).taken).toBe(1)
      }
    })

    test('looking takes nothing', async () => {
      const { clock, open } = processes()
      const windows = open()
      const key = randomUUID()
      const hour = { limit: 10, windowMs: HOUR_MS }
      expect(await windows.peek(key, hour)).toEqual({ used: 0, remaining: 10, resetMs: 0 })
      await windows.takeUpTo(key, hour, 3)
      clock.ms += 60_000
      await windows.takeUpTo(key, hour, 4)
      const resetMs = HOUR_MS + SLICE_MS - 60_000
      for (let n = 0; n < 3; n++) expect(await windows.peek(key, hour)).toEqual({ used: 7, remaining: 3, resetMs })
      expect(await windows.peek(key, { ...hour, limit: 5 })).toEqual({ used: 7, remaining: 0, resetMs })
      clock.ms += resetMs
      expect(await windows.peek(key, hour)).toEqual({ used: 0, remaining: 10, resetMs: 0 })
    })

    test('a limit that is lowered or raised counts from the next ask on', async () => {
      const { clock, open } = processes()
      const windows = open()
      const key = randomUUID()
      await windows.takeUpTo(key, { limit: 10, windowMs: HOUR_MS }, 6)
      clock.ms += HOUR_MS / 2
      await windows.takeUpTo(key, { limit: 10, windowMs: HOUR_MS }, 4)
      const { taken, used, retryAfterMs } = await windows.takeUpTo(key, { limit: 4, windowMs: HOUR_MS }, 1)
      expect({ taken, used }).toEqual({ taken: 0, used: 10 })
      expect(retryAfterMs).toBe(HOUR_MS + SLICE_MS) // not before the second four are gone too
      expect((await windows.takeUpTo(key, { limit: 12, windowMs: HOUR_MS }, 5)).taken).toBe(2)
    })

    test('asks of one key that come together are answered in their order', async () => {
      const windows = processes().open()
      const [key, other] = [randomUUID(), randomUUID()]
      const hour = { limit: 10, windowMs: HOUR_MS }
      const answers = await Promise.all([
        windows.takeUpTo(key, hour, 6),
        windows.takeUpTo(other, hour, 2),
        windows.takeUpTo(key, hour, 3),
        windows.takeUpTo(key, hour, 3),
        windows.takeUpTo(key, hour, 1),
      ])
      expect(answers.map(({ taken }) => taken)).toEqual([6, 2, 3, 1, 0])
      expect(answers.map(({ retryAfterMs }) => retryAfterMs > 0)).toEqual([false, false, false, true, true])
    })

    test('processes that come at once share one window, to the unit', async () => {
      const { open } = processes()
      const all = [open(), open(), open()]
      for (let round = 0; round < 5; round++) {
        const key = randomUUID()
        const answers = await Promise.all(
          Array.from({ length: 150 }, (_, n) => all[n % 3]!.takeUpTo(key, { limit: 40, windowMs: HOUR_MS }, 1)),
        )
        expect(answers.filter(({ taken }) => taken === 1)).toHaveLength(40)
      }
    })

    test('thousands of keys at once, old and new, from several processes', async () => {
      const { open } = processes()
      const all = [open(), open()]
      const keys = Array.from({ length: 1_500 }, () => randomUUID())
      const ask = (windows: Windows) =>
        Promise.all(
          keys
            .toSorted(() => 0.5 - Math.random())
            .map((key) => windows.takeUpTo(key, { limit: 3, windowMs: HOUR_MS }, 1)),
        )
      const answers = (await Promise.all([...all, ...all].map(ask))).flat()
      expect(answers.filter(({ taken }) => taken === 1)).toHaveLength(3 * keys.length)
    })

    test('many keys asked for together are each given their own, and share it with whoever asks alone', async () => {
      const { clock, open } = processes()
      const all = [open(), open()]
      const keys = Array.from({ length: 1_200 }, () => randomUUID())
      const each = (windows: Windows, wanted: number) =>
        windows.takeEach(
          keys
            .map((key, n) => ({ key, window: { limit: 1 + (n % 5), windowMs: HOUR_MS }, wanted }))
            .toSorted(() => 0.5 - Math.random()),
        )
      const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0)
      const alone = await all[1]!.takeUpTo(keys[0]!, { limit: 1, windowMs: HOUR_MS }, 1)
      const taken = (await Promise.all([each(all[0]!, 2), each(all[1]!, 3), each(all[0]!, 1)])).flat()
      expect(alone.taken + sum(taken)).toBe((keys.length / 5) * (1 + 2 + 3 + 4 + 5))

      clock.ms += SLICE_MS
      expect(sum(await each(all[0]!, 1))).toBe(0)
      const raised = keys.map((key) => ({ key, window: { limit: 7, windowMs: HOUR_MS }, wanted: 9 }))
      expect(await all[0]!.takeEach(raised)).toEqual(keys.map((_, n) => 6 - (n % 5)))
      expect(await all[0]!.takeEach([])).toEqual([])
    })

    test('a clock that is set back shuts a key for one window at most, and opens nothing', async () => {
      const { clock, open } = processes()
      const windows = open()
      const hour = { limit: 2, windowMs: HOUR_MS }
      for (const backMs of [2 * 60_000, HOUR_MS / 2, HOUR_MS, 366 * DAY_MS]) {
        const key = randomUUID()
        await windows.takeUpTo(key, hour, 2)
        clock.ms -= backMs
        expect(await windows.peek(key, hour)).toMatchObject({ used: 2, remaining: 0 })
        const { taken, retryAfterMs } = await windows.takeUpTo(key, hour, 1)
        expect(taken).toBe(0)
        expect(retryAfterMs).toBeLessThanOrEqual(HOUR_MS + 3 * SLICE_MS)
        clock.ms += retryAfterMs
        expect((await windows.takeUpTo(key, hour, 1)).taken).toBe(1)
      }
    })

    test('two machines whose clocks differ a little do not get a window each', async () => {
      const { clock, open } = processes()
      const [before, behind] = [open(3_000), open(-3_000)]
      const key = randomUUID()
      const hour = { limit: 5, windowMs: HOUR_MS }
      for (let n = 0; n < 30; n++) {
        const [one, other] = [await before.takeUpTo(key, hour, 1), await behind.takeUpTo(key, hour, 1)]
        expect(one.taken + other.taken).toBe(n < 2 ? 2 : n === 2 ? 1 : 0)
        clock.ms += SLICE_MS - 500
        if (clock.ms - Date.UTC(2031, 0, 1) > HOUR_MS - 10_000) break
      }
    })

    test('whoever asks, whenever: never more than the limit in any window, and never less than there surely is', async () => {
      const windowMs = 24_000
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 12 }),
          fc.integer({ min: 0, max: windowMs }),
          fc.array(
            fc.record({
              waitMs: fc.oneof(
                fc.constant(0),
                fc.integer({ min: 0, max: 2_000 }),
                fc.integer({ min: windowMs - 1_100, max: windowMs + 1_100 }),
                fc.integer({ min: 0, max: 3 * windowMs }),
              ),
              asks: fc.array(
                fc.record({
                  wanted: fc.integer({ min: 1, max: 8 }),
                  process: fc.integer({ min: 0, max: 1 }),
                  each: fc.boolean(),
                }),
                { minLength: 1, maxLength: 4 },
              ),
            }),
            { minLength: 3, maxLength: 25, size: 'max' },
          ),
          async (limit, startMs, steps) => {
            const { clock, open } = processes()
            clock.ms += startMs
            const both = [open(), open()]
            const key = randomUUID()
            const taken: { at: number; units: number }[] = []
            const within = (ms: number) =>
              taken.filter(({ at }) => at > clock.ms - ms).reduce((total, { units }) => total + units, 0)
            for (const { waitMs, asks } of steps) {
              clock.ms += waitMs
              const surely = Math.max(0, limit - within(windowMs + windowMs / 24))
              const { remaining } = await both[0]!.peek(key, { limit, windowMs })
              expect(remaining).toBeGreaterThanOrEqual(surely)
              const answers = await Promise.all(
                asks.map(async ({ wanted, process, each }) => {
                  const windows = both[process]!
                  const window = { limit, windowMs }
                  if (!each) return windows.takeUpTo(key, window, wanted)
                  return { taken: (await windows.takeEach([{ key, window, wanted }]))[0]!, retryAfterMs: undefined }
                }),
              )
              const units = answers.reduce((total, answer) => total + answer.taken, 0)
              const wanted = asks.reduce((total, ask) => total + ask.wanted, 0)
              expect(units).toBe(Math.min(wanted, remaining))
              taken.push({ at: clock.ms, units })
              // Both ends of the period belong to it.
              expect(within(windowMs + 1)).toBeLessThanOrEqual(limit)
              for (const [n, { taken, retryAfterMs }] of answers.entries())
                if (retryAfterMs !== undefined) expect(retryAfterMs > 0).toBe(taken < asks[n]!.wanted)
            }
          },
        ),
        { numRuns: 60 },
      )
    })

    test('keys with nothing left in their window are forgotten', async () => {
      const { clock, open } = processes()
      const windows = open()
      clock.ms += 3 * DAY_MS
      await windows.sweep()
      const before = await server.rows()
      const [hour, day] = [randomUUID(), randomUUID()]
      await windows.takeUpTo(hour, { limit: 1, windowMs: HOUR_MS }, 1)
      await windows.takeUpTo(day, { limit: 1, windowMs: DAY_MS }, 1)
      clock.ms += 2 * HOUR_MS
      const swept = await windows.sweep()
      if (swept > 0) expect((await server.rows()) - before).toBe(1)
      expect((await windows.takeUpTo(hour, { limit: 1, windowMs: HOUR_MS }, 1)).taken).toBe(1)
      expect((await windows.takeUpTo(day, { limit: 1, windowMs: DAY_MS }, 1)).taken).toBe(0)
    })
  })
}
