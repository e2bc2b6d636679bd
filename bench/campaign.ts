import { addAgreed } from './campaign-contacts.ts'
import { BODY, SUBJECT } from './content.ts'
import { type Lab, quiet, sleep } from './lab/processes.ts'
import { processorLine, processorSum, startMeter, watch } from './measure.ts'
import { addOrganization, mailsOnceTheyAreAll, PROBE_EVERY_MS, startProbes } from './probes.ts'
import { type Findings, percent, percentile, whole } from './report.ts'
import { prepareSite, type Site, startOurs } from './site.ts'
import { countStatements, describeStatements } from './statements.ts'

export interface CampaignOptions {
  embedded: boolean
  appendOnly: boolean
  /** Its recipients. */
  count: number
  rounds: number
  /** How long each run may wait for everybody else on the machine to be quiet. */
  patienceMs: number
  /** Another checkout, with its packages installed, in turn with this one. */
  folder?: string
  profileDir?: string
}

const LONGEST_MS = 180_000
const WARM_UP = 2_000

interface Run {
  version: 'this one' | 'that one'
  /** Processor milliseconds that each part used per recipient, from start to last mail. */
  processorMs: Record<string, number>
  /** Share of the machine's processors that went to anybody else meanwhile. */
  othersShare: number
  perSecond: number
  estimateMs: number
  startMs: number
  acceptedPerSecond: number
  /** From the 202 of another organization's message until the mail server had it. */
  otherMs: number[]
  acceptMs: number[]
}

/**
 * A campaign of one organization for a hundred thousand contacts who agreed, as fast as it goes; meanwhile, five times a
 * second, a single message of another organization. What counts is from the answer to `start` until the mail server has the
 * last mail, and for the single ones from their 202.
 */
export async function benchCampaign(lab: Lab, options: CampaignOptions): Promise<Findings> {
  const site = await prepareSite(lab, { ...options, keepMails: true })
  const runs: Run[] = []
  const versions = options.folder === undefined ? (['this one'] as const) : (['that one', 'this one'] as const)
  for (let round = 1; round <= options.rounds; round++)
    for (const version of round % 2 ? versions : versions.toReversed()) {
      const run = await runOnce(lab, site, options, version)
      runs.push(run)
      console.log(
        `Round ${round}, ${version}: ${whole(run.perSecond)} recipients/s; another organization’s ${line(run.otherMs)} ms; estimate ${whole(run.estimateMs)} ms, start ${whole(run.startMs)} ms (${processorLine(run)} = ${processorSum(run).toFixed(2)} ms of processor each; others had ${percent(run.othersShare)})`,
      )
    }
  return findings(options, runs)
}

