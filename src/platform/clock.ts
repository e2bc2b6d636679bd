/** The time, passed in. Rules take a `Date`; only this file and what it hands out know what time it is. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

export interface MovableClock extends Clock {
  /** Moves forward (or back) by so many milliseconds; time goes on running from there. */
  advance(ms: number): void
  moveTo(time: Date): void
}

/** Runs like the system clock until it is moved. For tests and the sandbox. */
export function createMovableClock(base: Clock = systemClock): MovableClock {
  let offsetMs = 0
  return {
    now: () => new Date(base.now().getTime() + offsetMs),
    advance: (ms) => {
      offsetMs += ms
    },
    moveTo: (time) => {
      offsetMs = time.getTime() - base.now().getTime()
    },
  }
}

/** What the database says about the time. */
export interface DatabaseTime {
  readonly now: Date
  /** How far ahead of it this installation lives, in milliseconds: the sandbox's clock. */
  readonly aheadMs: number
}

export interface SharedClock extends Clock {
  /** Asks the database what time it is; also done every few seconds between `start` and `stop`. */
  follow(): Promise<void>
  /** How far ahead of the true time `now` is. */
  aheadMs(): number
  /** The time elsewhere, for what others compare with their own clocks. */
  trueNow(): Date
  start(): void
  stop(): void
}

const FOLLOW_EVERY_MS = 5_000
/** A difference this small is the way to the database and back. */
const NOTICED_FROM_MS = 50
/** An answer that took longer says too little about the time. */
const LONGEST_QUESTION_MS = 1_000

/**
 * One time for all processes: the database's. Leases, limits and due times are compared between machines, and one whose
 * clock is an hour ahead would take every claim for expired. Between two questions it counts by the process's monotonic
 * clock, so that a machine's clock may be set without anyone noticing. `base`: moved away from the system's clock, this
 * one is moved as far.
 */
export function createSharedClock(
  base: Clock,
  askDatabase: () => Promise<DatabaseTime>,
  onError: (error: unknown) => void,
): SharedClock {
  let skewMs = 0
  let aheadMs = 0
  let timer: NodeJS.Timeout | undefined
  const steady = () => performance.timeOrigin + performance.now()

  async function follow(): Promise<void> {
    const began = performance.now()
    const { now, aheadMs: ahead } = await askDatabase()
    const theirs = now.getTime()
    const tookMs = performance.now() - began
    aheadMs = ahead
    if (tookMs > LONGEST_QUESTION_MS) return
    const measured = theirs + tookMs / 2 - steady()
    // The answer was read at some moment of the question: as far as half of it, the difference may be its own slowness.
    if (Math.abs(measured - skewMs) > NOTICED_FROM_MS + tookMs / 2) skewMs = measured
  }

  const trueMs = () => steady() + skewMs + (base.now().getTime() - Date.now())

  return {
    now: () => new Date(trueMs() + aheadMs),
    trueNow: () => new Date(trueMs()),
    aheadMs: () => aheadMs,
    follow,
    start() {
      timer ??= setInterval(() => void follow().catch(onError), FOLLOW_EVERY_MS)
    },
    stop() {
      clearInterval(timer)
      timer = undefined
    },
  }
}
