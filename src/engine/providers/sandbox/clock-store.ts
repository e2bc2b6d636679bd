import type { Database } from '../../../platform/database/database.ts'

type Run = Database['run']

const LOCK = "hashtextextended('sandbox clock', 0)"
/** Longer than a worker needs to renew a claim, or a job to be taken up. */
const LEASE_MS = 10_000
/** As long as the content guard and the keys of repeated requests hold. */
const GUARD_MS = 10 * 60_000
const KEY_MS = 24 * 3_600_000
/** Longer than one try of telling another program. */
const WEBHOOK_LEASE_MS = 60_000
/** The longest pauses between two tries: of an outgoing webhook, and of working a carrier's call through. */
const WEBHOOK_PAUSE_MS = 24 * 3_600_000
const RECEIPT_PAUSE_MS = 30 * 60_000
const ASKING_PAUSE_MS = 24 * 3_600_000

/**
 * How far ahead the clock is, which stays so until the transaction ends. `shared`: held beside others who only need it to
 * stay; its role may not read the row, so that `read` does.
 */
export async function holdClock(run: Run, how: 'alone' | 'shared' = 'alone', read: Run = run): Promise<number> {
  await run('sandbox-clock.hold', `select pg_advisory_xact_lock${how === 'shared' ? '_shared' : ''}(${LOCK})`, [])
  const [row] = await read<{ ahead_ms: string }>('sandbox-clock.ahead', 'select ahead_ms from clock_shift', [])
  return Number(row?.ahead_ms ?? 0)
}

export async function setAhead(run: Run, aheadMs: number): Promise<void> {
  await run('sandbox-clock.clear', 'delete from clock_shift', [])
  if (aheadMs > 0)
    await run('sandbox-clock.set', 'insert into clock_shift (ahead_ms) values ($1)', [Math.round(aheadMs)])
}

/** Of any organization: what is sent by one leaves, whoever moved the clock. The platform's own are its processes' settings. */
/** Whether any organization, or this one, has a carrier of its own. */
export async function hasLiveAccounts(run: Run, organizationId: string | null = null): Promise<boolean> {
  const [row] = await run<{ live: boolean }>(
    'sandbox-clock.live',
    `select exists (select from provider_account where organization_id is not null and ($1::uuid is null or organization_id = $1) and provider <> 'sandbox' and removed_at is null) as live`,
    [organizationId],
  )
  return row?.live === true
}

/** What is offered or claimed stays so, although the time it was held until is past: its worker lives. */
export const renewLeases = (run: Run, now: Date, endingBefore: Date | null = null) =>
  run(
    'sandbox-clock.leases',
    `update message_work set due_at = $1 where state <> 1 and state in (2, 3) and ($2::timestamptz is null or due_at < $2)`,
    [new Date(now.getTime() + LEASE_MS), endingBefore],
  )

/**
 * Nothing is held up until a time that is far off again: leases, pauses between tries, what is looked for by its age, and
 * what may be said or asked again. What waits for a time somebody chose (messages, reminders, work for later) goes on
 * waiting for it.
 */
export async function leaveMovedTime(run: Run, now: Date): Promise<void> {
  const soon = new Date(now.getTime() + LEASE_MS)
  const later = (ms: number) => new Date(now.getTime() + ms)
  await renewLeases(run, now)
  await run('sandbox-clock.guards', 'delete from content_guard where expires_at > $1', [later(GUARD_MS)])
  await run('sandbox-clock.keys', 'delete from dedupe_key where expires_at > $1', [later(KEY_MS)])
  // Begun, and held by a worker or between two tries; one that has not begun may be meant for then.
  await run(
    'sandbox-clock.runs',
    `update automation_run set lease_until = case when attempt > 0 then least(lease_until, $2) else lease_until end,
       offered_at = case when attempt > 0 or lease_until is null then least(offered_at, $1) else offered_at end
     where finished_at is null and (lease_until > $1 or offered_at > $1)`,
    [now, soon],
  )
  await run(
    'sandbox-clock.webhooks',
    'update webhook_delivery set due_at = $2 where due_at > $2 and (created_at > $1 or due_at > $3)',
    [now, later(WEBHOOK_LEASE_MS), later(WEBHOOK_PAUSE_MS)],
  )
  await run('sandbox-clock.endpoints', 'update webhook_endpoint set failing_since = $1 where failing_since > $1', [now])
  await run(
    'sandbox-clock.receipts',
    'update webhook_receipt set due_at = $2 where processed_at is null and (received_at > $1 or due_at > $3)',
    [now, soon, later(RECEIPT_PAUSE_MS)],
  )
  await run('sandbox-clock.asking', 'update status_check set due_at = $2 where sent_at > $1 or due_at > $3', [
    now,
    soon,
    later(ASKING_PAUSE_MS),
  ])
  await run(
    'sandbox-clock.requeues',
    'update dead_letter_requeue set updated_at = $1 where finished_at is null and updated_at > $1',
    [now],
  )
  await run(
    'sandbox-clock.alerts',
    `update alert set since = least(since, $1), raised_at = least(raised_at, $1), calm_since = least(calm_since, $1), ended_at = least(ended_at, $1)
     where since > $1 or raised_at > $1 or calm_since > $1 or ended_at > $1`,
    [now],
  )
  await run('sandbox-clock.keys-used', 'update api_key set last_used_at = $1 where last_used_at > $1', [now])
}
