import { int4s, int8s, texts } from '../database/arrays.ts'
import { CLOCK_SLACK_US } from './bucket.ts'
import type { RunStatement } from './postgres-buckets.ts'
import { SLICES_KEPT, type WindowAsk, type WindowStore } from './window.ts'

const CLOCK_SLACK_MS = CLOCK_SLACK_US / 1_000
const SWEPT_TOGETHER = 5_000

interface Row {
  key: string
  slot: string
  counts: string
}

/** Written before the clock was set back. */
const BACK = `w.slot - excluded.slot > (${CLOCK_SLACK_MS} + excluded.slice_ms - 1) / excluded.slice_ms + 1`
/** Nearly every row is one of these, and then the counts need not be gone through. */
const ONE_SLICE = 'w.slot = excluded.slot and cardinality(w.counts) = 1'
const OVER = `excluded.slot - w.slot >= ${SLICES_KEPT}`
/** What is given, and the counts with it. */
const ANSWER = `((
  select array[given, coalesce(live[1], 0) + given] || live[2:]
  from (select case when ${BACK} then 0 else least(greatest(excluded.slot - w.slot, 0), ${SLICES_KEPT})::int end as passed) p,
    lateral (select case when passed = 0 then w.counts else (array_fill(0, array[passed]) || w.counts)[1:${SLICES_KEPT}] end as live) l,
    lateral (select greatest(0, least(excluded.taken, excluded.most - (select coalesce(sum(c), 0) from unnest(live) c)))::int as given offset 0) g
))`
const GIVEN_OF_SLICE = 'greatest(0, least(excluded.taken, excluded.most - w.counts[1]))'

/**
 * One upsert for all the keys, locked in their order so that two statements cannot wait for each other; whatever it
 * decides, it decides about the row as it is once it is locked. `excluded` brings what is wanted (`taken`), the limit and
 * the slice of the asking clock; what was given stays in the row, because only the row's new state can be returned.
 *
 * A row further ahead than clocks may disagree was written before the clock was set back: all it holds counts as taken
 * now. The commit does not wait for the disk: what is decided by it (a notification, an attempt) is committed later and
 * takes this along.
 */
const UPSERT = `
insert into rate_window as w (key, slot, slice_ms, counts, taken, most)
select a.key, a.slot, a.slice_ms, array[a.wanted], a.wanted, a.most
from soon, unnest($1::text[], $2::int8[], $3::int8[], $4::int4[], $5::int4[]) as a (key, slot, slice_ms, wanted, most) order by a.key
on conflict (key) do update set most = excluded.most,
  slot = case when ${BACK} then excluded.slot else greatest(w.slot, excluded.slot) end,
  taken = case when ${ONE_SLICE} then ${GIVEN_OF_SLICE} when ${OVER} then excluded.taken else ${ANSWER}[1] end,
  counts = case when ${ONE_SLICE} then array[w.counts[1] + ${GIVEN_OF_SLICE}] when ${OVER} then excluded.counts else ${ANSWER}[2:] end`

const SOON = `soon as materialized (select set_config('synchronous_commit', 'off', true))`

const TAKE = `with ${SOON} ${UPSERT} returning key, slot, counts::text as counts, taken`

/** Leaves out those that have room left: they were given what they wanted. */
const TAKE_EACH = `with ${SOON}, took as (${UPSERT} returning key, counts, taken, most)
select key, taken from took where not (cardinality(counts) = 1 and counts[1] < most)`

/** Locked in the order of the keys, like TAKE. */
const GIVE_BACK = `
with ${SOON},
  held as materialized (select w.key from soon, rate_window w where w.key = any($1::text[]) order by w.key for update of w)
update rate_window w set counts[1] = greatest(0, w.counts[1] - r.count)
from unnest($1::text[], $2::int8[], $3::int4[]) as r (key, slot, count)
where w.key = r.key and w.slot = r.slot and w.key in (select key from held)`

export function postgresWindows(run: RunStatement): WindowStore {
  return {
    async take(asks, nowMs) {
      const rows = await run<Row & { taken: number }>('windows.take', TAKE, columnsOf(asks, nowMs))
      const found = new Map(rows.map((row) => [row.key, row]))
      return asks.map(({ key }) => {
        const row = found.get(key)!
        return { ...slicesOf(row), taken: row.taken }
      })
    },

    async takeEach(asks, nowMs) {
      const rows = await run<{ key: string; taken: number }>('windows.take-each', TAKE_EACH, columnsOf(asks, nowMs))
      const told = new Map(rows.map((row) => [row.key, row.taken]))
      return asks.map(({ key, wanted }) => told.get(key) ?? wanted)
    },

    async giveBack(returns) {
      await run('windows.give-back', GIVE_BACK, [
        texts(returns.map(({ key }) => key)),
        int8s(returns.map(({ slot }) => slot)),
        int4s(returns.map(({ count }) => count)),
      ])
    },

    async look(keys) {
      const rows = await run<Row>(
        'windows.look',
        'select key, slot, counts::text as counts from rate_window where key = any($1::text[])',
        [texts(keys)],
      )
      const found = new Map(rows.map((row) => [row.key, slicesOf(row)]))
      return keys.map((key) => found.get(key))
    },

    async sweep(nowMs) {
      for (let all = 0; ; ) {
        const [swept] = await run<{ n: number }>(
          'windows.sweep',
          `with idle as materialized (
             select key from rate_window where (slot + ${SLICES_KEPT}) * slice_ms < $1::int8 - ${CLOCK_SLACK_MS} limit ${SWEPT_TOGETHER} for update skip locked
           ), gone as (delete from rate_window where key = any(array(select key from idle)) returning 1)
           select count(*)::int4 as n from gone`,
          [nowMs],
        )
        all += swept?.n ?? 0
        if ((swept?.n ?? 0) < SWEPT_TOGETHER) return all
      }
    },
  }
}

const columnsOf = (asks: readonly WindowAsk[], nowMs: number): unknown[] => [
  texts(asks.map((ask) => ask.key)),
  int8s(asks.map((ask) => Math.floor(nowMs / ask.sliceMs))),
  int8s(asks.map((ask) => ask.sliceMs)),
  int4s(asks.map((ask) => ask.wanted)),
  int4s(asks.map((ask) => ask.limit)),
]

const slicesOf = ({ slot, counts }: Row) => ({
  slot: Number(slot),
  counts: counts.slice(1, -1).split(',').map(Number),
})
