import { bools, texts, times, uuids } from '../../platform/database/arrays.ts'
import type { Database } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { laneCode } from '../catalogue/lane.ts'
import { channelCode } from '../channels/channel.ts'
import { statusCode } from '../messages/status.ts'
import { TASKS } from '../messages/task.ts'
import { type Change, type ReminderRow, type ReminderState, stateCode } from './reminder.ts'

type Run = Database['run']

/** Reminders wait among the work of a channel that is never held up: what they become goes where it is to go. */
const WORK_CHANNEL = channelCode('in_app')
const WORK_LANE = laneCode('scheduled')
const PLANNED = stateCode('planned')

const SHOWN = 'p.*, c.name as contact_name from reminder_plan p left join contact c on c.id = p.contact_id'

export interface PlanRow {
  readonly id: string
  readonly organization_id: string
  readonly subject: string
  readonly contact_id: string
  readonly at: Date
  readonly time_zone: string
  readonly payload: Record<string, unknown>
  readonly cancelled_at: Date | null
  readonly created_at: Date
  readonly updated_at: Date
}

/** As it is shown. */
export interface ShownPlan extends PlanRow {
  readonly contact_name: string | null
}

export interface NewPlan {
  readonly organizationId: string
  readonly subject: string
  readonly contactId: string
  /** Instead of the contact's own number. */
  readonly phone: string | null
  readonly at: Date
  readonly timeZone: string
  readonly payload: string
  readonly about?: readonly string[] | undefined
}

/** Writes plans, each once for its subject, and holds them until the transaction ends. Their ids, in order. */
export async function savePlans(run: Run, plans: readonly NewPlan[], now: Date): Promise<string[]> {
  const rows = await run<{ id: string; organization_id: string; subject: string }>(
    'reminders.save',
    `insert into reminder_plan (id, organization_id, subject, contact_id, at, time_zone, payload, created_at, updated_at, phone, about)
     select id, organization_id, subject, contact_id, at, time_zone, payload::json, $8, $8, phone, about::uuid[]
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::timestamptz[], $6::text[], $7::text[], $9::text[], $10::text[])
       as i(id, organization_id, subject, contact_id, at, time_zone, payload, phone, about)
     order by organization_id, subject
     on conflict (organization_id, subject) do update set contact_id = excluded.contact_id, phone = excluded.phone, at = excluded.at, time_zone = excluded.time_zone,
       payload = excluded.payload, cancelled_at = null, updated_at = excluded.updated_at,
       -- Whom it was about before, reminders that left may still tell of.
       about = case when reminder_plan.about @> excluded.about then reminder_plan.about
         else (select array_agg(distinct one) from unnest(reminder_plan.about || excluded.about) as one) end
     returning id, organization_id, subject`,
    [
      uuids(plans.map(() => newId(now))),
      uuids(plans.map((plan) => plan.organizationId)),
      plans.map((plan) => plan.subject),
      uuids(plans.map((plan) => plan.contactId)),
      times(plans.map((plan) => plan.at)),
      plans.map((plan) => plan.timeZone),
      plans.map((plan) => plan.payload),
      now,
      texts(plans.map((plan) => plan.phone)),
      texts(plans.map(({ about }) => (about?.length ? `{${about.join(',')}}` : null))),
    ],
  )
  const ids = new Map(rows.map((row) => [`${row.organization_id} ${row.subject}`, row.id]))
  return plans.map((plan) => ids.get(`${plan.organizationId} ${plan.subject}`)!)
}

export const remindersOf = (run: Run, planIds: readonly string[]): Promise<ReminderRow[]> =>
  run<ReminderRow>(
    'reminders.of',
    'select id, plan_id, at, rule, type, audience, channels, due_at, state, reason, notification_id from reminder where plan_id = any($1::uuid[]) order by plan_id, due_at, id',
    [uuids(planIds)],
  )

export interface PlanChange extends Change {
  readonly planId: string
  readonly organizationId: string
  /** When the subject begins: nothing is tried after it. */
  readonly until: Date
}

