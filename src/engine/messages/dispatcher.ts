import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Job, Queue } from '../../platform/queue/queue.ts'
import { laneCode } from '../catalogue/lane.ts'
import type { Carriers } from '../channels/carrier.ts'
import { type Channel, channelOf } from '../channels/channel.ts'
import {
  DUE_AT_ONCE,
  type DueQueue,
  dueQueues,
  type Offered,
  offer,
  offerDue,
  offerLate,
  overdueOffers,
  promote,
  type ReadyQueue,
  readyQueues,
  takeBack,
  takeBackLost,
} from './dispatch-store.ts'
import { type DeliverPayload, deliverJobs, MESSAGES_PER_JOB, paceOf } from './jobs.ts'
import { createQueueRoom, type QueueRoom } from './queue-room.ts'

/** Critical messages are offered even when the queue is full: they go to its front. */
const CRITICAL_AT_ONCE = 500
const CRITICAL = laneCode('critical')
const SWEEP_EVERY_MS = 500
const LATE_EVERY_MS = 60_000
const LATE_AT_ONCE = 2_000
/** After the database was away its claims have run out, though their workers live: they get this long to renew or settle. */
const SPARED_MS = 4_000
const FIRST_ORGANIZATION = '00000000-0000-0000-0000-000000000000'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly queue: Queue
  readonly carriers: Pick<Carriers, 'allowance' | 'offered'>
  readonly clock: Clock
  readonly onError: (error: unknown) => void
  /** Told of every turn, for the metrics. */
  readonly observe?: (channel: Channel, offered: number) => void
  readonly observeTick?: (seconds: number) => void
  readonly observeLost?: (channel: Channel, messages: number) => void
}

export type Dispatcher = ReturnType<typeof createDispatcher>

/**
 * Hands due rows to the queue, fairly between organizations, by lane, and no faster than their accounts can send. Any
 * number of processes may run one: rows are taken with `skip locked`. It runs when it is nudged (something was accepted,
 * a worker finished), and every half second to find what has come due and what was lost on the way.
 */
