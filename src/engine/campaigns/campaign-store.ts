import { sql } from 'kysely'
import { uuids } from '../../platform/database/arrays.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import type { ChannelPlan } from '../catalogue/event.ts'
import { channelOf } from '../channels/channel.ts'
import type { CampaignProblem, CampaignStatus, Throttle, Trial } from './campaign.ts'

type Run = Database['run']

export interface CampaignRow {
  readonly id: string
  readonly organization_id: string
  readonly name: string
  readonly segment_id: string | null
  readonly type: string
  readonly channels: ChannelPlan
  readonly start_at: Date | null
  readonly start_local: string | null
  readonly throttle: Throttle | null
  readonly trial: Trial | null
  readonly status: CampaignStatus
  readonly resumes_as: CampaignStatus | null
  readonly prepared_through: string | null
  readonly paced_at: Date | null
  readonly decide_at: Date | null
  readonly winner_id: string | null
  /** Why it stopped by itself. */
  readonly problem: CampaignProblem | null
  readonly recipients: number
  readonly duplicates: number
  readonly accepted: number
  readonly refused: number
  readonly refusals: Readonly<Record<string, number>>
  readonly revision: number
  readonly actor: { readonly kind: 'member' | 'api_key' | 'platform_admin' | 'contact'; readonly id: string } | null
  readonly created_at: Date
  readonly updated_at: Date
  readonly started_at: Date | null
  readonly finished_at: Date | null
}

export const COUNTS = [
  'messages',
  'suppressed',
  'cancelled',
  'sent',
  'delivered',
  'opened',
  'clicked',
  'bounced',
  'failed',
  'uncertain',
] as const

export type Counts = Readonly<Record<(typeof COUNTS)[number], number>>

export interface VariantRow extends Counts {
  readonly id: string
  readonly campaign_id: string
  readonly n: number
  readonly payload: Record<string, unknown>
  readonly version_ids: readonly string[]
}

export interface NewVariant {
  readonly id: string
  readonly n: number
  readonly payload: Record<string, unknown>
  readonly versionIds: readonly string[]
}

const list = (each: (name: string) => string): string => COUNTS.map(each).join(', ')

/** The words of these campaigns, with their numbers as they are at this moment. */
export async function variantsOf(run: Run, campaignIds: readonly string[]): Promise<VariantRow[]> {
  return run<VariantRow>(
    'campaigns.variants',
    `select v.id, v.campaign_id, v.n, v.payload, v.version_ids, ${list((name) => `(v.${name} + coalesce(d.${name}, 0))::int as ${name}`)}
     from campaign_variant v left join lateral (select ${list((name) => `sum(${name}) as ${name}`)} from campaign_delta where variant_id = v.id) d on true
     where v.campaign_id = any($1::uuid[]) order by v.campaign_id, v.n`,
    [uuids(campaignIds)],
  )
}

const ROLLED_TOGETHER = 5_000

/** Adds what was counted to the words it is of. The campaigns it was of, and whether there may be more. */
export async function rollUpCounts(
  run: Run,
): Promise<{ campaigns: { id: string; organization_id: string }[]; more: boolean }> {
  const rows = await run<{ id: string; organization_id: string; n: number }>(
    'campaigns.roll-up',
    `with taken as materialized (
       delete from campaign_delta where id = any(array(select id from campaign_delta order by id limit ${ROLLED_TOGETHER} for update skip locked)) returning *
     ), sums as (select variant_id, count(*) as n, ${list((name) => `sum(${name}) as ${name}`)} from taken group by variant_id order by variant_id)
     update campaign_variant v set ${list((name) => `${name} = v.${name} + s.${name}`)} from sums s where v.id = s.variant_id
     returning v.campaign_id as id, v.organization_id, s.n::int as n`,
    [],
  )
  return { campaigns: rows, more: rows.reduce((sum, { n }) => sum + n, 0) === ROLLED_TOGETHER }
}

export async function findCampaign(run: Run, organizationId: string, id: string): Promise<CampaignRow | undefined> {
  const [row] = await run<CampaignRow>(
    'campaigns.find',
    'select * from campaign where id = $1 and organization_id = $2',
    [id, organizationId],
  )
  return row
}

/** Held until the transaction ends: a step that is under way ends first. */
export async function holdCampaign(run: Run, organizationId: string, id: string): Promise<CampaignRow | undefined> {
  const [row] = await run<CampaignRow>(
    'campaigns.hold',
    'select * from campaign where id = $1 and organization_id = $2 for no key update',
    [id, organizationId],
  )
  return row
}

/** For a step: undefined when somebody else holds it. */
export async function takeCampaign(run: Run, id: string): Promise<CampaignRow | undefined> {
  const [row] = await run<CampaignRow>(
    'campaigns.take',
    'select * from campaign where id = $1 for no key update skip locked',
    [id],
  )
  return row
}

export interface CampaignPage {
  readonly status: CampaignStatus | undefined
  readonly before: string | undefined
  readonly limit: number
}

