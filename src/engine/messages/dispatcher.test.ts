import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { createMovableClock, type MovableClock } from '../../platform/clock.ts'
import { type Database, openDatabase } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import type { Job, JobToAdd, Queue } from '../../platform/queue/queue.ts'
import { LANES, type Lane, laneCode } from '../catalogue/lane.ts'
import type { Allowance } from '../channels/carrier.ts'
import { channelCode } from '../channels/channel.ts'
import { createDispatcher } from './dispatcher.ts'
import { type DeliverPayload, MESSAGES_PER_JOB } from './jobs.ts'

const EMAIL = channelCode('email')
const organizations = Array.from({ length: 5 }, (_, n) => `00000000-0000-7000-8000-00000000000${n + 1}`)
const UNLIMITED: Allowance = { listed: new Map(), others: undefined }

let database: TestDatabase
let db: Database
beforeAll(async () => {
  database = await testDatabase()
  db = openDatabase({ url: database.url })
})
afterAll(async () => {
  await db.close()
  await database.close()
})

interface HeldJob {
  readonly job: string
  readonly ids: readonly string[]
  readonly priority: number
}

/** A queue as bad as one may be: it can lose everything, hand a job over twice, and refuse. */
function createBadQueue() {
  let jobs: HeldJob[] = []
  let refuses = false
  const queue: Queue = {
    async add<P>(job: Job<P>, added: readonly JobToAdd<P>[]) {
      if (refuses) throw new Error('The queue refuses')
      for (const { payload, priority } of added)
        jobs.push({ job: job.name, ids: (payload as unknown as DeliverPayload).messageIds, priority: priority ?? 0 })
    },
    waiting: async (job) => jobs.filter((one) => one.job === job.name).length,
    work: () => {},
    check: async () => {},
    close: async () => {},
  }
  return {
    queue,
    jobs: () => jobs,
    lose: () => {
      jobs = []
    },
    refuse: (yes: boolean) => {
      refuses = yes
    },
    take: (twice: boolean): HeldJob | undefined => {
      jobs.sort((a, b) => a.priority - b.priority)
      return twice ? jobs[0] : jobs.shift()
    },
  }
}

interface World {
  readonly clock: MovableClock
  readonly bad: ReturnType<typeof createBadQueue>
  allowance: Allowance
  readonly offered: { organizationId: string; messages: number }[]
}

function start(world: World) {
  return createDispatcher({
    db,
    queue: world.bad.queue,
    carriers: {
      allowance: (channel) => (channel === 'email' ? world.allowance : UNLIMITED),
      offered: (organizationId, _channel, messages) => world.offered.push({ organizationId, messages }),
    },
    clock: world.clock,
    onError: () => {},
  })
}

const newWorld = async (): Promise<World> => {
  await database.query('delete from message_work')
  return { clock: createMovableClock(), bad: createBadQueue(), allowance: UNLIMITED, offered: [] }
}

async function addWork(world: World, organizationId: string, lane: Lane, count: number, inMs = 0): Promise<string[]> {
  const now = world.clock.now()
  const ids = Array.from({ length: count }, () => newId(now))
  await database.query(
    `insert into message_work (message_id, organization_id, channel, lane, state, due_at, deadline_at)
     select id, $2, $3, $4, case when $5::int = 0 then 1 else 0 end, $6::timestamptz, $6::timestamptz + interval '1 day' from unnest($1::uuid[]) id`,
    [ids, organizationId, EMAIL, laneCode(lane), inMs, new Date(now.getTime() + inMs)],
  )
  return ids
}

const countOf = (ids: readonly string[], offered: readonly string[]) => {
  const set = new Set(offered)
  return ids.filter((id) => set.has(id)).length
}

async function look(dispatcher: ReturnType<typeof createDispatcher>): Promise<void> {
  await dispatcher.sweep()
  await dispatcher.idle()
}

