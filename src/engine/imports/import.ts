import { hash } from 'node:crypto'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError, invalid } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { type CsvEncoding, readCsv, surveyCsv } from '../../platform/csv.ts'
import type { Database } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import type { Storage } from '../../platform/storage/storage.ts'
import { type Automation, type Counts, defineAutomation } from '../automations/automation.ts'
import type { Runs } from '../automations/runs.ts'
import { addMembers, existing, type Segments } from '../campaigns/segments.ts'
import type { Channel } from '../channels/channel.ts'
import type { Basis } from '../contacts/marketing.ts'
import { deliveryOf } from '../messages/delivery-settings.ts'
import type { Organization } from '../organizations/organization.ts'
import { writeAgreed, writePeople } from './import-store.ts'
import {
  type Column,
  checkColumns,
  columnsOf,
  keyOf,
  type Mapping,
  type Person,
  type RowError,
  readRow,
} from './mapping.ts'

export const IMPORT_NAME = 'contacts.import'
export const LARGEST_FILE_BYTES = 512 * 1024 * 1024
const MOST_LINES = 2_000_000
const ROWS_PER_STEP = 1_000
const ERRORS_SHOWN = 1_000
const SAMPLES = 3

export interface Agreed {
  readonly channels: readonly Exclude<Channel, 'in_app'>[]
  /** What they read when they agreed. */
  readonly wording: string
  readonly basis: Basis
}

interface Input {
  readonly key: string
  readonly encoding: CsvEncoding
  readonly total: number
  readonly columns: readonly Column[]
  readonly hasNames: boolean
  readonly segmentId: string | null
  readonly agreed: Agreed | null
  readonly actor: object
}

interface State {
  readonly segmentId: string | null
  readonly rows: number
  readonly errors: readonly RowError[]
  /** Every row was taken: the file may be gone. */
  readonly ended?: true
}

interface Deps {
  readonly storage: Pick<Storage, 'put' | 'stream' | 'delete'>
  readonly runs: Pick<Runs, 'start'>
  readonly segments: Pick<Segments, 'create' | 'get'>
  readonly organization: (id: string) => Promise<Organization>
  readonly clock: Clock
}

export type ContactImports = ReturnType<typeof createContactImports>

/** Takes contacts in from a CSV file: it is kept as it comes, looked through, worked off in steps, and deleted. */
export const createContactImports = ({ storage, runs, segments, organization, clock }: Deps) => ({
  /** What a file, or the beginning of one, says: its columns, what each would be, and which of its rows cannot be read. */
  async preview(organizationId: string, file: Buffer, mapping: Mapping | undefined) {
    const { country } = await organization(organizationId)
    const { encoding } = await surveyCsv([file])
    let columns: Column[] | undefined
    let hasNames = true
    const samples: string[][] = []
    const errors: RowError[] = []
    let rows = 0
    for await (const row of readCsv([file], encoding)) {
      if (!columns) {
        const read = columnsOf(row.fields, mapping, country)
        columns = read.columns
        hasNames = read.hasNames
        if (hasNames) continue
      }
      rows++
      if (samples.length < SAMPLES && row.fault === undefined) samples.push([...row.fields])
      const read = row.fault === undefined ? readRow(row.line, row.fields, columns, country) : undefined
      const message = row.fault ?? (read && 'message' in read ? read.message : undefined)
      if (message !== undefined && errors.length < ERRORS_SHOWN) errors.push({ line: row.line, message })
    }
    return {
      encoding,
      hasNames,
      columns: (columns ?? []).map((column, index) => ({
        ...column,
        samples: samples.map((sample) => sample[index] ?? '').filter((value) => value !== ''),
      })),
      rows,
      errors,
    }
  },

  /** @throws AppError for a file without rows, a mapping that does not fit it, or one that is too large. Nothing is kept then. */
  async begin(
    organizationId: string,
    file: Readable,
    asked: {
      readonly mapping: Mapping | undefined
      readonly segmentId: string | undefined
      readonly list: string | undefined
      readonly agreed: Agreed | null
    },
    actor: object,
  ) {
    const tenant = await organization(organizationId)
    if (asked.agreed && deliveryOf(tenant).doubleOptIn)
      throw invalid('consentChannels', 'cannot be said by a file here: your organization has each person confirm it')
    if (asked.segmentId !== undefined && !(await segments.get(organizationId, asked.segmentId)).isList)
      throw invalid('segmentId', 'is a filter: contacts are put on lists')
    const key = `${organizationId}/imports/${newId(clock.now())}`
    const limited = atMost(LARGEST_FILE_BYTES)
    // A sender who leaves ends what is being stored; `pipe` alone would wait for more.
    const sent = pipeline(file, limited).catch(() => {})
    await storage.put(key, limited)
    await sent
    try {
      const { encoding, lines } = await surveyCsv(await storage.stream(key))
      if (lines > MOST_LINES) throw invalid('file', `has more than ${MOST_LINES} lines; send it in several parts`)
      const { columns, hasNames } = await headOf(await storage.stream(key), encoding, asked.mapping, tenant.country)
      checkColumns(columns, asked.mapping)
      const total = Math.max(0, lines - (hasNames ? 1 : 0))
      if (total === 0) throw invalid('file', 'has no rows')
      const list =
        asked.list === undefined ? undefined : await segments.create(organizationId, { name: asked.list, filter: null })
      const segmentId = asked.segmentId ?? list?.id ?? null
      const input: Input = { key, encoding, total, columns, hasNames, segmentId, agreed: asked.agreed, actor }
      const run = await runs.start(organizationId, { name: IMPORT_NAME, apart: true, input, actor })
      return { ...run, segmentId }
    } catch (error) {
      await storage.delete(key)
      throw error
    }
  },
})

