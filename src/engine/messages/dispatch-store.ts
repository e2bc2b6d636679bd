import { int4s } from '../../platform/database/arrays.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Allowance } from '../channels/carrier.ts'

type Run = Database['run']

/** Work that is offered to the queue and not claimed within this time is offered again: the job was lost. The queue is kept shorter than that. */
const OFFER_LEASE_MS = 8_000
/** A job this old is in the queue by now; if the queue holds none, it is lost. */
const LOST_AFTER_MS = 1_000
/** Rows that have come due and are looked at together. */
export const DUE_AT_ONCE = 1_000
/** Organizations that share one tick; the next tick goes on after the last of them. */
const ORGANIZATIONS_PER_TICK = 500

export interface DueQueue extends ReadyQueue {
  /** Rows that have come due, or are no longer held by whoever held them. */
  readonly n: number
  /** Others wait for their turn already. */
  readonly ready: boolean
}

const leftAlone = (sparing: boolean): string => (sparing ? 'and state <> 3' : '')

/** Of which channels and lanes something has come due, up to `DUE_AT_ONCE` of all. `sparing`: see `promote`. */
export async function dueQueues(run: Run, now: Date, sparing: boolean): Promise<DueQueue[]> {
  return run<DueQueue>(
    sparing ? 'dispatch.due-sparing' : 'dispatch.due',
    `with due as materialized (
       select channel, lane from message_work where state <> 1 ${leftAlone(sparing)} and due_at <= $1 order by due_at limit ${DUE_AT_ONCE}
     ) select d.channel, d.lane, count(*)::int as n,
         exists (select 1 from message_work w where w.state = 1 and w.channel = d.channel and w.lane = d.lane) as ready
       from due d group by d.channel, d.lane order by d.channel, d.lane`,
    [now],
  )
}

/** Leases what has come due in these channels and lanes to the queue, without making it ready first: half the writing. */
export async function offerDue(
  run: Run,
  queues: readonly DueQueue[],
  now: Date,
  sparing: boolean,
): Promise<(Offered & ReadyQueue)[]> {
  return run<Offered & ReadyQueue>(
    sparing ? 'dispatch.offer-due-sparing' : 'dispatch.offer-due',
    `with due as materialized (
       select message_id from message_work where state <> 1 ${leftAlone(sparing)} and due_at <= $1 and channel * 10 + lane = any($2::int[])
       order by due_at limit $3 for update skip locked
     )
     update message_work w set state = 2, due_at = $4, worker_id = null where w.message_id = any(array(select message_id from due))
     returning w.message_id, w.organization_id, w.channel, w.lane`,
    [now, codesOf(queues), queues.reduce((sum, { n }) => sum + n, 0), new Date(now.getTime() + OFFER_LEASE_MS)],
  )
}

const codesOf = (queues: readonly ReadyQueue[]): Buffer => int4s(queues.map(({ channel, lane }) => channel * 10 + lane))

/**
 * Makes ready what has come due, and what was offered or claimed by someone who is gone. `sparing`: claims are left to
 * their workers a little longer. True when more may be waiting.
 */
export async function promote(run: Run, now: Date, sparing: boolean): Promise<boolean> {
  const rows = await run<{ n: number }>(
    sparing ? 'dispatch.promote-sparing' : 'dispatch.promote',
    `with due as materialized (
       select message_id from message_work where state <> 1 ${leftAlone(sparing)} and due_at <= $1 order by due_at limit ${DUE_AT_ONCE} for update skip locked
     ), moved as (
       update message_work set state = 1, worker_id = null where message_id = any(array(select message_id from due)) returning 1
     ) select count(*)::int as n from moved`,
    [now],
  )
  return rows[0]?.n === DUE_AT_ONCE
}

export interface ReadyQueue {
  readonly channel: number
  readonly lane: number
}

/** Which channels have ready work, and in which lanes: a loose index scan, a few probes however many rows wait. */
export async function readyQueues(run: Run): Promise<ReadyQueue[]> {
  return run<ReadyQueue>(
    'dispatch.ready',
    `with recursive q(channel, lane) as (
       (select channel, lane from message_work where state = 1 order by channel, lane limit 1)
       union all
       select n.channel, n.lane from q cross join lateral (
         select w.channel, w.lane from message_work w where w.state = 1 and (w.channel, w.lane) > (q.channel, q.lane) order by w.channel, w.lane limit 1) n
     ) select channel, lane from q`,
    [],
  )
}

export interface Offered {
  readonly message_id: string
  readonly organization_id: string
}

/**
 * Takes up to `limit` ready rows of one channel and lane, an equal share of each organization's oldest, and leases them
 * to the queue. `after` is the organization the last tick ended with, so that a thousand of them all get their turn.
 * Nobody gets more than the allowance: what its accounts could not send now waits here.
 */
