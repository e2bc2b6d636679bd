import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { type Lane, laneOf } from '../catalogue/lane.ts'
import { channelOf } from '../channels/channel.ts'
import type { Fingerprints } from '../contacts/fingerprints.ts'
import { isOptional } from '../links/message-links.ts'
import type { Organization } from '../organizations/organization.ts'
import { findSuppressions } from './accept-store.ts'
import type { CountryBrake } from './country-brake.ts'
import type { Reason } from './decide.ts'
import { deliveryOf } from './delivery-settings.ts'
import type { Claimed, Fallback } from './delivery-store.ts'
import { isPhone } from './draft.ts'
import { type ChainMessage, messagesOfChains, type Step, takeSteps, type Wishes, wishesOf } from './fallback-store.ts'
import { laneRule } from './lane.ts'
import { newDeadLetter } from './new-dead-letter.ts'
import { failureOf } from './outcome.ts'
import { noLaterThan, whyNotRemind } from './reminded.ts'
import { remindedOf } from './reminded-store.ts'
import { EVENT_KINDS, type Status, statusCode, statusOf } from './status.ts'
import { isUnwanted, needsConsent } from './unwanted.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  readonly fingerprints: Pick<Fingerprints, 'all'>
  readonly organization: (id: string) => Promise<Organization>
  readonly countries: Pick<CountryBrake, 'take'>
  readonly nudge: () => void
  readonly changed: (organizationId: string) => void
  readonly observe?: (steps: number) => void
}

/** It did not reach its contact, for sure. */
const FAILED: readonly Status[] = ['failed', 'bounced', 'suppressed']
const NO_WISHES: Wishes = { preferences: {}, marketing: {} }
const REACHED: readonly Status[] = ['delivered', 'opened', 'clicked', 'read']

/**
 * Goes on with the chains of claimed rows: where a message failed for sure, or nothing was heard of it in time, the next
 * channel begins. One that was delivered meanwhile ends its chain.
 */
