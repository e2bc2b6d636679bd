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
  /** The earlier version whose words these are again, and the built-in one that was made from. */
  readonly restores?: { readonly id: string; readonly builtInVersionId: string | null }
}

export interface Published {
  readonly id: string
  readonly number: number
}

/**
 * Stores a version and makes it the current one, under the template's row lock: two publishers take turns. What is current
 * already is not published twice, and built-in words that were there before become current as the version they were.
 */
export async function writeVersion(tx: Rows, version: NewVersion, now: Date): Promise<Published> {
  const templateId = await lockTemplate(tx, version, now)
  const builtInVersionId = version.restores
    ? version.restores.builtInVersionId
    : await currentBuiltIn(tx, version, version.locale)
  const same = version.restores ? undefined : await findSame(tx, templateId, version, builtInVersionId)
  const published = same ?? (await insertVersion(tx, templateId, version, builtInVersionId, now))
  await makeCurrent(tx, templateId, version, published.id, now)
  return published
}

/** Stores words that a test message pins and nobody else ever does; the same words are one trial. */
export async function writeTrial(tx: Rows, version: NewVersion, now: Date): Promise<string> {
  const templateId = await lockTemplate(tx, version, now)
  const same = await tx
    .selectFrom('template_version')
    .select('id')
    .where('template_id', '=', templateId)
    .where('locale', '=', version.locale)
    .where('content_hash', '=', version.contentHash)
    .where('published_at', 'is', null)
    .executeTakeFirst()
  if (same) return same.id
  const id = newId(now)
  await tx
    .insertInto('template_version')
    .values({ ...contentOf(id, templateId, version), created_at: now })
    .execute()
  return id
}

async function findSame(
  tx: Rows,
  templateId: string,
  { organizationId, locale, contentHash }: NewVersion,
  builtInVersionId: string | null,
): Promise<Published | undefined> {
  const same = tx
    .selectFrom('template_version')
    .select(['template_version.id', 'number'])
    .where('template_version.template_id', '=', templateId)
    .where('template_version.locale', '=', locale)
    .where('content_hash', '=', contentHash)
    .where('published_at', 'is not', null)
    .orderBy('number', 'desc')
  const found = await (organizationId === null
    ? same.executeTakeFirst()
    : same
        .where(sql<boolean>`built_in_version_id is not distinct from ${builtInVersionId}::uuid`)
        .innerJoin('template_current', 'template_current.template_version_id', 'template_version.id')
        .executeTakeFirst())
  return found as Published | undefined
}

/** The built-in version of a template that is current in a language; null for a built-in one itself. */
async function currentBuiltIn(
  tx: Rows,
  { organizationId, key, channel }: TemplateName,
  locale: string,
): Promise<string | null> {
  if (organizationId === null) return null
  const row = await tx
    .selectFrom('template_current')
    .innerJoin('template', 'template.id', 'template_current.template_id')
    .select('template_version_id')
    .where('template.organization_id', 'is', null)
    .where('template.key', '=', key)
    .where('template.channel', '=', channelCode(channel))
    .where('template_current.locale', '=', locale)
    .executeTakeFirst()
  return row?.template_version_id ?? null
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

const contentOf = (id: string, templateId: string, version: NewVersion) => ({
  id,
  template_id: templateId,
  organization_id: version.organizationId,
  locale: version.locale,
  source: JSON.stringify(version.source),
  compiled: JSON.stringify(version.compiled),
  content_hash: version.contentHash,
})

async function insertVersion(
  tx: Rows,
  templateId: string,
  version: NewVersion,
  builtInVersionId: string | null,
  now: Date,
): Promise<Published> {
  const row = await tx
    .insertInto('template_version')
    .values({
      ...contentOf(newId(now), templateId, version),
      number: sql<number>`(select coalesce(max(number), 0) + 1 from template_version where template_id = ${templateId} and locale = ${version.locale})`,
      restores: version.restores?.id ?? null,
      built_in_version_id: builtInVersionId,
      created_at: now,
      published_at: now,
    })
    .returning(['id', 'number'])
    .executeTakeFirstOrThrow()
  return row as Published
}

async function makeCurrent(
  tx: Rows,
  templateId: string,
  of: { organizationId: string | null; locale: string },
  versionId: string,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('template_version')
    .set({ live_until: sql<Date | null>`case when id = ${versionId} then null else ${now}::timestamptz end` })
    .where((eb) =>
      eb.or([
        eb('id', '=', versionId),
        eb(
          'id',
          '=',
          eb
            .selectFrom('template_current')
            .select('template_version_id')
            .where('template_id', '=', templateId)
            .where('locale', '=', of.locale),
        ),
      ]),
    )
    .execute()
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

/** The organization goes back to the built-in wording in this language; its versions stay. */
export async function dropCurrent(
  tx: Rows,
  organizationId: string,
  key: string,
  channel: Channel,
  locale: string,
  now: Date,
): Promise<boolean> {
  const dropped = await tx
    .deleteFrom('template_current')
    .using('template')
    .whereRef('template.id', '=', 'template_current.template_id')
    .where('template.organization_id', '=', organizationId)
    .where('template.key', '=', key)
    .where('template.channel', '=', channelCode(channel))
    .where('template_current.locale', '=', locale)
    .returning('template_current.template_version_id')
    .executeTakeFirst()
  if (!dropped) return false
  await tx
    .updateTable('template_version')
    .set({ live_until: now })
    .where('id', '=', dropped.template_version_id)
    .execute()
  return true
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