/** Writes what reminders are to be, and their work: there is a row of work for each that is to come and for no other. */
export async function writeChanges(run: Run, changes: readonly PlanChange[], now: Date): Promise<void> {
  if (changes.length === 0) return
  const ids = changes.map(({ id }) => id ?? newId(now))
  await run(
    'reminders.write',
    `with i as materialized (
       select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[], $10::smallint[], $11::text[], $13::timestamptz[], $14::text[], $15::boolean[])
         as i(id, plan_id, organization_id, at, rule, type, audience, channels, due_at, state, reason, until, payload, keeps)
     ), written as (
       insert into reminder (id, plan_id, organization_id, at, rule, type, audience, channels, payload, due_at, state, reason, updated_at)
       select id, plan_id, organization_id, at, rule, type, audience, string_to_array(channels, ' '), payload::json, due_at, state, reason, $12 from i
       on conflict (id) do update set at = excluded.at, audience = excluded.audience, channels = excluded.channels,
         payload = case when (select keeps from i where i.id = reminder.id) then reminder.payload else excluded.payload end, due_at = excluded.due_at,
         state = excluded.state, reason = excluded.reason, updated_at = excluded.updated_at
     ), dropped as (
       delete from message_work where message_id = any(array(select id from i where state <> ${PLANNED}))
     )
     insert into message_work (message_id, organization_id, channel, lane, state, due_at, deadline_at, task)
     select id, organization_id, ${WORK_CHANNEL}, ${WORK_LANE}, 0, due_at, until, ${TASKS.remind} from i where state = ${PLANNED}
     on conflict (message_id) do update set state = 0, due_at = excluded.due_at, deadline_at = excluded.deadline_at, worker_id = null`,
    [
      uuids(ids),
      uuids(changes.map((change) => change.planId)),
      uuids(changes.map((change) => change.organizationId)),
      times(changes.map((change) => change.at)),
      changes.map((change) => change.rule),
      changes.map((change) => change.type),
      changes.map((change) => change.audience),
      changes.map((change) => change.channels?.join(' ') ?? null),
      times(changes.map((change) => change.dueAt)),
      changes.map((change) => stateCode(change.state)),
      changes.map((change) => change.reason),
      now,
      times(changes.map((change) => change.until)),
      changes.map((change) => change.payload ?? null),
      bools(changes.map((change) => change.payload === undefined)),
    ],
  )
}

/** The plan of a subject, held until the transaction ends. */
export async function holdPlan(run: Run, organizationId: string, subject: string): Promise<PlanRow | undefined> {
  const [row] = await run<PlanRow>(
    'reminders.hold',
    'select * from reminder_plan where organization_id = $1 and subject = $2 for no key update',
    [organizationId, subject],
  )
  return row
}

export const markCancelled = (run: Run, planId: string, now: Date) =>
  run('reminders.cancelled', 'update reminder_plan set cancelled_at = $2, updated_at = $2 where id = $1', [planId, now])

export async function findPlan(run: Run, organizationId: string, subject: string): Promise<ShownPlan | undefined> {
  const [row] = await run<ShownPlan>(
    'reminders.find',
    `select ${SHOWN} where p.organization_id = $1 and p.subject = $2`,
    [organizationId, subject],
  )
  return row
}

/** When the organization's next reminder that is planned is due. */
export async function nextDue(run: Run, organizationId: string, after: Date): Promise<Date | null> {
  const [row] = await run<{ due_at: Date }>(
    'reminders.next',
    `select due_at from reminder where organization_id = $1 and state = ${PLANNED} and due_at > $2 order by due_at limit 1`,
    [organizationId, after],
  )
  return row?.due_at ?? null
}

export interface PlanFilter {
  readonly from?: Date | undefined
  readonly to?: Date | undefined
  readonly contactId?: string | undefined
  /** With at least one reminder that this has become of. */
  readonly status?: ReminderState | undefined
  /** `newest`: those planned last; `soonest`: those whose subjects begin first. */
  readonly order: 'newest' | 'soonest'
  /** In order of newest: below this id. */
  readonly before?: string | undefined
  /** In order of soonest: after this one. */
  readonly after?: { readonly at: Date; readonly id: string } | undefined
  readonly limit: number
}

