import { sql } from 'kysely'
import type { Rows } from '../../platform/database/database.ts'

/** From when on an organization's notifications still have their contents; null: nothing was taken out yet. */
export async function doneThrough(rows: Rows, organizationId: string): Promise<Date | null> {
  const { rows: found } = await sql<{ anonymised_through: Date | null }>`
    select anonymised_through from organization where id = ${organizationId}`.execute(rows)
  return found[0]?.anonymised_through ?? null
}

export async function setDoneThrough(rows: Rows, organizationId: string, time: Date): Promise<void> {
  await sql`
    update organization set anonymised_through = greatest(anonymised_through, ${time}) where id = ${organizationId}`.execute(
    rows,
  )
}

/** The id of the oldest thing an organization has. */
export async function oldestId(rows: Rows, organizationId: string): Promise<string | null> {
  const { rows: found } = await sql<{ id: string | null }>`
    select least(
      (select id from notification where organization_id = ${organizationId} order by id limit 1),
      (select id from inbound_message where organization_id = ${organizationId} order by id limit 1),
      (select id from event where organization_id = ${organizationId} order by id limit 1)) as id`.execute(rows)
  return found[0]?.id ?? null
}

export interface Old {
  readonly id: string
  readonly waits: boolean
}

/** The next notifications between two ids that still have their contents, and whether a message of them waits. */
export async function nextOld(
  rows: Rows,
  organizationId: string,
  { after, before }: { readonly after: string; readonly before: string },
  limit: number,
): Promise<Old[]> {
  const { rows: found } = await sql<Old>`
    select n.id, exists (select from message m join message_work w on w.message_id = m.id where m.notification_id = n.id) as waits
    from (select id from notification where organization_id = ${organizationId} and id > ${after} and id < ${before} and anonymised_at is null order by id limit ${limit}) n
    order by n.id`.execute(rows)
  return found
}

/** Those that waited when it was their turn and do no longer. */
export async function nextLate(rows: Rows, organizationId: string, after: string, limit: number): Promise<Old[]> {
  const { rows: found } = await sql<Old>`
    select l.notification_id as id, exists (select from message m join message_work w on w.message_id = m.id where m.notification_id = l.notification_id) as waits
    from anonymise_later l where l.organization_id = ${organizationId} and l.notification_id > ${after} order by l.notification_id limit ${limit}`.execute(
    rows,
  )
  return found
}

export async function putOff(rows: Rows, organizationId: string, ids: readonly string[]): Promise<void> {
  await sql`insert into anonymise_later (notification_id, organization_id) select id, ${organizationId} from unnest(${ids}::uuid[]) as i(id) on conflict do nothing`.execute(
    rows,
  )
}

export async function forgetLate(rows: Rows, ids: readonly string[]): Promise<void> {
  await sql`delete from anonymise_later where notification_id = any(${ids}::uuid[])`.execute(rows)
}

export async function oldInbound(
  rows: Rows,
  organizationId: string,
  { after, before }: { readonly after: string; readonly before: string },
  limit: number,
): Promise<{ id: string }[]> {
  const { rows: found } = await sql<{ id: string }>`
    select id from inbound_message where organization_id = ${organizationId} and id > ${after} and id < ${before} and event_id <> 'erased:' || id order by id limit ${limit}`.execute(
    rows,
  )
  return found
}

/** Events that nobody was told of have contents too. */
export async function emptyEvents(
  rows: Rows,
  organizationId: string,
  { after, before }: { readonly after: string; readonly before: string },
): Promise<void> {
  await sql`
    update event set payload = '{}', actor = null where organization_id = ${organizationId} and id > ${after} and id < ${before} and payload::text <> '{}'
      and not exists (select from notification n join message m on m.notification_id = n.id join message_work w on w.message_id = m.id where n.event_id = event.id)`.execute(
    rows,
  )
}

/** Messages to shared accounts from people nobody knows. */
export async function nobodysInbound(rows: Rows, before: string, limit: number): Promise<string[]> {
  const { rows: found } = await sql<{ id: string }>`
    select id from inbound_message where organization_id is null and id < ${before} and event_id <> 'erased:' || id order by id limit ${limit}`.execute(
    rows,
  )
  return found.map((row) => row.id)
}
