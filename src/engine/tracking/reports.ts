import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { type Channel, channelOf } from '../channels/channel.ts'
import type { CarrierTemplate, Report, Webhook, WebhookCall } from '../channels/report.ts'
import { newDeadLetter } from '../messages/new-dead-letter.ts'
import { EVENT_KINDS, mayMove, type Status, statusCode, statusOf } from '../messages/status.ts'
import type { OwnReport } from './hits.ts'
import type { Arrived } from './inbound.ts'
import {
  applyMoves,
  closeReceipts,
  findByProviderId,
  type Moved,
  type NewEvent,
  type NewSuppression,
  openReceipts,
  type Receipt,
  type Reported,
  readReported,
  strandedReceipts,
  suppress,
} from './reports-store.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  /** Reads a kept call of this provider account; it was verified when it came. */
  readonly webhookOf: (provider: string, accountId: string) => Webhook | undefined
  /** Takes what people wrote. */
  readonly takeInbound: (arrived: readonly Arrived[]) => Promise<void>
  /** Keeps what became of an account's approved templates. */
  readonly takeTemplates: (accountId: string, templates: readonly CarrierTemplate[]) => Promise<void>
  readonly changed: (organizationId: string) => void
  /** Told of every message that a report moved on. */
  readonly observe?: (moved: { channel: Channel; status: Status; dead: boolean }) => void
}

/** Tries to apply a report to a message that others are moving at the same time. */
const ROUNDS = 5
const STRANDED_AFTER_MS = 10_000
const STRANDED_AT_ONCE = 500

interface Brought extends Report {
  /** Whose report it is; unset: ours. */
  readonly accountId?: string
}

interface Located extends Brought {
  readonly id: string
}

export type Reports = ReturnType<typeof createReports>

/** What carriers said later, applied to messages: deduplicated and rank-checked, so that late, doubled and shuffled reports end in the same state. */
export function createReports({ db, clock, webhookOf, takeInbound, takeTemplates, changed, observe }: Deps) {
  return {
    async apply(receiptIds: readonly string[]): Promise<void> {
      const receipts = await openReceipts(db.run, receiptIds)
      const closed: { id: string; problem: string | null }[] = []
      const reports: Brought[] = []
      const arrived: Arrived[] = []
      const templates = new Map<string, readonly CarrierTemplate[]>()
      for (const receipt of receipts) {
        const { provider, account_id: accountId, received_at: receivedAt } = receipt
        const webhook = webhookOf(provider, accountId)
        const result = await webhook?.receive(callOf(receipt))
        if (result?.ok) {
          for (const report of result.reports) reports.push(webhook?.ours ? report : { ...report, accountId })
          if (result.templates?.length)
            templates.set(accountId, [...(templates.get(accountId) ?? []), ...result.templates])
          for (const one of result.inbound ?? []) arrived.push({ ...one, accountId, provider, receivedAt })
        }
        closed.push({
          id: receipt.id,
          problem: result?.ok ? null : (result?.detail ?? 'This provider account is no longer there'),
        })
      }
      await move(await locate(reports))
      await takeInbound(arrived)
      for (const [accountId, told] of templates) await takeTemplates(accountId, told)
      if (closed.length) await closeReceipts(db.run, closed, clock.now())
    },

    /** What an account has said when it was asked, as if it had called. */
    told: async (accountId: string, reports: readonly Report[]): Promise<void> =>
      move(await locate(reports.map((report) => ({ ...report, accountId })))),

    /** In-app items that were read: their messages have come that far. */
    read(messageIds: readonly string[]): Promise<void> {
      const at = clock.now()
      return move(messageIds.map((id) => ({ id, eventId: `read ${id}`, status: 'read', at })))
    },

    /** What we saw ourselves: our own picture fetched, our own links followed. */
    tell: (reports: readonly OwnReport[]): Promise<void> =>
      move(reports.map((report) => ({ ...report, id: report.messageId }))),

    /** Receipts whose job was lost, to be offered again. */
    stranded: () => strandedReceipts(db.run, new Date(clock.now().getTime() - STRANDED_AFTER_MS), STRANDED_AT_ONCE),
  }

  async function locate(reports: readonly Brought[]): Promise<Located[]> {
    const idOf = await findByProviderId(
      db.run,
      reports.flatMap(({ messageId, providerMessageId, accountId }) =>
        messageId || !providerMessageId || !accountId ? [] : [{ accountId, providerMessageId }],
      ),
    )
    return reports.flatMap((report) => {
      const id = report.messageId ?? idOf(report.accountId ?? '', report.providerMessageId ?? '')
      return id ? [{ ...report, id }] : []
    })
  }

  async function move(reports: readonly Located[]): Promise<void> {
    let left = Map.groupBy(reports, (report) => report.id)
    for (let round = 0; left.size > 0 && round < ROUNDS; round++) {
      const messages = await readReported(db.run, [...left.keys()])
      const now = clock.now()
      const all = messages.map((message) => step(message, left.get(message.id) ?? [], now))
      const steps = all.filter((one) => one.move.from !== one.move.to)
      // Whoever complains has mostly got the message before: nothing moves, and nothing more must go there.
      const only = all.filter((one) => one.move.from === one.move.to).flatMap((one) => one.suppressions)
      if (only.length) await suppress(db.run, only, now)
      if (steps.length === 0) return
      const moved = await applyMoves(
        db.run,
        steps.map((one) => one.move),
        steps.flatMap((one) => one.events),
        steps.flatMap((one) => one.suppressions),
        steps.flatMap((one) => one.deadLetters),
        now,
      )
      for (const { move, channel, deadLetters } of steps) {
        if (!moved.has(move.messageId)) continue
        changed(move.organizationId)
        observe?.({ channel, status: statusOf(move.to), dead: deadLetters.length > 0 })
      }
      left = new Map(
        steps
          .filter((one) => !moved.has(one.move.messageId))
          .map((one) => [one.move.messageId, left.get(one.move.messageId)!]),
      )
    }
    if (left.size > 0) throw new Error(`${left.size} reported messages kept changing; the job tries again`)
  }
}

