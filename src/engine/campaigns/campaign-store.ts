import { sql } from 'kysely'
import { int2s, times, uuids } from '../../platform/database/arrays.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import type { ChannelPlan } from '../catalogue/event.ts'
import { laneCode } from '../catalogue/lane.ts'
import { type Channel, channelCode, channelOf } from '../channels/channel.ts'
import { TASKS } from '../messages/task.ts'
import { type CampaignProblem, type CampaignStatus, recipientCode, type Throttle, type Trial } from './campaign.ts'
import { audienceOf, type SegmentRow } from './segments.ts'

type Run = Database['run']

/** A campaign waits among the work of a channel that is never held up: what it becomes goes where it is to go. */
const WORK_CHANNEL = channelCode('in_app')
const WORK_LANE = laneCode('bulk')
const PENDING = recipientCode('pending')
const FOR_EVER = new Date('2200-01-01T00:00:00Z')

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

/** The campaign goes on at this time. A worker that holds it finds that it does not any more, and does nothing. */
export const goOn = (
  run: Run,
  { id, organization_id }: Pick<CampaignRow, 'id' | 'organization_id'>,
  at: Date,
  now: Date,
) =>
  run(
    'campaigns.go-on',
    `insert into message_work (message_id, organization_id, channel, lane, state, due_at, deadline_at, task)
     values ($1, $2, ${WORK_CHANNEL}, ${WORK_LANE}, case when $3 <= $4::timestamptz then 1 else 0 end, $3, $5, ${TASKS.campaign})
     on conflict (message_id) do update set state = excluded.state, due_at = excluded.due_at, worker_id = null, attempt = 0`,
    [id, organization_id, at, now, FOR_EVER],
  )

/** It does not go on by itself: paused, or over. */
export const stopGoing = (run: Run, id: string) =>
  run('campaigns.stop', `delete from message_work where message_id = $1 and task = ${TASKS.campaign}`, [id])

/**
 * What this worker still holds goes on at `at`; null: it is over. False when it is somebody else's by now. Its turns are no
 * tries: a slow campaign has more of them than a message ever has.
 */
export async function letGo(run: Run, id: string, workerId: string, at: Date | null, now: Date): Promise<boolean> {
  const rows =
    at === null
      ? await run(
          'campaigns.end-work',
          'delete from message_work where message_id = $1 and worker_id = $2 and state + 0 = 3 returning 1',
          [id, workerId],
        )
      : await run(
          'campaigns.let-go',
          'update message_work set state = case when $3 <= $4::timestamptz then 1 else 0 end, due_at = $3, worker_id = null, attempt = 0 where message_id = $1 and worker_id = $2 and state + 0 = 3 returning 1',
          [id, workerId, at, now],
        )
  return rows.length > 0
}

