import { type Selectable, sql } from 'kysely'
import type { Rows, Tx } from '../../platform/database/database.ts'
import type { DB } from '../../platform/database/generated.ts'
import { recordset } from '../../platform/database/recordset.ts'
import { idFloor } from '../../platform/ids.ts'

export type RunRow = Selectable<DB['automation_run']>

export interface NewRun {
  readonly id: string
  readonly organizationId: string
  readonly name: string
  readonly subjectId: string | null
  readonly dryRun: boolean
  readonly input: unknown
  readonly actor: object | null
  /** Not to be begun before. */
  readonly at: Date | null
  /** When it counts as offered: one that is for later, so that it is offered when its time has come. */
  readonly offeredAt: Date
}

/** Writes it, unless one of its kind is under way: gives the one that is. */
export async function beginRun(tx: Tx, run: NewRun, now: Date): Promise<RunRow> {
  for (;;) {
    const { rows: begun } = await sql<RunRow>`
      insert into automation_run (id, organization_id, name, subject_id, dry_run, input, actor, lease_until, offered_at, created_at)
      values (${run.id}, ${run.organizationId}, ${run.name}, ${run.subjectId}, ${run.dryRun}, ${run.input === null ? null : JSON.stringify(run.input)}::json,
        ${run.actor && JSON.stringify(run.actor)}::json, ${run.at}, ${run.offeredAt}, ${now}) on conflict do nothing returning *`.execute(
      tx,
    )
    if (begun[0]) return begun[0]
    const { rows } = await sql<RunRow>`
      select * from automation_run where organization_id = ${run.organizationId} and (id = ${run.id}
        or finished_at is null and name = ${run.name} and subject_id is not distinct from ${run.subjectId} and dry_run = ${run.dryRun})`.execute(
      tx,
    )
    // The one in the way may have ended in between.
    if (rows[0]) return rows[0]
  }
}

/** Writes several whose subjects are their own, so that none of their kind is under way. */
export async function beginRunsApart(tx: Tx, runs: readonly NewRun[], now: Date): Promise<void> {
  const rows = runs.map((run) => ({
    id: run.id,
    organization_id: run.organizationId,
    name: run.name,
    subject_id: run.id,
    dry_run: run.dryRun,
    input: run.input,
    lease_until: run.at,
    offered_at: run.offeredAt,
  }))
  await sql`
    insert into automation_run (id, organization_id, name, subject_id, dry_run, input, lease_until, offered_at, created_at)
    select id, organization_id, name, subject_id, dry_run, input, lease_until, offered_at, ${now}
    from jsonb_populate_recordset(null::automation_run, ${recordset(rows)}::jsonb)`.execute(tx)
}

/** Takes an unfinished run that nobody holds; undefined when there is none. */
export async function claimRun(rows: Rows, id: string, leaseUntil: Date, now: Date): Promise<RunRow | undefined> {
  const found = await sql<RunRow>`
    update automation_run set attempt = attempt + 1, lease_until = ${leaseUntil}, started_at = coalesce(started_at, ${now})
    where id = ${id} and finished_at is null and (lease_until is null or lease_until <= ${now}) returning *`.execute(
    rows,
  )
  return found.rows[0]
}

/** Whoever holds a run: its attempt. */
export interface Held {
  readonly id: string
  readonly attempt: number
}

/** False when somebody else holds it now. */
export async function renewRun(rows: Rows, { id, attempt }: Held, leaseUntil: Date): Promise<boolean> {
  const { rows: kept } = await sql`
    update automation_run set lease_until = ${leaseUntil} where id = ${id} and attempt = ${attempt} and finished_at is null returning id`.execute(
    rows,
  )
  return kept.length > 0
}

/** False when somebody else holds it now. */
export async function saveRun(
  rows: Rows,
  { id, attempt }: Held,
  step: {
    readonly state: unknown
    readonly counts: object
    readonly done: number
    readonly total: number | null
    readonly leaseUntil: Date
  },
): Promise<boolean> {
  const { rows: kept } = await sql`
    update automation_run set state = ${JSON.stringify(step.state ?? null)}::json, counts = ${JSON.stringify(step.counts)}::jsonb, done = ${step.done}, total = ${step.total},
      lease_until = ${step.leaseUntil} where id = ${id} and attempt = ${attempt} and finished_at is null returning id`.execute(
    rows,
  )
  return kept.length > 0
}

