import { BODY, HTML, SUBJECT } from './content.ts'
import { type Lab, quiet, sleep } from './lab/processes.ts'
import type { LoadJob } from './load.ts'
import { type AcceptRun, measureAccept, processorLine, processorSum, type Watched, watch } from './measure.ts'
import { type Findings, median, percent, tenths, times, whole } from './report.ts'
import { type JobKind, prepareSite, type Site, startOurs } from './site.ts'
import { countStatements, describeStatements } from './statements.ts'
import { startTypical } from './typical/pipeline.ts'

export interface AcceptOptions {
  appendOnly: boolean
  /** Notifications in each closed run. */
  count: number
  rounds: number
  connections: number
  /** How long each run may wait for everybody else on the machine to be quiet. */
  patienceMs: number
  profileDir?: string
}

const RATE = 1000
const RATE_SECONDS = 8
const LABELS = {
  single: 'ours, single',
  paced: 'ours, single at 1 000 req/s',
  batch: 'ours, batches of 1 000',
  fatBatch: 'ours, batches of 1 000, 5 KB each',
  typical: 'typical, single',
  typicalPaced: 'typical, single at 1 000 req/s',
}

/** Durable 202s: the API process alone, no worker running, so that nothing else is measured. Everything accepted is a committed row. */
export async function benchAccept(lab: Lab, options: AcceptOptions): Promise<Findings> {
  const site = await prepareSite(lab, options)
  const runs: AcceptRun[] = []
  const measureWith =
    (watched: readonly Watched[]): Measure =>
    async (label, job) => {
      await quiet(options.patienceMs)
      const run = await measureAccept(label, { load: site.load, watched }, job)
      runs.push(run)
      console.log(
        `${label}: ${whole(run.perSecond)}/s, p99 ${tenths(run.latency.p99)} ms (${processorLine(run)} ms of processor each; others had ${percent(run.othersShare)})`,
      )
      await sleep(500)
    }
  for (let round = 1; round <= options.rounds; round++) {
    console.log(`\nRound ${round} of ${options.rounds}`)
    await ours(lab, site, options, measureWith)
    await typical(lab, site, options, measureWith)
  }
  return findings(options, runs)
}

type Measure = (label: string, job: LoadJob) => Promise<void>
type MeasureWith = (watched: readonly Watched[]) => Measure

async function ours(lab: Lab, site: Site, options: AcceptOptions, measureWith: MeasureWith): Promise<void> {
  const { count, connections } = options
  const started = await startOurs(lab, site, {
    embedded: false,
    roles: ['api'],
    mails: 4 * count + RATE * RATE_SECONDS,
    ...(options.profileDir === undefined ? {} : { profileDir: options.profileDir }),
  })
  const short = JSON.stringify({
    type: 'message.custom',
    to: { contactId: '{{to}}' },
    channels: ['email'],
    payload: { subject: SUBJECT, body: BODY },
  })
  const fat = JSON.stringify({ ...JSON.parse(short), payload: { subject: SUBJECT, body: BODY, html: HTML } })
  const measure = measureWith(started.watched)
  let from = 1
  const job = (kind: JobKind, size: Pick<LoadJob, 'count' | 'connections' | 'batch' | 'rate'>): LoadJob => {
    from += size.count
    return { ...kind, ...size, from: from - size.count }
  }
  const batches = { connections: 4, batch: 1000 }
  await site.load.run(job(started.single(short), { count: 3000, connections }))
  await site.load.run(job(started.batch(short), { count: 5000, ...batches }))
  await measure(LABELS.single, job(started.single(short), { count, connections }))
  const paced = { count: RATE * RATE_SECONDS, connections, rate: RATE }
  const counted = options.profileDir === undefined ? undefined : started.rowsUrl
  const measureCounted = async (label: string, asked: LoadJob) => {
    if (counted !== undefined) await countStatements(counted)
    await measure(label, asked)
    if (counted !== undefined) await describeStatements(counted)
  }
  await measureCounted(LABELS.paced, job(started.single(short), paced))
  await measureCounted(LABELS.batch, job(started.batch(short), { count: 2 * count, ...batches }))
  await measure(LABELS.fatBatch, job(started.batch(fat), { count: Math.ceil(count / 2), ...batches }))
  await started.product.stop()
}

async function typical(lab: Lab, site: Site, options: AcceptOptions, measureWith: MeasureWith): Promise<void> {
  const { connections } = options
  const pipeline = await startTypical(lab, {
    databaseUrl: await site.postgres.database('typical'),
    redisUrl: site.redis.url,
    smtpPort: site.sink.port,
    concurrency: 50,
    layout: 'api',
  })
  const parts = [...pipeline.processes, site.postgres.process, site.redis.process]
  const measure = measureWith(parts.map((running) => watch(running, running === site.postgres.process)))
  const item = JSON.stringify({ to: '{{to}}', subject: SUBJECT, payload: { body: BODY } })
  const job = { ...pipeline.job, item, connections }
  await site.load.run({ ...job, from: 0, count: 2000 })
  await measure(LABELS.typical, { ...job, from: 2000, count: Math.ceil(options.count / 2) })
  await measure(LABELS.typicalPaced, { ...job, from: 100_000, count: RATE * RATE_SECONDS, rate: RATE })
  await pipeline.stop()
}

function findings(options: AcceptOptions, runs: AcceptRun[]): Findings {
  const of = (label: string, what: (run: AcceptRun) => number) =>
    median(runs.filter((run) => run.label === label).map(what))
  const typicalRate = of(LABELS.typical, (run) => run.perSecond)
  return {
    bench: 'accept',
    settings: { ...options, rate: RATE, rateSeconds: RATE_SECONDS },
    table: [
      [
        'who',
        'accepted/s',
        'p50 ms',
        'p95 ms',
        'p99 ms',
        'max ms',
        'against typical, single',
        'processor ms each',
        'others had',
      ],
      ...Object.values(LABELS).map((label) => [
        label,
        whole(of(label, (run) => run.perSecond)),
        tenths(of(label, (run) => run.latency.p50)),
        tenths(of(label, (run) => run.latency.p95)),
        tenths(of(label, (run) => run.latency.p99)),
        tenths(of(label, (run) => run.latency.max)),
        label.includes('at 1 000') ? '–' : times(of(label, (run) => run.perSecond) / typicalRate),
        of(label, processorSum).toFixed(2),
        percent(of(label, (run) => run.othersShare)),
      ]),
    ],
    notes: [
      `The API process alone, ${options.connections} keep-alive connections (4 for batches), median of ${options.rounds}; latency is of a whole request, from when it should have left.`,
      `A message of ${BODY.length} characters unless said; committed to Postgres (fsync on) before each 202.`,
    ],
    runs,
  }
}
