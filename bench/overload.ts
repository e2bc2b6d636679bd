import { request } from 'undici'
import { statusCode } from '../src/engine/messages/status.ts'
import { type Lab, memoryOf, quiet, sleep } from './lab/processes.ts'
import { query } from './lab/servers.ts'
import type { LoadResult } from './load.ts'
import { type Findings, megabytes, percentile, tenths, times, whole } from './report.ts'
import { prepareSite, startOurs } from './site.ts'

export interface OverloadOptions {
  embedded: boolean
  appendOnly: boolean
  /** How many times what it can accept is offered. */
  times: number
  seconds: number
  /** Callers at once; whoever gets no answer asks nothing else. */
  connections: number
  patienceMs: number
  profileDir?: string
}

const CAPACITY_COUNT = 12_000
const CAPACITY_CONNECTIONS = 64
const RECOVERY_SECONDS = 3
const SAMPLE_MS = 100
const DELIVERY_LIMIT_MS = 120_000

/**
 * What it can accept is measured; then many times as much is offered. What is refused must be refused soon, memory must
 * stay bounded, health must answer, everything answered 202 must be stored and delivered, and afterwards all is as before.
 */
export async function benchOverload(lab: Lab, options: OverloadOptions): Promise<Findings> {
  const { embedded, seconds, connections } = options
  const site = await prepareSite(lab, options)
  const ours = await startOurs(lab, site, {
    embedded,
    roles: embedded ? ['all'] : ['api', 'worker'],
    mails: 400_000,
    ...(options.profileDir === undefined ? {} : { profileDir: options.profileDir }),
  })
  const api = ours.product.processes.get(embedded ? 'all' : 'api')!
  let from = 0
  let accepted = 0
  const load = async (job: { count: number; connections: number; rate?: number; drop?: boolean }) => {
    const result = await site.load.run({ ...ours.single(), ...job, from })
    from += job.count
    accepted += result.accepted
    return result
  }
  const drained = async () => {
    const taken = await site.sink.wait(accepted, DELIVERY_LIMIT_MS)
    if (taken.mails !== accepted) throw new Error(`${taken.mails} mails came of ${accepted} that were accepted`)
  }

  await load({ count: 3_000, connections: CAPACITY_CONNECTIONS })
  await drained()
  await quiet(options.patienceMs)
  const alone = await load({ count: CAPACITY_COUNT, connections: CAPACITY_CONNECTIONS })
  const capacity = alone.accepted / ((alone.endedAt - alone.startedAt) / 1000)
  await drained()
  await sleep(1_000)
  const before = memoryOf(api.pid)
  const rate = Math.round(options.times * capacity)
  console.log(
    `It accepts ${whole(capacity)}/s; ${whole(rate)}/s are offered for ${seconds} s by ${connections} callers`,
  )

  const watched = watchFrom(ours.product.origin, api.pid, ours.product.headers)
  const storm = await load({ count: rate * seconds, connections, rate, drop: true })
  const { peak, health, unhealthy, refused } = await watched.end()
  const recovery = await load({
    count: Math.round((capacity / 3) * RECOVERY_SECONDS),
    connections: 64,
    rate: capacity / 3,
  })
  await drained()
  await sleep(1_000)
  const after = memoryOf(api.pid)
  const [stored] = await query<{ messages: number; sent: number }>(
    ours.rowsUrl,
    `select count(*)::int as messages, count(*) filter (where status = any($1))::int as sent
     from message where address like '%@recipients.test'`,
    [[statusCode('sent'), statusCode('delivered')]],
  )
  await ours.product.stop()
  if (stored?.messages !== accepted) throw new Error(`${stored?.messages} messages are stored of ${accepted} accepted`)

  const stormSeconds = (storm.endedAt - storm.startedAt) / 1000
  const row = (who: string, { count, latency }: LoadResult['answers'][string]) => [
    who,
    whole(count),
    whole(count / stormSeconds),
    tenths(latency.p50),
    tenths(latency.p99),
    tenths(latency.max),
  ]
  const aside = (who: string, took: readonly number[]) => [
    who,
    whole(took.length),
    '–',
    ...[0.5, 0.99, 1].map((share) => tenths(percentile(took, share))),
  ]
  const sent = rate * seconds - storm.notSent
  return {
    bench: embedded ? 'overload embedded' : 'overload',
    settings: { ...options, capacity, rate },
    table: [
      ['answers', 'how many', 'per second', 'p50 ms', 'p99 ms', 'max ms'],
      row(`before: 202, ${CAPACITY_CONNECTIONS} callers`, { count: alone.accepted, latency: alone.latency }).with(
        2,
        whole(capacity),
      ),
      ...Object.entries(storm.answers).map(([status, answer]) => row(status === '0' ? 'none' : status, answer)),
      aside('429 or 503, asked from aside', refused),
      aside('health, asked from aside', health),
      row('after: 202, a third of what it can', recovery.answers['202']!).with(2, whole(capacity / 3)),
    ],
    notes: [
      `${whole(sent / stormSeconds)} requests a second reached it, ${times(sent / stormSeconds / capacity)} what it accepts; the other ${whole(storm.notSent)} of ${whole(rate * seconds)} found all ${connections} callers waiting.`,
      `Memory of the process that accepts: ${megabytes(before)} before, ${megabytes(peak)} at most, ${megabytes(after)} once all was delivered.`,
      `${whole(accepted)} were answered 202 in all: as many are stored (${whole(stored.sent)} sent) and as many mails came.`,
      `Health was asked ${whole(health.length)} times meanwhile and failed ${unhealthy} times. Of ${whole(recovery.accepted + recovery.failed)} requests right afterwards ${recovery.failed} were refused.`,
    ],
    runs: [{ alone, storm, recovery, before, peak, after, accepted, stored }],
  }
}

/**
 * Memory of a process, and how soon its health and its refusals are answered, asked by somebody who does nothing else: the
 * latencies that the load itself sees are also those of its own busy process.
 */
function watchFrom(origin: string, pid: number, headers: Record<string, string>) {
  let peak = memoryOf(pid)
  let unhealthy = 0
  let going = true
  const health: number[] = []
  const refused: number[] = []
  const timed = async (path: string, more: Partial<Parameters<typeof request>[1]> = {}) => {
    const asked = performance.now()
    const answer = await request(origin + path, more).catch(() => undefined)
    await answer?.body.dump()
    return { status: answer?.statusCode ?? 0, took: performance.now() - asked }
  }
  const sampling = (async () => {
    while (going) {
      peak = Math.max(peak, memoryOf(pid))
      const alive = await timed('/health/live')
      if (alive.status === 200) health.push(alive.took)
      else unhealthy++
      // Nothing is made of it, should it be let in.
      const { status, took } = await timed('/v1/notifications', { method: 'POST', headers, body: '{}' })
      if (status === 429 || status === 503) refused.push(took)
      await sleep(SAMPLE_MS)
    }
  })()
  return {
    async end() {
      going = false
      await sampling
      return { peak, health, unhealthy, refused }
    },
  }
}
