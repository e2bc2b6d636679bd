import { AppError, notFound } from '../../errors.ts'
import { createBatcher } from '../../platform/batch.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { isUnreachable } from '../../platform/http/problems.ts'
import type { Windows } from '../../platform/limits/windows.ts'
import type { Storage } from '../../platform/storage/storage.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Choices } from '../catalogue/choices.ts'
import type { Carriers } from '../channels/carrier.ts'
import { type Channel, channelCode, channelOf } from '../channels/channel.ts'
import type { Contact } from '../contacts/contact.ts'
import type { Fingerprints } from '../contacts/fingerprints.ts'
import { resolveContacts } from '../contacts/resolve.ts'
import type { Organization } from '../organizations/organization.ts'
import type { Templates } from '../templates/templates.ts'
import { type DraftMessage, findSuppressions, type NewNotification, writeNotifications } from './accept-store.ts'
import { type Accepted, answerAll } from './accepted.ts'
import { countForContacts } from './contact-cap.ts'
import { type Braked, blockedOf, type CountryBrake } from './country-brake.ts'
import { addressesOf, askedChannels, draft, isPhone, type Known, localeOf, suppressionKey } from './draft.ts'
import { assertCarried, measuredFiles } from './given-files.ts'
import { phoneAsksOf } from './phone-asks.ts'
import { type AcceptOptions, type Prepared, prepare, type Whose } from './prepare.ts'
import type { NotificationRequest } from './request.ts'
import type { Secrets } from './secrets.ts'
import { TASKS } from './task.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  readonly catalogue: Catalogue
  readonly templates: Pick<Templates, 'resolve'>
  readonly organization: (id: string) => Promise<Organization>
  /** Where organizations differ from the catalogue. */
  readonly choices: Pick<Choices, 'of'>
  readonly storage: Pick<Storage, 'put' | 'size'>
  readonly secrets: Pick<Secrets, 'seal'>
  /** What suppressed addresses of erased people are known by. */
  readonly fingerprints: Pick<Fingerprints, 'all'>
  readonly carriers: Pick<Carriers, 'serves'>
  /** Counts each contact's notifications. */
  readonly windows: Pick<Windows, 'takeEach' | 'giveBack'>
  /** Holds back what is unusual. */
  readonly countries: Pick<CountryBrake, 'take'>
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
/** Few callers share one write at a time: each write costs the same five statements, however many it is for. */
const OVERLAP_FROM = 16

type Run = Database['run']

export type Accept = ReturnType<typeof createAccept>

