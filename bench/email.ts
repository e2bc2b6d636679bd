import { join } from 'node:path'
import { firstLine, type Lab, quiet } from './lab/processes.ts'
import { NODE, ROOT } from './lab/servers.ts'
import type { LoadJob } from './load.ts'
import { type MailRun, measureMails, processorLine, processorSum } from './measure.ts'
import { type Findings, median, percent, times, whole } from './report.ts'
import { type JobKind, prepareSite, type Site, startOurs, startTypicalOn } from './site.ts'
import { countStatements, describeStatements } from './statements.ts'

export interface EmailOptions {
  embedded: boolean
  appendOnly: boolean
  /** Mails in each of our runs; the typical pipeline, being slower, sends a third. */
  count: number
  rounds: number
  connections: number
  withTypical: boolean
  /** Five kilobytes of the caller's own HTML, instead of the built-in layout's ten. */
  ownHtml: boolean
  /** How long each run may wait for everybody else on the machine to be quiet. */
  patienceMs: number
  profileDir?: string
}

const BATCH = 1000
const BATCH_CONNECTIONS = 4
const WARM_UP = 2000
const LABELS = {
  single: 'ours, single API',
  inline: 'ours, single API, new address each',
  batch: 'ours, batches of 1 000',
  typical50: 'typical, concurrency 50',
  typical3: 'typical, concurrency 3',
  bare: 'nodemailer’s pool alone, no pipeline',
}

/** Accept to last mail taken by the sink: ours, typical, ours, typical … on the same servers; medians over the rounds. */
export async function benchEmail(lab: Lab, options: EmailOptions): Promise<Findings> {
  const site = await prepareSite(lab, options)
  const runs: MailRun[] = []
  const say = (run: MailRun) => {
    runs.push(run)
    console.log(
      `${run.label}: ${whole(run.perSecond)}/s (${processorLine(run)} ms of processor per mail; others had ${percent(run.othersShare)})`,
    )
  }
  for (let round = 1; round <= options.rounds; round++) {
    console.log(`\nRound ${round} of ${options.rounds}`)
    await ours(lab, site, options, say)
    if (options.withTypical) await typical(lab, site, options, say)
  }
  return findings(options, runs)
}

async function ours(lab: Lab, site: Site, options: EmailOptions, say: (run: MailRun) => void): Promise<void> {
  const { embedded, count, connections } = options
  const product = await startOurs(lab, site, {
    embedded,
    roles: embedded ? ['all'] : ['api', 'worker'],
    mails: 2 * count + 2 * WARM_UP,
    ownHtml: options.ownHtml,
    ...(options.profileDir === undefined ? {} : { profileDir: options.profileDir }),
  })
  const parts = { load: site.load, sink: site.sink, watched: product.watched }
  let from = 1
  const run = async (label: string, kind: JobKind, size: Pick<LoadJob, 'count' | 'connections' | 'batch'>) => {
    if (label !== 'warm-up') await quiet(options.patienceMs)
    const measured = await measureMails(label, parts, { ...kind, ...size, from })
    from += size.count
    return measured
  }
  await run('warm-up', product.single(), { count: WARM_UP, connections })
  await run('warm-up', product.batch(), { count: WARM_UP, connections: BATCH_CONNECTIONS, batch: 500 })
  const counted = options.profileDir === undefined ? undefined : product.databaseUrl
  if (counted !== undefined) await countStatements(counted)
  say(await run(LABELS.single, product.single(), { count, connections }))
  if (counted !== undefined) {
    await describeStatements(counted)
    await countStatements(counted)
  }
  say(await run(LABELS.batch, product.batch(), { count, connections: BATCH_CONNECTIONS, batch: BATCH }))
  if (counted !== undefined) await describeStatements(counted)
  say(await run(LABELS.inline, product.inline(`new-${Date.now()}`), { count: Math.ceil(count / 2), connections }))
  await product.product.stop()
}

async function typical(lab: Lab, site: Site, options: EmailOptions, say: (run: MailRun) => void): Promise<void> {
  for (const [label, concurrency] of [
    [LABELS.typical50, 50],
    [LABELS.typical3, 3],
  ] as const) {
    const { pipeline, watched } = await startTypicalOn(lab, site, {
      embedded: options.embedded,
      concurrency,
      template: templateOf(options),
    })
    const parts = { load: site.load, sink: site.sink, watched }
    const { connections } = options
    await measureMails('warm-up', parts, { ...pipeline.job, from: 0, count: 1000, connections })
    const count = Math.ceil(options.count / 3)
    await quiet(options.patienceMs)
    say(await measureMails(label, parts, { ...pipeline.job, from: 1000, count, connections }))
    await pipeline.stop()
  }
  say(await bareNodemailer(lab, site, options))
}