export const listCampaigns = (
  run: Run,
  organizationId: string,
  { status, before, limit }: CampaignPage,
): Promise<CampaignRow[]> =>
  run<CampaignRow>(
    'campaigns.list',
    'select * from campaign where organization_id = $1 and ($2::uuid is null or id < $2) and ($4::text is null or status = $4) order by id desc limit $3',
    [organizationId, before ?? null, limit, status ?? null],
  )

export interface CampaignFields {
  readonly name: string
  readonly segmentId: string | null
  readonly type: string
  readonly channels: ChannelPlan
  readonly startAt: Date | null
  readonly startLocal: string | null
  readonly throttle: Throttle | null
  readonly trial: Trial | null
}

/** Writes a draft, new or instead of what it was. */
export async function saveCampaign(
  tx: Tx,
  organizationId: string,
  id: string,
  { name, segmentId, type, channels, startAt, startLocal, throttle, trial }: CampaignFields,
  variants: readonly NewVariant[],
  actor: object,
  now: Date,
): Promise<void> {
  await sql`
    insert into campaign (id, organization_id, name, segment_id, type, channels, start_at, start_local, throttle, trial, status, actor, created_at, updated_at)
    values (${id}, ${organizationId}, ${name}, ${segmentId}, ${type}, ${JSON.stringify(channels)}::json, ${startAt}, ${startLocal},
      ${throttle && JSON.stringify(throttle)}::json, ${trial && JSON.stringify(trial)}::json, 'draft', ${JSON.stringify(actor)}::json, ${now}, ${now})
    on conflict (id) do update set name = excluded.name, segment_id = excluded.segment_id, type = excluded.type, channels = excluded.channels, start_at = excluded.start_at,
      start_local = excluded.start_local, throttle = excluded.throttle, trial = excluded.trial, updated_at = excluded.updated_at, revision = campaign.revision + 1`.execute(
    tx,
  )
  await sql`delete from campaign_variant where campaign_id = ${id}`.execute(tx)
  for (const variant of variants)
    await sql`insert into campaign_variant (id, campaign_id, organization_id, n, payload, version_ids)
      values (${variant.id}, ${id}, ${organizationId}, ${variant.n}, ${JSON.stringify(variant.payload)}::json, ${variant.versionIds}::uuid[])`.execute(
      tx,
    )
}

export const removeCampaign = (tx: Tx, id: string) => sql`delete from campaign where id = ${id}`.execute(tx)

/** Of these, the published versions of a template, the organization's own or built in, that are still there: for `AcceptOptions.campaign`. */
export async function versionsNamed(run: Run, organizationId: string, key: string, ids: readonly string[]) {
  if (ids.length === 0) return []
  const rows = await run<{ id: string; channel: number; locale: string }>(
    'campaigns.versions',
    `select v.id, t.channel, v.locale from template_version v join template t on t.id = v.template_id
     where v.id = any($1::uuid[]) and t.key = $2 and (t.organization_id = $3 or t.organization_id is null) and v.published_at is not null and v.removed_at is null`,
    [uuids(ids), key, organizationId],
  )
  return rows.map(({ id, channel, locale }) => ({ id, channel: channelOf(channel), locale }))
}

export interface Progress {
  readonly status: CampaignStatus
  readonly resumesAs?: CampaignStatus | null
  readonly preparedThrough?: string | null
  readonly recipients?: number
  readonly duplicates?: number
  readonly accepted?: number
  readonly refusals?: Readonly<Record<string, number>>
  readonly pacedAt?: Date | null
  readonly decideAt?: Date | null
  readonly winnerId?: string | null
  readonly problem?: CampaignProblem | null
  readonly startedAt?: Date
  readonly finishedAt?: Date
}

/** Moves a campaign that is held: numbers are added to what there is, and what is not named stays. */
export async function advance(run: Run, campaign: CampaignRow, more: Progress, now: Date): Promise<void> {
  const refusals = { ...campaign.refusals }
  for (const [reason, n] of Object.entries(more.refusals ?? {})) refusals[reason] = (refusals[reason] ?? 0) + n
  const or = <T>(value: T | undefined, was: T): T => (value === undefined ? was : value)
  await run(
    'campaigns.advance',
    `update campaign set status = $2, resumes_as = $3, prepared_through = $4, recipients = recipients + $5, duplicates = duplicates + $6, accepted = accepted + $7,
       refused = refused + $8, refusals = $9::jsonb, paced_at = $10, decide_at = $11, winner_id = $12, started_at = $13, finished_at = $14, updated_at = $15, problem = $16 where id = $1`,
    [
      campaign.id,
      more.status,
      or(more.resumesAs, campaign.resumes_as),
      or(more.preparedThrough, campaign.prepared_through),
      more.recipients ?? 0,
      more.duplicates ?? 0,
      more.accepted ?? 0,
      Object.values(more.refusals ?? {}).reduce((sum, n) => sum + n, 0),
      JSON.stringify(refusals),
      or(more.pacedAt, campaign.paced_at),
      or(more.decideAt, campaign.decide_at),
      or(more.winnerId, campaign.winner_id),
      or<Date | null>(more.startedAt, campaign.started_at),
      or<Date | null>(more.finishedAt, campaign.finished_at),
      now,
      or(more.problem, campaign.problem),
    ],
  )
}
