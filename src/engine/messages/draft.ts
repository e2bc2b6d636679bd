import { createHash } from 'node:crypto'
import { AppError, invalid } from '../../errors.ts'
import { newId } from '../../platform/ids.ts'
import { laneCode } from '../catalogue/lane.ts'
import { type Channel, channelCode } from '../channels/channel.ts'
import type { Contact, ContactRef } from '../contacts/contact.ts'
import type { CurrentVersion } from '../templates/current.ts'
import type { DraftMessage, NewNotification } from './accept-store.ts'
import { guardOf } from './content-guard.ts'
import type { CountryRefusal } from './country-brake.ts'
import { type Choice, type Decision, decideChannels, type Reach, type Reason } from './decide.ts'
import { deliveryOf } from './delivery-settings.ts'
import type { Fallback } from './delivery-store.ts'
import { laneRule } from './lane.ts'
import type { Prepared } from './prepare.ts'
import type { Secrets } from './secrets.ts'
import { senderCode } from './sender.ts'
import { statusCode } from './status.ts'
import { TASKS } from './task.ts'
import { digestOf, type Timing, timingOf } from './timing.ts'
import { isUnwanted, needsConsent } from './unwanted.ts'

/** Why an address must not be used, by `suppressionKey`. */
export type Suppressions = ReadonlyMap<string, string>
export const suppressionKey = (organizationId: string, channel: Channel, address: string): string =>
  `${organizationId} ${channel} ${address}`

/** The channels that will be decided between. */
export const askedChannels = ({ plan }: Prepared): readonly Channel[] => ('all' in plan ? plan.all : plan.firstOf)

/** The language it will be said in. */
export const localeOf = ({ request, organization }: Prepared, contact: Contact): string =>
  request.locale ?? contact.locale ?? organization.locale

const MINUTE_MS = 60_000

/** What was read about a request. */
export interface Known {
  readonly contact: Contact
  /** The template versions that the asked channels have in the contact's language. */
  readonly versions: ReadonlyMap<Channel, CurrentVersion | undefined>
  readonly suppressions: Suppressions
  /** Channels its organization has a provider account for, its own or the platform's. */
  readonly served: (channel: Channel) => boolean
  /** Its contact has had as many notifications this hour as its organization allows. */
  readonly overCap: boolean
  /** Why nothing may go to its contact's phone, where its country is held back. */
  readonly phoneRefused: CountryRefusal | undefined
  /** What of the payload is stored otherwise than it is sent. */
  readonly seal: Secrets['seal']
}

