import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { afterSend, beforeSend, type Health, healthy, LOWEST, scoreAt } from './health.ts'
import type { Verdict } from './verdict.ts'

const START = new Date('2026-03-10T09:00:00Z')
const later = (ms: number, from = START) => new Date(from.getTime() + ms)

interface Answer {
  readonly afterMs: number
  readonly verdict: Verdict
  readonly latencyMs: number
}

function play(answers: Iterable<Answer>, from = healthy(START)): Health {
  let health = from
  for (const { afterMs, verdict, latencyMs } of answers)
    health = afterSend(health, verdict, latencyMs, later(afterMs, new Date(health.at)))
  return health
}

/** So many a second for so long, of which every n-th fails. */
function* traffic({
  perSecond,
  forMs,
  everyNthFails = 0,
  latencyMs = 80,
}: {
  perSecond: number
  forMs: number
  everyNthFails?: number
  latencyMs?: number
}): Generator<Answer> {
  const count = (forMs / 1000) * perSecond
  for (let n = 1; n <= count; n++)
    yield {
      afterMs: 1000 / perSecond,
      verdict: everyNthFails && n % everyNthFails === 0 ? 'failing' : 'working',
      latencyMs,
    }
}

const anAnswer = fc.record({
  afterMs: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: -3_600_000, max: 3_600_000 })),
  verdict: fc.constantFrom<Verdict>('working', 'failing', 'asked_to_wait', 'misconfigured'),
  latencyMs: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 60_000 })),
})

describe('failures cost an account its share', () => {
  test('by the part that fails, whatever the number sent', () => {
    for (const perSecond of [20, 1_000]) {
      const score = (everyNthFails: number) => play(traffic({ perSecond, forMs: 120_000, everyNthFails })).score
      expect(score(100)).toBeGreaterThan(0.7)
      expect(score(10)).toBeGreaterThan(0.2)
      expect(score(10)).toBeLessThan(0.4)
      expect(score(2)).toBeLessThan(0.1)
      expect(score(1)).toBeCloseTo(LOWEST, 2)
    }
  })

  test('one after a quiet hour costs less than a third', () => {
    const health = play([{ afterMs: 3_600_000, verdict: 'failing', latencyMs: 30_000 }])
    expect(health.score).toBe(0.7)
  })

  test('being told to wait, or a setting that is wrong, costs nothing', () => {
    const health = play([
      { afterMs: 1_000, verdict: 'asked_to_wait', latencyMs: 10 },
      { afterMs: 1_000, verdict: 'misconfigured', latencyMs: 10 },
    ])
    expect(health.score).toBe(1)
  })
})

describe('slow delivery costs an account part of its share', () => {
  const normal = play(traffic({ perSecond: 20, forMs: 60_000, latencyMs: 200 }))

  test('when it is far slower than usual', () => {
    expect(normal.score).toBe(1)
    const slow = play(traffic({ perSecond: 20, forMs: 60_000, latencyMs: 3_000 }), normal)
    expect(slow.score).toBeLessThan(0.3)
    expect(slow.score).toBeGreaterThan(LOWEST)
    const better = play(traffic({ perSecond: 20, forMs: 60_000, latencyMs: 200 }), slow)
    expect(better.score).toBeGreaterThan(0.75)
  })

  test('not when one answer in many is', () => {
    const health = play([...traffic({ perSecond: 20, forMs: 1_000, latencyMs: 2_500 })].slice(0, 1), normal)
    expect(health.score).toBe(1)
  })

  test('not when it always was, nor when nobody would call it slow', () => {
    expect(play(traffic({ perSecond: 5, forMs: 60_000, latencyMs: 8_000 })).score).toBe(1)
    expect(play(traffic({ perSecond: 20, forMs: 60_000, latencyMs: 900 }), normal).score).toBe(1)
  })

  test('not for ever: in the end it is usual', () => {
    expect(play(traffic({ perSecond: 5, forMs: 3 * 3_600_000, latencyMs: 1_500 }), normal).score).toBeGreaterThan(0.95)
  })
})

describe('an account that hangs', () => {
  const busy = beforeSend(beforeSend(healthy(START), START), later(1_000))

  test('loses its share before anything has timed out, until it answers', () => {
    expect(scoreAt(busy, later(3_000))).toBe(1)
    expect(scoreAt(busy, later(3_001))).toBe(LOWEST)
    const answered = afterSend(busy, 'working', 500, later(5_000))
    expect(scoreAt(answered, later(8_000))).toBe(1)
    expect(scoreAt(answered, later(8_001))).toBe(LOWEST)
    expect(scoreAt(afterSend(answered, 'working', 500, later(9_000)), later(60_000))).toBe(1)
  })

  test('is not one that is always slow', () => {
    const slow = play(traffic({ perSecond: 1, forMs: 60_000, latencyMs: 5_000 }))
    const sending = beforeSend(slow, new Date(slow.at))
    expect(scoreAt(sending, later(20_000, new Date(slow.at)))).toBe(1)
    expect(scoreAt(sending, later(20_001, new Date(slow.at)))).toBe(LOWEST)
  })

  test('is not one that was made new meanwhile', () => {
    const renewed = afterSend(healthy(START), 'working', 30_000, later(30_000))
    expect(scoreAt(beforeSend(renewed, later(30_000)), later(30_001))).toBe(1)
    expect(renewed.underWay).toBe(0)
  })
})

test('two thirds of what was lost are back after 45 s, with or without messages', () => {
  const broken = play(traffic({ perSecond: 20, forMs: 30_000, everyNthFails: 1 }))
  const quiet = scoreAt(broken, later(45_000, new Date(broken.at)))
  const busy = play(traffic({ perSecond: 50, forMs: 45_000 }), broken).score
  expect(quiet).toBeCloseTo(1 - (1 - broken.score) / Math.E, 10)
  expect(busy).toBeCloseTo(quiet, 5)
})

describe('whatever is answered, and when', () => {
  test('the score stays between the lowest and 1', () => {
    fc.assert(
      fc.property(fc.array(anAnswer, { maxLength: 200 }), fc.integer({ min: -10_000, max: 1e9 }), (answers, ms) => {
        const health = play(answers)
        for (const score of [health.score, scoreAt(health, later(ms, new Date(health.at)))]) {
          expect(score).toBeGreaterThanOrEqual(LOWEST)
          expect(score).toBeLessThanOrEqual(1)
        }
      }),
    )
  })

  test('with time alone it only rises, and reaches 1', () => {
    fc.assert(
      fc.property(fc.array(anAnswer), fc.nat(600_000), fc.nat(600_000), (answers, first, second) => {
        const health = play(answers)
        const at = (ms: number) => scoreAt(health, later(ms, new Date(health.at)))
        expect(at(first + second)).toBeGreaterThanOrEqual(at(first))
        expect(at(600_000)).toBeGreaterThan(0.999)
      }),
    )
  })

  test('an account that answers promptly keeps 1', () => {
    const prompt = fc.record({
      afterMs: fc.nat(600_000),
      verdict: fc.constant<Verdict>('working'),
      latencyMs: fc.nat(1_000),
    })
    fc.assert(
      fc.property(fc.array(prompt, { maxLength: 200 }), (answers) => {
        expect(play(answers).score).toBe(1)
      }),
    )
  })

  test('a failure never raises it', () => {
    fc.assert(
      fc.property(fc.array(anAnswer), fc.nat(600_000), (answers, ms) => {
        const health = play(answers)
        const now = later(ms, new Date(health.at))
        expect(afterSend(health, 'failing', 1, now).score).toBeLessThanOrEqual(scoreAt(health, now))
      }),
    )
  })
})