describe('what is offered', () => {
  test('is shared equally: a hundred thousand of one organization do not keep another’s single one waiting', async () => {
    const world = await newWorld()
    await addWork(world, organizations[0]!, 'bulk', 20_000)
    const single = await addWork(world, organizations[1]!, 'bulk', 1)
    await look(start(world))
    const offered = world.bad.jobs().flatMap((job) => job.ids)
    expect(countOf(single, offered)).toBe(1)
    expect(offered.length).toBeLessThanOrEqual(2_000 + MESSAGES_PER_JOB)
  })

  test('begins with the urgent lanes, and critical ones go in even when the queue is full', async () => {
    const world = await newWorld()
    await addWork(world, organizations[0]!, 'bulk', 5_000)
    const dispatcher = start(world)
    await look(dispatcher)
    const critical = await addWork(world, organizations[0]!, 'critical', 3)
    await look(dispatcher)
    expect(
      countOf(
        critical,
        world.bad.jobs().flatMap((job) => job.ids),
      ),
    ).toBe(3)
    expect(countOf(critical, world.bad.take(false)!.ids)).toBe(3)
  })

  test('is no more than an account can send now, and nothing for accounts that are out of service', async () => {
    const world = await newWorld()
    for (const organizationId of organizations) await addWork(world, organizationId, 'immediate', 300)
    world.allowance = {
      listed: new Map([
        [organizations[0]!, 7],
        [organizations[1]!, 0],
      ]),
      others: 30,
    }
    await look(start(world))
    const total = (organizationId: string) =>
      world.offered.filter((one) => one.organizationId === organizationId).reduce((sum, one) => sum + one.messages, 0)
    expect([total(organizations[0]!), total(organizations[1]!)]).toEqual([7, 0])
    const others = organizations.slice(2).reduce((sum, id) => sum + total(id), 0)
    expect(others).toBeGreaterThanOrEqual(3)
    expect(others).toBeLessThanOrEqual(30 + organizations.length)
  })

  test('goes past any number of organizations that may send nothing', async () => {
    const world = await newWorld()
    const blocked = Array.from({ length: 600 }, () => newId(world.clock.now()))
    for (const id of blocked.slice(0, 1)) await addWork(world, id, 'immediate', 1)
    await database.query(
      `insert into message_work (message_id, organization_id, channel, lane, state, due_at, deadline_at)
       select gen_random_uuid(), id, $2, 1, 1, $3::timestamptz, $3::timestamptz + interval '1 day' from unnest($1::uuid[]) id`,
      [blocked, EMAIL, world.clock.now()],
    )
    const last = 'ffffffff-0000-7000-8000-000000000001'
    const ids = await addWork(world, last, 'immediate', 2)
    world.allowance = { listed: new Map(blocked.map((id) => [id, 0])), others: undefined }
    await look(start(world))
    expect(
      countOf(
        ids,
        world.bad.jobs().flatMap((job) => job.ids),
      ),
    ).toBe(2)
  })

  test('and lost with a wiped queue is offered again within two seconds, not when its lease ends', async () => {
    const world = await newWorld()
    const ids = await addWork(world, organizations[0]!, 'immediate', 120)
    const dispatcher = start(world)
    await look(dispatcher)
    world.bad.lose()
    world.clock.advance(1_500)
    await look(dispatcher)
    expect(
      countOf(
        ids,
        world.bad.jobs().flatMap((job) => job.ids),
      ),
    ).toBe(120)
  })

  test('is also what is past its deadline, though its accounts take nothing: it ends with the reason', async () => {
    const world = await newWorld()
    const ids = await addWork(world, organizations[0]!, 'bulk', 3)
    world.allowance = { listed: new Map([[organizations[0]!, 0]]), others: undefined }
    world.clock.advance(25 * 3_600_000)
    await look(start(world))
    expect(
      countOf(
        ids,
        world.bad.jobs().flatMap((job) => job.ids),
      ),
    ).toBe(3)
  })

  test('and refused by the queue is ready again at once', async () => {
    const world = await newWorld()
    const ids = await addWork(world, organizations[0]!, 'immediate', 60)
    const dispatcher = start(world)
    world.bad.refuse(true)
    await look(dispatcher)
    world.bad.refuse(false)
    await look(dispatcher)
    expect(
      countOf(
        ids,
        world.bad.jobs().flatMap((job) => job.ids),
      ),
    ).toBe(60)
  })
})

