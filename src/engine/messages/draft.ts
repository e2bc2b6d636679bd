import { createHash } from 'node:crypto'
import { type AppError, invalid } from '../../errors.ts'
import { newId } from '../../platform/ids.ts'
import { laneCode } from '../catalogue/lane.ts'
import { type Channel, channelCode } from '../channels/channel.ts'
import type { Contact, ContactRef } from '../contacts/contact.ts'
import type { CurrentVersion } from '../templates/current.ts'
import type { NewMessage, NewNotification } from './accept-store.ts'
import { decideChannels, type Reason } from './decide.ts'
import { deliveryOf } from './delivery-settings.ts'
import { laneRule } from './lane.ts'
import type { Prepared } from './prepare.ts'
import type { DecodedAttachment } from './request.ts'
import { statusCode } from './status.ts'

/** Why an address must not be used, by `suppressionKey`. */
export type Suppressions = ReadonlyMap<string, string>
export const suppressionKey = (organizationId: string, channel: Channel, address: string): string =>
  `${organizationId} ${channel} ${address}`

/** The channels that will be decided between. */
export const askedChannels = ({ plan }: Prepared): readonly Channel[] => ('all' in plan ? plan.all : plan.firstOf)

/** The language it will be said in. */
export const localeOf = ({ request, organization }: Prepared, contact: Contact): string =>
  request.locale ?? contact.locale ?? organization.locale

/**
 * The rows a request comes to, or the problem that keeps it from being sent. Pure but for the ids: `versions` are the
 * template versions that the asked channels have in the contact's language.
 */
export function draft(
  item: Prepared,
  contact: Contact,
  versions: ReadonlyMap<Channel, CurrentVersion | undefined>,
  suppressions: Suppressions,
  now: Date,
): NewNotification | AppError {
  const { organization: tenant, entry, request } = item
  const addresses = addressesOf(item.to, contact)
  const { choices, reasons, reachable } = decideChannels(item.plan, request.channels ? 'requested' : 'catalogue', {
    addresses,
    suppressed: Object.fromEntries(
      askedChannels(item).map((channel) => [
        channel,
        suppressions.get(suppressionKey(tenant.id, channel, addresses[channel] ?? '')),
      ]),
    ),
    templated: (channel) => versions.get(channel) !== undefined,
  })
  if (!reachable) return unreachable(reasons)

  const waits = item.dueAt > now
  const deadlineAt = new Date(item.dueAt.getTime() + laneRule(deliveryOf(tenant), item.lane).deadlineMs)
  const messages = choices.map(
    (choice): NewMessage => ({
      id: newId(now),
      channel: channelCode(choice.channel),
      status: statusCode(choice.refusal ? 'suppressed' : waits ? 'scheduled' : 'queued'),
      templateVersionId: versions.get(choice.channel)!.versionId,
      address: choice.address,
      dueAt: item.dueAt,
      deadlineAt,
      reason: choice.refusal,
      resendOf: null,
      waits: choice.refusal === null,
    }),
  )
  return {
    id: newId(now),
    organizationId: tenant.id,
    contactId: contact.id,
    eventId: item.options.eventId ?? null,
    type: request.type,
    category: entry.category,
    lane: laneCode(item.lane),
    locale: localeOf(item, contact),
    payload: JSON.stringify(item.payload),
    recipient: JSON.stringify({
      name: nameOf(item.to) ?? contact.name,
      timeZone: contact.timeZone ?? tenant.timeZone,
    }),
    reasons: JSON.stringify(waits ? reasons.map((reason) => deferred(reason, item.dueAt)) : reasons),
    metadata: request.metadata ? JSON.stringify(request.metadata) : null,
    attachments: item.attachments.map((file) => ({
      filename: file.filename,
      contentType: file.contentType,
      contentId: file.contentId,
      bytes: file.content.length,
      storageKey: storageKey(tenant.id, file),
    })),
    dedupeKey: dedupeKeyOf(item, contact),
    requestHash: request.dedupeKey === undefined ? (item.options.idempotency?.requestHash ?? null) : null,
    messages,
  }
}

const nameOf = (to: ContactRef): string | undefined => ('name' in to ? to.name : undefined)

/** Where each channel would go. An address that came with the request goes before the contact's. */
export function addressesOf(to: ContactRef, contact: Contact): Partial<Record<Channel, string>> {
  const email = ('email' in to ? to.email : undefined) ?? contact.email
  const phone = ('phone' in to ? to.phone : undefined) ?? contact.phone
  return { ...(email ? { email } : {}), ...(phone ? { sms: phone, whatsapp: phone } : {}), in_app: contact.id }
}

function unreachable(reasons: readonly Reason[]): AppError {
  const said = reasons.map(({ channel, reason }) => `${channel}: ${reason.replaceAll('_', ' ')}`).join(', ')
  return invalid('channels', `No asked channel can reach this contact (${said})`, 'unreachable')
}

const deferred = (reason: Reason, until: Date): Reason =>
  reason.decision === 'chosen'
    ? { ...reason, decision: 'deferred', reason: 'send_at', detail: until.toISOString() }
    : reason

/** Content-addressed, so that a retry writes the same file. */
export const storageKey = (organizationId: string, file: DecodedAttachment): string =>
  `${organizationId}/attachments/${file.hash}`

/** `dedupeKey` counts per type and contact and goes first; an `Idempotency-Key` per organization. Both are hashed to one short, safe length. */
function dedupeKeyOf({ request, options }: Prepared, contact: Contact): string | null {
  if (request.dedupeKey !== undefined) return `d:${digest([request.type, contact.id, request.dedupeKey])}`
  return options.idempotency ? `i:${digest([options.idempotency.key])}` : null
}

const digest = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
