import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { isRecent } from '../../platform/remembered.ts'
import type { Cost } from '../channels/cost.ts'
import { estimate, type Price, type Priced } from './price.ts'
import { readPrices, replacePrices } from './store.ts'

interface Deps {
  readonly db: Pick<Database, 'run' | 'as'>
  readonly clock: Clock
}

interface Lists {
  readonly own: readonly Price[]
  readonly platform: readonly Price[]
}

/** A changed price may take so long to be known to every process. */
const CACHED_MS = 10_000
const MOST_CACHED = 10_000

export type Prices = ReturnType<typeof createPrices>

/** What carriers take, as organizations and the platform have written it down: Carillon knows no carrier's prices by itself. */
export function createPrices({ db, clock }: Deps) {
  const cache = new Map<string, { readonly from: number; readonly lists: Promise<Lists> }>()

  return {
    lists,

    /** What a message will cost: by the organization's own prices, else by the platform's. Undefined where nobody has said. */
    async costOf(organizationId: string, message: Priced): Promise<Cost | undefined> {
      const { own, platform } = await lists(organizationId)
      if (own.length + platform.length === 0) return undefined
      return estimate(own, message) ?? estimate(platform, message)
    },

    async replace(organizationId: string, prices: readonly Price[]): Promise<Lists> {
      await db.as(organizationId, (tx) => replacePrices(tx, organizationId, prices, clock.now()))
      cache.delete(organizationId)
      return lists(organizationId)
    },
  }

  function lists(organizationId: string): Promise<Lists> {
    const now = clock.now()
    const known = cache.get(organizationId)
    if (known && isRecent(known.from, now, CACHED_MS)) return known.lists
    const read = readPrices(db.run, organizationId)
    if (cache.size >= MOST_CACHED) cache.clear()
    cache.set(organizationId, { from: now.getTime(), lists: read })
    // A failed read must not be remembered as the answer.
    read.catch(() => cache.delete(organizationId))
    return read
  }
}
