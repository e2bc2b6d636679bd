import { invalid } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { readCsv } from '../../platform/csv.ts'
import type { Database } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import type { Storage } from '../../platform/storage/storage.ts'
import { type Automation, type Counts, defineAutomation } from '../automations/automation.ts'
import type { Runs } from '../automations/runs.ts'
import { channelCode, channelOf } from '../channels/channel.ts'
import type { Fingerprints } from '../contacts/fingerprints.ts'
import { SUPPRESSION_REASONS } from '../messages/suppression.ts'
import type { Organization } from '../organizations/organization.ts'
import { addSuppressions, awaited, type NewSuppression } from './suppression-store.ts'
import { type createSuppressions, type Reason, type SuppressedChannel, suppressible } from './suppressions.ts'

export const IMPORT_NAME = 'suppressions.import'
export const MOST_ROWS = 100_000
export const LARGEST_FILE_BYTES = 20 * 1024 * 1024
const ROWS_PER_STEP = 1_000
const ERRORS_SHOWN = 1_000

const CHANNELS: readonly SuppressedChannel[] = ['email', 'sms', 'whatsapp']

/** A row as it was given: everything still to be checked. */
interface GivenRow {
  readonly line: number
  readonly channel?: string | undefined
  readonly address?: string | undefined
  readonly reason?: string | undefined
  readonly note?: string | undefined
  readonly fault?: string
}

export interface RowError {
  readonly line: number
  readonly message: string
}

interface State {
  /** Rows done. */
  readonly rows: number
  readonly errors: readonly RowError[]
}

interface Deps {
  readonly storage: Pick<Storage, 'put' | 'get' | 'delete'>
  readonly runs: Pick<Runs, 'start'>
  readonly clock: Clock
}

/** Takes lists of addresses in: the file is kept, worked off in steps, and deleted. */
export const createSuppressionImports = ({ storage, runs, clock }: Deps) => ({
  /** @throws AppError `validation_failed` when it names no address at all, or too many. */
  async begin(organizationId: string, format: 'csv' | 'json', file: Buffer, actor: object) {
    let total = 0
    for await (const _ of rowsOf(format, file))
      if (++total > MOST_ROWS) throw invalid('rows', `are more than ${MOST_ROWS}; send them in several files`)
    if (total === 0) throw invalid('rows', 'are none')
    const key = `${organizationId}/imports/${newId(clock.now())}`
    await storage.put(key, file)
    return runs.start(organizationId, { name: IMPORT_NAME, apart: true, input: { key, format, total }, actor })
  },
})

interface WorkDeps {
  readonly db: Pick<Database, 'as'>
  readonly clock: Clock
  readonly organization: (id: string) => Promise<Organization>
  readonly fingerprints: Fingerprints
  readonly storage: Pick<Storage, 'get' | 'delete'>
  readonly stopAt: Parameters<typeof createSuppressions>[0]['stopAt']
}

