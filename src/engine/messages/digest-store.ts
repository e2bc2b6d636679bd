import { int2s, uuids } from '../../platform/database/arrays.ts'
import type { Database } from '../../platform/database/database.ts'
import { idFloor, newId } from '../../platform/ids.ts'
import { CLAIM_LEASE_MS, CLAIMED, type Claimed } from './delivery-store.ts'
import { EVENT_KINDS, statusCode } from './status.ts'
import { TASKS } from './task.ts'

type Run = Database['run']

/**
 * How far back others of a contact's items are looked for: they wait a week at most, and a little for quiet hours. One
 * accepted long before its time is older; it leaves with those claimed beside it.
 */
const OLDEST_MS = 15 * 24 * 3_600_000

export interface Gathered {
  /** All that is due and this worker's now. */
  readonly items: Claimed[]
  /** Groups of which another worker holds some at this moment, with the first of those. */
  readonly rivals: ReadonlyMap<string, string>
}

export const groupOf = (row: Pick<Claimed, 'contact_id' | 'channel' | 'category'>): string =>
  `${row.contact_id} ${row.channel} ${row.category}`

/**
 * Claims all that is due for the same contacts, channels and categories as these rows, themselves included, however old,
 * if they are still to be sent. What is past its deadline is left to its own claim, which ends it.
 */
export async function gather(run: Run, rows: readonly Claimed[], workerId: string, now: Date): Promise<Gathered> {
  const groups = [...new Map(rows.map((row) => [groupOf(row), row])).values()]
  const found = await run<Claimed & { rival: string | null }>(
    'digest.gather',
    `with due as materialized (
       select w.message_id, w.state, w.worker_id, g.contact_id, g.channel, g.category
       from unnest($4::uuid[], $5::smallint[], $6::text[]) as g(contact_id, channel, category)
       cross join lateral (
         select m.id, m.notification_id from message m
         where m.contact_id = g.contact_id and m.id >= $7 and m.status = ${statusCode('scheduled')} and m.channel = g.channel offset 0) m
       cross join lateral (select n.category from notification n where n.id = m.notification_id offset 0) n
       cross join lateral (
         select w.message_id, w.state, w.worker_id from message_work w
         where w.message_id = m.id and w.task = ${TASKS.digest} and (w.state + 0 > 0 or w.due_at <= $1) and w.deadline_at > $1 order by w.message_id offset 0 for update) w
       where n.category = g.category
     ), mine as (
       update message_work w set state = 3, attempt = case when state = 3 then attempt else attempt + 1 end, worker_id = $2, due_at = $3
       where w.message_id = any(array(select message_id from due where state <> 3 or worker_id = $2))
       returning w.message_id, w.attempt, w.tries, w.deadline_at, w.task
     )
     select c.*, (select min(d.message_id::text) from due d where d.state = 3 and d.worker_id <> $2
       and d.contact_id = c.contact_id and d.channel = c.channel and d.category = c.category) as rival
     from (${CLAIMED}) c`,
    [
      now,
      workerId,
      new Date(now.getTime() + CLAIM_LEASE_MS),
      uuids(groups.map((row) => row.contact_id)),
      int2s(groups.map((row) => row.channel)),
      groups.map((row) => row.category),
      rows.reduce(
        (least, row) => (row.message_id < least ? row.message_id : least),
        idFloor(new Date(now.getTime() - OLDEST_MS)),
      ),
    ],
  )
  return {
    items: found,
    rivals: new Map(found.flatMap((row) => (row.rival ? [[groupOf(row), row.rival] as const] : []))),
  }
}

/** The template key each version is of. */
export async function keysOfVersions(run: Run, versionIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await run<{ id: string; key: string }>(
    'digest.keys',
    'select v.id, t.key from template_version v join template t on t.id = v.template_id where v.id = any($1::uuid[])',
    [uuids(versionIds)],
  )
  return new Map(rows.map((row) => [row.id, row.key]))
}

/** These items go with that message: their own work is done. Says of how many that is true; the caller gives up unless it is all. */
export function carry(run: Run, itemIds: readonly string[], workerId: string, digestId: string, now: Date) {
  return end(
    run,
    itemIds,
    workerId,
    { status: statusCode('queued'), reason: null, digestId, kind: EVENT_KINDS.digested },
    now,
  )
}

/** Nothing can reach the contact any more: these items end with the reason. */
export function drop(run: Run, itemIds: readonly string[], workerId: string, reason: string, now: Date) {
  return end(
    run,
    itemIds,
    workerId,
    { status: statusCode('suppressed'), reason, digestId: null, kind: EVENT_KINDS.suppressed },
    now,
  )
}

async function end(
  run: Run,
  itemIds: readonly string[],
  workerId: string,
  how: { status: number; reason: string | null; digestId: string | null; kind: number },
  now: Date,
): Promise<number> {
  const rows = await run<{ n: number }>(
    'digest.end',
    `with mine as (
       delete from message_work where message_id = any($1::uuid[]) and worker_id = $2 and state + 0 = 3 and task = ${TASKS.digest} returning message_id
     ), ended as (
       update message m set status = $3, reason = $4, digest_id = $5, settled_at = $6 where m.id = any(array(select message_id from mine))
     ), told as (
       insert into message_event (message_id, id, organization_id, at, kind, detail)
       select m.id, e.event_id, m.organization_id, $6, $7, $8::json
       from unnest($1::uuid[], $9::uuid[]) as e(message_id, event_id) join message m on m.id = e.message_id where m.id in (select message_id from mine)
     ) select count(*)::int as n from mine`,
    [
      itemIds,
      workerId,
      how.status,
      how.reason,
      how.digestId,
      now,
      how.kind,
      how.digestId ? JSON.stringify({ messageId: how.digestId }) : how.reason && JSON.stringify({ reason: how.reason }),
      itemIds.map(() => newId(now)),
    ],
  )
  return rows[0]?.n ?? 0
}