/** Whether it is still this worker's. */
export async function stillHeld(run: Run, id: string, workerId: string): Promise<boolean> {
  const rows = await run(
    'campaigns.still-held',
    'select 1 from message_work where message_id = $1 and worker_id = $2 and state + 0 = 3 for no key update',
    [id, workerId],
  )
  return rows.length > 0
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

export interface Start {
  /** Zone → when it begins there. */
  readonly zones: ReadonlyMap<string, Date>
  /** Where a contact says no zone, or one that was not asked about. */
  readonly otherwise: Date
}

/**
 * Writes down the next recipients: contacts after the last ones, each once, and each address once. Which words each is
 * sent, and whether it waits for the winner, is drawn by lot; of those written together each version gets its exact share,
 * so that a small trial is no matter of luck.
 */
export async function writeRecipients(
  tx: Tx,
  campaign: CampaignRow,
  segment: SegmentRow | null,
  variants: readonly { readonly id: string }[],
  start: Start,
  most: number,
  now: Date,
): Promise<{ readonly seen: number; readonly last: string | null; readonly written: number }> {
  const { trial } = campaign
  const share = variants.length > 1 ? (trial?.share ?? 100) : 0
  const second = variants[1]?.id ?? null
  const { rows } = await sql<{ seen: number; last: string | null; written: number }>`
    with found as materialized (
      select c.id, c.time_zone, ${addressIn(campaign.channels)} as address,
        ((hashtextextended(c.id::text, 0) # hashtextextended(${campaign.id}::text, 0)) & 2147483647) % 10000 as lot
      from contact c where c.organization_id = ${campaign.organization_id} and c.erased_at is null
        and (${campaign.prepared_through}::uuid is null or c.id > ${campaign.prepared_through}::uuid) and ${audienceOf(segment, now)}
      order by c.id limit ${most}
    ), page as materialized (
      select id, time_zone, address, ((row_number() over (order by lot, id) - 1) * 10000 + lot) / count(*) over () as place from found
    ), put as (
      insert into campaign_recipient (campaign_id, contact_id, organization_id, address_key, held, due_at, variant_id)
      select ${campaign.id}, p.id, ${campaign.organization_id}, md5(${campaign.id}::text || p.address)::uuid,
        ${second}::uuid is not null and p.place >= ${share * 100}::int,
        coalesce(z.at, ${start.otherwise}::timestamptz),
        case when ${second}::uuid is null or p.place < ${share * 50}::int then ${variants[0]!.id}::uuid when p.place < ${share * 100}::int then ${second}::uuid end
      from page p left join unnest(${[...start.zones.keys()]}::text[], ${[...start.zones.values()]}::timestamptz[]) as z(zone, at) on z.zone = p.time_zone
      order by p.id
      on conflict do nothing returning 1
    )
    select (select count(*)::int from page) as seen, (select id from page order by id desc limit 1) as last, (select count(*)::int from put) as written`.execute(
    tx,
  )
  return rows[0]!
}

/** The address a contact `c` is first written to at. */
export function addressIn(plan: ChannelPlan) {
  const columns = {
    email: sql`c.email`,
    sms: sql`c.phone`,
    whatsapp: sql`coalesce(c.phone, c.whatsapp_id)`,
    in_app: sql`null`,
  }
  const channels = 'all' in plan ? plan.all : plan.firstOf
  return sql`coalesce(${sql.join(channels.map((channel) => columns[channel]))}, null)`
}

/** The time zones of an organization's contacts. */
export async function zonesOf(run: Run, organizationId: string): Promise<string[]> {
  const rows = await run<{ time_zone: string }>(
    'campaigns.zones',
    'select distinct time_zone from contact where organization_id = $1 and time_zone is not null and erased_at is null',
    [organizationId],
  )
  return rows.map((row) => row.time_zone)
}

export interface DueRecipient {
  readonly contact_id: string
  readonly variant_id: string | null
  readonly name: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly whatsapp_id: string | null
  readonly locale: string | null
  readonly time_zone: string | null
  readonly attributes: Record<string, unknown> | null
}

/** The next ones whose time has come, nobody else's; held until the transaction ends. */
export async function takeRecipients(
  run: Run,
  campaignId: string,
  held: boolean,
  limit: number,
  now: Date,
): Promise<DueRecipient[]> {
  if (limit === 0) return []
  return run<DueRecipient>(
    'campaigns.recipients',
    `with due as materialized (
       select contact_id, variant_id, due_at from campaign_recipient
       where campaign_id = $1 and state = ${PENDING} and held = $2 and due_at <= $3 order by due_at limit $4 for update skip locked
     )
     select d.contact_id, d.variant_id, c.name, c.email, c.phone, c.whatsapp_id, c.locale, c.time_zone, c.attributes
     from due d left join lateral (select * from contact c where c.id = d.contact_id offset 0) c on true order by d.due_at, d.contact_id`,
    [campaignId, held, now, limit],
  )
}

/** When the next of those that wait is due; undefined: none waits. */
export async function nextDue(run: Run, campaignId: string, held: boolean): Promise<Date | undefined> {
  const [row] = await run<{ due_at: Date }>(
    'campaigns.next-due',
    `select due_at from campaign_recipient where campaign_id = $1 and state = ${PENDING} and held = $2 order by due_at limit 1`,
    [campaignId, held],
  )
  return row?.due_at
}

export interface RecipientOutcome {
  readonly contactId: string
  readonly state: 'accepted' | 'refused'
  readonly variantId: string
  readonly reason: string | null
  readonly notificationId: string | null
}

export const writeOutcomes = (run: Run, campaignId: string, outcomes: readonly RecipientOutcome[], now: Date) =>
  run(
    'campaigns.outcomes',
    // `state + 0` keeps the index of what is due out of it: it would be read from end to end for each 500.
    `update campaign_recipient r set state = i.state, variant_id = i.variant_id, reason = i.reason, notification_id = i.notification_id, done_at = $7
     from unnest($2::uuid[], $3::smallint[], $4::uuid[], $5::text[], $6::uuid[]) as i(contact_id, state, variant_id, reason, notification_id)
     where r.campaign_id = $1 and r.contact_id = any($2::uuid[]) and r.contact_id = i.contact_id and one_row(r.contact_id, i.contact_id) and r.state + 0 = ${PENDING}
     returning 1`,
    [
      campaignId,
      uuids(outcomes.map((one) => one.contactId)),
      int2s(outcomes.map((one) => recipientCode(one.state))),
      uuids(outcomes.map((one) => one.variantId)),
      outcomes.map((one) => one.reason),
      uuids(outcomes.map((one) => one.notificationId)),
      now,
    ],
  )

/** These wait for their hours. */
export const putOff = (
  run: Run,
  campaignId: string,
  waits: readonly { contactId: string; until: Date; reason: string }[],
) =>
  run(
    'campaigns.put-off',
    `update campaign_recipient r set due_at = i.until, reason = i.reason
     from unnest($2::uuid[], $3::timestamptz[], $4::text[]) as i(contact_id, until, reason)
     where r.campaign_id = $1 and r.contact_id = any($2::uuid[]) and r.contact_id = i.contact_id and one_row(r.contact_id, i.contact_id)`,
    [
      campaignId,
      uuids(waits.map((one) => one.contactId)),
      times(waits.map((one) => one.until)),
      waits.map((one) => one.reason),
    ],
  )

const BULK = laneCode('bulk')

/** Whether what this organization has given to be sent on these channels has waited for its carriers since `before`, or is so much: more would only wait with it. */
export async function isBehind(
  run: Run,
  organizationId: string,
  channels: readonly Channel[],
  before: Date,
  most: number,
): Promise<boolean> {
  const [row] = await run<{ behind: boolean | null }>(
    'campaigns.behind',
    `select bool_or(w.n >= $4 or w.first < $2) as behind from unnest($3::smallint[]) as q(channel) cross join lateral (
       select count(*) as n, min(due_at) as first from (
         select due_at from message_work where state = 1 and channel = q.channel and lane = ${BULK} and organization_id = $1 order by due_at limit $4) ahead) w`,
    // In the app there is no carrier to wait for, and campaigns wait among its work themselves.
    [organizationId, before, int2s(channels.filter((channel) => channel !== 'in_app').map(channelCode)), most],
  )
  return row?.behind ?? false
}

export interface RecipientRow {
  readonly contact_id: string
  readonly contact_name: string | null
  readonly external_id: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly state: number
  readonly variant: number | null
  readonly due_at: Date
  readonly reason: string | null
  readonly notification_id: string | null
  readonly done_at: Date | null
  readonly messages: readonly {
    readonly id: string
    readonly channel: number
    readonly status: number
    readonly reason: string | null
  }[]
}

/** Recipients in the order of their contacts, with what became of their messages. */
export const listRecipients = (
  run: Run,
  campaignId: string,
  {
    state,
    reason,
    after,
    limit,
  }: { state: number | undefined; reason: string | undefined; after: string | undefined; limit: number },
): Promise<RecipientRow[]> =>
  run<RecipientRow>(
    'campaigns.list-recipients',
    `with page as materialized (
       select * from campaign_recipient where campaign_id = $1 and ($2::smallint is null or state = $2) and ($3::text is null or reason = $3)
         and ($4::uuid is null or contact_id > $4) order by contact_id limit $5
     )
     select p.contact_id, c.name as contact_name, c.external_id, c.email, c.phone, p.state, v.n as variant, p.due_at, p.reason, p.notification_id, p.done_at,
       coalesce((select json_agg(json_build_object('id', m.id, 'channel', m.channel, 'reason', m.reason,
           'status', coalesce(d.status, case when m.status > 2 or w.message_id is null then m.status when w.state = 3 then 2 when w.state = 0 and w.attempt = 0 then 0 else 1 end)) order by m.id)
         from message m left join message_work w on w.message_id = m.id left join message d on d.id = m.digest_id where m.notification_id = p.notification_id), '[]') as messages
     from page p left join contact c on c.id = p.contact_id left join campaign_variant v on v.id = p.variant_id order by p.contact_id`,
    [campaignId, state ?? null, reason ?? null, after ?? null, limit],
  )

/** What this campaign has given to be sent and nobody has begun to send, some of it, of recipients after `after`. */
export async function waitingMessages(tx: Tx, campaignId: string, after: string | null, most: number) {
  const { rows } = await sql<{ contact_id: string; message_id: string | null; notification_id: string }>`
    with page as materialized (
      select contact_id, notification_id from campaign_recipient
      where campaign_id = ${campaignId} and state = ${recipientCode('accepted')} and (${after}::uuid is null or contact_id > ${after}::uuid) order by contact_id limit ${most}
    )
    select p.contact_id, p.notification_id, w.message_id from page p
    left join lateral (select m.id from message m where m.notification_id = p.notification_id offset 0) m on true
    left join lateral (select message_id from message_work w where w.message_id = m.id offset 0) w on true order by p.contact_id`.execute(
    tx,
  )
  return rows
}
