import { sql } from 'kysely'
import type { Tx } from '../../platform/database/database.ts'
import { channelCode } from '../channels/channel.ts'
import type { TemplateRef } from './version-store.ts'

export interface DraftRow {
  /** Null: there was one, and it was published or thrown away. */
  readonly source: Record<string, unknown> | null
  readonly revision: number
  readonly updatedAt: Date
}

export async function findDraft(
  tx: Tx,
  organizationId: string,
  { key, channel, locale }: TemplateRef,
  lock: 'update' | 'none' = 'none',
): Promise<DraftRow | undefined> {
  const row = await tx
    .selectFrom('template_draft')
    .select(['source', 'revision', 'updated_at'])
    .where('organization_id', '=', organizationId)
    .where('key', '=', key)
    .where('channel', '=', channelCode(channel))
    .where('locale', '=', locale)
    .$if(lock === 'update', (query) => query.forUpdate())
    .executeTakeFirst()
  return row && { source: row.source as DraftRow['source'], revision: row.revision, updatedAt: row.updated_at }
}

/** Writes over the draft that has this revision (0: over none); nothing comes back when it has another by now. */
export async function writeDraft(
  tx: Tx,
  organizationId: string,
  { key, channel, locale }: TemplateRef,
  { source, over, now }: { source: Record<string, unknown> | null; over: number; now: Date },
): Promise<DraftRow | undefined> {
  const text = source && JSON.stringify(source)
  const { rows } = await sql<{ revision: number }>`
    insert into template_draft (organization_id, key, channel, locale, source, revision, updated_at)
    select ${organizationId}, ${key}, ${channelCode(channel)}, ${locale}, ${text}::json, ${over + 1}, ${now} where ${over} = 0
      or exists (select 1 from template_draft where organization_id = ${organizationId} and key = ${key} and channel = ${channelCode(channel)} and locale = ${locale})
    on conflict (organization_id, key, channel, locale) do update
      set source = excluded.source, revision = excluded.revision, updated_at = excluded.updated_at where template_draft.revision = ${over}
    returning revision`.execute(tx)
  return rows[0] && { source, revision: rows[0].revision, updatedAt: now }
}
