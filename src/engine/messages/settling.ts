import { setTimeout as sleep } from 'node:timers/promises'
import { createBatcher } from '../../platform/batch.ts'
import type { Database } from '../../platform/database/database.ts'
import { isUnreachable } from '../../platform/http/problems.ts'
import { refreshMarketingAt } from '../contacts/consents.ts'
import { type Settlement, settle } from './settle-store.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly changed: (organizationId: string) => void
  readonly onError: (error: unknown, ids: { messageId?: string }) => void
  readonly observe?: (rows: readonly Settlement[]) => void
}

const SETTLED_AT_ONCE = 500
/** Few large statements cost Postgres and this process less than many small ones, and nobody waits for them: the mail has left. */
const FULL = 100
const GATHERED_MS = 20
const LONGEST_WAIT_MS = 2_000

/**
 * Writes down what came of each try, many in one statement. What has been sent is known only here: while the database
 * is away it is kept, and written when it is back. Should Postgres refuse one of them, the others are written all the same.
 */
export function createSettling({ db, changed, onError, observe }: Deps) {
  let stopping = false
  const together = createBatcher<Settlement, undefined>({
    run: async (rows) => {
      await settleSurely(rows)
      await refreshMarketingAt(db.run, optedOut(rows)).catch((error: unknown) => onError(error, {}))
      for (const row of rows) changed(row.organizationId)
      observe?.(rows)
      return rows.map(() => undefined)
    },
    maxItems: SETTLED_AT_ONCE,
    // One at a time: what is sent meanwhile makes the next statement larger, and large ones cost a fraction per message.
    maxConcurrent: 1,
    gather: { full: FULL, ms: GATHERED_MS },
  })

  return {
    settle: (row: Settlement): Promise<undefined> => together(row),
    /** Writes what is left; gives up on a database that is away. */
    async stop(): Promise<void> {
      stopping = true
      await together.drain()
    },
  }

  async function settleSurely(rows: readonly Settlement[]): Promise<void> {
    for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      try {
        return await settle(db.run, rows)
      } catch (error) {
        if (!isUnreachable(error)) {
          onError(error, rows.length === 1 ? { messageId: rows[0]!.messageId } : {})
          if (rows.length > 1) for (const row of rows) await settleSurely([row])
          else if (!isBare(rows[0]!)) await settleSurely([bare(rows[0]!)])
          return
        }
        if (stopping) throw error
        onError(error, {})
        await sleep(waitMs)
      }
    }
  }
}

/** Where carriers have just told that somebody asked to hear no more. */
const optedOut = (rows: readonly Settlement[]) =>
  rows.flatMap(({ organizationId, suppress }) =>
    suppress?.reason === 'opted_out' ? [{ organizationId, ...suppress }] : [],
  )

/** Without the carrier's own words, in case it is they that cannot be stored: what was sent must not be sent again for them. */
const bare = (row: Settlement): Settlement => ({
  ...row,
  providerMessageId: null,
  code: null,
  detail: null,
  eventDetail: null,
  deadLetter: row.deadLetter && { ...row.deadLetter, code: null },
})
const isBare = (row: Settlement): boolean =>
  row.providerMessageId === null && row.code === null && row.detail === null && row.eventDetail === null
