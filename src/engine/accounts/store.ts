import type { Database } from '../../platform/database/database.ts'
import type { AccountLimits } from '../channels/carrier.ts'
import { channelCode, channelOf } from '../channels/channel.ts'
import type { Account, BuiltIn } from './account.ts'

type Run = Database['run']

/**
 * A change is committed at most this long after the time it carries (statements end after 30 s). The time is the
 * database's own, so machines whose clocks differ miss nothing.
 */
const LONGEST_WRITE = '60 seconds'
/** Reports of what it sent come for days after it was removed; after this its settings are erased. */
const KEPT_AFTER_REMOVAL = '30 days'

const COLUMNS = `id, organization_id, provider, channel, name, settings, position, weight, limits, enabled, reset_at, stopped_at, stopped_by, created_at, removed_at, updated_at::text as version`

export interface AccountRow {
  readonly id: string
  readonly organization_id: string | null
  readonly provider: string
  readonly channel: number
  readonly name: string
  readonly settings: Buffer | null
  readonly position: number
  readonly weight: number
  readonly limits: AccountLimits
  readonly enabled: boolean
  readonly reset_at: Date | null
  readonly stopped_at: Date | null
  readonly stopped_by: string | null
  readonly created_at: Date
  readonly removed_at: Date | null
  readonly version: string
}

export const toAccount = (row: AccountRow): Account => ({
  id: row.id,
  organizationId: row.organization_id,
  provider: row.provider,
  channel: channelOf(row.channel),
  name: row.name,
  position: row.position,
  weight: row.weight,
  limits: row.limits,
  enabled: row.enabled,
  settings: row.settings,
  resetAt: row.reset_at,
  stoppedAt: row.stopped_at,
  stoppedBy: row.stopped_by,
  createdAt: row.created_at,
  removedAt: row.removed_at,
  version: row.version,
})

/** What changed since a version was seen, and what changed shortly before it; everything when none was. Oldest first. */
export async function readChanged(run: Run, since: string | undefined): Promise<Account[]> {
  const rows = await run<AccountRow>(
    'accounts.changed',
    `select ${COLUMNS} from provider_account
     where updated_at > coalesce($1::timestamptz - interval '${LONGEST_WRITE}', '-infinity')
       and (removed_at is null or removed_at > now() - interval '${KEPT_AFTER_REMOVAL}')
     order by updated_at`,
    [since ?? null],
  )
  return rows.map(toAccount)
}

/** Gives the platform's accounts their rows. What operators set there (weight, enabled, reset) stays. */
export async function saveBuiltIns(run: Run, accounts: readonly BuiltIn[], now: Date): Promise<void> {
  await run(
    'accounts.built-ins',
    `insert into provider_account (id, provider, channel, name, position, limits, created_at, updated_at)
     select i.*, $7, now() from unnest($1::uuid[], $2::text[], $3::smallint[], $4::text[], $5::smallint[], $6::jsonb[])
       as i(id, provider, channel, name, position, limits) order by i.id
     on conflict (id) do update set provider = excluded.provider, channel = excluded.channel, name = excluded.name,
       position = excluded.position, limits = excluded.limits, updated_at = now()
     where (provider_account.provider, provider_account.channel, provider_account.name, provider_account.position, provider_account.limits)
       is distinct from (excluded.provider, excluded.channel, excluded.name, excluded.position, excluded.limits)`,
    [
      accounts.map(({ id }) => id),
      accounts.map(({ provider }) => provider.name),
      accounts.map(({ provider }) => channelCode(provider.channel)),
      accounts.map(({ name }) => name),
      accounts.map(({ position }) => position ?? 0),
      accounts.map(({ limits }) => JSON.stringify(limits ?? {})),
      now,
    ],
  )
}

/** Closes the breaker of an account, in every process. */
export const closeBreaker = (run: Run, id: string, now: Date) =>
  run('accounts.close-breaker', 'update provider_account set reset_at = $2, updated_at = now() where id = $1', [
    id,
    now,
  ])

/**
 * Stops an account in every process, for a while: its carrier has reported that it may send nothing. Reports from before
 * somebody put it right, and those that repeat what stopped it a moment ago, change nothing.
 */
export const stopAccount = (run: Run, id: string, { at, reason }: { at: Date; reason: string }) =>
  run(
    'accounts.stop',
    `update provider_account set stopped_at = $2, stopped_by = $3, updated_at = now()
     where id = $1 and coalesce(stopped_at, '-infinity') < $2::timestamptz - interval '1 minute' and coalesce(reset_at, '-infinity') < $2`,
    [id, at, reason.slice(0, 300)],
  )

/** Credentials of accounts that were removed long ago are nobody's business any more. */
export const eraseOldSettings = (run: Run) =>
  run(
    'accounts.erase',
    `update provider_account set settings = null where removed_at < now() - interval '${KEPT_AFTER_REMOVAL}' and settings is not null`,
    [],
  )
