import { type Selectable, sql } from 'kysely'
import { notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { int2s, uuids } from '../../platform/database/arrays.ts'
import type { Database, Rows, Tx } from '../../platform/database/database.ts'
import type { DB } from '../../platform/database/generated.ts'
import { newId } from '../../platform/ids.ts'
import { type Channel, channelCode, channelOf } from '../channels/channel.ts'
import type { Basis } from './marketing.ts'

/** Somebody said yes or no to what reaches one address on one channel. */
export interface NewConsent {
  readonly organizationId: string
  readonly contactId: string | null
  readonly channel: Channel
  readonly address: string
  readonly state: 'granted' | 'withdrawn'
  /** `inbound`: they wrote it. */
  readonly source: 'inbound'
  /** What they wrote. */
  readonly wording: string
  readonly at: Date
  /** The proof: the inbound message. */
  readonly inboundId: string
}

/** Where the host application may have a yes or no from. */
export const HOST_SOURCES = ['form', 'paper', 'phone', 'in_person', 'import', 'other'] as const
export type HostSource = (typeof HOST_SOURCES)[number]
/** Where a yes or no came from: they wrote it, their carrier told of it, they chose it, they confirmed it, or the host application says so. */
export const CONSENT_SOURCES = [
  'inbound',
  'carrier',
  'one_click',
  'preference_page',
  'api',
  'double_opt_in',
  ...HOST_SOURCES,
] as const
type ConsentSource = (typeof CONSENT_SOURCES)[number]
export const CONSENT_STATES = ['granted', 'withdrawn', 'requested'] as const
export type ConsentState = (typeof CONSENT_STATES)[number]

/** Where marketing may go to these contacts, made anew from the log: after every change to it or to their addresses. */
export const refreshMarketing = (tx: Tx, contactIds: readonly string[]) =>
  sql`select refresh_marketing(${contactIds}::uuid[])`.execute(tx)

/** As `refreshMarketing`, for whoever has one of these addresses: after their carriers have told that somebody there said no. */
export async function refreshMarketingAt(
  run: Database['run'],
  said: readonly { readonly organizationId: string; readonly channel: number; readonly address: string }[],
): Promise<void> {
  if (said.length === 0) return
  await run(
    'consents.refresh-at',
    `with a as (select * from unnest($1::uuid[], $2::smallint[], $3::text[]) as a(organization_id, channel, address))
     select refresh_marketing(array(
       select c.id from a join contact c on c.organization_id = a.organization_id and c.email = a.address where a.channel = ${channelCode('email')}
       union select c.id from a join contact c on c.organization_id = a.organization_id and c.phone = a.address where a.channel <> ${channelCode('email')}
       union select c.id from a join contact c on c.organization_id = a.organization_id and c.whatsapp_id = a.address where a.channel <> ${channelCode('email')}))`,
    [
      uuids(said.map((one) => one.organizationId)),
      int2s(said.map((one) => one.channel)),
      said.map((one) => one.address),
    ],
  )
}

/** Whether the last word of this address about everything on its channel was no. */
export async function hasSaidNo(
  rows: Rows,
  organizationId: string,
  channel: Channel,
  address: string,
): Promise<boolean> {
  const newest = await rows
    .selectFrom('consent_event')
    .select('state')
    .where('organization_id', '=', organizationId)
    .where('channel', '=', channelCode(channel))
    .where('address', '=', address)
    .where('category', 'is', null)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return newest?.state === 'withdrawn'
}

/** Holds the contacts who have this address, and gives their ids. */
async function contactsAt(tx: Tx, organizationId: string, channel: Channel, address: string): Promise<string[]> {
  const has = channel === 'email' ? sql`email = ${address}` : sql`(phone = ${address} or whatsapp_id = ${address})`
  const { rows } = await sql<{ id: string }>`
    select id from contact where organization_id = ${organizationId} and ${has} order by id for no key update`.execute(
    tx,
  )
  return rows.map(({ id }) => id)
}

interface Deps {
  readonly db: Pick<Database, 'engine' | 'as'>
  readonly clock: Clock
  /** Ends what waits for an address that asked to hear no more. */
  readonly stopAt: (
    tx: Tx,
    organizationId: string,
    at: { channel: Channel; address: string; reason: string },
    now: Date,
  ) => Promise<void>
}

export type Consents = ReturnType<typeof createConsents>

/** The log of consent, which is only ever added to, and what follows from it: the newest that is of everything on a channel decides whether an address is opted out. */
export function createConsents({ db, clock, stopAt }: Deps) {
  return {
    /**
     * Adds to the log, once for each proof; a withdrawal suppresses the address as `opted_out`, a grant lifts that and
     * nothing else. In whatever order they come, the newest counts.
     */
    record(consent: NewConsent): Promise<void> {
      const { organizationId, address } = consent
      const channel = channelCode(consent.channel)
      const now = clock.now()
      return db.engine.transaction().execute(async (tx) => {
        // Two of one address at a time would each not see the other.
        await sql`select pg_advisory_xact_lock(hashtextextended(${`consent ${organizationId} ${channel} ${address}`}, 0))`.execute(
          tx,
        )
        await sql`
          insert into consent_event (id, organization_id, contact_id, channel, address, state, source, wording, at, inbound_id, created_at)
          values (${newId(now)}, ${organizationId}, ${consent.contactId}, ${channel}, ${address}, ${consent.state}, ${consent.source},
            ${consent.wording}, ${consent.at}, ${consent.inboundId}, ${now})
          on conflict do nothing`.execute(tx)
        await sql`
          with newest as (
            select state, message_id, at from consent_event
            where organization_id = ${organizationId} and channel = ${channel} and address = ${address} and category is null
            order by at desc, id desc limit 1
          ), lifted as (
            delete from suppression using newest where newest.state = 'granted'
              and organization_id = ${organizationId} and channel = ${channel} and address = ${address} and reason = 'opted_out'
          )
          insert into suppression (organization_id, channel, address, reason, message_id, created_at)
          select ${organizationId}, ${channel}, ${address}, 'opted_out', message_id, ${now} from newest where state = 'withdrawn'
          on conflict do nothing`.execute(tx)
        // Contacts go before messages in every transaction that locks both.
        await refreshMarketing(tx, await contactsAt(tx, organizationId, consent.channel, address))
        if (consent.state === 'withdrawn')
          await stopAt(tx, organizationId, { channel: consent.channel, address, reason: 'opted_out' }, now)
      })
    },

    isWithdrawn: (organizationId: string, channel: Channel, address: string): Promise<boolean> =>
      hasSaidNo(db.engine, organizationId, channel, address),

    /** What a contact, or whoever had its addresses, has said; newest first. */
    list: (organizationId: string, contactId: string, { before, limit }: { before?: string; limit: number }) =>
      db.as(organizationId, async (tx) => {
        const contact = await tx
          .selectFrom('contact')
          .select(['email', 'phone'])
          .where('id', '=', contactId)
          .executeTakeFirst()
        if (!contact) throw notFound('Contact', contactId)
        const addresses = [contact.email, contact.phone].filter((address) => address !== null)
        let query = tx
          .selectFrom('consent_event')
          .select(COLUMNS)
          .where((is) =>
            is.or([is('contact_id', '=', contactId), ...(addresses.length ? [is('address', 'in', addresses)] : [])]),
          )
          .orderBy('id', 'desc')
          .limit(limit)
        if (before !== undefined) query = query.where('id', '<', before)
        return (await query.execute()).map(toConsent)
      }),

    /** One line of the log. */
    get: (organizationId: string, id: string) =>
      db.as(organizationId, async (tx) => {
        const row = await tx.selectFrom('consent_event').select(COLUMNS).where('id', '=', id).executeTakeFirst()
        if (!row) throw notFound('Consent', id)
        return toConsent(row)
      }),
  }
}

const COLUMNS = [
  'id',
  'channel',
  'category',
  'basis',
  'address',
  'state',
  'source',
  'wording',
  'at',
  'proof',
  'request_id',
  'inbound_id',
  'message_id',
] as const

const toConsent = (row: Pick<Selectable<DB['consent_event']>, (typeof COLUMNS)[number]>) => ({
  id: row.id,
  channel: channelOf(row.channel),
  category: row.category,
  basis: row.basis as Basis,
  address: row.address,
  state: row.state as ConsentState,
  source: row.source as ConsentSource,
  wording: row.wording,
  at: row.at,
  proof: row.proof as Record<string, unknown> | null,
  requestId: row.request_id,
  inboundId: row.inbound_id,
  messageId: row.message_id,
})
