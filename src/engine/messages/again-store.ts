import { sql } from 'kysely'
import type { Tx } from '../../platform/database/database.ts'
import { DIGEST_TYPE } from '../catalogue/event.ts'
import { EVENT_KINDS, statusCode } from './status.ts'
import { TASKS } from './task.ts'

/** One message sent once more, as a new one. */
export interface Again {
  /** The message it repeats. */
  readonly of: string
  readonly id: string
  /** Of the timeline entry on the old one. */
  readonly eventId: string
  readonly deadlineAt: Date
  /** Which lane its work waits in; the message itself keeps its own. */
  readonly lane: number
}

/**
 * Writes these messages once more, due now: the same notification, pinned template version and address, nothing of the
 * old ones changed but a line in their timelines. A dead letter of theirs is closed in the same statement; what a digest
 * carried goes with its new message, and a fallback chain goes on from it.
 */
export async function writeAgain(tx: Tx, rows: readonly Again[], requeueId: string | null, now: Date): Promise<void> {
  if (rows.length === 0) return
  const repeated = rows.map((row) => row.of)
  // A statement of its own: a worker that was going on with the chain has then either written what follows, a dead letter
  // included, or finds nothing to go on with.
  await sql`delete from message_work where message_id = any(${repeated}::uuid[]) and task = ${TASKS.fallBack}`.execute(
    tx,
  )
  await sql`
    with i as materialized (
      select * from unnest(${repeated}::uuid[], ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.eventId)}::uuid[],
        ${rows.map((row) => row.deadlineAt)}::timestamptz[], ${rows.map((row) => row.lane)}::smallint[]) as i(of_id, id, event_id, deadline_at, lane)
    ), m as materialized (
      select i.id as new_id, i.event_id, i.deadline_at, i.lane as work_lane, m.* from i cross join lateral (select * from message m where m.id = i.of_id offset 0) m
    ), messages as (
      insert into message (id, notification_id, organization_id, contact_id, channel, lane, status, type, template_version_id, address, due_at, resend_of, created_at, campaign_variant_id)
      select new_id, notification_id, organization_id, contact_id, channel, lane, ${statusCode('queued')}, type, template_version_id, address, ${now}, id, ${now}, campaign_variant_id from m
    ), work as (
      insert into message_work (message_id, organization_id, channel, lane, state, due_at, deadline_at)
      select new_id, organization_id, channel, work_lane, 1, ${now}, deadline_at from m
    ), carried as (
      update message c set digest_id = m.new_id from m
      where m.type = ${DIGEST_TYPE} and c.organization_id = m.organization_id and c.contact_id = m.contact_id and c.digest_id = m.id
    ), told as (
      insert into message_event (message_id, id, organization_id, at, kind, detail)
      select id, event_id, organization_id, ${now}, ${EVENT_KINDS.resent}, json_build_object('messageId', new_id) from m
    )
    update dead_letter d set requeued_as = i.id, requeue_id = ${requeueId} from i
    where d.message_id = any(${repeated}::uuid[]) and d.message_id = i.of_id and d.requeued_as is null`.execute(tx)
}
