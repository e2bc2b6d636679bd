import type { Database } from '../../platform/database/database.ts'
import type { Before } from './acts.ts'

const ROWS: Readonly<Record<Before, string>> = {
  provider: `select json_build_object('position', position, 'weight', weight, 'limits', limits, 'enabled', enabled) as was
    from provider_account where organization_id = $1 and id = $2`,
  webhook_endpoint: `select json_build_object('events', events, 'enabled', enabled) as was
    from webhook_endpoint where organization_id = $1 and id = $2`,
  delivery: 'select delivery as was from organization where id = $1 and $2::uuid is null',
  member: `select json_build_object('role', role, 'disabled', disabled_at is not null) as was from member where organization_id = $1 and id = $2`,
  audit: `select json_build_object('keepDays', keep_days) as was from audit_chain where organization_id = $1 and $2::uuid is null`,
}

/** What settings were, just before somebody changes them: for the log, not to decide by. */
export const createValuesBefore =
  ({ db }: { db: Pick<Database, 'run'> }) =>
  async (what: Before, organizationId: string, id: string | undefined): Promise<Readonly<Record<string, unknown>>> => {
    const [row] = await db.run<{ was: Record<string, unknown> }>(`audit.before.${what}`, ROWS[what], [
      organizationId,
      id ?? null,
    ])
    return row?.was ?? {}
  }
