import type { Database } from '../../platform/database/database.ts'
import { LANES, type Lane, laneOf } from '../catalogue/lane.ts'
import { CHANNELS } from '../channels/channel.ts'

type Run = Database['run']

export interface Sums {
  readonly sent: number
  readonly bounced: number
  readonly complained: number
}

/** What was sent since an hour, and what came of it. */
export async function sentSince(run: Run, organizationId: string, since: Date): Promise<Sums> {
  const [row] = await run<Sums>(
    'alerts.sent',
    `select coalesce(sum(sent), 0)::int as sent, coalesce(sum(bounced), 0)::int as bounced, coalesce(sum(complained), 0)::int as complained
     from stat where organization_id = $1 and hour > $2`,
    [organizationId, since],
  )
  return row!
}

/** What messages have cost since an hour, in minor units. */
export async function costSince(run: Run, organizationId: string, currency: string, since: Date): Promise<number> {
  const [row] = await run<{ minor: number }>(
    'alerts.cost',
    `select (coalesce(sum(cost_micros), 0) / 10000)::float8 as minor from stat where organization_id = $1 and hour >= $2 and currency = $3`,
    [organizationId, since, currency],
  )
  return Math.round(row!.minor)
}

/** Since when the oldest message of each lane has been due and not been given to a worker. */
export async function oldestDue(run: Run, organizationId: string | null): Promise<Map<Lane, Date>> {
  const rows = await run<{ lane: number; due_at: Date }>(
    'alerts.oldest-due',
    `select l.lane, min(w.due_at) as due_at from generate_series(0, ${LANES.length - 1}) as l(lane)
     cross join generate_series(0, ${CHANNELS.length - 1}) as c(channel) cross join lateral (
       select due_at from message_work w where w.state = 1 and w.channel = c.channel and w.lane = l.lane and w.task <> 4
         and ($1::uuid is null or w.organization_id = $1) order by due_at limit 1) w
     group by l.lane`,
    [organizationId],
  )
  return new Map(rows.map(({ lane, due_at }) => [laneOf(lane), due_at]))
}

/** Messages that ended failed and were not sent again, by reason. `firstId`: of those accepted from then on. */
export async function deadLettersSince(
  run: Run,
  organizationId: string,
  firstId: string,
  since: Date,
): Promise<{ reason: string; count: number }[]> {
  return run(
    'alerts.dead-letters',
    `select reason, count(*)::int as count from dead_letter
     where organization_id = $1 and requeued_as is null and message_id >= $2 and failed_at > $3 group by reason order by count(*) desc, reason`,
    [organizationId, firstId, since],
  )
}

/** Automations of which the two newest runs failed, with what the newest one said. */
export async function failingTwice(
  run: Run,
  organizationId: string,
  names: readonly string[],
): Promise<{ name: string; run_id: string; error: string; since: Date }[]> {
  return run(
    'alerts.failing',
    `select n.name, r.ids[1] as run_id, r.errors[1] as error, r.times[1] as since from unnest($2::text[]) as n(name) cross join lateral (
       select array_agg(id order by id desc) as ids, array_agg(coalesce(error, '') order by id desc) as errors,
         array_agg(finished_at order by id desc) as times, bool_and(outcome = 'failed') as failed, count(*) as n
       from (select id, error, outcome, finished_at from automation_run
         where organization_id = $1 and name = n.name and subject_id is null and not dry_run and outcome is not null order by id desc limit 2) two) r
     where r.n = 2 and r.failed`,
    [organizationId, names],
  )
}

/** Automations whose time has come and that have not begun: since when. */
export async function lateAutomations(
  run: Run,
  organizationId: string,
  names: readonly string[],
  before: Date,
): Promise<{ name: string; due_at: Date }[]> {
  return run(
    'alerts.late',
    `select name, min(due_at) as due_at from (
       select name, next_at as due_at from automation_schedule where organization_id = $1 and next_at < $3
       union all
       select name, created_at from automation_run where organization_id = $1 and finished_at is null and started_at is null and not dry_run
         and subject_id is null and created_at < $3 and (lease_until is null or lease_until < $3)) late
     where name = any($2::text[]) group by name order by name`,
    [organizationId, names, before],
  )
}

/** Events that wait to be told to an organization's endpoints; counted up to `most`. */
export async function webhooksWaiting(run: Run, organizationId: string, most: number): Promise<number> {
  const [row] = await run<{ n: number }>(
    'alerts.webhooks',
    `select count(*)::int as n from (select from webhook_endpoint e join webhook_delivery d on d.endpoint_id = e.id and d.due_at is not null
       where e.organization_id = $1 and e.enabled limit $2) counted`,
    [organizationId, most],
  )
  return row!.n
}

/** When the last run of an automation that ended well began. */
export async function lastDone(run: Run, organizationId: string, name: string): Promise<Date | undefined> {
  const [row] = await run<{ created_at: Date }>(
    'alerts.last-done',
    `select created_at from automation_run where organization_id = $1 and name = $2 and outcome = 'done' and not dry_run order by id desc limit 1`,
    [organizationId, name],
  )
  return row?.created_at
}
