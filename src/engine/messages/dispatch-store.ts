import type { Database } from '../../platform/database/database.ts'

type Run = Database['run']

/** Work that is offered to the queue and not claimed within this time is offered again: the job was lost. */
const OFFER_LEASE_MS = 30_000
const PROMOTE_AT_ONCE = 1_000
/** Organizations that share one tick; the next tick goes on after the last of them. */
const ORGANIZATIONS_PER_TICK = 500

/** Makes ready what has come due, and what was offered or claimed by someone who is gone. True when more may be waiting. */
export async function promote(run: Run, now: Date): Promise<boolean> {
  const rows = await run<{ n: number }>(
    'dispatch.promote',
    `with due as materialized (
       select message_id from message_work where state <> 1 and due_at <= $1 order by due_at limit ${PROMOTE_AT_ONCE} for update skip locked
     ), moved as (
       update message_work set state = 1, worker_id = null where message_id = any(array(select message_id from due)) returning 1
     ) select count(*)::int as n from moved`,
    [now],
  )
  return rows[0]?.n === PROMOTE_AT_ONCE
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
 */
export async function offer(run: Run, queue: ReadyQueue, limit: number, after: string, now: Date): Promise<Offered[]> {
  return run<Offered>('dispatch.offer', OFFER, [
    queue.lane,
    limit,
    after,
    ORGANIZATIONS_PER_TICK,
    queue.channel,
    new Date(now.getTime() + OFFER_LEASE_MS),
  ])
}

/** The queue did not take them: they are ready again at once. */
export async function takeBack(run: Run, messageIds: readonly string[]): Promise<void> {
  await run(
    'dispatch.take-back',
    'update message_work set state = 1 where message_id = any($1::uuid[]) and state = 2',
    [messageIds],
  )
}

// `any(array(…))` and not a join: the statistics of this table are those of when it was empty (delivery-store.ts).
const OFFER = `
with recursive ring(organization_id, n) as (
  (select w.organization_id, 1 from message_work w where w.state = 1 and w.channel = $5 and w.lane = $1 and w.organization_id > $3::uuid order by w.organization_id limit 1)
  union all
  select (select w.organization_id from message_work w where w.state = 1 and w.channel = $5 and w.lane = $1 and w.organization_id > r.organization_id order by w.organization_id limit 1), r.n + 1
  from ring r where r.organization_id is not null and r.n < $4
), org as materialized (select organization_id from ring where organization_id is not null),
share as materialized (select greatest(1, ceil($2::numeric / greatest(count(*), 1)))::int n from org),
pick as materialized (
  select p.message_id from org cross join lateral (
    select w.message_id from message_work w
    where w.state = 1 and w.channel = $5 and w.lane = $1 and w.organization_id = org.organization_id
    order by w.due_at limit (select n from share) for update skip locked) p
  limit $2)
update message_work w set state = 2, due_at = $6 where w.message_id = any(array(select message_id from pick))
returning w.message_id, w.organization_id`
