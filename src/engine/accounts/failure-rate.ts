interface Options {
  /** 0 to 1. */
  readonly share: number
  readonly ofAtLeast: number
  readonly withinMs: number
}

/** Counts per second, in a ring: what lies further back falls out by itself. */
export function createFailureRate({ share, ofAtLeast, withinMs }: Options) {
  const seconds = Math.ceil(withinMs / 1000)
  let ring = emptyRing()

  return {
    success(now: number): void {
      slot(now).sends++
    },

    /** True when, with this failure, at least that share of enough sends failed within the time. */
    failure(now: number): boolean {
      const current = slot(now)
      current.sends++
      current.failures++
      let sends = 0
      let failures = 0
      for (const past of ring) {
        if (past.second > current.second || past.second <= current.second - seconds) continue
        sends += past.sends
        failures += past.failures
      }
      return sends >= ofAtLeast && failures >= share * sends
    },

    clear(): void {
      ring = emptyRing()
    },
  }

  function slot(now: number) {
    const second = Math.floor(now / 1000)
    const found = ring[second % seconds]!
    if (found.second !== second) Object.assign(found, { second, sends: 0, failures: 0 })
    return found
  }

  function emptyRing() {
    return Array.from({ length: seconds }, () => ({ second: Number.NEGATIVE_INFINITY, sends: 0, failures: 0 }))
  }
}
