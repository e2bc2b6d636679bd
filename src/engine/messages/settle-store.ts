import { bools, int2s, int8s, texts, times, uuids } from '../../platform/database/arrays.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Cost } from '../channels/cost.ts'
import { deadLetterColumns, type NewDeadLetter } from './new-dead-letter.ts'
import { statusCode } from './status.ts'
import { SUPPRESS_HARDER } from './suppression.ts'
import { TASKS } from './task.ts'

type Run = Database['run']

export interface Settlement {
  readonly messageId: string
  readonly n: number
  readonly organizationId: string
  /** The status it reached; null when it is due again. */
  readonly status: number | null
  readonly nextDueAt: Date | null
  /** Settled, but when to look whether the next channel of its chain must begin; null: there is none. */
  readonly followUpAt: Date | null
  readonly tries: number
  readonly outcome: number
  readonly provider: string | null
  readonly providerAccountId: string | null
  readonly providerMessageId: string | null
  /** Of an SMS that left. */
  readonly parts: number | null
  readonly cost: (Cost & { readonly reported: boolean }) | null
  readonly errorClass: string | null
  readonly code: string | null
  readonly detail: string | null
  readonly reason: string | null
  readonly eventId: string
  readonly eventKind: number
  readonly eventDetail: string | null
  /** Set when the address must not be used again. */
  readonly suppress: { readonly channel: number; readonly address: string; readonly reason: string } | null
  /** Set when it ended failed with nothing to follow. */
  readonly deadLetter: NewDeadLetter | null
  /** Set when it was sent and its carrier can be asked later what became of it: when to ask first. */
  readonly checkAt: Date | null
  readonly at: Date
}

/**
 * Writes what came of each try: attempt, message, work and timeline in one statement. A message that a report has
 * already moved further keeps its status; where one has ended it meanwhile and its chain goes on, the row asks for that and
 * is due now. From a worker that lost its claim to another, only a yes counts: it did leave.
 */
export async function settle(run: Run, rows: readonly Settlement[]): Promise<void> {
  const dead = rows.filter((row) => row.deadLetter !== null)
  const isPlain = dead.length === 0 && rows.every((row) => row.suppress === null && row.checkAt === null)
  await run(isPlain ? 'delivery.settle' : 'delivery.settle-all', isPlain ? SETTLE : SETTLE_ALL, [
    uuids(rows.map((row) => row.messageId)),
    int2s(rows.map((row) => row.n)),
    uuids(rows.map((row) => row.organizationId)),
    int2s(rows.map((row) => row.status)),
    times(rows.map((row) => row.nextDueAt)),
    int2s(rows.map((row) => row.tries)),
    int2s(rows.map((row) => row.outcome)),
    texts(rows.map((row) => row.provider)),
    uuids(rows.map((row) => row.providerAccountId)),
    texts(rows.map((row) => row.providerMessageId)),
    texts(rows.map((row) => row.errorClass)),
    texts(rows.map((row) => row.code)),
    texts(rows.map((row) => row.detail)),
    texts(rows.map((row) => row.reason)),
    uuids(rows.map((row) => row.eventId)),
    int2s(rows.map((row) => row.eventKind)),
    texts(rows.map((row) => row.eventDetail)),
    times(rows.map((row) => row.at)),
    times(rows.map((row) => row.followUpAt)),
    int2s(rows.map((row) => row.parts)),
    int8s(rows.map((row) => row.cost?.micros ?? null)),
    texts(rows.map((row) => row.cost?.currency ?? null)),
    bools(rows.map((row) => row.cost?.reported ?? null)),
    ...(isPlain
      ? []
      : [
          int2s(rows.map((row) => row.suppress?.channel ?? null)),
          texts(rows.map((row) => row.suppress?.address ?? null)),
          texts(rows.map((row) => row.suppress?.reason ?? null)),
          times(rows.map((row) => row.checkAt)),
          ...deadLetterColumns(dead.map((row) => row.deadLetter!)),
          times(dead.map((row) => row.at)),
        ]),
  ])
}

/** What only the worker that holds a message may say of it: it has not left. */
const NOT_LEFT = `(${statusCode('failed')}, ${statusCode('suppressed')})`