/** Reads no further than the first row. */
async function headOf(stream: Readable, encoding: CsvEncoding, mapping: Mapping | undefined, country: string) {
  try {
    for await (const row of readCsv(stream, encoding)) {
      if (row.fault) throw invalid('file', `cannot be read in its first row: ${row.fault}`)
      return columnsOf(row.fields, mapping, country)
    }
  } finally {
    stream.destroy()
  }
  throw invalid('file', 'has no rows')
}

function atMost(bytes: number): Transform {
  let seen = 0
  return new Transform({
    transform(chunk: Buffer, _, done) {
      seen += chunk.length
      if (seen > bytes) done(new AppError('payload_too_large', `A file has at most ${bytes} bytes`))
      else done(null, chunk)
    },
  })
}

interface WorkDeps {
  readonly db: Pick<Database, 'as'>
  readonly clock: Clock
  readonly organization: (id: string) => Promise<Organization>
  readonly storage: Pick<Storage, 'stream' | 'delete'>
}

/** Counts: `created`; `updated`, which were there; `repeated` in the file; `refused`, with an error each. */
export function contactImport({ db, clock, organization, storage }: WorkDeps): Automation {
  return defineAutomation({
    name: IMPORT_NAME,
    description: 'Takes contacts in from a file',
    internal: true,
    async run({ organizationId, input, state, counts, save }) {
      const { key, encoding, total, columns, hasNames, segmentId, agreed, actor } = input as Input
      const { country } = await organization(organizationId)
      const {
        rows: skip,
        errors: before,
        ended,
      }: Partial<State> & Pick<State, 'rows' | 'errors'> = (state as State | null) ?? {
        rows: 0,
        errors: [],
      }
      let errors = [...before]
      const sum: Record<string, number> = { created: 0, updated: 0, repeated: 0, refused: 0, ...counts }
      if (ended) {
        await storage.delete(key)
        return sum
      }
      // Whom the file has had: a number each, so that a million of them take no more than tens of megabytes.
      const had = new Set<number>()
      let done = 0
      let isFirst = true
      let step: (Person | RowError)[] = []
      for await (const row of readCsv(await storage.stream(key), encoding)) {
        if (isFirst && hasNames) {
          isFirst = false
          continue
        }
        isFirst = false
        done++
        const read =
          row.fault === undefined
            ? readRow(row.line, row.fields, columns, country)
            : { line: row.line, message: row.fault }
        if (done <= skip) {
          if (!('message' in read)) had.add(numberOf(read))
          continue
        }
        step.push(read)
        if (step.length === ROWS_PER_STEP) await take()
      }
      if (step.length > 0) await take()
      const all = { rows: done, errors, segmentId, ended: true } satisfies State
      await save({ state: all, counts: sum as Counts, done, total: done })
      await storage.delete(key)
      return sum

      async function take(): Promise<void> {
        const faults = step.filter((row): row is RowError => 'message' in row)
        const good = step.filter((row): row is Person => !('message' in row))
        const people: Person[] = []
        for (const person of good) {
          const number = numberOf(person)
          if (had.has(number)) continue
          had.add(number)
          people.push(person)
        }
        const now = clock.now()
        const { created, written } = await db.as(organizationId, async (tx) => {
          const wrote = await writePeople(tx, organizationId, people, now)
          const ids = [...new Set(wrote.ids)]
          if (segmentId) {
            await existing(tx, segmentId)
            await addMembers(tx, organizationId, segmentId, ids)
          }
          if (agreed) await writeAgreed(tx, organizationId, ids, agreed, actor, now)
          return { created: wrote.created, written: ids.length }
        })
        errors = [...errors, ...faults].slice(0, ERRORS_SHOWN)
        const more = {
          created,
          updated: written - created,
          repeated: good.length - written,
          refused: faults.length,
        }
        for (const [name, n] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + n
        step = []
        await save({
          state: { rows: done, errors, segmentId } satisfies State,
          counts: sum as Counts,
          done,
          total: Math.max(total, done),
        })
      }
    },
  })
}

/** 48 bits: of a million people two have the same once in three hundred files. */
const numberOf = (person: Person): number => Number.parseInt(hash('sha256', keyOf(person), 'hex').slice(0, 12), 16)
