import { type RawBuilder, sql } from 'kysely'
import { runWithin, type Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { laneCode } from '../catalogue/lane.ts'
import type { Fingerprints } from '../contacts/fingerprints.ts'
import { findSuppressions } from './accept-store.ts'
import { OUTCOMES } from './attempt-outcome.ts'
import { EVENT_KINDS, type EventKind, statusCode } from './status.ts'
import { TASKS } from './task.ts'

const UNCERTAIN = OUTCOMES.indexOf('uncertain')

/** Rows of work `w` that no worker holds; 3 is a claim. */
const UNCLAIMED = sql`w.state in (0, 1, 2)`

/** An earlier try never got an answer, so the carrier may have taken it. */
const MAY_HAVE_ARRIVED = sql<boolean>`exists (select 1 from attempt a where a.message_id = w.message_id and (a.outcome = ${UNCERTAIN} or a.settled_at is null))`

/**
 * Locks these messages until the transaction ends, so that what is decided about them stays true: reports, re-drives and
 * other actions wait. Messages go before their work and letters in every statement that locks both, or two of them
 * could wait for each other. Gives their ids.
 */
export async function holdMessages(tx: Tx, organizationId: string, which: RawBuilder<unknown>): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select m.id from message m where m.organization_id = ${organizationId} and ${which} order by m.id for no key update`.execute(
    tx,
  )
  return rows.map((row) => row.id)
}

export const ofNotifications = (ids: readonly string[]) => sql`m.notification_id = any(${ids}::uuid[])`
export const oneOf = (messageIds: readonly string[]) => sql`m.id = any(${messageIds}::uuid[])`
export const waitingFor = (contactId: string) =>
  sql`m.contact_id = ${contactId} and exists (select 1 from message_work w where w.message_id = m.id)`

/** What waits of these notifications. */
export const waitingOf = (notificationIds: readonly string[]) =>
  sql`${ofNotifications(notificationIds)} and exists (select 1 from message_work w where w.message_id = m.id)`

/** What waits for an address on one channel. */
export const waitingAt = (channel: number, address: string) =>
  sql`m.address = ${address} and m.channel = ${channel} and exists (select 1 from message_work w where w.message_id = m.id)`

/** News of these categories on these channels that wait for a contact; what is critical is not among them. */
export const unwantedBy = (contactId: string, unwanted: readonly { category: string; channel: number }[]) => sql`
  m.contact_id = ${contactId} and m.lane <> ${laneCode('critical')}
  and exists (select 1 from message_work w where w.message_id = m.id and w.task <> ${TASKS.fallBack})
  and exists (select 1 from notification n
    join unnest(${unwanted.map((row) => row.category)}::text[], ${unwanted.map((row) => row.channel)}::smallint[]) as u(category, channel)
      on u.category = n.category and u.channel = m.channel
    where n.id = m.notification_id)`

export interface Stopped {
  readonly message_id: string
  readonly task: number
  readonly may_have_arrived: boolean
}

/**
 * Takes away the work nobody has begun: a worker that comes now finds nothing to claim. Looking for the next channel of a
 * chain is stopped even while a worker does it: it writes the next message only together with taking this row.
 */
export async function stopWork(tx: Tx, messageIds: readonly string[], reason: string, now: Date): Promise<Stopped[]> {
  const { rows } = await sql<Stopped>`
    delete from message_work w where w.message_id = any(${messageIds}::uuid[]) and (${UNCLAIMED} or w.task = ${TASKS.fallBack})
    returning w.message_id, w.task, ${MAY_HAVE_ARRIVED} as may_have_arrived`.execute(tx)
  const ids = rows.filter((row) => row.task !== TASKS.fallBack).map((row) => row.message_id)
  if (ids.length > 0) {
    await sql`update message set status = ${statusCode('cancelled')}, reason = ${reason}, settled_at = ${now} where id = any(${ids}::uuid[])`.execute(
      tx,
    )
    await tell(tx, ids, 'cancelled', null, now)
  }
  return rows
}

/** Ends fallback chains: whatever becomes of their messages, no further channel begins. True when there was one. */
export async function endChains(tx: Tx, notificationIds: readonly string[]): Promise<boolean> {
  const { rows } = await sql`
    update notification set fallback = null where id = any(${notificationIds}::uuid[]) and fallback is not null and json_array_length(fallback->'next') > 0
    returning id`.execute(tx)
  return rows.length > 0
}

export interface Moved {
  readonly message_id: string
  readonly may_have_arrived: boolean
}

/** Gives what has not begun to leave another time, on its own: an item of a digest leaves it. */
export async function moveWork(
  tx: Tx,
  messageIds: readonly string[],
  { dueAt, deadlineAt }: { readonly dueAt: Date; readonly deadlineAt: Date },
  now: Date,
): Promise<Moved[]> {
  const waits = dueAt > now
  const { rows } = await sql<Moved>`
    update message_work w set state = ${waits ? 0 : 1}, task = ${TASKS.send}, due_at = ${dueAt}, deadline_at = ${deadlineAt}, worker_id = null
    where w.message_id = any(${messageIds}::uuid[]) and ${UNCLAIMED} and w.task in (${TASKS.send}, ${TASKS.digest})
    returning w.message_id, ${MAY_HAVE_ARRIVED} as may_have_arrived`.execute(tx)
  const ids = rows.map((row) => row.message_id)
  if (ids.length > 0) {
    await sql`update message set due_at = ${dueAt}, status = ${statusCode(waits ? 'scheduled' : 'queued')} where id = any(${ids}::uuid[])`.execute(
      tx,
    )
    await tell(tx, ids, 'rescheduled', { dueAt }, now)
  }
  return rows
}

/** Which of these addresses must not be used now, as `channel address`, with the reason. */
export async function suppressedNow(
  tx: Tx,
  fingerprints: Pick<Fingerprints, 'all'>,
  organizationId: string,
  messages: readonly { readonly channel: number; readonly address: string }[],
): Promise<Map<string, string>> {
  const asked = messages.map(({ channel, address }) => ({ organizationId, channel, address }))
  const rows = await findSuppressions(runWithin(tx), fingerprints, asked)
  return new Map(rows.map((row) => [`${row.channel} ${row.address}`, row.reason]))
}

async function tell(
  tx: Tx,
  messageIds: readonly string[],
  kind: EventKind,
  detail: Record<string, unknown> | null,
  now: Date,
): Promise<void> {
  await sql`
    insert into message_event (message_id, id, organization_id, at, kind, detail)
    select m.id, e.id, m.organization_id, ${now}::timestamptz, ${EVENT_KINDS[kind]}::smallint, ${detail && JSON.stringify(detail)}::json
    from unnest(${messageIds}::uuid[], ${messageIds.map(() => newId(now))}::uuid[]) as e(message_id, id) join message m on m.id = e.message_id`.execute(
    tx,
  )
}
