import { sql } from 'kysely'
import { notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import type { OutboundInApp } from '../channels/outbound.ts'

export interface FeedRow {
  readonly message_id: string
  readonly title: string
  readonly body: string
  readonly action_url: string | null
  readonly created_at: Date
  readonly seen_at: Date | null
  readonly read_at: Date | null
  readonly archived_at: Date | null
}

export type Mark = 'seen' | 'read' | 'unread' | 'archive'

/** Reading an item means having seen it; archiving it means both. Marks stay what they were when set again. */
const MARKS: Record<Mark, ReturnType<typeof sql>> = {
  seen: sql`seen_at = coalesce(seen_at, now.at)`,
  read: sql`seen_at = coalesce(seen_at, now.at), read_at = coalesce(read_at, now.at)`,
  unread: sql`read_at = null`,
  archive: sql`seen_at = coalesce(seen_at, now.at), read_at = coalesce(read_at, now.at), archived_at = coalesce(archived_at, now.at)`,
}

interface Deps {
  readonly db: Pick<Database, 'as' | 'run'>
  readonly clock: Clock
  /** Items were read: their messages have reached `read`. */
  readonly onRead: (messageIds: readonly string[]) => Promise<void>
  readonly changed: (organizationId: string) => void
}

export type Feed = ReturnType<typeof createFeed>

/** The in-app channel's own store: one feed per contact. */
export const createFeed = ({ db, clock, onRead, changed }: Deps) => ({
  /**
   * Puts messages into their contacts' feeds and says which are there now. One that was there already stays as it is, so
   * a second hand-over adds nothing; one whose contact is gone is left out.
   */
  async put(messages: readonly OutboundInApp[]): Promise<Set<string>> {
    const rows = await db.run<{ message_id: string }>('in-app.put', PUT, [
      messages.map((message) => message.messageId),
      messages.map((message) => message.organizationId),
      messages.map((message) => message.contactId),
      messages.map((message) => message.content.title),
      messages.map((message) => message.content.body),
      messages.map((message) => message.content.actionUrl ?? null),
      clock.now(),
    ])
    return new Set(rows.map((row) => row.message_id))
  },

  /** Newest first, without what was archived. */
  list: (
    organizationId: string,
    contactId: string,
    { before, limit }: { before?: string | undefined; limit: number },
  ) =>
    db.as(organizationId, async (tx) => {
      let query = tx
        .selectFrom('in_app_item')
        .select(['message_id', 'title', 'body', 'action_url', 'created_at', 'seen_at', 'read_at', 'archived_at'])
        .where('contact_id', '=', contactId)
        .where('archived_at', 'is', null)
      if (before) query = query.where('message_id', '<', before)
      return query.orderBy('message_id', 'desc').limit(limit).execute()
    }),

  count: (organizationId: string, contactId: string) =>
    db.as(organizationId, async (tx) => {
      const { rows } = await sql<{ unread: number; unseen: number }>`
        select count(*)::int as unread, count(*) filter (where seen_at is null)::int as unseen
        from in_app_item where contact_id = ${contactId} and read_at is null and archived_at is null`.execute(tx)
      return rows[0] ?? { unread: 0, unseen: 0 }
    }),

  /** Marks one item. @throws AppError `not_found` when it is not this contact's. */
  async mark(organizationId: string, contactId: string, messageId: string, mark: Mark): Promise<FeedRow> {
    const row = await db.as(
      organizationId,
      async (tx) => (await update(tx, mark, sql`contact_id = ${contactId} and message_id = ${messageId}`, clock))[0],
    )
    if (!row) throw notFound('In-app item', messageId)
    if (mark === 'read' || mark === 'archive') await onRead([messageId])
    changed(organizationId)
    return row
  },

  /** Marks everything in the feed; says how many items changed. */
  async markAll(organizationId: string, contactId: string, mark: 'seen' | 'read'): Promise<number> {
    const open = mark === 'seen' ? sql`seen_at is null` : sql`read_at is null`
    const rows = await db.as(organizationId, (tx) =>
      update(tx, mark, sql`contact_id = ${contactId} and archived_at is null and ${open}`, clock),
    )
    if (mark === 'read' && rows.length > 0) await onRead(rows.map((row) => row.message_id))
    if (rows.length > 0) changed(organizationId)
    return rows.length
  },
})

const PUT = `
with i as materialized (
  select i.* from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[])
    as i(message_id, organization_id, contact_id, title, body, action_url)
  join contact c on c.id = i.contact_id and c.organization_id = i.organization_id
), added as (
  insert into in_app_item (message_id, organization_id, contact_id, title, body, action_url, created_at)
  select i.*, $7::timestamptz from i on conflict do nothing
) select message_id from i`

async function update(tx: Tx, mark: Mark, which: ReturnType<typeof sql>, clock: Clock): Promise<FeedRow[]> {
  const { rows } =
    await sql<FeedRow>`update in_app_item set ${MARKS[mark]} from (select ${clock.now()}::timestamptz as at) now where ${which}
    returning message_id, title, body, action_url, created_at, seen_at, read_at, archived_at`.execute(tx)
  return rows
}
