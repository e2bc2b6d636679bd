import { sql } from 'kysely'
import { texts, uuids } from '../../platform/database/arrays.ts'
import type { Database, Tx } from '../../platform/database/database.ts'

type Run = Database['run']

export const DELIVERY_STATUSES = ['waiting', 'delivered', 'failed'] as const
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]
const WAITING = DELIVERY_STATUSES.indexOf('waiting')
const FAILED = DELIVERY_STATUSES.indexOf('failed')

/** One try: the status of the answer, or why there was none. */
export interface DeliveryTry {
  readonly at: string
  readonly status: number | null
  readonly error: string | null
  readonly ms: number
}

export interface NewDelivery {
  readonly id: string
  readonly organizationId: string
  readonly endpointId: string
  readonly eventId: string
  /** The transaction that wrote what is told; null: it is told of whenever it was. */
  readonly xid: string | null
  readonly type: string
  readonly body: string
}

/** Puts deliveries in line, each event once for each endpoint, and none that happened before the endpoint was switched on. */
export async function addDeliveries(run: Run, rows: readonly NewDelivery[], now: Date): Promise<void> {
  if (rows.length === 0) return
  await run(
    'webhooks.add',
    `insert into webhook_delivery (id, organization_id, endpoint_id, event_id, type, body, status, due_at, created_at)
     select i.id, i.organization_id, i.endpoint_id, i.event_id, i.type, i.body, ${WAITING}, $7, $7
     from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $8::text[]) as i(id, organization_id, endpoint_id, event_id, type, body, xid)
     join webhook_endpoint e on e.id = i.endpoint_id
     where pg_visible_in_snapshot(i.xid::xid8, e.listens_since) is not true
     on conflict do nothing`,
    [
      uuids(rows.map((row) => row.id)),
      uuids(rows.map((row) => row.organizationId)),
      uuids(rows.map((row) => row.endpointId)),
      uuids(rows.map((row) => row.eventId)),
      texts(rows.map((row) => row.type)),
      texts(rows.map((row) => row.body)),
      now,
      texts(rows.map((row) => row.xid)),
    ],
  )
}

export interface ClaimedDelivery {
  readonly id: string
  readonly organization_id: string
  readonly endpoint_id: string
  readonly type: string
  readonly body: string
  readonly attempt: number
  readonly url: string
  readonly secret: Buffer
  readonly old_secret: Buffer | null
  readonly old_until: Date | null
}

/**
 * Takes what is due for as long as the lease: of each endpoint so many, the oldest first, so that one that is slow or away
 * holds up nobody else. One that is failing is asked about one at a time.
 */
export async function claimDeliveries(
  run: Run,
  perEndpoint: number,
  now: Date,
  leaseUntil: Date,
): Promise<ClaimedDelivery[]> {
  return run<ClaimedDelivery>(
    'webhooks.claim',
    `with due as materialized (
       select d.id from webhook_endpoint e cross join lateral (
         select id from webhook_delivery where endpoint_id = e.id and due_at <= $2 order by due_at
         limit case when e.failing_since is null then $1 else 1 end for update skip locked
       ) d where e.enabled
     ), mine as (
       update webhook_delivery d set due_at = $3, attempt = d.attempt + 1 where d.id = any(array(select id from due))
       returning d.id, d.organization_id, d.endpoint_id, d.type, d.body, d.attempt
     ) select mine.*, e.url, e.secret, e.old_secret, e.old_until from mine join webhook_endpoint e on e.id = mine.endpoint_id`,
    [perEndpoint, now, leaseUntil],
  )
}

const TRIES_KEPT = 20

/** Writes down what came of a try; one whose lease another process has taken over is that one's to settle. */
export async function settleDelivery(
  run: Run,
  delivery: {
    readonly id: string
    readonly attempt: number
    readonly status: DeliveryStatus
    readonly dueAt: Date | null
  },
  made: DeliveryTry,
): Promise<void> {
  await run(
    'webhooks.settle',
    `update webhook_delivery set status = $3, due_at = $4,
       tries = (case when jsonb_array_length(tries) >= ${TRIES_KEPT} then tries - 0 else tries end) || $5::jsonb
     where id = $1 and attempt = $2`,
    [delivery.id, delivery.attempt, DELIVERY_STATUSES.indexOf(delivery.status), delivery.dueAt, JSON.stringify(made)],
  )
}

/** What waits for an endpoint that was switched off ends; it can be replayed. */
export const stopDeliveries = (run: Run, endpointId: string) =>
  run(
    'webhooks.stop',
    `update webhook_delivery set status = ${FAILED}, due_at = null where endpoint_id = $1 and due_at is not null`,
    [endpointId],
  )

export interface DeliveryRow {
  readonly id: string
  readonly endpoint_id: string
  readonly type: string
  readonly body: string
  readonly status: number
  readonly attempt: number
  readonly due_at: Date | null
  readonly tries: DeliveryTry[]
  readonly created_at: Date
}

export interface DeliveryFilter {
  readonly endpointId: string
  readonly status?: DeliveryStatus | undefined
  readonly before?: string | undefined
  readonly limit: number
}

export const listDeliveries = (tx: Tx, { endpointId, status, before, limit }: DeliveryFilter) =>
  tx
    .selectFrom('webhook_delivery')
    .selectAll()
    .where('endpoint_id', '=', endpointId)
    .$if(status !== undefined, (query) => query.where('status', '=', DELIVERY_STATUSES.indexOf(status!)))
    .$if(before !== undefined, (query) => query.where('id', '<', before!))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute() as unknown as Promise<DeliveryRow[]>

export const findDelivery = (tx: Tx, id: string) =>
  tx.selectFrom('webhook_delivery').selectAll().where('id', '=', id).executeTakeFirst() as unknown as Promise<
    DeliveryRow | undefined
  >

/** Sends again: these, from the first try on. What still waits is due now. Says how many. */
export async function replayDeliveries(
  tx: Tx,
  which: { readonly endpointId: string } & (
    | { readonly id: string }
    | { readonly from: Date; readonly to: Date; readonly failedOnly: boolean }
  ),
  now: Date,
): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('webhook_delivery')
    .set({ status: WAITING, attempt: sql`0`, due_at: now })
    .where('endpoint_id', '=', which.endpointId)
    .$if('id' in which, (query) => query.where('id', '=', 'id' in which ? which.id : ''))
    .$if('from' in which, (query) =>
      'from' in which
        ? query
            .where('created_at', '>=', which.from)
            .where('created_at', '<', which.to)
            .$if(which.failedOnly, (inner) => inner.where('status', '=', FAILED))
        : query,
    )
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

const SWEPT_AT_ONCE = 10_000

/** Forgets deliveries that were made before `before`, some at a time. */
export const sweepDeliveries = (run: Run, before: string) =>
  run(
    'webhooks.sweep',
    `delete from webhook_delivery where id in (select id from webhook_delivery where id < $1 and due_at is null order by id limit ${SWEPT_AT_ONCE})`,
    [before],
  )
