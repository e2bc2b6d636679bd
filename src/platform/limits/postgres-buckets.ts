import { createBatcher } from '../batch.ts'
import { type Answer, type Ask, type Buckets, CLOCK_SLACK_US } from './bucket.ts'

/** A prepared statement; `Database.run`. */
export type RunStatement = <Row>(name: string, text: string, values: readonly unknown[]) => Promise<Row[]>

const ASKS_TOGETHER = 200

interface Row {
  taken: number
  ahead_us: string
  /** False when somebody else made the bucket in the same moment: nothing was taken, ask again. */
  done: boolean
}

/**
 * All the asks of one statement, in order: of one bucket, each sees what those before it wanted
 * (those that keep nothing for others come first). The buckets that exist
 * are locked first, by key so that two statements cannot wait for each other, and read as they are then; a bucket that
 * does not is inserted, and given up when another statement was faster.
 */
const TAKE = `
with asked as (
  select *, sum(cost) over (partition by key order by keep, n) - cost as before
  from unnest($2::text[], $3::int8[], $4::int8[], $5::int8[], $6::bool[], $7::int8[]) with ordinality as a (key, unit, depth, cost, partial, keep, n)
), held as (
  select key, (extract(epoch from tat) * 1000000)::int8 - $1::int8 as ahead from rate_limit where key = any($2) order by key for update
), used as (
  select a.*, case when h.ahead between 0 and a.depth + ${CLOCK_SLACK_US} then h.ahead else 0 end as ahead from asked a left join held h using (key)
), given as (
  select *, case
    when partial then least(cost, greatest((depth - ahead) / unit - keep - before, 0))
    when before + cost <= (depth - ahead) / unit then cost
    else 0 end as taken
  from used
), put as (
  insert into rate_limit (key, tat)
  select key, 'epoch'::timestamptz + ($1::int8 + max(ahead) + sum(taken * unit)) * interval '1 microsecond'
  from given group by key having sum(taken) > 0 order by key
  on conflict (key) do update set tat = excluded.tat where excluded.key in (select key from held)
  returning key
)
select taken::int4 as taken, (ahead + sum(taken * unit) over (partition by key order by keep, n) - taken * unit)::int8 as ahead_us,
  sum(taken) over (partition by key) = 0 or key in (select key from put) as done
from given order by n`

export function postgresBuckets(run: RunStatement, nowUs: () => number): Buckets {
  async function takeAll(asks: readonly Ask[]): Promise<Answer[]> {
    const rows = await run<Row>('limits.take', TAKE, [
      nowUs(),
      asks.map((ask) => ask.key),
      asks.map((ask) => ask.unitUs),
      asks.map((ask) => ask.depthUs),
      asks.map((ask) => ask.cost),
      asks.map((ask) => ask.partial),
      asks.map((ask) => ask.keep),
    ])
    const answers = rows.map(({ taken, ahead_us }) => ({ taken, aheadUs: Number(ahead_us) }))
    const missed = [...rows.keys()].filter((index) => !rows[index]?.done)
    if (missed.length > 0) {
      const again = await takeAll(missed.map((index) => asks[index] as Ask))
      for (const [at, index] of missed.entries()) answers[index] = again[at] as Answer
    }
    return answers
  }

  return {
    ask: createBatcher<Ask, Answer>({ run: takeAll, maxItems: ASKS_TOGETHER, maxConcurrent: 2 }),
    async look(keys) {
      const rows = await run<{ key: string; ahead_us: string }>(
        'limits.look',
        'select key, (extract(epoch from tat) * 1000000)::int8 - $1::int8 as ahead_us from rate_limit where key = any($2)',
        [nowUs(), keys],
      )
      const found = new Map(rows.map((row) => [row.key, Number(row.ahead_us)]))
      return keys.map((key) => found.get(key) ?? 0)
    },
    async sweep() {
      const [swept] = await run<{ n: number }>(
        'limits.sweep',
        `with gone as (delete from rate_limit where tat < 'epoch'::timestamptz + ($1::int8 - ${CLOCK_SLACK_US}) * interval '1 microsecond' returning 1)
         select count(*)::int4 as n from gone`,
        [nowUs()],
      )
      return swept?.n ?? 0
    },
  }
}
