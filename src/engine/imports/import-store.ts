import { sql } from 'kysely'
import type { Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import type { Channel } from '../channels/channel.ts'
import { channelCode } from '../channels/channel.ts'
import { refreshMarketing } from '../contacts/consents.ts'
import type { Person } from './mapping.ts'

const arrays = (people: readonly Person[]) => sql`
  ${people.map((one) => one.externalId)}::text[], ${people.map((one) => one.email)}::text[], ${people.map((one) => one.phone)}::text[]`

/**
 * The contacts these people are already, in order; the one with the id goes first, then the oldest with the address. Who has
 * an address and another id is somebody else.
 */
async function findAll(tx: Tx, organizationId: string, people: readonly Person[]): Promise<(string | null)[]> {
  const their = sql`c.organization_id = ${organizationId} and c.erased_at is null`
  const { rows } = await sql<{ id: string | null }>`
    select coalesce(e.id, m.id, p.id) as id from unnest(${arrays(people)}) with ordinality as i(external_id, email, phone, ord)
    left join lateral (select c.id from contact c where ${their} and c.external_id = i.external_id offset 0) e on i.external_id is not null
    left join lateral (select c.id from contact c where ${their} and c.email = i.email and (i.external_id is null or c.external_id is null) order by c.id limit 1) m on e.id is null and i.email is not null
    left join lateral (select c.id from contact c where ${their} and c.phone = i.phone and (i.external_id is null or c.external_id is null) order by c.id limit 1) p on e.id is null and i.email is null and i.phone is not null
    order by i.ord`.execute(tx)
  return rows.map((row) => row.id)
}

/** Adds these people, or to those that are there what the file knows of them. Each is another one; their ids, in order. */
export async function writePeople(
  tx: Tx,
  organizationId: string,
  people: readonly Person[],
  now: Date,
): Promise<{ ids: string[]; created: number }> {
  // Two imports of one organization would each not see the other's new contacts.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`import ${organizationId}`}, 0))`.execute(tx)
  const found = await findAll(tx, organizationId, people)
  // Two rows may be one contact by different ways: one has its id, the other its address.
  const ids = found.map((id) => id ?? newId(now))
  const rows = people.map((person, index) => ({ ...person, id: ids[index]!, isNew: found[index] === null }))
  const created = rows.filter(({ isNew }) => isNew)
  const known = [...new Map(rows.filter(({ isNew }) => !isNew).map((row) => [row.id, row])).values()]
  if (created.length > 0)
    await sql`
      insert into contact (id, organization_id, external_id, email, phone, name, locale, time_zone, attributes, created_at, updated_at)
      select id, ${organizationId}, external_id, email, phone, name, locale, time_zone, attributes::jsonb, ${now}, ${now}
      from unnest(${created.map((one) => one.id)}::uuid[], ${arrays(created)}, ${created.map((one) => one.name)}::text[], ${created.map((one) => one.locale)}::text[],
        ${created.map((one) => one.timeZone)}::text[], ${created.map((one) => JSON.stringify(one.attributes))}::text[])
        as i(id, external_id, email, phone, name, locale, time_zone, attributes)`.execute(tx)
  if (known.length > 0) {
    await sql`
      update contact c set email = coalesce(i.email, c.email), phone = coalesce(i.phone, c.phone), name = coalesce(i.name, c.name), locale = coalesce(i.locale, c.locale),
        time_zone = coalesce(i.time_zone, c.time_zone), external_id = coalesce(c.external_id, i.external_id), attributes = c.attributes || i.attributes::jsonb, updated_at = ${now},
        inline_key = case when coalesce(i.email, c.email) is distinct from c.email or coalesce(i.phone, c.phone) is distinct from c.phone then null else c.inline_key end
      from unnest(${known.map((one) => one.id)}::uuid[], ${arrays(known)}, ${known.map((one) => one.name)}::text[], ${known.map((one) => one.locale)}::text[],
        ${known.map((one) => one.timeZone)}::text[], ${known.map((one) => JSON.stringify(one.attributes))}::text[])
        as i(id, external_id, email, phone, name, locale, time_zone, attributes)
      where c.id = i.id and c.organization_id = ${organizationId}`.execute(tx)
    await refreshMarketing(
      tx,
      known.map((one) => one.id),
    )
  }
  return { ids, created: created.length }
}

/**
 * Adds to the log of consent that these contacts agreed to marketing, as whoever has the file says. Where somebody has said
 * no, or agreed already, nothing is added: a file takes no no away.
 */
export async function writeAgreed(
  tx: Tx,
  organizationId: string,
  contactIds: readonly string[],
  { channels, wording, basis }: { channels: readonly Channel[]; wording: string; basis: string },
  actor: object,
  now: Date,
): Promise<void> {
  for (const channel of channels) {
    const address = channel === 'email' ? sql`c.email` : sql`c.phone`
    await sql`
      insert into consent_event (id, organization_id, contact_id, channel, category, address, state, source, basis, wording, at, actor, created_at)
      select new_id(${now}), ${organizationId}, c.id, ${channelCode(channel)}, 'mkt', ${address}, 'granted', 'import', ${basis}, ${wording}, ${now}, ${JSON.stringify(actor)}::json, ${now}
      from contact c where c.id = any(${contactIds}::uuid[]) and c.organization_id = ${organizationId} and ${address} is not null
        and not exists (select 1 from consent_event e where e.organization_id = ${organizationId} and e.channel = ${channelCode(channel)} and e.address = ${address}
          and (e.state = 'withdrawn' or e.contact_id = c.id and e.category = 'mkt' and e.state = 'granted'))`.execute(
      tx,
    )
  }
  await refreshMarketing(tx, contactIds)
}
