import { type Insertable, sql } from 'kysely'
import type { Rows, Tx } from '../../platform/database/database.ts'
import type { DB } from '../../platform/database/generated.ts'
import { type Channel, channelCode, channelOf } from '../channels/channel.ts'
import { addressOn, type Contact } from '../contacts/contact.ts'
import type { Preferences } from '../contacts/preferences.ts'

export const CONFIRM_WITHIN_DAYS = 7
export const CONFIRM_WITHIN_MS = CONFIRM_WITHIN_DAYS * 24 * 3_600_000
/** Asked again so soon, it is the same request: somebody pressed the button twice. */
const SAME_REQUEST_MS = 10 * 60_000

/** What became of a request to confirm: `void`, when it was withdrawn, or its contact or address is another now. */
export type Request = {
  readonly state: 'open' | 'confirmed' | 'expired' | 'void'
  readonly organizationId: string
  readonly contactId: string | null
  readonly channel: Channel
  readonly address: string
  readonly wording: string | null
  readonly locale: string | null
}

/** A contact that nobody else changes meanwhile. */
export interface HeldContact extends Pick<Contact, 'id' | 'organizationId' | 'email' | 'phone' | 'whatsappId'> {
  readonly preferences: Preferences
}

/** @returns undefined for one that is gone, or erased. */
export async function holdContact(tx: Tx, contactId: string): Promise<HeldContact | undefined> {
  const row = await tx
    .selectFrom('contact')
    .select(['id', 'organization_id', 'email', 'phone', 'whatsapp_id', 'preferences'])
    .where('id', '=', contactId)
    .where('erased_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return (
    row && {
      id: row.id,
      organizationId: row.organization_id,
      email: row.email,
      phone: row.phone,
      whatsappId: row.whatsapp_id,
      preferences: row.preferences as Preferences,
    }
  )
}

/** Holds the contacts who have this address on a channel. */
export async function holdContactsAt(
  tx: Tx,
  organizationId: string,
  channel: Channel,
  address: string,
): Promise<HeldContact[]> {
  const has = channel === 'email' ? sql`email = ${address}` : sql`(phone = ${address} or whatsapp_id = ${address})`
  const { rows } = await sql<HeldContact>`
    select id, organization_id as "organizationId", email, phone, whatsapp_id as "whatsappId", preferences from contact
    where organization_id = ${organizationId} and erased_at is null and ${has} order by id for no key update`.execute(
    tx,
  )
  return rows
}

/** A request about the same that was made a moment ago and is still open. */
export async function findRepeated(
  tx: Tx,
  { contactId, channel, address }: { contactId: string; channel: Channel; address: string },
  now: Date,
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from consent_event e where contact_id = ${contactId} and channel = ${channelCode(channel)} and address = ${address} and state = 'requested'
      and created_at > ${new Date(now.getTime() - SAME_REQUEST_MS)} and not exists (select from consent_event c where c.request_id = e.id) and not ${withdrawnSince}
    order by id desc limit 1`.execute(tx)
  return rows[0]?.id
}

/** Its contact or its address has said no since request `e` was made. */
const withdrawnSince = sql`exists (select from consent_event w where w.organization_id = e.organization_id and w.channel = e.channel and w.address = e.address
  and w.state = 'withdrawn' and (w.category is null or w.category = 'mkt' and w.contact_id = e.contact_id) and w.created_at >= e.created_at)`

/** A request to confirm, as it stands. */
export async function findRequest(rows: Rows, id: string, now: Date): Promise<Request | undefined> {
  const { rows: found } = await sql<{
    organization_id: string
    contact_id: string | null
    channel: number
    address: string
    wording: string | null
    created_at: Date
    is_confirmed: boolean
    is_withdrawn: boolean
    locale: string | null
    email: string | null
    phone: string | null
    whatsapp_id: string | null
  }>`
    select e.organization_id, c.id as contact_id, e.channel, e.address, e.wording, e.created_at, c.locale, c.email, c.phone, c.whatsapp_id,
      exists (select from consent_event d where d.request_id = e.id) as is_confirmed, ${withdrawnSince} as is_withdrawn
    from consent_event e left join contact c on c.id = e.contact_id and c.erased_at is null where e.id = ${id} and e.state = 'requested'`.execute(
    rows,
  )
  const [row] = found
  if (!row) return undefined
  const channel = channelOf(row.channel)
  const contact = row.contact_id && {
    id: row.contact_id,
    email: row.email,
    phone: row.phone,
    whatsappId: row.whatsapp_id,
  }
  const isVoid = !contact || row.is_withdrawn || addressOn(channel, contact) !== row.address
  const isLate = now.getTime() >= row.created_at.getTime() + CONFIRM_WITHIN_MS
  return {
    state: isVoid ? 'void' : row.is_confirmed ? 'confirmed' : isLate ? 'expired' : 'open',
    organizationId: row.organization_id,
    contactId: row.contact_id,
    channel,
    address: row.address,
    wording: row.wording,
    locale: row.locale,
  }
}

/** Adds lines about marketing to the log of consent; what one proof says of one contact is said once. */
export async function addHeard(
  tx: Tx,
  consents: readonly Omit<Insertable<DB['consent_event']>, 'category'>[],
): Promise<void> {
  await tx
    .insertInto('consent_event')
    .values(consents.map((consent) => ({ ...consent, category: 'mkt' })))
    .onConflict((again) => again.doNothing())
    .execute()
}

/** Adds a line about marketing to the log of consent. */
export async function addConsent(tx: Tx, consent: Omit<Insertable<DB['consent_event']>, 'category'>): Promise<void> {
  await tx
    .insertInto('consent_event')
    .values({ ...consent, category: 'mkt' })
    .execute()
}