/** The one way in: whoever wants somebody to hear of something comes through here. */
export function createAccept({
  db,
  clock,
  catalogue,
  templates,
  organization,
  choices,
  storage,
  secrets,
  fingerprints,
  carriers,
  windows,
  countries,
  nudge,
  changed,
  observe,
}: Deps) {
  const together = createBatcher<Prepared, Accepted>({
    run: writeApart,
    maxItems: LARGEST_WRITE,
    maxConcurrent: WRITES_AT_ONCE,
    overlapFrom: OVERLAP_FROM,
  })

  return {
    /** Accepts one; throws the `AppError` that says what is wrong with it. Concurrent callers share one commit. */
    async one(organizationId: string, request: NotificationRequest, options: AcceptOptions = {}): Promise<Accepted> {
      const item = prepare(catalogue, await whose(organizationId), request, options, clock.now())
      return together(item.attachments.length ? await withFiles(item) : item)
    },

    /** Accepts each on its own: a bad one never fails the rest. The answers are in the order of the requests. */
    async many(
      organizationId: string,
      items: readonly { request: NotificationRequest; options?: AcceptOptions }[],
    ): Promise<(Accepted | AppError)[]> {
      const asking = await whose(organizationId)
      const now = clock.now()
      const read = items.map(({ request, options = {} }) =>
        orRefusal(() => prepare(catalogue, asking, request, options, now)),
      )
      const files = read.some((item) => !(item instanceof AppError) && item.attachments.length > 0)
      const checked = files ? await Promise.all(read.map(withFilesOrRefusal)) : read
      const prepared = checked.filter((item): item is Prepared => !(item instanceof AppError))
      return inOrder(checked, await together.all(prepared))
    },

    eachWithin,

    /**
     * What accepting these would come to now, each on its own: nothing is written, and nothing counted against anybody's
     * cap. Their contacts are named by id.
     */
    async foresee(
      items: readonly { organizationId: string; request: NotificationRequest; options?: AcceptOptions }[],
    ): Promise<(NewNotification | AppError)[]> {
      const now = clock.now()
      const read = await Promise.all(
        items.map(async ({ organizationId, request, options = {} }) => {
          const asking = await whose(organizationId)
          return orRefusal(() => prepare(catalogue, asking, request, options, now))
        }),
      )
      const prepared = read.filter((item): item is Prepared => !(item instanceof AppError))
      const contacts = await contactsOf(db.run, prepared)
      const counted = { over: new Set<number>(), refused: blockedOf(phoneAsksOf(prepared, contacts)) }
      const drafts = draftAll(prepared, contacts, await knownOf(db.run, prepared, contacts), counted, now)
      let next = 0
      return read.map((item) => (item instanceof AppError ? item : drafts[next++]!))
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
      const [answer] = await eachWithin(run, [{ organizationId, request, options }])
      if (answer instanceof AppError) throw answer
      return answer!
    },
  }

  /** As `within`, for many at a time, of any organizations: each with its answer, or the problem that keeps it from being sent. */
  async function eachWithin(
    run: Run,
    items: readonly { organizationId: string; request: NotificationRequest; options?: AcceptOptions }[],
  ): Promise<(Accepted | AppError)[]> {
    const now = clock.now()
    const read = await Promise.all(
      items.map(async ({ organizationId, request, options = {} }) => {
        const asking = await whose(organizationId)
        return withFilesOrRefusal(orRefusal(() => prepare(catalogue, asking, request, options, now)))
      }),
    )
    const prepared = read.filter((item): item is Prepared => !(item instanceof AppError))
    return inOrder(read, prepared.length > 0 ? (await write(run, prepared)).answers : [])
  }

  /** With the files it names looked at; those that were checked before are not again. */
  async function withFiles(item: Prepared): Promise<Prepared> {
    if (item.options.files) return item
    const attachments = await measuredFiles(storage, item.attachments)
    assertCarried(attachments)
    return { ...item, attachments }
  }

  async function withFilesOrRefusal(item: Prepared | AppError): Promise<Prepared | AppError> {
    if (item instanceof AppError) return item
    return withFiles(item).catch((error: unknown) => {
      if (error instanceof AppError) return error
      throw error
    })
  }

  async function whose(organizationId: string): Promise<Whose> {
    const chosen = choices.of(organizationId)
    return {
      tenant: await organization(organizationId),
      chosen: chosen instanceof Promise ? await chosen : chosen,
    }
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
    if (heard.size > 0) nudge()
    for (const organizationId of heard) changed(organizationId)
    return answers
  }

  /** Reads, decides and writes, and says which organizations have something new. */
  async function write(run: Run, batch: readonly Prepared[]) {
    const now = clock.now()
    const contacts = await contactsOf(run, batch)
    const [known, cap, braked] = await Promise.all([
      knownOf(run, batch, contacts),
      countForContacts(windows, batch, contacts, now),
      countries.take(phoneAsksOf(batch, contacts)),
    ])
    const drafts = draftAll(batch, contacts, known, { over: cap.over, refused: braked.refused }, now)

    // The first of each key is written; the others, and those the table already knows, are answered from what is there.
    const keys = new Set<string>()
    const earlier = new Set<string>()
    const fresh: NewNotification[] = []
    for (const row of drafts) {
      if (row instanceof AppError) continue
      const key = row.dedupeKey === null ? null : `${row.organizationId} ${row.dedupeKey}`
      if (key !== null && keys.has(key)) earlier.add(row.id)
      else {
        if (key !== null) keys.add(key)
        fresh.push(row)
      }
    }
    const { held, repeated } = await keep().catch(async (error: unknown) => {
      await Promise.all([cap, braked].map(({ settle }) => settle(() => false)))
      throw error
    })
    for (const id of held) earlier.add(id)
    const leaving = (index: number) => {
      const row = drafts[index]!
      if (row instanceof AppError || earlier.has(row.id)) return []
      return row.messages.filter(({ id, waits }) => waits && !repeated.has(id))
    }
    await Promise.all([
      cap.settle((index) => leaving(index).length > 0),
      braked.settle((index) => leaving(index).some(goesToPhone)),
    ])
    const refused = drafts.filter((row) => row instanceof AppError).length
    observe?.({
      accepted: drafts.length - refused - earlier.size,
      duplicate: earlier.size,
      refused,
      seconds: (clock.now().getTime() - now.getTime()) / 1000,
    })
    const heard = new Set<string>()
    for (const row of fresh) if (!held.has(row.id)) heard.add(row.organizationId)
    return { answers: await answerAll(run, drafts, { earlier, repeated }, now), heard }

    async function keep() {
      await Promise.all(batch.map((item, index) => keepFiles(item, drafts[index])))
      return writeNotifications(run, fresh, now, new Date(now.getTime() + KEYS_LIVE_MS))
    }
  }

  function contactsOf(run: Run, batch: readonly Prepared[]): Promise<(Contact | undefined)[]> {
    const lookups = batch.map((item) => ({ organizationId: item.organization.id, ref: item.to }))
    return resolveContacts(run, lookups, clock)
  }

  async function knownOf(run: Run, batch: readonly Prepared[], contacts: readonly (Contact | undefined)[]) {
    const [suppressions, versions] = await Promise.all([
      suppressionsOf(run, batch, contacts),
      versionsOf(batch, contacts),
    ])
    return { suppressions, versions }
  }

  function draftAll(
    batch: readonly Prepared[],
    contacts: readonly (Contact | undefined)[],
    { suppressions, versions }: Awaited<ReturnType<typeof knownOf>>,
    { over, refused }: { over: ReadonlySet<number>; refused: Braked['refused'] },
    now: Date,
  ): (NewNotification | AppError)[] {
    return batch.map((item, index) => {
      const contact = contacts[index]
      const served = (channel: Channel) => carriers.serves(item.organization.id, channel)
      const known = {
        suppressions,
        versions: versions[index]!,
        served,
        overCap: over.has(index),
        phoneRefused: refused.get(index),
        seal: secrets.seal,
      }
      return contact ? draft(item, { contact, ...known }, now) : nobody(item)
    })
  }

  /** Which addresses of the batch must not be used. */
  async function suppressionsOf(run: Run, batch: readonly Prepared[], contacts: readonly (Contact | undefined)[]) {
    const wanted: { organizationId: string; channel: number; address: string }[] = []
    batch.forEach((item, index) => {
      const contact = contacts[index]
      if (!contact) return
      const addresses = addressesOf(item.to, contact)
      for (const channel of askedChannels(item)) {
        const address = addresses[channel]
        if (channel === 'in_app' || address === undefined) continue
        wanted.push({ organizationId: contact.organizationId, channel: channelCode(channel), address })
      }
    })
    const rows = await findSuppressions(run, fingerprints, wanted)
    return new Map(
      rows.map((row) => [suppressionKey(row.organization_id, channelOf(row.channel), row.address), row.reason]),
    )
  }

  /** The template versions of each one's channels in its language. Most of a batch have the same, which is looked up once. */
  async function versionsOf(
    batch: readonly Prepared[],
    contacts: readonly (Contact | undefined)[],
  ): Promise<(Known['versions'] | undefined)[]> {
    const found = new Map<string, Promise<Known['versions']>>()
    const each = batch.map((item, index) => {
      const contact = contacts[index]
      if (!contact) return undefined
      const locale = localeOf(item, contact)
      const { organization: tenant, entry } = item
      const channels = askedChannels(item)
      const trial = item.options.trialVersionId
      if (trial) return Promise.resolve(new Map(channels.map((channel) => [channel, { versionId: trial, locale }])))
      const { campaign } = item.options
      const key = `${tenant.id} ${locale} ${channels.join()} ${entry.templateKey} ${campaign?.variantId ?? ''}`
      let versions = found.get(key)
      if (!versions) {
        const find = async (channel: Channel) => {
          const live = await templates.resolve(tenant.id, entry.templateKey, channel, locale)
          const versionId = live && campaign?.versions.get(`${channel} ${live.locale}`)
          return [channel, versionId ? { ...live, versionId } : live] as const
        }
        versions = Promise.all(channels.map(find)).then((pairs) => new Map(pairs))
        found.set(key, versions)
      }
      return versions
    })
    await Promise.all(found.values())
    return Promise.all(each)
  }

  /** A file is there before the row that names it. */
  async function keepFiles(item: Prepared, row: NewNotification | AppError | undefined): Promise<void> {
    if (!row || row instanceof AppError) return
    await Promise.all(item.attachments.map(({ storageKey, content }) => content && storage.put(storageKey, content)))
  }
}

/** What is gathered for a digest leaves with it, and counts then. */
const goesToPhone = ({ channel, task }: DraftMessage): boolean => isPhone(channelOf(channel)) && task !== TASKS.digest

/** The answers to what could be read, between the refusals of what could not. */
function inOrder(
  read: readonly (Prepared | AppError)[],
  answers: readonly (Accepted | Error)[],
): (Accepted | AppError)[] {
  let next = 0
  return read.map((item) => {
    const answer = item instanceof AppError ? item : answers[next++]!
    if (answer instanceof Error && !(answer instanceof AppError)) throw answer
    return answer
  })
}

function orRefusal<T>(work: () => T): T | AppError {
  try {
    return work()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

const nobody = ({ to }: Prepared): AppError =>
  notFound('Contact', 'contactId' in to ? to.contactId : 'externalId' in to ? to.externalId : '')
