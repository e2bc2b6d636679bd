import type { Selectable } from 'kysely'
import { AppError, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { DB } from '../../platform/database/generated.ts'
import { newId } from '../../platform/ids.ts'
import type { Permission } from './permissions.ts'

/** What whoever operates the platform may do while a window is open: look, as the organization's support would. */
export const WINDOW_PERMISSIONS: readonly Permission[] = [
  'messages.read',
  'contacts.read',
  'bookings.read',
  'statistics.read',
  'settings.read',
  'members.read',
]
export const LONGEST_WINDOW_HOURS = 72
const HOUR_MS = 3_600_000

export interface SupportWindow {
  readonly id: string
  readonly reason: string
  readonly openedBy: string
  readonly openedAt: Date
  readonly expiresAt: Date
  /** Set when it was closed before its time. */
  readonly closedAt: Date | null
  readonly open: boolean
}

interface Deps {
  readonly db: Pick<Database, 'as' | 'run'>
  readonly clock: Clock
  readonly accessChanged: (organizationId: string) => void
}

export type SupportWindows = ReturnType<typeof createSupportWindows>

/** Times in which an organization lets the platform's support look in. */
export const createSupportWindows = ({ db, clock, accessChanged }: Deps) => ({
  /** Throws `conflict` while another is open. */
  open: (organizationId: string, by: { name: string }, asked: { hours: number; reason: string }) =>
    db.as(organizationId, async (tx) => {
      const now = clock.now()
      // One opens, and the other then sees it.
      await tx.selectFrom('organization').select('id').where('id', '=', organizationId).forUpdate().execute()
      const another = await tx
        .selectFrom('support_window')
        .select('id')
        .where('closed_at', 'is', null)
        .where('expires_at', '>', now)
        .executeTakeFirst()
      if (another) throw new AppError('conflict', 'A support window is open; close it before you open another')
      const row = await tx
        .insertInto('support_window')
        .values({
          id: newId(now),
          organization_id: organizationId,
          reason: asked.reason,
          opened_by: by.name,
          opened_at: now,
          expires_at: new Date(now.getTime() + asked.hours * HOUR_MS),
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      return toWindow(row, now)
    }),

  /** At once, in every process; twice is fine. */
  async close(organizationId: string, id: string): Promise<SupportWindow> {
    const now = clock.now()
    const row = await db.as(organizationId, async (tx) => {
      const found = await tx.selectFrom('support_window').selectAll().where('id', '=', id).executeTakeFirst()
      if (!found) throw notFound('Support window', id)
      if (found.closed_at || found.expires_at <= now) return found
      return tx
        .updateTable('support_window')
        .set({ closed_at: now })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow()
    })
    accessChanged(organizationId)
    return toWindow(row, now)
  },

  /** Newest first; `limit + 1` rows at most. */
  list: (organizationId: string, { limit, before }: { limit: number; before: string | undefined }) =>
    db.as(organizationId, async (tx) => {
      const newest = tx.selectFrom('support_window').selectAll().where('organization_id', '=', organizationId)
      const page = before === undefined ? newest : newest.where('id', '<', before)
      const rows = await page
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute()
      return rows.map((row) => toWindow(row, clock.now()))
    }),

  /** The window an organization has open now; read from the database every time. */
  async openOf(organizationId: string): Promise<{ id: string; expiresAt: Date } | undefined> {
    const [row] = await db.run<{ id: string; expires_at: Date }>(
      'support-windows.open',
      'select id, expires_at from support_window where organization_id = $1 and closed_at is null and expires_at > $2 order by id desc limit 1',
      [organizationId, clock.now()],
    )
    return row && { id: row.id, expiresAt: row.expires_at }
  },

  /** The organizations that have one open now. */
  async openNow(): Promise<{ id: string; name: string; expiresAt: Date }[]> {
    const rows = await db.run<{ id: string; name: string; expires_at: Date }>(
      'support-windows.open-now',
      'select o.id, o.name, w.expires_at from support_window w join organization o on o.id = w.organization_id where w.closed_at is null and w.expires_at > $1 order by o.name, o.id limit 200',
      [clock.now()],
    )
    return rows.map(({ id, name, expires_at }) => ({ id, name, expiresAt: expires_at }))
  },
})

const toWindow = (row: Selectable<DB['support_window']>, now: Date): SupportWindow => ({
  id: row.id,
  reason: row.reason,
  openedBy: row.opened_by,
  openedAt: row.opened_at,
  expiresAt: row.expires_at,
  closedAt: row.closed_at,
  open: row.closed_at === null && row.expires_at > now,
})
