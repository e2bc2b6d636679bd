import type { Clock } from '../../platform/clock.ts'
import { texts, uuids } from '../../platform/database/arrays.ts'
import type { Database } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import type { Contact, ContactRef } from './contact.ts'
import type { Marketing } from './marketing.ts'
import type { Preferences } from './preferences.ts'

export interface Lookup {
  readonly organizationId: string
  readonly ref: ContactRef
}

interface Row {
  ord: number
  id: string
  organization_id: string
  external_id: string | null
  name: string | null
  email: string | null
  phone: string | null
  whatsapp_id: string | null
  locale: string | null
  time_zone: string | null
  digest: Record<string, string>
  preferences: Preferences
  marketing: Marketing
  erased: boolean
}

type Run = Database['run']

/**
 * Finds the contact of each lookup, in order, across organizations; an inline address nobody has yet becomes a contact.
 * Undefined where an id or external id names nobody of that organization. Any number of callers may meet the same new
 * address at once: one contact is made.
 */
export async function resolveContacts(
  run: Run,
  lookups: readonly Lookup[],
  clock: Clock,
): Promise<(Contact | undefined)[]> {
  const found: (Contact | undefined)[] = lookups.map(() => undefined)
  // One kind of reference at a time, mostly the only one: a statement for all four costs twice as much.
  const byKind = Map.groupBy(lookups.keys(), (index) => kindOf(lookups[index]!.ref))
  await Promise.all([...byKind].map(([kind, indexes]) => find(kind, indexes)))

  async function find(kind: Kind, indexes: readonly number[]): Promise<void> {
    const rows = await run<Row>(`contacts.find-${kind}`, FIND[kind], [
      uuids(indexes.map((index) => lookups[index]!.organizationId)),
      texts(indexes.map((index) => KEYS[kind](lookups[index]!.ref as never))),
    ])
    for (const row of rows) {
      const index = indexes[row.ord - 1]!
      // An id is looked up by itself, so that no plan can walk through an organization's contacts; whose it is is checked here.
      if (row.organization_id === lookups[index]!.organizationId) found[index] = toContact(row)
    }
  }

  const missing = new Map<string, { lookup: Lookup; ords: number[] }>()
  lookups.forEach((lookup, ord) => {
    if (found[ord] || !isInline(lookup.ref)) return
    const key = `${lookup.organizationId} ${inlineKey(lookup.ref)}`
    const entry = missing.get(key)
    if (entry) entry.ords.push(ord)
    else missing.set(key, { lookup, ords: [ord] })
  })
  if (missing.size === 0) return found

  // Sorted, so that two batches that make the same contacts wait for each other instead of locking each other out.
  const wanted = [...missing.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry)
  const now = clock.now()
  const inline = wanted.map(({ lookup }) => lookup.ref as InlineRef)
  const made = await run<Row>('contacts.make', MAKE, [
    uuids(wanted.map(() => newId(now))),
    uuids(wanted.map(({ lookup }) => lookup.organizationId)),
    texts(inline.map((ref) => ref.name ?? null)),
    texts(inline.map((ref) => ref.email ?? null)),
    texts(inline.map((ref) => ref.phone ?? null)),
    texts(inline.map((ref) => ref.locale ?? null)),
    texts(inline.map((ref) => ref.timeZone ?? null)),
    texts(inline.map(inlineKey)),
    now,
  ])
  const byKey = new Map(
    made.map((row) => [`${row.organization_id} ${(row as Row & { inline_key: string }).inline_key}`, toContact(row)]),
  )
  for (const [key, { ords }] of missing) for (const ord of ords) found[ord] = byKey.get(key)
  return found
}

/**
 * A number for a contact that has none: somebody gave it as theirs. Another one is never changed, nor is one given to a
 * member, whose e-mail address strangers may know and who hears of the organization's own affairs. Whether it is theirs now.
 */
export async function fillPhone(run: Run, contactId: string, phone: string, now: Date): Promise<boolean> {
  const filled = await run<{ id: string }>(
    'contacts.fill-phone',
    `update contact c set phone = $2, updated_at = $3
     where c.id = $1 and c.phone is null and c.erased_at is null and not exists (select from member m where m.organization_id = c.organization_id and m.contact_id = c.id)
     returning c.id`,
    [contactId, phone, now],
  )
  // What was agreed to for a number counts for whoever has it.
  if (filled.length > 0) await run('contacts.filled', 'select refresh_marketing(array[$1::uuid])', [contactId])
  return filled.length > 0
}

type InlineRef = Exclude<ContactRef, { contactId: string } | { externalId: string }>
const isInline = (ref: ContactRef): ref is InlineRef => !('contactId' in ref) && !('externalId' in ref)
const inlineKey = (ref: InlineRef): string => (ref.email ? `email:${ref.email}` : `phone:${ref.phone}`)

type Kind = 'id' | 'external' | 'email' | 'phone'

function kindOf(ref: ContactRef): Kind {
  if ('contactId' in ref) return 'id'
  if ('externalId' in ref) return 'external'
  return ref.email ? 'email' : 'phone'
}

const KEYS = {
  id: (ref: { contactId: string }) => ref.contactId,
  external: (ref: { externalId: string }) => ref.externalId,
  email: (ref: InlineRef) => ref.email ?? '',
  phone: (ref: InlineRef) => ref.phone ?? '',
}

const toContact = (row: Row): Contact => ({
  id: row.id,
  organizationId: row.organization_id,
  externalId: row.external_id,
  name: row.name,
  email: row.email,
  phone: row.phone,
  whatsappId: row.whatsapp_id,
  locale: row.locale,
  timeZone: row.time_zone,
  digest: row.digest,
  preferences: row.preferences,
  marketing: row.marketing,
  erased: row.erased,
})

const COLUMNS =
  'c.id, c.organization_id, c.external_id, c.name, c.email, c.phone, c.whatsapp_id, c.locale, c.time_zone, c.digest, c.preferences, c.marketing, c.erased_at is not null as erased'

// `offset 0` keeps each look-up to its own index: as a join it could be planned as a walk through all contacts.
const findBy = (where: string) => `
select i.ord::int as ord, c.*
from unnest($1::uuid[], $2::text[]) with ordinality as i(organization_id, key, ord)
cross join lateral (select ${COLUMNS} from contact c where ${where} offset 0) c`

const FIND: Record<Kind, string> = {
  id: findBy('c.id = i.key::uuid'),
  external: findBy('c.organization_id = i.organization_id and c.external_id = i.key'),
  // Several contacts may have an address; the first of them is meant.
  email: findBy('c.organization_id = i.organization_id and c.email = i.key order by c.id limit 1'),
  phone: findBy('c.organization_id = i.organization_id and c.phone = i.key order by c.id limit 1'),
}

const MAKE = `
insert into contact (id, organization_id, name, email, phone, locale, time_zone, inline_key, created_at, updated_at)
select i.*, $9::timestamptz, $9::timestamptz
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) as i
on conflict (organization_id, inline_key) do update set updated_at = contact.updated_at
returning id, organization_id, external_id, name, email, phone, whatsapp_id, locale, time_zone, digest, preferences, marketing, erased_at is not null as erased, inline_key`
