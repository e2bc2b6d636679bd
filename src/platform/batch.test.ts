import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { type BatcherOptions, createBatcher } from './batch.ts'

/** A batcher whose runs end when the test says so. */
function held(options: Pick<BatcherOptions<number, number>, 'maxItems' | 'maxConcurrent' | 'overlapFrom' | 'gather'>) {
  const runs: { items: number[]; end: () => void; fail: (error: Error) => void }[] = []
  const batcher = createBatcher<number, number>({
    ...options,
    run: (items) =>
      new Promise((resolve, reject) => {
        runs.push({ items, end: () => resolve(items.map((item) => item * 10)), fail: reject })
      }),
  })
  /** The nth run, once it is under way. */
  const run = (n: number) =>
    vi.waitFor(() => runs[n - 1] ?? Promise.reject(new Error(`run ${n} has not started`)), 60_000)
  return { batcher, runs, run }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('a run that fails rejects exactly its own callers', async () => {
  const { batcher, run } = held({ maxItems: 2, maxConcurrent: 1 })
  const outcomes = Promise.allSettled([1, 2, 3].map(batcher))
  ;(await run(1)).fail(new Error('down'))
  ;(await run(2)).end()
  expect(await outcomes).toMatchObject([
    { status: 'rejected', reason: { message: 'down' } },
    { status: 'rejected', reason: { message: 'down' } },
    { status: 'fulfilled', value: 30 },
  ])
})

test('a run that throws before its first await rejects its callers too', async () => {
  const batcher = createBatcher<number, number>({
    maxItems: 10,
    maxConcurrent: 1,
    run: () => {
      throw new Error('at once')
    },
  })
  await expect(batcher(1)).rejects.toThrow('at once')
  await expect(batcher(2)).rejects.toThrow('at once')
})

test('an Error among the answers rejects only the caller of that item', async () => {
  const batcher = createBatcher<number, number>({
    maxItems: 10,
    maxConcurrent: 1,
    run: async (items) => items.map((item) => (item === 2 ? new Error('not two') : item)),
  })
  expect(await Promise.allSettled([1, 2, 3].map(batcher))).toMatchObject([
    { value: 1 },
    { reason: { message: 'not two' } },
    { value: 3 },
  ])
})

test('a run that loses count of its items rejects instead of mixing up the answers', async () => {
  const batcher = createBatcher<number, number>({ maxItems: 10, maxConcurrent: 1, run: async () => [1] })
  const outcomes = await Promise.allSettled([1, 2].map(batcher))
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected'])
})

test('callers gather while a run is under way', async () => {
  const { batcher, run, runs } = held({ maxItems: 100, maxConcurrent: 1 })
  const first = batcher(1)
  const running = await run(1)
  const others = Promise.all([2, 3, 4].map(batcher))
  expect(batcher.size()).toBe(3)

  running.end()
  expect(await first).toBe(10)
  ;(await run(2)).end()
  expect(await others).toEqual([20, 30, 40])
  expect(runs.map((run) => run.items)).toEqual([[1], [2, 3, 4]])
})

test('with `overlapFrom`, a few callers share the next run and many get one of their own at once', async () => {
  const { batcher, runs, run } = held({ maxItems: 10, maxConcurrent: 2, overlapFrom: 3 })
  const answers = [batcher(1)]
  await run(1)
  answers.push(batcher(2), batcher(3))
  await turn()
  await turn()
  expect(runs).toHaveLength(1)
  answers.push(batcher(4))
  expect((await run(2)).items).toEqual([2, 3, 4])
  answers.push(batcher(5))
  for (const one of runs) one.end()
  expect((await run(3)).items).toEqual([5])
  runs[2]!.end()
  expect(await Promise.all(answers)).toEqual([10, 20, 30, 40, 50])
})

test('with `gather`, a run starts when it is full, when the time is up, or when it is drained', async () => {
  const full = held({ maxItems: 10, maxConcurrent: 1, gather: { full: 3, ms: 2 ** 30 } })
  const answers = [full.batcher(1), full.batcher(2)]
  await turn()
  await turn()
  expect(full.runs).toHaveLength(0)
  answers.push(full.batcher(3))
  expect((await full.run(1)).items).toEqual([1, 2, 3])
  answers.push(full.batcher(4))
  full.runs[0]!.end()
  await Promise.all(answers.slice(0, 3))
  await turn()
  expect(full.runs).toHaveLength(1)
  const drained = full.batcher.drain()
  expect((await full.run(2)).items).toEqual([4])
  full.runs[1]!.end()
  await drained
  expect(await Promise.all(answers)).toEqual([10, 20, 30, 40])

  const timed = held({ maxItems: 10, maxConcurrent: 1, gather: { full: 3, ms: 1 } })
  const answer = timed.batcher(5)
  ;(await timed.run(1)).end()
  expect(await answer).toBe(50)
})

test('several handed in at once are spread over runs, and each has its own answer', async () => {
  const { batcher, run, runs } = held({ maxItems: 2, maxConcurrent: 2 })
  const alone = batcher(0)
  const together = batcher.all([1, 2, 3])
  expect(await batcher.all([])).toEqual([])
  ;(await run(2)).fail(new Error('down'))
  ;(await run(1)).end()
  expect(await alone).toBe(0)
  expect(await together).toEqual([10, new Error('down'), new Error('down')])
  expect(runs.map((run) => run.items)).toEqual([
    [0, 1],
    [2, 3],
  ])
})

test('drain waits for what was handed in, even when it fails', async () => {
  const { batcher, run } = held({ maxItems: 1, maxConcurrent: 1 })
  await batcher.drain()
  const outcomes = Promise.allSettled([1, 2].map(batcher))
  let drained = false
  const draining = batcher.drain().then(() => {
    drained = true
  })
  ;(await run(1)).end()
  const last = await run(2)
  expect(drained).toBe(false)
  last.fail(new Error('down'))
  await draining
  await outcomes
})

test('whatever arrives, every caller gets its own answer, in order, within the limits', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ value: fc.integer(), wait: fc.boolean() }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 12 }),
      fc.option(fc.record({ full: fc.integer({ min: 1, max: 9 }), ms: fc.integer({ min: 0, max: 3 }) }), {
        nil: undefined,
      }),
      async (calls, maxItems, maxConcurrent, overlapFrom, gather) => {
        const seen: number[] = []
        let running = 0
        const batcher = createBatcher<{ value: number; index: number }, number>({
          maxItems,
          maxConcurrent,
          overlapFrom,
          ...(gather ? { gather } : {}),
          run: async (items) => {
            running++
            expect(running).toBeLessThanOrEqual(maxConcurrent)
            expect(items.length).toBeGreaterThan(0)
            expect(items.length).toBeLessThanOrEqual(maxItems)
            seen.push(...items.map((item) => item.index))
            await sleep(0)
            running--
            return items.map(({ value }) => (value % 3 === 0 ? new Error(String(value)) : value))
          },
        })
        const answers: Promise<number | string>[] = []
        for (const [index, { value, wait }] of calls.entries()) {
          answers.push(batcher({ value, index }).catch((error: Error) => error.message))
          if (wait) await turn()
        }
        await batcher.drain()
        expect(await Promise.all(answers)).toEqual(calls.map(({ value }) => (value % 3 === 0 ? String(value) : value)))
        expect(seen).toEqual(calls.map((_, index) => index))
        expect(batcher.size()).toBe(0)
      },
    ),
    { numRuns: 60 },
  )
})
