import { createHash } from 'node:crypto'
import { AppError, invalid, notFound } from '../../errors.ts'
import { createBatcher } from '../../platform/batch.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import type { Storage } from '../../platform/storage/storage.ts'
import type { Catalogue, CatalogueEntry } from '../catalogue/catalogue.ts'
import type { ChannelPlan } from '../catalogue/event.ts'
import { type Lane, laneCode } from '../catalogue/lane.ts'
import { normalizeEmail, normalizePhone } from '../channels/address.ts'
import { type Channel, channelCode, channelOf } from '../channels/channel.ts'
import type { Contact, ContactRef } from '../contacts/contact.ts'
import { checkedLocale, checkedZone } from '../contacts/locale.ts'
import { resolveContacts } from '../contacts/resolve.ts'
import type { Organization } from '../organizations/organization.ts'
import type { Templates } from '../templates/templates.ts'
import {
  findPrior,
  findSuppressions,
  type NewMessage,
  type NewNotification,
  readFirstAnswers,
  writeNotifications,
} from './accept-store.ts'
import { decideChannels, type Reason } from './decide.ts'
import { LANE_RULES } from './lane.ts'
import { type DecodedAttachment, decodeAttachments, dueAt, type NotificationRequest } from './request.ts'
import { statusCode, statusOf } from './status.ts'

export interface AcceptedMessage {
  readonly id: string
  readonly channel: Channel
  readonly status: 'scheduled' | 'queued' | 'suppressed'
  readonly reason?: string
}

/** The answer to a notification: given after its rows are durably committed, never before. */
export interface Accepted {
  readonly id: string
  readonly status: 'accepted'
  readonly duplicate: boolean
  readonly messages: AcceptedMessage[]
}

export interface AcceptOptions {
  /** The `Idempotency-Key` header, already told apart per item of a batch, and the hash of what it was sent with. */
  readonly idempotency?: { readonly key: string; readonly requestHash: Buffer } | undefined
  readonly eventId?: string
}

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  readonly catalogue: Catalogue
  readonly templates: Pick<Templates, 'resolve'>
  readonly organization: (id: string) => Promise<Organization>
  readonly storage: Pick<Storage, 'put'>
  /** Work became due: the dispatcher may look. */
  readonly nudge: () => void
  /** Something an organization's live pages show has changed. */
  readonly changed: (organizationId: string) => void
  /** Told what became of each batch, for the metrics. */
  readonly observe?: (counts: { accepted: number; duplicate: number; refused: number; seconds: number }) => void
}

/** A request checked as far as it can be without the database. */
interface Prepared {
  readonly organization: Organization
  readonly entry: CatalogueEntry
  readonly to: ContactRef
  readonly payload: Record<string, unknown>
  readonly plan: ChannelPlan
  readonly request: NotificationRequest
  readonly lane: Lane
  readonly dueAt: Date
  readonly attachments: readonly DecodedAttachment[]
  readonly options: AcceptOptions
}

const KEYS_LIVE_MS = 24 * 3_600_000
/** Rows one statement takes: past this a batch gains nothing and its callers wait longer. */
const LARGEST_WRITE = 500
const WRITES_AT_ONCE = 3

export type Accept = ReturnType<typeof createAccept>

