import { BODY, SUBJECT } from './content.ts'
import { type Lab, quiet } from './lab/processes.ts'
import { addOrganization, isProbe, type Kind, mailsOnceTheyAreAll, PROBE_EVERY_MS, startProbes } from './probes.ts'
import { type Findings, percent, percentile, whole } from './report.ts'
import { prepareSite, type Site, startOurs } from './site.ts'

export interface FairnessOptions {
  embedded: boolean
  appendOnly: boolean
  /** Bulk messages of one organization. */
  count: number
  rounds: number
  /** How long each run may wait for everybody else on the machine to be quiet. */
  patienceMs: number
}

/** How long is looked on once all bulk messages are accepted. */
const WATCHED_MS = 30_000
const WARM_UP = 2_000
const SLOW_CARRIER_MS = 50
const CARRIERS = { 'as fast as it can': 0, [`${SLOW_CARRIER_MS} ms a mail`]: SLOW_CARRIER_MS }

interface Run {
  carrier: string
  bulkPerSecond: number
  bulkWaiting: number
  acceptMs: number[]
  /** From the 202 until the mail server had the mail, for each kind. */
  waitedMs: Record<Kind, number[]>
}

/**
 * A hundred thousand bulk messages of one organization, queued and flowing; meanwhile, five times a second, a critical
 * one of the same organization and an immediate one of another. What counts is from each 202 to the mail server.
 */
export async function benchFairness(lab: Lab, options: FairnessOptions): Promise<Findings> {
  const site = await prepareSite(lab, { ...options, keepMails: true })
  const runs: Run[] = []
  for (let round = 1; round <= options.rounds; round++) {
    for (const [carrier, delayMs] of Object.entries(CARRIERS)) {
      const run = await runOnce(lab, site, options, carrier, delayMs)
      runs.push(run)
      console.log(
        `Round ${round}, carrier ${carrier}: critical ${line(run.waitedMs.critical)}, another organization’s ${line(run.waitedMs.other)} ms; ${whole(run.bulkPerSecond)} bulk/s`,
      )
    }
  }
  return findings(options, runs)
}

async function runOnce(
  lab: Lab,
  site: Site,
  { embedded, count, patienceMs }: FairnessOptions,
  carrier: string,
  delayMs: number,
): Promise<Run> {
  const ours = await startOurs(lab, site, {
    embedded,
    roles: embedded ? ['all'] : ['api', 'worker'],
    mails: count + WARM_UP,
  })
  await addOrganization(ours.rowsUrl)
  const bulk = ours.batch(bulkItem())
  await site.sink.reset()
  await site.load.run({ ...bulk, from: 1, count: WARM_UP, connections: 2, batch: 500 })
  await site.sink.wait(WARM_UP, 60_000)
  await site.sink.reset()
  await site.sink.behave({ delayMs })
  await quiet(patienceMs)

  const prober = startProbes(ours)
  const sent = await site.load.run({ ...bulk, from: WARM_UP + 1, count, connections: 2, batch: 1_000 })
  if (sent.failed > 0) throw new Error(`${sent.failed} of ${count} refused: ${sent.firstFailure}`)
  const bulkWaiting = count - (await site.sink.report()).mails
  await site.sink.wait(count, WATCHED_MS)
  const probes = await prober.stop()
  const mails = await mailsOnceTheyAreAll(site, probes)
  await site.sink.behave({ delayMs: 0 })
  await Promise.all([...ours.product.processes.values()].map((running) => running.kill()))
  await ours.product.stop()

  const takenAt = new Map(mails.map((mail) => [mail.recipients[0], mail.at]))
  const waited = (kind: Kind) =>
    probes
      .filter((probe) => probe.kind === kind)
      .map((probe) => Math.max(0, takenAt.get(probe.address)! - probe.acceptedAt))
  const from = probes[0]!.acceptedAt
  const until = probes.at(-1)!.acceptedAt
  const bulkMeanwhile = mails.filter(({ at, recipients }) => at >= from && at <= until && !isProbe(recipients[0]!))
  return {
    carrier,
    bulkPerSecond: (bulkMeanwhile.length / (until - from)) * 1_000,
    bulkWaiting,
    acceptMs: probes.map((probe) => probe.acceptMs),
    waitedMs: { critical: waited('critical'), other: waited('other') },
  }
}

const bulkItem = () =>
  JSON.stringify({
    type: 'message.custom',
    to: { contactId: '{{to}}' },
    channels: ['email'],
    lane: 'bulk',
    payload: { subject: SUBJECT, body: BODY },
  })

const line = (ms: readonly number[]) => [0.5, 0.99, 1].map((share) => whole(percentile(ms, share))).join(' / ')

function findings(options: FairnessOptions, runs: Run[]): Findings {
  const { embedded, count, rounds } = options
  const rows = Object.keys(CARRIERS).map((carrier) => {
    const own = runs.filter((run) => run.carrier === carrier)
    const all = (of: (run: Run) => number[]) => own.flatMap(of)
    const mean = (of: (run: Run) => number) => own.reduce((sum, run) => sum + of(run), 0) / own.length
    return [
      carrier,
      line(all((run) => run.waitedMs.critical)),
      line(all((run) => run.waitedMs.other)),
      whole(all((run) => run.waitedMs.critical).length),
      line(all((run) => run.acceptMs)),
      whole(mean((run) => run.bulkPerSecond)),
      percent(mean((run) => run.bulkWaiting) / count),
    ]
  })
  return {
    bench: embedded ? 'fairness embedded' : 'fairness',
    settings: { ...options, probeEveryMs: PROBE_EVERY_MS, watchedMs: WATCHED_MS },
    table: [
      [
        'the carrier takes',
        'critical, same organization, ms',
        'immediate, another organization, ms',
        'of each',
        'their accept, ms',
        'bulk/s meanwhile',
        'bulk waiting once accepted',
      ],
      ...rows,
    ],
    notes: [
      `${whole(count)} bulk messages of one organization, accepted as fast as they are taken; one of each kind every ${PROBE_EVERY_MS} ms from then until ${WATCHED_MS / 1_000} s after the last was accepted, or all are sent. ${rounds} rounds.`,
      'p50 / p99 / longest, from the 202 until the mail server had the whole mail.',
      embedded ? 'One process, embedded Postgres, queue in it.' : 'One API and one worker process, Postgres and Redis.',
    ],
    runs,
  }
}
