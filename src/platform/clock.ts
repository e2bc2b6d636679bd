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
