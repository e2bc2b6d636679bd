import { systemClock } from './clock.ts'

const AGAIN_AFTER_MS = 10_000

/**
 * Passes errors on, but not each of an outage: objects that share a connection all pass on the same error, and a server
 * that is gone is found gone every second. The same error is told once, the same message every ten seconds.
 */
export function tellOnce(onError: (error: Error) => void): (error: Error) => void {
  const seen = new WeakSet<Error>()
  const toldAt = new Map<string, number>()
  return (error) => {
    if (seen.has(error)) return
    seen.add(error)
    const now = systemClock.now().getTime()
    if (now - (toldAt.get(error.message) ?? Number.NEGATIVE_INFINITY) < AGAIN_AFTER_MS) return
    if (toldAt.size >= 100) toldAt.clear()
    toldAt.set(error.message, now)
    onError(error)
  }
}
