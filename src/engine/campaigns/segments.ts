import { sql } from 'kysely'
import { AppError, invalid, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { type Filter, whereOf } from './filter.ts'

interface Deps {
  readonly db: Pick<Database, 'as'>
  readonly clock: Clock
}

export interface SegmentDraft {
  readonly name: string
  /** Null: a list, of those that are put on it. */
  readonly filter: Filter | null
}

export interface SegmentRow {
  readonly id: string
  readonly name: string
  readonly filter: Filter | null
  readonly created_at: Date
  readonly updated_at: Date
}

const SHOWN = 5

export type Segments = ReturnType<typeof createSegments>

/** Contacts somebody means together. Whom a filter finds is asked each time; a list holds those that were put on it. */
export function createSegments({ db, clock }: Deps) {
  return {
    list: (organizationId: string, { before, limit }: { before: string | undefined; limit: number }) =>
      db.as(organizationId, async (tx) => {
        const { rows } = await sql<SegmentRow>`
          select id, name, filter, created_at, updated_at from segment
          where organization_id = ${organizationId} and (${before ?? null}::uuid is null or id < ${before ?? null}::uuid) order by id desc limit ${limit}`.execute(
          tx,
        )
        return rows.map(toSegment)
      }),

    get: (organizationId: string, id: string) =>
      db.as(organizationId, async (tx) => {
        const segment = await existing(tx, id)
        return { ...toSegment(segment), ...(await whom(tx, organizationId, segment)) }
      }),

    create: (organizationId: string, { name, filter }: SegmentDraft) =>
      db.as(organizationId, async (tx) => {
        if (filter) await checkLists(tx, filter)
        const now = clock.now()
        const id = newId(now)
        await sql`insert into segment (id, organization_id, name, filter, created_at, updated_at)
          values (${id}, ${organizationId}, ${name}, ${filter && JSON.stringify(filter)}::json, ${now}, ${now})`.execute(
          tx,
        )
        return toSegment(await existing(tx, id))
      }),

    update: (organizationId: string, id: string, change: Partial<SegmentDraft>) =>
      db.as(organizationId, async (tx) => {
        const segment = await existing(tx, id)
        const filter = change.filter === undefined ? segment.filter : change.filter
        if ((filter === null) !== (segment.filter === null))
          throw invalid('filter', 'A list stays a list, and a filter a filter; make another segment')
        if (filter) await checkLists(tx, filter)
        await sql`update segment set name = ${change.name ?? segment.name}, filter = ${filter && JSON.stringify(filter)}::json, updated_at = ${clock.now()} where id = ${id}`.execute(
          tx,
        )
        return toSegment(await existing(tx, id))
      }),

    remove: (organizationId: string, id: string) =>
      db.as(organizationId, async (tx) => {
        await existing(tx, id, sql`for update`)
        const { rows } =
          await sql`select 1 from campaign where organization_id = ${organizationId} and segment_id = ${id} and status not in ('done', 'cancelled') limit 1`.execute(
            tx,
          )
        if (rows.length > 0) throw new AppError('conflict', 'A campaign that is not over is for this segment')
        const { rows: named } =
          await sql`select 1 from segment where organization_id = ${organizationId} and id <> ${id} and filter::text like ${`%${id}%`} limit 1`.execute(
            tx,
          )
        if (named.length > 0) throw new AppError('conflict', 'Another segment names this list in its filter')
        await sql`delete from segment where id = ${id}`.execute(tx)
      }),

    /** Whom a filter would find now. */
    preview: (organizationId: string, filter: Filter) =>
      db.as(organizationId, async (tx) => {
        await checkLists(tx, filter)
        return whom(tx, organizationId, { id: null, filter })
      }),

    /** Puts contacts on a list; those that are on it stay. How many are new. */
    add: (organizationId: string, id: string, contactIds: readonly string[]) =>
      db.as(organizationId, async (tx) => {
        const segment = await existing(tx, id)
        if (segment.filter) throw new AppError('conflict', 'This segment is a filter: who is in it follows from that')
        return { added: await addMembers(tx, organizationId, id, contactIds) }
      }),

    /** Takes a contact off a list. */
    take: (organizationId: string, id: string, contactId: string) =>
      db.as(organizationId, async (tx) => {
        await existing(tx, id)
        await sql`delete from segment_member where segment_id = ${id} and contact_id = ${contactId}`.execute(tx)
      }),
  }

  async function whom(tx: Tx, organizationId: string, which: { id: string | null; filter: Filter | null }) {
    const where = sql`from contact c where c.organization_id = ${organizationId} and c.erased_at is null and ${audienceOf(which, clock.now())}`
    const counted = await sql<{ n: number }>`select count(*)::int as n ${where}`.execute(tx)
    const shown = await sql<{
      id: string
      name: string | null
    }>`select c.id, c.name ${where} order by c.id desc limit ${SHOWN}`.execute(tx)
    return { count: counted.rows[0]?.n ?? 0, examples: shown.rows }
  }
}

/** The condition on a contact `c` that it belongs to a segment; without one, everybody does. */
export const audienceOf = (
  segment: { readonly id: string | null; readonly filter: Filter | null } | null,
  now: Date,
) =>
  !segment
    ? sql<boolean>`true`
    : segment.filter
      ? whereOf(segment.filter, now)
      : sql<boolean>`exists (select 1 from segment_member l where l.segment_id = ${segment.id}::uuid and l.contact_id = c.id)`

export async function addMembers(
  tx: Tx,
  organizationId: string,
  segmentId: string,
  contactIds: readonly string[],
): Promise<number> {
  const { rows } = await sql`
    insert into segment_member (segment_id, contact_id, organization_id)
    select ${segmentId}, c.id, ${organizationId} from contact c where c.id = any(${contactIds}::uuid[]) and c.organization_id = ${organizationId} and c.erased_at is null
    on conflict do nothing returning 1`.execute(tx)
  return rows.length
}

/** @throws AppError `not_found`. `lock`: until the transaction ends. */
export async function existing(tx: Tx, id: string, lock = sql``): Promise<SegmentRow> {
  const { rows } =
    await sql<SegmentRow>`select id, name, filter, created_at, updated_at from segment where id = ${id} ${lock}`.execute(
      tx,
    )
  if (!rows[0]) throw notFound('Segment', id)
  return rows[0]
}

async function checkLists(tx: Tx, filter: Filter): Promise<void> {
  for (const one of 'all' in filter ? filter.all : filter.any) {
    if ('all' in one || 'any' in one) await checkLists(tx, one)
    else if ('list' in one) {
      const { rows } = await sql`select 1 from segment where id = ${one.list} and filter is null for key share`.execute(
        tx,
      )
      if (rows.length === 0) throw invalid('filter', `names a list that there is none of: ${one.list}`)
    }
  }
}

const toSegment = (row: SegmentRow) => ({
  id: row.id,
  name: row.name,
  filter: row.filter,
  isList: row.filter === null,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
