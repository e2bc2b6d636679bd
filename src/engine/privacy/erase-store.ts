import { sql } from 'kysely'
import type { Tx } from '../../platform/database/database.ts'
import { WHATSAPP_ID } from '../channels/address.ts'

export interface Person {
  readonly id: string
  readonly email: string | null
  readonly phone: string | null
  readonly whatsapp_id: string | null
  readonly erased_at: Date | null
  readonly is_member: boolean
}

export async function findPerson(tx: Tx, organizationId: string, contactId: string): Promise<Person | undefined> {
  const { rows } = await sql<Person>`
    select id, email, phone, whatsapp_id, erased_at, exists (select from member m where m.contact_id = c.id) as is_member
    from contact c where id = ${contactId} and organization_id = ${organizationId} for no key update`.execute(tx)
  return rows[0]
}

/** One that was removed before, as far as what was sent, received and agreed to still tells; undefined when nothing does. */
export async function findRemoved(tx: Tx, organizationId: string, contactId: string): Promise<Person | undefined> {
  const their = sql`organization_id = ${organizationId} and contact_id = ${contactId}`
  const newest = (which: string) => sql.raw(`(array_agg(address order by id desc) filter (where ${which}))[1]`)
  const { rows } = await sql<Person>`
    select ${contactId} as id, ${newest(`address like '%@%'`)} as email, ${newest(`address like '+%'`)} as phone,
      ${newest(`address ~ '${WHATSAPP_ID.source}'`)} as whatsapp_id, null as erased_at, false as is_member
    from (select id, address from message where ${their}
      union all select id, address from consent_event where ${their}
      union all select id, unnest(array[from_address, user_id]) from inbound_message where ${their}) told
    having count(*) > 0`.execute(tx)
  return rows[0]
}

/** From now on nothing is for them. One that was removed comes back for that, with nothing but what says where to look. */
export async function markErased(tx: Tx, organizationId: string, person: Person, now: Date): Promise<void> {
  await sql`
    insert into contact (id, organization_id, name, email, phone, whatsapp_id, erased_at, created_at, updated_at)
    values (${person.id}, ${organizationId}, '', ${person.email}, ${person.phone}, ${person.whatsapp_id}, ${now}, ${now}, ${now})
    on conflict (id) do update set erased_at = coalesce(contact.erased_at, excluded.erased_at), updated_at = excluded.updated_at`.execute(
    tx,
  )
}

/** Inbound messages that they wrote, also before they were a contact. */
const writtenBy = (organizationId: string, { id, email, phone, whatsapp_id }: Person) => sql`
  b.organization_id = ${organizationId} and (b.contact_id = ${id} or b.from_address = any(${[email, phone].filter((one) => one !== null)}::text[]) or b.user_id = ${whatsapp_id})`

/** What an erasure would take: counted, nothing changed. */
export async function countHeld(tx: Tx, organizationId: string, person: Person): Promise<Record<string, number>> {
  const { rows } = await sql<Record<string, number>>`
    with m as materialized (select id, notification_id from message where contact_id = ${person.id} and organization_id = ${organizationId} and address <> '')
    select (select count(*)::int from m) as messages, (select count(distinct notification_id)::int from m) as notifications,
      (select count(*)::int from message_work w join m on m.id = w.message_id) as pending,
      (select count(*)::int from reminder r join reminder_plan p on p.id = r.plan_id where p.contact_id = ${person.id}) as reminders,
      (select count(*)::int from event e join notification n on n.event_id = e.id
        where e.about @> array[${person.id}::uuid] and e.organization_id = ${organizationId} and n.anonymised_at is null and n.id not in (select notification_id from m)) as others,
      (select count(*)::int from attachment a where a.notification_id in (select notification_id from m)) as files,
      (select count(*)::int from inbound_message b where ${writtenBy(organizationId, person)}) as inbound,
      (select count(*)::int from consent_event e where e.organization_id = ${organizationId} and e.contact_id = ${person.id}) as consents,
      (select count(*)::int from suppression s where s.organization_id = ${organizationId} and s.address = any(${addressesOf(person)}::text[])) as suppressions`.execute(
    tx,
  )
  return rows[0]!
}

export const addressesOf = ({ email, phone, whatsapp_id }: Person): string[] =>
  [email, phone, whatsapp_id].filter((address) => address !== null)