const FILTER = `p.organization_id = $1 and ($2::timestamptz is null or p.at >= $2) and ($3::timestamptz is null or p.at < $3) and ($4::uuid is null or p.contact_id = $4)`

/** An organization's plans. */
export function listPlans(
  run: Run,
  organizationId: string,
  { from, to, contactId, status, order, before, after, limit }: PlanFilter,
): Promise<ShownPlan[]> {
  const filter = [organizationId, from ?? null, to ?? null, contactId ?? null, limit]
  const state = status === undefined ? null : stateCode(status)
  if (order === 'soonest')
    return run<ShownPlan>(
      'reminders.soonest',
      `select ${SHOWN} where ${FILTER} and ($6::timestamptz is null or (p.at, p.id) > ($6, $7::uuid))
         and ($8::smallint is null or exists (select from reminder r where r.plan_id = p.id and r.state = $8))
       order by p.at, p.id limit $5`,
      [...filter, after?.at ?? null, after?.id ?? null, state],
    )
  if (state === null)
    return run<ShownPlan>(
      'reminders.list',
      `select ${SHOWN} where ${FILTER} and ($6::uuid is null or p.id < $6) order by p.id desc limit $5`,
      [...filter, before ?? null],
    )
  // From the reminders, which an index has by state: few plans of many may have one that was refused.
  return run<ShownPlan>(
    'reminders.list-by-state',
    `select distinct on (r.plan_id) p.*, c.name as contact_name from reminder r join reminder_plan p on p.id = r.plan_id
       left join contact c on c.id = p.contact_id
     where r.organization_id = $1 and r.state = $7 and ${FILTER} and ($6::uuid is null or r.plan_id < $6) order by r.plan_id desc limit $5`,
    [...filter, before ?? null, state],
  )
}

export interface DueReminder extends ReminderRow {
  readonly organization_id: string
  readonly contact_id: string
  readonly phone: string | null
  readonly subject_at: Date
  readonly payload: Record<string, unknown>
  readonly cancelled_at: Date | null
}

/**
 * Those of these reminders whose plans nobody else holds; their plans are held until the transaction ends, so none of
 * them moves or is cancelled meanwhile.
 */
export async function holdDue(run: Run, ids: readonly string[]): Promise<DueReminder[]> {
  const held = await run<{ id: string }>(
    'reminders.hold-due',
    'select p.id from reminder_plan p where p.id = any(array(select plan_id from reminder where id = any($1::uuid[]))) for no key update skip locked',
    [uuids(ids)],
  )
  // Read again: what it says is true only once its plan is held.
  return run<DueReminder>(
    'reminders.due',
    `select r.id, r.plan_id, r.at, r.rule, r.type, r.audience, r.channels, r.due_at, r.state, r.reason, r.notification_id,
       p.organization_id, p.contact_id, p.phone, p.at as subject_at, coalesce(r.payload, p.payload) as payload, p.cancelled_at
     from reminder r join reminder_plan p on p.id = r.plan_id where r.id = any($1::uuid[]) and p.id = any($2::uuid[])`,
    [uuids(ids), uuids(held.map((row) => row.id))],
  )
}

export interface Outcome {
  readonly id: string
  readonly state: 'sent' | 'skipped' | 'refused'
  readonly reason: string | null
  readonly notificationId: string | null
}

export const writeOutcomes = (run: Run, outcomes: readonly Outcome[], now: Date) =>
  run(
    'reminders.outcomes',
    `update reminder r set state = i.state, reason = i.reason, notification_id = i.notification_id, updated_at = $5
     from unnest($1::uuid[], $2::smallint[], $3::text[], $4::uuid[]) as i(id, state, reason, notification_id) where r.id = i.id`,
    [
      uuids(outcomes.map((one) => one.id)),
      outcomes.map((one) => stateCode(one.state)),
      outcomes.map((one) => one.reason),
      uuids(outcomes.map((one) => one.notificationId)),
      now,
    ],
  )

/**
 * Those of these reminders of which nothing has left have not come: some of their messages are among the `stopped`, which
 * never left, and the others were not sent either.
 */
