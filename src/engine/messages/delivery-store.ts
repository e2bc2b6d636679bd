import { int2s, texts, times, uuids } from '../../platform/database/arrays.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Category } from '../catalogue/event.ts'
import { OUTCOMES } from './attempt-outcome.ts'
import { TASKS } from './task.ts'

type Run = Database['run']

/**
 * A claimed message is its worker's for this long; the worker renews while it works, so only a dead one loses it. Short,
 * because after a crash what it held waits for it to end; several renewals long, so that one that is late loses nothing.
 */
export const CLAIM_LEASE_MS = 7_000
export const RENEW_EVERY_MS = 2_000

export interface Claimed {
  readonly message_id: string
  readonly notification_id: string
  readonly organization_id: string
  readonly contact_id: string
  readonly channel: number
  readonly lane: number
  /** This try's number. */
  readonly attempt: number
  readonly tries: number
  readonly deadline_at: Date
  readonly task: number
  readonly due_at: Date
  readonly status: number
  readonly reason: string | null
  readonly type: string
  readonly category: Category
  readonly template_version_id: string
  readonly address: string
  /** Why its address must not be used, where that has been so since it was accepted. */
  readonly suppressed: string | null
  readonly locale: string
  readonly payload: Record<string, unknown>
  readonly recipient: { readonly name: string | null; readonly timeZone: string }
  readonly attachment_count: number
  readonly fallback: Fallback | null
  /** The latest try that may have left without our knowing: its worker died before there was an answer, or the answer was lost. */
  readonly unknown_attempt: number | null
  /** Only the account that made it can settle that. */
  readonly unknown_account: string | null
  /** Accounts that will not carry this message. */
  readonly refused_by: readonly string[] | null
}

/** The rest of a fallback chain, as it was decided when the notification was accepted. */
export interface Fallback {
  /** After so long without a report of delivery the next channel begins; null: only on a definite failure. */
  readonly afterMs: number | null
  readonly next: readonly {
    readonly channel: number
    readonly address: string
    readonly templateVersionId: string
  }[]
}

const UNCERTAIN = OUTCOMES.indexOf('uncertain')
/** Counted no further: one row that is claimed for ever must not make the statement fail for all the others. */
const MOST_TRIES = 32_766

/** What a worker needs of the rows it has just claimed, `mine`. */
export const CLAIMED = `select mine.message_id, mine.attempt, mine.tries, mine.deadline_at, mine.task, m.notification_id, m.organization_id, m.contact_id, m.channel, m.lane, m.type, m.status,
       m.reason, m.due_at, m.template_version_id, m.address, n.category, n.locale, n.payload, n.recipient, n.attachment_count, n.fallback,
       (select s.reason from suppression s where s.organization_id = m.organization_id and s.channel = m.channel and s.address = m.address) as suppressed,
       l.n as unknown_attempt, l.provider_account_id as unknown_account,
       case when mine.attempt > 1 then array(select a.provider_account_id from attempt a where a.message_id = mine.message_id and a.error_class = 'other_provider') end as refused_by
     from mine
     cross join lateral (select * from message m where m.id = mine.message_id offset 0) m
     cross join lateral (select * from notification n where n.id = m.notification_id offset 0) n
     left join lateral (select a.provider_account_id, a.n from attempt a
       where mine.attempt > 1 and a.message_id = mine.message_id and a.n < mine.attempt and (a.outcome is null or a.outcome = ${UNCERTAIN})
       order by a.n desc limit 1) l on true`

/** Its columns, of work that is not a message's. */
const NO_MESSAGE = Array<string>(21).fill('null').join(', ')

/**
 * Takes what was offered and nobody else has: a cancelled, doubled or late job gets nothing for those ids. It waits for
 * locked rows: a second dispatcher that saw a row before it was offered holds it for a moment, and a row passed over here
 * would wait for its lease to end.
 */
export async function claim(
  run: Run,
  messageIds: readonly string[],
  workerId: string,
  now: Date,
): Promise<{ messages: Claimed[]; reminders: string[]; campaigns: string[] }> {
  const rows = await run<Claimed>(
    'delivery.claim',
    // It waits for no disk: what is built on a claim is committed after it and takes it along, and one that was lost with
    // the database is offered again. Row by row through the primary key (`state + 0` keeps the partial indexes out of it) and no join with the table: its
    // statistics are those of the moment it was vacuumed, mostly empty, and would make a join read every row for each id.
    `with soon as materialized (select set_config('synchronous_commit', 'off', true)), free as materialized (
       select w.message_id from (select unnest($1::uuid[]) as id from soon order by 1) i
       cross join lateral (select message_id from message_work where message_id = i.id and state + 0 = 2 offset 0 for update) w
     ), mine as (
       update message_work w set state = 3, attempt = least(attempt, ${MOST_TRIES}) + 1, worker_id = $2, due_at = $3 where w.message_id = any(array(select message_id from free))
       returning w.message_id, w.attempt, w.tries, w.deadline_at, w.task
     )
     ${CLAIMED} where mine.task < ${TASKS.remind}
     union all
     select mine.message_id, null, null, null, mine.task, ${NO_MESSAGE} from mine where mine.task >= ${TASKS.remind}`,
    [uuids(messageIds), workerId, new Date(now.getTime() + CLAIM_LEASE_MS)],
  )
  const idsOf = (task: number) => rows.filter((row) => row.task === task).map((row) => row.message_id)
  return {
    messages: rows.filter((row) => row.task < TASKS.remind),
    reminders: idsOf(TASKS.remind),
    campaigns: idsOf(TASKS.campaign),
  }
}