export const createFallback =
  ({ db, clock, fingerprints, organization, countries, nudge, changed, observe }: Deps) =>
  async (rows: readonly Claimed[], workerId: string): Promise<void> => {
    const now = clock.now()
    const messages = Map.groupBy(
      await messagesOfChains(db.run, [...new Set(rows.map((row) => row.notification_id))]),
      (message) => message.notification_id,
    )
    const [suppressed, wishes, reminded] = await Promise.all([
      suppressionsOf(rows),
      optionalWishesOf(rows),
      remindedOf(
        db.run,
        rows.map((row) => row.notification_id),
      ),
    ])
    const steps = await Promise.all(
      rows.map((row) => step(row, messages.get(row.notification_id) ?? [], suppressed, wishes, now)),
    )
    await takeSteps(db.run, steps, workerId, now)
    for (const { organizationId } of steps) changed(organizationId)
    observe?.(steps.filter(({ next }) => next).length)
    nudge()

    async function step(
      row: Claimed,
      others: readonly ChainMessage[],
      isSuppressed: ReadonlySet<string>,
      wishes: ReadonlyMap<string, Wishes>,
      at: Date,
    ): Promise<Step> {
      const base = { messageId: row.message_id, n: row.attempt, organizationId: row.organization_id }
      const status = statusOf(row.status)
      const tenant = await organization(row.organization_id)
      const settings = deliveryOf(tenant)
      const lane = laneOf(row.lane)
      // They may have said no since it was accepted.
      const isUnwantedNow = ({ category, contact_id }: Claimed, to: Fallback['next'][number]) => {
        const { preferences, marketing } = wishes.get(contact_id) ?? NO_WISHES
        const channel = channelOf(to.channel)
        return (
          isUnwanted({ entry: { required: false }, category, lane }, channel, preferences, settings) ||
          needsConsent(category, channel, to.address, marketing, settings)
        )
      }
      const failed = FAILED.includes(status)
      const subject = reminded.get(row.notification_id)
      const mayGoOn = (failed || status === 'sent') && !whyNotRemind(subject, at)
      const isOut = (to: Fallback['next'][number]) => isSuppressed.has(key(row, to)) || isUnwantedNow(row, to)
      let next = mayGoOn ? nextOf(row.fallback, row.channel, others, isOut) : undefined
      const refusal = next && (await phoneRefused(tenant, next, lane))
      const refused: Reason[] =
        next && refusal ? [{ channel: channelOf(next.channel), decision: 'refused', reason: refusal }] : []
      if (refusal) next = nextOf(row.fallback, row.channel, others, (to) => isPhone(channelOf(to.channel)) || isOut(to))
      if (!next)
        return {
          ...base,
          next: null,
          refused: refused.length > 0 ? { notificationId: row.notification_id, reason: JSON.stringify(refused) } : null,
          deadLetter: status === 'failed' ? newDeadLetter(row, failureOf(row.reason), row.reason) : null,
        }
      const id = newId(at)
      const { deadlineMs } = laneRule(settings, lane)
      const reason: Reason = {
        channel: channelOf(next.channel),
        decision: 'chosen',
        reason: failed ? 'fallback_failed' : 'fallback_no_report',
        detail: channelOf(row.channel),
      }
      return {
        ...base,
        next: {
          id,
          notificationId: row.notification_id,
          contactId: row.contact_id,
          channel: next.channel,
          lane: row.lane,
          status: statusCode('queued'),
          type: row.type,
          templateVersionId: next.templateVersionId,
          address: next.address,
          deadlineAt: noLaterThan(new Date(at.getTime() + deadlineMs), subject),
          reason: JSON.stringify([...refused, reason]),
          eventId: newId(at),
          eventKind: EVENT_KINDS.fell_back,
          eventDetail: JSON.stringify({ channel: channelOf(next.channel), messageId: id }),
        },
        refused: null,
        deadLetter: null,
      }
    }

    /** Why its phone is not written to now. It has one number: what holds for a channel does for the other. */
    async function phoneRefused(tenant: Organization, { channel, address }: Fallback['next'][number], lane: Lane) {
      if (!isPhone(channelOf(channel))) return undefined
      const braked = await countries.take([{ organization: tenant, address, isChosen: lane === 'bulk' }])
      const refusal = braked.refused.get(0)
      if (!refusal) await braked.settle(() => true)
      return refusal
    }

    async function optionalWishesOf(claimed: readonly Claimed[]): Promise<ReadonlyMap<string, Wishes>> {
      const optional = claimed.filter((row) => isOptional(row.category))
      return optional.length ? wishesOf(db.run, [...new Set(optional.map((row) => row.contact_id))]) : new Map()
    }

    async function suppressionsOf(claimed: readonly Claimed[]): Promise<ReadonlySet<string>> {
      const wanted = claimed.flatMap((row) =>
        (row.fallback?.next ?? []).map(({ channel, address }) => ({
          organizationId: row.organization_id,
          channel,
          address,
        })),
      )
      const found = await findSuppressions(db.run, fingerprints, wanted)
      return new Set(found.map((one) => `${one.organization_id} ${one.channel} ${one.address}`))
    }
  }

const key = (row: Claimed, { channel, address }: Fallback['next'][number]): string =>
  `${row.organization_id} ${channel} ${address}`

/**
 * The next channel that has no message yet and may be used. None once one reached the contact, or while a later one of
 * the chain is under way: a report about an earlier message that comes late begins nothing.
 */
export function nextOf(
  fallback: Fallback | null,
  channel: number,
  messages: readonly ChainMessage[],
  isSuppressed: (to: Fallback['next'][number]) => boolean,
) {
  if (!fallback) return undefined
  const place = (one: number) => fallback.next.findIndex((to) => to.channel === one)
  const statusOn = new Map(messages.map((message) => [message.channel, statusOf(message.status)]))
  for (const [other, status] of statusOn) {
    if (REACHED.includes(status)) return undefined
    if (place(other) > place(channel) && !FAILED.includes(status)) return undefined
  }
  return fallback.next.find((to) => !statusOn.has(to.channel) && !isSuppressed(to))
}
