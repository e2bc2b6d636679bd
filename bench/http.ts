import { SUBJECT } from './content.ts'
import { type Carrier, startCarrier } from './lab/carrier.ts'
import { type Lab, quiet } from './lab/processes.ts'
import { query } from './lab/servers.ts'
import type { LoadJob } from './load.ts'
import { type HttpRun, measureHttp, processorLine, processorSum, startMeter, watch } from './measure.ts'
import { type Findings, median, percent, times, whole } from './report.ts'
import { type JobKind, prepareSite, type Site, startOurs } from './site.ts'
import { countStatements, describeStatements } from './statements.ts'

export interface HttpOptions {
  embedded: boolean
  appendOnly: boolean
  /** SMS in each run. */
  count: number
  rounds: number
  connections: number
  /** How long each run may wait for everybody else on the machine to be quiet. */
  patienceMs: number
  profileDir?: string
}

const BATCH = 1000
const BATCH_CONNECTIONS = 4
const WARM_UP = 2000
/** As many as an account has unless its settings say otherwise. */
const CARRIER_CONNECTIONS = 20
const LABELS = {
  batch: 'batches of 1 000',
  single: 'single requests',
  bare: 'undici’s pool alone, no pipeline',
}
/** One part of an SMS, accents and all. */
const TEXT = 'Votre commande n° {{seq}} est prête à l’atelier. Retrait du mardi au samedi.'

/** SMS by an HTTP carrier (Twilio's API in a process of its own), from accept until every message is settled; medians over the rounds. */
export async function benchHttp(lab: Lab, options: HttpOptions): Promise<Findings> {
  const site = await prepareSite(lab, options)
  const carrier = await startCarrier(lab)
  const runs: HttpRun[] = []
  const say = (run: HttpRun) => {
    runs.push(run)
    console.log(
      `${run.label}: ${whole(run.perSecond)}/s (${processorLine(run)} ms of processor per SMS; others had ${percent(run.othersShare)})`,
    )
  }
  for (let round = 1; round <= options.rounds; round++) {
    console.log(`\nRound ${round} of ${options.rounds}`)
    await ours(lab, site, carrier, options, say)
    say(await bare(site, carrier, options))
  }
  return findings(options, runs)
}

async function ours(
  lab: Lab,
  site: Site,
  carrier: Carrier,
  options: HttpOptions,
  say: (run: HttpRun) => void,
): Promise<void> {
  const { embedded, count, connections, profileDir } = options
  const started = await startOurs(lab, site, {
    embedded,
    roles: embedded ? ['all'] : ['api', 'worker'],
    mails: 2 * count + 2 * WARM_UP,
    carriers: carrier.smsSettings,
    ...(profileDir === undefined ? {} : { profileDir }),
  })
  const item = JSON.stringify({
    type: 'message.custom',
    to: { contactId: '{{to}}' },
    channels: ['sms'],
    payload: { subject: SUBJECT, body: TEXT },
  })
  const parts = { load: site.load, carrier, watched: started.watched, rowsUrl: started.rowsUrl }
  let from = 1
  const run = async (label: string, kind: JobKind, size: Pick<LoadJob, 'count' | 'connections' | 'batch'>) => {
    if (label !== 'warm-up') await quiet(options.patienceMs)
    const measured = await measureHttp(label, parts, { ...kind, ...size, from })
    from += size.count
    return measured
  }
  await run('warm-up', started.single(item), { count: WARM_UP, connections })
  await run('warm-up', started.batch(item), { count: WARM_UP, connections: BATCH_CONNECTIONS, batch: 500 })
  const counted = profileDir === undefined ? undefined : started.databaseUrl
  if (counted !== undefined) await countStatements(counted)
  say(await run(LABELS.batch, started.batch(item), { count, connections: BATCH_CONNECTIONS, batch: BATCH }))
  if (counted !== undefined) await describeStatements(counted)
  say(await run(LABELS.single, started.single(item), { count, connections }))
  await allSent(started.rowsUrl, from - 1)
  await started.product.stop()
}

/** Every message of the bench is `sent`, and the carrier's id is known of each. Throws otherwise. */
async function allSent(url: string, count: number): Promise<void> {
  const rows = await query<{ sent: number; named: number }>(
    url,
    `select (select count(*)::int from message where channel = 2 and type = 'message.custom' and status = 3 and provider = 'twilio') as sent,
       (select count(distinct provider_message_id)::int from attempt where provider_message_id like 'SM%') as named`,
  )
  const { sent, named } = rows[0]!
  if (sent !== count || named !== count)
    throw new Error(`Of ${count} messages ${sent} are sent, and the carrier's id is known of ${named}`)
}

/** The same requests with nothing around them: what the carrier and the library would take. */
async function bare({ load }: Site, carrier: Carrier, { count, patienceMs }: HttpOptions): Promise<HttpRun> {
  await quiet(patienceMs)
  await carrier.reset()
  const read = startMeter([watch(load.process), watch(carrier.process)])
  const { path, headers, item } = carrier.bareSms
  const sent = await load.run({
    origin: carrier.origin,
    path,
    headers,
    item,
    targets: [''],
    from: 1,
    count,
    connections: CARRIER_CONNECTIONS,
  })
  if (sent.failed > 0) throw new Error(`${LABELS.bare}: ${sent.failed} refused: ${sent.firstFailure}`)
  const perSecond = (count / (sent.endedAt - sent.startedAt)) * 1000
  return {
    label: LABELS.bare,
    messages: count,
    perSecond,
    acceptedPerSecond: Number.NaN,
    latency: sent.latency,
    ...read(count),
  }
}

function findings(options: HttpOptions, runs: HttpRun[]): Findings {
  const of = (label: string, what: (run: HttpRun) => number) =>
    median(runs.filter((run) => run.label === label).map(what))
  const labels = Object.values(LABELS)
  const { embedded, count, rounds } = options
  return {
    bench: embedded ? 'http embedded' : 'http',
    settings: { ...options, batch: BATCH, batchConnections: BATCH_CONNECTIONS },
    table: [
      [
        'what',
        'SMS/s end to end',
        'of the bare pool',
        'accepted/s',
        'p99 of accept, ms',
        'processor ms per SMS',
        'others had',
      ],
      ...labels.map((label) => [
        label,
        whole(of(label, (run) => run.perSecond)),
        times(of(label, (run) => run.perSecond) / of(LABELS.bare, (run) => run.perSecond)),
        label === LABELS.bare ? '–' : whole(of(label, (run) => run.acceptedPerSecond)),
        label === LABELS.bare ? '–' : whole(of(label, (run) => run.latency.p99)),
        of(label, processorSum).toFixed(2),
        percent(of(label, (run) => run.othersShare)),
      ]),
    ],
    notes: [
      `${whole(count)} SMS a run, median of ${rounds}, from the first request until the last message is settled; load and carrier included.`,
      `The carrier answers at once; ${CARRIER_CONNECTIONS} keep-alive connections. Every message was taken once and is \`sent\`, else there is no result.`,
      embedded ? 'One process, embedded Postgres, queue in it.' : 'One API and one worker process, Postgres and Redis.',
      ...labels.map((label) => {
        const run = runs.filter((other) => other.label === label).at(-1)!
        return `${label}, processor ms per SMS: ${processorLine(run)}.`
      }),
    ],
    runs,
  }
}
