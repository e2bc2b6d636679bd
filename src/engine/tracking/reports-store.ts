import type { Database } from '../../platform/database/database.ts'
import type { Cost } from '../channels/cost.ts'
import type { SuppressionReason } from '../channels/report.ts'
import { refreshMarketingAt } from '../contacts/consents.ts'
import { deadLetterColumns } from '../messages/new-dead-letter.ts'
import { EVENT_KINDS, statusCode } from '../messages/status.ts'
import { SUPPRESS_HARDER } from '../messages/suppression.ts'
import { TASKS } from '../messages/task.ts'
import type { Step } from './report-step.ts'

type Run = Database['run']

export interface Reported {
  readonly id: string
  readonly organization_id: string
  readonly channel: number
  /** Null until one has taken it. */
  readonly provider: string | null
  readonly address: string
  readonly status: number
  readonly notification_id: string
  readonly contact_id: string
  readonly lane: number
  readonly type: string
  /** The channels its chain may go on with, if it is part of one. */
  readonly has_fallback: boolean
  /** The provider accounts that have tried to send it: nobody else knows anything about it. */
  readonly accounts: readonly string[]
  /** Lines of its timeline that reports made beside its moves. */
  readonly lines: number
}

/** The messages that carriers name by their own ids, through the tries that were made. */
export async function findByProviderId(
  run: Run,
  named: readonly { readonly accountId: string; readonly providerMessageId: string }[],
): Promise<(accountId: string, providerMessageId: string) => string | undefined> {
  const storable = named.filter(({ providerMessageId }) => !providerMessageId.includes('\0'))
  if (storable.length === 0) return () => undefined
  const rows = await run<{ provider_account_id: string; provider_message_id: string; message_id: string }>(
    'reports.by-provider-id',
    `select i.account_id as provider_account_id, i.id as provider_message_id, a.message_id
     from unnest($1::uuid[], $2::text[]) as i(account_id, id)
     cross join lateral (select * from attempt a where a.provider_account_id = i.account_id and a.provider_message_id = i.id offset 0) a`,
    [storable.map((one) => one.accountId), storable.map((one) => one.providerMessageId)],
  )
  const found = new Map(rows.map((row) => [`${row.provider_account_id} ${row.provider_message_id}`, row.message_id]))
  return (accountId, providerMessageId) => found.get(`${accountId} ${providerMessageId}`)
}

export interface Moved {
  readonly messageId: string
  readonly organizationId: string
  /** The same as `to`: it stays where it is. */
  readonly from: number
  readonly to: number
  readonly reason: string | null
  readonly cost: Cost | null
  /** It failed or came back, and its chain has more channels: a worker looks at once. */
  readonly followUp: boolean
}

export interface NewEvent {
  readonly messageId: string
  readonly id: string
  readonly organizationId: string
  readonly at: Date
  readonly kind: number
  readonly detail: string | null
  /** Which report it is from, where no rank keeps it from being told twice. */
  readonly source: string | null
  /** It tells of the move, and only if that is made. */
  readonly withMove: boolean
}

export interface NewSuppression {
  /** Of the row in the log of consent, should there be one. */
  readonly id: string
  readonly messageId: string
  readonly organizationId: string
  readonly contactId: string
  readonly channel: number
  readonly address: string
  readonly reason: SuppressionReason
  /** The carrier's word for it. */
  readonly code: string
  readonly at: Date
}

export async function readReported(run: Run, messageIds: readonly string[]): Promise<Reported[]> {
  return run<Reported>(
    'reports.messages',
    `select m.id, m.organization_id, m.channel, m.provider, m.address, m.status, m.notification_id, m.contact_id, m.lane, m.type,
       m.resend_of is null and (select n.fallback is not null from notification n where n.id = m.notification_id) as has_fallback,
       array(select a.provider_account_id from attempt a where a.message_id = m.id) as accounts,
       (select count(*)::int from message_event e where e.message_id = m.id and e.source is not null) as lines
     from message m where m.id = any($1::uuid[])`,
    [messageIds],
  )
}

/**
 * Moves the messages that are still where they were read, and tells their timelines; what reports say beside a move is
 * told all the same, once. Gives the ids that moved: one that another worker moved meanwhile is left out, to be read again.
 * A message the carrier has reported on has left: what still waits to send it is taken away. One that failed stays in dead
 * letters; one that arrived after all leaves them.
 */
