import type { Lane } from '../catalogue/lane.ts'
import type { Channel } from '../channels/channel.ts'

const SECOND_MS = 1_000
const HOUR_MS = 3_600 * SECOND_MS

interface LaneRule {
  /** Tries that may fail by the carrier's doing before the message fails. */
  readonly tries: number
  /** From the time it is due; past it the message fails with its history. */
  readonly deadlineMs: number
}

export const LANE_RULES: Record<Lane, LaneRule> = {
  critical: { tries: 5, deadlineMs: 4 * HOUR_MS },
  immediate: { tries: 3, deadlineMs: 12 * HOUR_MS },
  scheduled: { tries: 3, deadlineMs: 24 * HOUR_MS },
  bulk: { tries: 3, deadlineMs: 72 * HOUR_MS },
}

/** The pause before try 2, 3, …; the last one is doubled for every further try. */
const BACKOFF_MS: Record<Channel, readonly number[]> = {
  email: [1 * SECOND_MS, 4 * SECOND_MS, 16 * SECOND_MS],
  sms: [2 * SECOND_MS, 8 * SECOND_MS, 32 * SECOND_MS],
  whatsapp: [10 * SECOND_MS, 30 * SECOND_MS, 60 * SECOND_MS],
  in_app: [1 * SECOND_MS, 2 * SECOND_MS, 4 * SECOND_MS],
}

/** Between 75 % and 125 % of the step, so that a thousand messages refused together do not come back together. `random` is 0 to 1. */
export function backoffMs(channel: Channel, tries: number, random: number): number {
  const steps = BACKOFF_MS[channel]
  const step = steps[Math.min(tries, steps.length) - 1] ?? SECOND_MS
  const doubled = step * 2 ** Math.max(0, tries - steps.length)
  return Math.round(doubled * (0.75 + random / 2))
}
