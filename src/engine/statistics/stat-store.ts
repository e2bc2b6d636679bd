import { type RawBuilder, sql } from 'kysely'
import type { Database, Tx } from '../../platform/database/database.ts'
import { type Counts, MEASURES, type Measure } from './measures.ts'

const KEY = ['organization_id', 'hour', 'channel', 'provider', 'type', 'template_version_id', 'currency']
const AT_ONCE = 20_000

// In the order of the key: two that add to the same hours wait for each other instead of locking each other out.
const adding = (whose: string) => `
taken as (
  delete from stat_delta where id = any(array(select id from stat_delta ${whose} order by id limit ${AT_ONCE} for update skip locked)) returning *
), added as (
  insert into stat_hour (${[...KEY, ...MEASURES].join(', ')})
  select ${[...KEY, ...MEASURES.map((measure) => `sum(${measure})`)].join(', ')} from taken group by ${KEY.join(', ')} order by ${KEY.join(', ')}
  on conflict (${KEY.join(', ')}) do update set ${MEASURES.map((measure) => `${measure} = stat_hour.${measure} + excluded.${measure}`).join(', ')}
  returning organization_id
)`
const ROLL_UP = `
with ${adding('')}
select organization_id, (select count(*)::int from taken) as taken from added group by organization_id`

/** Adds differences to their hours. Says whose numbers changed, and whether there may be more. */
export async function rollUp(run: Database['run']): Promise<{ organizationIds: string[]; more: boolean }> {
  const rows = await run<{ organization_id: string; taken: number }>('statistics.roll-up', ROLL_UP, [])
  return { organizationIds: rows.map((row) => row.organization_id), more: rows[0]?.taken === AT_ONCE }
}

/** As `rollUp`, of one organization, and forgets its hours before `before`; both some at a time. A dry run counts. */
export async function rollUpOf(
  run: Database['run'],
  organizationId: string,
  before: Date,
  dryRun: boolean,
): Promise<{ rolled_up: number; hours_forgotten: number }> {
  const [row] = dryRun
    ? await run<{ rolled_up: number; hours_forgotten: number }>(
        'statistics.roll-up-of-count',
        `select (select count(*)::int from (select from stat_delta where organization_id = $1 limit ${AT_ONCE}) d) as rolled_up,
           (select count(*)::int from (select from stat_hour where organization_id = $1 and hour < $2 limit ${AT_ONCE}) h) as hours_forgotten`,
        [organizationId, before],
      )
    : await run<{ rolled_up: number; hours_forgotten: number }>(
        'statistics.roll-up-of',
        `with ${adding('where organization_id = $1')}, gone as (
           delete from stat_hour where ctid = any(array(select ctid from stat_hour where organization_id = $1 and hour < $2 limit ${AT_ONCE})) returning 1
         )
         select (select count(*)::int from taken) as rolled_up, (select count(*)::int from gone) as hours_forgotten, (select count(*) from added) as added`,
        [organizationId, before],
      )
  return { rolled_up: row!.rolled_up, hours_forgotten: row!.hours_forgotten }
}

/** Forgets hours before `before`, some at a time. */
export const forgetHours = (run: Database['run'], before: Date) =>
  run(
    'statistics.forget',
    `delete from stat_hour where ctid = any(array(select ctid from stat_hour where hour < $1 limit ${AT_ONCE}))`,
    [before],
  )

export interface StatFilter {
  readonly from: Date
  readonly to: Date
  readonly channel?: number | undefined
  readonly provider?: string | undefined
  readonly type?: string | undefined
}

const COUNTS = sql.raw(MEASURES.map((measure) => `coalesce(sum(${measure}), 0)::float8 as ${measure}`).join(', '))

type Row<By> = Counts & By

/** Sums of an organization's statistics, one row for each value of `by`. */
export async function sums<By>(
  tx: Tx,
  organizationId: string,
  filter: StatFilter,
  by: Readonly<Record<string, RawBuilder<unknown>>>,
): Promise<Row<By>[]> {
  const where = [
    sql`organization_id = ${organizationId}`,
    sql`hour >= ${filter.from}`,
    sql`hour < ${filter.to}`,
    ...(filter.channel === undefined ? [] : [sql`channel = ${filter.channel}`]),
    ...(filter.provider === undefined ? [] : [sql`provider = ${filter.provider}`]),
    ...(filter.type === undefined ? [] : [sql`type = ${filter.type}`]),
  ]
  const names = Object.keys(by)
  const chosen = names.map((name) => sql`${by[name]!} as ${sql.ref(name)}, `)
  const places = sql.raw(names.map((_, i) => i + 1).join(', '))
  const query = sql<
    Row<By>
  >`select ${sql.join(chosen, sql.raw(''))}${COUNTS} from stat where ${sql.join(where, sql` and `)}
    ${names.length ? sql`group by ${places} order by ${places}` : sql``}`
  return (await query.execute(tx)).rows
}

/** Sums of template versions, of all hours there are. */
export async function sumsOfVersions(
  tx: Tx,
  organizationId: string,
  ids: readonly string[],
): Promise<Row<{ template_version_id: string }>[]> {
  const query = sql<
    Row<{ template_version_id: string }>
  >`select template_version_id, ${COUNTS} from stat where organization_id = ${organizationId}
    and template_version_id = any(${sql.val(ids)}::uuid[]) group by 1`
  return (await query.execute(tx)).rows
}

/** What these template versions are. */
export async function versionsOf(tx: Tx, ids: readonly string[]) {
  return tx
    .selectFrom('template_version')
    .innerJoin('template', 'template.id', 'template_version.template_id')
    .select(['template_version.id', 'template.key', 'template_version.locale', 'template_version.number'])
    .select('template.organization_id')
    .where('template_version.id', 'in', ids)
    .execute()
}

/** The measures alone, without what they were grouped by. */
export const countsIn = (row: Counts): Counts =>
  Object.fromEntries(MEASURES.map((measure) => [measure, row[measure]])) as Record<Measure, number>

/** Several rows as one. */
export const total = (rows: readonly Counts[]): Counts =>
  Object.fromEntries(MEASURES.map((measure) => [measure, rows.reduce((sum, row) => sum + row[measure], 0)])) as Record<
    Measure,
    number
  >