export async function applySteps(run: Run, steps: readonly Step[], now: Date): Promise<Set<string>> {
  const moves = steps.map(({ move }) => move).filter(({ from, to, cost }) => from !== to || cost !== null)
  const events = steps.flatMap((step) => step.events)
  const suppressions = steps.flatMap((step) => step.suppressions)
  const rows = await run<{ id: string }>('reports.apply', APPLY, [
    moves.map((row) => row.messageId),
    moves.map((row) => row.from),
    moves.map((row) => row.to),
    moves.map((row) => row.reason),
    now,
    events.map((row) => row.messageId),
    events.map((row) => row.id),
    events.map((row) => row.organizationId),
    events.map((row) => row.at),
    events.map((row) => row.kind),
    events.map((row) => row.detail),
    suppressions.map((row) => row.organizationId),
    suppressions.map((row) => row.channel),
    suppressions.map((row) => row.address),
    suppressions.map((row) => row.reason),
    suppressions.map((row) => row.messageId),
    moves.filter((row) => row.followUp).map((row) => row.messageId),
    new Date(now.getTime() + FOLLOW_UP_WITHIN_MS),
    ...deadLetterColumns(steps.flatMap((step) => step.deadLetters)),
    moves.map((row) => row.cost?.micros ?? null),
    moves.map((row) => row.cost?.currency ?? null),
    events.map((row) => row.source),
    events.map((row) => row.withMove),
    suppressions.map((row) => row.id),
    suppressions.map((row) => row.contactId),
    suppressions.map((row) => row.code),
    suppressions.map((row) => row.at),
  ])
  await refreshMarketingAt(
    run,
    suppressions.filter(({ reason }) => reason === 'opted_out'),
  )
  return new Set(rows.map((row) => row.id))
}

const FAILED = statusCode('failed')
const { opened_by_machine: MACHINE_OPEN, clicked_by_machine: MACHINE_CLICK, complained: COMPLAINT } = EVENT_KINDS
/** A work row has a deadline; one that only looks at a chain ends long before it. */
const FOLLOW_UP_WITHIN_MS = 24 * 3_600_000

/**
 * A worker is sending it: the row stays its claim, and is no more of a sending once that ends, however it does. One that
 * is only looking at the chain has looked too early, and loses the row.
 */
const SENDING = `message_work.state = 3 and message_work.task = ${TASKS.send}`

/** What was estimated is replaced by any report, what was reported by a higher one only: their order does not matter. */
const IS_HIGHER =
  'i.cost_micros is not null and (m.cost_reported is not true or (i.cost_micros, i.cost_currency) > (m.cost_micros, m.cost_currency))'