export function createDispatcher({ db, queue, carriers, clock, onError, observe, observeTick, observeLost }: Deps) {
  let running: Promise<void> | undefined
  let sweeping: Promise<void> | undefined
  let again = false
  let stopped = false
  let sweeper: NodeJS.Timeout | undefined
  let sparedUntil = 0
  let lookedForLateAt = Number.NEGATIVE_INFINITY
  const cursors = new Map<string, string>()
  const rooms = new Map<Job<DeliverPayload>, QueueRoom>()

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
  function sweep(): Promise<void> {
    sweeping ??= sweepOnce().finally(() => {
      sweeping = undefined
    })
    return sweeping
  }

  async function sweepOnce(): Promise<void> {
    try {
      await takeBackWhatIsLost()
      await endWhatIsLate()
      while (await takeUpWhatIsDue()) nudge()
    } catch (error) {
      sparedUntil = performance.now() + SPARED_MS
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
    await sweeping
    await running
  }

  async function idle(): Promise<void> {
    while (running) await running
  }

  async function work(): Promise<void> {
    while (again && !stopped) {
      again = false
      const began = performance.now()
      try {
        if (await tick()) again = true
      } catch (error) {
        onError(error)
        return
      }
      observeTick?.((performance.now() - began) / 1000)
    }
  }

  /** A queue that was wiped says so by being empty; waiting for every lease to end would take longer. */
  async function takeBackWhatIsLost(): Promise<void> {
    const now = clock.now()
    const overdue = await overdueOffers(db.run, now)
    const empty = await Promise.all(overdue.map(async (queued) => (await queue.waiting(jobOf(queued))) === 0))
    const lost = overdue.filter((_, n) => empty[n])
    if (lost.length === 0) return
    for (const { channel, n } of await takeBackLost(db.run, lost, now)) observeLost?.(channelOf(channel), n)
  }

  /**
   * What has come due goes straight to its queue where there is room for all of it, nobody waits already and no account
   * is short; else it becomes ready and waits for its turn. True when more may be due.
   */
  async function takeUpWhatIsDue(): Promise<boolean> {
    const now = clock.now()
    const sparing = performance.now() < sparedUntil
    const due = await dueQueues(db.run, now, sparing)
    if (due.length === 0) return false
    if (due.reduce((sum, { n }) => sum + n, 0) === DUE_AT_ONCE) return promote(db.run, now, sparing)
    const straight: DueQueue[] = []
    for (const [job, own] of Map.groupBy(due, jobOf)) if (await goesIn(job, own)) straight.push(...own)
    if (straight.length > 0) await handOver(straight, await offerDue(db.run, straight, now, sparing))
    return straight.length < due.length && promote(db.run, now, sparing)
  }

  /** Should the queue refuse one, the others are handed over all the same. */
  async function handOver(queues: readonly ReadyQueue[], offered: readonly (Offered & ReadyQueue)[]): Promise<void> {
    const handed = await Promise.allSettled(
      queues.map(async ({ channel, lane }) => {
        const own = offered.filter((row) => row.channel === channel && row.lane === lane)
        tellCarriers(channelOf(channel), own)
        await hand(jobOf({ channel, lane }), lane, own)
        if (own.length > 0) observe?.(channelOf(channel), own.length)
      }),
    )
    const refused = handed.find((one) => one.status === 'rejected')
    if (refused) throw refused.reason
  }

  /** Whether all that is due for this job may go in at once. */
  async function goesIn(job: Job<DeliverPayload>, due: readonly DueQueue[]): Promise<boolean> {
    const { listed, others } = carriers.allowance(channelOf(due[0]!.channel))
    if (listed.size > 0 || others !== undefined || due.some(({ ready }) => ready)) return false
    const room = roomOf(job).messages(await queue.waiting(job), performance.now())
    const n = due.reduce((sum, one) => sum + one.n, 0)
    if (n === room) roomOf(job).filled(performance.now())
    return n <= room
  }

  /** Rows of accounts that take nothing are not offered, and so not looked at: once a minute those past their deadline are. */
  async function endWhatIsLate(): Promise<void> {
    if (performance.now() - lookedForLateAt < LATE_EVERY_MS) return
    lookedForLateAt = performance.now()
    for (const [, rows] of Map.groupBy(
      await offerLate(db.run, LATE_AT_ONCE, clock.now()),
      (row) => `${row.channel} ${row.lane}`,
    ))
      await hand(jobOf(rows[0]!), rows[0]!.lane, rows)
  }

  /** One look at every channel. True when there is more that could be offered now. */
  async function tick(): Promise<boolean> {
    let more = false
    const free = new Map<Job<DeliverPayload>, number>()
    for (const ready of await readyQueues(db.run)) {
      const channel = channelOf(ready.channel)
      const job = jobOf(ready)
      const room = free.get(job) ?? roomOf(job).messages(await queue.waiting(job), performance.now())
      const limit = ready.lane === CRITICAL ? Math.max(room, CRITICAL_AT_ONCE) : room
      free.set(job, room)
      if (limit <= 0) continue

      const offered = await turn(ready, channel, limit)
      if (offered.length === limit) {
        more = true
        roomOf(job).filled(performance.now())
      }
      free.set(job, room - offered.length)
      await hand(job, ready.lane, offered)
      if (offered.length > 0) observe?.(channel, offered.length)
    }
    return more
  }

  function roomOf(job: Job<DeliverPayload>): QueueRoom {
    let room = rooms.get(job)
    if (!room) {
      room = createQueueRoom()
      rooms.set(job, room)
    }
    return room
  }

  /** One turn around the organizations, going on after the one that had the last turn. */
  async function turn(ready: ReadyQueue, channel: Channel, limit: number): Promise<Offered[]> {
    const key = `${ready.channel} ${ready.lane}`
    const cursor = cursors.get(key) ?? FIRST_ORGANIZATION
    const take = async (count: number, after: string) => {
      const rows = await offer(db.run, ready, count, after, carriers.allowance(channel), clock.now())
      tellCarriers(channel, rows)
      return rows
    }
    const offered = await take(limit, cursor)
    if (cursor !== FIRST_ORGANIZATION && offered.length < limit)
      offered.push(...(await take(limit - offered.length, FIRST_ORGANIZATION)))
    cursors.set(key, offered.length === limit ? greatest(offered) : FIRST_ORGANIZATION)
    return offered
  }

  function tellCarriers(channel: Channel, offered: readonly Offered[]): void {
    for (const [organizationId, own] of Map.groupBy(offered, (row) => row.organization_id))
      carriers.offered(organizationId, channel, own.length)
  }

  async function hand(job: Job<DeliverPayload>, lane: number, offered: readonly Offered[]): Promise<void> {
    const ids = offered.map((row) => row.message_id)
    const jobs = []
    for (let start = 0; start < ids.length; start += MESSAGES_PER_JOB)
      jobs.push({ payload: { messageIds: ids.slice(start, start + MESSAGES_PER_JOB) }, priority: lane - CRITICAL })
    if (jobs.length === 0) return
    try {
      await queue.add(job, jobs)
    } catch (error) {
      await takeBack(db.run, ids)
      throw error
    }
  }
}

const jobOf = ({ channel, lane }: ReadyQueue): Job<DeliverPayload> => deliverJobs[channelOf(channel)][paceOf(lane)]

const greatest = (offered: readonly Offered[]): string =>
  offered.reduce((max, row) => (row.organization_id > max ? row.organization_id : max), FIRST_ORGANIZATION)
