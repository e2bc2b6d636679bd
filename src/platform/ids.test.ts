import { expect, test } from 'vitest'
import { idFloor, newId } from './ids.ts'

const time = new Date('2026-11-02T09:00:00.123Z')

test('ids of one moment sort in the order they were made, and none comes twice', () => {
  const ids = Array.from({ length: 5_000 }, () => newId(time))
  expect([...ids].sort()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
})

test('an id is a UUIDv7 that carries its time', () => {
  expect(newId(time)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(newId(time) > idFloor(time)).toBe(true)
  expect(newId(time) < idFloor(new Date(time.getTime() + 1))).toBe(true)
})

test('a moment moved back still gives new ids', () => {
  const ids = [time, new Date(time.getTime() - 1000), time].flatMap((moment) =>
    Array.from({ length: 1_000 }, () => newId(moment)),
  )
  expect(new Set(ids).size).toBe(ids.length)
})
