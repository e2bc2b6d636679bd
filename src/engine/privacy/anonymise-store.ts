import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../../platform/database/database.ts'

/** The files of these notifications, each once. */
export async function filesOf(tx: Tx, notificationIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ storage_key: string }>`
    select distinct storage_key from attachment where notification_id = any(${notificationIds}::uuid[]) order by 1`.execute(
    tx,
  )
  return rows.map((row) => row.storage_key)
}

/**
 * Those of these files that no other notification has: equal files are kept once. Documents are not a notification's own.
 * Without notifications: those that none has any more.
 */
export async function ownFiles(
  tx: Tx,
  keys: readonly string[],
  notificationIds: readonly string[] = [],
): Promise<string[]> {
  if (keys.length === 0) return []
  const { rows } = await sql<{ key: string }>`
    select k.key from unnest(${keys}::text[]) as k(key)
    where k.key like '%/attachments/%'
      and not exists (select from attachment a where a.storage_key = k.key and not (a.notification_id = any(${notificationIds}::uuid[])))`.execute(
    tx,
  )
  return rows.map((row) => row.key)
}

/**
 * Takes names, addresses, words and carriers' own ids out of notifications, their messages and all that hangs on those,
 * and leaves what statistics and the history need: that something of this type went by this channel, when, and what became
 * of it. Doing it again changes nothing. Gives how many notifications and messages changed.
 */
export async function anonymiseNotifications(
  tx: Tx,
  organizationId: string,
  notificationIds: readonly string[],
  now: Date,
): Promise<{ notifications: number; messages: number }> {
  if (notificationIds.length === 0) return { notifications: 0, messages: 0 }
  const ids = sql`${notificationIds}::uuid[]`
  const { rows: notifications } = await sql<{ event_id: string | null }>`
    update notification set payload = '{}', recipient = json_build_object('name', null, 'timeZone', recipient->>'timeZone'), metadata = null, fallback = null,
      attachment_count = 0, anonymised_at = ${now}
    where id = any(${ids}) and organization_id = ${organizationId} and anonymised_at is null returning event_id`.execute(
    tx,
  )
  const events = notifications.flatMap((row) => row.event_id ?? [])
  await sql`update event set payload = '{}', actor = null where id = any(${events}::uuid[]) and organization_id = ${organizationId}`.execute(
    tx,
  )
  await sql`delete from attachment where notification_id = any(${ids})`.execute(tx)

  const { rows: messages } = await sql<{ id: string; changed: boolean }>`
    with m as materialized (select id, address from message where notification_id = any(${ids}) and organization_id = ${organizationId} order by id for no key update),
    done as (update message t set address = '', provider_message_id = null from m where t.id = m.id and one_row(t.id, m.id) and m.address <> '' returning t.id)
    select m.id, m.address <> '' as changed from m`.execute(tx)
  const messageIds = sql`${messages.map((row) => row.id)}::uuid[]`
  await sql`
    with told as (update message_event set detail = null where message_id = any(${messageIds}) and detail is not null returning id),
    tried as (update attempt set detail = null, provider_message_id = null where message_id = any(${messageIds}) and (detail is not null or provider_message_id is not null)),
    hit as (delete from message_hit where message_id = any(${messageIds})),
    asked as (delete from status_check where message_id = any(${messageIds})),
    shown as (delete from in_app_item where message_id = any(${messageIds}))
    select 1`.execute(tx)
  await emptyDeliveries(
    tx,
    sql`select organization_id, id from message_event where message_id = any(${messageIds})
      union select organization_id, notification_id from message where id = any(${messageIds})`,
  )
  return { notifications: notifications.length, messages: messages.filter((row) => row.changed).length }
}

/** Outgoing webhooks that told of these events: what is still to be told says nothing any more, and is not told. */
async function emptyDeliveries(tx: Tx, events: RawBuilder<unknown>): Promise<void> {
  await sql`
    with e(organization_id, event_id) as materialized (${events})
    update webhook_delivery d set body = '{}', tries = '[]', due_at = null, status = case when d.due_at is null then d.status else 2 end
    from webhook_endpoint w, e where w.organization_id = e.organization_id and d.endpoint_id = w.id and d.event_id = e.event_id and d.body <> '{}'`.execute(
    tx,
  )
}

/** Inbound messages lose who wrote and what; that somebody wrote, when and by which channel, stays. */
export async function anonymiseInbound(tx: Tx, ids: readonly string[]): Promise<number> {
  const { rows } = await sql`
    update inbound_message set from_address = null, user_id = null, from_name = null, text = null, payload = null, media = null, raw = 'null', in_reply_to = null,
      event_id = 'erased:' || id
    where id = any(${ids}::uuid[]) and event_id <> 'erased:' || id returning id`.execute(tx)
  await emptyDeliveries(tx, sql`select organization_id, id from inbound_message where id = any(${ids}::uuid[])`)
  return rows.length
}