/** The one way in: whoever wants somebody to hear of something comes through here. */
export function createAccept({
  db,
  clock,
  catalogue,
  templates,
  organization,
  storage,
  nudge,
  changed,
  observe,
}: Deps) {
  const together = createBatcher<Prepared, Accepted>({
    run: writeAll,
    maxItems: LARGEST_WRITE,
    maxConcurrent: WRITES_AT_ONCE,
  })

  return {
    /** Accepts one; throws the `AppError` that says what is wrong with it. Concurrent callers share one commit. */
    async one(organizationId: string, request: NotificationRequest, options: AcceptOptions = {}): Promise<Accepted> {
      return together(prepare(await organization(organizationId), request, options))
    },

    /** Accepts each on its own: a bad one never fails the rest. The answers are in the order of the requests. */
    async many(
      organizationId: string,
      items: readonly { request: NotificationRequest; options?: AcceptOptions }[],
    ): Promise<(Accepted | AppError)[]> {
      const tenant = await organization(organizationId)
      return Promise.all(
        items.map(async ({ request, options = {} }) => {
          try {
            return await together(prepare(tenant, request, options))
          } catch (error) {
            if (error instanceof AppError) return error
            throw error
          }
        }),
      )
    },
  }

  function prepare(tenant: Organization, request: NotificationRequest, options: AcceptOptions): Prepared {
    const entry = catalogue.entry(request.type, request.audience)
    if (request.locale !== undefined) checkedLocale(request.locale)
    return {
      organization: tenant,
      entry,
      to: recipient(request.to, tenant.country),
      payload: catalogue.readPayload(entry, request.payload),
      plan: request.channels ? { all: [...new Set(request.channels)] } : entry.channels,
      request,
      lane: request.lane ?? entry.lane,
      dueAt: dueAt(request.sendAt, clock.now()),
      attachments: decodeAttachments(request.attachments),
      options,
    }
  }

  async function writeAll(batch: Prepared[]): Promise<(Accepted | AppError)[]> {
    const now = clock.now()
    const contacts = await resolveContacts(
      db.run,
      batch.map((item) => ({ organizationId: item.organization.id, ref: item.to })),
      clock,
    )
    const suppressions = await suppressionsOf(batch, contacts)
    const drafts = await Promise.all(batch.map((item, index) => draft(item, contacts[index], suppressions, now)))

    // The first of each key is written; the others, and those the table already knows, are answered from what is there.
    const keys = new Map<string, NewNotification>()
    const fresh: NewNotification[] = []
    for (const row of drafts) {
      if (row instanceof AppError) continue
      if (row.dedupeKey !== null) {
        const key = `${row.organizationId} ${row.dedupeKey}`
        if (keys.has(key)) continue
        keys.set(key, row)
      }
      fresh.push(row)
    }
    await Promise.all(batch.map((item, index) => keepFiles(item, drafts[index])))
    const written = await writeNotifications(db.run, fresh, now, new Date(now.getTime() + KEYS_LIVE_MS))
    if (written.size > 0) {
      nudge()
      for (const row of fresh) if (written.has(row.id)) changed(row.organizationId)
    }
    const refused = drafts.filter((row) => row instanceof AppError).length
    observe?.({
      accepted: written.size,
      duplicate: drafts.length - refused - written.size,
      refused,
      seconds: (clock.now().getTime() - now.getTime()) / 1000,
    })
    return written.size === drafts.length
      ? drafts.map((row) => (row instanceof AppError ? row : accepted(row)))
      : answer(drafts, written, now)
  }

  /** Which addresses of the batch must not be used. */
  async function suppressionsOf(batch: readonly Prepared[], contacts: readonly (Contact | undefined)[]) {
    const wanted = new Map<string, { organizationId: string; channel: number; address: string }>()
    batch.forEach((item, index) => {
      const contact = contacts[index]
      if (!contact) return
      for (const [channel, address] of Object.entries(addressesOf(item.to, contact)) as [Channel, string][]) {
        if (channel === 'in_app') continue
        const key = `${contact.organizationId} ${channel} ${address}`
        wanted.set(key, { organizationId: contact.organizationId, channel: channelCode(channel), address })
      }
    })
    const rows = await findSuppressions(db.run, [...wanted.values()])
    return new Map(rows.map((row) => [`${row.organization_id} ${channelOf(row.channel)} ${row.address}`, row.reason]))
  }

  async function draft(
    item: Prepared,
    contact: Contact | undefined,
    suppressions: ReadonlyMap<string, string>,
    now: Date,
  ): Promise<NewNotification | AppError> {
    if (!contact) {
      const id = 'contactId' in item.to ? item.to.contactId : 'externalId' in item.to ? item.to.externalId : ''
      return notFound('Contact', id)
    }
    const { organization: tenant, entry, request } = item
    const locale = request.locale ?? contact.locale ?? tenant.locale
    const addresses = addressesOf(item.to, contact)
    const asked = 'all' in item.plan ? item.plan.all : item.plan.firstOf
    const versions = new Map(
      await Promise.all(
        asked.map(
          async (channel) => [channel, await templates.resolve(tenant.id, entry.templateKey, channel, locale)] as const,
        ),
      ),
    )
    const { choices, reasons, reachable } = decideChannels(item.plan, request.channels ? 'requested' : 'catalogue', {
      addresses,
      suppressed: Object.fromEntries(
        asked.map((channel) => [channel, suppressions.get(`${tenant.id} ${channel} ${addresses[channel]}`)]),
      ),
      templated: (channel) => versions.get(channel) !== undefined,
    })
    if (!reachable) return unreachable(reasons)

    const waits = item.dueAt > now
    const deadlineAt = new Date(item.dueAt.getTime() + LANE_RULES[item.lane].deadlineMs)
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
      locale,
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

  /** Content-addressed, so a retry writes the same file; a file is there before the row that names it. */
  async function keepFiles(item: Prepared, row: NewNotification | AppError | undefined): Promise<void> {
    if (!row || row instanceof AppError) return
    await Promise.all(item.attachments.map((file) => storage.put(storageKey(item.organization.id, file), file.content)))
  }

  async function answer(
    drafts: readonly (NewNotification | AppError)[],
    written: ReadonlySet<string>,
    now: Date,
  ): Promise<(Accepted | AppError)[]> {
    const duplicates = drafts.filter(
      (row): row is NewNotification => !(row instanceof AppError) && !written.has(row.id),
    )
    const prior = await findPrior(
      db.run,
      duplicates.map((row) => ({ organizationId: row.organizationId, key: row.dedupeKey ?? '' })),
      now,
    )
    const byKey = new Map(prior.map((row) => [`${row.organizationId} ${row.key}`, row]))
    const first = Map.groupBy(
      await readFirstAnswers(
        db.run,
        prior.map((row) => row.notificationId),
      ),
      (row) => row.notification_id,
    )
    return drafts.map((row): Accepted | AppError => {
      if (row instanceof AppError) return row
      if (written.has(row.id)) return accepted(row)
      const earlier = byKey.get(`${row.organizationId} ${row.dedupeKey}`)
      if (!earlier)
        return new AppError('unavailable', 'The earlier request with this key is still being written; try again', {
          retryAfterSeconds: 1,
        })
      if (row.requestHash && earlier.requestHash && !row.requestHash.equals(earlier.requestHash))
        return new AppError(
          'idempotency_key_reused',
          'This Idempotency-Key was used for a different body within 24 hours',
        )
      return {
        id: earlier.notificationId,
        status: 'accepted',
        duplicate: true,
        messages: (first.get(earlier.notificationId) ?? []).map((message) => ({
          id: message.id,
          channel: channelOf(message.channel),
          ...(statusOf(message.status) === 'suppressed'
            ? { status: 'suppressed' as const, reason: message.reason ?? 'suppressed' }
            : { status: message.due_at > message.created_at ? ('scheduled' as const) : ('queued' as const) }),
        })),
      }
    })
  }
}

const accepted = (row: NewNotification): Accepted => ({
  id: row.id,
  status: 'accepted',
  duplicate: false,
  messages: row.messages.map((message) => ({
    id: message.id,
    channel: channelOf(message.channel),
    status: statusOf(message.status) as AcceptedMessage['status'],
    ...(message.reason ? { reason: message.reason } : {}),
  })),
})

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

const nameOf = (to: ContactRef): string | undefined => ('name' in to ? to.name : undefined)

function addressesOf(to: ContactRef, contact: Contact): Partial<Record<Channel, string>> {
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

const storageKey = (organizationId: string, file: DecodedAttachment): string =>
  `${organizationId}/attachments/${file.hash}`

/** `dedupeKey` counts per type and contact and goes first; an `Idempotency-Key` per organization. Both are hashed to one short, safe length. */
function dedupeKeyOf({ request, options }: Prepared, contact: Contact): string | null {
  if (request.dedupeKey !== undefined) return `d:${digest([request.type, contact.id, request.dedupeKey])}`
  return options.idempotency ? `i:${digest([options.idempotency.key])}` : null
}

const digest = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
