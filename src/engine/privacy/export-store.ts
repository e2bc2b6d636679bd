import { sql } from 'kysely'
import type { Rows, Tx } from '../../platform/database/database.ts'

type Json = Record<string, unknown>

/** What a contact's own row says. */
export async function readContact(tx: Tx, contactId: string): Promise<Json | undefined> {
  const { rows } = await sql<Json>`
    select id, external_id as "externalId", name, email, phone, whatsapp_id as "whatsappId", locale, time_zone as "timeZone", attributes, digest, preferences, marketing,
      created_at as "createdAt", updated_at as "updatedAt" from contact where id = ${contactId} and erased_at is null`.execute(
    tx,
  )
  return rows[0]
}

export async function countMessages(tx: Tx, contactId: string): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from message where contact_id = ${contactId}`.execute(tx)
  return rows[0]!.n
}

/** A list read in pages by ids, oldest first. */
export type NextPage<Row extends { id: string } = { id: string }> = (
  tx: Tx,
  contactId: string,
  after: string | null,
  limit: number,
) => Promise<Row[]>

const beyond = (column: string, after: string | null) =>
  after === null ? sql`` : sql`and ${sql.raw(column)} > ${after}`

export const nextMessages: NextPage = async (tx, contactId, after, limit) =>
  (
    await sql<{ id: string }>`
      select id from message where contact_id = ${contactId} ${beyond('id', after)} order by id limit ${limit}`.execute(
      tx,
    )
  ).rows

/** What each message was made from. */
export const nextNotifications: NextPage = async (tx, contactId, after, limit) =>
  (
    await sql<Json & { id: string }>`
      select n.id, n.type, n.category, n.locale, n.payload, n.recipient, n.reasons, n.metadata, n.created_at as "createdAt"
      from notification n where n.id in (select notification_id from message where contact_id = ${contactId}) ${beyond('n.id', after)} order by n.id limit ${limit}`.execute(
      tx,
    )
  ).rows

export const nextInbound: NextPage = async (tx, contactId, after, limit) =>
  (
    await sql<Json & { id: string }>`
      select b.id, b.provider, b.from_address as "from", b.user_id as "userId", b.from_name as "fromName", b.to_address as "to", b.at, b.received_at as "receivedAt", b.kind, b.text,
        b.payload, b.media, b.consent, b.raw
      from inbound_message b, contact c where c.id = ${contactId} and b.organization_id = c.organization_id and (b.contact_id = c.id or b.from_address in (c.email, c.phone) or b.user_id = c.whatsapp_id)
        ${beyond('b.id', after)} order by b.id limit ${limit}`.execute(tx)
  ).rows

export const nextConsents: NextPage = async (tx, contactId, after, limit) =>
  (
    await sql<Json & { id: string }>`
      select e.id, e.channel, e.category, e.address, e.state, e.basis, e.source, e.wording, e.at, e.proof, e.inbound_id as "inboundId", e.message_id as "messageId", e.request_id as "requestId"
      from consent_event e, contact c where c.id = ${contactId} and e.organization_id = c.organization_id and (e.contact_id = c.id or e.contact_id is null and e.address in (c.email, c.phone, c.whatsapp_id))
        ${beyond('e.id', after)} order by e.id limit ${limit}`.execute(tx)
  ).rows

export const nextSuppressions: NextPage = async (tx, contactId, after, limit) =>
  (
    await sql<Json & { id: string }>`
      select s.id, s.channel, s.address, s.reason, s.note, s.created_at as "createdAt"
      from suppression s, contact c where c.id = ${contactId} and s.organization_id = c.organization_id and s.address in (c.email, c.phone, c.whatsapp_id)
        ${beyond('s.id', after)} order by s.id limit ${limit}`.execute(tx)
  ).rows

export const nextReminders: NextPage = async (tx, contactId, after, limit) =>
  (
    await sql<Json & { id: string }>`
      select p.id, p.subject, p.at, p.time_zone as "timeZone", p.payload, p.cancelled_at as "cancelledAt", p.created_at as "createdAt",
        (select json_agg(json_build_object('offset', r.rule, 'type', r.type, 'payload', r.payload, 'dueAt', r.due_at, 'notificationId', r.notification_id) order by r.due_at) from reminder r where r.plan_id = p.id) as reminders
      from reminder_plan p where p.contact_id = ${contactId} ${beyond('p.id', after)} order by p.id limit ${limit}`.execute(
      tx,
    )
  ).rows

export const nextInApp: NextPage = async (tx, contactId, after, limit) =>
  (
    await sql<Json & { id: string }>`
      select message_id as id, title, body, action_url as "actionUrl", created_at as "createdAt", seen_at as "seenAt", read_at as "readAt", archived_at as "archivedAt"
      from in_app_item where contact_id = ${contactId} ${beyond('message_id', after)} order by message_id limit ${limit}`.execute(
      tx,
    )
  ).rows

export interface SentFile {
  readonly id: string
  readonly n: number
  readonly filename: string
  readonly storage_key: string
}

/** The files of the next notifications. `id` is the notification's. */
export const nextFiles: NextPage<SentFile> = async (tx, contactId, after, limit) => {
  const { rows } = await sql<SentFile>`
    select a.notification_id as id, a.n, a.filename, a.storage_key from attachment a
    where a.notification_id in (
      select n.id from notification n where n.attachment_count > 0 and n.id in (select notification_id from message where contact_id = ${contactId}) ${beyond('n.id', after)}
      order by n.id limit ${limit})
    order by a.notification_id, a.n`.execute(tx)
  return rows
}

/** Files of exports: of one contact, or of those that ended before `time`. */
export async function exportFiles(
  rows: Rows,
  name: string,
  which: { readonly organizationId: string; readonly contactId: string } | { readonly endedBefore: Date },
): Promise<{ id: string; key: string }[]> {
  const of =
    'contactId' in which
      ? sql`organization_id = ${which.organizationId} and subject_id = ${which.contactId}`
      : sql`finished_at < ${which.endedBefore}`
  const { rows: found } = await sql<{ id: string; key: string }>`
    select id, state->>'key' as key from automation_run where name = ${name} and state->>'key' is not null and ${of} order by id`.execute(
    rows,
  )
  return found
}

export async function forgetExportFile(rows: Rows, runId: string): Promise<void> {
  await sql`update automation_run set state = null where id = ${runId}`.execute(rows)
}
