import { int2s } from '../../platform/database/arrays.ts'
import type { Database } from '../../platform/database/database.ts'
import { laneCode } from '../catalogue/lane.ts'
import { type Channel, channelCode } from '../channels/channel.ts'
import { TASKS } from '../messages/task.ts'
import type { CampaignRow } from './campaign-store.ts'

type Run = Database['run']

/** A campaign waits among the work of a channel that is never held up: what it becomes goes where it is to go. */
const WORK_CHANNEL = channelCode('in_app')
const BULK = laneCode('bulk')
const FOR_EVER = new Date('2200-01-01T00:00:00Z')

/** The campaign goes on at this time. A worker that holds it finds that it does not any more, and does nothing. */
export const goOn = (
  run: Run,
  { id, organization_id }: Pick<CampaignRow, 'id' | 'organization_id'>,
  at: Date,
  now: Date,
) =>
  run(
    'campaigns.go-on',
    `insert into message_work (message_id, organization_id, channel, lane, state, due_at, deadline_at, task)
     values ($1, $2, ${WORK_CHANNEL}, ${BULK}, case when $3 <= $4::timestamptz then 1 else 0 end, $3, $5, ${TASKS.campaign})
     on conflict (message_id) do update set state = excluded.state, due_at = excluded.due_at, worker_id = null, attempt = 0`,
    [id, organization_id, at, now, FOR_EVER],
  )

/** It does not go on by itself: paused, or over. */
export const stopGoing = (run: Run, id: string) =>
  run('campaigns.stop', `delete from message_work where message_id = $1 and task = ${TASKS.campaign}`, [id])

/**
 * What this worker still holds goes on at `at`; null: it is over. False when it is somebody else's by now. Its turns are no
 * tries: a slow campaign has more of them than a message ever has.
 */
export async function letGo(run: Run, id: string, workerId: string, at: Date | null, now: Date): Promise<boolean> {
  const rows =
    at === null
      ? await run(
          'campaigns.end-work',
          'delete from message_work where message_id = $1 and worker_id = $2 and state + 0 = 3 returning 1',
          [id, workerId],
        )
      : await run(
          'campaigns.let-go',
          'update message_work set state = case when $3 <= $4::timestamptz then 1 else 0 end, due_at = $3, worker_id = null, attempt = 0 where message_id = $1 and worker_id = $2 and state + 0 = 3 returning 1',
          [id, workerId, at, now],
        )
  return rows.length > 0
}

/** Whether it is still this worker's. */
export async function stillHeld(run: Run, id: string, workerId: string): Promise<boolean> {
  const rows = await run(
    'campaigns.still-held',
    'select 1 from message_work where message_id = $1 and worker_id = $2 and state + 0 = 3 for no key update',
    [id, workerId],
  )
  return rows.length > 0
}

/** Whether what this organization has given to be sent on these channels has waited for its carriers since `before`, or is so much: more would only wait with it. */
export async function isBehind(
  run: Run,
  organizationId: string,
  channels: readonly Channel[],
  before: Date,
  most: number,
): Promise<boolean> {
  const [row] = await run<{ behind: boolean | null }>(
    'campaigns.behind',
    `select bool_or(w.n >= $4 or w.first < $2) as behind from unnest($3::smallint[]) as q(channel) cross join lateral (
       select count(*) as n, min(due_at) as first from (
         select due_at from message_work where state = 1 and channel = q.channel and lane = ${BULK} and organization_id = $1 order by due_at limit $4) ahead) w`,
    // In the app there is no carrier to wait for, and campaigns wait among its work themselves.
    [organizationId, before, int2s(channels.filter((channel) => channel !== 'in_app').map(channelCode)), most],
  )
  return row?.behind ?? false
}
