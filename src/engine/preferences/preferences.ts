import { notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { CHANNELS, type Channel, channelCode } from '../channels/channel.ts'
import { refreshMarketing } from '../contacts/consents.ts'
import { addressOn, type Contact } from '../contacts/contact.ts'
import type { Marketing } from '../contacts/marketing.ts'
import { choiceOf, type Preferences } from '../contacts/preferences.ts'
import { OPTIONAL_CATEGORIES, type OptionalCategory } from '../links/message-links.ts'
import { type DeliverySettings, deliveryOf } from '../messages/delivery-settings.ts'
import { isWanted, needsConsent } from '../messages/unwanted.ts'
import type { Organization } from '../organizations/organization.ts'

/** What a contact chose: how news are gathered, and which it wants at all. */
export interface Chosen {
  readonly digest: Contact['digest']
  readonly preferences: Preferences
}

/** One kind of news on one channel. */
export interface Kind {
  readonly category: OptionalCategory
  readonly channel: Channel
}

/** What a contact chose, and where marketing may reach it. */
export interface Standing extends Chosen {
  readonly contact: Pick<Contact, 'id' | 'email' | 'phone' | 'whatsappId'>
  readonly marketing: Marketing
}

/** Whether a contact hears of this kind of news: it is wanted and, for marketing, was agreed to. */
export function hears({ category, channel }: Kind, standing: Standing, settings: DeliverySettings): boolean {
  const address = addressOn(channel, standing.contact) ?? ''
  return (
    isWanted(category, channel, standing.preferences, settings) &&
    !needsConsent(category, channel, address, standing.marketing, settings)
  )
}

/** Every kind of news a contact may say no to. */
export const KINDS: readonly Kind[] = OPTIONAL_CATEGORIES.flatMap((category) =>
  CHANNELS.map((channel) => ({ category, channel })),
)

/** Where a choice was made, for the log of consent. */
export interface ChosenBy {
  readonly source: 'one_click' | 'preference_page' | 'api'
  /** How the kind of news was named to whoever chose, as far as it was. */
  readonly wording?: (kind: Kind) => string
}

/** Ends what waits for a contact that has said no to it. */
export type StopUnwanted = (
  tx: Tx,
  organizationId: string,
  contactId: string,
  unwanted: readonly Kind[],
  now: Date,
) => Promise<void>

interface Deps {
  readonly db: Pick<Database, 'as'>
  readonly clock: Clock
  readonly organization: (id: string) => Promise<Organization>
  readonly stopUnwanted: StopUnwanted
  readonly changed: (organizationId: string) => void
}

export type ContactPreferences = ReturnType<typeof createPreferences>

/** What contacts choose for themselves; it counts from the moment it is saved, also for what already waits. */
export function createPreferences({ db, clock, organization, stopUnwanted, changed }: Deps) {
  return {
    /** @throws AppError `not_found`. */
    of: (organizationId: string, contactId: string): Promise<Standing> =>
      db.as(organizationId, async (tx) => read(tx, contactId, false)),

    /**
     * Saves what `change` makes of what was chosen, and adds every yes and no that is new to the log of consent. The same
     * again changes nothing. A yes to marketing is a consent: on the contact's own page always, by the API where the
     * organization does not ask for it to be confirmed.
     *
     * @throws AppError `not_found`.
     */
    async change(
      organizationId: string,
      contactId: string,
      change: (chosen: Chosen) => Chosen,
      by: ChosenBy,
    ): Promise<Standing> {
      const settings = deliveryOf(await organization(organizationId))
      const now = clock.now()
      const { next, unwanted } = await db.as(organizationId, async (tx) => {
        const before = await read(tx, contactId, true)
        const next = change(before)
        await tx
          .updateTable('contact')
          .set({
            digest: JSON.stringify(next.digest),
            preferences: JSON.stringify(next.preferences),
            updated_at: now,
          })
          .where('id', '=', contactId)
          .execute()
        const wanted = ({ category, channel }: Kind, { preferences }: Chosen) =>
          isWanted(category, channel, preferences, settings)
        const unwanted = KINDS.filter((kind) => wanted(kind, before) && !wanted(kind, next))
        const granted = KINDS.filter(
          (kind) =>
            !hears(kind, before, settings) &&
            wanted(kind, next) &&
            (hears(kind, { ...before, ...next }, settings) || isYesToMarketing(kind, before, next)),
        )
        const consents = KINDS.flatMap((kind) => {
          const address = addressOn(kind.channel, before.contact)
          const isNo = unwanted.includes(kind)
          return address === null || !(isNo || granted.includes(kind))
            ? []
            : {
                id: newId(now),
                organization_id: organizationId,
                contact_id: contactId,
                channel: channelCode(kind.channel),
                category: kind.category,
                address,
                state: isNo ? 'withdrawn' : 'granted',
                source: by.source,
                wording: by.wording?.(kind) ?? null,
                at: now,
                created_at: now,
              }
        })
        if (consents.length > 0) {
          await tx.insertInto('consent_event').values(consents).execute()
          await refreshMarketing(tx, [contactId])
        }
        if (unwanted.length > 0) await stopUnwanted(tx, organizationId, contactId, unwanted, now)
        return { next: await read(tx, contactId, false), unwanted }
      })
      if (unwanted.length > 0) changed(organizationId)
      return next

      function isYesToMarketing({ category, channel }: Kind, before: Chosen, next: Chosen): boolean {
        const yes = ({ preferences }: Chosen) => choiceOf(preferences, category, channel) === true
        if (category !== 'mkt' || !yes(next)) return false
        return by.source === 'preference_page' || (!settings.doubleOptIn && !yes(before))
      }
    },
  }

  async function read(tx: Tx, contactId: string, forUpdate: boolean): Promise<Standing> {
    const query = tx
      .selectFrom('contact')
      .select(['digest', 'preferences', 'marketing', 'email', 'phone', 'whatsapp_id'])
      .where('id', '=', contactId)
      .where('erased_at', 'is', null)
    const row = await (forUpdate ? query.forUpdate() : query).executeTakeFirst()
    if (!row) throw notFound('Contact', contactId)
    return {
      digest: row.digest as Chosen['digest'],
      preferences: row.preferences as Preferences,
      marketing: row.marketing as Marketing,
      contact: { id: contactId, email: row.email, phone: row.phone, whatsappId: row.whatsapp_id },
    }
  }
}

/** A contact's own choices with these in their place; undefined takes one away. */
export function withChoices(
  preferences: Preferences,
  choices: readonly (Kind & { readonly wanted: boolean | undefined })[],
): Preferences {
  const channels: Record<string, Record<string, boolean>> = {}
  for (const { category, channel } of KINDS) {
    const choice = choices.find((one) => one.category === category && one.channel === channel)
    const wanted = choice ? choice.wanted : preferences.channels?.[category]?.[channel]
    if (wanted === undefined) continue
    channels[category] ??= {}
    channels[category][channel] = wanted
  }
  return { ...preferences, channels }
}

/** A contact's choices after a yes to one kind of news: newer than a no to it, or to everything, of which it leaves the rest. */
export function withYes(preferences: Preferences, kind: Kind, settings: DeliverySettings): Preferences {
  const before = preferences.optedOut
    ? withChoices(
        { ...preferences, optedOut: false },
        KINDS.map((one) => ({ ...one, wanted: false })),
      )
    : preferences
  return withChoices(before, [
    { ...kind, wanted: settings.preferences[kind.category][kind.channel] ? undefined : true },
  ])
}
