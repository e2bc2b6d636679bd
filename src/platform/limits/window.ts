import { CLOCK_SLACK_US } from './bucket.ts'

/**
 * A window is counted in slices of a 24th of it, and looks back over one slice more than it has: whatever period of its
 * length one takes, all the slices it touches were within the limit together.
 */
export const SLICES = 24
export const SLICES_KEPT = SLICES + 1

/** One request of a window. */
export interface WindowAsk {
  readonly key: string
  readonly sliceMs: number
  readonly limit: number
  readonly wanted: number
}

/** What was taken in a slice and is not wanted after all. */
export interface WindowReturn {
  readonly key: string
  readonly slot: number
  readonly count: number
}

/** The counts of one key: `counts[0]` is the slice `slot` (since 1970, in slices), the others those before it. */
export interface Slices {
  readonly slot: number
  readonly counts: readonly number[]
}

/** What was taken, and the counts with it. */
export interface WindowAnswer extends Slices {
  readonly taken: number
}

export interface WindowStore {
  /** Different keys, in the order of the keys. The answers are in the same order. */
  take(asks: readonly WindowAsk[], nowMs: number): Promise<WindowAnswer[]>
  /** As `take`, and tells only what was taken. Nothing is wanted that is more than the limit. */
  takeEach(asks: readonly WindowAsk[], nowMs: number): Promise<number[]>
  /** Takes them off the newest slice, where that is the one they were taken in. Different keys, in the order of the keys. */
  giveBack(returns: readonly WindowReturn[]): Promise<void>
  /** Undefined: never used. */
  look(keys: readonly string[]): Promise<(Slices | undefined)[]>
  /** Forgets keys with nothing left in their window. Says how many. */
  sweep(nowMs: number): Promise<number>
}

const CLOCK_SLACK_MS = CLOCK_SLACK_US / 1_000

/** Slices that clocks may disagree by. Counts further ahead were written before the clock was set back: they count as new. */
const slackSlices = (sliceMs: number): number => Math.ceil(CLOCK_SLACK_MS / sliceMs) + 1

/** What still counts at this moment, as of the slice it is then. */
export function alive({ slot, counts }: Slices, sliceMs: number, nowMs: number): Slices {
  const current = Math.floor(nowMs / sliceMs)
  if (slot - current > slackSlices(sliceMs)) return { slot: current, counts }
  return { slot, counts: counts.slice(0, Math.max(0, SLICES_KEPT - Math.max(0, current - slot))) }
}

/** From now until no more than `most` of these counts are left. 0: it is so already. */
export function msUntilAtMost(most: number, slices: Slices, sliceMs: number, nowMs: number): number {
  const { slot, counts } = alive(slices, sliceMs, nowMs)
  let used = sum(counts)
  if (used <= most) return 0
  let index = counts.length
  while (used > most) used -= counts[--index]!
  return Math.max(1, (slot - index + SLICES_KEPT) * sliceMs - nowMs)
}

export const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
