import { invalid } from '../../errors.ts'
import type { Catalogue, CatalogueEntry } from '../catalogue/catalogue.ts'
import type { Category, ChannelPlan } from '../catalogue/event.ts'
import type { Lane } from '../catalogue/lane.ts'
import { normalizeEmail, normalizePhone } from '../channels/address.ts'
import type { ContactRef } from '../contacts/contact.ts'
import { checkedLocale, checkedZone } from '../contacts/locale.ts'
import type { Organization } from '../organizations/organization.ts'
import { askedPlan, type DecodedAttachment, decodeAttachments, dueAt, type NotificationRequest } from './request.ts'
import type { Sender } from './sender.ts'

export interface AcceptOptions {
  /** The `Idempotency-Key` header, already told apart per item of a batch, and the hash of what it was sent with. */
  readonly idempotency?: { readonly key: string; readonly requestHash: Buffer } | undefined
  readonly eventId?: string
  /** Who asks for it; unset: the product itself. */
  readonly by?: Sender | undefined
  /** Set: the product itself says it, as it alone may for some types. */
  readonly byProduct?: true
  /** Instead of the entry's own: a digest has that of what it carries. */
  readonly category?: Category
}

/** A request checked as far as it can be without the database. */
export interface Prepared {
  readonly organization: Organization
  readonly entry: CatalogueEntry
  readonly to: ContactRef
  readonly payload: Record<string, unknown>
  readonly category: Category
  readonly plan: ChannelPlan
  readonly request: NotificationRequest
  readonly lane: Lane
  readonly dueAt: Date
  readonly attachments: readonly DecodedAttachment[]
  readonly options: AcceptOptions
}

/** @throws AppError that names the field and the remedy. */
export function prepare(
  catalogue: Catalogue,
  tenant: Organization,
  request: NotificationRequest,
  options: AcceptOptions,
  now: Date,
): Prepared {
  const entry = catalogue.entry(request.type, request.audience)
  if (entry.platformOnly && !options.byProduct) throw invalid('type', 'is sent by the product itself, never by a call')
  if (request.locale !== undefined) checkedLocale(request.locale)
  return {
    organization: tenant,
    entry,
    to: recipient(request.to, tenant.country),
    payload: catalogue.readPayload(entry, request.payload),
    category: options.category ?? entry.category,
    plan: askedPlan(request.channels) ?? entry.channels,
    request,
    lane: request.lane ?? entry.lane,
    dueAt: dueAt(request.sendAt, now),
    attachments: decodeAttachments(request.attachments),
    options,
  }
}

/** Checked and normalized: addresses are stored one way, so that two spellings are one contact. */
function recipient(to: NotificationRequest['to'], country: string): ContactRef {
  const given = [to.contactId, to.externalId, to.email ?? to.phone].filter((value) => value !== undefined)
  if (given.length !== 1) throw invalid('to', 'needs exactly one of contactId, externalId, or email and/or phone')
  if (to.contactId !== undefined) return { contactId: to.contactId }
  if (to.externalId !== undefined) return { externalId: to.externalId }
  const email = to.email === undefined ? undefined : normalizeEmail(to.email)
  if (to.email !== undefined && email === undefined)
    throw invalid('to.email', 'is not an e-mail address', 'invalid_address')
  const phone = to.phone === undefined ? undefined : normalizePhone(to.phone, country)
  if (to.phone !== undefined && phone === undefined)
    throw invalid(
      'to.phone',
      `is not a phone number; write it as +33…, or as it is dialled in ${country}`,
      'invalid_address',
    )
  return {
    email,
    phone,
    name: to.name,
    locale: to.locale === undefined ? undefined : checkedLocale(to.locale, 'to.locale'),
    timeZone: to.timeZone === undefined ? undefined : checkedZone(to.timeZone, 'to.timeZone'),
  }
}
