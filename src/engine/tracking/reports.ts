import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { isUnreachable } from '../../platform/http/problems.ts'
import { type Channel, channelOf } from '../channels/channel.ts'
import type { CarrierTemplate, Report, VendorEvent, Webhook, WebhookResult } from '../channels/report.ts'
import type { SaidOfMarketing } from '../contacts/marketing.ts'
import { type Status, statusOf } from '../messages/status.ts'
import type { Prices } from '../prices/prices.ts'
import type { OwnReport } from './hits.ts'
import type { Arrived } from './inbound.ts'
import {
  type Closed,
  closeReceipts,
  openReceipts,
  type Receipt,
  receiptCall,
  strandedReceipts,
} from './receipt-store.ts'
import { type Located, type Step, stepOf } from './report-step.ts'
import { applySteps, findByProviderId, type Reported, readReported } from './reports-store.ts'

/** What came with carriers' calls, for the metrics. */
export type Item = 'report' | 'inbound' | 'unknown_message' | 'unknown_entry'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  /** Reads a kept call of this provider account; it was verified when it came. */
  readonly webhookOf: (provider: string, accountId: string) => Webhook | undefined
  /** Takes what people wrote. */
  readonly takeInbound: (arrived: readonly Arrived[]) => Promise<void>
  /** Keeps what became of an account's approved templates. */
  readonly takeTemplates: (accountId: string, templates: readonly CarrierTemplate[]) => Promise<void>
  /** Hands on what is about no message of ours, to whoever has that vendor; the same may come again. */
  readonly takeEvents: (arrived: readonly ArrivedEvent[]) => Promise<void>
  /** Whether a pack has this vendor: what it tells is never given up. */
  readonly isPacks: (provider: string) => boolean
  /** An account may send nothing, as its carrier reports. */
  readonly stopAccount: (accountId: string, stop: { readonly at: Date; readonly reason: string }) => Promise<unknown>
  readonly heardOfMarketing: (said: SaidOfMarketing) => Promise<void>
  /** What a message of this category costs, where somebody has said. */
  readonly costOf: Prices['costOf']
  readonly changed: (organizationId: string) => void
  readonly onError: (error: unknown, ids: { receiptId: string }) => void
  /** Told of every message that a report moved on. */
  readonly observe?: (moved: { channel: Channel; status: Status; dead: boolean }) => void
  readonly observeItems?: (provider: string, item: Item, count: number) => void
}

/** Tries to apply a report to a message that others are moving at the same time. */
const ROUNDS = 5
const STRANDED_AFTER_MS = 10_000
const STRANDED_AT_ONCE = 1_000
/** Of calls worked through together: about a thousand events. A single call may be larger. */
const BYTES_AT_ONCE = 512 * 1024
/** A report may be faster than the answer to the send, which tells us the carrier's id: it is looked up again after so long. */
const EARLY_REPORT_WAITS_MS = [2_000, 10_000, 60_000]
/** A call that makes us fail holds up no other: it is tried again less and less often, a carrier's for about two hours. */
const MOST_TRIES = 12
/** One of a vendor that a pack knows may be money, and the vendor was told that we have it: it is tried every hour for two days more, then every day, until it is settled. */
const HOURLY_TRIES = 60
const FIRST_WAIT_MS = 5_000
const LONGEST_WAIT_MS = 30 * 60_000
const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

interface ArrivedEvent extends VendorEvent {
  readonly provider: string
  readonly accountId: string
  readonly receivedAt: Date
}

interface Read {
  readonly receipt: Receipt
  /** It came back to ourselves, whichever account sent what it is about. */
  readonly ours: boolean
  readonly result: WebhookResult | undefined
}
interface Told {
  readonly report: Report
  /** Whose report it is; unset: ours. */
  readonly accountId?: string
}

export type Reports = ReturnType<typeof createReports>

