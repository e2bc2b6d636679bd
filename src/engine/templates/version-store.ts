import { sql } from 'kysely'
import type { Tx } from '../../platform/database/database.ts'
import { idFloor } from '../../platform/ids.ts'
import { type Channel, channelCode, channelOf } from '../channels/channel.ts'
import type { TemplateSource } from './source.ts'

/** One template in one language. */
export interface TemplateRef {
  readonly key: string
  readonly channel: Channel
  readonly locale: string
}

export interface VersionRow {
  readonly id: string
  readonly number: number
  readonly source: TemplateSource
  readonly publishedAt: Date
  readonly builtIn: boolean
  readonly live: boolean
  readonly liveUntil: Date | null
  readonly restores: string | null
  readonly builtInVersionId: string | null
}

interface RawVersion extends Omit<VersionRow, 'source'> {
  readonly source: unknown
}

const VERSION = sql`v.id, v.number, v.source, v.published_at as "publishedAt", v.organization_id is null as "builtIn",
  c.template_version_id is not null as live, v.live_until as "liveUntil", v.restores, v.built_in_version_id as "builtInVersionId"`
const VERSIONS = sql`template_version v join template t on t.id = v.template_id
  left join template_current c on c.template_id = v.template_id and c.locale = v.locale and c.template_version_id = v.id`

const named = (organizationId: string | null, { key, channel, locale }: TemplateRef) =>
  sql`t.organization_id is not distinct from ${organizationId}::uuid and t.key = ${key} and t.channel = ${channelCode(channel)} and v.locale = ${locale}
    and v.published_at is not null and v.removed_at is null`

/** Published versions of one template, the newest first; null: of the built-in one. */
export async function listVersions(
  tx: Tx,
  organizationId: string | null,
  ref: TemplateRef,
  page: { readonly below?: number | undefined; readonly limit: number },
): Promise<VersionRow[]> {
  const { rows } = await sql<RawVersion>`select ${VERSION} from ${VERSIONS} where ${named(organizationId, ref)}
    ${page.below === undefined ? sql`` : sql`and v.number < ${page.below}`} order by v.number desc limit ${page.limit}`.execute(
    tx,
  )
  return rows as VersionRow[]
}

/** A published version of this template, the organization's own or a built-in one. */
export async function findVersion(
  tx: Tx,
  organizationId: string,
  ref: TemplateRef,
  id: string,
): Promise<VersionRow | undefined> {
  const { rows } = await sql<RawVersion>`select ${VERSION} from ${VERSIONS}
    where v.id = ${id} and (${named(organizationId, ref)} or ${named(null, ref)})`.execute(tx)
  return rows[0] as VersionRow | undefined
}

/** What is live of this template: of the organization's own, of the built-in ones. */
export async function liveVersions(
  tx: Tx,
  organizationId: string,
  ref: TemplateRef,
): Promise<{ own?: VersionRow; builtIn?: VersionRow }> {
  const { rows } = await sql<RawVersion>`select ${VERSION} from ${VERSIONS}
    where c.template_version_id is not null and (${named(organizationId, ref)} or ${named(null, ref)})`.execute(tx)
  const own = (rows as VersionRow[]).find((row) => !row.builtIn)
  const builtIn = (rows as VersionRow[]).find((row) => row.builtIn)
  return { ...(own && { own }), ...(builtIn && { builtIn }) }
}

/** Two built-in versions of the same words are the same to whoever made their own of them. */
export async function builtInChanged(tx: Tx, then: string | null, now: string | undefined): Promise<boolean> {
  if (then === (now ?? null)) return false
  const { rows } = await sql<{ changed: boolean }>`
    select (select source from template_version where id = ${then}) is distinct from (select source from template_version where id = ${now ?? null}) as changed`.execute(
    tx,
  )
  return rows[0]?.changed ?? false
}

