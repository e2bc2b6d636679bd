import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { noteCall } from './look-store.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

const NOTED_EVERY_MS = 60_000
const MOST_REMEMBERED = 10_000

/** When carriers called last: whoever sets an account up sees whether its reports arrive. Written once a minute at most. */
export function createCalls({ db, clock, onError }: Deps) {
  const noted = new Map<string, number>()

  /** `refused`: why it was not taken; undefined when it was. Never waited for: the carrier is answered first. */
  return (accountId: string, refused?: string): void => {
    const what = refused === undefined ? 'call' : 'refused'
    const key = `${accountId} ${what}`
    const now = clock.now()
    const before = noted.get(key)
    if (before !== undefined && Math.abs(now.getTime() - before) < NOTED_EVERY_MS) return
    if (noted.size >= MOST_REMEMBERED) noted.clear()
    noted.set(key, now.getTime())
    noteCall(db.run, accountId, what, refused ?? null, now).catch(onError)
  }
}
