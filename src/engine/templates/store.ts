import { sql } from 'kysely'
import type { Rows } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { type Channel, channelCode } from '../channels/channel.ts'
import type { CompiledSource } from './compiled.ts'
import type { TemplateSource } from './source.ts'

/** A template's name: whose it is (null: built in), what it says, where. */
export interface TemplateName {
  readonly organizationId: string | null
  readonly key: string
  readonly channel: Channel
}

export interface NewVersion extends TemplateName {
  readonly locale: string
  readonly source: TemplateSource
  readonly compiled: CompiledSource
  readonly contentHash: string
}

export interface VersionRow {
  readonly id: string
  readonly locale: string
  readonly number: number
  readonly source: TemplateSource
  readonly publishedAt: Date | null
  readonly isCurrent: boolean
}

/**
 * Stores a version and makes it the current one, under the template's row lock: two publishers take turns. A source that
 * was published before becomes current again as the version it was.
 */
export async function writeVersion(tx: Rows, version: NewVersion, now: Date): Promise<{ id: string; number: number }> {
  const templateId = await lockTemplate(tx, version, now)
  const same = await tx
    .selectFrom('template_version')
    .select(['id', 'number'])
    .where('template_id', '=', templateId)
    .where('locale', '=', version.locale)
    .where('content_hash', '=', version.contentHash)
    .where('compiled', 'is not', null)
    .orderBy('number', 'desc')
    .executeTakeFirst()
  const published = same ?? (await insertVersion(tx, templateId, version, now))
  await makeCurrent(tx, templateId, version, published.id)
  return published
}

async function lockTemplate(tx: Rows, { organizationId, key, channel }: TemplateName, now: Date): Promise<string> {
  await tx
    .insertInto('template')
    .values({ id: newId(now), organization_id: organizationId, key, channel: channelCode(channel), created_at: now })
    .onConflict((conflict) => conflict.columns(['organization_id', 'key', 'channel']).doNothing())
    .execute()
  const row = await tx
    .selectFrom('template')
    .select('id')
    .where(sql<boolean>`organization_id is not distinct from ${organizationId}::uuid`)
    .where('key', '=', key)
    .where('channel', '=', channelCode(channel))
    .forUpdate()
    .executeTakeFirstOrThrow()
  return row.id
}

async function insertVersion(
  tx: Rows,
  templateId: string,
  version: NewVersion,
  now: Date,
): Promise<{ id: string; number: number }> {
  return tx
    .insertInto('template_version')
    .values({
      id: newId(now),
      template_id: templateId,
      organization_id: version.organizationId,
      locale: version.locale,
      number: sql<number>`(select coalesce(max(number), 0) + 1 from template_version where template_id = ${templateId} and locale = ${version.locale})`,
      source: JSON.stringify(version.source),
      compiled: JSON.stringify(version.compiled),
      content_hash: version.contentHash,
      created_at: now,
      published_at: now,
    })
    .returning(['id', 'number'])
    .executeTakeFirstOrThrow()
}

export async function makeCurrent(
  tx: Rows,
  templateId: string,
  of: { organizationId: string | null; locale: string },
  versionId: string,
): Promise<void> {
  await tx
    .insertInto('template_current')
    .values({
      template_id: templateId,
      locale: of.locale,
      organization_id: of.organizationId,
      template_version_id: versionId,
    })
    .onConflict((conflict) =>
      conflict.columns(['template_id', 'locale']).doUpdateSet({ template_version_id: versionId }),
    )
    .execute()
}

/** A published version of the organization's own, its template locked. */
export async function findPublished(tx: Rows, organizationId: string, versionId: string) {
  return tx
    .selectFrom('template_version')
    .innerJoin('template', 'template.id', 'template_version.template_id')
    .select([
      'template_version.id',
      'template_version.template_id',
      'template_version.locale',
      'template_version.number',
    ])
    .where('template_version.id', '=', versionId)
    .where('template_version.organization_id', '=', organizationId)
    .where('template_version.published_at', 'is not', null)
    .forUpdate('template')
    .executeTakeFirst()
}

/** The organization goes back to the built-in wording in this language; its versions stay. */
export async function dropCurrent(
  tx: Rows,
  organizationId: string,
  key: string,
  channel: Channel,
  locale: string,
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('template_current')
    .using('template')
    .whereRef('template.id', '=', 'template_current.template_id')
    .where('template.organization_id', '=', organizationId)
    .where('template.key', '=', key)
    .where('template.channel', '=', channelCode(channel))
    .where('template_current.locale', '=', locale)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Every published version of one template, the newest first, per language. */
export async function listVersions(tx: Rows, { organizationId, key, channel }: TemplateName): Promise<VersionRow[]> {
  const rows = await tx
    .selectFrom('template_version')
    .innerJoin('template', 'template.id', 'template_version.template_id')
    .leftJoin('template_current', 'template_current.template_version_id', 'template_version.id')
    .select([
      'template_version.id',
      'template_version.locale',
      'number',
      'source',
      'published_at',
      'template_current.template_version_id as current',
    ])
    .where(sql<boolean>`template.organization_id is not distinct from ${organizationId}::uuid`)
    .where('template.key', '=', key)
    .where('template.channel', '=', channelCode(channel))
    .orderBy('template_version.locale')
    .orderBy('number', 'desc')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    locale: row.locale,
    number: row.number,
    source: row.source as unknown as TemplateSource,
    publishedAt: row.published_at,
    isCurrent: row.current !== null,
  }))
}

export interface CurrentRow {
  readonly organization_id: string | null
  readonly key: string
  readonly channel: number
  readonly locale: string
  readonly version_id: string
  readonly content_hash: string
}

/** What is current among the built-in templates. */
export const CURRENT_BUILT_INS = `
  select t.organization_id, t.key, t.channel, c.locale, c.template_version_id as version_id, v.content_hash
  from template_current c
  join template t on t.id = c.template_id
  join template_version v on v.id = c.template_version_id
  where c.organization_id is null`

/** What is current among one organization's own templates, beside its default language. */
export const CURRENT_OF_ORGANIZATION = `
  select o.locale as default_locale, t.key, t.channel, c.locale, c.template_version_id as version_id
  from organization o
  left join template_current c on c.organization_id = o.id
  left join template t on t.id = c.template_id
  where o.id = $1`

export const COMPILED_VERSIONS =
  'select id, compiled from template_version where id = any($1::uuid[]) and compiled is not null'
