import { int2s, texts, times, uuids } from '../../platform/database/arrays.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Marketing } from '../contacts/marketing.ts'
import type { Preferences } from '../contacts/preferences.ts'
import { deadLetterColumns, type NewDeadLetter } from './new-dead-letter.ts'
import { TASKS } from './task.ts'

type Run = Database['run']

export interface ChainMessage {
  readonly notification_id: string
  readonly channel: number
  readonly status: number
}

/** The messages these notifications have so far, resent ones apart. */
export async function messagesOfChains(run: Run, notificationIds: readonly string[]): Promise<ChainMessage[]> {
  return run<ChainMessage>(
    'fallback.messages',
    `select m.notification_id, m.channel, m.status from unnest($1::uuid[]) as n(id)
     cross join lateral (select * from message m where m.notification_id = n.id and m.resend_of is null offset 0) m`,
    [uuids(notificationIds)],
  )
}

/** What a contact has chosen to hear of, and agreed to. */
export interface Wishes {
  readonly preferences: Preferences
  readonly marketing: Marketing
}

/** What these contacts have chosen and agreed to, by their ids. */
export async function wishesOf(run: Run, contactIds: readonly string[]): Promise<Map<string, Wishes>> {
  const rows = await run<Wishes & { id: string }>(
    'fallback.wishes',
    'select id, preferences, marketing from contact where id = any($1::uuid[])',
    [uuids(contactIds)],
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/** What became of one chain: the message that goes on with it, or the end of it. */
export interface Step {
  /** The message whose work row asked. */
  readonly messageId: string
  readonly n: number
  readonly organizationId: string
  readonly next: {
    readonly id: string
    readonly notificationId: string
    readonly contactId: string
    readonly channel: number
    readonly lane: number
    readonly status: number
    readonly type: string
    readonly templateVersionId: string
    readonly address: string
    readonly deadlineAt: Date
    /** Added to the notification's reasons. */
    readonly reason: string
    readonly eventId: string
    readonly eventKind: number
    readonly eventDetail: string
  } | null
  /** Set when the chain ended because of what would have followed: added to the notification's reasons. */
  readonly refused: { readonly notificationId: string; readonly reason: string } | null
  /** Set when the chain ended and its last message had failed. */
  readonly deadLetter: NewDeadLetter | null
}

/**
 * Takes the asking work rows away and writes what follows, in one statement: whoever lost its claim writes nothing, and
 * the next channel begins once.
 */
export async function takeSteps(run: Run, steps: readonly Step[], workerId: string, now: Date): Promise<void> {
  const next = steps.flatMap(({ messageId, organizationId, next }) =>
    next ? [{ ...next, from: messageId, organizationId }] : [],
  )
  const refused = steps.flatMap(({ messageId, refused }) => (refused ? [{ ...refused, from: messageId }] : []))
  const dead = steps.flatMap(({ deadLetter }) => (deadLetter ? [deadLetter] : []))
  await run('fallback.step', STEP, [
    uuids(steps.map((row) => row.messageId)),
    int2s(steps.map((row) => row.n)),
    workerId,
    now,
    uuids(next.map((row) => row.from)),
    uuids(next.map((row) => row.id)),
    uuids(next.map((row) => row.notificationId)),
    uuids(next.map((row) => row.organizationId)),
    uuids(next.map((row) => row.contactId)),
    int2s(next.map((row) => row.channel)),
    int2s(next.map((row) => row.lane)),
    int2s(next.map((row) => row.status)),
    texts(next.map((row) => row.type)),
    uuids(next.map((row) => row.templateVersionId)),
    texts(next.map((row) => row.address)),
    times(next.map((row) => row.deadlineAt)),
    texts(next.map((row) => row.reason)),
    uuids(next.map((row) => row.eventId)),
    int2s(next.map((row) => row.eventKind)),
    texts(next.map((row) => row.eventDetail)),
    ...deadLetterColumns(dead),
    uuids(refused.map((row) => row.from)),
    uuids(refused.map((row) => row.notificationId)),
    texts(refused.map((row) => row.reason)),
  ])
}

const STEP = `
with i as materialized (select * from unnest($1::uuid[], $2::smallint[]) as i(message_id, n)),
mine as (
  delete from message_work w using i
  where w.message_id = any($1::uuid[]) and w.message_id = i.message_id and one_row(w.message_id, i.message_id) and w.attempt = i.n and w.worker_id = $3 and w.state + 0 = 3 and w.task = ${TASKS.fallBack}
  returning w.message_id
), m as (
  select * from unnest($5::uuid[], $6::uuid[], $7::uuid[], $8::uuid[], $9::uuid[], $10::smallint[], $11::smallint[], $12::smallint[], $13::text[], $14::uuid[], $15::text[],
    $16::timestamptz[], $17::text[], $18::uuid[], $19::smallint[], $20::text[])
    as m(from_id, id, notification_id, organization_id, contact_id, channel, lane, status, type, template_version_id, address, deadline_at, reason, event_id, event_kind, event_detail)
  where from_id in (select message_id from mine)
), messages as (
  insert into message (id, notification_id, organization_id, contact_id, channel, lane, status, type, template_version_id, address, due_at, created_at, campaign_variant_id)
  select id, notification_id, organization_id, contact_id, channel, lane, status, type, template_version_id, address, $4, $4,
    (select f.campaign_variant_id from message f where f.id = m.from_id) from m
), work as (
  insert into message_work (message_id, organization_id, channel, lane, state, due_at, deadline_at)
  select id, organization_id, channel, lane, 1, $4, deadline_at from m
), told as (
  insert into message_event (message_id, id, organization_id, at, kind, detail)
  select from_id, event_id, organization_id, $4, event_kind, event_detail::json from m
), dead as (
  insert into dead_letter (message_id, organization_id, notification_id, contact_id, channel, type, reason, code, failed_at)
  select d.*, $4 from unnest($21::uuid[], $22::uuid[], $23::uuid[], $24::uuid[], $25::smallint[], $26::text[], $27::text[], $28::text[])
    as d(message_id, organization_id, notification_id, contact_id, channel, type, reason, code)
  where d.message_id in (select message_id from mine)
    and not exists (select 1 from message m where m.notification_id = d.notification_id and m.resend_of = d.message_id)
  on conflict do nothing
), why as (
  select notification_id, reason from m
  union all
  select notification_id, reason from unnest($29::uuid[], $30::uuid[], $31::text[]) as r(from_id, notification_id, reason)
  where from_id in (select message_id from mine)
)
update notification n set reasons = (n.reasons::jsonb || why.reason::jsonb)::json from why where n.id = any(array(select notification_id from why)) and n.id = why.notification_id and one_row(n.id, why.notification_id)`