const templateOf = ({ ownHtml }: EmailOptions) => (ownHtml ? 'short' : 'layout')

/** The library with nothing around it: one process that renders and sends. */
async function bareNodemailer(lab: Lab, site: Site, options: EmailOptions): Promise<MailRun> {
  const mails = options.count
  await site.sink.reset()
  await quiet(options.patienceMs)
  const env = {
    PATH: process.env.PATH,
    SMTP_PORT: String(site.sink.port),
    MAILS: String(mails),
    TEMPLATE: templateOf(options),
  }
  const bare = lab.start('bare', NODE, [join(ROOT, 'bench/typical/bare.ts')], { env })
  const { perSecond } = await firstLine<{ perSecond: number }>(bare, 120_000)
  const { bytes, mails: taken, perSecond: perSecondByTime } = await site.sink.report()
  await bare.stop()
  return {
    label: LABELS.bare,
    mails,
    perSecond,
    acceptedPerSecond: Number.NaN,
    meanMailBytes: bytes / taken,
    latency: { p50: Number.NaN, p95: Number.NaN, p99: Number.NaN, max: Number.NaN },
    processorMs: {},
    othersShare: Number.NaN,
    perSecondByTime,
  }
}

function findings(options: EmailOptions, runs: MailRun[]): Findings {
  const of = (label: string, what: (run: MailRun) => number) =>
    median(runs.filter((run) => run.label === label).map(what))
  const typicalBest = Math.max(
    ...[LABELS.typical50, LABELS.typical3].map((label) => of(label, (run) => run.perSecond) || 0),
  )
  const labels = Object.values(LABELS).filter((label) => runs.some((run) => run.label === label))
  const table = [
    [
      'pipeline',
      'mails/s end to end',
      'against the better typical',
      'accepted/s',
      'p99 of accept, ms',
      'processor ms per mail',
      'others had',
      'mail, bytes',
    ],
    ...labels.map((label) => [
      label,
      whole(of(label, (run) => run.perSecond)),
      typicalBest > 0 ? times(of(label, (run) => run.perSecond) / typicalBest) : '–',
      whole(of(label, (run) => run.acceptedPerSecond)),
      whole(of(label, (run) => run.latency.p99)),
      label === LABELS.bare ? '–' : of(label, processorSum).toFixed(2),
      label === LABELS.bare ? '–' : percent(of(label, (run) => run.othersShare)),
      whole(of(label, (run) => run.meanMailBytes)),
    ]),
  ]
  const { embedded, appendOnly, count, rounds, connections, ownHtml } = options
  return {
    bench: ['email', ...(embedded ? ['embedded'] : []), ...(ownHtml ? ['own html'] : [])].join(' '),
    settings: {
      embedded,
      appendOnly,
      ownHtml,
      count,
      rounds,
      connections,
      batch: BATCH,
      batchConnections: BATCH_CONNECTIONS,
    },
    table,
    notes: [
      `${whole(count)} mails a run, median of ${rounds}, interleaved on the same machine; load and sink included.`,
      'Others had: the share of the processors that went to anything but this bench. A rate beside it is a lower bound.',
      embedded
        ? 'Ours: one process, embedded Postgres (fsync on), queue in it. Typical: one process, same Postgres binaries and settings, queue in it.'
        : `Ours and typical: one API and one worker process, one Postgres (fsync on), one Redis (${appendOnly ? 'append-only file, every second' : 'in memory'}).`,
      ownHtml
        ? 'Ours sends 5 KB of HTML that the request brings, and a text part; typical renders a 5 KB template and sends no text part.'
        : 'Ours renders the built-in layout (10 KB of HTML) and a text part; typical renders a 10 KB template and sends no text part.',
      ...labels.flatMap((label) => {
        const run = runs.filter((other) => other.label === label).at(-1)!
        if (label === LABELS.bare) return []
        return `${label}, processor ms per mail: ${processorLine(run)}.`
      }),
    ],
    runs,
  }
}
