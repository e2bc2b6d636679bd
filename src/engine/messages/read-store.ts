import { type RawBuilder, sql } from 'kysely'
import { notFound } from '../../errors.ts'
import type { Tx } from '../../platform/database/database.ts'
import { idFloor } from '../../platform/ids.ts'
import type { Category } from '../catalogue/event.ts'
import type { Reason } from './decide.ts'

export interface MessageRow {
  readonly id: string
  readonly notification_id: string
  readonly contact_id: string
  readonly contact_name: string | null
  readonly type: string
  readonly channel: number
  readonly lane: number
  readonly status: number
  readonly reason: string | null
  readonly address: string
  readonly provider: string | null
  readonly provider_account_id: string | null
  readonly attempt_count: number
  readonly due_at: Date
  readonly settled_at: Date | null
  readonly created_at: Date
  readonly resend_of: string | null
  readonly template_version_id: string
  readonly digest_id: string | null
  readonly parts: number | null
  readonly cost_micros: string | null
  readonly cost_currency: string | null
  readonly cost_reported: boolean | null
}

export interface MessageFilter {
  readonly channel?: number | undefined
  readonly status?: number | undefined
  readonly provider?: string | undefined
  readonly type?: string | undefined
  readonly contactId?: string | undefined
  readonly address?: string | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
  readonly before?: string | undefined
  readonly limit: number
}

// What a person is told: `sending` lives in the work row; a message that waits for its next try is queued; one that left
// in a digest is as far as the message that carries it.
const STATUS = sql<number>`case when d.id is not null then d.status when m.status > 2 or w.message_id is null then m.status when w.state = 3 then 2 when w.state = 0 and w.attempt = 0 then 0 else 1 end`

const MESSAGE = sql`m.id, m.notification_id, m.contact_id, c.name as contact_name, m.type, m.channel, m.lane, ${STATUS} as status, m.reason, m.address, m.provider,
  m.provider_account_id, m.attempt_count, case when w.state = 0 then w.due_at else m.due_at end as due_at, coalesce(d.settled_at, m.settled_at) as settled_at, m.created_at, m.resend_of, m.template_version_id, m.digest_id,
  m.parts, m.cost_micros, m.cost_currency, m.cost_reported`

const FROM = sql`message m left join message_work w on w.message_id = m.id left join message d on d.id = m.digest_id left join contact c on c.id = m.contact_id`

/** Newest first. The explicit organization keeps the index in use under the policy. */
export async function listMessages(tx: Tx, organizationId: string, filter: MessageFilter): Promise<MessageRow[]> {
  const where = [sql`m.organization_id = ${organizationId}`]
  if (filter.channel !== undefined) where.push(sql`m.channel = ${filter.channel}`)
  if (filter.status !== undefined) where.push(sql`${STATUS} = ${filter.status}`)
  if (filter.provider !== undefined) where.push(sql`m.provider = ${filter.provider}`)
  if (filter.type !== undefined) where.push(sql`m.type = ${filter.type}`)
  if (filter.contactId !== undefined) where.push(sql`m.contact_id = ${filter.contactId}`)
  if (filter.address !== undefined) where.push(sql`m.address = ${filter.address}`)
  where.push(...within('m.id', filter))
  const { rows } =
    await sql<MessageRow>`select ${MESSAGE} from ${FROM} where ${sql.join(where, sql` and `)} order by m.id desc limit ${filter.limit}`.execute(
      tx,
    )
  return rows
}

function within(
  column: string,
  { from, to, before }: Pick<MessageFilter, 'from' | 'to' | 'before'>,
): RawBuilder<unknown>[] {
  const id = sql.ref(column)
  return [
    ...(from ? [sql`${id} >= ${idFloor(from)}::uuid`] : []),
    ...(to ? [sql`${id} < ${idFloor(to)}::uuid`] : []),
    ...(before ? [sql`${id} < ${before}::uuid`] : []),
  ]
}

export async function findMessage(tx: Tx, id: string): Promise<MessageRow | undefined> {
  return (await sql<MessageRow>`select ${MESSAGE} from ${FROM} where m.id = ${id}`.execute(tx)).rows[0]
}