/** What carriers said later, applied to messages: deduplicated and rank-checked, so that late, doubled and shuffled reports end in the same state. */
export function createReports({
  db,
  clock,
  webhookOf,
  takeInbound,
  takeTemplates,
  takeEvents,
  isPacks,
  stopAccount,
  heardOfMarketing,
  costOf,
  changed,
  onError,
  ...observers
}: Deps) {
  const { observe, observeItems } = observers

  return {
    async apply(receiptIds: readonly string[]): Promise<void> {
      for (let left = receiptIds; left.length > 0; ) {
        const receipts = await openReceipts(db.run, left, clock.now(), BYTES_AT_ONCE)
        if (receipts.length === 0) return
        await closeReceipts(db.run, await work(receipts), clock.now())
        const done = new Set(receipts.map(({ id }) => id))
        left = left.filter((id) => !done.has(id))
      }
    },

    /** What an account has said when it was asked, as if it had called. */
    async told(accountId: string, reports: readonly Report[]): Promise<void> {
      const { located } = await locate(reports.map((report) => ({ report, accountId })))
      for (const [stopped, stop] of stopsIn(located)) await stopAccount(stopped, stop)
      await move(located)
    },

    /** In-app items that were read: their messages have come that far. */
    async read(messageIds: readonly string[]): Promise<void> {
      const at = clock.now()
      await move(messageIds.map((id) => ({ id, eventId: `read ${id}`, status: 'read', at })))
    },

    /** What we saw ourselves: our own picture fetched, our own links followed. */
    async tell(reports: readonly OwnReport[]): Promise<void> {
      await move(reports.map((report) => ({ ...report, id: report.messageId })))
    },

    /** Receipts whose job was lost, or whose time to be tried again has come. */
    stranded: () => {
      const now = clock.now()
      return strandedReceipts(db.run, new Date(now.getTime() - STRANDED_AFTER_MS), now, STRANDED_AT_ONCE)
    },
  }

  /** All together; should that fail for another reason than the database's absence, one by one. */
  async function work(receipts: readonly Receipt[]): Promise<Closed[]> {
    try {
      return await workTogether(receipts)
    } catch (error) {
      if (isUnreachable(error)) throw error
      if (receipts.length === 1) return [failed(receipts[0]!, error)]
      const closed: Closed[] = []
      for (const receipt of receipts) closed.push(...(await work([receipt])))
      return closed
    }
  }

  async function workTogether(receipts: readonly Receipt[]): Promise<Closed[]> {
    const read: Read[] = []
    for (const receipt of receipts) read.push(await readAgain(receipt))
    const { located, unknown } = await locate(read.flatMap(reportsOf))
    for (const [accountId, stop] of stopsIn(located)) await stopAccount(accountId, stop)
    const missing = await move(located)
    await takeInbound(read.flatMap(inboundOf))
    for (const [accountId, told] of templatesIn(read)) await takeTemplates(accountId, told)
    const events = read.flatMap(eventsOf)
    if (events.length > 0) await takeEvents(events)
    return read.map((one) => close(one, unknown, missing))
  }

  async function readAgain(receipt: Receipt): Promise<Read> {
    const webhook = webhookOf(receipt.provider, receipt.account_id)
    return { receipt, result: await webhook?.receive(receiptCall(receipt)), ours: webhook?.ours ?? false }
  }

  function close({ receipt, result }: Read, unknown: ReadonlySet<Report>, missing: ReadonlySet<string>): Closed {
    const { id, provider, tries } = receipt
    // It was genuine when it came.
    if (!result?.ok) return unworked(receipt, result?.detail ?? 'This provider account is no longer there')
    const early = result.reports.filter((report) => unknown.has(report)).length
    const strange = early + result.reports.filter(({ messageId }) => messageId && missing.has(messageId)).length
    const waitMs = early > 0 ? EARLY_REPORT_WAITS_MS[tries] : undefined
    if (waitMs !== undefined) return { id, problem: null, dueAt: new Date(clock.now().getTime() + waitMs) }
    const entries = result.unknown ?? []
    observeItems?.(provider, 'report', result.reports.length - strange)
    observeItems?.(provider, 'inbound', result.inbound?.length ?? 0)
    observeItems?.(provider, 'unknown_message', strange)
    observeItems?.(provider, 'unknown_entry', entries.length)
    return { id, problem: problemOf(strange, entries), dueAt: null }
  }

  function failed(receipt: Receipt, error: unknown): Closed {
    onError(error, { receiptId: receipt.id })
    const said = `It could not be worked through: ${error instanceof Error ? error.message : error}`
    const problem = said.replaceAll('\0', '').slice(0, 1_000)
    const { id, tries } = receipt
    if (tries + 1 >= MOST_TRIES) return unworked(receipt, problem)
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries)
    return { id, problem, dueAt: new Date(clock.now().getTime() + waitMs) }
  }

  /** Given up, unless a pack is to hear of it. */
  function unworked({ id, provider, tries }: Receipt, problem: string): Closed {
    if (!isPacks(provider)) return { id, problem, dueAt: null }
    const waitMs = tries < HOURLY_TRIES ? HOUR_MS : DAY_MS
    return { id, problem, dueAt: new Date(clock.now().getTime() + waitMs) }
  }

  /** `unknown`: those that name a message by an id that we do not know, or not yet. */
  async function locate(reports: readonly Told[]): Promise<{ located: Located[]; unknown: Set<Report> }> {
    const ours = ({ messageId }: Report) => (messageId && UUID.test(messageId) ? messageId : undefined)
    const idOf = await findByProviderId(
      db.run,
      reports.flatMap(({ report, accountId }) =>
        ours(report) || !report.providerMessageId || !accountId
          ? []
          : [{ accountId, providerMessageId: report.providerMessageId }],
      ),
    )
    const located: Located[] = []
    const unknown = new Set<Report>()
    for (const { report, accountId } of reports) {
      const id = ours(report) ?? idOf(accountId ?? '', report.providerMessageId ?? '')
      if (id) located.push({ ...report, id, ...(accountId ? { accountId } : {}) })
      else unknown.add(report)
    }
    return { located, unknown }
  }

  /** Gives the ids that are no message's. */
  async function move(reports: readonly Located[]): Promise<Set<string>> {
    const missing = new Set<string>()
    let left = Map.groupBy(reports, (report) => report.id)
    for (let round = 0; left.size > 0 && round < ROUNDS; round++) {
      const messages = await readReported(db.run, [...left.keys()])
      if (round === 0) for (const id of left.keys()) missing.add(id)
      for (const { id } of messages) missing.delete(id)
      const priced = await Promise.all(messages.map((message) => pricedFor(message, left.get(message.id) ?? [])))
      const now = clock.now()
      const steps = messages.map((message, n) => stepOf(message, priced[n]!, now)).filter(isAnything)
      if (steps.length === 0) return missing
      // Before the move: said twice is said once, and a move that was made is not looked at again.
      for (const said of steps.flatMap(({ ofMarketing }) => ofMarketing)) await heardOfMarketing(said)
      const moved = await applySteps(db.run, steps, now)
      const again = new Map<string, Located[]>()
      for (const { move, channel, deadLetters } of steps) {
        const isMove = move.from !== move.to
        if (isMove && !moved.has(move.messageId)) again.set(move.messageId, left.get(move.messageId)!)
        else changed(move.organizationId)
        if (isMove && moved.has(move.messageId))
          observe?.({ channel, status: statusOf(move.to), dead: deadLetters.length > 0 })
      }
      left = again
    }
    if (left.size > 0) throw new Error(`${left.size} reported messages kept changing; the job tries again`)
    return missing
  }

  /** A carrier that names a category and no amount is taken at its word, and the amount from the list of prices. */
  async function pricedFor(message: Reported, reports: readonly Located[]): Promise<readonly Located[]> {
    const { provider, channel, address } = message
    if (provider === null || !reports.some(isWithoutAmount)) return reports
    return Promise.all(
      reports.map(async (report) => {
        if (!isWithoutAmount(report)) return report
        const priced = { provider, channel: channelOf(channel), address, category: report.pricing.category, parts: 1 }
        const cost = await costOf(message.organization_id, priced)
        return cost ? { ...report, cost } : report
      }),
    )
  }
}

