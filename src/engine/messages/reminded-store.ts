import { uuids } from '../../platform/database/arrays.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Reminded } from './reminded.ts'

/**
 * What those of these notifications remind of that are reminders. Asked after their messages were locked it stays true for
 * whoever writes them once more: a subject that moves or ends stops what it finds of its reminders once it can lock them.
 */
export async function remindedOf(
  run: Database['run'],
  notificationIds: readonly string[],
): Promise<ReadonlyMap<string, Reminded>> {
  const rows = await run<Reminded & { notification_id: string }>(
    'messages.reminded',
    // A plan is forgotten long after its subject, and a reminder that was stopped and came again has another notification;
    // what the product itself sent as a reminder says so.
    `select n.id as notification_id, r.at, r.subject_at, r.cancelled_at from unnest($1::uuid[]) as i(id)
     cross join lateral (select n.id, n.by_kind is null and n.metadata->>'reminder' is not null as is_reminder from notification n where n.id = i.id offset 0) n
     left join lateral (select r.at, p.at as subject_at, p.cancelled_at from reminder r join reminder_plan p on p.id = r.plan_id where r.notification_id = n.id limit 1) r on true
     where n.is_reminder`,
    [uuids([...new Set(notificationIds)])],
  )
  return new Map(rows.map((row) => [row.notification_id, row]))
}
