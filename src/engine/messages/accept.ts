import { AppError, notFound } from '../../errors.ts'
import { createBatcher } from '../../platform/batch.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { isUnreachable } from '../../platform/http/problems.ts'
import type { Storage } from '../../platform/storage/storage.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { type Channel, channelCode, channelOf } from '../channels/channel.ts'
import type { Contact } from '../contacts/contact.ts'
import { resolveContacts } from '../contacts/resolve.ts'
import type { Organization } from '../organizations/organization.ts'
import type { Templates } from '../templates/templates.ts'
import { findSuppressions, type NewNotification, writeNotifications } from './accept-store.ts'
import { type Accepted, accepted, answerAll } from './accepted.ts'
import { addressesOf, askedChannels, draft, localeOf, type Suppressions, storageKey, suppressionKey } from './draft.ts'
import { type AcceptOptions, type Prepared, prepare } from './prepare.ts'
import type { NotificationRequest } from './request.ts'

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
    run: writeApart,
    maxItems: LARGEST_WRITE,
    maxConcurrent: WRITES_AT_ONCE,
  })

  return {
    /** Accepts one; throws the `AppError` that says what is wrong with it. Concurrent callers share one commit. */
    async one(organizationId: string, request: NotificationRequest, options: AcceptOptions = {}): Promise<Accepted> {
      return together(prepare(catalogue, await organization(organizationId), request, options, clock.now()))
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
            return await together(prepare(catalogue, tenant, request, options, clock.now()))
          } catch (error) {
            if (error instanceof AppError) return error
            throw error
          }
        }),
      )
    },
  }

  /** Should Postgres refuse something in a batch, each is written alone: one caller's oddity is nobody else's failure. */
  async function writeApart(batch: Prepared[]): Promise<(Accepted | Error)[]> {
    try {
      return await writeAll(batch)
    } catch (error) {
      if (batch.length === 1 || isUnreachable(error)) throw error
      return Promise.all(
        batch.map((item) =>
          writeAll([item]).then(
            ([answer]) => answer!,
            (refused: Error) => refused,
          ),
        ),
      )
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
    const drafts = await Promise.all(batch.map((item, index) => drafted(item, contacts[index], suppressions, now)))

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
      : answerAll(db.run, drafts, written, now)
  }

  /** Which addresses of the batch must not be used. */
  async function suppressionsOf(batch: readonly Prepared[], contacts: readonly (Contact | undefined)[]) {
    const wanted = new Map<string, { organizationId: string; channel: number; address: string }>()
    batch.forEach((item, index) => {
      const contact = contacts[index]
      if (!contact) return
      for (const [channel, address] of Object.entries(addressesOf(item.to, contact)) as [Channel, string][]) {
        if (channel === 'in_app') continue
        const key = suppressionKey(contact.organizationId, channel, address)
        wanted.set(key, { organizationId: contact.organizationId, channel: channelCode(channel), address })
      }
    })
    const rows = await findSuppressions(db.run, [...wanted.values()])
    return new Map(
      rows.map((row) => [suppressionKey(row.organization_id, channelOf(row.channel), row.address), row.reason]),
    )
  }

  async function drafted(
    item: Prepared,
    contact: Contact | undefined,
    suppressions: Suppressions,
    now: Date,
  ): Promise<NewNotification | AppError> {
    if (!contact)
      return notFound(
        'Contact',
        'contactId' in item.to ? item.to.contactId : 'externalId' in item.to ? item.to.externalId : '',
      )
    const locale = localeOf(item, contact)
    const { organization: tenant, entry } = item
    const find = async (channel: Channel) =>
      [channel, await templates.resolve(tenant.id, entry.templateKey, channel, locale)] as const
    return draft(item, contact, new Map(await Promise.all(askedChannels(item).map(find))), suppressions, now)
  }

  /** A file is there before the row that names it. */
  async function keepFiles(item: Prepared, row: NewNotification | AppError | undefined): Promise<void> {
    if (!row || row instanceof AppError) return
    await Promise.all(item.attachments.map((file) => storage.put(storageKey(item.organization.id, file), file.content)))
  }
}