/** Where a message's reports lead, in the order the carrier gave them times; what is not a move from here is passed over. */
function step(message: Reported, reports: readonly Located[], now: Date) {
  let status: Status = statusOf(message.status)
  const events: NewEvent[] = []
  const suppressions: NewSuppression[] = []
  let reason: string | null = null
  // An organization signs the reports of its own account: they may name any message, and move only those it has sent.
  const own = reports.filter(({ accountId }) => accountId === undefined || message.accounts.includes(accountId))
  for (const report of own.sort((a, b) => a.at.getTime() - b.at.getTime())) {
    if (report.suppress)
      suppressions.push({
        organizationId: message.organization_id,
        channel: message.channel,
        address: message.address,
        reason: report.suppress,
        messageId: message.id,
      })
    if (report.automatic || report.status === 'deferred' || !mayMove(status, report.status)) continue
    status = report.status
    const failed = status === 'bounced' || status === 'failed'
    reason = failed ? (report.code ?? report.status) : null
    events.push({
      messageId: message.id,
      id: newId(now),
      organizationId: message.organization_id,
      at: report.at,
      kind: EVENT_KINDS[report.status],
      detail:
        report.code || report.detail || report.link
          ? JSON.stringify({ code: report.code, detail: report.detail, link: report.link })
          : null,
    })
  }
  const move: Moved = {
    messageId: message.id,
    organizationId: message.organization_id,
    from: message.status,
    to: statusCode(status),
    reason,
    followUp: message.has_fallback && (status === 'failed' || status === 'bounced'),
  }
  const deadLetters =
    status === 'failed' && !move.followUp
      ? [newDeadLetter({ ...message, message_id: message.id }, 'reported', reason)]
      : []
  return { move, channel: channelOf(message.channel), events, suppressions, deadLetters }
}

const callOf = (receipt: Receipt): WebhookCall => ({
  method: receipt.method,
  headers: receipt.headers,
  query: receipt.query,
  body: receipt.body,
  receivedAt: receipt.received_at,
})
