import type { Category } from '../catalogue/event.ts'
import type { Lane } from '../catalogue/lane.ts'
import type { Channel } from '../channels/channel.ts'
import type { SendResult } from '../channels/send-result.ts'
import type { DeliverySettings } from './delivery-settings.ts'
import { backoffMs, laneRule } from './lane.ts'
import type { EventKind, Status } from './status.ts'

/** Why a message failed, in a stable word: what dead letters are grouped by. */
export const FAILURES = [
  'permanent',
  'suppressed',
  'tries',
  'deadline',
  'uncertain',
  'render',
  'no_provider',
  'reported',
] as const
export type Failure = (typeof FAILURES)[number]

/** What one try leads to: settled for good, or due again. */
export type Outcome =
  | {
      readonly kind: 'settled'
      readonly status: Status
      readonly event: EventKind
      readonly reason: string | null
      /** Set when it failed. */
      readonly failure: Failure | null
    }
  | {
      readonly kind: 'again'
      readonly dueAt: Date
      readonly event: 'deferred' | 'uncertain'
      readonly countsAsTry: boolean
    }

export interface Try {
  readonly channel: Channel
  readonly category: Category
  readonly lane: Lane
  /** This try's number. */
  readonly attempt: number
  /** Tries before this one that counted. */
  readonly tries: number
  readonly deadlineAt: Date
  readonly whenUncertain: 'resend' | 'ask' | 'stop'
  readonly settings: DeliverySettings
  /** Another account could take it now. */
  readonly anotherAccount: boolean
  /** This account is out of service now: its breaker is open, or it was told to wait. */
  readonly accountDown: boolean
}

type Sent = Extract<SendResult, { outcome: 'sent' }>
type NotSent = Exclude<SendResult, Sent>

/** While a carrier asks us to send a message later, and it did not say when. */
const RETRY_LATER_MS = 30_000
/**
 * Failures of the account use up a message's tries only from this one on: a carrier that is down is no fault of the
 * message, but one message that makes a carrier fail again and again must end.
 */
const PATIENCE_WITH_ACCOUNT = 10
/** An account that fails is soon known to be down, and its breaker then says when to look again; until then, no longer than this. */
const LONGEST_ACCOUNT_BACK_OFF_MS = 30_000
/** “Retry-After: 0” would go round for ever without using up a try. */
const SHORTEST_WAIT_MS = 1_000
/** A carrier that asks for more than this is asked again anyway: clocks and headers are wrong at times. Some codes mean “not within 24 hours”. */
const LONGEST_WAIT_MS = 26 * 3_600_000

/**
 * The rule of retries: by the class of the error, never a bare count alone. Only what a working carrier refused counts
 * as a try; being told to wait, a setting that is wrong, or a carrier that is down does not. The deadline ends them all.
 */
export function outcomeOf(result: NotSent, attempt: Try, now: Date, random: number): Outcome {
  const backoff = () => backoffMs(attempt.settings, attempt, attempt.tries + 1, random)
  const accountBackoff = () =>
    Math.min(LONGEST_ACCOUNT_BACK_OFF_MS, backoffMs(attempt.settings, attempt, attempt.attempt, random))
  const { code } = result

  if (result.outcome === 'uncertain') {
    if (attempt.whenUncertain === 'stop') return failed('uncertain', `uncertain: ${code}`)
    if (result.retryAfterMs !== undefined)
      // Between half and one and a half of it: two that wait for each other must not come back together every time.
      return again(Math.max(SHORTEST_WAIT_MS, result.retryAfterMs * (0.5 + random)), {
        countsAsTry: false,
        event: 'uncertain',
      })
    return again(backoff(), { countsAsTry: true, event: 'uncertain' })
  }

  const elsewhere = attempt.anotherAccount
  const waits = { countsAsTry: false, event: 'deferred' } as const
  const counts = { countsAsTry: true, event: 'deferred' } as const
  switch (result.class) {
    case 'permanent':
      return failed('permanent', code)
    case 'suppress':
      return failed('suppressed', code)
    case 'other_provider':
      return elsewhere ? again(0, waits) : failed('no_provider', code)
    case 'retry_later':
      if (elsewhere && result.about === 'account') return again(0, waits)
      return again(
        Math.max(
          SHORTEST_WAIT_MS,
          result.retryAfterMs ?? (result.about === 'account' ? accountBackoff() : RETRY_LATER_MS * (0.75 + random / 2)),
        ),
        waits,
      )
    case 'configuration':
      // The account stops here; when it is looked at again, its own state says how long to wait.
      return again(elsewhere ? 0 : SHORTEST_WAIT_MS, waits)
    case 'retry':
      if (attempt.accountDown) return again(elsewhere ? 0 : Math.max(SHORTEST_WAIT_MS, result.retryAfterMs ?? 0), waits)
      if (result.about === 'account' && attempt.attempt < PATIENCE_WITH_ACCOUNT)
        return again(Math.max(SHORTEST_WAIT_MS, result.retryAfterMs ?? accountBackoff()), waits)
      return again(result.retryAfterMs ?? backoff(), counts)
  }

  function again(
    waitMs: number,
    { countsAsTry, event }: { readonly countsAsTry: boolean; readonly event: 'deferred' | 'uncertain' },
  ): Outcome {
    const dueAt = new Date(now.getTime() + Math.min(waitMs, LONGEST_WAIT_MS))
    if (countsAsTry && attempt.tries + 1 >= laneRule(attempt.settings, attempt.lane).tries)
      return failed(event === 'uncertain' ? 'uncertain' : 'tries', `${code} after ${attempt.tries + 1} tries`)
    if (dueAt >= attempt.deadlineAt) return failed('deadline', `${code} until the deadline`)
    return { kind: 'again', dueAt, event, countsAsTry }
  }
}

export const sent = ({ delivered }: Sent): Outcome =>
  delivered
    ? { kind: 'settled', status: 'delivered', event: 'delivered', reason: null, failure: null }
    : { kind: 'settled', status: 'sent', event: 'sent', reason: null, failure: null }

export const failed = (failure: Failure, reason: string): Outcome => ({
  kind: 'settled',
  status: 'failed',
  event: 'failed',
  reason,
  failure,
})

/** Not sent, because its address must not be used: nothing failed. */
export const heldBack = (reason: string): Outcome => ({
  kind: 'settled',
  status: 'suppressed',
  event: 'suppressed',
  reason,
  failure: null,
})

/** The stable word for a failed message's reason, as this file has put it. */
export function failureOf(reason: string | null): Failure {
  if (reason === null) return 'permanent'
  if (/ after \d+ tries$/.test(reason)) return 'tries'
  if (reason === 'deadline' || reason.endsWith(' until the deadline')) return 'deadline'
  return FAILURES.find((word) => word === reason) ?? 'permanent'
}
