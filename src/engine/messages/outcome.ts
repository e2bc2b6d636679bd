import type { Lane } from '../catalogue/lane.ts'
import type { Channel } from '../channels/channel.ts'
import type { SendResult } from '../channels/send-result.ts'
import { backoffMs, LANE_RULES } from './lane.ts'
import type { EventKind, Status } from './status.ts'

/** What one try leads to: settled for good, or due again. */
export type Outcome =
  | {
      readonly kind: 'settled'
      readonly status: Status
      readonly event: EventKind
      readonly reason: string | null
      readonly suppress: boolean
    }
  | {
      readonly kind: 'again'
      readonly dueAt: Date
      readonly event: 'deferred' | 'uncertain'
      readonly countsAsTry: boolean
    }

export interface Try {
  readonly channel: Channel
  readonly lane: Lane
  /** Tries before this one that counted. */
  readonly tries: number
  readonly deadlineAt: Date
  readonly whenUncertain: 'resend' | 'ask' | 'stop'
}

/** While a carrier asks us to slow down, or an operator must act, and it did not say for how long. */
const RETRY_LATER_MS = 30_000
const CONFIGURATION_MS = 60_000
/** “Retry-After: 0” would go round for ever without using up a try. */
const SHORTEST_WAIT_MS = 1_000
/** A carrier that asks for more than this is asked again anyway: clocks and headers are wrong at times. */
const LONGEST_WAIT_MS = 6 * 3_600_000

/**
 * The rule of retries: by the class of the error, never a bare count alone. Only what the carrier refused counts as a
 * try; being told to wait, or a setting that is wrong, does not. The deadline ends them all.
 */
export function outcomeOf(result: SendResult, attempt: Try, now: Date, random: number): Outcome {
  if (result.outcome === 'sent') return settled(result.delivered ? 'delivered' : 'sent')

  if (result.outcome === 'uncertain') {
    if (attempt.whenUncertain === 'stop') return settled('failed', `uncertain: ${result.code}`)
    return again(backoffMs(attempt.channel, attempt.tries + 1, random), { countsAsTry: true, event: 'uncertain' })
  }

  switch (result.class) {
    case 'permanent':
      return settled('failed', result.code)
    case 'suppress':
      return { ...settled('failed', result.code), suppress: true }
    case 'retry_later':
      return again(result.retryAfterMs ?? RETRY_LATER_MS * (0.75 + random / 2), {
        countsAsTry: false,
        event: 'deferred',
      })
    case 'configuration':
      return again(result.retryAfterMs ?? CONFIGURATION_MS, { countsAsTry: false, event: 'deferred' })
    case 'retry':
    case 'other_provider':
      return again(result.retryAfterMs ?? backoffMs(attempt.channel, attempt.tries + 1, random), {
        countsAsTry: true,
        event: 'deferred',
      })
  }

  function again(
    waitMs: number,
    { countsAsTry, event }: { countsAsTry: boolean; event: 'deferred' | 'uncertain' },
  ): Outcome {
    const dueAt = new Date(
      now.getTime() + Math.min(countsAsTry ? waitMs : Math.max(waitMs, SHORTEST_WAIT_MS), LONGEST_WAIT_MS),
    )
    const code = result.outcome === 'sent' ? '' : result.code
    if (countsAsTry && attempt.tries + 1 >= LANE_RULES[attempt.lane].tries)
      return settled('failed', `${code} after ${attempt.tries + 1} tries`)
    if (dueAt >= attempt.deadlineAt) return settled('failed', `${code} until the deadline`)
    return { kind: 'again', dueAt, event, countsAsTry }
  }
}

const settled = (status: 'sent' | 'delivered' | 'failed', reason: string | null = null) =>
  ({ kind: 'settled', status, event: status, reason, suppress: false }) as const
