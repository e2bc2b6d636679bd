import { createHash } from 'node:crypto'
import { newId } from '../../platform/ids.ts'
import { type Channel, channelOf } from '../channels/channel.ts'
import type { Cost } from '../channels/cost.ts'
import type { Report } from '../channels/report.ts'
import type { SaidOfMarketing } from '../contacts/marketing.ts'
import { type NewDeadLetter, newDeadLetter } from '../messages/new-dead-letter.ts'
import { EVENT_KINDS, type EventKind, mayMove, type Status, statusCode, statusOf } from '../messages/status.ts'
import type { Moved, NewEvent, NewSuppression, Reported } from './reports-store.ts'

/** A report whose message is known. */
export interface Located extends Report {
  readonly id: string
  /** Whose report it is; unset: ours. */
  readonly accountId?: string
}

/** What the reports on one message come to. */
export interface Step {
  readonly move: Moved
  readonly channel: Channel
  readonly events: readonly NewEvent[]
  readonly suppressions: readonly NewSuppression[]
  readonly ofMarketing: readonly SaidOfMarketing[]
  readonly deadLetters: readonly NewDeadLetter[]
}

/** Lines of a message's timeline that reports may make beside its moves: a picture may be fetched for ever. */
export const MOST_LINES = 300
/** The carrier's words in a timeline are cut here. */
const LONGEST_TEXT = 2_000

/**
 * Where the reports on a message lead, in the order the carrier gave them times. A status that is no move from here is
 * passed over; an open or click that is none, a deferral, a complaint and what a machine did are lines in the timeline.
 */
export function stepOf(message: Reported, reports: readonly Located[], now: Date): Step {
  let status: Status = statusOf(message.status)
  let reason: string | null = null
  let cost: Cost | null = null
  const events: NewEvent[] = []
  const suppressions: NewSuppression[] = []
  const ofMarketing: SaidOfMarketing[] = []
  let room = MOST_LINES - message.lines

  for (const report of inOrder(message, reports)) {
    const { suppress, withdraws, at } = report
    if (report.cost && isHigher(report.cost, cost)) cost = report.cost
    // Of a message that was anonymised nothing more is learnt but what became of it.
    if (suppress && message.address !== '')
      suppressions.push({
        ...addressOf(message),
        id: newId(now),
        reason: suppress,
        at,
        code: clean(report.code) ?? suppress,
      })
    if (withdraws && message.address !== '')
      ofMarketing.push({
        organizationId: message.organization_id,
        channel: channelOf(message.channel),
        address: message.address,
        state: 'withdrawn',
        wording: clean(report.code) ?? withdraws,
        at,
        proof: { messageId: message.id },
      })
    const reached = reachedBy(report)
    if (reached && mayMove(status, reached)) {
      status = reached
      reason = status === 'bounced' || status === 'failed' ? (clean(report.code) ?? status) : null
      events.push({ ...line(report, status), source: REPEATED.has(status) ? sourceOf(report) : null, withMove: true })
    } else if (suppress !== 'complaint') {
      const kind = lineFor(report)
      if (kind) addLine(report, kind)
    }
    if (suppress === 'complaint') addLine(report, 'complained', ' complained')
  }

  const move: Moved = {
    messageId: message.id,
    organizationId: message.organization_id,
    from: message.status,
    to: statusCode(status),
    reason,
    cost,
    followUp:
      message.has_fallback && message.status !== statusCode(status) && (status === 'failed' || status === 'bounced'),
  }
  const isDead = status === 'failed' && move.from !== move.to && !move.followUp
  return {
    move,
    channel: channelOf(message.channel),
    events,
    suppressions,
    ofMarketing,
    deadLetters: isDead ? [newDeadLetter({ ...message, message_id: message.id }, 'reported', reason)] : [],
  }

  function line(report: Located, kind: EventKind) {
    const { code, detail, link, at } = report
    const said = code ?? detail ?? link
    return {
      messageId: message.id,
      id: newId(now),
      organizationId: message.organization_id,
      at,
      kind: EVENT_KINDS[kind],
      detail:
        said === undefined || message.address === ''
          ? null
          : JSON.stringify({ code: clean(code), detail: clean(detail), link: clean(link) }),
    }
  }

  function addLine(report: Located, kind: EventKind, part = ''): void {
    if (room <= 0) return
    room -= 1
    events.push({ ...line(report, kind), source: sourceOf(report, part), withMove: false })
  }
}

/** Each of its account's reports once. An organization signs the reports of its own account: they may name any message, and count only for those it has sent. */
function inOrder(message: Reported, reports: readonly Located[]): Located[] {
  const own = reports.filter(({ accountId }) => accountId === undefined || message.accounts.includes(accountId))
  const once = [...new Map(own.map((report) => [`${report.accountId} ${report.eventId}`, report])).values()]
  return once.sort((a, b) => a.at.getTime() - b.at.getTime())
}

/** The status a report speaks of. Who complains has the message, whatever the carrier calls it. */
function reachedBy({ status, automatic, suppress }: Located): Status | undefined {
  if (automatic || status === 'deferred') return undefined
  return suppress === 'complaint' && (status === 'bounced' || status === 'failed') ? 'delivered' : status
}

/** Statuses that a person reaches again and again. */
const REPEATED = new Set<Status>(['opened', 'clicked'])

/** What a report that is no move leaves in the timeline. */
function lineFor({ status, automatic }: Located): EventKind | undefined {
  if (status === 'deferred') return 'deferred'
  if (status === 'opened') return automatic ? 'opened_by_machine' : 'opened_again'
  if (status === 'clicked') return automatic ? 'clicked_by_machine' : 'clicked_again'
  return undefined
}

/** The same report twice is one line: its id, as 128 bits. */
function sourceOf({ accountId, eventId }: Located, part = ''): string {
  const hex = createHash('sha256')
    .update(`${accountId ?? 'own'} ${eventId}${part}`)
    .digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Of several costs the highest, in whatever order they come. */
const isHigher = (cost: Cost, than: Cost | null): boolean =>
  than === null || cost.micros > than.micros || (cost.micros === than.micros && cost.currency > than.currency)

const addressOf = ({ id, organization_id, contact_id, channel, address }: Reported) => ({
  messageId: id,
  organizationId: organization_id,
  contactId: contact_id,
  channel,
  address,
})

/** Postgres keeps no NUL in text, and no half of a surrogate pair. */
const clean = (text: string | undefined): string | undefined =>
  text?.slice(0, LONGEST_TEXT).replaceAll('\0', '').toWellFormed()
