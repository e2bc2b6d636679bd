import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

const NOW = new Date('2026-03-01T12:00:00Z')
const wait = (retryAfter: string | undefined, date?: string) =>
  retryAfterMs(
    { ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }), ...(date === undefined ? {} : { date }) },
    NOW,
  )

describe('what cannot be read asks for nothing', () => {
  for (const text of ['', 'soon', '-5', '1.5', '1e3', '99999999999', 'Infinity', '2026-03-01T12:00:10Z', 'Sun, 01 Foo'])
    test(JSON.stringify(text), () => expect(wait(text)).toBeUndefined())
  test('no header', () => expect(wait(undefined)).toBeUndefined())
  test('a date that is none', () => expect(wait('Sun, 01 Mar 2026 99:00:00 GMT')).toBeUndefined())
})

test('seconds are seconds', () => {
  expect(wait('0')).toBe(0)
  expect(wait(' 7 ')).toBe(7_000)
})

test('a date is counted from the clock that wrote it', () => {
  expect(wait('Sun, 01 Mar 2026 12:00:30 GMT')).toBe(30_000)
  expect(wait('Sun, 01 Mar 2026 15:00:30 GMT', 'Sun, 01 Mar 2026 15:00:00 GMT')).toBe(30_000)
  expect(wait('Sun, 01 Mar 2026 12:00:30 GMT', 'yesterday')).toBe(30_000)
})

test('a date that has passed asks for nothing more', () => expect(wait('Sun, 01 Mar 2026 11:00:00 GMT')).toBe(0))

test('nobody makes us wait for more than a day', () => {
  expect(wait('9999999999')).toBe(86_400_000)
  expect(wait('Sun, 01 Mar 2036 12:00:00 GMT')).toBe(86_400_000)
})

test('whatever the header, the wait is absent or between nothing and a day', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.integer().map(String),
        fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
      ),
      (text) => {
        const ms = wait(text)
        if (ms !== undefined) expect(ms >= 0 && ms <= 86_400_000).toBe(true)
      },
    ),
  )
})