const APPLY = `
with i as materialized (
  select * from unnest($1::uuid[], $2::smallint[], $3::smallint[], $4::text[], $27::bigint[], $28::text[]) as i(id, was, becomes, reason, cost_micros, cost_currency)
), touched as (
  update message m set status = case when i.was = i.becomes then m.status else i.becomes end,
    reason = case when i.was = i.becomes then m.reason else i.reason end,
    settled_at = case when i.was = i.becomes then m.settled_at else coalesce(m.settled_at, $5::timestamptz) end,
    cost_micros = case when ${IS_HIGHER} then i.cost_micros else m.cost_micros end,
    cost_currency = case when ${IS_HIGHER} then i.cost_currency else m.cost_currency end,
    cost_reported = case when ${IS_HIGHER} then true else m.cost_reported end
  from i where m.id = any(array(select id from i)) and m.id = i.id and one_row(m.id, i.id) and (i.was = i.becomes or m.status = i.was) returning m.id, i.was, i.becomes
), moved as (
  select id, was from touched where was <> becomes
), left_already as (
  delete from message_work w using moved where w.message_id = any($1::uuid[]) and w.message_id = moved.id and one_row(w.message_id, moved.id) and not (w.message_id = any($17::uuid[]))
), following as (
  insert into message_work (message_id, organization_id, channel, lane, state, due_at, deadline_at, task)
  select m.id, m.organization_id, m.channel, m.lane, 1, $5::timestamptz, $18::timestamptz, ${TASKS.fallBack}
  from moved cross join lateral (select * from message m where m.id = moved.id offset 0) m where moved.id = any($17::uuid[])
  on conflict (message_id) do update set task = ${TASKS.fallBack}, state = case when ${SENDING} then 3 else 1 end,
    due_at = case when ${SENDING} then message_work.due_at else excluded.due_at end, worker_id = case when ${SENDING} then message_work.worker_id end
), dead as (
  insert into dead_letter (message_id, organization_id, notification_id, contact_id, channel, type, reason, code, failed_at)
  select d.message_id, d.organization_id, d.notification_id, d.contact_id, d.channel, d.type, d.reason, d.code, $5::timestamptz
  from unnest($19::uuid[], $20::uuid[], $21::uuid[], $22::uuid[], $23::smallint[], $24::text[], $25::text[], $26::text[])
    as d(message_id, organization_id, notification_id, contact_id, channel, type, reason, code)
  join moved on moved.id = d.message_id
  where not exists (select 1 from message m where m.notification_id = d.notification_id and m.resend_of = d.message_id)
  on conflict do nothing
), alive_after_all as (
  delete from dead_letter l using moved where l.message_id = any($1::uuid[]) and l.message_id = moved.id and one_row(l.message_id, moved.id) and moved.was = ${FAILED} and l.requeued_as is null
), told as (
  insert into message_event (message_id, id, organization_id, at, kind, detail, source)
  select e.message_id, e.id, e.organization_id, e.at, e.kind, e.detail::json, e.source
  from unnest($6::uuid[], $7::uuid[], $8::uuid[], $9::timestamptz[], $10::smallint[], $11::text[], $29::uuid[], $30::boolean[])
    as e(message_id, id, organization_id, at, kind, detail, source, with_move)
  left join moved on moved.id = e.message_id where moved.id is not null or not e.with_move
  on conflict (message_id, source) where source is not null do nothing
  returning message_id, kind
), counted as (
  insert into stat_delta (organization_id, hour, channel, provider, type, template_version_id, currency, machine_opened, machine_clicked, complained)
  select m.organization_id, date_trunc('hour', coalesce(m.settled_at, $5::timestamptz), 'UTC'), m.channel, coalesce(m.provider, ''), m.type, m.template_version_id, coalesce(m.cost_currency, ''),
    count(*) filter (where t.kind = ${MACHINE_OPEN}), count(*) filter (where t.kind = ${MACHINE_CLICK}), count(*) filter (where t.kind = ${COMPLAINT})
  from (select distinct message_id, kind from told where kind in (${MACHINE_OPEN}, ${MACHINE_CLICK}, ${COMPLAINT})) t
  cross join lateral (select * from message m where m.id = t.message_id offset 0) m
  where not exists (select 1 from message_event e where e.message_id = t.message_id and e.kind = t.kind)
    and not exists (select 1 from template_version v where v.id = m.template_version_id and v.published_at is null)
  group by 1, 2, 3, 4, 5, 6, 7
), s as materialized (
  select s.* from unnest($12::uuid[], $13::smallint[], $14::text[], $15::text[], $16::uuid[], $31::uuid[], $32::uuid[], $33::text[], $34::timestamptz[])
    as s(organization_id, channel, address, reason, message_id, id, contact_id, code, at)
), consented as (
  insert into consent_event (id, organization_id, contact_id, channel, address, state, source, wording, at, message_id, created_at)
  select id, organization_id, contact_id, channel, address, 'withdrawn', 'carrier', code, at, message_id, $5::timestamptz from s where reason = 'opted_out'
  on conflict do nothing
), suppressed as (
  insert into suppression (organization_id, channel, address, reason, message_id, created_at)
  select distinct on (s.organization_id, s.channel, s.address) s.organization_id, s.channel, s.address, s.reason, s.message_id, $5::timestamptz from s
  where s.reason <> 'opted_out' or not exists (
    select 1 from consent_event c where c.organization_id = s.organization_id and c.channel = s.channel and c.address = s.address and c.category is null and c.state = 'granted' and c.at > s.at)
  order by s.organization_id, s.channel, s.address, array_position(${SUPPRESS_HARDER.order}, s.reason) desc
  ${SUPPRESS_HARDER.onConflict}
)
select id from moved`
