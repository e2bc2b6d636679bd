import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createCoalescer, createLatest } from './latest.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('an old frame after a newer one is no news', () => {
  const isNews = createLatest()
  expect(isNews('a', '2026-11-20T10:00:02Z')).toBe(true)
  expect(isNews('a', '2026-11-20T10:00:01Z')).toBe(false)
  expect(isNews('b', '2026-11-20T10:00:01Z')).toBe(true)
})

test('two changes in one millisecond are both news', () => {
  const isNews = createLatest()
  isNews('a', '2026-11-20T10:00:02Z')
  expect(isNews('a', '2026-11-20T10:00:02Z')).toBe(true)
})

test('only the latest ids are remembered', () => {
  const isNews = createLatest(2)
  isNews('a', '2026-11-20T10:00:02Z')
  isNews('b', '2026-11-20T10:00:02Z')
  isNews('c', '2026-11-20T10:00:02Z')
  expect(isNews('a', '2026-11-20T10:00:01Z')).toBe(true)
})

test('a burst asks at once, and once more at its end', () => {
  const asked: number[] = []
  const coalescer = createCoalescer(400)
  for (let n = 0; n < 50; n++) coalescer.run('list', () => asked.push(n))
  expect(asked).toEqual([0])
  vi.advanceTimersByTime(400)
  expect(asked).toEqual([0, 49])
  vi.advanceTimersByTime(2_000)
  expect(asked).toEqual([0, 49])
})

test('one list does not hold up another', () => {
  const asked: string[] = []
  const coalescer = createCoalescer(400)
  coalescer.run('one', () => asked.push('one'))
  coalescer.run('two', () => asked.push('two'))
  expect(asked).toEqual(['one', 'two'])
})

test('nothing is asked after it was stopped', () => {
  const asked: number[] = []
  const coalescer = createCoalescer(400)
  coalescer.run('list', () => asked.push(1))
  coalescer.run('list', () => asked.push(2))
  coalescer.stop()
  vi.advanceTimersByTime(1_000)
  expect(asked).toEqual([1])
})
