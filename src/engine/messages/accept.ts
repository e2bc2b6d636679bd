import { AppError, notFound } from '../../errors.ts'
import { createBatcher } from '../../platform/batch.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { isUnreachable } from '../../platform/http/problems.ts'
import type { Windows } from '../../platform/limits/windows.ts'
import type { Storage } from '../../platform/storage/storage.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { type Channel, channelCode, channelOf } from '../channels/channel.ts'
import type { Contact } from '../contacts/contact.ts'
import { resolveContacts } from '../contacts/resolve.ts'
import type { Organization } from '../organizations/organization.ts'
import type { Templates } from '../templates/templates.ts'
import {
  type DraftMessage,
  findSuppressions,
  type NewNotification,
  type Written,
  writeNotifications,
} from './accept-store.ts'
import { type Accepted, accepted, answerAll } from './accepted.ts'
import { countForContacts } from './contact-cap.ts'
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
  /** Counts each contact's notifications. */
  readonly windows: Pick<Windows, 'takeEach' | 'giveBack'>
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

type Run = Database['run']

export type Accept = ReturnType<typeof createAccept>

/** The one way in: whoever wants somebody to hear of something comes through here. */
export function createAccept({
  db,
  clock,
  catalogue,
  templates,
  organization,
  storage,
  windows,
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

    /**
     * Accepts one in the caller's transaction, whose statements `run` makes: it is there if the caller commits. The caller
     * then tells the dispatcher and the live pages. Throws like `one`.
     */
    async within(
      run: Run,
      organizationId: string,
      request: NotificationRequest,
      options: AcceptOptions = {},
    ): Promise<Accepted> {
      const item = prepare(catalogue, await organization(organizationId), request, options, clock.now())
      const [answer] = (await write(run, [item])).answers
      if (answer instanceof AppError) throw answer
      return answer!
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
    const { answers, heard } = await write(db.run, batch)
    if (heard.length > 0) nudge()
    for (const organizationId of heard) changed(organizationId)
    return answers
  }

  /** Reads, decides and writes, and says which organizations have something new. */
  async function write(run: Run, batch: readonly Prepared[]) {
    const now = clock.now()
    const contacts = await resolveContacts(
      run,
      batch.map((item) => ({ organizationId: item.organization.id, ref: item.to })),
      clock,
    )
    const [suppressions, cap] = await Promise.all([
      suppressionsOf(run, batch, contacts),
      countForContacts(windows, batch, contacts, now),
    ])
    const drafts = await Promise.all(
      batch.map((item, index) => drafted(item, contacts[index], suppressions, cap.over.has(index), now)),
    )

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
    const written = await keep().catch(async (error: unknown) => {
      await cap.settle(() => false)
      throw error
    })
    await cap.settle((index) => {
      const row = drafts[index]!
      return !(row instanceof AppError) && written.ids.has(row.id) && row.messages.some((one) => goes(one, written))
    })
    const refused = drafts.filter((row) => row instanceof AppError).length
    observe?.({
      accepted: written.ids.size,
      duplicate: drafts.length - refused - written.ids.size,
      refused,
      seconds: (clock.now().getTime() - now.getTime()) / 1000,
    })
    const answers =
      written.ids.size === drafts.length
        ? drafts.map((row) => (row instanceof AppError ? row : accepted(row, written.repeated)))
        : await answerAll(run, drafts, written, now)
    return { answers, heard: fresh.filter((row) => written.ids.has(row.id)).map((row) => row.organizationId) }

    async function keep() {
      await Promise.all(batch.map((item, index) => keepFiles(item, drafts[index])))
      return writeNotifications(run, fresh, now, new Date(now.getTime() + KEYS_LIVE_MS))
    }
  }

  /** Which addresses of the batch must not be used. */
  async function suppressionsOf(run: Run, batch: readonly Prepared[], contacts: readonly (Contact | undefined)[]) {
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
    const rows = await findSuppressions(run, [...wanted.values()])
    return new Map(
      rows.map((row) => [suppressionKey(row.organization_id, channelOf(row.channel), row.address), row.reason]),
    )
  }

  async function drafted(
    item: Prepared,
    contact: Contact | undefined,
    suppressions: Suppressions,
    overCap: boolean,
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
    const versions = new Map(await Promise.all(askedChannels(item).map(find)))
    return draft(item, { contact, versions, suppressions, overCap }, now)
  }

  /** A file is there before the row that names it. */
  async function keepFiles(item: Prepared, row: NewNotification | AppError | undefined): Promise<void> {
    if (!row || row instanceof AppError) return
    await Promise.all(item.attachments.map((file) => storage.put(storageKey(item.organization.id, file), file.content)))
  }
}

const goes = ({ id, waits }: DraftMessage, { repeated }: Written): boolean => waits && !repeated.has(id)
