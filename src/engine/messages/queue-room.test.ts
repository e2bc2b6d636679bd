import { describe, expect, test } from 'vitest'
import { createQueueRoom } from './queue-room.ts'

/** Jobs of a hundred, handed over at `perSecond` messages, looked at every 50 ms: what waits in the queue at each look. */
function drain(perSecond: number, seconds: number) {
  const room = createQueueRoom()
  const waited: number[] = []
  let messages = 0
  for (let atMs = 0; atMs < seconds * 1000; atMs += 50) {
    messages = Math.max(0, messages - perSecond / 20)
    const free = room.messages(Math.ceil(messages / 100), atMs)
    if (free > 0) {
      messages += free
      room.filled(atMs)
    }
    waited.push(messages)
  }
  return waited
}

describe('the room in the queue', () => {
  test('is about two seconds of work for a slow carrier, and bounded for a fast one', () => {
    for (const perSecond of [100, 300, 1000, 5000, 20_000]) {
      const settled = drain(perSecond, 60).slice(-400)
      expect(Math.max(...settled)).toBeLessThanOrEqual(Math.max(500, Math.min(2000, perSecond * 5)))
    }
  })

  test('is never empty for long while there is more', () => {
    for (const perSecond of [100, 1000, 5000]) {
      const settled = drain(perSecond, 60).slice(-400)
      expect(settled.filter((waiting) => waiting === 0)).toHaveLength(0)
    }
  })

  test('is closed while more than half of it waits', () => {
    const room = createQueueRoom()
    expect(room.messages(0, 0)).toBe(500)
    room.filled(0)
    expect(room.messages(3, 10)).toBe(0)
    expect(room.messages(2, 10)).toBe(300)
  })
})
