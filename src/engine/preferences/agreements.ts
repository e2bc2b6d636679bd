import { AppError, invalid, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Database, runWithin, type Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { type Channel, channelCode } from '../channels/channel.ts'
import { type ConsentState, type HostSource, refreshMarketing } from '../contacts/consents.ts'
import { addressOn } from '../contacts/contact.ts'
import type { Basis, Marketing, SaidOfMarketing } from '../contacts/marketing.ts'
import type { LinkTokens } from '../links/tokens.ts'
import type { Accept } from '../messages/accept.ts'
import { deliveryOf } from '../messages/delivery-settings.ts'
import type { Organization } from '../organizations/organization.ts'
import {
  addConsent,
  addHeard,
  CONFIRM_WITHIN_MS,
  findRepeated,
  findRequest,
  type HeldContact,
  holdContact,
  holdContactsAt,
  type Request,
} from './agreement-store.ts'
import { type StopUnwanted, withYes } from './preferences.ts'

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
  readonly stopUnwanted: StopUnwanted
  readonly nudge: () => void
  readonly changed: (organizationId: string) => void
}

const CLOCKS_DIFFER_MS = 60_000

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
        const contact = await holdContact(tx, contactId)
        if (contact?.organizationId !== organizationId) throw notFound('Contact', contactId)
        const address = addressOn(asked.channel, contact)
        if (address === null)
          throw invalid('channel', `This contact has no address for ${asked.channel}`, 'unreachable')
        if (state === 'requested') {
          const open = await findRepeated(tx, { contactId, channel: asked.channel, address }, now)
          if (open) return { id: open }
        }
        await addConsent(tx, {
          id,
          organization_id: organizationId,
          contact_id: contactId,
          channel: channelCode(asked.channel),
          address,
          state,
          basis: asked.basis,
          source: asked.source,
          wording: asked.wording,
          at,
          proof: asked.proof ? JSON.stringify(asked.proof) : null,
          actor: JSON.stringify(actor),
          created_at: now,
        })
        if (state === 'requested') await askToConfirm(tx, organizationId, contactId, asked, id, now)
        else await follow(tx, contact, asked.channel, state, now)
        return { id }
      })
      nudge()
      changed(organizationId)
      return answer
    },

    /**
     * What somebody told their carrier counts for every contact who has that address, and for nothing but marketing there;
     * where nobody has it, it is only kept. Doing it again changes nothing; of several the newest counts.
     */
    async heard({ organizationId, channel, address, state, wording, at, proof }: SaidOfMarketing): Promise<void> {
      const now = clock.now()
      await db.engine.transaction().execute(async (tx) => {
        const contacts = await holdContactsAt(tx, organizationId, channel, address)
        const line = {
          organization_id: organizationId,
          channel: channelCode(channel),
          state,
          source: 'carrier',
          wording,
          at,
          created_at: now,
          ...('inboundId' in proof ? { inbound_id: proof.inboundId } : { message_id: proof.messageId }),
        }
        const said = contacts.map((contact) => ({
          ...line,
          id: newId(now),
          contact_id: contact.id,
          // Whom the carrier knows by an id of its own is written to by number, where there is one.
          address: addressOn(channel, contact) ?? address,
        }))
        await addHeard(tx, said.length > 0 ? said : [{ ...line, id: newId(now), contact_id: null, address }])
        for (const contact of contacts) await follow(tx, contact, channel, state, now)
      })
      nudge()
      changed(organizationId)
    },

    /** The request a link is about; undefined for no link of ours. Looking changes nothing. */
    async requestOf(token: string): Promise<Request | undefined> {
      const id = tokens.readConsent(token)
      return id === undefined ? undefined : findRequest(db.engine, id, clock.now())
    },

    /** Confirms it, once; gives what it is then. */
    async confirm(token: string): Promise<Request | undefined> {
      const id = tokens.readConsent(token)
      if (id === undefined) return undefined
      const now = clock.now()
      return db.engine.transaction().execute(async (tx) => {
        const seen = await findRequest(tx, id, now)
        if (seen?.state !== 'open' || seen.contactId === null) return seen
        const contact = await holdContact(tx, seen.contactId)
        // It may have changed before this held it.
        const request = await findRequest(tx, id, now)
        if (!contact || request?.state !== 'open') return request
        const { organizationId, channel, address, wording } = request
        await addConsent(tx, {
          id: newId(now),
          organization_id: organizationId,
          contact_id: contact.id,
          channel: channelCode(channel),
          address,
          state: 'granted',
          source: 'double_opt_in',
          wording,
          at: now,
          request_id: id,
          created_at: now,
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
        expiresAt: new Date(now.getTime() + CONFIRM_WITHIN_MS).toISOString(),
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
    contact: HeldContact,
    channel: Channel,
    state: 'granted' | 'withdrawn',
    now: Date,
  ): Promise<void> {
    await refreshMarketing(tx, [contact.id])
    const { marketing } = await tx
      .selectFrom('contact')
      .select('marketing')
      .where('id', '=', contact.id)
      .executeTakeFirstOrThrow()
    const isGranted = (marketing as Marketing)[channel] !== undefined
    // The newest word counts: a no that comes late stops nothing once there is a later yes.
    if (state === 'withdrawn' && !isGranted)
      await stopUnwanted(tx, contact.organizationId, contact.id, [{ category: 'mkt', channel }], now)
    if (state === 'withdrawn' || !isGranted) return
    const settings = deliveryOf(await organization(contact.organizationId))
    const preferences = withYes(contact.preferences, { category: 'mkt', channel }, settings)
    await tx
      .updateTable('contact')
      .set({ preferences: JSON.stringify(preferences), updated_at: now })
      .where('id', '=', contact.id)
      .execute()
  }
}