// Statuses up to 2 (scheduled, queued, sending) are the engine's to change; above them only reports move it.
const settling = ({ isPlain }: { isPlain: boolean }): string => `
with i as materialized (
  select * from unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::smallint[], $5::timestamptz[], $6::smallint[], $7::smallint[], $8::text[], $9::uuid[], $10::text[],
    $11::text[], $12::text[], $13::text[], $14::text[], $15::uuid[], $16::smallint[], $17::text[], $18::timestamptz[], $19::timestamptz[],
    $20::smallint[], $21::bigint[], $22::text[], $23::boolean[]${isPlain ? '' : ', $24::smallint[], $25::text[], $26::text[], $27::timestamptz[]'})
    as i(message_id, n, organization_id, status, next_due_at, tries, outcome, provider, provider_account_id, provider_message_id,
      error_class, code, detail, reason, event_id, event_kind, event_detail, at, follow_up_at,
      parts, cost_micros, cost_currency, cost_reported${isPlain ? '' : ', suppress_channel, suppress_address, suppress_reason, check_at'})
), done as (
  delete from message_work w using i where w.message_id = any($1::uuid[]) and w.message_id = i.message_id and one_row(w.message_id, i.message_id) and (w.attempt = i.n or i.outcome = 0) and i.next_due_at is null and i.follow_up_at is null and w.task <> ${TASKS.fallBack}
  returning w.message_id
), again as (
  update message_work w set state = 0, due_at = case when w.task = ${TASKS.fallBack} then i.at else coalesce(i.next_due_at, i.follow_up_at) end, tries = i.tries, worker_id = null,
    task = case when i.next_due_at is null then ${TASKS.fallBack} else w.task end
  from i where w.message_id = any($1::uuid[]) and w.message_id = i.message_id and one_row(w.message_id, i.message_id) and w.attempt = i.n and (coalesce(i.next_due_at, i.follow_up_at) is not null or w.task = ${TASKS.fallBack})
  returning w.message_id
), owned as (select message_id from done union all select message_id from again
), tried as (
  update attempt a set settled_at = i.at, outcome = i.outcome, provider = coalesce(i.provider, a.provider), provider_account_id = coalesce(i.provider_account_id, a.provider_account_id),
    provider_message_id = i.provider_message_id, error_class = i.error_class, code = i.code, detail = i.detail
  from i where a.message_id = any(array(select message_id from i)) and a.message_id = i.message_id and one_row(a.message_id, i.message_id) and a.n = i.n
), told as (
  insert into message_event (message_id, id, organization_id, at, kind, detail)
  select message_id, event_id, organization_id, at, event_kind, event_detail::json from i
${isPlain ? '' : SELDOM})
update message m set
  status = case when m.status <= 2 and i.status is not null and (i.status not in ${NOT_LEFT} or i.message_id in (select message_id from owned)) then i.status else m.status end,
  reason = case when m.status <= 2 and i.status is not null and (i.status not in ${NOT_LEFT} or i.message_id in (select message_id from owned)) then i.reason else m.reason end,
  attempt_count = greatest(m.attempt_count, i.n), provider = coalesce(i.provider, m.provider), provider_account_id = coalesce(i.provider_account_id, m.provider_account_id),
  provider_message_id = coalesce(i.provider_message_id, m.provider_message_id), parts = coalesce(i.parts, m.parts),
  cost_micros = case when m.cost_reported then m.cost_micros else coalesce(i.cost_micros, m.cost_micros) end,
  cost_currency = case when m.cost_reported then m.cost_currency else coalesce(i.cost_currency, m.cost_currency) end,
  cost_reported = case when m.cost_reported then true else coalesce(i.cost_reported, m.cost_reported) end, settled_at = case when i.status is null then m.settled_at else coalesce(m.settled_at, i.at) end
from i where m.id = any(array(select message_id from i)) and m.id = i.message_id and one_row(m.id, i.message_id)`

/** Dead letters, suppressions, withdrawn consents, looks at what became of it: most tries come to none of them, and what a statement has costs time however few rows there are. */
const SELDOM = `), dead as (
  insert into dead_letter (message_id, organization_id, notification_id, contact_id, channel, type, reason, code, failed_at)
  select d.* from unnest($28::uuid[], $29::uuid[], $30::uuid[], $31::uuid[], $32::smallint[], $33::text[], $34::text[], $35::text[], $36::timestamptz[])
    as d(message_id, organization_id, notification_id, contact_id, channel, type, reason, code, failed_at)
  where d.message_id in (select message_id from owned) and (select m.status <= 2 from message m where m.id = d.message_id)
  on conflict do nothing
), suppressed as (
  insert into suppression (organization_id, channel, address, reason, message_id, created_at)
  select distinct on (organization_id, suppress_channel, suppress_address) organization_id, suppress_channel, suppress_address, suppress_reason, message_id, at
  from i where suppress_channel is not null
  order by organization_id, suppress_channel, suppress_address, array_position(${SUPPRESS_HARDER.order}, suppress_reason) desc
  ${SUPPRESS_HARDER.onConflict}
), consented as (
  insert into consent_event (id, organization_id, contact_id, channel, address, state, source, wording, at, message_id, created_at)
  select i.event_id, i.organization_id, (select m.contact_id from message m where m.id = i.message_id), suppress_channel, suppress_address, 'withdrawn', 'carrier', code, at, message_id, at
  from i where suppress_reason = 'opted_out'
  on conflict do nothing
), checked as (
  insert into status_check (message_id, organization_id, account_id, provider_message_id, sent_at, due_at)
  select message_id, organization_id, provider_account_id, provider_message_id, at, check_at from i
  where check_at is not null and provider_account_id is not null and provider_message_id is not null
  on conflict do nothing
`

const SETTLE = settling({ isPlain: true })
const SETTLE_ALL = settling({ isPlain: false })
