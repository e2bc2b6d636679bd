import { expect, test } from 'vitest'
import type { Database } from '../../platform/database/database.ts'
import type { CompiledSource } from './compiled.ts'
import { createReadyVersions } from './versions.ts'

/** Answers for the one query this asks, and counts what it was asked for. */
function countingReads() {
  const asked: string[][] = []
  const run = (async (_name: string, _text: string, [ids]: readonly unknown[]) => {
    asked.push(ids as string[])
    return (ids as string[])
      .filter((id) => id !== 'missing')
      .map((id) => ({ id, compiled: { format: 1, channel: 'sms', text: `I am ${id}` } satisfies CompiledSource }))
  }) as Database['run']
  return { asked, versions: createReadyVersions({ db: { run }, most: 2 }) }
}

test('a version is read once; several are read together', async () => {
  const { asked, versions } = countingReads()
  expect([...(await versions.load(['a', 'b', 'a'])).keys()]).toEqual(['a', 'b'])
  expect([...(await versions.load(['b', 'a'])).keys()]).toEqual(['b', 'a'])
  expect(asked).toEqual([['a', 'b']])
})

test('the ones used longest ago make room, and a load larger than the room is still answered whole', async () => {
  const { asked, versions } = countingReads()
  await versions.load(['a', 'b'])
  await versions.load(['a'])
  await versions.load(['c'])
  await versions.load(['a'])
  expect(asked).toEqual([['a', 'b'], ['c']])
  expect((await versions.load(['d', 'e', 'f', 'g'])).size).toBe(4)
  await versions.load(['b'])
  expect(asked.at(-1)).toEqual(['b'])
})

test('a missing one is asked for again: it may be published later', async () => {
  const { asked, versions } = countingReads()
  expect((await versions.load(['missing'])).size).toBe(0)
  await versions.load(['missing'])
  expect(asked).toHaveLength(2)
})
