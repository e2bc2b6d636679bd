import { query } from './lab/servers.ts'

const LINES = 30

/** Starts counting what each statement costs. Only on a Postgres that was started with `countStatements`. */
export async function countStatements(url: string): Promise<void> {
  await query(url, 'create extension if not exists pg_stat_statements')
  await query(url, 'select pg_stat_statements_reset()')
}

/** Prints the costliest statements since then: their share of all statements' time, milliseconds per call, rows, and WAL. */
export async function describeStatements(url: string): Promise<void> {
  const rows = await query<Record<'share' | 'calls' | 'plans' | 'planning' | 'mean' | 'rows' | 'wal' | 'text', string>>(
    url,
    `select round((100 * (total_exec_time + total_plan_time) / sum(total_exec_time + total_plan_time) over ())::numeric, 1) share, calls, plans,
       round(mean_plan_time::numeric, 2) planning, round(mean_exec_time::numeric, 2) mean, rows, pg_size_pretty(wal_bytes) wal,
       left(regexp_replace(query, '\\s+', ' ', 'g'), 110) text
     from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())
     order by total_exec_time + total_plan_time desc limit ${LINES}`,
  )
  console.log('\n share %   calls   ms each   planned  ms each      rows        WAL  statement')
  for (const { share, calls, plans, planning, mean, rows: count, wal, text } of rows)
    console.log(
      `${share.padStart(8)} ${calls.padStart(7)} ${mean.padStart(9)} ${plans.padStart(9)} ${planning.padStart(8)} ${count.padStart(9)} ${wal.padStart(10)}  ${text}`,
    )
}