/** What is there under one name, in short. */
export interface NameRow {
  readonly key: string
  readonly channel: Channel
  readonly locale: string
  readonly versionId: string | null
  readonly number: number | null
  readonly publishedAt: Date | null
  readonly own: boolean
  readonly builtInChanged: boolean
  readonly draftRevision: number | null
  readonly draftAt: Date | null
}

/** Every name there is a built-in template for, a version or a draft of the organization's own, with what is live. */
export async function listNames(tx: Tx, organizationId: string): Promise<NameRow[]> {
  const { rows } = await sql<Omit<NameRow, 'channel'> & { channel: number }>`
    with live as (
      select t.organization_id, t.key, t.channel, c.locale, v.id, v.number, v.published_at, v.source, v.built_in_version_id
      from template_current c join template t on t.id = c.template_id join template_version v on v.id = c.template_version_id
      where c.organization_id is null or c.organization_id = ${organizationId}
    ), draft as (
      select key, channel, locale, revision, updated_at from template_draft where organization_id = ${organizationId} and source is not null
    ), names as (
      select key, channel, locale from live union select key, channel, locale from draft
      union select t.key, t.channel, v.locale from template_version v join template t on t.id = v.template_id
        where v.organization_id = ${organizationId} and v.published_at is not null and v.removed_at is null
    )
    select n.key, n.channel, n.locale, coalesce(own.id, b.id) as "versionId", coalesce(own.number, b.number) as number,
      coalesce(own.published_at, b.published_at) as "publishedAt", own.id is not null as own,
      own.id is not null and own.built_in_version_id is distinct from b.id and made_of.source is distinct from b.source as "builtInChanged",
      d.revision as "draftRevision", d.updated_at as "draftAt"
    from names n
    left join live own on own.organization_id is not null and own.key = n.key and own.channel = n.channel and own.locale = n.locale
    left join live b on b.organization_id is null and b.key = n.key and b.channel = n.channel and b.locale = n.locale
    left join template_version made_of on made_of.id = own.built_in_version_id
    left join draft d on d.key = n.key and d.channel = n.channel and d.locale = n.locale`.execute(tx)
  return rows.map((row) => ({ ...row, channel: channelOf(row.channel) }))
}

/** Takes a version's words away; its number stays taken. */
export const removeVersion = (tx: Tx, id: string, now: Date) =>
  tx
    .updateTable('template_version')
    .set({ source: '{}', compiled: null, removed_at: now })
    .where('id', '=', id)
    .execute()

/**
 * How many messages name a version, as far as anybody knows: by the statistics, by the messages of before those begin
 * (`countedFrom`), and by the chains that would go on with it, pinned while it was live. `campaign`: the name of one that is
 * not over and names it.
 */
export async function usesOf(
  tx: Tx,
  organizationId: string,
  { id, publishedAt }: Pick<VersionRow, 'id' | 'publishedAt'>,
  { countedFrom, pinnedUntil }: { readonly countedFrom: Date; readonly pinnedUntil: Date },
): Promise<{ messages: number; chains: number; campaign: string | null }> {
  const from = idFloor(publishedAt)
  const { rows } = await sql<{ messages: number; chains: number; campaign: string | null }>`
    select coalesce((select sum(accepted) from stat where organization_id = ${organizationId} and template_version_id = ${id}), 0)::int
        + (select count(*)::int from (select 1 from message where organization_id = ${organizationId} and id >= ${from} and id < ${idFloor(countedFrom)}
          and template_version_id = ${id} limit 1) m) as messages,
      (select count(*)::int from (select 1 from notification where organization_id = ${organizationId} and id >= ${from} and id < ${idFloor(pinnedUntil)}
        and fallback is not null and fallback::text like ${`%${id}%`} limit 1000) n) as chains,
      (select c.name from campaign_variant v join campaign c on c.id = v.campaign_id where v.organization_id = ${organizationId} and ${id} = any(v.version_ids)
        and c.status not in ('done', 'cancelled') order by c.id limit 1) as campaign`.execute(tx)
  return rows[0]!
}
