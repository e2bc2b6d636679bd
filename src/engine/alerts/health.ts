/** What one look at the parts of an installation found. */
export interface Sample {
  readonly at: Date
  /** How long the database took to answer the simplest question; undefined: it gave no answer. */
  readonly databaseMs: number | undefined
  /** Undefined: nobody asked, because the database is away. */
  readonly queueAnswers: boolean | undefined
  /** Of the disk of the data folder; undefined: it does not say. */
  readonly disk: { readonly freeBytes: number; readonly bytes: number } | undefined
}

/** Since when each part is in trouble, if it is. */
export interface Health {
  readonly slowSince?: Date | undefined
  readonly awaySince?: Date | undefined
  /** It was away, and answers again. */
  readonly cameBack?: { readonly since: Date; readonly at: Date } | undefined
  readonly queueSince?: Date | undefined
  readonly diskSince?: Date | undefined
  readonly last?: Sample
}

export type Part = 'database_slow' | 'database_away' | 'queue' | 'disk'
export interface Trouble {
  readonly part: Part
  readonly since: Date
  /** Milliseconds of the database's answer, or of its absence; free bytes of the disk. */
  readonly measured?: number
}

/** A question that needs no table and takes longer: everything does. */
export const SLOW_MS = 1_000
/** Calls of carriers may need as much while the database is away. */
export const LEAST_FREE_BYTES = 1024 ** 3
const LEAST_FREE_SHARE = 0.1
/** What ends before is nobody's news: a restart, a failover. */
const LASTS_MS = 60_000
/** That it was away can be told only afterwards; then for so long. */
const TOLD_AFTER_MS = 60_000

/** What is known after one more look. */
export function seen(before: Health, sample: Sample): Health {
  const { at, databaseMs, queueAnswers, disk } = sample
  const isAway = databaseMs === undefined
  const since = (is: boolean, known: Date | undefined) => (is ? (known ?? at) : undefined)
  const isFull =
    disk !== undefined && disk.freeBytes < LEAST_FREE_BYTES && disk.freeBytes < disk.bytes * LEAST_FREE_SHARE
  return {
    last: sample,
    awaySince: since(isAway, before.awaySince),
    cameBack: !isAway && before.awaySince ? { since: before.awaySince, at } : before.cameBack,
    slowSince: since(!isAway && databaseMs >= SLOW_MS, before.slowSince),
    queueSince: queueAnswers === undefined ? before.queueSince : since(!queueAnswers, before.queueSince),
    diskSince: since(isFull, before.diskSince),
  }
}

/** What is wrong, and has been for long enough to be told. While the database is away nothing can be. */
export function troublesOf(health: Health, now: Date): Trouble[] {
  const { last, slowSince, cameBack, queueSince, diskSince } = health
  const lasts = (since: Date | undefined): since is Date =>
    since !== undefined && now.getTime() - since.getTime() >= LASTS_MS
  const found: Trouble[] = []
  if (cameBack && now.getTime() - cameBack.at.getTime() < TOLD_AFTER_MS) {
    const measured = cameBack.at.getTime() - cameBack.since.getTime()
    if (measured >= LASTS_MS) found.push({ part: 'database_away', since: cameBack.since, measured })
  }
  if (lasts(slowSince)) found.push({ part: 'database_slow', since: slowSince, measured: last?.databaseMs ?? SLOW_MS })
  if (lasts(queueSince)) found.push({ part: 'queue', since: queueSince })
  if (lasts(diskSince)) found.push({ part: 'disk', since: diskSince, measured: last?.disk?.freeBytes ?? 0 })
  return found
}
