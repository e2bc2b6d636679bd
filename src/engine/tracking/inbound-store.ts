import { sql } from 'kysely'
import type { Database, Tx } from '../../platform/database/database.ts'
import { type Channel, channelCode, channelOf } from '../channels/channel.ts'
import type { InboundConsent, InboundKind, InboundMedia } from '../channels/inbound.ts'

type Run = Database['run']

/** What a person sent to one of our accounts, as it is kept. */
export interface InboundMessage {
  readonly id: string
  /** Null: it came to a shared account, from somebody nobody has written to. */
  readonly organizationId: string | null
  /** As far as it was known when it came. */
  readonly contactId: string | null
  readonly accountId: string
  readonly provider: string
  readonly channel: Channel
  /** E.164 or a lower-case e-mail address; null where the carrier gives only `userId`. */
  readonly from: string | null
  readonly userId: string | null
  readonly name: string | null
  readonly to: string | null
  readonly at: Date
  readonly receivedAt: Date
  readonly kind: InboundKind
  readonly text: string | null
  readonly payload: string | null
  readonly media: readonly InboundMedia[]
  readonly inReplyTo: string | null
  readonly consent: InboundConsent | null
}

/** One that came to an account, to be kept: its text is storable, and `from` in our own spelling. */
export interface NewInbound extends Omit<InboundMessage, 'organizationId' | 'contactId'> {
  readonly eventId: string
  /** Ours, that it answers. */
  readonly messageId: string | null
  readonly raw: unknown
}

interface Row {
  readonly id: string
  readonly organization_id: string | null
  readonly contact_id: string | null
  readonly account_id: string
  readonly provider: string
  readonly channel: number
  readonly from_address: string | null
  readonly user_id: string | null
  readonly from_name: string | null
  readonly to_address: string | null
  readonly at: Date
  readonly received_at: Date
  readonly kind: string
  readonly text: string | null
  readonly payload: string | null
  readonly media: readonly InboundMedia[] | null
  readonly in_reply_to: string | null
  readonly consent: string | null
}

/**
 * Keeps messages that are not there yet, each with its organization and its contact. The organization is the account's own;
 * for a shared account that of the message it answers, else of the last one sent to that address by that account (for mail
 * that comes back to ourselves: by any), else the one this person wrote to before. Gives a row for each that was new.
 */
export async function keepInbound(
  run: Run,
  messages: readonly NewInbound[],
): Promise<{ organizationId: string | null; provider: string }[]> {
  const rows = await run<{ organization_id: string | null; provider: string }>('inbound.keep', KEEP, [
    messages.map((row) => row.id),
    messages.map((row) => row.accountId),
    messages.map((row) => row.eventId),
    messages.map((row) => row.provider),
    messages.map((row) => channelCode(row.channel)),
    messages.map((row) => row.from),
    messages.map((row) => row.userId),
    messages.map((row) => row.name),
    messages.map((row) => row.to),
    messages.map((row) => row.at),
    messages.map((row) => row.receivedAt),
    messages.map((row) => row.kind),
    messages.map((row) => row.text),
    messages.map((row) => row.payload),
    messages.map((row) => (row.media.length ? JSON.stringify(row.media) : null)),
    messages.map((row) => row.inReplyTo),
    messages.map((row) => row.consent),
    messages.map((row) => JSON.stringify(row.raw ?? null)),
    messages.map((row) => row.messageId),
  ])
  return rows.map((row) => ({ organizationId: row.organization_id, provider: row.provider }))
}

/** Of these messages those that something must still follow from, in the order people sent them. */
export async function inboundToFollow(
  run: Run,
  of: readonly { readonly accountId: string; readonly eventId: string }[],
): Promise<InboundMessage[]> {
  const rows = await run<Row>('inbound.to-follow', TO_FOLLOW, [
    of.map((one) => one.accountId),
    of.map((one) => one.eventId),
  ])
  return rows.map((row) => ({
    id: row.id,
    organizationId: row.organization_id,
    contactId: row.contact_id,
    accountId: row.account_id,
    provider: row.provider,
    channel: channelOf(row.channel),
    from: row.from_address,
    userId: row.user_id,
    name: row.from_name,
    to: row.to_address,
    at: row.at,
    receivedAt: row.received_at,
    kind: row.kind as InboundKind,
    text: row.text,
    payload: row.payload,
    media: row.media ?? [],
    inReplyTo: row.in_reply_to,
    consent: row.consent as InboundMessage['consent'],
  }))
}

