import { createBatcher } from '../../platform/batch.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { createLooking } from '../../platform/looking.ts'
import type { Report } from '../channels/report.ts'
import { closeHits, dropHits, HIT_KINDS, type HitRow, keepHits, type NewHit, openHits } from './hits-store.ts'
import { type Hit, machineReason } from './machine.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  /** Applies what we saw, as it applies what carriers say. */
  readonly tell: (reports: readonly OwnReport[]) => Promise<void>
  readonly onError: (error: unknown) => void
}

export type OwnReport = Report & { readonly messageId: string }

/** What came, before the clock and an id are added. */
export type Came = Omit<Hit, 'at'> & { readonly messageId: string }

const KEPT_AT_ONCE = 500
/** Hits that wait in memory while the database is away; what comes on top is lost, and said so. */
const MOST_WAITING = 50_000
/** The same again within this time tells nothing new. */
const SAME_MS = 10_000
const MOST_REMEMBERED = 50_000
const LONGEST_USER_AGENT = 300
/** Long enough after a hit to have seen what a machine would have done next. */
const JUDGED_AFTER_MS = 2_000
const JUDGED_AT_ONCE = 500
const LOOK_EVERY_MS = 500
/** As long as contents are kept. */
const KEPT_MS = 90 * 24 * 3_600_000

export type Hits = ReturnType<typeof createHits>

/**
 * Opens and clicks that we see ourselves. Nobody who follows a link waits for the database: a hit is noted in memory, written
 * within milliseconds with others, and judged by a worker a moment later, when what came beside it is known.
 */
export function createHits({ db, clock, tell, onError }: Deps) {
  const recent = new Map<string, number>()
  const looking = createLooking(judge, LOOK_EVERY_MS, onError)
  const keep = createBatcher<NewHit, undefined>({
    run: async (hits) => {
      await keepHits(db.run, hits)
      return hits.map(() => undefined)
    },
    maxItems: KEPT_AT_ONCE,
    maxConcurrent: 2,
  })

  return {
    /** Returns at once. */
    note({ messageId, kind, link, method, userAgent, prefetch }: Came): void {
      const at = clock.now()
      const agent = userAgent.slice(0, LONGEST_USER_AGENT)
      if (isRepeated(`${messageId} ${kind} ${link} ${method} ${agent}`, at.getTime())) return
      if (keep.size() >= MOST_WAITING) {
        onError(new Error('An open or click was not counted: too many wait'))
        return
      }
      keep({
        id: newId(at),
        messageId,
        at,
        kind: HIT_KINDS.indexOf(kind),
        link: link && withoutQuery(link),
        method,
        userAgent: agent,
        prefetch,
      }).catch(onError)
    },

    start: looking.start,

    /** Writes what is noted, and finishes what is being judged. */
    async stop(): Promise<void> {
      const judged = looking.stop()
      await keep.drain()
      await judged
    },

    /** Forgets what is older than contents are kept. */
    sweep: () => dropHits(db.run, new Date(clock.now().getTime() - KEPT_MS)),
  }

  function isRepeated(what: string, now: number): boolean {
    const last = recent.get(what)
    if (last !== undefined && now - last < SAME_MS) return true
    if (recent.size >= MOST_REMEMBERED) recent.clear()
    recent.set(what, now)
    return false
  }

  /** Should this end between telling and closing, it is told again: a report twice is one report. */
  async function judge(): Promise<void> {
    const now = clock.now()
    const rows = await openHits(db.run, new Date(now.getTime() - JUDGED_AFTER_MS), JUDGED_AT_ONCE)
    if (rows.length === 0) return
    const judged = [...Map.groupBy(rows, (row) => row.message_id).values()].flatMap((ofMessage) => {
      const hits = ofMessage.map(hitOf)
      return ofMessage.flatMap((row, index) => {
        if (row.is_judged) return []
        const others = hits.filter((_, other) => other !== index)
        const automatic = machineReason(hits[index]!, row.sent_at, others) ?? null
        return [{ row, automatic }]
      })
    })
    await tell(judged.map(({ row, automatic }) => reportOf(row, automatic)))
    await closeHits(
      db.run,
      judged.map(({ row, automatic }) => ({ messageId: row.message_id, id: row.id, automatic })),
      now,
    )
  }
}

const hitOf = (row: HitRow): Hit => ({
  kind: HIT_KINDS[row.kind] ?? 'open',
  method: row.method,
  userAgent: row.user_agent,
  prefetch: row.prefetch,
  at: row.at,
  link: row.link,
})

const reportOf = (row: HitRow, automatic: string | null): OwnReport => ({
  eventId: row.id,
  messageId: row.message_id,
  status: HIT_KINDS[row.kind] === 'click' ? 'clicked' : 'opened',
  at: row.at,
  ...(row.link === null ? {} : { link: row.link }),
  ...(automatic === null ? {} : { automatic: true as const, detail: automatic }),
})

/** What follows the path may be about the person. */
const withoutQuery = (address: string): string => address.replace(/[?#].*$/s, '')
