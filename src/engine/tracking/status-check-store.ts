import { times, uuids } from '../../platform/database/arrays.ts'
import type { Database } from '../../platform/database/database.ts'
import { statusCode } from '../messages/status.ts'

type Run = Database['run']

export interface StatusCheck {
  readonly message_id: string
  readonly provider_message_id: string
  readonly sent_at: Date
}

const SENT = statusCode('sent')
const DROPPED_AT_ONCE = 1_000

/** The accounts that have messages to ask about now: a loose index scan, a few probes for each account that has any at all. */
export async function accountsToAsk(run: Run, now: Date): Promise<string[]> {
  const rows = await run<{ account_id: string }>(
    'status-check.accounts',
    `with recursive a(account_id) as (
       (select account_id from status_check order by account_id limit 1)
       union all
       select n.account_id from a cross join lateral (
         select c.account_id from status_check c where c.account_id > a.account_id order by c.account_id limit 1) n
     ) select a.account_id from a cross join lateral (
       select 1 from status_check c where c.account_id = a.account_id and c.due_at <= $1 limit 1) due`,
    [now],
  )
  return rows.map((row) => row.account_id)
}

/**
 * Takes away those of an account's due checks that need none: the message has been reported on since, is gone, or was
 * sent before `since`. Says how many there may be left.
 */
export async function dropKnown(run: Run, accountId: string, since: Date, now: Date): Promise<number> {
  for (;;) {
    const [row] = await run<{ due: number; dropped: number }>(
      'status-check.drop',
      `with due as materialized (
         select message_id, sent_at from status_check where account_id = $1 and due_at <= $2 order by due_at limit ${DROPPED_AT_ONCE} for update skip locked
       ), known as materialized (
         select d.message_id from due d left join lateral (select m.status from message m where m.id = d.message_id offset 0) m on true
         where m.status is distinct from ${SENT} or d.sent_at < $3
       ), dropped as (
         delete from status_check where message_id = any(array(select message_id from known)) returning 1
       ) select (select count(*) from due)::int as due, (select count(*) from dropped)::int as dropped`,
      [accountId, now, since],
    )
    const { due, dropped } = row!
    if (due > dropped || due < DROPPED_AT_ONCE) return due - dropped
  }
}

/** Takes the oldest due checks of an account for as long as the lease: nobody else asks about them meanwhile. */
export async function claimChecks(
  run: Run,
  accountId: string,
  limit: number,
  now: Date,
  leaseUntil: Date,
): Promise<StatusCheck[]> {
  return run<StatusCheck>(
    'status-check.claim',
    `with due as materialized (
       select message_id from status_check where account_id = $1 and due_at <= $2 order by due_at limit $3 for update skip locked
     )
     update status_check set due_at = $4 where message_id = any(array(select message_id from due))
     returning message_id, provider_message_id, sent_at`,
    [accountId, now, limit, leaseUntil],
  )
}

/** Asked: due again at its time, or (null) never. */
export async function closeChecks(
  run: Run,
  checks: readonly { readonly messageId: string; readonly dueAt: Date | null }[],
): Promise<void> {
  await run(
    'status-check.close',
    `with i as materialized (select * from unnest($1::uuid[], $2::timestamptz[]) as i(message_id, due_at)),
     ended as (delete from status_check where message_id = any(array(select message_id from i where due_at is null)))
     update status_check c set due_at = i.due_at from i where c.message_id = any($1::uuid[]) and c.message_id = i.message_id and one_row(c.message_id, i.message_id) and i.due_at is not null`,
    [uuids(checks.map((row) => row.messageId)), times(checks.map((row) => row.dueAt))],
  )
}