export async function messagesOf(tx: Tx, notificationIds: readonly string[]): Promise<MessageRow[]> {
  return (
    await sql<MessageRow>`select ${MESSAGE} from ${FROM} where m.notification_id = any(${notificationIds}::uuid[]) order by m.id`.execute(
      tx,
    )
  ).rows
}

export interface EventRow {
  readonly id: string
  readonly message_id: string
  readonly at: Date
  readonly kind: number
  readonly detail: Record<string, unknown> | null
}

export async function timelineOf(tx: Tx, messageIds: readonly string[]): Promise<EventRow[]> {
  return (
    await sql<EventRow>`select id, message_id, at, kind, detail from message_event where message_id = any(${messageIds}::uuid[]) order by id`.execute(
      tx,
    )
  ).rows
}

export interface AttemptRow {
  readonly n: number
  readonly provider: string | null
  readonly provider_account_id: string | null
  readonly outcome: number | null
  readonly error_class: string | null
  readonly code: string | null
  readonly detail: string | null
  readonly provider_message_id: string | null
  readonly started_at: Date
  readonly settled_at: Date | null
}

export async function attemptsOf(tx: Tx, messageId: string): Promise<AttemptRow[]> {
  return (
    await sql<AttemptRow>`select n, provider, provider_account_id, outcome, error_class, code, detail, provider_message_id, started_at, settled_at
      from attempt where message_id = ${messageId} order by n`.execute(tx)
  ).rows
}

export interface NotificationRow {
  readonly id: string
  readonly type: string
  readonly category: Category
  readonly lane: number
  readonly locale: string
  readonly contact_id: string
  readonly contact_name: string | null
  readonly event_id: string | null
  readonly payload: Record<string, unknown>
  readonly recipient: { readonly name: string | null; readonly timeZone: string }
  readonly reasons: Reason[]
  readonly metadata: Record<string, unknown> | null
  readonly by_kind: number | null
  readonly by_id: string | null
  readonly attachment_count: number
  readonly anonymised_at: Date | null
  readonly created_at: Date
}

const NOTIFICATION = sql`n.id, n.type, n.category, n.lane, n.locale, n.contact_id, c.name as contact_name, n.event_id, n.payload, n.recipient, n.reasons, n.metadata, n.by_kind, n.by_id,
  n.attachment_count, n.anonymised_at, n.created_at`

export async function findNotification(tx: Tx, id: string): Promise<NotificationRow | undefined> {
  return (
    await sql<NotificationRow>`select ${NOTIFICATION} from notification n left join contact c on c.id = n.contact_id where n.id = ${id}`.execute(
      tx,
    )
  ).rows[0]
}

/** @throws AppError `not_found`. */
export async function existingNotification(tx: Tx, id: string): Promise<NotificationRow> {
  const notification = await findNotification(tx, id)
  if (!notification) throw notFound('Notification', id)
  return notification
}

export interface NotificationFilter
  extends Pick<MessageFilter, 'type' | 'contactId' | 'status' | 'from' | 'to' | 'before' | 'limit'> {}

/** Newest first; with a status, those that have a message in it. */
export async function listNotifications(
  tx: Tx,
  organizationId: string,
  filter: NotificationFilter,
): Promise<NotificationRow[]> {
  const where = [sql`n.organization_id = ${organizationId}`]
  if (filter.type !== undefined) where.push(sql`n.type = ${filter.type}`)
  if (filter.contactId !== undefined)
    where.push(sql`n.id in (select notification_id from message where contact_id = ${filter.contactId})`)
  if (filter.status !== undefined)
    where.push(
      sql`exists (select 1 from message m left join message_work w on w.message_id = m.id left join message d on d.id = m.digest_id where m.notification_id = n.id and ${STATUS} = ${filter.status})`,
    )
  where.push(...within('n.id', filter))
  return (
    await sql<NotificationRow>`select ${NOTIFICATION} from notification n left join contact c on c.id = n.contact_id
      where ${sql.join(where, sql` and `)} order by n.id desc limit ${filter.limit}`.execute(tx)
  ).rows
}

export async function filesOf(tx: Tx, notificationId: string) {
  return tx
    .selectFrom('attachment')
    .select(['filename', 'content_type', 'content_id', 'bytes', 'storage_key'])
    .where('notification_id', '=', notificationId)
    .orderBy('n')
    .execute()
}
