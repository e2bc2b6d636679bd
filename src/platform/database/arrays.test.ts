import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { plainArray, textArray, timeArray } from './arrays.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

const back = async (array: string, type: string) =>
  (await database.query<{ back: unknown[] }>(`select $1::${type}[] as back`, [array]))[0]!.back

test('any text comes back as it was', async () => {
  const texts = fc.array(
    fc.option(fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0') && text.isWellFormed())),
    { maxLength: 20 },
  )
  await fc.assert(
    fc.asyncProperty(texts, async (values) => {
      expect(await back(textArray(values), 'text')).toEqual(values)
    }),
    { numRuns: 200 },
  )
  const awkward = ['', 'NULL', 'null', '{}', '"', '\\', ',', ' a ', "it's", 'a\nb', '\\"', '🦀']
  expect(await back(textArray(awkward), 'text')).toEqual(awkward)
})

test('numbers, ids and times come back as they were, nulls too', async () => {
  expect(await back(plainArray([1, null, -3]), 'int')).toEqual([1, null, -3])
  expect(await back(plainArray([true, null, false]), 'boolean')).toEqual([true, null, false])
  const ids = ['019a9f00-0000-7000-8000-000000000001', null]
  expect(await back(plainArray(ids), 'uuid')).toEqual(ids)
  const times = [new Date('2026-11-02T09:00:00.123Z'), null, new Date('1999-12-31T23:59:59Z')]
  expect(await back(timeArray([times[0]!, times[0]!, ...times]), 'timestamptz')).toEqual([times[0], times[0], ...times])
  expect(await back(plainArray([]), 'int')).toEqual([])
})
