import type { Database } from '../../platform/database/database.ts'
import type { WebhookCall } from '../channels/report.ts'
import { deadLetterColumns, type NewDeadLetter } from '../messages/new-dead-letter.ts'
import { statusCode } from '../messages/status.ts'
import { TASKS } from '../messages/task.ts'

type Run = Database['run']

export interface Receipt {
  readonly id: string
  readonly method: string
  readonly provider: string
  readonly account_id: string
  readonly headers: Record<string, string>
  readonly query: Record<string, string>
  readonly body: Buffer
  readonly received_at: Date
}

export interface NewReceipt {
  readonly id: string
  readonly method: string
  readonly organizationId: string | null
  readonly provider: string
  readonly accountId: string
  readonly headers: WebhookCall['headers']
  readonly query: WebhookCall['query']
  readonly body: Buffer
  readonly receivedAt: Date
}

export async function keepReceipts(run: Run, receipts: readonly NewReceipt[]): Promise<void> {
  await run(
    'reports.keep',
    `insert into webhook_receipt (id, organization_id, provider, account_id, method, headers, query, body, received_at)
     select id, organization_id, provider, account_id, method, headers::jsonb, query::jsonb, body, received_at
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::timestamptz[])
       as r(id, organization_id, provider, account_id, method, headers, query, body, received_at)
     on conflict (id) do nothing`,
    [
      receipts.map((row) => row.id),
      receipts.map((row) => row.organizationId),
      receipts.map((row) => row.provider),
      receipts.map((row) => row.accountId),
      receipts.map((row) => row.method),
      receipts.map((row) => JSON.stringify(row.headers)),
      receipts.map((row) => JSON.stringify(row.query)),
      receipts.map((row) => row.body),
      receipts.map((row) => row.receivedAt),
    ],
  )
}

export async function openReceipts(run: Run, ids: readonly string[]): Promise<Receipt[]> {
  return run<Receipt>(
    'reports.open',
    `select id, provider, account_id, method, headers, query, body, received_at from webhook_receipt where id = any($1::uuid[]) and processed_at is null order by id`,
    [ids],
  )
}

/** What was received before `before` and never worked through: its job was lost. */
export async function strandedReceipts(run: Run, before: Date, limit: number): Promise<string[]> {
  const rows = await run<{ id: string }>(
    'reports.stranded',
    'select id from webhook_receipt where processed_at is null and received_at < $1 order by id limit $2',
    [before, limit],
  )
  return rows.map((row) => row.id)
}

export async function closeReceipts(
  run: Run,
  receipts: readonly { id: string; problem: string | null }[],
  now: Date,
): Promise<void> {
  await run(
    'reports.close',
    'update webhook_receipt r set processed_at = $3, problem = i.problem from unnest($1::uuid[], $2::text[]) as i(id, problem) where r.id = any($1::uuid[]) and r.id = i.id and one_row(r.id, i.id)',
    [receipts.map((row) => row.id), receipts.map((row) => row.problem), now],
  )
}

export interface Reported {
  readonly id: string
  readonly organization_id: string
  readonly channel: number
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
}

/** The messages that carriers name by their own ids, through the tries that were made. */
export async function findByProviderId(
  run: Run,
  named: readonly { readonly accountId: string; readonly providerMessageId: string }[],
): Promise<(accountId: string, providerMessageId: string) => string | undefined> {
  if (named.length === 0) return () => undefined
  const rows = await run<{ provider_account_id: string; provider_message_id: string; message_id: string }>(
    'reports.by-provider-id',
    `select i.account_id as provider_account_id, i.id as provider_message_id, a.message_id
     from unnest($1::uuid[], $2::text[]) as i(account_id, id)
     cross join lateral (select * from attempt a where a.provider_account_id = i.account_id and a.provider_message_id = i.id offset 0) a`,
    [named.map((one) => one.accountId), named.map((one) => one.providerMessageId)],
  )
  const found = new Map(rows.map((row) => [`${row.provider_account_id} ${row.provider_message_id}`, row.message_id]))
  return (accountId, providerMessageId) => found.get(`${accountId} ${providerMessageId}`)
}

export interface Moved {
  readonly messageId: string
  readonly organizationId: string
  readonly from: number
  readonly to: number
  readonly reason: string | null
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
}

export interface NewSuppression {
  readonly organizationId: string
  readonly channel: number
  readonly address: string
  readonly reason: string
  readonly messageId: string
}

export async function readReported(run: Run, messageIds: readonly string[]): Promise<Reported[]> {
  return run<Reported>(
    'reports.messages',
    `select m.id, m.organization_id, m.channel, m.address, m.status, m.notification_id, m.contact_id, m.lane, m.type,
       m.resend_of is null and (select n.fallback is not null from notification n where n.id = m.notification_id) as has_fallback,
       array(select a.provider_account_id from attempt a where a.message_id = m.id) as accounts
     from message m where m.id = any($1::uuid[])`,
    [messageIds],
  )
}

