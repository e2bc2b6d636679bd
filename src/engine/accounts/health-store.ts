import { texts, times } from '../../platform/database/arrays.ts'
import type { Database } from '../../platform/database/database.ts'

type Run = Database['run']

/** What a worker says about an account holds for so long; it says it again more often than that while anything is wrong. */
const RECENT = '1 minute'
const KEPT = '1 hour'

const BREAKER_STATES = ['closed', 'half_open', 'open'] as const

/** How an account does, as one worker sees it, or the worst of several. */
export interface AccountState {
  readonly breaker: (typeof BREAKER_STATES)[number]
  /** 1 well, towards 0 as it fails or slows. */
  readonly health: number
  readonly reason: string | null
  readonly openedAt: Date | null
  readonly retryAt: Date | null
}

export const WELL: AccountState = { breaker: 'closed', health: 1, reason: null, openedAt: null, retryAt: null }

export async function writeStates(
  run: Run,
  workerId: string,
  states: readonly (AccountState & { readonly accountId: string })[],
): Promise<void> {
  await run(
    'accounts.write-states',
    `insert into provider_health (account_id, worker_id, breaker, health, reason, opened_at, retry_at, updated_at)
     select i.account_id, $1, i.breaker, i.health, i.reason, i.opened_at, i.retry_at, now()
     from unnest($2::uuid[], $3::smallint[], $4::real[], $5::text[], $6::timestamptz[], $7::timestamptz[])
       as i(account_id, breaker, health, reason, opened_at, retry_at) order by i.account_id
     on conflict (account_id, worker_id) do update set breaker = excluded.breaker, health = excluded.health,
       reason = excluded.reason, opened_at = excluded.opened_at, retry_at = excluded.retry_at, updated_at = excluded.updated_at`,
    [
      workerId,
      states.map(({ accountId }) => accountId),
      states.map(({ breaker }) => BREAKER_STATES.indexOf(breaker)),
      states.map(({ health }) => health),
      texts(states.map(({ reason }) => reason)),
      times(states.map(({ openedAt }) => openedAt)),
      times(states.map(({ retryAt }) => retryAt)),
    ],
  )
}

interface StateRow {
  readonly account_id: string
  readonly breaker: number
  readonly health: number
  readonly reason: string | null
  readonly opened_at: Date | null
  readonly retry_at: Date | null
}

/** The worst of what workers said lately: an open breaker before a closed one. Accounts nobody said anything about are well. */
export async function readStates(run: Run, accountIds: readonly string[]): Promise<Map<string, AccountState>> {
  const rows = await run<StateRow>(
    'accounts.read-states',
    `select distinct on (account_id) account_id, breaker, min(health) over (partition by account_id) as health, reason, opened_at, retry_at
     from provider_health where account_id = any($1::uuid[]) and updated_at > now() - interval '${RECENT}'
     order by account_id, breaker desc, retry_at desc nulls last`,
    [accountIds],
  )
  return new Map(rows.map((row) => [row.account_id, toState(row)]))
}

/** Accounts that some worker has lately found open: what a process that sends nothing itself goes by. */
export async function readOpen(run: Run): Promise<Set<string>> {
  const rows = await run<{ account_id: string }>(
    'accounts.read-open',
    `select distinct account_id from provider_health where breaker = 2 and updated_at > now() - interval '${RECENT}'`,
    [],
  )
  return new Set(rows.map((row) => row.account_id))
}

/** Closed by hand: what workers said before no longer counts. They will say how it goes on. */
export const forgetStates = (run: Run, accountId: string) =>
  run('accounts.forget-states', 'delete from provider_health where account_id = $1', [accountId])

/** This worker stops: its view of things ends with it. */
export const forgetWorker = (run: Run, workerId: string) =>
  run('accounts.forget-worker', 'delete from provider_health where worker_id = $1', [workerId])

export const sweepStates = (run: Run) =>
  run('accounts.sweep-states', `delete from provider_health where updated_at < now() - interval '${KEPT}'`, [])

const toState = (row: StateRow): AccountState => ({
  breaker: BREAKER_STATES[row.breaker] ?? 'closed',
  health: Math.round(row.health * 100) / 100,
  reason: row.reason,
  openedAt: row.opened_at,
  retryAt: row.retry_at,
})
