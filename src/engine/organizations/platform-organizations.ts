import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'

interface Row {
  id: string
  name: string
  country: string
  demo: boolean
  created_at: Date
  members: number
  sent: number
  support_until: Date | null
}

const DAYS_COUNTED = 30
const DAY_MS = 24 * 3_600_000

const LIST = `
  select o.id, o.name, o.country, o.demo, o.created_at,
    (select count(*)::int from member m where m.organization_id = o.id and m.disabled_at is null) as members,
    (select coalesce(sum(s.sent), 0)::int from stat_hour s where s.organization_id = o.id and s.hour >= $2) as sent,
    (select max(w.expires_at) from support_window w where w.organization_id = o.id and w.closed_at is null and w.expires_at > $1) as support_until
  from organization o where $3::uuid is null or o.id < $3 order by o.id desc limit $4`

export type PlatformOrganizations = ReturnType<typeof createPlatformOrganizations>

/** What those who operate the platform know of each organization: that it is there, and how large. Never what is in it. */
export const createPlatformOrganizations = ({ db, clock }: { db: Pick<Database, 'run'>; clock: Clock }) => ({
  /** Newest first; `limit + 1` rows at most. */
  async list({ limit, before }: { limit: number; before: string | undefined }) {
    const now = clock.now()
    const since = new Date(now.getTime() - DAYS_COUNTED * DAY_MS)
    const rows = await db.run<Row>('platform.organizations', LIST, [now, since, before ?? null, limit + 1])
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      country: row.country,
      demo: row.demo,
      createdAt: row.created_at,
      members: row.members,
      sentIn30Days: row.sent,
      supportUntil: row.support_until,
    }))
  },
})
