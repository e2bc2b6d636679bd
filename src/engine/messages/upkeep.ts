import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { sweepContentGuard } from './content-guard.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  readonly onError: (error: unknown) => void
  /** What else is tidied up once an hour. */
  readonly hourly: readonly (() => Promise<unknown>)[]
}

const VACUUM_EVERY_MS = 5_000
/** Dead rows that make a vacuum of the work table worth it: below, it costs more than it gives. */
const VACUUM_FROM_DEAD_ROWS = 2_000
const DAILY_MS = 24 * 3_600_000
const HOURLY_MS = 3_600_000
const EVERY_MINUTE_MS = 60_000
const MONTHS_AHEAD = 3
const KEYS_AT_ONCE = 10_000

/** Makes the partitions of this month and the next ones; called before anything is written, and every day. */
export const ensurePartitions = (run: Database['run'], now: Date) =>
  run('upkeep.partitions', 'select ensure_partitions($1, $2)', [now, MONTHS_AHEAD])

/** What keeps the heart's tables small and ready. Runs in workers; doing it twice does no harm. */
export function createUpkeep({ db, clock, onError, hourly }: Deps) {
  const timers: NodeJS.Timeout[] = []

  /**
   * Rows of the work table live for seconds, so dead ones pile up faster than autovacuum comes (its naptime is a minute
   * by default): after a million messages 303 MB for 300 live rows, with this 50 MB at the same speed.
   */
  async function vacuum(): Promise<void> {
    const [table] = await db.run<{ dead: string }>(
      'upkeep.dead',
      `select n_dead_tup as dead from pg_stat_user_tables where relname = 'message_work'`,
      [],
    )
    if (Number(table?.dead ?? 0) >= VACUUM_FROM_DEAD_ROWS)
      await db.run('upkeep.vacuum', 'vacuum (skip_locked, index_cleanup on, truncate off) message_work', [])
  }

  const expireKeys = () =>
    db.run(
      'upkeep.keys',
      `delete from dedupe_key where (organization_id, key) in (select organization_id, key from dedupe_key where expires_at < $1 limit ${KEYS_AT_ONCE})`,
      [clock.now()],
    )

  const every = (ms: number, work: () => Promise<unknown>) =>
    timers.push(setInterval(() => void work().catch(onError), ms))

  return {
    start(): void {
      every(VACUUM_EVERY_MS, vacuum)
      // Its rows live for minutes, and there is one for every message.
      every(EVERY_MINUTE_MS, () => sweepContentGuard(db.run, clock.now()))
      for (const work of [expireKeys, ...hourly]) every(HOURLY_MS, work)
      every(DAILY_MS, () => ensurePartitions(db.run, clock.now()))
    },
    stop(): void {
      for (const timer of timers) clearInterval(timer)
    },
  }
}
