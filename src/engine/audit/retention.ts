import type { Clock } from '../../platform/clock.ts'
import type { Crypto } from '../../platform/crypto.ts'
import { type Database, runWithin } from '../../platform/database/database.ts'
import { type Head, stampOf } from './chain.ts'
import { beginChain, headOf, keyOf, lockChain } from './chain-store.ts'
import { ORIGIN_KEPT_MS } from './entry.ts'

interface Deps {
  readonly db: Pick<Database, 'run' | 'engine'>
  readonly clock: Clock
  readonly crypto: Crypto
}

/** Three years. */
const DEFAULT_KEEP_DAYS = 1096
export const LEAST_KEEP_DAYS = 365
export const MOST_KEEP_DAYS = 3_653

const AT_ONCE = 5_000
const DAY_MS = 24 * 3_600_000

export type Retention = ReturnType<typeof createRetention>

/** What is forgotten of the audit log: addresses and programs after a year, entries after the organization's time. */
export function createRetention({ db, clock, crypto }: Deps) {
  return {
    async keepDays(organizationId: string): Promise<number> {
      const [row] = await db.run<{ keep_days: number }>(
        'audit.keep-days',
        'select keep_days from audit_chain where organization_id = $1',
        [organizationId],
      )
      return row?.keep_days ?? DEFAULT_KEEP_DAYS
    },

    async setKeepDays(organizationId: string, days: number): Promise<void> {
      await beginChain(db.run, crypto, organizationId, clock.now())
      await db.run('audit.set-keep-days', 'update audit_chain set keep_days = $2 where organization_id = $1', [
        organizationId,
        days,
      ])
    },

    async sweep(): Promise<void> {
      const forgetBefore = new Date(clock.now().getTime() - ORIGIN_KEPT_MS)
      while ((await forgetOrigins(forgetBefore)) === AT_ONCE);
      for (const organizationId of await pastTheirTime()) while (await cut(organizationId));
    },
  }

  async function forgetOrigins(before: Date): Promise<number> {
    const [row] = await db.run<{ count: number }>(
      'audit.forget-origins',
      'select audit_forget_origins($1, $2) as count',
      [before, AT_ONCE],
    )
    return row!.count
  }

  async function pastTheirTime(): Promise<string[]> {
    const rows = await db.run<{ organization_id: string }>(
      'audit.past-their-time',
      `select c.organization_id from audit_chain c
       join audit_entry e on e.organization_id = c.organization_id and e.n = c.anchor_n + 1
       where e.at < $1::timestamptz - greatest(c.keep_days, ${LEAST_KEEP_DAYS}) * interval '1 day'`,
      [clock.now()],
    )
    return rows.map((row) => row.organization_id)
  }

  /** Takes the oldest entries away and begins the chain after them, in one transaction. True: there may be more. */
  function cut(organizationId: string): Promise<boolean> {
    return db.engine.transaction().execute(async (tx) => {
      const run = runWithin(tx)
      const chain = await lockChain(run, organizationId)
      if (!chain) return false
      const before = clock.now().getTime() - Math.max(chain.keep_days, LEAST_KEEP_DAYS) * DAY_MS
      const head = headOf(chain)
      const [last] = await run<{ n: string; hash: Buffer }>(
        'audit.last-to-go',
        `select n, hash from audit_entry where organization_id = $1 and n between $2 and $3 and at < $4 order by n desc limit 1`,
        [organizationId, head.anchorN + 1, head.anchorN + AT_ONCE, new Date(before)],
      )
      if (!last) return false
      const anchorN = Number(last.n)
      const start = anchorN > head.startN ? { startN: anchorN, startHash: last.hash } : {}
      const next: Head = { ...head, anchorN, ...start }
      await run(
        'audit.anchor',
        'update audit_chain set anchor_n = $2, start_n = $3, start_hash = $4, stamp = $5 where organization_id = $1',
        [
          organizationId,
          next.anchorN,
          next.startN,
          next.startHash,
          stampOf(keyOf(chain, crypto), organizationId, next),
        ],
      )
      await run('audit.forget-before-anchor', 'select audit_forget_before_anchor($1)', [organizationId])
      return anchorN === head.anchorN + AT_ONCE
    })
  }
}
