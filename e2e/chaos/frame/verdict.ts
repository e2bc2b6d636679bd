import type { Evidence } from './evidence.ts'
import type { Expectation } from './scenario.ts'

/** What was counted, and which promises did not hold. */
export interface Verdict {
  readonly accepted: number
  readonly sent: number
  readonly failed: number
  readonly cancelled: number
  readonly waiting: number
  /** Neither at a carrier nor failed, cancelled or waiting. */
  readonly lost: readonly string[]
  readonly extraCopies: number
  /** The bound of the extra copies: tries of which nobody knows the outcome. */
  readonly unknownTries: number
  /** Came more often than their unknown tries explain. */
  readonly unexplained: readonly string[]
  readonly confirmedCancels: number
  /** Left after their cancel was confirmed. */
  readonly sentAfterCancel: readonly string[]
  /** Confirmed cancels of messages that an earlier try had brought there. */
  readonly arrivedBeforeCancel: number
  /** From the end of the last fault until the next message reached the carrier. */
  readonly nextAfterMs: number | undefined
  /** From the end of the last fault until all that was accepted before it had reached the carrier. */
  readonly caughtUpAfterMs: number
  /** The last of them, latest first. */
  readonly latest: readonly string[]
  /** One sentence for each promise that does not hold. */
  readonly broken: readonly string[]
}

export const RECOVERY_TARGET_MS = 10_000
const LATEST = 3
const SENT = new Set(['sent', 'delivered', 'opened', 'clicked', 'read', 'bounced'])
const WAITING = new Set(['scheduled', 'queued', 'sending'])

/** The rule of what counts as lost, doubled, late or forbidden. Pure. */
export function judge(evidence: Evidence, expected: Expectation = {}, also: readonly string[] = []): Verdict {
  const { accepted, messages, unknownTries } = evidence
  const arrivals = Map.groupBy(evidence.copies, (copy) => copy.messageId)
  const stateOf = (id: string) => messages.get(id)?.status ?? 'missing'
  const of = (states: (status: string) => boolean) => accepted.filter(({ messageId }) => states(stateOf(messageId)))

  const sent = of((status) => SENT.has(status))
  const failed = of((status) => status === 'failed')
  const cancelled = of((status) => status === 'cancelled')
  const waiting = of((status) => WAITING.has(status))
  const unaccounted = accepted.length - sent.length - failed.length - cancelled.length - waiting.length
  const lost = accepted
    .map(({ messageId }) => messageId)
    .filter((id) => !arrivals.has(id) && !['failed', 'cancelled', ...WAITING].includes(stateOf(id)))

  const extra = [...arrivals].map(([id, copies]) => ({ id, extra: copies.length - 1 }))
  const allowed = (id: string) => (expected.doubles === 'none' ? 0 : (unknownTries.get(id) ?? 0))
  const unexplained = extra.filter(({ id, extra }) => extra > allowed(id)).map(({ id }) => id)
  const known = new Set(accepted.map(({ messageId }) => messageId))
  const strangers = [...arrivals.keys()].filter((id) => !known.has(id))
  const twice = accepted.length - known.size

  const cancels = evidence.cancelled.map((cancel) => ({ ...cancel, copies: arrivals.get(cancel.messageId) ?? [] }))
  const excused = (cancel: (typeof cancels)[number]) =>
    cancel.mayHaveArrived && cancel.copies.every((copy) => copy.at <= cancel.at)
  const arrived = cancels.filter((cancel) => cancel.copies.length > 0)
  const sentAfterCancel = arrived.filter((cancel) => !excused(cancel)).map((cancel) => cancel.messageId)

  const { nextAfterMs, caughtUpAfterMs, latest } = recovery(evidence, arrivals)
  const reasons = failed.map(({ messageId }) => messages.get(messageId)?.reason ?? '')
  const unforeseen = reasons.filter((reason) => !expected.mayFail?.(reason))

  const broken = [
    ...said(lost.length, 'lost'),
    ...said(unaccounted, 'accepted and in no state that accounts for it'),
    ...said(twice, 'requests answered with the message of another request'),
    ...said(strangers.length, 'at the carrier that were never accepted'),
    ...said(unexplained.length, 'came more often than the tries of unknown outcome explain'),
    ...said(sentAfterCancel.length, 'sent although their cancel was confirmed'),
    ...said(unforeseen.length, `failed that should not have (${[...new Set(unforeseen)].slice(0, 3).join('; ')})`),
    ...said(waiting.length, 'still waiting at the end'),
    ...said(evidence.workLeft, 'rows of work left over'),
    ...(caughtUpAfterMs > RECOVERY_TARGET_MS && expected.recovery !== 'told'
      ? [`caught up ${seconds(caughtUpAfterMs)} after the fault, not within ${seconds(RECOVERY_TARGET_MS)}`]
      : []),
    ...also,
  ]
  return {
    accepted: accepted.length,
    sent: sent.length,
    failed: failed.length,
    cancelled: cancelled.length,
    waiting: waiting.length,
    lost,
    extraCopies: extra.reduce((sum, { extra }) => sum + extra, 0),
    unknownTries: [...unknownTries.values()].reduce((sum, tries) => sum + tries, 0),
    unexplained,
    confirmedCancels: cancels.length,
    sentAfterCancel,
    arrivedBeforeCancel: arrived.length - sentAfterCancel.length,
    nextAfterMs,
    caughtUpAfterMs,
    latest,
    broken,
  }
}

function recovery({ accepted, struck, began }: Evidence, arrivals: ReadonlyMap<string, readonly { at: number }[]>) {
  const over = began + Math.max(0, ...struck.map((strike) => strike.endedAtMs))
  const before = new Set(accepted.filter(({ at }) => at <= over).map(({ messageId }) => messageId))
  const after = [...arrivals]
    .map(([id, copies]) => ({ id, ms: Math.min(...copies.map(({ at }) => at)) - over }))
    .filter(({ ms }) => ms > 0)
    .sort((a, b) => b.ms - a.ms)
  const waited = struck.length === 0 ? [] : after.filter(({ id }) => before.has(id))
  return {
    nextAfterMs: after.at(-1)?.ms,
    caughtUpAfterMs: waited[0]?.ms ?? 0,
    latest: waited.slice(0, LATEST).map(({ id }) => id),
  }
}

const said = (count: number, what: string): string[] => (count > 0 ? [`${count} ${what}`] : [])

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