/** Counts: `added`; `known`, which were there; `repeated` in the file; `refused`, with an error each. */
export function suppressionImport({ db, clock, organization, fingerprints, storage, stopAt }: WorkDeps): Automation {
  return defineAutomation({
    name: IMPORT_NAME,
    description: 'Adds a list of addresses to the suppressions',
    internal: true,
    async run({ organizationId, input, state, counts, save }) {
      const { key, format, total } = input as { key: string; format: 'csv' | 'json'; total: number }
      const { country } = await organization(organizationId)
      let { rows: skip, errors } = (state as State | null) ?? { rows: 0, errors: [] }
      const sum: Record<string, number> = { added: 0, known: 0, repeated: 0, refused: 0, ...counts }
      let done = 0
      let step: GivenRow[] = []
      // Once all is done the file goes; a crash just after that is no reason to look for it again.
      if (skip < total) {
        for await (const row of rowsOf(format, await storage.get(key))) {
          done++
          if (done <= skip) continue
          step.push(row)
          if (step.length === ROWS_PER_STEP) await take()
        }
        if (step.length > 0) await take()
      }
      await storage.delete(key)
      return sum

      async function take(): Promise<void> {
        const read = step.map((row) => readRow(row, organizationId, country))
        const faults = read.filter((row): row is RowError => 'message' in row)
        const good = new Map(
          read.flatMap((row) => ('message' in row ? [] : [[`${row.channel} ${row.address}`, row] as const])),
        )
        const now = clock.now()
        const added = await db.as(organizationId, async (tx) => {
          const rows = await addSuppressions(tx, organizationId, [...good.values()], null, now)
          for (const { channel, address } of await awaited(tx, organizationId, rows))
            await stopAt(
              tx,
              organizationId,
              { channel: channelOf(channel), address, reason: good.get(`${channel} ${address}`)!.reason },
              now,
            )
          return rows
        })
        errors = [...errors, ...faults].slice(0, ERRORS_SHOWN)
        const more = {
          added: added.length,
          known: good.size - added.length,
          repeated: step.length - faults.length - good.size,
          refused: faults.length,
        }
        for (const [name, n] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + n
        step = []
        skip = done
        await save({ state: { rows: done, errors } satisfies State, counts: sum as Counts, done, total })
      }
    },
  })

  function readRow(row: GivenRow, organizationId: string, country: string): NewSuppression | RowError {
    const { line } = row
    if (row.fault !== undefined) return { line, message: row.fault }
    const text = row.address?.trim() ?? ''
    if (text === '') return { line, message: 'has no address' }
    const named = row.channel?.trim().toLowerCase()
    const name = named || (text.includes('@') ? 'email' : 'sms')
    const channel = CHANNELS.find((one) => one === name)
    if (!channel) return { line, message: `has a channel that is not one of ${CHANNELS.join(', ')}` }
    const given = row.reason?.trim().toLowerCase() || ('manual' satisfies Reason)
    const reason = SUPPRESSION_REASONS.find((one) => one === given)
    if (!reason) return { line, message: `has a reason that is not one of ${SUPPRESSION_REASONS.join(', ')}` }
    const address = suppressible(channel, text, country)
    if (address === undefined)
      return { line, message: channel === 'email' ? 'has no valid e-mail address' : 'has no valid phone number' }
    const note = row.note?.trim().slice(0, 500) || null
    const code = channelCode(channel)
    return { channel: code, address, reason, note, fingerprints: fingerprints.all(organizationId, code, address) }
  }
}

const COLUMNS: Readonly<Record<string, 'channel' | 'address' | 'reason' | 'note'>> = {
  channel: 'channel',
  canal: 'channel',
  address: 'address',
  adresse: 'address',
  email: 'address',
  'e-mail': 'address',
  phone: 'address',
  telephone: 'address',
  téléphone: 'address',
  reason: 'reason',
  raison: 'reason',
  note: 'note',
}

/** Of a CSV file with a line of names, or with addresses alone; of JSON `[{ channel, address, reason, note }]`. */
async function* rowsOf(format: 'csv' | 'json', file: Buffer): AsyncGenerator<GivenRow> {
  if (format === 'json') {
    yield* jsonRows(file)
    return
  }
  let names: (string | undefined)[] | undefined
  for await (const { line, fields, fault } of readCsv([file])) {
    if (!names) {
      names = fields.map((field) => COLUMNS[field.toLowerCase()])
      if (names.includes('address')) continue
      names = ['address']
    }
    const row: Record<string, string> = {}
    names.forEach((name, index) => {
      if (name && fields[index] !== undefined) row[name] = fields[index]
    })
    yield { line, ...row, ...(fault === undefined ? {} : { fault }) }
  }
}

function* jsonRows(file: Buffer): Generator<GivenRow> {
  const rows = JSON.parse(file.toString()) as unknown[]
  for (const [index, row] of rows.entries()) {
    const text = (name: string): string | undefined => {
      const value = (row as Record<string, unknown> | null)?.[name]
      return typeof value === 'string' ? value : undefined
    }
    yield {
      line: index + 1,
      channel: text('channel'),
      address: text('address'),
      reason: text('reason'),
      note: text('note'),
    }
  }
}
