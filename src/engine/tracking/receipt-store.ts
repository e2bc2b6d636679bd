import type { Database } from '../../platform/database/database.ts'
import { idFloor } from '../../platform/ids.ts'
import type { WebhookCall } from '../channels/report.ts'

type Run = Database['run']

/** A call as it came, to be kept. */
export interface NewReceipt extends WebhookCall {
  readonly id: string
  readonly provider: string
  readonly accountId: string
}

/** What is to be known of a call to have it worked through. */
export type Arrival = Pick<NewReceipt, 'id' | 'provider'>

export interface Receipt {
  readonly id: string
  readonly provider: string
  readonly account_id: string
  readonly method: string
  readonly headers: Record<string, string>
  readonly query: Record<string, string>
  readonly body: Buffer
  readonly received_at: Date
  /** Times it was worked through without coming to an end. */
  readonly tries: number
}

export const receiptCall = (receipt: Receipt): WebhookCall => ({
  method: receipt.method,
  headers: receipt.headers,
  query: receipt.query,
  body: receipt.body,
  receivedAt: receipt.received_at,
})

/** The same id twice is one receipt. */
export async function keepReceipts(run: Run, receipts: readonly NewReceipt[]): Promise<void> {
  await run(
    'receipts.keep',
    `insert into webhook_receipt (id, provider, account_id, method, headers, query, body, received_at)
     select id, provider, account_id, method, headers::jsonb, query::jsonb, body, received_at
     from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::timestamptz[])
       as r(id, provider, account_id, method, headers, query, body, received_at)
     on conflict (id) do nothing`,
    [
      receipts.map((row) => row.id),
      receipts.map((row) => row.provider),
      receipts.map((row) => row.accountId),
      receipts.map((row) => row.method),
      receipts.map((row) => JSON.stringify(row.headers)),
      receipts.map((row) => JSON.stringify(row.query)),
      receipts.map((row) => row.body),
      receipts.map((row) => row.receivedAt),
    ],
  )
}

/**
 * The first of those that are still to be worked through, and may be now: as many as have so many bytes together, at least
 * one. Their length is read from their heads; bodies that are not taken stay where they are.
 */
export const openReceipts = (run: Run, ids: readonly string[], now: Date, bytes: number): Promise<Receipt[]> =>
  run<Receipt>(
    'receipts.open',
    `select r.id, r.provider, r.account_id, r.method, r.headers, r.query, r.body, r.received_at, r.tries
     from webhook_receipt r join (
       select id, sum(octet_length(body)) over (order by id) - octet_length(body) as before from webhook_receipt
       where id = any($1::uuid[]) and processed_at is null and (due_at is null or due_at <= $2)
     ) open on open.id = r.id
     where r.id = any($1::uuid[]) and open.before < $3::int order by r.id`,
    [ids, now, bytes],
  )

/** What was received before `before` and never worked through (its job was lost), and what is to be tried again by now. */
export async function strandedReceipts(run: Run, before: Date, now: Date, limit: number): Promise<Arrival[]> {
  return run<Arrival>(
    'receipts.stranded',
    `select id, provider from webhook_receipt
     where processed_at is null and (due_at <= $2 or (due_at is null and received_at < $1)) order by id limit $3`,
    [before, now, limit],
  )
}

/** What came of a receipt. */
export interface Closed {
  readonly id: string
  readonly problem: string | null
  /** Set: it is tried again then. */
  readonly dueAt: Date | null
}

export async function closeReceipts(run: Run, receipts: readonly Closed[], now: Date): Promise<void> {
  await run(
    'receipts.close',
    `update webhook_receipt r set processed_at = case when i.due_at is null then $4::timestamptz end, problem = i.problem, due_at = i.due_at,
       tries = case when i.due_at is null then r.tries else least(r.tries + 1, 32000) end
     from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as i(id, problem, due_at)
     where r.id = any($1::uuid[]) and r.id = i.id and one_row(r.id, i.id)`,
    [receipts.map((row) => row.id), receipts.map((row) => row.problem), receipts.map((row) => row.dueAt), now],
  )
}

/** One that was worked through in vain and is to be tried again. */
export type UnsettledRow = Pick<Receipt, 'id' | 'provider' | 'account_id' | 'received_at' | 'tries'> & {
  readonly due_at: Date | null
  readonly problem: string | null
}

const UNSETTLED = 'id, provider, account_id, received_at, tries, due_at, problem'

/** The newest first, below an id. */
export const unsettledReceipts = (run: Run, before: string | null, limit: number): Promise<UnsettledRow[]> =>
  run<UnsettledRow>(
    'receipts.unsettled',
    `select ${UNSETTLED} from webhook_receipt
     where processed_at is null and tries > 0 and problem is not null and ($1::uuid is null or id < $1) order by id desc limit $2`,
    [before, limit],
  )

/** It may be tried now. */
export async function hurryReceipt(run: Run, id: string, now: Date): Promise<UnsettledRow | undefined> {
  const [row] = await run<UnsettledRow>(
    'receipts.hurry',
    `update webhook_receipt set due_at = $2 where id = $1 and processed_at is null and tries > 0 returning ${UNSETTLED}`,
    [id, now],
  )
  return row
}

/** Takes away some that came before `before` and were worked through; resolves to how many. */
export async function sweepReceipts(run: Run, before: Date, limit: number): Promise<number> {
  const rows = await run(
    'receipts.sweep',
    `delete from webhook_receipt where id in (
       select id from webhook_receipt where id < $1::uuid and processed_at is not null order by id limit $2) returning 1`,
    [idFloor(before), limit],
  )
  return rows.length
}
