import type { Database } from '../../platform/database/database.ts'
import { LANES, type Lane, laneCode, laneOf } from '../catalogue/lane.ts'
import { CHANNELS, type Channel, channelCode } from '../channels/channel.ts'
import { statusCode } from '../messages/status.ts'
import { microsPerMinor } from '../prices/price.ts'

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
  const [row] = await run<{ micros: number }>(
    'alerts.cost',
    `select coalesce(sum(cost_micros), 0)::float8 as micros from stat where organization_id = $1 and hour >= $2 and currency = $3`,
    [organizationId, since, currency],
  )
  return Math.round(row!.micros / microsPerMinor(currency))
}

/** What messages of a channel have cost since an hour, in minor units. */
export async function channelCostSince(
  run: Run,
  organizationId: string,
  channel: Channel,
  currency: string,
  since: Date,
): Promise<number> {
  const [row] = await run<{ micros: number }>(
    'alerts.channel-cost',
    `select coalesce(sum(cost_micros), 0)::float8 as micros from stat where organization_id = $1 and hour >= $2 and currency = $3 and channel = $4`,
    [organizationId, since, currency, channelCode(channel)],
  )
  return Math.round(row!.micros / microsPerMinor(currency))
}

/** Offers to the queue are leases: none ends later than this. */
const LONGEST_LEASE = '31 seconds'
/** Rows that one look reads of a channel and lane, at most. */
const MOST_READ = 2_000
const CHANNEL_CODES = CHANNELS.map(channelCode).join(', ')

/**
 * What is due and no worker has taken, of these lanes, with since when: ready to be offered to the queue, or offered and
 * never taken from there, because its worker is gone or the queue is paused. One that has not been tried waits since it was
 * due, however often it was offered; `due_at` of its work is only since the last time. `$1` is now.
 */
const untaken = (lanes: readonly number[], filter: string, readyFirst: string) => `
  select w.lane, case when w.attempt = 0 and w.task = 0 then least(m.due_at, w.due_at) else w.due_at end as due_at
  from unnest(array[${lanes.join(', ')}]) as l(lane) cross join unnest(array[${CHANNEL_CODES}]) as c(channel) cross join lateral (
    select * from message_work w where w.state = 1 and w.channel = c.channel and w.lane = l.lane and w.task <> 4 and ${filter} ${readyFirst}) w
  left join message m on m.id = w.message_id
  union all
  (select w.lane, m.due_at from message_work w join message m on m.id = w.message_id
   where w.state <> 1 and w.state = 2 and w.due_at > $1 and w.due_at < $1::timestamptz + interval '${LONGEST_LEASE}' and w.attempt = 0 and w.task = 0
     and w.lane in (${lanes.join(', ')}) and ${filter} limit ${MOST_READ})`

/** Since when the oldest message of each lane has been due and not been taken by a worker. */
export async function oldestDue(run: Run, organizationId: string, now: Date): Promise<Map<Lane, Date>> {
  const rows = await run<{ lane: number; due_at: Date }>(
    'alerts.oldest-due',
    `select lane, min(due_at) as due_at from (${untaken(LANES.map(laneCode), 'w.organization_id = $2', 'order by due_at limit 1')}) waiting group by lane`,
    [now, organizationId],
  )
  return new Map(rows.map(({ lane, due_at }) => [laneOf(lane), due_at]))
}

const URGENT = (['critical', 'immediate'] as const).map(laneCode)
const PLATFORMS = `not exists (select from provider_account a where a.organization_id = w.organization_id and a.channel = w.channel and a.enabled and a.removed_at is null)`

/**
 * Since when an urgent message has been due that was due before `before` and goes by the platform's accounts: of an
 * organization's own it may be the account that is gone, which it hears of by itself.
 */
/** When the oldest call of a vendor came that many tries could not work off; the index says how many. */
export async function stuckSince(run: Run): Promise<Date | undefined> {
  const [row] = await run<{ received_at: Date | null }>(
    'alerts.stuck-calls',
    'select min(received_at) as received_at from webhook_receipt where processed_at is null and tries >= 8',
    [],
  )
  return row?.received_at ?? undefined
}

export async function urgentWaits(run: Run, before: Date, now: Date): Promise<Date | undefined> {
  const [row] = await run<{ due_at: Date | null }>(
    'alerts.urgent',
    `select min(due_at) as due_at from (${untaken(URGENT, PLATFORMS, `limit ${MOST_READ}`)}) waiting where due_at < $2`,
    [now, before],
  )
  return row?.due_at ?? undefined
}

