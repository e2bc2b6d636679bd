import { type RawBuilder, sql } from 'kysely'
import type { Rows, Tx } from '../../platform/database/database.ts'
import { channelCode } from '../channels/channel.ts'
import { type LetterFilter, takesUncertain, type WhyNot } from './dead-letter.ts'
import type { Failure } from './outcome.ts'
import { EVENT_KINDS } from './status.ts'

/** Those of letters `d` that nobody has sent again, as the filter says. */
function matching(organizationId: string, filter: LetterFilter): RawBuilder<unknown> {
  const { reason, channel, type, code, from, to, contactId, messageIds } = filter
  return sql.join(
    [
      sql`d.organization_id = ${organizationId} and d.requeued_as is null`,
      ...(reason === undefined ? [] : [sql`d.reason = ${reason}`]),
      ...(channel === undefined ? [] : [sql`d.channel = ${channelCode(channel)}`]),
      ...(type === undefined ? [] : [sql`d.type = ${type}`]),
      ...(code === undefined ? [] : [sql`d.code = ${code}`]),
      ...(from === undefined ? [] : [sql`d.failed_at >= ${new Date(from)}::timestamptz`]),
      ...(to === undefined ? [] : [sql`d.failed_at < ${new Date(to)}::timestamptz`]),
      ...(contactId === undefined ? [] : [sql`d.contact_id = ${contactId}`]),
      ...(messageIds === undefined ? [] : [sql`d.message_id = any(${messageIds}::uuid[])`]),
    ],
    sql` and `,
  )
}

/** Those of them that a re-drive takes. */
const taken = (organizationId: string, filter: LetterFilter): RawBuilder<unknown> =>
  takesUncertain(filter)
    ? matching(organizationId, filter)
    : sql`${matching(organizationId, filter)} and d.reason <> ${'uncertain' satisfies Failure}`

export interface LetterRow {
  readonly message_id: string
  readonly notification_id: string
  readonly contact_id: string
  readonly contact_name: string | null
  readonly channel: number
  readonly type: string
  readonly reason: Failure
  readonly code: string | null
  readonly said: string | null
  readonly failed_at: Date
  readonly attempt_count: number | null
}

/** Newest message first. */
export async function listLetters(
  tx: Tx,
  organizationId: string,
  filter: LetterFilter,
  { before, limit }: { readonly before: string | undefined; readonly limit: number },
): Promise<LetterRow[]> {
  const { rows } = await sql<LetterRow>`
    select d.message_id, d.notification_id, d.contact_id, c.name as contact_name, d.channel, d.type, d.reason, d.code, d.failed_at, m.attempt_count, e.said
    from (select * from dead_letter d where ${matching(organizationId, filter)} ${before ? sql`and d.message_id < ${before}` : sql``}
      order by d.message_id desc limit ${limit}) d
    left join contact c on c.id = d.contact_id
    left join lateral (select attempt_count from message where id = d.message_id offset 0) m on true
    left join lateral (select detail->>'detail' as said from message_event where message_id = d.message_id and kind = ${EVENT_KINDS.failed}
      order by id desc limit 1) e on true
    order by d.message_id desc`.execute(tx)
  return rows
}

export interface LetterCount {
  readonly reason: Failure | null
  readonly channel: number | null
  readonly code: string | null
  readonly n: number
}

const CODES_SHOWN = 50

/** Counts by reason, by channel, and by reason and code, the most frequent codes first. */
export async function countLetters(tx: Tx, organizationId: string, filter: LetterFilter) {
  const { rows } = await sql<LetterCount & { by: number }>`
    select grouping(d.reason, d.channel, d.code) as by, d.reason, d.channel, d.code, count(*)::int as n
    from dead_letter d where ${matching(organizationId, filter)}
    group by grouping sets ((d.reason), (d.channel), (d.reason, d.code)) order by n desc, d.reason, d.channel, d.code`.execute(
    tx,
  )
  // One bit for each column that a set leaves out, the first the highest.
  return {
    byReason: rows.filter((row) => row.by === 0b011),
    byChannel: rows.filter((row) => row.by === 0b101),
    byCode: rows.filter((row) => row.by === 0b010).slice(0, CODES_SHOWN),
  }
}

/** What a re-drive would take, by reason; and how many it leaves out because they may have arrived. */
export async function countTaken(tx: Tx, organizationId: string, filter: LetterFilter) {
  const { rows } = await sql<{ reason: Failure; n: number }>`
    select d.reason, count(*)::int as n from dead_letter d where ${matching(organizationId, filter)} group by 1 order by n desc`.execute(
    tx,
  )
  const leftOut = takesUncertain(filter) ? undefined : rows.find((row) => row.reason === 'uncertain')
  const byReason = rows.filter((row) => row !== leftOut).map(({ reason, n }) => ({ reason, count: n }))
  return { count: byReason.reduce((sum, { count }) => sum + count, 0), byReason, leftOut: leftOut?.n ?? 0 }
}

export interface RequeueRow {
  readonly id: string
  readonly organization_id: string
  readonly filter: LetterFilter
  readonly total: number
  readonly requeued: number
  readonly skipped: Partial<Record<WhyNot, number>>
  readonly after_id: string | null
  readonly created_at: Date
  readonly finished_at: Date | null
}

const REQUEUE = sql`id, organization_id, filter, total, requeued, skipped, after_id, created_at, finished_at`

