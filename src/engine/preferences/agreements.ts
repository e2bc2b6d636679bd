import { sql } from 'kysely'
import { AppError, invalid, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Database, runWithin, type Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { type Channel, channelCode, channelOf } from '../channels/channel.ts'
import { type ConsentState, type HostSource, refreshMarketing } from '../contacts/consents.ts'
import { addressOn, type Contact } from '../contacts/contact.ts'
import type { Basis, Marketing } from '../contacts/marketing.ts'
import type { Preferences } from '../contacts/preferences.ts'
import type { LinkTokens } from '../links/tokens.ts'
import type { Accept } from '../messages/accept.ts'
import { deliveryOf } from '../messages/delivery-settings.ts'
import type { Organization } from '../organizations/organization.ts'
import { type Kind, withYes } from './preferences.ts'

/** What the host application says that a contact agreed to, or no longer does: marketing, on one channel. */
export interface Agreement {
  readonly channel: Exclude<Channel, 'in_app'>
  /** `requested`: the contact is asked to confirm it first. */
  readonly state: ConsentState
  readonly basis: Basis
  readonly source: HostSource
  /** As the contact read it. */
  readonly wording: string
  readonly at?: Date | undefined
  readonly proof?: Readonly<Record<string, unknown>> | undefined
}

interface Deps {
  readonly db: Pick<Database, 'engine'>
  readonly clock: Clock
  readonly organization: (id: string) => Promise<Organization>
  readonly accept: Pick<Accept, 'within'>
  readonly tokens: Pick<LinkTokens, 'consent' | 'readConsent'>
  readonly publicUrl: string
  readonly stopUnwanted: (
    tx: Tx,
    organizationId: string,
    contactId: string,
    unwanted: readonly Kind[],
    now: Date,
  ) => Promise<void>
  readonly nudge: () => void
  readonly changed: (organizationId: string) => void
}

export const CONFIRM_WITHIN_DAYS = 7
const DAY_MS = 24 * 3_600_000
/** Asked again so soon, it is the same request: somebody pressed the button twice. */
const SAME_REQUEST_MS = 10 * 60_000
const CLOCKS_DIFFER_MS = 60_000

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

export type Agreements = ReturnType<typeof createAgreements>

/** Consent to marketing that the host application records, and that contacts confirm by a link (double opt-in). */
export function createAgreements({
  db,
  clock,
  organization,
  accept,
  tokens,
  publicUrl,
  stopUnwanted,
  nudge,
  changed,
}: Deps) {
  return {
    /**
     * Adds it to the log. A grant counts at once; where the organization asks for confirmation it is a request, and the
     * contact gets a message with a link. Of several the newest by `at` counts, in whatever order they are recorded.
     *
     * @throws AppError `not_found`; `unreachable`, when the contact has no address there; `conflict`, when a request cannot be sent to it.
     */
    async record(organizationId: string, contactId: string, asked: Agreement, actor: object): Promise<{ id: string }> {
      const { doubleOptIn } = deliveryOf(await organization(organizationId))
      const now = clock.now()
      const at = asked.at ?? now
      if (at.getTime() > now.getTime() + CLOCKS_DIFFER_MS) throw invalid('at', 'lies in the future')
      const isConsent = asked.basis === 'consent'
      if (asked.state === 'requested' && !isConsent)
        throw invalid('basis', 'of an existing customer is a fact that nobody can confirm; record it as granted')
      const state = asked.state === 'granted' && isConsent && doubleOptIn ? 'requested' : asked.state
      const id = newId(now)

      const answer = await db.engine.transaction().execute(async (tx) => {
        const contact = await hold(tx, contactId)
        if (contact?.organizationId !== organizationId) throw notFound('Contact', contactId)
        const address = addressOn(asked.channel, contact)
        if (address === null)
          throw invalid('channel', `This contact has no address for ${asked.channel}`, 'unreachable')
        if (state === 'requested') {
          const open = await openRequest(tx, { contactId, channel: asked.channel, address }, now)
          if (open) return { id: open }
        }
        await write(tx, {
          id,
          organizationId,
          contactId,
          channel: asked.channel,
          address,
          state,
          basis: asked.basis,
          source: asked.source,
          wording: asked.wording,
          at,
          proof: asked.proof ?? null,
          requestId: null,
          actor,
          now,
        })
        if (state === 'requested') await askToConfirm(tx, organizationId, contactId, asked, id, now)
        else await follow(tx, contact, asked.channel, state, now)
        return { id }
      })
      nudge()
      changed(organizationId)
      return answer
    },

    /** The request a link is about; undefined for no link of ours. Looking changes nothing. */
    async requestOf(token: string): Promise<Request | undefined> {
      const id = tokens.readConsent(token)
      return id === undefined ? undefined : db.engine.transaction().execute((tx) => read(tx, id, clock.now()))
    },

    /** Confirms it, once; gives what it is then. */
    async confirm(token: string): Promise<Request | undefined> {
      const id = tokens.readConsent(token)
      if (id === undefined) return undefined
      const now = clock.now()
      return db.engine.transaction().execute(async (tx) => {
        const seen = await read(tx, id, now)
        if (seen?.state !== 'open' || seen.contactId === null) return seen
        const contact = await hold(tx, seen.contactId)
        // It may have changed before this held it.
        const request = await read(tx, id, now)
        if (!contact || request?.state !== 'open') return request
        const { organizationId, channel, address, wording } = request
        await write(tx, {
          id: newId(now),
          organizationId,
          contactId: contact.id,
          channel,
          address,
          state: 'granted',
          basis: 'consent',
          source: 'double_opt_in',
          wording,
          at: now,
          proof: null,
          requestId: id,
          actor: null,
          now,
        })
        await follow(tx, contact, channel, 'granted', now)
        return { ...request, state: 'confirmed' as const }
      })
    },
  }

  /** What is asked to be confirmed goes where it is about: an address proves itself. */
  async function askToConfirm(
    tx: Tx,
    organizationId: string,
    contactId: string,
    { channel, wording }: Agreement,
    id: string,
    now: Date,
  ): Promise<void> {
    const request = {
      type: 'consent.confirm',
      to: { contactId },
      channels: [channel],
      allowRepeat: true,
      payload: {
        confirmUrl: `${publicUrl}/u/c/${tokens.consent(id)}`,
        expiresAt: new Date(now.getTime() + CONFIRM_WITHIN_DAYS * DAY_MS).toISOString(),
        wording,
      },
    }
    const { messages } = await accept.within(runWithin(tx), organizationId, request)
    const refused = messages.find(({ status }) => status === 'suppressed')
    if (refused)
      throw new AppError('conflict', `The contact cannot be asked to confirm: ${refused.reason?.replaceAll('_', ' ')}`)
  }

  /** What follows from a yes or no: where marketing may go, what was chosen, what still waits. */
  async function follow(
    tx: Tx,
    contact: Held,
    channel: Channel,
    state: 'granted' | 'withdrawn',
    now: Date,
  ): Promise<void> {
    await refreshMarketing(tx, [contact.id])
    if (state === 'withdrawn')
      return stopUnwanted(tx, contact.organizationId, contact.id, [{ category: 'mkt', channel }], now)
    const { marketing } = await tx
      .selectFrom('contact')
      .select('marketing')
      .where('id', '=', contact.id)
      .executeTakeFirstOrThrow()
    if (!(marketing as Marketing)[channel]) return
    const settings = deliveryOf(await organization(contact.organizationId))
    const preferences = withYes(contact.preferences, { category: 'mkt', channel }, settings)
    await tx
      .updateTable('contact')
      .set({ preferences: JSON.stringify(preferences), updated_at: now })
      .where('id', '=', contact.id)
      .execute()
  }
}

interface Held extends Pick<Contact, 'id' | 'organizationId' | 'email' | 'phone' | 'whatsappId'> {
  readonly preferences: Preferences
}

async function hold(tx: Tx, contactId: string): Promise<Held | undefined> {
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

async function openRequest(
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

async function read(tx: Tx, id: string, now: Date): Promise<Request | undefined> {
  const { rows } = await sql<{
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
    tx,
  )
  const [row] = rows
  if (!row) return undefined
  const channel = channelOf(row.channel)
  const contact = row.contact_id && {
    id: row.contact_id,
    email: row.email,
    phone: row.phone,
    whatsappId: row.whatsapp_id,
  }
  const isVoid = !contact || row.is_withdrawn || addressOn(channel, contact) !== row.address
  const isLate = now.getTime() >= row.created_at.getTime() + CONFIRM_WITHIN_DAYS * DAY_MS
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

interface NewRow {
  readonly id: string
  readonly organizationId: string
  readonly contactId: string
  readonly channel: Channel
  readonly address: string
  readonly state: ConsentState
  readonly basis: Basis
  readonly source: HostSource | 'double_opt_in'
  readonly wording: string | null
  readonly at: Date
  readonly proof: object | null
  readonly requestId: string | null
  readonly actor: object | null
  readonly now: Date
}

const write = (tx: Tx, row: NewRow) =>
  sql`
  insert into consent_event (id, organization_id, contact_id, channel, category, address, state, basis, source, wording, at, proof, request_id, actor, created_at)
  values (${row.id}, ${row.organizationId}, ${row.contactId}, ${channelCode(row.channel)}, 'mkt', ${row.address}, ${row.state}, ${row.basis}, ${row.source}, ${row.wording}, ${row.at},
    ${row.proof && JSON.stringify(row.proof)}::json, ${row.requestId}, ${row.actor && JSON.stringify(row.actor)}::json, ${row.now})`.execute(
    tx,
  )
