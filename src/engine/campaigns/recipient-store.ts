import { sql } from 'kysely'
import { int2s, times, uuids } from '../../platform/database/arrays.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import type { ChannelPlan } from '../catalogue/event.ts'
import { recipientCode } from './campaign.ts'
import type { CampaignRow } from './campaign-store.ts'
import { audienceOf, type SegmentRow } from './segments.ts'

type Run = Database['run']

const PENDING = recipientCode('pending')

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
