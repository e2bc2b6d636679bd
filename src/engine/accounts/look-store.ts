import type { Database } from '../../platform/database/database.ts'

type Run = Database['run']

/** `call` and `refused`: its carrier called us, and we took it or did not. */
type What = 'check' | 'templates' | 'call' | 'refused'

interface Looked {
  readonly id: string
  readonly organizationId: string | null
}

/** What came of looking at an account. `ok` null: it cannot be asked without sending. */
export interface Look {
  readonly ok: boolean | null
  readonly detail: string | null
  readonly at: Date
}

/** Whether the caller is to look now: nobody has since `before`. */
export async function takeLook(run: Run, account: Looked, what: What, before: Date, now: Date): Promise<boolean> {
  const rows = await run(
    'account-look.take',
    `insert into account_look (account_id, what, organization_id, asked_at) values ($1, $2, $3, $5)
     on conflict (account_id, what) do update set asked_at = excluded.asked_at
     where account_look.asked_at <= $4 or account_look.asked_at > $5 returning 1`,
    [account.id, what, account.organizationId, before, now],
  )
  return rows.length > 0
}

export const noteLook = (run: Run, account: Looked, what: What, { ok, detail, at }: Look) =>
  run(
    'account-look.note',
    `insert into account_look (account_id, what, organization_id, asked_at, answered_at, ok, detail) values ($1, $2, $3, $4, $4, $5, $6)
     on conflict (account_id, what) do update set answered_at = excluded.answered_at, ok = excluded.ok, detail = excluded.detail`,
    [account.id, what, account.organizationId, at, ok, detail?.slice(0, 300) ?? null],
  )

/** Its carrier has called. Nothing is written for what is no provider account: a vendor of a pack calls by the same addresses. */
export const noteCall = (run: Run, id: string, what: 'call' | 'refused', detail: string | null, at: Date) =>
  run(
    'account-look.call',
    `insert into account_look (account_id, what, organization_id, asked_at, answered_at, ok, detail)
     select id, $2, organization_id, $4, $4, $5, $3 from provider_account where id = $1
     on conflict (account_id, what) do update set asked_at = excluded.asked_at, answered_at = excluded.answered_at, detail = excluded.detail`,
    [id, what, detail?.slice(0, 300) ?? null, at, what === 'call'],
  )

/** The last answer of each of these accounts. */
export async function looksOf(run: Run, what: What, ids: readonly string[]): Promise<Map<string, Look>> {
  const rows = await run<{ account_id: string; ok: boolean | null; detail: string | null; answered_at: Date }>(
    'account-look.read',
    'select account_id, ok, detail, answered_at from account_look where what = $1 and account_id = any($2::uuid[]) and answered_at is not null',
    [what, ids],
  )
  return new Map(rows.map(({ account_id, ok, detail, answered_at }) => [account_id, { ok, detail, at: answered_at }]))
}

/** Its settings are new, or somebody says that it works: what was seen before counts no more. */
export const forgetLook = (run: Run, id: string, what: What) =>
  run('account-look.forget', 'delete from account_look where account_id = $1 and what = $2', [id, what])

/** Those of these accounts by which messages of an organization have left that were accepted since `firstId`. */
export async function usedLately(
  run: Run,
  organizationId: string,
  ids: readonly string[],
  firstId: string,
): Promise<Set<string>> {
  const rows = await run<{ id: string }>(
    'account-look.used',
    `select distinct provider_account_id as id from message
     where organization_id = $1 and id >= $2 and status between 3 and 8 and provider_account_id = any($3::uuid[])`,
    [organizationId, firstId, ids],
  )
  return new Set(rows.map((row) => row.id))
}
