import type { Database } from '../../platform/database/database.ts'
import { idFloor } from '../../platform/ids.ts'

type Run = Database['run']

/**
 * A place in an organization's stream of changes: the transaction that wrote a row, then the row's id. Every row of a
 * transaction below the oldest one still running is there to stay, so reading on from a place gives each row once and
 * misses none, however commits overtake each other.
 */
export interface Position {
  readonly xid: bigint
  readonly id: string
  /** Milliseconds: what was not final when this place was reached has ids made after this, or less than `LONGEST_WRITE_MS` before. */
  readonly since: number
}

export interface ChangeRow {
  readonly xid: string
  readonly id: string
  readonly at: Date
  /** Null for a notification that was created, and for what a person sent to us. */
  readonly kind: number | null
  readonly message_id: string | null
  /** Null for what a person sent to us. */
  readonly notification_id: string | null
  readonly contact_id: string | null
  readonly channel: number | null
  readonly type: string
}

const FIRST_ID = '00000000-0000-0000-0000-000000000000'
const CHANGES_AT_ONCE = 500

/** Between making an id and committing its row: statements end after 30 s, and machines' clocks differ a little. */
export const LONGEST_WRITE_MS = 60_000

const positionAt = ({ xmin, at }: Now): Position => ({ xid: BigInt(xmin), id: FIRST_ID, since: at.getTime() })
export const isBehind = (a: Position, b: Position): boolean => a.xid < b.xid || (a.xid === b.xid && a.id < b.id)

/** Where a stream stands now: everything below has been committed or never will be. */
export async function currentPosition(run: Run): Promise<Position> {
  const [now] = await run<Now>(
    'live.position',
    'select pg_snapshot_xmin(pg_current_snapshot())::text as xmin, now() as at',
    [],
  )
  return positionAt(now!)
}

interface Now {
  readonly xmin: string
  readonly at: Date
}

/** The changes after a place, oldest first, and the place they lead to. `more` when the page was full. */
export async function readChanges(
  run: Run,
  organizationId: string,
  after: Position,
): Promise<{ rows: ChangeRow[]; to: Position; more: boolean }> {
  const rows = await run<ChangeRow & { xmin: string; read_at: Date }>('live.changes', CHANGES, [
    organizationId,
    after.xid.toString(),
    after.id,
    idFloor(new Date(after.since - LONGEST_WRITE_MS)),
  ])
  const found = rows.filter((row) => row.id !== null)
  const last = found.at(-1)
  const more = found.length === CHANGES_AT_ONCE
  const { xmin, read_at } = rows[0]!
  const to =
    more && last ? { xid: BigInt(last.xid), id: last.id, since: after.since } : positionAt({ xmin, at: read_at })
  return { rows: found, to: isBehind(to, after) ? after : to, more }
}

// Status changes only (kinds below 20); a deferred try is no new status.
const CHANGES = `
with now as (select pg_snapshot_xmin(pg_current_snapshot()) as xmin)
select now.xmin::text as xmin, now() as read_at, c.* from now left join lateral (
  select xid::text as xid, id, at, kind, message_id, notification_id, contact_id, channel, type from (
    (select e.xid, e.id, e.at, e.kind, e.message_id, m.notification_id, m.contact_id, m.channel, m.type
     from message_event e cross join lateral (select * from message m where m.id = e.message_id offset 0) m
     where e.organization_id = $1 and e.xid >= $2::xid8 and (e.xid, e.id) > ($2::xid8, $3::uuid) and e.xid < now.xmin and e.kind < 20
     order by e.xid, e.id limit ${CHANGES_AT_ONCE})
    union all
    (select n.xid, n.id, n.created_at, null, null, n.id, n.contact_id, null, n.type from notification n
     where n.organization_id = $1 and n.id > $4::uuid and n.xid >= $2::xid8 and (n.xid, n.id) > ($2::xid8, $3::uuid) and n.xid < now.xmin
     order by n.xid, n.id limit ${CHANGES_AT_ONCE})
    union all
    (select i.xid, i.id, i.received_at, null, null, null, i.contact_id, i.channel, i.kind from inbound_message i
     where i.organization_id = $1 and i.xid >= $2::xid8 and (i.xid, i.id) > ($2::xid8, $3::uuid) and i.xid < now.xmin
     order by i.xid, i.id limit ${CHANGES_AT_ONCE})
  ) all_kinds order by all_kinds.xid, all_kinds.id limit ${CHANGES_AT_ONCE}
) c on true`
