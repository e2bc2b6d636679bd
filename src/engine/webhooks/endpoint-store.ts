import { sql } from 'kysely'
import type { Database, Tx } from '../../platform/database/database.ts'
import type { Position } from '../messages/changes-store.ts'

export interface EndpointRow {
  readonly id: string
  readonly organization_id: string
  readonly url: string
  readonly description: string | null
  readonly events: string[]
  readonly secret: Buffer
  readonly old_secret: Buffer | null
  readonly old_until: Date | null
  readonly enabled: boolean
  readonly disabled_reason: string | null
  readonly failing_since: Date | null
  readonly created_at: Date
  readonly updated_at: Date
}

/** Inserts one, unless the organization has `most` already; false then. */
export async function insertEndpoint(tx: Tx, row: EndpointRow, most: number, position: Position): Promise<boolean> {
  // Two at once count one after the other.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`webhook endpoints ${row.organization_id}`}, 0))`.execute(
    tx,
  )
  const { count } = await tx
    .selectFrom('webhook_endpoint')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('organization_id', '=', row.organization_id)
    .executeTakeFirstOrThrow()
  if (count >= most) return false
  await beginHere(tx, row.organization_id, position)
  await tx.insertInto('webhook_endpoint').values(row).execute()
  return true
}

/** Before an endpoint is switched on: where no other one is listening, what happened until now is told to nobody. */
export async function beginHere(tx: Tx, organizationId: string, { xid, id, since }: Position): Promise<void> {
  await sql`insert into webhook_cursor (organization_id, xid, after_id, since)
    values (${organizationId}, ${xid.toString()}::xid8, ${id}, ${new Date(since)})
    on conflict (organization_id) do update set xid = excluded.xid, after_id = excluded.after_id, since = excluded.since
    where not exists (select 1 from webhook_endpoint e where e.organization_id = ${organizationId} and e.enabled)`.execute(
    tx,
  )
}

export const listEndpoints = (tx: Tx, organizationId: string, before: string | undefined, limit: number) =>
  tx
    .selectFrom('webhook_endpoint')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .$if(before !== undefined, (query) => query.where('id', '<', before!))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute() as Promise<EndpointRow[]>

export const findEndpoint = (tx: Tx, id: string) =>
  tx.selectFrom('webhook_endpoint').selectAll().where('id', '=', id).executeTakeFirst() as Promise<
    EndpointRow | undefined
  >

export type EndpointChange = Partial<
  Pick<
    EndpointRow,
    | 'url'
    | 'description'
    | 'events'
    | 'enabled'
    | 'disabled_reason'
    | 'failing_since'
    | 'secret'
    | 'old_secret'
    | 'old_until'
  >
>

export async function changeEndpoint(
  tx: Tx,
  id: string,
  change: EndpointChange,
  now: Date,
): Promise<EndpointRow | undefined> {
  return tx
    .updateTable('webhook_endpoint')
    .set({
      ...change,
      // What has been committed before it is switched on happened while it was off.
      ...(change.enabled && {
        listens_since: sql<string>`case when enabled then listens_since else pg_current_snapshot() end`,
      }),
      updated_at: now,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst() as Promise<EndpointRow | undefined>
}

export async function removeEndpoint(tx: Tx, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx.deleteFrom('webhook_endpoint').where('id', '=', id).executeTakeFirst()
  return numDeletedRows > 0n
}

/** Something succeeded: it is not failing. */
export const heal = (run: Database['run'], id: string) =>
  run('webhooks.heal', 'update webhook_endpoint set failing_since = null where id = $1 and failing_since is not null', [
    id,
  ])

/**
 * Something failed: since when it has. Where that is before `disableBefore` it is switched off, and its row is given, once.
 */
export async function fail(
  run: Database['run'],
  id: string,
  now: Date,
  disableBefore: Date,
  reason: string,
): Promise<EndpointRow | undefined> {
  const [row] = await run<EndpointRow & { disabled_now: boolean }>(
    'webhooks.fail',
    `update webhook_endpoint set failing_since = coalesce(failing_since, $2),
       enabled = coalesce(failing_since, $2) > $3, disabled_reason = case when coalesce(failing_since, $2) > $3 then null else $4 end
     where id = $1 and enabled returning *, not enabled as disabled_now`,
    [id, now, disableBefore, reason],
  )
  return row?.disabled_now ? row : undefined
}
