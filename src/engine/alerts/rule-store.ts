import { sql } from 'kysely'
import type { Tx } from '../../platform/database/database.ts'

export async function storedRules(tx: Tx, organizationId: string): Promise<Map<string, unknown>> {
  const rows = await tx
    .selectFrom('alert_rule')
    .select(['rule', 'settings'])
    .where('organization_id', '=', organizationId)
    .execute()
  return new Map(rows.map(({ rule, settings }) => [rule, settings]))
}

export async function writeRule(
  tx: Tx,
  organizationId: string,
  rule: string,
  settings: object,
  now: Date,
): Promise<void> {
  await sql`
    insert into alert_rule (organization_id, rule, settings, updated_at) values (${organizationId}, ${rule}, ${JSON.stringify(settings)}::jsonb, ${now})
    on conflict (organization_id, rule) do update set settings = excluded.settings, updated_at = excluded.updated_at`.execute(
    tx,
  )
}