export async function markStopped(
  run: Run,
  ids: readonly string[],
  stopped: readonly string[],
  reason: string,
  now: Date,
): Promise<void> {
  if (stopped.length === 0) return
  await run(
    'reminders.stopped',
    `update reminder r set state = ${stateCode('cancelled')}, reason = $3, updated_at = $4
     where r.id = any($1::uuid[]) and exists (select from message m where m.notification_id = r.notification_id and m.id = any($2::uuid[]))
       and not exists (select from message m where m.notification_id = r.notification_id and m.status <> ${statusCode('suppressed')} and not m.id = any($2::uuid[]))`,
    [uuids(ids), uuids(stopped), reason, now],
  )
}

/** Takes away the work of these reminders. How many were still this worker's. */
export async function dropWork(run: Run, ids: readonly string[], workerId: string): Promise<number> {
  const rows = await run(
    'reminders.drop-work',
    'delete from message_work where message_id = any($1::uuid[]) and worker_id = $2 and state + 0 = 3 returning 1',
    [uuids(ids), workerId],
  )
  return rows.length
}

/** Gives claims back: due again at `at`. */
export const giveBack = (run: Run, ids: readonly string[], workerId: string, at: Date) =>
  run(
    'reminders.give-back',
    'update message_work set state = 0, due_at = $3, worker_id = null where message_id = any($1::uuid[]) and worker_id = $2 and state + 0 = 3',
    [uuids(ids), workerId, at],
  )

const FORGOTTEN_AT_ONCE = 5_000

/** Plans whose subject is long over. True when there may be more. */
export async function forgetPlans(run: Run, before: Date): Promise<boolean> {
  const rows = await run(
    'reminders.forget',
    'delete from reminder_plan where id = any(array(select id from reminder_plan where at < $1 limit $2)) returning 1',
    [before, FORGOTTEN_AT_ONCE],
  )
  return rows.length === FORGOTTEN_AT_ONCE
}

/**
 * Ends what is planned about a contact for others: the plans stay without anything they say. Gives how many reminders were
 * still to come, and the notifications that left.
 */
export async function endPlansAbout(
  run: Run,
  organizationId: string,
  contactId: string,
  now: Date,
): Promise<{ ended: number; notificationIds: string[] }> {
  const held = await run<{ id: string }>(
    'reminders.hold-about',
    'select id from reminder_plan where about @> array[$2::uuid] and organization_id = $1 order by id for no key update',
    [organizationId, contactId],
  )
  if (held.length === 0) return { ended: 0, notificationIds: [] }
  // Read once they are held: none of them comes due meanwhile.
  const rows = await run<{ state: number; notification_id: string | null }>(
    'reminders.end-about',
    `with theirs as materialized (
       select id, state, notification_id from reminder where plan_id = any($1::uuid[])
     ), work as (
       delete from message_work where message_id = any(array(select id from theirs where state = ${PLANNED}))
     ), emptied as (
       update reminder_plan set payload = '{}', cancelled_at = coalesce(cancelled_at, $2), updated_at = $2 where id = any($1::uuid[]) and payload::text <> '{}'
     ), ended as (
       update reminder r set payload = null, state = case when t.state = ${PLANNED} then ${stateCode('cancelled')} else r.state end,
         reason = case when t.state = ${PLANNED} then 'subject_erased' else r.reason end, updated_at = $2
       from theirs t where r.id = t.id and (t.state = ${PLANNED} or r.payload is not null)
     )
     select state, notification_id from theirs`,
    [uuids(held.map(({ id }) => id)), now],
  )
  return {
    ended: rows.filter(({ state }) => state === PLANNED).length,
    notificationIds: rows.flatMap((row) => row.notification_id ?? []),
  }
}

/** Everything planned for a contact goes, with the work it was to be. How many reminders there were. */
export async function removePlansOf(run: Run, contactId: string): Promise<number> {
  const [row] = await run<{ n: number }>(
    'reminders.remove-of',
    `with theirs as materialized (select r.id from reminder r join reminder_plan p on p.id = r.plan_id where p.contact_id = $1),
     work as (delete from message_work where message_id = any(array(select id from theirs))),
     gone as (delete from reminder_plan where contact_id = $1)
     select count(*)::int as n from theirs`,
    [contactId],
  )
  return row?.n ?? 0
}
