import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { faultsOf } from './any-request/answers.ts'
import { type Asked, type Operation, operations, requestsTo } from './any-request/requests.ts'
import { makeWorld, type World } from './any-request/world.ts'

/** Made up for each operation; those that were refused are asked again, to see what a refusal leaves behind. */
const AT_ONCE = 78
const RUNS = 2
const LEAST_IN_ALL = 50_000
const SHED = 'The server is at its limit'

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world.stop())

let asked = 0
const statuses = new Map<number, number>()

interface Outcome {
  readonly request: Asked
  readonly status: number
}

async function ask(operation: Operation, request: Asked): Promise<Outcome> {
  let reply = await world.product.app.http.inject(request.options)
  // Making requests up holds this process for seconds, and it takes itself for overloaded: told to come back, one does.
  for (let turn = 0; turn < 5 && reply.body.includes(SHED); turn++) {
    await sleep(1_200)
    reply = await world.product.app.http.inject(request.options)
  }
  asked++
  statuses.set(reply.statusCode, (statuses.get(reply.statusCode) ?? 0) + 1)
  const faults = faultsOf(operation, request, reply)
  if (faults.length > 0)
    throw new Error(`${faults.join('; ')}\n${told(request)}\n→ ${reply.statusCode} ${reply.body.slice(0, 500)}`)
  return { request, status: reply.statusCode }
}

const told = ({ who, options: { method, url, headers, payload } }: Asked): string =>
  `${method} ${url.slice(0, 500)} by ${who} ${JSON.stringify(headers).slice(0, 500)} ${String(payload ?? '').slice(0, 1000)}`

const thrown = ({ failed, seed, errorInstance }: fc.RunDetails<[Asked[]]>): void => {
  if (failed) throw new Error(`With the seed ${seed}: ${(errorInstance as Error).message}`)
}

/** What those requests wrote, all of which were refused before. */
async function writtenBy(operation: Operation, requests: readonly Asked[]) {
  const files = await world.files()
  const mark = await world.written.mark()
  const outcomes = await Promise.all(requests.map((request) => ask(operation, request)))
  const written = await world.written.since(mark)
  const more = (await world.files()) - files
  return { outcomes, written: more > 0 ? [...written, `${more} files`] : written }
}

/** Asks again what was refused, until all of it is refused again; then nothing may have been stored. */
async function leavesNothing(operation: Operation, refused: readonly Asked[]): Promise<void> {
  let requests = refused
  for (let round = 0; round < 5 && requests.length > 0; round++) {
    const { outcomes, written } = await writtenBy(operation, requests)
    if (written.length === 0) return
    // A refusal may depend on what has happened since; what is taken now may write.
    requests = outcomes.filter(({ status }) => status >= 400).map(({ request }) => request)
    await sleep(50)
  }
  for (const request of requests) {
    // What others left to do is done at some time; a request that stores something does it each time.
    const tries: string[][] = []
    for (let turn = 0; turn < 3; turn++) {
      const { outcomes, written } = await writtenBy(operation, [request])
      tries.push(outcomes[0]!.status >= 400 ? written : [])
      await sleep(20)
    }
    if (tries.every((written) => written.length > 0))
      throw new Error(`refused, but stored ${tries.at(-1)!.join(', ')}\n${told(request)}`)
  }
}

test('whatever is asked, of every operation, by anybody: an answer as documented, or a problem document and nothing stored; never our fault', async () => {
  const all = operations(world.product.app.http)
  for (const operation of all) {
    // Each password that is tried costs a twentieth of a second.
    const atOnce = operation.path.startsWith('/api/auth/') ? 40 : AT_ONCE
    const batch = fc.array(requestsTo(operation, world), { minLength: atOnce, maxLength: atOnce, size: 'max' })
    await fc.assert(
      fc.asyncProperty(batch, async (requests) => {
        // Limits of requests fill up again.
        world.product.clock.advance(2_000)
        const outcomes = await Promise.all(requests.map((request) => ask(operation, request)))
        await leavesNothing(
          operation,
          outcomes.filter(({ status }) => status >= 400).map(({ request }) => request),
        )
      }),
      // A batch names its culprit; making it smaller would ask thousands of times more.
      { numRuns: operation.path.startsWith('/api/auth/') ? 1 : RUNS, endOnFailure: true, reporter: thrown },
    )
  }
  const sorted = [...statuses].sort(([one], [other]) => one - other)
  process.stdout.write(
    `${asked} requests to ${all.length} operations: ${sorted.map(([status, n]) => `${status} × ${n}`).join(', ')}\n`,
  )
  expect(asked).toBeGreaterThanOrEqual(LEAST_IN_ALL)
  // It is not only the door that is tried.
  expect((statuses.get(200) ?? 0) + (statuses.get(201) ?? 0) + (statuses.get(202) ?? 0)).toBeGreaterThan(asked / 20)
  expect(statuses.get(429) ?? 0).toBeLessThan(asked / 20)
}, 600_000)
