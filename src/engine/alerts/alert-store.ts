import { type Selectable, sql } from 'kysely'
import type { Database, Rows, Tx } from '../../platform/database/database.ts'
import type { DB } from '../../platform/database/generated.ts'
import type { Rule } from './rule.ts'

type Run = Database['run']
export type AlertRow = Selectable<DB['alert']>

/** Those of a rule that are not over: of one organization, of the installation (null), or all (undefined). */
export const openAlerts = (run: Run, rule: Rule, organizationId: string | null | undefined): Promise<AlertRow[]> =>
  run<AlertRow>(
    'alerts.open',
    'select * from alert where rule = $1 and ended_at is null and ($3 or organization_id is not distinct from $2)',
    [rule, organizationId ?? null, organizationId === undefined],
  )

/** When each of these was told last, among those that are over. */
export const lastRaised = (
  run: Run,
  rule: Rule,
  since: Date,
): Promise<Pick<AlertRow, 'organization_id' | 'subject' | 'raised_at'>[]> =>
  run(
    'alerts.last-raised',
    'select organization_id, subject, max(raised_at) as raised_at from alert where rule = $1 and ended_at > $2 and raised_at > $2 group by 1, 2',
    [rule, since],
  )

/** Nothing happens where somebody else has noticed it already. */
export const beginAlert = (
  run: Run,
  alert: Pick<AlertRow, 'id' | 'organization_id' | 'rule' | 'subject' | 'since'> & { facts: object },
) =>
  run(
    'alerts.begin',
    'insert into alert (id, organization_id, rule, subject, since, facts) values ($1, $2, $3, $4, $5, $6) on conflict do nothing',
    [alert.id, alert.organization_id, alert.rule, alert.subject, alert.since, JSON.stringify(alert.facts)],
  )

export const forgetAlert = (run: Run, id: string) =>
  run('alerts.forget', 'delete from alert where id = $1 and raised_at is null', [id])

export const setCalm = (run: Run, id: string, since: Date | null) =>
  run('alerts.calm', 'update alert set calm_since = $2 where id = $1 and ended_at is null', [id, since])

/** False when somebody else has told it meanwhile, or it is gone. */
export async function raiseAlert(tx: Tx, id: string, facts: object, now: Date): Promise<boolean> {
  const { rows } = await sql`
    update alert set raised_at = ${now}, facts = ${JSON.stringify(facts)}::json where id = ${id} and raised_at is null and ended_at is null returning 1`.execute(
    tx,
  )
  return rows.length > 0
}

export async function endAlert(tx: Tx, id: string, now: Date): Promise<boolean> {
  const { rows } =
    await sql`update alert set ended_at = ${now} where id = ${id} and ended_at is null returning 1`.execute(tx)
  return rows.length > 0
}

/** Those that were told of one organization or, with null, of the installation; newest first. */
export async function listAlerts(
  rows: Rows,
  organizationId: string | null,
  { open, before, limit }: { open: boolean | undefined; before: string | undefined; limit: number },
): Promise<AlertRow[]> {
  let query = rows.selectFrom('alert').selectAll().where('raised_at', 'is not', null).orderBy('id', 'desc').limit(limit)
  query =
    organizationId === null
      ? query.where('organization_id', 'is', null)
      : query.where('organization_id', '=', organizationId)
  if (open !== undefined) query = query.where('ended_at', open ? 'is' : 'is not', null)
  if (before !== undefined) query = query.where('id', '<', before)
  return query.execute()
}

export const forgetOldAlerts = (run: Run, before: Date) =>
  run('alerts.forget-old', 'delete from alert where ended_at < $1', [before])
