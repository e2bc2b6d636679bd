import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { AppError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { FileMissingError, type Storage } from '../../platform/storage/storage.ts'
import { type Automation, defineAutomation } from '../automations/automation.ts'
import { nextCampaigns, nextLists } from '../campaigns/people-store.ts'
import type { MessageReader } from '../messages/read.ts'
import {
  countMessages,
  exportFiles,
  forgetExportFile,
  type NextPage,
  nextConsents,
  nextFiles,
  nextInApp,
  nextInbound,
  nextMessages,
  nextNotifications,
  nextReminders,
  nextSuppressions,
  readContact,
} from './export-store.ts'
import type { Holdings } from './holdings.ts'
import { pages } from './pages.ts'

export const EXPORT = 'contacts.export'
const EXPORT_KEPT_DAYS = 7

const ROWS_PER_PAGE = 200
/** Each is rendered again from its template. */
const MESSAGES_AT_ONCE = 4
const DAY_MS = 24 * 3_600_000

/** Kept with the run: where the file is, until it expires. */
export interface Exported {
  readonly key: string
  readonly bytes: number
}

interface Deps {
  readonly db: Pick<Database, 'read' | 'engine'>
  readonly clock: Clock
  readonly storage: Pick<Storage, 'put' | 'stream' | 'delete'>
  readonly read: Pick<MessageReader, 'get'>
  /** What packs hold. */
  readonly holdings: readonly Pick<Holdings, 'lists' | 'documents'>[]
}

/**
 * Everything held about a contact, as one zip. It is written as it is read, page by page, so its size costs no memory;
 * after a crash it is begun anew.
 */
export function contactExport({ db, clock, storage, read, holdings }: Deps): Automation {
  return defineAutomation({
    name: EXPORT,
    description: 'Writes down everything held about a contact',
    internal: true,
    async run({ organizationId, subjectId, runId, save }) {
      const contactId = subjectId!
      const look = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => db.read(organizationId, work)
      const pagesOf = <Row extends { id: string }>(next: NextPage<Row>) =>
        pages((after) => look((tx) => next(tx, contactId, after, ROWS_PER_PAGE)))
      const contact = await look((tx) => readContact(tx, contactId))
      if (!contact) throw new AppError('contact_erased', 'The contact was erased or removed')
      const total = await look((tx) => countMessages(tx, contactId))
      const counts = { messages: 0, files: 0, missing_files: 0 }

      const zip = new ZipFile()
      const fail = (error: Error) => (zip.outputStream as Readable).destroy(error)
      const mtime = clock.now()
      const add = (name: string, lines: () => AsyncIterable<string | Buffer>) =>
        zip.addReadStreamLazy(name, { mtime }, (ready) => {
          const stream = Readable.from(lines(), { objectMode: false })
          stream.on('error', fail)
          ready(null, stream)
        })
      const addList = (name: string, next: NextPage) =>
        add(name, async function* () {
          for await (const rows of pagesOf(next)) yield rows.map((row) => `${JSON.stringify(row)}\n`).join('')
        })

      zip.addBuffer(Buffer.from(JSON.stringify(contact, null, 2)), 'contact.json', { mtime })
      addList('consents.ndjson', nextConsents)
      addList('suppressions.ndjson', nextSuppressions)
      addList('notifications.ndjson', nextNotifications)
      addList('inbound.ndjson', nextInbound)
      addList('reminders.ndjson', nextReminders)
      addList('campaigns.ndjson', nextCampaigns)
      addList('lists.ndjson', nextLists)
      addList('in-app.ndjson', nextInApp)
      for (const { lists } of holdings)
        for (const [name, next] of Object.entries(lists)) addList(`${name}.ndjson`, next)
      add('messages.ndjson', async function* () {
        for await (const rows of pagesOf(nextMessages)) {
          for (let at = 0; at < rows.length; at += MESSAGES_AT_ONCE) {
            const some = rows.slice(at, at + MESSAGES_AT_ONCE)
            for (const message of await Promise.all(some.map(({ id }) => read.get(organizationId, id))))
              yield `${JSON.stringify(message)}\n`
          }
          counts.messages += rows.length
          await save({ counts, done: counts.messages, total })
        }
      })
      const carried = new Set<string>()
      const addFile = (name: string, key: string) => {
        counts.files++
        add(name, async function* () {
          try {
            yield* await storage.stream(key)
          } catch (error) {
            if (!(error instanceof FileMissingError)) throw error
            counts.missing_files++
          }
        })
      }
      for await (const files of pagesOf(nextFiles))
        for (const file of files) {
          carried.add(file.storage_key)
          addFile(`files/${file.id}/${file.n + 1}-${safeName(file.filename)}`, file.storage_key)
        }
      for (const { documents } of holdings)
        if (documents)
          for await (const files of pagesOf(documents))
            for (const { id, filename, storageKey } of files)
              if (!carried.has(storageKey)) addFile(`documents/${id}/${safeName(filename)}`, storageKey)
      zip.end()

      const key = `${organizationId}/exports/${runId}`
      const { bytes } = await storage.put(key, zip.outputStream as Readable)
      // Somebody may have asked for their erasure in the meantime.
      if (!(await look((tx) => readContact(tx, contactId)))) {
        await storage.delete(key)
        throw new AppError('contact_erased', 'The contact was erased or removed')
      }
      await save({ state: { key, bytes } satisfies Exported, counts, done: total, total })
      return counts
    },
  })
}

/** A name that no program unpacks elsewhere, or takes for a command. */
export const safeName = (filename: string): string =>
  filename
    .normalize('NFC')
    .replace(/[\p{C}<>:"/\\|?*]/gu, '_')
    .replace(/\.{2,}/g, '.')
    .replace(/^[.\s]+|[.\s]+$/g, '')
    .slice(-120) || 'file'

/** Deletes the files of a contact's exports; says how many. */
export const createDropExports =
  ({ db, storage }: Pick<Deps, 'db' | 'storage'>) =>
  (organizationId: string, contactId: string): Promise<number> =>
    drop({ db, storage }, { organizationId, contactId })

/** Deletes the files of exports that are older than a week. */
export const createSweepExports =
  ({ db, storage, clock }: Pick<Deps, 'db' | 'storage' | 'clock'>) =>
  async (): Promise<void> =>
    void (await drop({ db, storage }, { endedBefore: new Date(clock.now().getTime() - EXPORT_KEPT_DAYS * DAY_MS) }))

async function drop({ db, storage }: Pick<Deps, 'db' | 'storage'>, which: Parameters<typeof exportFiles>[2]) {
  const files = await exportFiles(db.engine, EXPORT, which)
  for (const { id, key } of files) {
    await storage.delete(key)
    await forgetExportFile(db.engine, id)
  }
  return files.length
}

/** Until when the file of an export that ended at `time` is there. */
export const exportExpires = (time: Date): Date => new Date(time.getTime() + EXPORT_KEPT_DAYS * DAY_MS)