/** Keeps what this worker is sending from being offered to another. */
export async function renew(run: Run, messageIds: readonly string[], workerId: string, now: Date): Promise<void> {
  await run(
    'delivery.renew',
    // One that is locked is being settled at this moment; waiting for it in the middle of others could deadlock.
    `with held as materialized (select message_id from message_work where message_id = any($1::uuid[]) and worker_id = $2 and state + 0 = 3 for update skip locked)
     update message_work set due_at = $3 where message_id = any(array(select message_id from held))`,
    [uuids(messageIds), workerId, new Date(now.getTime() + CLAIM_LEASE_MS)],
  )
}

export interface Release {
  readonly messageId: string
  readonly n: number
  readonly organizationId: string
  readonly dueAt: Date
  /** Set when the wait is long enough to be told in the timeline. */
  readonly event: { readonly id: string; readonly kind: number; readonly detail: string } | null
}

/** Gives claims back unused: due again at their time, with the number of the try they did not make. */
export async function release(run: Run, rows: readonly Release[], workerId: string, now: Date): Promise<void> {
  const told = rows.flatMap(({ messageId, organizationId, event }) =>
    event ? [{ messageId, organizationId, ...event }] : [],
  )
  await run(
    'delivery.release',
    `with i as materialized (select * from unnest($1::uuid[], $2::smallint[], $3::timestamptz[]) as i(message_id, n, due_at)),
     told as (
       insert into message_event (message_id, id, organization_id, at, kind, detail)
       select message_id, id, organization_id, $5, kind, detail::json from unnest($6::uuid[], $7::uuid[], $8::uuid[], $9::smallint[], $10::text[]) as e(message_id, id, organization_id, kind, detail)
     )
     update message_work w set state = 0, due_at = i.due_at, attempt = w.attempt - 1, worker_id = null
     from i where w.message_id = any($1::uuid[]) and w.message_id = i.message_id and one_row(w.message_id, i.message_id) and w.attempt = i.n and w.worker_id = $4 and w.state + 0 = 3`,
    [
      uuids(rows.map((row) => row.messageId)),
      int2s(rows.map((row) => row.n)),
      times(rows.map((row) => row.dueAt)),
      workerId,
      now,
      uuids(told.map((row) => row.messageId)),
      uuids(told.map((row) => row.id)),
      uuids(told.map((row) => row.organizationId)),
      int2s(told.map((row) => row.kind)),
      texts(told.map((row) => row.detail)),
    ],
  )
}

export interface NewAttempt {
  readonly messageId: string
  readonly n: number
  readonly organizationId: string
  readonly provider: string
  readonly providerAccountId: string
}

/**
 * Written before the first byte leaves: a crash in between is visible as a try without an answer. Gives the messages that
 * are still this worker's to send. One whose claim ran out meanwhile may have been cancelled, or be another worker's by
 * now; of one that has failed meanwhile, by a report on an earlier try, the row asks for the next channel.
 */
export async function beginAttempts(
  run: Run,
  attempts: readonly NewAttempt[],
  workerId: string,
  now: Date,
): Promise<Set<string>> {
  const rows = await run<{ message_id: string }>(
    'delivery.begin',
    `insert into attempt (message_id, n, organization_id, provider, provider_account_id, started_at)
     select i.message_id, i.n, i.organization_id, i.provider, i.provider_account_id, $6::timestamptz
     from unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::text[], $5::uuid[]) as i(message_id, n, organization_id, provider, provider_account_id)
     cross join lateral (select w.attempt, w.worker_id from message_work w where w.message_id = i.message_id and w.state + 0 = 3 and w.task = ${TASKS.send} offset 0 for share) w
     where w.attempt = i.n and w.worker_id = $7
     on conflict do nothing returning message_id`,
    [
      uuids(attempts.map((row) => row.messageId)),
      int2s(attempts.map((row) => row.n)),
      uuids(attempts.map((row) => row.organizationId)),
      texts(attempts.map((row) => row.provider)),
      uuids(attempts.map((row) => row.providerAccountId)),
      now,
      workerId,
    ],
  )
  return new Set(rows.map((row) => row.message_id))
}

export interface File {
  readonly notification_id: string
  readonly filename: string
  readonly content_type: string
  readonly content_id: string | null
  readonly storage_key: string
  readonly n: number
  /** 0: it had not been made when the message was accepted. */
  readonly bytes: number
}

export async function readFiles(run: Run, notificationIds: readonly string[]): Promise<File[]> {
  return run<File>(
    'delivery.files',
    'select notification_id, n, filename, content_type, content_id, storage_key, bytes from attachment where notification_id = any($1::uuid[]) order by notification_id, n',
    [notificationIds],
  )
}

/** How long a file is that was made after its message had been accepted. */
export async function measureFile(run: Run, { notification_id, n }: File, bytes: number): Promise<void> {
  await run(
    'delivery.measure-file',
    'update attachment set bytes = $3 where notification_id = $1 and n = $2 and bytes = 0',
    [notification_id, n, bytes],
  )
}
