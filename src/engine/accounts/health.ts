import type { Verdict } from './verdict.ts'

/** How well an account does: what its share of the messages is multiplied by. Of one process, in memory. */
export interface Health {
  /** {@link LOWEST} to 1, as of `at`; it drifts back to 1 with time, so read it with `scoreAt`. */
  readonly score: number
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Of the last sends or so, and what is usual for this account. Undefined until the first answer. */
  readonly latencyMs: number | undefined
  readonly usualLatencyMs: number | undefined
  readonly underWay: number
  /** Since when nothing has been answered that was under way. */
  readonly silentSince: number | undefined
}

/** The worst account still gets one message in twenty or so: that is how its recovery shows. */
export const LOWEST = 0.05
/** After a fault the share comes back by two thirds in this time. */
const RECOVERY_MS = 45_000
/** What is sent in vain for this long costs the score two thirds. Together with the recovery: 1 % failing → 0.8, 10 % → 0.3, half → the lowest. */
const FAILING_MS = 2_000
const SLOW_MS = 10_000
/** No single answer costs more than this, however long ago the one before it. */
const WORST_FACTOR = 0.7
/** Slow is several times slower than usual for this account, and slow for anybody. */
const SLOW_RATIO = 4
const SLOW_FROM_MS = 1_000
/** Nothing answered for so long of what is under way: it hangs. Carriers are given 30 s; waiting for that would catch many more. */
const SILENT_MS = 3_000
/** Weight of one answer in the present latency. */
const LATENCY_WEIGHT = 0.2
/** What is usual follows the present down quickly, and up so slowly that an hour of slowness is still noticed as such. */
const USUAL_DOWN_MS = 10_000
const USUAL_UP_MS = 30 * 60_000

export const healthy = (now: Date): Health => ({
  score: 1,
  at: now.getTime(),
  latencyMs: undefined,
  usualLatencyMs: undefined,
  underWay: 0,
  silentSince: undefined,
})

/** The score at this moment: what a fault took from it comes back with time. The lowest while it hangs. */
export function scoreAt(health: Health, now: Date): number {
  const { silentSince, usualLatencyMs = 0 } = health
  const silentMs = silentSince === undefined ? 0 : now.getTime() - silentSince
  if (silentMs > Math.max(SILENT_MS, SLOW_RATIO * usualLatencyMs)) return LOWEST
  return drifted(health.score, now.getTime() - health.at)
}

/** A message goes out by it. `afterSend` has to follow, whatever comes of it. */
export const beforeSend = (health: Health, now: Date): Health => ({
  ...health,
  underWay: health.underWay + 1,
  silentSince: health.silentSince ?? now.getTime(),
})

/**
 * After an answer. Each speaks for the time since the one before it, so that the share of failures counts and not their
 * number: a busy account is not judged harder than a quiet one. `asked_to_wait` and `misconfigured` change nothing: the
 * breaker keeps messages away meanwhile, and the account is as good as before when they are over.
 */
export function afterSend(health: Health, verdict: Verdict, latencyMs: number, now: Date): Health {
  const sinceMs = Math.max(0, now.getTime() - health.at)
  const underWay = Math.max(0, health.underWay - 1)
  const rested: Health = {
    ...health,
    score: drifted(health.score, sinceMs),
    at: now.getTime(),
    underWay,
    silentSince: underWay > 0 ? now.getTime() : undefined,
  }
  if (verdict === 'failing') return { ...rested, score: lowered(rested.score, sinceMs, FAILING_MS) }
  if (verdict !== 'working') return rested

  const latency = mix(health.latencyMs ?? latencyMs, latencyMs, LATENCY_WEIGHT)
  const usual = usualLatency(health.usualLatencyMs, latency, sinceMs)
  const isSlow = latency > SLOW_FROM_MS && latency > SLOW_RATIO * usual
  return {
    ...rested,
    score: isSlow ? lowered(rested.score, sinceMs, SLOW_MS) : rested.score,
    latencyMs: latency,
    usualLatencyMs: usual,
  }
}

function drifted(score: number, ms: number): number {
  const back = 1 - (1 - score) * Math.exp(-Math.max(0, ms) / RECOVERY_MS)
  return Math.min(1, back)
}

const lowered = (score: number, ms: number, overMs: number): number =>
  Math.max(LOWEST, score * Math.max(WORST_FACTOR, Math.exp(-ms / overMs)))

function usualLatency(usual: number | undefined, latency: number, sinceMs: number): number {
  if (usual === undefined) return latency
  return mix(usual, latency, 1 - Math.exp(-sinceMs / (latency < usual ? USUAL_DOWN_MS : USUAL_UP_MS)))
}

const mix = (before: number, now: number, weight: number): number => before + (now - before) * weight
