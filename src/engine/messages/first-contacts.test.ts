import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { createMovableClock } from '../../platform/clock.ts'
import { type Database, openDatabase } from '../../platform/database/database.ts'
import { createFirstContacts } from './first-contacts.ts'

let database: TestDatabase
let db: Database
beforeAll(async () => {
  database = await testDatabase()
  db = openDatabase({ url: database.url })
})
afterAll(async () => {
  await db?.close()
  await database?.close()
})

const HOUR_MS = 3_600_000
const START = new Date('2026-03-28T20:00:00Z')
let n = 0

test('never more different people in any 24 hours, and no place is left unused, whoever asks and when', async () => {
  const step = fc.record({
    passes: fc.integer({ min: 0, max: 8 }),
    // Several processes at once, each with a few people, some of them the same.
    asks: fc.array(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 }), {
      minLength: 1,
      maxLength: 4,
    }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 6 }),
      fc.array(step, { minLength: 1, maxLength: 12 }),
      async (limit, steps) => {
        const portfolio = `p${++n}`
        const clock = createMovableClock({ now: () => START })
        const people = createFirstContacts({ db, clock })
        const sent: { at: number; person: string }[] = []
        for (const { passes, asks } of steps) {
          clock.advance(passes * HOUR_MS)
          const at = clock.now().getTime()
          const answers = await Promise.all(
            asks.map((ask) =>
              people.take(
                portfolio,
                limit,
                ask.map((one) => `+3363998000${one}`),
              ),
            ),
          )
          for (const { taken } of answers) for (const person of taken) sent.push({ at, person })
          const counted = new Set(sent.filter((one) => one.at > at - 24 * HOUR_MS).map((one) => one.person))
          expect(counted.size).toBeLessThanOrEqual(limit)
          const refused = answers.some(({ taken }, i) => taken.size < new Set(asks[i]).size)
          if (refused) expect(counted.size).toBe(limit)
          for (const { taken, retryAt } of answers) if (taken.size === 0) expect(retryAt.getTime()).toBeGreaterThan(at)
        }
      },
    ),
    { numRuns: 40 },
  )
})

test('who counts no more is forgotten', async () => {
  const clock = createMovableClock({ now: () => START })
  const people = createFirstContacts({ db, clock })
  await database.query('truncate first_contact', [])
  await people.take(`p${++n}`, 5, ['+33639980001', '+33639980002'])
  clock.advance(24 * HOUR_MS - 1)
  expect(await people.sweep()).toBe(0)
  clock.advance(1)
  expect(await people.sweep()).toBe(2)
})
