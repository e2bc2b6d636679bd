import { sql } from 'kysely'
import type { Tx } from '../../platform/database/database.ts'

/** A contact who is erased is on no list, and nothing says at which address a campaign was for it; that it was is a count. */
export async function leaveCampaigns(tx: Tx, contactId: string): Promise<void> {
  await sql`update campaign_recipient set address_key = null where contact_id = ${contactId} and address_key is not null`.execute(
    tx,
  )
  await sql`delete from segment_member where contact_id = ${contactId}`.execute(tx)
}

type Page<Row> = (tx: Tx, contactId: string, after: string | null, limit: number) => Promise<Row[]>

/** The campaigns a contact was a recipient of, oldest first. */
export const nextCampaigns: Page<{ id: string }> = async (tx, contactId, after, limit) =>
  (
    await sql<{ id: string }>`
      select c.id, c.name, r.reason, r.due_at as "dueAt", r.done_at as "doneAt", r.notification_id as "notificationId"
      from campaign_recipient r join campaign c on c.id = r.campaign_id where r.contact_id = ${contactId} and (${after}::uuid is null or c.id > ${after}::uuid)
      order by c.id limit ${limit}`.execute(tx)
  ).rows

/** The lists a contact is on. */
export const nextLists: Page<{ id: string }> = async (tx, contactId, after, limit) =>
  (
    await sql<{ id: string }>`
      select s.id, s.name from segment_member l join segment s on s.id = l.segment_id where l.contact_id = ${contactId} and (${after}::uuid is null or s.id > ${after}::uuid)
      order by s.id limit ${limit}`.execute(tx)
  ).rows
