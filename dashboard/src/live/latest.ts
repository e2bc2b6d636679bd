/**
 * Events may come twice, or an old one after a newer one. Answers whether `at` is news about `id`, and remembers it.
 * Equal times count as news: two changes can share a millisecond.
 */
export function createLatest(limit = 5_000): (id: string, at: string) => boolean {
  const times = new Map<string, number>()
  return (id, at) => {
    const time = Date.parse(at)
    const last = times.get(id)
    if (last !== undefined && time < last) return false
    times.delete(id)
    times.set(id, time)
    if (times.size > limit) times.delete(times.keys().next().value as string)
    return true
  }
}

/** Runs `work` for a key at once, and at most once more per `everyMs` while calls keep coming. */
export function createCoalescer(everyMs: number): { run(key: string, work: () => void): void; stop(): void } {
  const waiting = new Map<string, { timer: ReturnType<typeof setTimeout>; again: (() => void) | undefined }>()

  const start = (key: string, work: () => void) => {
    const timer = setTimeout(() => {
      const again = waiting.get(key)?.again
      waiting.delete(key)
      if (again) start(key, again)
    }, everyMs)
    waiting.set(key, { timer, again: undefined })
    work()
  }

  return {
    run(key, work) {
      const current = waiting.get(key)
      if (current) current.again = work
      else start(key, work)
    },
    stop() {
      for (const { timer } of waiting.values()) clearTimeout(timer)
      waiting.clear()
    },
  }
}
