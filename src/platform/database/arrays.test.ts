import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { bools, int2s, int4s, int8s, texts, times, uuids } from './arrays.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

const back = async (array: Buffer, type: string) =>
  (await database.query<{ back: unknown[] }>(`select $1::${type}[] as back`, [array]))[0]!.back

test('any text comes back as it was', async () => {
  const anyTexts = fc.array(
    fc.option(fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0') && text.isWellFormed())),
    { maxLength: 20 },
  )
  await fc.assert(
    fc.asyncProperty(anyTexts, async (values) => {
      expect(await back(texts(values), 'text')).toEqual(values)
    }),
    { numRuns: 200 },
  )
  const awkward = ['', 'NULL', 'null', '{}', '"', '\\', ',', ' a ', "it's", 'a\nb', '\\"', '🦀']
  awkward.push('é'.repeat(30), '漢'.repeat(400), `${'a'.repeat(23)}é`, '🦀'.repeat(1_000), 'x'.repeat(100_000))
  expect(await back(texts(awkward), 'text')).toEqual(awkward)
})

test('numbers, ids and times come back as they were, nulls too', async () => {
  const nullable = <T>(values: fc.Arbitrary<T>) => fc.array(fc.option(values), { maxLength: 20 })
  const columns = fc.record({
    ids: nullable(fc.uuid()),
    small: nullable(fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 })),
    middle: nullable(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
    large: nullable(fc.maxSafeInteger()),
    yes: nullable(fc.boolean()),
    at: nullable(fc.date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true })),
  })
  await fc.assert(
    fc.asyncProperty(columns, async ({ ids, small, middle, large, yes, at }) => {
      expect(await back(uuids(ids), 'uuid')).toEqual(ids)
      expect(await back(int2s(small), 'int2')).toEqual(small)
      expect(await back(int4s(middle), 'int4')).toEqual(middle)
      expect((await back(int8s(large), 'int8')).map((n) => (n === null ? null : Number(n)))).toEqual(large)
      expect(await back(bools(yes), 'bool')).toEqual(yes)
      expect(await back(times(at), 'timestamptz')).toEqual(at)
    }),
    { numRuns: 100 },
  )
})

test('an id may be written in capitals or without dashes; what is none is refused, as is another type', async () => {
  const id = '019a9f00-abcd-7000-8000-00000000000f'
  expect(await back(uuids([id.toUpperCase(), id.replaceAll('-', ''), id]), 'uuid')).toEqual([id, id, id])
  for (const wrong of ['', 'x', id.slice(1), `${id}0`, `${id}00`, id.replace('f', 'g'), id.replace('f', 'é')])
    expect(() => uuids([wrong])).toThrow(RangeError)
  await expect(back(int4s([1]), 'int8')).rejects.toThrow()
})

test('a number or a time that its column cannot hold is refused', () => {
  for (const wrong of [2 ** 15, -(2 ** 15) - 1, 0.5, Number.NaN]) expect(() => int2s([wrong])).toThrow(RangeError)
  for (const wrong of [2 ** 31, -(2 ** 31) - 1, 0.5, Number.NaN]) expect(() => int4s([wrong])).toThrow(RangeError)
  for (const wrong of [2 ** 53, 0.5, Number.NaN]) expect(() => int8s([wrong])).toThrow(RangeError)
  expect(() => times([new Date(Number.NaN)])).toThrow(RangeError)
})
