import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import { laneCode } from '../catalogue/lane.ts'
import { type Channel, channelOf } from '../channels/channel.ts'
import { type Offered, offer, promote, type ReadyQueue, readyQueues, takeBack } from './dispatch-store.ts'
import { deliverJobs, MESSAGES_PER_JOB } from './jobs.ts'

/** Jobs of one channel that may wait in the queue. Short, because what is in it can no longer be overtaken by another organization. */
const JOBS_WAITING = 40
/** Filled up again from here: few large turns instead of one small turn for every job that ends. */
const JOBS_WAITING_LOW = 20
/** Critical messages are offered even when the queue is full: they go to its front. */
const CRITICAL_AT_ONCE = 500
const CRITICAL = laneCode('critical')
const SWEEP_EVERY_MS = 500
const FIRST_ORGANIZATION = '00000000-0000-0000-0000-000000000000'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly queue: Queue
  readonly clock: Clock
  readonly onError: (error: unknown) => void
  /** Told of every turn, for the metrics. */
  readonly observe?: (channel: Channel, offered: number) => void
}

export type Dispatcher = ReturnType<typeof createDispatcher>

/**
 * Hands due rows to the queue, fairly between organizations and by lane. Any number of processes may run one: rows are
 * taken with `skip locked`. It runs when it is nudged (something was accepted, a worker finished), and every half second
 * to find what has come due and what was lost on the way.
 */
export function createDispatcher({ db, queue, clock, onError, observe }: Deps) {
  let running: Promise<void> | undefined
  let again = false
  let stopped = false
  let sweeper: NodeJS.Timeout | undefined
  const cursors = new Map<string, string>()

  return { nudge, sweep, start, stop, idle }

  /** Looks for ready rows soon. Cheap, and safe to call for every request: calls made while it works become one more look. */
  function nudge(): void {
    if (stopped) return
    again = true
    running ??= work().finally(() => {
      running = undefined
      if (again) nudge()
    })
  }

  /** Also promotes what has come due and what a lost job or a dead worker held. */
  async function sweep(): Promise<void> {
    try {
      while (await promote(db.run, clock.now())) nudge()
    } catch (error) {
      onError(error)
    }
    nudge()
  }

  function start(): void {
    sweeper = setInterval(() => void sweep(), SWEEP_EVERY_MS)
    void sweep()
  }

  async function stop(): Promise<void> {
    stopped = true
    clearInterval(sweeper)
    await running
  }

  async function idle(): Promise<void> {
    while (running) await running
  }

  async function work(): Promise<void> {
    while (again && !stopped) {
      again = false
      try {
        if (await tick()) again = true
      } catch (error) {
        onError(error)
        return
      }
    }
  }

  /** One look at every channel. True when there is more that could be offered now. */
  async function tick(): Promise<boolean> {
    let more = false
    const room = new Map<number, number>()
    for (const ready of await readyQueues(db.run)) {
      const job = deliverJobs[channelOf(ready.channel)]
      const free = room.get(ready.channel) ?? roomFor(await queue.waiting(job))
      const limit = ready.lane === CRITICAL ? Math.max(free, CRITICAL_AT_ONCE) : free
      room.set(ready.channel, free)
      if (limit <= 0) continue

      const offered = await turn(ready, limit)
      if (offered.length === limit) more = true
      room.set(ready.channel, free - offered.length)
      await hand(ready.lane, ready.channel, offered)
      if (offered.length > 0) observe?.(channelOf(ready.channel), offered.length)
    }
    return more
  }

  /** One turn around the organizations, going on after the one that had the last turn. */
  async function turn(ready: ReadyQueue, limit: number): Promise<Offered[]> {
    const key = `${ready.channel} ${ready.lane}`
    const cursor = cursors.get(key) ?? FIRST_ORGANIZATION
    const offered = await offer(db.run, ready, limit, cursor, clock.now())
    if (cursor !== FIRST_ORGANIZATION && offered.length < limit)
      offered.push(...(await offer(db.run, ready, limit - offered.length, FIRST_ORGANIZATION, clock.now())))
    cursors.set(key, offered.length === limit ? greatest(offered) : FIRST_ORGANIZATION)
    return offered
  }

  async function hand(lane: number, channel: number, offered: readonly Offered[]): Promise<void> {
    const ids = offered.map((row) => row.message_id)
    const jobs = []
    for (let start = 0; start < ids.length; start += MESSAGES_PER_JOB)
      jobs.push({ payload: { messageIds: ids.slice(start, start + MESSAGES_PER_JOB) }, priority: lane - CRITICAL })
    if (jobs.length === 0) return
    try {
      await queue.add(deliverJobs[channelOf(channel)], jobs)
    } catch (error) {
      await takeBack(db.run, ids)
      throw error
    }
  }
}

/** Messages the queue of a channel may take on, with so many jobs waiting in it. */
const roomFor = (waiting: number): number =>
  waiting > JOBS_WAITING_LOW ? 0 : (JOBS_WAITING - waiting) * MESSAGES_PER_JOB

const greatest = (offered: readonly Offered[]): string =>
  offered.reduce((max, row) => (row.organization_id > max ? row.organization_id : max), FIRST_ORGANIZATION)
