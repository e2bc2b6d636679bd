import { sql } from 'kysely'
import type { Database } from '../../platform/database/database.ts'
import type { Entry } from './schemas.ts'

export interface EntryFilter {
  /** An actor's id. */
  readonly actor?: string | undefined
  /** An act, or what comes before its dot: `contact`. */
  readonly act?: string | undefined
  readonly subject?: string | undefined
  readonly kind?: 'change' | 'look' | undefined
  readonly outcome?: 'done' | 'refused' | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
}

const EXPORTED_AT_ONCE = 1_000

export type Entries = ReturnType<typeof createEntries>

/** The audit log, to be read by those it belongs to. */
export function createEntries({ db }: { db: Pick<Database, 'as'> }) {
  return {
    /** Newest first; those before number `before`. */
    list: (organizationId: string, filter: EntryFilter, before: number | undefined, limit: number): Promise<Entry[]> =>
      read(organizationId, filter, { before, limit, order: 'desc' }),

    /** Oldest first, page by page, as far as there are entries when it begins. */
    async *each(organizationId: string, filter: EntryFilter): AsyncGenerator<Entry[]> {
      const [last] = await read(organizationId, filter, { limit: 1, order: 'desc' })
      if (!last) return
      for (let after = 0; after < last.n; ) {
        const page = await read(organizationId, filter, {
          after,
          before: last.n + 1,
          limit: EXPORTED_AT_ONCE,
          order: 'asc',
        })
        if (page.length === 0) return
        yield page
        after = page.at(-1)!.n
      }
    },
  }

  async function read(
    organizationId: string,
    { actor, act, subject, kind, outcome, from, to }: EntryFilter,
    page: {
      readonly after?: number
      readonly before?: number | undefined
      readonly limit: number
      readonly order: 'asc' | 'desc'
    },
  ): Promise<Entry[]> {
    const rows = await db.as(organizationId, (tx) =>
      tx
        .selectFrom('audit_entry')
        .select(['n', 'id', 'at', 'kind', 'act', 'outcome', 'actor_kind', 'actor_id', 'actor_name', 'subjects'])
        .select(['details', 'ip', 'user_agent', 'request_id', 'support_window_id'])
        .where('organization_id', '=', organizationId)
        .$if(actor !== undefined, (query) => query.where('actor_id', '=', actor!))
        .$if(act?.includes('.') === true, (query) => query.where('act', '=', act!))
        .$if(act?.includes('.') === false, (query) =>
          // Everything from “contact.” up to, and not with, “contact/”.
          query.where('act', '>=', `${act}.`).where('act', '<', `${act}/`),
        )
        .$if(subject !== undefined, (query) =>
          query.where(sql<boolean>`subjects @> array[${subject!.toLowerCase()}]::text[]`),
        )
        .$if(kind !== undefined, (query) => query.where('kind', '=', kind!))
        .$if(outcome !== undefined, (query) => query.where('outcome', '=', outcome!))
        .$if(from !== undefined, (query) => query.where('at', '>=', from!))
        .$if(to !== undefined, (query) => query.where('at', '<', to!))
        .$if(page.after !== undefined, (query) => query.where('n', '>', String(page.after)))
        .$if(page.before !== undefined, (query) => query.where('n', '<', String(page.before)))
        .orderBy('n', page.order)
        .limit(page.limit)
        .execute(),
    )
    return rows.map((row) => ({
      n: Number(row.n),
      id: row.id,
      at: row.at,
      kind: row.kind as Entry['kind'],
      act: row.act,
      outcome: row.outcome as Entry['outcome'],
      actor: { kind: row.actor_kind as Entry['actor']['kind'], id: row.actor_id, name: row.actor_name },
      subjects: row.subjects,
      details: (row.details ?? {}) as Entry['details'],
      ip: row.ip,
      userAgent: row.user_agent,
      requestId: row.request_id,
      supportWindowId: row.support_window_id,
    }))
  }
}
