import type { Database } from '../../platform/database/database.ts'
import { OUTCOMES } from '../messages/attempt-outcome.ts'

type Run = Database['run']

export const HIT_KINDS = ['open', 'click'] as const

export interface NewHit {
  readonly id: string
  readonly messageId: string
  readonly at: Date
  readonly kind: number
  readonly link: string | null
  readonly method: string
  readonly userAgent: string
  readonly prefetch: boolean
}

/** A message is not looked at this often: what comes after is a flood. */
const MOST_PER_MESSAGE = 200

/**
 * Keeps what came for messages that exist. Nothing is kept about a contact who was erased or does not want to be measured,
 * also for messages sent before that was said.
 */
export async function keepHits(run: Run, hits: readonly NewHit[]): Promise<void> {
  await run(
    'hits.keep',
    `insert into message_hit (message_id, id, organization_id, at, kind, link, method, user_agent, prefetch)
     select i.message_id, i.id, m.organization_id, i.at, i.kind, i.link, i.method, i.user_agent, i.prefetch
     from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::boolean[])
       as i(message_id, id, at, kind, link, method, user_agent, prefetch)
     cross join lateral (select organization_id, contact_id from message m where m.id = i.message_id offset 0) m
     cross join lateral (select preferences from contact c where c.id = m.contact_id offset 0) c
     cross join lateral (select count(*) as n from (select from message_hit h where h.message_id = i.message_id limit ${MOST_PER_MESSAGE}) h) h
     where h.n < ${MOST_PER_MESSAGE} and c.preferences->'measured' is distinct from 'false'::jsonb`,
    [
      hits.map((row) => row.messageId),
      hits.map((row) => row.id),
      hits.map((row) => row.at),
      hits.map((row) => row.kind),
      hits.map((row) => row.link),
      hits.map((row) => row.method),
      hits.map((row) => row.userAgent),
      hits.map((row) => row.prefetch),
    ],
  )
}

export interface HitRow {
  readonly message_id: string
  readonly id: string
  readonly at: Date
  readonly kind: number
  readonly link: string | null
  readonly method: string
  readonly user_agent: string
  readonly prefetch: boolean
  readonly is_judged: boolean
  /** When the carrier had the message, as far as we know. */
  readonly sent_at: Date | null
}

const SENT = OUTCOMES.indexOf('sent')

/** Every hit of the messages that have one from before `before` which nobody has judged, the longest waiting first. */
export async function openHits(run: Run, before: Date, limit: number): Promise<HitRow[]> {
  return run<HitRow>(
    'hits.open',
    `with due as materialized (
       select distinct message_id from (select message_id from message_hit where judged_at is null and at < $1 order by at limit $2) d
     )
     select h.message_id, h.id, h.at, h.kind, h.link, h.method, h.user_agent, h.prefetch, h.judged_at is not null as is_judged, a.sent_at
     from due cross join lateral (select * from message_hit h where h.message_id = due.message_id offset 0) h
     left join lateral (select case when a.outcome = ${SENT} then a.settled_at else a.started_at end as sent_at
       from attempt a where a.message_id = due.message_id order by a.n desc limit 1) a on true
     order by h.at, h.id`,
    [before, limit],
  )
}

/** Writes down who they were. What the browser called itself is not needed any more. */
export async function closeHits(
  run: Run,
  hits: readonly { readonly messageId: string; readonly id: string; readonly automatic: string | null }[],
  now: Date,
): Promise<void> {
  await run(
    'hits.close',
    `update message_hit h set judged_at = $4, automatic = i.automatic, user_agent = ''
     from unnest($1::uuid[], $2::uuid[], $3::text[]) as i(message_id, id, automatic)
     where h.message_id = any($1::uuid[]) and h.message_id = i.message_id and h.id = i.id and one_row(h.id, i.id)`,
    [hits.map((row) => row.messageId), hits.map((row) => row.id), hits.map((row) => row.automatic), now],
  )
}

const DROPPED_AT_ONCE = 10_000

export const dropHits = (run: Run, before: Date) =>
  run(
    'hits.drop',
    `delete from message_hit where (message_id, id) in (select message_id, id from message_hit where at < $1 limit ${DROPPED_AT_ONCE})`,
    [before],
  )