/** Messages that ended failed since then and were not sent again, by reason; however long ago they were accepted. */
export async function deadLettersSince(
  run: Run,
  organizationId: string,
  since: Date,
): Promise<{ reason: string; count: number }[]> {
  return run(
    'alerts.dead-letters',
    `select reason, count(*)::int as count from dead_letter
     where organization_id = $1 and requeued_as is null and failed_at > $2 group by reason order by count(*) desc, reason`,
    [organizationId, since],
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

/** What was sent by each channel since an hour; where nothing was, it is missing. */
export const sentByChannel = (
  run: Run,
  organizationId: string,
  since: Date,
): Promise<{ channel: number; sent: number }[]> =>
  run(
    'alerts.sent-by-channel',
    'select channel, sum(sent)::int as sent from stat where organization_id = $1 and hour >= $2 group by channel having sum(sent) > 0',
    [organizationId, since],
  )

/** Whether anybody wrote by a channel after an id; ends at the first that did. */
export async function hasInboundSince(
  run: Run,
  organizationId: string,
  channel: number,
  since: string,
): Promise<boolean> {
  const rows = await run(
    'alerts.inbound-since',
    'select 1 from inbound_message where organization_id = $1 and id > $3 and channel = $2 order by id desc limit 1',
    [organizationId, channel, since],
  )
  return rows.length > 0
}

/** How many wrote by a channel after an id, counted up to `most`, and when the last did. */
export async function inboundSince(
  run: Run,
  organizationId: string,
  channel: number,
  since: string,
  most: number,
): Promise<{ count: number; last: Date | null }> {
  const [row] = await run<{ count: number; last: Date | null }>(
    'alerts.inbound',
    `select count(*)::int as count, max(received_at) as last from (select received_at from inbound_message
       where organization_id = $1 and id > $3 and channel = $2 order by id desc limit $4) newest`,
    [organizationId, channel, since, most],
  )
  return row!
}

/** Of what each carrier took between two hours, how much it has reported about. */
export interface Reported {
  readonly channel: number
  readonly provider: string
  readonly sent: number
  readonly reported: number
  /** The same of the time before. */
  readonly sent_before: number
  readonly reported_before: number
}

export const reportedSince = (
  run: Run,
  organizationId: string,
  { before, since, until }: { before: Date; since: Date; until: Date },
): Promise<Reported[]> =>
  run(
    'alerts.reported',
    `select channel, provider, coalesce(sum(sent) filter (where hour > $3), 0)::int as sent,
       coalesce(sum(delivered + bounced) filter (where hour > $3), 0)::int as reported,
       coalesce(sum(sent) filter (where hour <= $3), 0)::int as sent_before,
       coalesce(sum(delivered + bounced) filter (where hour <= $3), 0)::int as reported_before
     from stat where organization_id = $1 and hour > $2 and hour <= $4 group by channel, provider having sum(sent) filter (where hour > $3) > 0`,
    [organizationId, before, since, until],
  )

const REMINDER = { planned: 0, sent: 1, refused: 4 }
const FAILED = statusCode('failed')
const SUPPRESSED = statusCode('suppressed')
/** Why a reminder did not leave though whoever it was for had nothing against it. */
const OURS = ['no_account', 'over_budget', 'contact_cap', 'subject_begun', 'unusual_country', 'country_blocked']

/** Subjects whose time is between two moments and of which reminders were due, none of which left; and the first of those times. */
export async function notReminded(
  run: Run,
  organizationId: string,
  { from, to, dueBefore }: { from: Date; to: Date; dueBefore: Date },
): Promise<{ count: number; first: Date | null }> {
  const [row] = await run<{ count: number; first: Date | null }>(
    'alerts.not-reminded',
    `select count(*)::int as count, min(at) as first from (
       select p.id, p.at, bool_and(r.state = ${REMINDER.planned} or r.state = ${REMINDER.refused} and r.reason not in ('unreachable', 'contact_erased')
         or r.state = ${REMINDER.sent} and l.stopped) as missing
       from reminder_plan p join reminder r on r.plan_id = p.id and r.at = p.at and r.due_at < $4
         and r.state in (${Object.values(REMINDER).join(', ')})
       cross join lateral (select coalesce(bool_and(m.status = ${FAILED} or m.status = ${SUPPRESSED} and m.reason = any($5::text[])), false) as stopped
         from message m where r.state = ${REMINDER.sent} and m.notification_id = r.notification_id offset 0) l
       where p.organization_id = $1 and p.at > $2 and p.at <= $3 and p.cancelled_at is null
       group by p.id) subjects where missing`,
    [organizationId, from, to, dueBefore, OURS],
  )
  return row!
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