/** Messages of this contact that somebody still works on. */
export async function underWay(tx: Tx, contactId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from message m join message_work w on w.message_id = m.id where m.contact_id = ${contactId}`.execute(
    tx,
  )
  return rows[0]!.n
}

/** No further channel begins for it. */
export async function endChainsOf(tx: Tx, contactId: string): Promise<void> {
  await sql`
    update notification set fallback = null where fallback is not null and id in (select notification_id from message where contact_id = ${contactId})`.execute(
    tx,
  )
}

/** The next notifications of this contact, by their messages, with those to others that tell of the same events. */
export async function nextNotifications(
  tx: Tx,
  contactId: string,
  after: string | null,
  limit: number,
): Promise<{ last: string | null; notificationIds: string[]; eventIds: string[] }> {
  const { rows } = await sql<{ id: string; notification_id: string; event_id: string | null }>`
    select m.id, m.notification_id, n.event_id from (
      select id, notification_id from message where contact_id = ${contactId} ${after === null ? sql`` : sql`and id > ${after}`} order by id limit ${limit}) m
    join notification n on n.id = m.notification_id order by m.id`.execute(tx)
  return {
    last: rows.at(-1)?.id ?? null,
    notificationIds: [...new Set(rows.map((row) => row.notification_id))],
    eventIds: [...new Set(rows.flatMap((row) => row.event_id ?? []))],
  }
}

/** What was told to others about these events, and does not wait any more: it has the same payload. */
export async function toldOthers(tx: Tx, eventIds: readonly string[]): Promise<string[]> {
  if (eventIds.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    select n.id from notification n where n.event_id = any(${eventIds}::uuid[]) and n.anonymised_at is null
      and not exists (select from message m join message_work w on w.message_id = m.id where m.notification_id = n.id)`.execute(
    tx,
  )
  return rows.map((row) => row.id)
}

/** Notifications that tell others about this contact: of events that name it so. */
export async function toldAbout(tx: Tx, organizationId: string, contactId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select n.id from event e join notification n on n.event_id = e.id
    where e.about @> array[${contactId}::uuid] and e.organization_id = ${organizationId} and n.anonymised_at is null order by n.id`.execute(
    tx,
  )
  return rows.map((row) => row.id)
}

/** What the sandbox's mailbox and phones show of these. */
export async function emptySandbox(tx: Tx, organizationId: string, notificationIds: readonly string[]): Promise<void> {
  await sql`
    delete from sandbox_message where organization_id = ${organizationId} and message_id = any(array(select id from message where notification_id = any(${notificationIds}::uuid[])))`.execute(
    tx,
  )
}

export async function nextInbound(tx: Tx, organizationId: string, person: Person, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select b.id from inbound_message b where ${writtenBy(organizationId, person)} and b.event_id <> 'erased:' || b.id and b.followed_at is not null order by b.id limit ${limit}`.execute(
    tx,
  )
  return rows.map((row) => row.id)
}

/** Empties the carriers' calls among the next ones that name any of these words. Gives where it came to; null at the end. */
export async function emptyReceipts(
  tx: Tx,
  words: readonly string[],
  after: string | null,
  limit: number,
): Promise<{ last: string | null; emptied: number }> {
  const { rows } = await sql<{ last: string | null; emptied: number }>`
    with next as materialized (
      select id, body, query, processed_at from webhook_receipt ${after === null ? sql`` : sql`where id > ${after}`} order by id limit ${limit}
    ), about as (
      select id from next where processed_at is not null and exists (
        select from unnest(${words}::text[]) as w(word) where position(convert_to(w.word, 'UTF8') in next.body) > 0 or position(w.word in next.query::text) > 0)
    ), done as (
      update webhook_receipt r set body = '', headers = '{}', query = '{}', problem = null from about where r.id = about.id returning r.id
    )
    select (select id::text from next order by id desc limit 1) as last, (select count(*)::int from done) as emptied`.execute(
    tx,
  )
  return rows[0]!
}

