/**
 * One request of a bucket, in whole microseconds so that nothing is lost to rounding. A bucket is one number, its
 * theoretical arrival time (GCRA): how far ahead of the clock it is, is how much of it is used up.
 */
export interface Ask {
  readonly key: string
  /** What one unit costs. */
  readonly unitUs: number
  /** How far ahead a bucket may be: burst × unit. */
  readonly depthUs: number
  readonly cost: number
  /** Less than `cost` will do. */
  readonly partial: boolean
  /** Units to leave in the bucket for others. */
  readonly keep: number
}

/** What was taken, and how far ahead the bucket was before. */
export interface Answer {
  readonly taken: number
  readonly aheadUs: number
}

export interface Buckets {
  ask(ask: Ask): Promise<Answer>
  /** How far ahead each bucket is, in the order of the keys; nothing is taken. */
  look(keys: readonly string[]): Promise<number[]>
  sweep(): Promise<number>
}

/**
 * A bucket further ahead than it can be, by more than this, was filled by a clock that has since been set back; it
 * counts as empty rather than stay shut. Smaller differences are clocks of two machines that disagree.
 */
export const CLOCK_SLACK_US = 60_000_000