async function runOnce(lab: Lab, site: Site, options: CampaignOptions, version: Run['version']): Promise<Run> {
  const { embedded, count, patienceMs } = options
  const ours = await startOurs(lab, site, {
    embedded,
    roles: embedded ? ['all'] : ['api', 'worker'],
    mails: WARM_UP,
    ...(version === 'that one' && options.folder !== undefined ? { root: options.folder } : {}),
    ...(options.profileDir === undefined ? {} : { profileDir: options.profileDir }),
  })
  await addOrganization(ours.rowsUrl)
  const segmentId = await addAgreed(ours.rowsUrl, count)
  await site.sink.reset()
  await site.load.run({ ...ours.batch(), from: 1, count: WARM_UP, connections: 2, batch: 500 })
  await site.sink.wait(WARM_UP, 60_000)
  await site.sink.reset()
  await quiet(patienceMs)

  const call = async <T>(path: string, body?: unknown): Promise<{ ms: number; body: T }> => {
    const began = Date.now()
    const answer = await ours.product.call<T>('POST', path, body ?? {})
    if (answer.status >= 300) throw new Error(`POST ${path} answered ${answer.status} ${JSON.stringify(answer.body)}`)
    return { ms: Date.now() - began, body: answer.body }
  }
  const { body: campaign } = await call<{ id: string }>('/v1/campaigns', {
    name: 'Bench',
    segmentId,
    channels: ['email'],
    variants: [{ payload: { subject: SUBJECT, body: BODY } }],
  })
  const { ms: estimateMs } = await call(`/v1/campaigns/${campaign.id}/estimate`)
  const counted = options.profileDir === undefined ? undefined : ours.databaseUrl
  if (counted !== undefined) await countStatements(counted)
  const { ms: startMs } = await call(`/v1/campaigns/${campaign.id}/start`)
  const read = startMeter([...ours.watched, watch(site.sink.process)])
  const began = Date.now()
  const prober = startProbes(ours)
  let acceptedAt = 0
  for (;;) {
    const { body } = await ours.product.call<{ status: string; messages: { sent: number } }>(
      'GET',
      `/v1/campaigns/${campaign.id}/progress`,
    )
    if (body.status === 'done' && acceptedAt === 0) acceptedAt = Date.now()
    if (acceptedAt > 0 && (await site.sink.report()).mails >= count) break
    if (Date.now() - began > LONGEST_MS) throw new Error(`Not done in time: ${JSON.stringify(body)}`)
    await sleep(250)
  }
  const probes = await prober.stop()
  // The single ones are among the mails that were counted.
  await site.sink.wait(count + probes.length, LONGEST_MS)
  const metered = read(count)
  const mails = await mailsOnceTheyAreAll(site, probes)
  if (counted !== undefined) await describeStatements(counted)
  else await Promise.all([...ours.product.processes.values()].map((running) => running.kill()))
  await ours.product.stop()

  const takenAt = new Map(mails.map((mail) => [mail.recipients[0], mail.at]))
  const own = mails.filter((mail) => mail.recipients[0]?.startsWith('agreed-'))
  if (new Set(own.map((mail) => mail.recipients[0])).size !== count || own.length !== count)
    throw new Error(
      `${own.length} mails to ${new Set(own.map((mail) => mail.recipients[0])).size} of ${count} recipients`,
    )
  const last = own.reduce((latest, { at }) => Math.max(latest, at), 0)
  const others = probes.filter(({ kind }) => kind === 'other')
  return {
    version,
    ...metered,
    perSecond: count / ((last - began) / 1_000),
    acceptedPerSecond: count / ((acceptedAt - began) / 1_000),
    estimateMs,
    startMs,
    otherMs: others.map((probe) => Math.max(0, takenAt.get(probe.address)! - probe.acceptedAt)),
    acceptMs: others.map((probe) => probe.acceptMs),
  }
}

const line = (ms: readonly number[]) => [0.5, 0.99, 1].map((share) => whole(percentile(ms, share))).join(' / ')

function findings(options: CampaignOptions, runs: Run[]): Findings {
  const { embedded, count, rounds } = options
  const lineOf = (version: Run['version']) => {
    const own = runs.filter((run) => run.version === version)
    if (own.length === 0) return []
    const middle = (of: (run: Run) => number) => percentile(own.map(of), 0.5)
    const median = (of: (run: Run) => number) => whole(middle(of))
    const all = (of: (run: Run) => number[]) => own.flatMap(of)
    return [
      [
        version,
        whole(count),
        median((run) => run.perSecond),
        median((run) => run.acceptedPerSecond),
        median((run) => run.estimateMs),
        median((run) => run.startMs),
        line(all((run) => run.otherMs)),
        whole(all((run) => run.otherMs).length),
        line(all((run) => run.acceptMs)),
        middle(processorSum).toFixed(2),
      ],
    ]
  }
  return {
    bench: embedded ? 'campaign embedded' : 'campaign',
    settings: { ...options, probeEveryMs: PROBE_EVERY_MS },
    table: [
      [
        'version',
        'recipients',
        'sent/s',
        'accepted/s',
        'estimate, ms',
        'start, ms',
        'another organization’s message, ms',
        'of them',
        'its accept, ms',
        'processor ms each',
      ],
      ...lineOf('that one'),
      ...lineOf('this one'),
    ],
    notes: [
      `From the answer to \`start\` until the mail server had the last mail, medians of ${rounds}; every recipient had exactly one. A message of another organization and a critical one of the same every ${PROBE_EVERY_MS} ms meanwhile.`,
      'p50 / p99 / longest, from the 202 until the mail server had the whole mail.',
      embedded ? 'One process, embedded Postgres, queue in it.' : 'One API and one worker process, Postgres and Redis.',
    ],
    runs,
  }
}
