/** What is counted, as the columns of `stat_hour` and `stat_delta` are called. */
export const MEASURES = [
  'accepted',
  'suppressed',
  'cancelled',
  'sent',
  'delivered',
  'opened',
  'clicked',
  'bounced',
  'failed',
  'machine_opened',
  'machine_clicked',
  'complained',
  'within_250ms',
  'within_1s',
  'within_5s',
  'within_30s',
  'within_5min',
  'later',
  'parts',
  'cost_micros',
] as const
export type Measure = (typeof MEASURES)[number]
export type Counts = Readonly<Record<Measure, number>>

/** The time from when a message was due until a carrier had it, as it is counted: the bound of each measure in seconds. */
const LATENCY: readonly (readonly [Measure, number | null])[] = [
  ['within_250ms', 0.25],
  ['within_1s', 1],
  ['within_5s', 5],
  ['within_30s', 30],
  ['within_5min', 300],
  ['later', null],
]

/**
 * The bound within which this part of the messages left (`share` 0.5: the median), in seconds. Null when nothing left, or
 * that part took more than five minutes.
 */
export function latencyBound(counts: Counts, share: number): number | null {
  const all = LATENCY.reduce((sum, [measure]) => sum + counts[measure], 0)
  let sum = 0
  for (const [measure, seconds] of LATENCY) {
    sum += counts[measure]
    if (all > 0 && sum >= all * share) return seconds
  }
  return null
}

/**
 * Parts of one, to four digits; null where there is nothing to be a part of. Deliveries, bounces and failures are parts of
 * what was tried; opens and clicks of what left and did not come back. Of what was delivered they would be all wherever the
 * carrier reports no deliveries: there a message is known to have arrived because somebody opened it.
 */
export function ratesOf(counts: Counts) {
  const tried = counts.sent + counts.failed
  const kept = counts.sent - counts.bounced
  return {
    delivered: part(counts.delivered, tried),
    opened: part(counts.opened, kept),
    clicked: part(counts.clicked, kept),
    bounced: part(counts.bounced, tried),
    failed: part(counts.failed, tried),
  }
}

const part = (some: number, all: number): number | null => (all > 0 ? Math.round((some / all) * 10_000) / 10_000 : null)