export async function writeRequeue(
  tx: Tx,
  row: { readonly id: string; readonly organizationId: string; readonly filter: LetterFilter; readonly total: number },
  now: Date,
): Promise<void> {
  await sql`
    insert into dead_letter_requeue (id, organization_id, filter, total, created_at, updated_at, finished_at)
    values (${row.id}, ${row.organizationId}, ${JSON.stringify(row.filter)}::json, ${row.total}, ${now}, ${now}, ${row.total === 0 ? now : null})`.execute(
    tx,
  )
}

export async function listRequeues(
  tx: Tx,
  organizationId: string,
  { before, limit }: { readonly before: string | undefined; readonly limit: number },
): Promise<RequeueRow[]> {
  const { rows } = await sql<RequeueRow>`
    select ${REQUEUE} from dead_letter_requeue where organization_id = ${organizationId} ${before ? sql`and id < ${before}` : sql``} order by id desc limit ${limit}`.execute(
    tx,
  )
  return rows
}

export async function findRequeue(tx: Tx, id: string): Promise<RequeueRow | undefined> {
  return (await sql<RequeueRow>`select ${REQUEUE} from dead_letter_requeue where id = ${id}`.execute(tx)).rows[0]
}

/** The organization of a re-drive that is not finished. */
export async function ownerOf(rows: Rows, id: string): Promise<string | undefined> {
  const found = await sql<{ organization_id: string }>`
    select organization_id from dead_letter_requeue where id = ${id} and finished_at is null`.execute(rows)
  return found.rows[0]?.organization_id
}

/** Holds an unfinished re-drive until the transaction ends; undefined when it is done, or another worker is at it. */
export async function holdRequeue(tx: Tx, id: string): Promise<RequeueRow | undefined> {
  return (
    await sql<RequeueRow>`select ${REQUEUE} from dead_letter_requeue where id = ${id} and finished_at is null for no key update skip locked`.execute(
      tx,
    )
  ).rows[0]
}

/** The next letters of a re-drive, oldest first: those that were there when it was asked for. */
export async function nextLetters(tx: Tx, requeue: RequeueRow, limit: number): Promise<string[]> {
  const { rows } = await sql<{ message_id: string }>`
    select d.message_id from dead_letter d where ${taken(requeue.organization_id, requeue.filter)} and d.failed_at <= ${requeue.created_at}
      ${requeue.after_id ? sql`and d.message_id > ${requeue.after_id}` : sql``}
    order by d.message_id limit ${limit}`.execute(tx)
  return rows.map((row) => row.message_id)
}

export interface LetterNowRow {
  readonly message_id: string
  readonly notification_id: string
  readonly lane: number
  readonly open: boolean
  /** The message that repeats it, if there is one: somebody sent it again before its letter was written. */
  readonly repeated_as: string | null
  readonly status: number | null
  readonly contact_exists: boolean
  readonly suppressed: boolean
}

/** How these letters are now. Asked after their messages were locked, so that it stays true. */
export async function readLetters(tx: Tx, messageIds: readonly string[]): Promise<LetterNowRow[]> {
  const { rows } = await sql<LetterNowRow>`
    select d.message_id, d.notification_id, d.requeued_as is null and r.id is null as open, r.id as repeated_as, m.status, m.lane,
      m.address <> '' and exists (select 1 from contact c where c.id = d.contact_id and c.erased_at is null) as contact_exists,
      exists (select 1 from suppression s where s.organization_id = d.organization_id and s.channel = d.channel and s.address = m.address) as suppressed
    from unnest(${messageIds}::uuid[]) as i(id) cross join lateral (select * from dead_letter where message_id = i.id offset 0) d
    left join lateral (select status, lane, address from message where id = d.message_id offset 0) m on true
    left join lateral (select id from message where notification_id = d.notification_id and resend_of = d.message_id limit 1) r on true
    order by d.message_id`.execute(tx)
  return rows
}

/** Closes letters of messages that have been sent again. */
export async function closeLetters(
  tx: Tx,
  letters: readonly { readonly messageId: string; readonly repeatedAs: string }[],
): Promise<void> {
  if (letters.length === 0) return
  await sql`
    update dead_letter d set requeued_as = i.as_id
    from unnest(${letters.map((row) => row.messageId)}::uuid[], ${letters.map((row) => row.repeatedAs)}::uuid[]) as i(message_id, as_id)
    where d.message_id = i.message_id and d.requeued_as is null`.execute(tx)
}

/** How far a re-drive came with this step. */
export async function advanceRequeue(
  tx: Tx,
  id: string,
  step: {
    readonly afterId: string | null
    readonly total: number
    readonly requeued: number
    readonly skipped: RequeueRow['skipped']
    readonly finished: boolean
  },
  now: Date,
): Promise<void> {
  await sql`
    update dead_letter_requeue set after_id = ${step.afterId}, total = ${step.total}, requeued = ${step.requeued}, skipped = ${JSON.stringify(step.skipped)}::jsonb, updated_at = ${now},
      finished_at = ${step.finished ? now : null} where id = ${id}`.execute(tx)
}

/** Unfinished re-drives whose worker is gone or whose job was lost, taken up so that one process offers them again. */
export async function strandedRequeues(rows: Rows, before: Date, now: Date, limit: number): Promise<string[]> {
  const found = await sql<{ id: string }>`
    update dead_letter_requeue set updated_at = ${now} where id = any(array(
      select id from dead_letter_requeue where finished_at is null and updated_at < ${before} order by updated_at limit ${limit} for no key update skip locked))
    returning id`.execute(rows)
  return found.rows.map((row) => row.id)
}