export async function endRun(
  rows: Rows,
  { id, attempt }: Held,
  end: { readonly outcome: 'done' | 'failed'; readonly counts: object; readonly error: string | null },
  now: Date,
): Promise<void> {
  await sql`
    update automation_run set outcome = ${end.outcome}, counts = ${JSON.stringify(end.counts)}::jsonb, error = ${end.error}, finished_at = ${now}, lease_until = null,
      done = coalesce(total, done) where id = ${id} and attempt = ${attempt} and finished_at is null`.execute(rows)
}

/** Lets go of a run until `until`. */
export async function releaseRun(
  rows: Rows,
  { id, attempt }: Held,
  { until, tries, error }: { readonly until: Date | null; readonly tries: number; readonly error: string | null },
): Promise<void> {
  await sql`
    update automation_run set lease_until = ${until}, tries = ${tries}, error = ${error}
    where id = ${id} and attempt = ${attempt} and finished_at is null`.execute(rows)
}

/** Unfinished runs that nobody holds and that were not offered lately, taken up so that one process offers them. */
export async function strandedRuns(
  rows: Rows,
  offeredBefore: Date,
  now: Date,
  limit: number,
): Promise<Pick<RunRow, 'id' | 'name'>[]> {
  const found = await sql<Pick<RunRow, 'id' | 'name'>>`
    update automation_run set offered_at = ${now} where id = any(array(
      select id from automation_run where finished_at is null and offered_at < ${offeredBefore} and (lease_until is null or lease_until <= ${now})
      order by offered_at limit ${limit} for no key update skip locked))
    returning id, name`.execute(rows)
  return found.rows
}

/** How the newest finished runs of the same automation ended, this one first; dry runs are none. */
export async function lastOutcomes(
  rows: Rows,
  { organization_id, name }: Pick<RunRow, 'organization_id' | 'name'>,
  limit: number,
): Promise<string[]> {
  const found = await sql<{ outcome: string }>`
    select outcome from automation_run where organization_id = ${organization_id} and name = ${name} and not dry_run and outcome is not null order by id desc limit ${limit}`.execute(
    rows,
  )
  return found.rows.map((row) => row.outcome)
}

/** Finished runs that were begun before `time`, but those of the automations in `kept`. */
export async function forgetRuns(rows: Rows, kept: readonly string[], time: Date): Promise<void> {
  await sql`
    delete from automation_run where id < ${idFloor(time)} and finished_at is not null and name <> all(${kept}::text[])`.execute(
    rows,
  )
}

/** Finished runs of one automation that were begun before `time`; the newest of each organization stays. */
export async function forgetRunsOf(rows: Rows, name: string, time: Date): Promise<void> {
  await sql`
    delete from automation_run r where name = ${name} and id < ${idFloor(time)} and finished_at is not null
      and exists (select from automation_run later where later.organization_id = r.organization_id and later.name = r.name and later.id > r.id)`.execute(
    rows,
  )
}

export const listRuns = (
  tx: Tx,
  organizationId: string,
  {
    name,
    subjectId,
    before,
    limit,
  }: {
    readonly name: string
    readonly subjectId?: string
    readonly before?: string | undefined
    readonly limit: number
  },
): Promise<RunRow[]> => {
  let query = tx
    .selectFrom('automation_run')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('name', '=', name)
    .orderBy('id', 'desc')
    .limit(limit)
  if (subjectId !== undefined) query = query.where('subject_id', '=', subjectId)
  if (before !== undefined) query = query.where('id', '<', before)
  return query.execute()
}

/** The newest run about this that ended well. */
export const findDone = (
  tx: Tx,
  organizationId: string,
  name: string,
  subjectId: string,
): Promise<RunRow | undefined> =>
  tx
    .selectFrom('automation_run')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('name', '=', name)
    .where('subject_id', '=', subjectId)
    .where('outcome', '=', 'done')
    .where('dry_run', '=', false)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()

/** The newest run of each of these names. */
export async function lastRuns(tx: Tx, organizationId: string, names: readonly string[]): Promise<RunRow[]> {
  const { rows } = await sql<RunRow>`
    select r.* from unnest(${names}::text[]) as n(name) cross join lateral (
      select * from automation_run r where r.organization_id = ${organizationId} and r.name = n.name order by r.id desc limit 1) r`.execute(
    tx,
  )
  return rows
}

export const endedRuns = (rows: Rows, ids: readonly string[]): Promise<RunRow[]> =>
  rows
    .selectFrom('automation_run')
    .selectAll()
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .where('finished_at', 'is not', null)
    .execute()

export const findRun = (tx: Tx, id: string): Promise<RunRow | undefined> =>
  tx.selectFrom('automation_run').selectAll().where('id', '=', id).executeTakeFirst()