/** The rows a request comes to, or the problem that keeps it from being sent. Pure but for the ids. */
export function draft(
  item: Prepared,
  { contact, versions, suppressions, served, overCap, phoneRefused, seal }: Known,
  now: Date,
): NewNotification | AppError {
  if (contact.erased) return new AppError('contact_erased', `Contact ${contact.id} was erased: nothing is sent to it`)
  const { organization: tenant, entry, request, lane } = item
  const settings = deliveryOf(tenant)
  const addresses = addressesOf(item.to, contact)
  const decision = decideChannels(item.plan, item.planOf, {
    addresses,
    suppressed: suppressedOf(item, { contact, suppressions, phoneRefused, addresses }),
    templated: (channel) => versions.get(channel) !== undefined,
    served,
  })
  if (!decision.reachable) return unreachable(decision.reasons)

  const digest = digestOf(item, contact.digest, settings)
  const timeZone = contact.timeZone ?? tenant.timeZone
  const locale = localeOf(item, contact)
  const guard =
    settings.contentGuardMinutes === null || request.allowRepeat || overCap
      ? undefined
      : guardOf({
          type: request.type,
          templateKey: entry.templateKey,
          contactId: contact.id,
          locale,
          payload: item.payload,
          attachments: item.attachments.map((file) => `${file.filename} ${file.storageKey}`),
          sendAt: request.sendAt ? new Date(request.sendAt) : null,
        })
  const { remind } = item.options
  const timings = new Map<Channel, Timing>()
  const tooLate = new Set<Channel>()
  const { deadlineMs } = laneRule(settings, lane)

  const messages = decision.choices.map((choice): DraftMessage => {
    const { channel, address } = choice
    const timing = timingOf({ ...item, channel, remind }, digest, settings, timeZone, now)
    const refusal = choice.refusal ?? (overCap ? 'contact_cap' : timing.tooLate ? 'subject_begun' : null)
    if (!refusal) timings.set(channel, timing)
    else if (refusal === 'subject_begun') tooLate.add(channel)
    const dueAt = refusal ? item.dueAt : timing.dueAt
    return {
      id: newId(now),
      channel: channelCode(channel),
      status: statusCode(refusal ? 'suppressed' : dueAt > now ? 'scheduled' : 'queued'),
      templateVersionId: versions.get(channel)!.versionId,
      address,
      dueAt,
      deadlineAt: new Date(
        Math.min(dueAt.getTime() + deadlineMs, remind?.before.getTime() ?? Number.POSITIVE_INFINITY),
      ),
      reason: refusal,
      waits: refusal === null,
      task: timing.inDigest ? TASKS.digest : TASKS.send,
      guard: refusal ? null : (guard?.(channel, address) ?? null),
      guardMinutes: settings.contentGuardMinutes ?? 0,
      waitsFor: refusal ? null : (timing.waits.at(-1)?.reason ?? null),
    }
  })
  const chain = chainOf(item, decision, timings)
  return {
    id: newId(now),
    organizationId: tenant.id,
    contactId: contact.id,
    event: item.options.event ?? null,
    type: request.type,
    category: item.category,
    lane: laneCode(lane),
    locale,
    payload: JSON.stringify(seal(entry.type, item.payload)),
    recipient: JSON.stringify({ name: nameOf(item.to) ?? contact.name, timeZone }),
    reasons: JSON.stringify(
      decision.reasons.flatMap((reason) =>
        told(reason, {
          timing: timings.get(reason.channel),
          late: item.late,
          cap: overCap ? settings.contactCapPerHour : null,
          begun: tooLate.has(reason.channel),
          chained: chain !== null,
        }),
      ),
    ),
    metadata: request.metadata ? JSON.stringify(request.metadata) : null,
    byKind: item.options.by ? senderCode(item.options.by.kind) : null,
    byId: item.options.by?.id ?? null,
    campaignVariantId: item.options.campaign?.variantId ?? null,
    attachments: item.attachments.map((file) => ({
      filename: file.filename,
      contentType: file.contentType,
      contentId: file.contentId,
      bytes: file.bytes,
      storageKey: file.storageKey,
    })),
    dedupeKey: dedupeKeyOf(item, contact),
    requestHash: request.dedupeKey === undefined ? (item.options.idempotency?.requestHash ?? null) : null,
    fallback: chain && JSON.stringify(chain),
    messages,
  }

  /** What may follow, pinned as it is now. What waits for a digest leaves with others, so nothing follows it. */
  function chainOf({ plan }: Prepared, { next }: Decision, begun: ReadonlyMap<Channel, Timing>): Fallback | null {
    if (next.length === 0 || !('firstOf' in plan)) return null
    if (![...begun.values()].some((timing) => !timing.inDigest)) return null
    const minutes = plan.ifNoReportWithinMinutes
    return {
      afterMs: minutes === undefined ? null : minutes * MINUTE_MS,
      next: next.map(({ channel, address }: Choice) => ({
        channel: channelCode(channel),
        address,
        templateVersionId: versions.get(channel)!.versionId,
      })),
    }
  }
}

const nameOf = (to: ContactRef): string | undefined => ('name' in to ? to.name : undefined)

