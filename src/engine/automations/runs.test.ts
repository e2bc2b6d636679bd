import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { AppError } from '../../errors.ts'
import { createMovableClock } from '../../platform/clock.ts'
import { type Database, openDatabase } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { type Automation, defineAutomation, type RunContext } from './automation.ts'
import { createRuns, type Failing } from './runs.ts'

let database: TestDatabase
let db: Database
let organizationId: string
const clock = createMovableClock()
beforeAll(async () => {
  database = await testDatabase()
  db = openDatabase({ url: database.url })
  organizationId = newId(clock.now())
  await database.query(`insert into organization (id, name, created_at) values ($1, 'Sample', now())`, [organizationId])
})
afterAll(async () => {
  await db.close()
  await database.close()
})

let n = 0
/** Two processes that know one automation; what the queue was told is `offered`. */
function machines(
  run: Automation['run'],
  over: Partial<Automation> = {},
  onFailing?: (failing: Failing) => Promise<void>,
) {
  const automation = defineAutomation({ name: `sample.work_${++n}`, description: 'Sample', run, ...over })
  const offered: string[] = []
  const errors: unknown[] = []
  const make = () =>
    createRuns({
      db,
      clock,
      queue: {
        add: async (_job, jobs) =>
          void offered.push(...jobs.map(({ payload }) => (payload as { runId: string }).runId)),
      },
      automations: [automation],
      onError: (error) => errors.push(error),
      ...(onFailing && { onFailing }),
    })
  return { name: automation.name, one: make(), other: make(), offered, errors }
}
const row = async (id: string) =>
  (await database.query<Record<string, unknown>>('select * from automation_run where id = $1', [id]))[0]!

/** Counts to ten in steps of one, and does what `during` says at each. */
const counting =
  (during: (step: number, context: RunContext) => Promise<void> | void = () => {}): Automation['run'] =>
  async (context) => {
    let step = (context.state as { step: number } | null)?.step ?? 0
    while (step < 10) {
      await during(step, context)
      step++
      await context.save({ state: { step }, counts: { steps: step }, done: step, total: 10 })
    }
    return { steps: step }
  }

describe('a run', () => {
  test('is one, however many machines are nudged at once', async () => {
    let began = 0
    const { name, one, other } = machines(async () => ({ times: ++began }))
    const { id } = await one.start(organizationId, { name })
    await Promise.all([one.work(id), other.work(id), one.work(id), other.work(id)])
    expect([began, (await row(id)).outcome]).toEqual([1, 'done'])
    await other.work(id)
    expect(began).toBe(1)
  })

  test('asked for again while it is under way is the same one; afterwards, and with dry run, another', async () => {
    const { name, one, offered } = machines(counting())
    const [first, second] = await Promise.all([
      one.start(organizationId, { name }),
      one.start(organizationId, { name }),
    ])
    const dry = await one.start(organizationId, { name, dryRun: true })
    expect([second.id === first.id, dry.id === first.id]).toEqual([true, false])
    expect(new Set(offered).size).toBe(2)
    await one.work(first.id)
    expect((await one.start(organizationId, { name })).id).not.toBe(first.id)
  })

  test('goes on where its dead worker left it, once the lease has ended', async () => {
    const seen: number[] = []
    const { name, one, other, offered } = machines(
      counting((step) => {
        seen.push(step)
        // The process is gone: nothing of what it does arrives any more.
        if (step === 4 && seen.length === 5) return new Promise(() => {})
        return undefined
      }),
    )
    const { id } = await one.start(organizationId, { name })
    void one.work(id)
    while (seen.length < 5) await new Promise((resolve) => setTimeout(resolve, 5))
    await other.work(id)
    expect(seen).toHaveLength(5)
    clock.advance(31_000)
    await other.work(id)
    expect(seen).toEqual([0, 1, 2, 3, 4, 4, 5, 6, 7, 8, 9])
    expect(await row(id)).toMatchObject({ outcome: 'done', counts: { steps: 10 }, done: 10, total: 10 })
    expect(offered).toContain(id)
  })

  test('of a worker that was thought dead is refused what it still saves', async () => {
    let wake = () => {}
    let first = true
    const { name, one, other } = machines(
      counting((step) => {
        if (step !== 2 || !first) return undefined
        first = false
        return new Promise<void>((resolve) => {
          wake = resolve
        })
      }),
    )
    const { id } = await one.start(organizationId, { name })
    const slow = one.work(id)
    while (first) await new Promise((resolve) => setTimeout(resolve, 5))
    clock.advance(31_000)
    await other.work(id)
    const ended = await row(id)
    wake()
    await slow
    expect(await row(id)).toEqual(ended)
    expect(ended).toMatchObject({ outcome: 'done', attempt: 2, tries: 0 })
  })

  test('that throws is tried again, five times, and says no more of it than that it failed', async () => {
    const { name, one, errors } = machines(async () => {
      throw new Error('the address sample@example.org is odd')
    })
    const { id } = await one.start(organizationId, { name })
    for (let again = 0; again < 8; again++) {
      await one.work(id)
      clock.advance(3_600_000)
    }
    expect(errors).toHaveLength(5)
    const { outcome, error } = await row(id)
    expect([outcome, error]).toEqual(['failed', expect.not.stringContaining('@')])
  })

  test('stops at its next step when its process does, and is there for another', async () => {
    const { name, one, other } = machines(counting((step) => void (step === 3 && one.stop())))
    const { id } = await other.start(organizationId, { name })
    await one.work(id)
    expect(await row(id)).toMatchObject({ outcome: null, done: 4, tries: 0 })
    await other.work(id)
    expect(await row(id)).toMatchObject({ outcome: 'done', done: 10 })
  })
})

test('the second failure in a row is told, and no other', async () => {
  let fails = true
  const told: string[] = []
  const { name, one } = machines(
    async () => {
      if (fails) throw new AppError('conflict', 'Its storage does not answer')
      return {}
    },
    {},
    async ({ error }) => void told.push(error),
  )
  const run = async () => one.work((await one.start(organizationId, { name })).id)
  await run()
  expect(told).toEqual([])
  await run()
  expect(told).toEqual(['Its storage does not answer'])
  await run()
  await run()
  fails = false
  await run()
  fails = true
  await run()
  expect(told).toHaveLength(1)
  await run()
  expect(told).toHaveLength(2)
})

test('what ended long ago is forgotten, but not what proves something', async () => {
  const plain = machines(async () => ({}))
  const proof = machines(async () => ({}), { runsKept: true })
  const waiting = machines(async () => ({}))
  const ids: string[] = []
  for (const { one, name } of [plain, proof, waiting]) ids.push((await one.start(organizationId, { name })).id)
  await plain.one.work(ids[0]!)
  await proof.one.work(ids[1]!)
  const left = () =>
    database.query<{ id: string }>('select id from automation_run where id = any($1) order by id', [ids])
  clock.advance(399 * 24 * 3_600_000)
  await proof.one.forget()
  expect(await left()).toHaveLength(3)
  clock.advance(2 * 24 * 3_600_000)
  await proof.one.forget()
  expect((await left()).map(({ id }) => id)).toEqual(ids.slice(1).sort())
})
