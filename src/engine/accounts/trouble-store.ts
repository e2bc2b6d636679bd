import type { Database } from '../../platform/database/database.ts'
import { type Channel, channelCode, channelOf } from '../channels/channel.ts'
import { LOWEST } from './health.ts'

type Run = Database['run']

/** What a worker says about an account holds for so long. */
const RECENT = '1 minute'
/** Messages and tries that one look counts, at most. */
const MOST_COUNTED = 10_000

/** An account that fails, as workers and the last look at it say. */
export interface Troubled {
  readonly id: string
  readonly organizationId: string | null
  readonly provider: string
  readonly channel: Channel
  readonly name: string
  /** `out`: its breaker is not closed. `weak`: it gets the least share there is. `check`: it could not be signed in to. */
  readonly how: 'out' | 'weak' | 'check'
  readonly reason: string | null
  readonly openedAt: Date | null
  /** Nothing has been sent by it for a while: no message finds out whether it works again. */
  readonly idle: boolean
}

/**
 * Enabled accounts that do badly now. `idleBefore`: whoever waited for its next message since before then waits in vain.
 * The in-app feed is none of them: it is the database.
 */
export async function troubledAccounts(run: Run, idleBefore: Date): Promise<Troubled[]> {
  const rows = await run<{
    id: string
    organization_id: string | null
    provider: string
    channel: number
    name: string
    how: Troubled['how']
    reason: string | null
    opened_at: Date | null
    idle: boolean
  }>(
    'accounts.troubled',
    `with said as (
       select account_id, max(breaker) as breaker, min(health) as health, min(opened_at) as opened_at,
         (array_agg(reason order by breaker desc, retry_at desc nulls last))[1] as reason,
         bool_and(breaker < 2 and (retry_at is null or retry_at < $1)) as idle
       from provider_health where updated_at > now() - interval '${RECENT}' group by account_id
     ), looked as (
       select account_id, asked_at, detail from account_look where what = 'check' and ok = false
     )
     select a.id, a.organization_id, a.provider, a.channel, a.name,
       case when s.breaker > 0 then 'out' when l.account_id is not null then 'check' else 'weak' end as how,
       case when s.breaker > 0 then s.reason else coalesce(l.detail, s.reason) end as reason,
       case when s.breaker > 0 then s.opened_at when l.account_id is not null then l.asked_at end as opened_at,
       coalesce(s.idle, false) and s.breaker > 0 as idle
     from provider_account a left join said s on s.account_id = a.id left join looked l on l.account_id = a.id
     where a.enabled and a.removed_at is null and a.channel <> ${channelCode('in_app')}
       and (s.breaker > 0 or s.health <= $2 or l.account_id is not null)
     order by a.id`,
    [idleBefore, LOWEST + 0.01],
  )
  return rows.map(({ organization_id, channel, opened_at, ...row }) => ({
    ...row,
    organizationId: organization_id,
    channel: channelOf(channel),
    openedAt: opened_at,
  }))
}

/** Messages of a channel that are due, or would be if their account worked: of one organization, or of all. */
export async function waitingOn(
  run: Run,
  channel: Channel,
  organizationId: string | null,
  dueBefore: Date,
): Promise<number> {
  const [row] = await run<{ n: number }>(
    'accounts.waiting',
    `select count(*)::int as n from (select from message_work where channel = $1 and task = 0 and ($2::uuid is null or organization_id = $2)
       and (state = 1 or (state <> 1 and due_at < $3)) limit ${MOST_COUNTED}) counted`,
    [channelCode(channel), organizationId, dueBefore],
  )
  return row!.n
}

/** Messages that other accounts of the same owner and channel took, from the first of these ids on. */
export async function sentElsewhere(
  run: Run,
  { id, organizationId, channel }: Pick<Troubled, 'id' | 'organizationId' | 'channel'>,
  firstId: string,
  since: Date,
): Promise<number> {
  const [row] = await run<{ n: number }>(
    'accounts.elsewhere',
    `select count(*)::int as n from (
       select from message m join provider_account a on a.id = m.provider_account_id
       where m.id >= $1 and m.settled_at >= $2 and m.channel = $4 and m.status between 3 and 8 and m.provider_account_id <> $3
         and a.organization_id is not distinct from $5 and ($5::uuid is null or m.organization_id = $5)
       limit ${MOST_COUNTED}) counted`,
    [firstId, since, id, channelCode(channel), organizationId],
  )
  return row!.n
}
