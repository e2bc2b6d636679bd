import type { Clock } from './clock.ts'

interface Deps<Value> {
  /** Reads what is remembered of one owner. */
  readonly load: (owner: string) => Promise<Value>
  readonly clock: Clock
  /** How long a change made in another process may stay unseen here. */
  readonly staleMs: number
  readonly mostOwners?: number
}

const MOST_OWNERS = 5_000

/** What was read of an owner a moment ago: one read for all who ask at once, none while it is fresh. */
export function createRemembered<Value>({ load, clock, staleMs, mostOwners = MOST_OWNERS }: Deps<Value>) {
  const known = new Map<string, { readonly from: number; readonly value: Value } | Promise<Value>>()

  return {
    /** At once where it is remembered; a promise while it is read. */
    of(owner: string): Value | Promise<Value> {
      const found = known.get(owner)
      if (found instanceof Promise) return found
      if (found && isRecent(found.from, clock.now(), staleMs)) return found.value
      const loading: Promise<Value> = load(owner).then(
        (value) => {
          // Forgotten while it was read: what was read may be from before the change.
          if (known.get(owner) === loading) known.set(owner, { from: clock.now().getTime(), value })
          return value
        },
        (error) => {
          if (known.get(owner) === loading) known.delete(owner)
          throw error
        },
      )
      if (known.size >= mostOwners) known.clear()
      known.set(owner, loading)
      return loading
    },

    /** Something changed: the next look reads again. */
    forget: (owner: string): void => void known.delete(owner),
  }
}

/** Not so when the clock has been put back since: what was true then is not remembered for as long as it was ahead. */
export const isRecent = (from: number, now: Date, ms: number): boolean =>
  now.getTime() >= from && now.getTime() < from + ms