/** The consents of this contact: that they said yes or no stays, to which address as a keyed hash. */
export async function anonymiseConsents(
  tx: Tx,
  organizationId: string,
  person: Person,
  print: (channel: number, address: string) => string,
): Promise<number> {
  const { rows } = await sql<{ id: string; channel: number; address: string }>`
    select id, channel, address from consent_event where organization_id = ${organizationId} and address not like 'hmac:%'
      and (contact_id = ${person.id} or contact_id is null and address = any(${addressesOf(person)}::text[]))`.execute(
    tx,
  )
  await sql`
    update consent_event e set address = i.address, wording = null, proof = null, actor = null
    from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => print(row.channel, row.address))}::text[]) as i(id, address) where e.id = i.id`.execute(
    tx,
  )
  return rows.length
}

/** Suppressions of these addresses become hashes; where another contact has the address too, beside what there is. */
export async function hashSuppressions(
  tx: Tx,
  organizationId: string,
  person: Person,
  print: (channel: number, address: string) => string,
): Promise<number> {
  const addresses = addressesOf(person)
  const { rows } = await sql<{ id: string; channel: number; address: string; shared: boolean }>`
    select s.id, s.channel, s.address, exists (select from contact c where c.organization_id = ${organizationId} and c.id <> ${person.id} and c.erased_at is null
      and (c.email = s.address or c.phone = s.address or c.whatsapp_id = s.address)) as shared
    from suppression s where s.organization_id = ${organizationId} and s.address = any(${addresses}::text[]) order by s.channel, s.address for update`.execute(
    tx,
  )
  const prints = rows.map((row) => print(row.channel, row.address))
  await sql`
    insert into suppression (organization_id, channel, address, reason, created_at)
    select s.organization_id, s.channel, i.print, s.reason, s.created_at
    from unnest(${rows.map((row) => row.id)}::uuid[], ${prints}::text[]) as i(id, print) join suppression s on s.organization_id = ${organizationId} and s.id = i.id
    on conflict do nothing`.execute(tx)
  await sql`delete from suppression where organization_id = ${organizationId} and id = any(${rows.filter((row) => !row.shared).map((row) => row.id)}::uuid[])`.execute(
    tx,
  )
  const { rows: lifted } = await sql<{ id: string; channel: number; address: string }>`
    select id, channel, address from suppression_lifted where organization_id = ${organizationId} and address = any(${addresses}::text[])`.execute(
    tx,
  )
  await sql`
    update suppression_lifted l set address = i.print, why = '' from unnest(${lifted.map((row) => row.id)}::uuid[], ${lifted.map((row) => print(row.channel, row.address))}::text[]) as i(id, print)
    where l.id = i.id`.execute(tx)
  return rows.length
}

/** The contact itself, and the little that hangs on it alone. */
export async function emptyContact(tx: Tx, organizationId: string, person: Person, now: Date): Promise<void> {
  const addresses = addressesOf(person)
  await sql`delete from in_app_item where contact_id = ${person.id}`.execute(tx)
  await sql`delete from sandbox_message where organization_id = ${organizationId} and contact_id = ${person.id}`.execute(
    tx,
  )
  await sql`delete from reply_window where organization_id = ${organizationId} and address = any(${addresses}::text[])`.execute(
    tx,
  )
  await sql`
    update contact set external_id = null, name = '', email = null, phone = null, whatsapp_id = null, locale = null, time_zone = null, attributes = '{}', inline_key = null,
      digest = '{}', preferences = '{}', marketing = '{}', updated_at = ${now} where id = ${person.id}`.execute(tx)
}

/** Whether anything came for it, or about it, while it was being erased. */
export async function isLeft(tx: Tx, organizationId: string, contactId: string): Promise<boolean> {
  const { rows } = await sql`select 1 from message where contact_id = ${contactId} and address <> '' limit 1`.execute(
    tx,
  )
  return rows.length > 0 || (await toldAbout(tx, organizationId, contactId)).length > 0
}

export async function writeProof(
  tx: Tx,
  proof: {
    readonly id: string
    readonly organizationId: string
    readonly contactHash: string
    readonly counts: object
    readonly requestedAt: Date
  },
  now: Date,
): Promise<void> {
  await sql`
    insert into erasure (id, organization_id, contact_hash, actor, counts, requested_at, finished_at)
    select ${proof.id}, ${proof.organizationId}, ${proof.contactHash}, r.actor, ${JSON.stringify(proof.counts)}::jsonb, ${proof.requestedAt}, ${now}
    from automation_run r where r.id = ${proof.id} on conflict do nothing`.execute(tx)
}