export async function offer(
  run: Run,
  queue: ReadyQueue,
  limit: number,
  after: string,
  { listed, others }: Allowance,
  now: Date,
): Promise<Offered[]> {
  return run<Offered>('dispatch.offer', OFFER, [
    queue.lane,
    limit,
    after,
    ORGANIZATIONS_PER_TICK,
    queue.channel,
    new Date(now.getTime() + OFFER_LEASE_MS),
    [...listed.keys()],
    [...listed.values()].map((cap) => Math.max(0, Math.floor(cap))),
    others === undefined ? null : Math.max(0, Math.floor(others)),
  ])
}

/** Channels and lanes of which something was offered a while ago and is not claimed. */
export async function overdueOffers(run: Run, now: Date): Promise<ReadyQueue[]> {
  return run<ReadyQueue>(
    'dispatch.overdue',
    `select distinct channel, lane from message_work where state <> 1 and state = 2 and due_at > $1 and due_at <= $2`,
    [now, offeredBefore(now)],
  )
}

/** These queues hold nothing: what was offered to them and is not claimed was lost, and is ready again. */
export async function takeBackLost(run: Run, lost: readonly ReadyQueue[], now: Date) {
  return run<{ readonly channel: number; readonly n: number }>(
    'dispatch.take-back-lost',
    `with lost as materialized (
       select message_id from message_work where state <> 1 and state = 2 and due_at > $1 and due_at <= $2
         and channel * 10 + lane = any($3::int[]) limit ${DUE_AT_ONCE} for update skip locked
     ), moved as (
       update message_work set state = 1 where message_id = any(array(select message_id from lost)) returning channel
     ) select channel, count(*)::int as n from moved group by channel`,
    [now, offeredBefore(now), codesOf(lost)],
  )
}

/** The lease of what was offered so long ago that its job is in the queue, if there is one. */
const offeredBefore = (now: Date): Date => new Date(now.getTime() + OFFER_LEASE_MS - LOST_AFTER_MS)

/**
 * Ready rows past their deadline, whose accounts take nothing: offered all the same, so that the worker fails them with
 * the reason instead of leaving them to wait.
 */
export async function offerLate(run: Run, limit: number, now: Date): Promise<(Offered & ReadyQueue)[]> {
  return run<Offered & ReadyQueue>(
    'dispatch.offer-late',
    `with late as materialized (select message_id from message_work where state = 1 and deadline_at <= $1 limit $2 for update skip locked)
     update message_work w set state = 2, due_at = $3 where w.message_id = any(array(select message_id from late))
     returning w.message_id, w.organization_id, w.channel, w.lane`,
    [now, limit, new Date(now.getTime() + OFFER_LEASE_MS)],
  )
}

/** The queue did not take them: they are ready again at once. */
export async function takeBack(run: Run, messageIds: readonly string[]): Promise<void> {
  await run(
    'dispatch.take-back',
    'update message_work set state = 1 where message_id = any($1::uuid[]) and state = 2',
    [messageIds],
  )
}

/** What an organization may be given: its own number; -1, its part of what the others share; null, whatever there is. */
const CAP = `coalesce(($8::int[])[array_position($7::uuid[], o.organization_id)], case when $9::int is null then null when $9::int = 0 then 0 else -1 end)`

// `any(array(…))` and not a join: the statistics of this table are those of when it was empty (delivery-store.ts).
// It waits for no disk: an offer that was lost with the database is made again.
const OFFER = `
with recursive soon as materialized (select set_config('synchronous_commit', 'off', true)), ring(organization_id, cap, n) as (
  select o.organization_id, ${CAP}, case when ${CAP} = 0 then 0 else 1 end
  from (select w.organization_id from message_work w where w.state = 1 and w.channel = $5 and w.lane = $1 and w.organization_id > $3::uuid order by w.organization_id limit 1) o
  union all
  select o.organization_id, ${CAP}, r.n + case when ${CAP} = 0 then 0 else 1 end
  from ring r cross join lateral (
    select w.organization_id from message_work w where w.state = 1 and w.channel = $5 and w.lane = $1 and w.organization_id > r.organization_id order by w.organization_id limit 1) o
  where r.n < $4
), org as materialized (select organization_id, cap from soon, ring where cap is distinct from 0),
share as materialized (
  select greatest(1, ceil($2::numeric / greatest(count(*), 1)))::int as n,
    ceil($9::numeric / greatest(count(*) filter (where cap = -1), 1))::int as others from org),
pick as materialized (
  select p.message_id from org cross join lateral (
    select w.message_id from message_work w
    where w.state = 1 and w.channel = $5 and w.lane = $1 and w.organization_id = org.organization_id
    order by w.due_at limit (select least(share.n, case when org.cap = -1 then share.others else org.cap end) from share) for update skip locked) p
  limit $2)
update message_work w set state = 2, due_at = $6 where w.message_id = any(array(select message_id from pick))
returning w.message_id, w.organization_id`