/**
 * Any mixture of work that comes, jobs that are lost, doubled or refused, workers that die, cancels and passing time.
 * The database decides who holds a row; here a worker claims as the product's does and either finishes or vanishes.
 */
test('whatever happens, every row is worked on by one worker at a time and, in the end, once', async () => {
  const command = fc.oneof(
    fc.record({
      kind: fc.constant('add' as const),
      organization: fc.constantFrom(...organizations),
      lane: fc.constantFrom(...LANES),
      count: fc.integer({ min: 1, max: 120 }),
      inMs: fc.constantFrom(0, 0, 800, 5_000),
    }),
    fc.record({ kind: fc.constant('look' as const), dispatcher: fc.nat(1) }),
    fc.record({ kind: fc.constant('work' as const), dies: fc.boolean(), twice: fc.boolean() }),
    fc.record({ kind: fc.constant('lose' as const) }),
    fc.record({ kind: fc.constant('refuse' as const), yes: fc.boolean() }),
    fc.record({ kind: fc.constant('cancel' as const), nth: fc.nat(1_000) }),
    fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 100, max: 9_000 }) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 30 }), async (commands) => {
      const world = await newWorld()
      const dispatchers = [start(world), start(world)]
      const all: string[] = []
      const cancelled = new Set<string>()
      const done = new Map<string, number>()
      const worker = newId(world.clock.now())

      const work = async (dies: boolean, twice: boolean) => {
        const job = world.bad.take(twice)
        if (!job) return
        const claimed = await database.query<{ message_id: string }>(
          `update message_work set state = 3, worker_id = $2, due_at = $3 where message_id = any($1::uuid[]) and state = 2 returning message_id`,
          [job.ids, worker, new Date(world.clock.now().getTime() + 7_000)],
        )
        for (const { message_id } of claimed) expect(cancelled.has(message_id)).toBe(false)
        if (dies) return
        for (const { message_id } of claimed) done.set(message_id, (done.get(message_id) ?? 0) + 1)
        await database.query('delete from message_work where message_id = any($1::uuid[])', [
          claimed.map((row) => row.message_id),
        ])
      }

      for (const step of commands) {
        if (step.kind === 'add')
          all.push(...(await addWork(world, step.organization, step.lane, step.count, step.inMs)))
        else if (step.kind === 'look') await look(dispatchers[step.dispatcher]!)
        else if (step.kind === 'work') await work(step.dies, step.twice)
        else if (step.kind === 'lose') world.bad.lose()
        else if (step.kind === 'refuse') world.bad.refuse(step.yes)
        else if (step.kind === 'pass') world.clock.advance(step.ms)
        else if (all.length > 0) {
          const id = all[step.nth % all.length]!
          const [gone] = await database.query(
            'delete from message_work where message_id = $1 and state in (0, 1, 2) returning 1',
            [id],
          )
          if (gone) cancelled.add(id)
        }
      }

      world.bad.refuse(false)
      for (let round = 0; round < 200; round++) {
        await Promise.all(dispatchers.map(look))
        while (world.bad.jobs().length > 0) await work(false, false)
        const [left] = await database.query<{ n: number }>('select count(*)::int n from message_work')
        if (left!.n === 0) break
        world.clock.advance(1_000)
      }
      for (const id of all) expect([id, done.get(id) ?? 0]).toEqual([id, cancelled.has(id) ? 0 : 1])
    }),
    { numRuns: 25 },
  )
}, 120_000)
