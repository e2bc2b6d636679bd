import { type Selectable, sql } from 'kysely'
import type { Rows, Tx } from '../../platform/database/database.ts'
import type { DB } from '../../platform/database/generated.ts'

export type ScheduleRow = Selectable<DB['automation_schedule']>

export const schedulesOf = (tx: Tx, organizationId: string): Promise<ScheduleRow[]> =>
  tx.selectFrom('automation_schedule').selectAll().where('organization_id', '=', organizationId).execute()

/** Organizations for which this automation has no schedule yet, with their time zone. */
export async function unscheduled(
  rows: Rows,
  name: string,
  limit: number,
): Promise<{ id: string; time_zone: string }[]> {
  const found = await sql<{ id: string; time_zone: string }>`
    select o.id, o.time_zone from organization o
    where not exists (select from automation_schedule s where s.organization_id = o.id and s.name = ${name}) order by o.id limit ${limit}`.execute(
    rows,
  )
  return found.rows
}

export async function addSchedules(
  rows: Rows,
  name: string,
  added: readonly { readonly organizationId: string; readonly nextAt: Date | null }[],
  now: Date,
): Promise<void> {
  if (added.length === 0) return
  await sql`
    insert into automation_schedule (organization_id, name, next_at, updated_at)
    select organization_id, ${name}, next_at, ${now}
    from unnest(${added.map((one) => one.organizationId)}::uuid[], ${added.map((one) => one.nextAt)}::timestamptz[]) as i(organization_id, next_at)
    on conflict do nothing`.execute(rows)
}

export interface DueSchedule {
  readonly organization_id: string
  readonly name: string
  readonly cron: string | null
  readonly time_zone: string
}

/** Some schedules whose time has come, held until the transaction ends. */
export async function holdDue(tx: Tx, names: readonly string[], now: Date, limit: number): Promise<DueSchedule[]> {
  const { rows } = await sql<DueSchedule>`
    select s.organization_id, s.name, s.cron, coalesce(s.time_zone, o.time_zone) as time_zone
    from automation_schedule s join organization o on o.id = s.organization_id
    where s.next_at <= ${now} and s.name = any(${names}::text[]) order by s.next_at limit ${limit} for update of s skip locked`.execute(
    tx,
  )
  return rows
}

/** All that are to come, held until the transaction ends. */
export async function holdAll(tx: Tx, names: readonly string[]): Promise<DueSchedule[]> {
  const { rows } = await sql<DueSchedule>`
    select s.organization_id, s.name, s.cron, coalesce(s.time_zone, o.time_zone) as time_zone
    from automation_schedule s join organization o on o.id = s.organization_id
    where s.next_at is not null and s.name = any(${names}::text[]) order by s.organization_id, s.name for update of s`.execute(
    tx,
  )
  return rows
}

export async function setNext(tx: Tx, { organization_id, name }: DueSchedule, nextAt: Date | null): Promise<void> {
  await sql`
    update automation_schedule set next_at = ${nextAt} where organization_id = ${organization_id} and name = ${name}`.execute(
    tx,
  )
}

export interface Schedule {
  readonly enabled: boolean
  readonly cron: string | null
  readonly timeZone: string | null
  readonly nextAt: Date | null
}

export async function writeSchedule(
  tx: Tx,
  organizationId: string,
  name: string,
  { enabled, cron, timeZone, nextAt }: Schedule,
  now: Date,
): Promise<void> {
  await sql`
    insert into automation_schedule (organization_id, name, enabled, cron, time_zone, next_at, updated_at)
    values (${organizationId}, ${name}, ${enabled}, ${cron}, ${timeZone}, ${nextAt}, ${now})
    on conflict (organization_id, name) do update set enabled = excluded.enabled, cron = excluded.cron, time_zone = excluded.time_zone,
      next_at = excluded.next_at, updated_at = excluded.updated_at`.execute(tx)
}

/** For how many seconds the most overdue schedule has waited. One that is on and has no next time will never come: it waits since it was written. */
export async function overdueSeconds(rows: Rows, names: readonly string[], now: Date): Promise<number> {
  const { rows: found } = await sql<{ seconds: number | null }>`
    select extract(epoch from ${now} - least(
      (select min(next_at) from automation_schedule where next_at <= ${now} and name = any(${names}::text[])),
      (select min(updated_at) from automation_schedule where enabled and next_at is null and name = any(${names}::text[]))
    ))::float8 as seconds`.execute(rows)
  return Math.max(0, found[0]?.seconds ?? 0)
}
