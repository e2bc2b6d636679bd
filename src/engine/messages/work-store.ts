import type { Database } from '../../platform/database/database.ts'

type Run = Database['run']

/** Nothing is counted further than this: a reading must stay cheap however much waits. */
export const MOST_COUNTED = 2_000
/** Organizations of one channel and lane that are asked for their oldest message. */
const ORGANIZATIONS_ASKED = 300
/** Offers and claims are leases: none ends later than this. */
const LONGEST_LEASE_MS = 31_000

export interface Work {
  readonly channel: number
  readonly lane: number
  readonly state: 'due' | 'offered' | 'claimed'
  readonly messages: number
  /** When the oldest of them became due; null for those that are offered or claimed. */
  readonly oldest: Date | null
}

/**
 * What is due or under way, by channel and lane. Reads nothing of what waits for its time: a million rows of later cost
 * as much as none.
 */
export async function readWork(run: Run, now: Date): Promise<Work[]> {
  const [ready, leased] = await Promise.all([
    run<{ channel: number; lane: number; messages: number; oldest: Date }>('work.ready', READY, []),
    run<{ channel: number; lane: number; state: number; messages: number; oldest: Date }>('work.leased', LEASED, [
      now,
      new Date(now.getTime() + LONGEST_LEASE_MS),
    ]),
  ])
  const work = new Map<string, Work>()
  const add = (row: Work) => {
    const key = `${row.channel} ${row.lane} ${row.state}`
    const known = work.get(key)
    const oldest = [known?.oldest, row.oldest].filter((one) => one != null).sort((a, b) => a.getTime() - b.getTime())[0]
    work.set(key, { ...row, messages: (known?.messages ?? 0) + row.messages, oldest: oldest ?? null })
  }
  for (const row of ready) add({ ...row, state: 'due' })
  for (const row of leased) {
    const state = (['due', 'due', 'offered', 'claimed'] as const)[row.state] ?? 'due'
    add({ ...row, state, oldest: state === 'due' ? row.oldest : null })
  }
  return [...work.values()]
}

/** How many rows the table of work has, as Postgres keeps count of it: near enough, and free. */
export async function estimateWork(run: Run): Promise<number> {
  const [row] = await run<{ rows: number }>(
    'work.estimate',
    `select n_live_tup::float8 as rows from pg_stat_user_tables where relname = 'message_work'`,
    [],
  )
  return row?.rows ?? 0
}

// Loose index scans, as in dispatch-store.ts: which channels and lanes have ready rows, then each organization's oldest.
const READY = `
with recursive q(channel, lane) as (
  (select channel, lane from message_work where state = 1 order by channel, lane limit 1)
  union all
  select n.channel, n.lane from q cross join lateral (
    select w.channel, w.lane from message_work w where w.state = 1 and (w.channel, w.lane) > (q.channel, q.lane) order by w.channel, w.lane limit 1) n
)
select q.channel, q.lane,
  (select count(*)::int from (select 1 from message_work w where w.state = 1 and w.channel = q.channel and w.lane = q.lane limit ${MOST_COUNTED}) c) as messages,
  (with recursive ring(organization_id, due_at, n) as (
     (select w.organization_id, w.due_at, 1 from message_work w where w.state = 1 and w.channel = q.channel and w.lane = q.lane order by w.organization_id, w.due_at limit 1)
     union all
     select n.organization_id, n.due_at, r.n + 1 from ring r cross join lateral (
       select w.organization_id, w.due_at from message_work w
       where w.state = 1 and w.channel = q.channel and w.lane = q.lane and w.organization_id > r.organization_id
       order by w.organization_id, w.due_at limit 1) n
     where r.n < ${ORGANIZATIONS_ASKED}
   ) select min(due_at) from ring) as oldest
from q`

// What is due and not yet made ready, and what is leased: all near the beginning of the index over due_at.
const LEASED = `
select channel, lane, state, count(*)::int as messages, min(due_at) as oldest
from (select channel, lane, state, due_at from message_work where state <> 1 and due_at <= $2 order by due_at limit ${MOST_COUNTED}) w
where state <> 0 or due_at <= $1
group by channel, lane, state`