/**
 * Moves the messages that are still where they were read, and tells their timelines. Gives the ids that moved: one that
 * another worker moved meanwhile is left out, to be read again. A message the carrier has reported on has left: what
 * still waits to send it is taken away. One that failed stays in dead letters; one that arrived after all leaves them.
 */
export async function applyMoves(
  run: Run,
  moves: readonly Moved[],
  events: readonly NewEvent[],
  suppressions: readonly NewSuppression[],
  deadLetters: readonly NewDeadLetter[],
  now: Date,
): Promise<Set<string>> {
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
    ...deadLetterColumns(deadLetters),
  ])
  return new Set(rows.map((row) => row.id))
}

/** Addresses that must not be used again, told by reports that move no message. */
export const suppress = (run: Run, suppressions: readonly NewSuppression[], now: Date) =>
  run(
    'reports.suppress',
    `insert into suppression (organization_id, channel, address, reason, message_id, created_at)
     select distinct on (s.organization_id, s.channel, s.address) s.*, $6::timestamptz
     from unnest($1::uuid[], $2::smallint[], $3::text[], $4::text[], $5::uuid[]) as s(organization_id, channel, address, reason, message_id)
     order by s.organization_id, s.channel, s.address
     on conflict do nothing`,
    [
      suppressions.map((row) => row.organizationId),
      suppressions.map((row) => row.channel),
      suppressions.map((row) => row.address),
      suppressions.map((row) => row.reason),
      suppressions.map((row) => row.messageId),
      now,
    ],
  )

const FAILED = statusCode('failed')
/** A work row has a deadline; one that only looks at a chain ends long before it. */
const FOLLOW_UP_WITHIN_MS = 24 * 3_600_000

const APPLY = `
with i as materialized (select * from unnest($1::uuid[], $2::smallint[], $3::smallint[], $4::text[]) as i(id, was, becomes, reason)),
moved as (
  update message m set status = i.becomes, reason = coalesce(i.reason, m.reason), settled_at = coalesce(m.settled_at, $5::timestamptz)
  from i where m.id = any($1::uuid[]) and m.id = i.id and one_row(m.id, i.id) and m.status = i.was returning m.id
), left_already as (
  delete from message_work w using moved where w.message_id = any($1::uuid[]) and w.message_id = moved.id and one_row(w.message_id, moved.id) and not (w.message_id = any($17::uuid[]))
), following as (
  insert into message_work (message_id, organization_id, channel, lane, state, due_at, deadline_at, task)
  select m.id, m.organization_id, m.channel, m.lane, 1, $5::timestamptz, $18::timestamptz, ${TASKS.fallBack}
  from moved cross join lateral (select * from message m where m.id = moved.id offset 0) m where moved.id = any($17::uuid[])
  on conflict (message_id) do update set task = ${TASKS.fallBack}, state = 1, due_at = excluded.due_at where message_work.state <> 3
), dead as (
  insert into dead_letter (message_id, organization_id, notification_id, contact_id, channel, type, reason, code, failed_at)
  select d.message_id, d.organization_id, d.notification_id, d.contact_id, d.channel, d.type, d.reason, d.code, $5::timestamptz
  from unnest($19::uuid[], $20::uuid[], $21::uuid[], $22::uuid[], $23::smallint[], $24::text[], $25::text[], $26::text[])
    as d(message_id, organization_id, notification_id, contact_id, channel, type, reason, code)
  join moved on moved.id = d.message_id
  where not exists (select 1 from message m where m.notification_id = d.notification_id and m.resend_of = d.message_id)
  on conflict do nothing
), alive_after_all as (
  delete from dead_letter l using i where l.message_id = any($1::uuid[]) and l.message_id = i.id and one_row(l.message_id, i.id) and i.was = ${FAILED} and l.requeued_as is null
), told as (
  insert into message_event (message_id, id, organization_id, at, kind, detail)
  select e.message_id, e.id, e.organization_id, e.at, e.kind, e.detail::json
  from unnest($6::uuid[], $7::uuid[], $8::uuid[], $9::timestamptz[], $10::smallint[], $11::text[]) as e(message_id, id, organization_id, at, kind, detail)
  join moved on moved.id = e.message_id
), suppressed as (
  insert into suppression (organization_id, channel, address, reason, message_id, created_at)
  select distinct on (s.organization_id, s.channel, s.address) s.organization_id, s.channel, s.address, s.reason, s.message_id, $5::timestamptz
  from unnest($12::uuid[], $13::smallint[], $14::text[], $15::text[], $16::uuid[]) as s(organization_id, channel, address, reason, message_id)
  join moved on moved.id = s.message_id order by s.organization_id, s.channel, s.address
  on conflict do nothing
)
select id from moved`
