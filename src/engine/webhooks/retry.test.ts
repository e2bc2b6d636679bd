import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { verdictOf } from './retry.ts'

const NOW = new Date('2026-11-23T11:00:00Z')
const lead = (answer: Parameters<typeof verdictOf>[0], attempt = 1, random = 0.5) =>
  verdictOf(answer, attempt, NOW, random)
const answered = (status: number, retryAfterMs?: number) => ({ status, retryAfterMs })

describe('what an endpoint’s answer leads to', () => {
  test.each([200, 201, 204, 299])('%d is a yes', (status) =>
    expect(lead(answered(status))).toEqual({ kind: 'delivered' }),
  )
  test.each([301, 302, 400, 401, 404, 429, 500, 503])('%d is tried again', (status) =>
    expect(lead(answered(status)).kind).toBe('again'),
  )
  test('no answer is tried again', () => expect(lead({ error: 'ETIMEDOUT' }).kind).toBe('again'))
  test('410 wants no more, whenever', () => {
    expect(lead(answered(410))).toEqual({ kind: 'gone' })
    expect(lead(answered(410), 9)).toEqual({ kind: 'gone' })
  })
  test('the ninth failure is the last', () => {
    expect(lead(answered(500), 8).kind).toBe('again')
    expect(lead(answered(500), 9)).toEqual({ kind: 'failed' })
  })
  test('Retry-After is honoured, up to a day', () => {
    expect(lead(answered(429, 60_000))).toEqual({ kind: 'again', dueAt: new Date(NOW.getTime() + 60_000) })
    expect(lead(answered(503, 1e12))).toEqual({ kind: 'again', dueAt: new Date(NOW.getTime() + 86_400_000) })
  })
})

test('however its tries are spread, they reach over more than a day and less than two, and come no sooner each time', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 8, maxLength: 8 }), (spread) => {
      let at = NOW
      let last = 0
      for (const [i, random] of spread.entries()) {
        const verdict = verdictOf({ error: 'ECONNREFUSED' }, i + 1, at, random)
        if (verdict.kind !== 'again') throw new Error('It gave up')
        const waited = verdict.dueAt.getTime() - at.getTime()
        expect(waited).toBeGreaterThan(last * 0.8)
        last = waited
        at = verdict.dueAt
      }
      const hours = (at.getTime() - NOW.getTime()) / 3_600_000
      expect(hours).toBeGreaterThan(24)
      expect(hours).toBeLessThan(48)
    }),
  )
})