/** Where each channel would go. An address that came with the request goes before the contact's. */
export function addressesOf(to: ContactRef, contact: Contact): Partial<Record<Channel, string>> {
  const email = ('email' in to ? to.email : undefined) ?? contact.email
  const phone = ('phone' in to ? to.phone : undefined) ?? contact.phone
  const onWhatsapp = phone ?? contact.whatsappId
  return {
    ...(email ? { email } : {}),
    ...(phone ? { sms: phone } : {}),
    ...(onWhatsapp ? { whatsapp: onWhatsapp } : {}),
    in_app: contact.id,
  }
}

/** Those that go to a phone number. */
export const isPhone = (channel: Channel): boolean => channel === 'sms' || channel === 'whatsapp'

/** The urgent and what may not be switched off go whatever they cost. */
const isOverBudget = ({ organization, lane, entry }: Prepared, channel: Channel): boolean =>
  organization.overBudget.includes(channelCode(channel)) && lane !== 'critical' && !entry.required

/** Why each asked channel must not be used, where one must not. */
function suppressedOf(
  item: Prepared,
  {
    contact,
    suppressions,
    phoneRefused,
    addresses,
  }: Pick<Known, 'contact' | 'suppressions' | 'phoneRefused'> & Pick<Reach, 'addresses'>,
): Reach['suppressed'] {
  const { organization: tenant, category } = item
  const settings = deliveryOf(tenant)
  const suppressed: Partial<Record<Channel, string>> = {}
  for (const channel of askedChannels(item)) {
    const address = addresses[channel] ?? ''
    // Mostly there are none at all.
    const key = suppressions.size > 0 ? suppressionKey(tenant.id, channel, address) : ''
    const reason =
      (item.switchedOff ? 'switched_off' : undefined) ??
      suppressions.get(key) ??
      (isOverBudget(item, channel) ? 'over_budget' : undefined) ??
      (isPhone(channel) ? phoneRefused : undefined) ??
      (item.options.trialVersionId
        ? undefined
        : isUnwanted(item, channel, contact.preferences, settings)
          ? 'unsubscribed'
          : needsConsent(category, channel, address, contact.marketing, settings)
            ? 'no_consent'
            : undefined)
    if (reason) suppressed[channel] = reason
  }
  return suppressed
}

function unreachable(reasons: readonly Reason[]): AppError {
  const said = reasons.map(({ channel, reason }) => `${channel}: ${reason.replaceAll('_', ' ')}`).join(', ')
  return invalid('channels', `No asked channel can reach this contact (${said})`, 'unreachable')
}

/** A choice of the plan, with what came between it and being sent at once. */
function told(
  reason: Reason,
  so: { timing: Timing | undefined; late: Date | undefined; cap: number | null; begun: boolean; chained: boolean },
): Reason[] {
  const { channel } = reason
  if (reason.decision === 'skipped' && !so.chained)
    return [{ channel, decision: 'skipped', reason: 'fallback_not_needed' }]
  if (reason.decision !== 'chosen') return [reason]
  if (so.cap !== null)
    return [{ channel, decision: 'refused', reason: 'contact_cap', detail: `more than ${so.cap} in an hour` }]
  if (so.begun) return [{ channel, decision: 'refused', reason: 'subject_begun' }]
  const waits = (so.timing?.waits ?? []).map(
    ({ reason: why, until }): Reason => ({ channel, decision: 'deferred', reason: why, detail: until.toISOString() }),
  )
  if (so.late) return [{ channel, decision: 'chosen', reason: 'send_at_past', detail: so.late.toISOString() }, ...waits]
  return waits.length > 0 ? waits : [reason]
}

/** `dedupeKey` counts per type and contact and goes first; an `Idempotency-Key` per organization. Both are hashed to one short, safe length. */
function dedupeKeyOf({ request, options }: Prepared, contact: Contact): string | null {
  if (request.dedupeKey !== undefined) return `d:${digested([request.type, contact.id, request.dedupeKey])}`
  return options.idempotency ? `i:${digested([options.idempotency.key])}` : null
}

const digested = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