const isWithoutAmount = (report: Report): report is Report & Required<Pick<Report, 'pricing'>> =>
  report.pricing !== undefined && report.cost === undefined

const isAnything = ({ move, events, suppressions, ofMarketing }: Step): boolean =>
  isChange(move) || events.length > 0 || suppressions.length > 0 || ofMarketing.length > 0

const isChange = ({ from, to, cost }: { from: number; to: number; cost: unknown }): boolean =>
  from !== to || cost !== null

const reportsOf = ({ receipt, result, ours }: Read): Told[] =>
  result?.ok ? result.reports.map((report) => (ours ? { report } : { report, accountId: receipt.account_id })) : []

const inboundOf = ({ receipt: { account_id, provider, received_at }, result }: Read): Arrived[] =>
  result?.ok
    ? (result.inbound ?? []).map((one) => ({ ...one, accountId: account_id, provider, receivedAt: received_at }))
    : []

const eventsOf = ({ receipt: { account_id, provider, received_at }, result }: Read): ArrivedEvent[] =>
  result?.ok
    ? (result.events ?? []).map((one) => ({ ...one, accountId: account_id, provider, receivedAt: received_at }))
    : []

function templatesIn(read: readonly Read[]): Map<string, CarrierTemplate[]> {
  const told = new Map<string, CarrierTemplate[]>()
  for (const { receipt, result } of read)
    if (result?.ok && result.templates?.length)
      told.set(receipt.account_id, [...(told.get(receipt.account_id) ?? []), ...result.templates])
  return told
}

/** The last report of each account that it may send nothing. */
function stopsIn(reports: readonly Located[]): Map<string, { at: Date; reason: string }> {
  const stops = new Map<string, { at: Date; reason: string }>()
  for (const { about, accountId, at, code, detail } of reports) {
    if (about !== 'account' || !accountId) continue
    const known = stops.get(accountId)
    if (!known || known.at < at)
      stops.set(accountId, { at, reason: `${code ?? 'failed'}: ${detail ?? 'it may not send'}` })
  }
  return stops
}

function problemOf(strange: number, entries: readonly string[]): string | null {
  const parts = [
    ...(strange > 0 ? [`${strange} reports name messages that this account never sent`] : []),
    ...(entries.length > 0 ? [`not known to this version: ${[...new Set(entries)].slice(0, 20).join(', ')}`] : []),
  ]
  return parts.length > 0 ? parts.join('; ').replaceAll('\0', '').slice(0, 1_000) : null
}
