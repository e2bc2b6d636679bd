import { invalid } from '../../errors.ts'
import type { Catalogue, CatalogueEntry } from '../catalogue/catalogue.ts'
import { NO_CHOICE, whyAlwaysOn } from '../catalogue/choice.ts'
import type { Chosen } from '../catalogue/choices.ts'
import type { Category, ChannelPlan } from '../catalogue/event.ts'
import type { Lane } from '../catalogue/lane.ts'
import { normalizeEmail, normalizePhone } from '../channels/address.ts'
import type { ContactRef } from '../contacts/contact.ts'
import { checkedLocale, checkedZone } from '../contacts/locale.ts'
import type { Organization } from '../organizations/organization.ts'
import type { NewEvent } from './accept-store.ts'
import { type GivenFile, givenFiles } from './given-files.ts'
import { askedPlan, askedTime, type NotificationRequest } from './request.ts'
import type { Sender } from './sender.ts'

export interface AcceptOptions {
  /** The `Idempotency-Key` header, already told apart per item of a batch, and the hash of what it was sent with. */
  readonly idempotency?: { readonly key: string; readonly requestHash: Buffer } | undefined
  /** What happened, of which this tells somebody. */
  readonly event?: NewEvent
  /** Who asks for it; unset: the product itself. */
  readonly by?: Sender | undefined
  /** Instead of the request's attachments: files that were checked before, for many at once. */
  readonly files?: readonly GivenFile[]
  /** Set: the product itself says it, as it alone may for some types. */
  readonly byProduct?: true
  /** Instead of the entry's own: a digest has that of what it carries. */
  readonly category?: Category
  /** It is a reminder of something: it leaves before that, or not at all. */
  readonly remind?: { readonly before: Date }
  /** A test: this version is sent instead of what is live, to somebody of the organization, whatever they chose to hear of. */
  readonly trialVersionId?: string
  /** It is part of a campaign. */
  readonly campaign?: {
    readonly variantId: string
    /** `channel locale` → a published version of this entry's template, instead of the one that is live. */
    readonly versions: ReadonlyMap<string, string>
  }
}

/** A request checked as far as it can be without the database. */
export interface Prepared {
  readonly organization: Organization
  readonly entry: CatalogueEntry
  readonly to: ContactRef
  readonly payload: Record<string, unknown>
  readonly category: Category
  readonly plan: ChannelPlan
  /** Whose plan that is. */
  readonly planOf: 'requested' | 'organization' | 'catalogue'
  /** The organization wants nobody to hear of it. */
  readonly switchedOff: boolean
  readonly request: NotificationRequest
  readonly lane: Lane
  readonly dueAt: Date
  /** When it was to leave, where that has passed. */
  readonly late: Date | undefined
  /** Why it is due later than now, where it is. */
  readonly dueReason: 'send_at' | 'shifted'
  readonly attachments: readonly GivenFile[]
  readonly options: AcceptOptions
}

/** Who asks, and where they differ from the catalogue. */
export interface Whose {
  readonly tenant: Organization
  readonly chosen: Chosen
}

/** @throws AppError that names the field and the remedy. */
export function prepare(
  catalogue: Catalogue,
  { tenant, chosen }: Whose,
  request: NotificationRequest,
  options: AcceptOptions,
  now: Date,
): Prepared {
  const entry = catalogue.entry(request.type, request.audience)
  if (entry.platformOnly && !options.byProduct) throw invalid('type', 'is sent by the product itself, never by a call')
  if (request.locale !== undefined) checkedLocale(request.locale)
  const payload = catalogue.readPayload(entry, request.payload)
  const isCritical = entry.criticalWhen !== undefined && payload[entry.criticalWhen] === true
  // A test is of what might be.
  const choice = options.trialVersionId === undefined ? chosen.of(entry) : NO_CHOICE
  const asked = askedPlan(request.channels)
  const wanted = askedTime(request.sendAt, choice.offsetMinutes ?? 0, now)
  return {
    organization: tenant,
    entry,
    to: recipient(request.to, tenant.country),
    payload,
    category: options.category ?? entry.category,
    plan: asked ?? choice.channels ?? entry.channels,
    planOf: asked ? 'requested' : choice.channels ? 'organization' : 'catalogue',
    // What was saved was checked; what an entry has become since goes before it.
    switchedOff: !choice.enabled && whyAlwaysOn(entry) === undefined,
    request,
    lane:
      request.lane ??
      (isCritical ? 'critical' : (choice.lane ?? (options.remind ? laneOfReminder(entry.lane) : entry.lane))),
    dueAt: wanted > now ? wanted : now,
    late: wanted < now ? wanted : undefined,
    dueReason: choice.offsetMinutes ? 'shifted' : 'send_at',
    attachments: options.files ?? givenFiles(tenant.id, request.attachments),
    options,
  }
}

/** Nobody waits for a reminder: it keeps to quiet hours also where its type is for news that cannot wait. */
export const laneOfReminder = (lane: Lane): Lane => (lane === 'immediate' ? 'scheduled' : lane)

/** Checked and normalized: addresses are stored one way, so that two spellings are one contact. */
export function recipient(to: NotificationRequest['to'], country: string): ContactRef {
  const address = to.contactId === undefined ? (to.email ?? to.phone) : to.email
  const given = [to.contactId, to.externalId, address].filter((value) => value !== undefined)
  if (given.length !== 1)
    throw invalid('to', 'needs exactly one of contactId (alone or with a phone), externalId, or email and/or phone')
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
  if (to.contactId !== undefined)
    return phone === undefined ? { contactId: to.contactId } : { contactId: to.contactId, phone }
  return {
    email,
    phone,
    name: to.name,
    locale: to.locale === undefined ? undefined : checkedLocale(to.locale, 'to.locale'),
    timeZone: to.timeZone === undefined ? undefined : checkedZone(to.timeZone, 'to.timeZone'),
  }
}