/** What came from a contact, or from an address it has, newest first; undefined when there is no such contact. */
export async function inboundOfContact(
  tx: Tx,
  contactId: string,
  { before, limit }: { readonly before?: string; readonly limit: number },
): Promise<
  Pick<InboundMessage, 'id' | 'channel' | 'from' | 'kind' | 'text' | 'media' | 'consent' | 'at'>[] | undefined
> {
  const contact = await tx
    .selectFrom('contact')
    .select(['organization_id', 'email', 'phone', 'whatsapp_id'])
    .where('id', '=', contactId)
    .executeTakeFirst()
  if (!contact) return undefined
  const { organization_id, email, phone, whatsapp_id } = contact
  const { rows } = await sql<Row>`
    select id, channel, from_address, kind, text, media, consent, at from inbound_message
    where organization_id = ${organization_id} and (contact_id = ${contactId} or from_address in (${email}, ${phone}) or user_id = ${whatsapp_id})
      ${before === undefined ? sql`` : sql`and id < ${before}`}
    order by id desc limit ${limit}`.execute(tx)
  return rows.map((row) => ({
    id: row.id,
    channel: channelOf(row.channel),
    from: row.from_address,
    kind: row.kind as InboundKind,
    text: row.text,
    media: row.media ?? [],
    consent: row.consent as InboundMessage['consent'],
    at: row.at,
  }))
}

export const markFollowed = (run: Run, ids: readonly string[], now: Date) =>
  run('inbound.followed', 'update inbound_message set followed_at = $2 where id = any($1::uuid[])', [ids, now])

// `offset 0` keeps each look-up to its own index, whatever the planner thinks of the tables.
const KEEP = `
with i as materialized (
  select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::smallint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[],
    $11::timestamptz[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::uuid[])
    as i(id, account_id, event_id, provider, channel, from_address, user_id, from_name, to_address, at,
      received_at, kind, text, payload, media, in_reply_to, consent, raw, message_id)
), owned as materialized (
  select i.*, case when p.organization_id is not null then p.organization_id else coalesce(
    (select m.organization_id from message m where m.id = i.message_id),
    (select a.organization_id from attempt a where a.provider_account_id = i.account_id and a.provider_message_id = i.in_reply_to limit 1),
    (select w.organization_id from (
      select c.organization_id from contact c where c.phone = i.from_address union select c.organization_id from contact c where c.email = i.from_address
      union select c.organization_id from contact c where c.whatsapp_id = i.user_id
    ) k cross join lateral (
      select m.id, m.organization_id from message m
      where m.organization_id = k.organization_id and m.address in (i.from_address, i.user_id)
        and (m.provider_account_id = i.account_id or p.id is null) order by m.id desc limit 1
    ) w order by w.id desc limit 1),
    (select b.organization_id from inbound_message b where b.account_id = i.account_id and b.user_id = i.user_id and b.organization_id is not null
     order by b.id desc limit 1)) end as organization_id
  from i left join lateral (select * from provider_account p where p.id = i.account_id offset 0) p on true
)
insert into inbound_message (id, organization_id, account_id, event_id, provider, channel, from_address, user_id, from_name, to_address, contact_id,
  at, received_at, kind, text, payload, media, in_reply_to, consent, raw)
select o.id, o.organization_id, o.account_id, o.event_id, o.provider, o.channel, o.from_address, o.user_id, o.from_name, o.to_address,
  coalesce(
    (select c.id from contact c where c.organization_id = o.organization_id and c.phone = o.from_address order by c.id limit 1),
    (select c.id from contact c where c.organization_id = o.organization_id and c.email = o.from_address order by c.id limit 1),
    (select c.id from contact c where c.organization_id = o.organization_id and c.whatsapp_id = o.user_id order by c.id limit 1),
    (select b.contact_id from inbound_message b where b.account_id = o.account_id and b.user_id = o.user_id and b.organization_id = o.organization_id
       and b.contact_id is not null order by b.id desc limit 1)),
  o.at, o.received_at, o.kind, o.text, o.payload, o.media::json, o.in_reply_to, o.consent, o.raw::json
from owned o order by o.account_id, o.event_id
on conflict (account_id, event_id) do nothing
returning organization_id, provider`

const TO_FOLLOW = `
select m.id, m.organization_id, m.contact_id, m.account_id, m.provider, m.channel, m.from_address, m.user_id, m.from_name, m.to_address,
  m.at, m.received_at, m.kind, m.text, m.payload, m.media, m.in_reply_to, m.consent
from unnest($1::uuid[], $2::text[]) as i(account_id, event_id)
cross join lateral (select * from inbound_message m where m.account_id = i.account_id and m.event_id = i.event_id and m.followed_at is null offset 0) m
order by m.at, m.id`
