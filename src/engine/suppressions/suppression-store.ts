import { sql } from 'kysely'
import type { Tx } from '../../platform/database/database.ts'
import { SUPPRESS_HARDER } from '../messages/suppression.ts'

export interface SuppressionRow {
  readonly id: string
  readonly channel: number
  readonly address: string
  readonly reason: string
  readonly note: string | null
  readonly message_id: string | null
  readonly created_at: Date
}

const COLUMNS = sql`id, channel, address, reason, note, message_id, created_at`

export interface SuppressionFilter {
  readonly channel?: number | undefined
  readonly reason?: string | undefined
  /** Any of these: the address as it is, and its fingerprints. */
  readonly addresses?: readonly string[] | undefined
  readonly before?: string | undefined
  readonly limit: number
}

/** Newest first. */
export async function listSuppressions(
  tx: Tx,
  organizationId: string,
  { channel, reason, addresses, before, limit }: SuppressionFilter,
): Promise<SuppressionRow[]> {
  const { rows } = await sql<SuppressionRow>`
    select ${COLUMNS} from suppression where organization_id = ${organizationId}
      ${channel === undefined ? sql`` : sql`and channel = ${channel}`} ${reason === undefined ? sql`` : sql`and reason = ${reason}`}
      ${addresses === undefined ? sql`` : sql`and address = any(${addresses}::text[])`} ${before === undefined ? sql`` : sql`and id < ${before}`}
    order by id desc limit ${limit}`.execute(tx)
  return rows
}

export async function findSuppression(tx: Tx, organizationId: string, id: string): Promise<SuppressionRow | undefined> {
  const { rows } = await sql<SuppressionRow>`
    select ${COLUMNS} from suppression where organization_id = ${organizationId} and id = ${id} for update`.execute(tx)
  return rows[0]
}

export interface NewSuppression {
  readonly channel: number
  readonly address: string
  readonly reason: string
  readonly note: string | null
  /** What it would be known by after an erasure: then it is there already. */
  readonly fingerprints: readonly string[]
}

/**
 * Adds those that are not there; one that is keeps the hardest of its reasons. Gives the addresses that are new, or whose
 * reason is. Each address once in a call.
 */
export async function addSuppressions(
  tx: Tx,
  organizationId: string,
  added: readonly NewSuppression[],
  actor: object | null,
  now: Date,
): Promise<{ channel: number; address: string }[]> {
  if (added.length === 0) return []
  const known = added.flatMap((row) => row.fingerprints.map((fingerprint) => [row, fingerprint] as const))
  const { rows } = await sql<{ channel: number; address: string }>`
    insert into suppression as suppression (organization_id, channel, address, reason, note, actor, created_at)
    select ${organizationId}, i.channel, i.address, i.reason, i.note, ${actor && JSON.stringify(actor)}::json, ${now}
    from unnest(${added.map((row) => row.channel)}::smallint[], ${added.map((row) => row.address)}::text[], ${added.map((row) => row.reason)}::text[], ${added.map((row) => row.note)}::text[])
      as i(channel, address, reason, note)
    where not exists (
      select from unnest(${known.map(([row]) => row.channel)}::smallint[], ${known.map(([row]) => row.address)}::text[], ${known.map(([, print]) => print)}::text[]) as k(channel, address, fingerprint)
      join suppression s on s.organization_id = ${organizationId} and s.channel = k.channel and s.address = k.fingerprint
      where k.channel = i.channel and k.address = i.address)
    order by i.channel, i.address
    ${sql.raw(SUPPRESS_HARDER.onConflict)}
    returning channel, address`.execute(tx)
  return rows
}

/** Takes one away and writes down who did, and why. */
export async function liftSuppression(
  tx: Tx,
  organizationId: string,
  row: SuppressionRow,
  lift: { readonly id: string; readonly why: string; readonly forced: boolean; readonly actor: object },
  now: Date,
): Promise<void> {
  await sql`delete from suppression where organization_id = ${organizationId} and id = ${row.id}`.execute(tx)
  await sql`
    insert into suppression_lifted (id, organization_id, channel, address, reason, why, forced, actor, created_at)
    values (${lift.id}, ${organizationId}, ${row.channel}, ${row.address}, ${row.reason}, ${lift.why}, ${lift.forced}, ${JSON.stringify(lift.actor)}::json, ${now})`.execute(
    tx,
  )
}

/** Those of these addresses that a message waits for. */
export async function awaited(
  tx: Tx,
  organizationId: string,
  addresses: readonly { readonly channel: number; readonly address: string }[],
): Promise<{ channel: number; address: string }[]> {
  if (addresses.length === 0) return []
  const { rows } = await sql<{ channel: number; address: string }>`
    select a.channel, a.address from unnest(${addresses.map((row) => row.channel)}::smallint[], ${addresses.map((row) => row.address)}::text[]) as a(channel, address)
    where exists (select from message m join message_work w on w.message_id = m.id
      where m.organization_id = ${organizationId} and m.address = a.address and m.channel = a.channel)
    order by a.channel, a.address`.execute(tx)
  return rows
}
