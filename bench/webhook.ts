import { generateKeyPairSync } from 'node:crypto'
import type { TakenMessage } from './carrier.ts'
import { SUBJECT } from './content.ts'
import { type Carrier, startCarrier } from './lab/carrier.ts'
import { type Lab, quiet, until } from './lab/processes.ts'
import { query } from './lab/servers.ts'
import type { Call, Latency } from './load.ts'
import { processorLine, processorSum, startMeter, watch } from './measure.ts'
import { type Findings, median, percent, tenths, whole } from './report.ts'
import {
  BOUNCED,
  CLICKED,
  DELIVERED,
  delivered,
  OPENED,
  sendgridCall,
  storiesOf,
  twilioCall,
} from './signed-reports.ts'
import { type Ours, prepareSite, type Site, startOurs } from './site.ts'
import { countStatements, describeStatements } from './statements.ts'

export interface WebhookOptions {
  embedded: boolean
  appendOnly: boolean
  /** Messages whose reports come in batches; each has about two. */
  count: number
  rounds: number
  /** How long each run may wait for everybody else on the machine to be quiet. */
  patienceMs: number
  profileDir?: string
}

const RATE = 500
const RATE_SECONDS = 20
/** A carrier opens as many connections as it likes; latency counts from when a call should have left. */
const CONNECTIONS = 64
const EVENTS_PER_CALL = 500
const BATCH_CONNECTIONS = 4
const APPLIED_WITHIN_MS = 120_000
const LABELS = {
  sendgrid: 'SendGrid, one event a call (ECDSA P-256)',
  twilio: 'Twilio, one status a call (HMAC-SHA1)',
  batch: `SendGrid, ${EVENTS_PER_CALL} events a call`,
}

interface Run {
  /** Reports that were taken, and what they came to, until the last was applied. */
  label: string
  reports: number
  perSecond: number
  /** Until the last was acknowledged. */
  keptPerSecond: number
  latency: Latency
  latencyOf: Record<string, Latency>
  processorMs: Record<string, number>
  othersShare: number
}

/** What must be true of the rows in the end. */
interface Expected {
  readonly statuses: Map<string, number>
  readonly suppressed: number
}

/**
 * Signed reports of carriers, on messages that were really sent to them: 500 calls a second of one report each, then
 * calls of 500 events as fast as they are taken, until every message has moved. Ends without a result when one message
 * is not where its reports lead, or one count is not theirs.
 */
export async function benchWebhook(lab: Lab, options: WebhookOptions): Promise<Findings> {
  const site = await prepareSite(lab, options)
  const carrier = await startCarrier(lab)
  const runs: Run[] = []
  for (let round = 1; round <= options.rounds; round++) {
    console.log(`\nRound ${round} of ${options.rounds}`)
    for (const run of await runOnce(lab, site, carrier, options)) {
      runs.push(run)
      const singles = Object.entries(run.latencyOf).map(
        ([kind, { p50, p99 }]) => `${kind} ${tenths(p50)} / ${tenths(p99)}`,
      )
      console.log(
        `${run.label}: ${whole(run.perSecond)} reports/s applied; acknowledged in p50 / p99 ${singles.join(', ')} ms (${processorLine(run)} ms of processor per report; others had ${percent(run.othersShare)})`,
      )
    }
  }
  return findings(options, runs)
}

async function runOnce(lab: Lab, site: Site, carrier: Carrier, options: WebhookOptions): Promise<Run[]> {
  const { embedded, count, patienceMs, profileDir } = options
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const webhookKey = keys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
  const singles = (RATE * RATE_SECONDS) / 2
  const ours = await startOurs(lab, site, {
    embedded,
    roles: embedded ? ['all'] : ['api', 'worker'],
    mails: count + 2 * singles,
    carriers: { ...carrier.smsSettings, ...carrier.mailSettings(webhookKey) },
    ...(profileDir === undefined ? {} : { profileDir }),
  })
  await carrier.reset()
  const mails = await send(site, carrier, ours, 'email', count + singles)
  const texts = await send(site, carrier, ours, 'sms', singles)
  const expected: Expected = { statuses: new Map(), suppressed: 0 }
  const parts = { lab, site, ours, patienceMs }

  const single = [
    ...mails.slice(0, singles).map((mail) => sendgridCall([delivered(mail)], keys.privateKey, 'sendgrid')),
    ...texts.map((text) => twilioCall(text, ours.product.origin)),
  ]
  for (const message of [...mails.slice(0, singles), ...texts]) expected.statuses.set(message.messageId, DELIVERED)
  // In turn: one of the one, one of the other.
  const inTurn = single.map((_, i) => single[(i % 2) * singles + Math.floor(i / 2)]!)
  const counted = profileDir === undefined ? undefined : ours.databaseUrl
  if (counted !== undefined) await countStatements(counted)
  const paced = await measure('single reports', parts, inTurn, {
    reports: inTurn.length,
    connections: CONNECTIONS,
    rate: RATE,
  })

  const { events, statuses, bounced } = storiesOf(mails.slice(singles))
  for (const [id, status] of statuses) expected.statuses.set(id, status)
  const calls: Call[] = []
  for (let from = 0; from < events.length; from += EVENTS_PER_CALL)
    calls.push(sendgridCall(events.slice(from, from + EVENTS_PER_CALL), keys.privateKey, 'batch'))
  if (counted !== undefined) {
    await describeStatements(counted)
    await countStatements(counted)
  }
  const batched = await measure(LABELS.batch, parts, calls, { reports: events.length, connections: BATCH_CONNECTIONS })
  if (counted !== undefined) await describeStatements(counted)

  await verify(ours.rowsUrl, { ...expected, suppressed: bounced }, inTurn.length + calls.length)
  await ours.product.stop()
  return [paced, batched]
}

/** Sends so many by the channel, waits until they are settled, and gives what the carrier took of them. */
async function send(
  site: Site,
  carrier: Carrier,
  ours: Ours,
  channel: 'email' | 'sms',
  count: number,
): Promise<TakenMessage[]> {
  const item = JSON.stringify({
    type: 'message.custom',
    to: { contactId: '{{to}}' },
    channels: [channel],
    payload: { subject: SUBJECT, body: `Votre commande n° {{seq}} est prête (${channel}).` },
  })
  const sent = await site.load.run({ ...ours.batch(item), from: 1, count, connections: 4, batch: 500 })
  if (sent.failed > 0) throw new Error(`${sent.failed} of ${count} refused: ${sent.firstFailure}`)
  await settled(ours.rowsUrl)
  const vendor = channel === 'email' ? 'sendgrid' : 'twilio'
  const taken = (await carrier.taken()).filter((message) => message.vendor === vendor)
  if (taken.length !== count) throw new Error(`The carrier took ${taken.length} of ${count} by ${channel}`)
  return taken
}

const settled = (url: string) =>
  until('every message to be settled', APPLIED_WITHIN_MS, async () => {
    const [row] = await query<{ any: boolean }>(url, 'select exists (select 1 from message_work) as any')
    return row?.any === false
  })

/** Calls, and waits until every receipt has been worked through. */
async function measure(
  label: string,
  { site, ours, patienceMs }: { site: Site; ours: Ours; patienceMs: number },
  calls: Call[],
  { reports, connections, rate }: { reports: number; connections: number; rate?: number },
): Promise<Run> {
  await quiet(patienceMs)
  const read = startMeter([...ours.watched, watch(site.load.process)])
  const { origin } = ours.product
  const result = await site.load.run({ origin, calls, connections, ...(rate === undefined ? {} : { rate }) })
  if (result.failed > 0) throw new Error(`${label}: ${result.failed} calls refused: ${result.firstFailure}`)
  await until('every report to be applied', APPLIED_WITHIN_MS, async () => {
    const [row] = await query<{ any: boolean }>(
      ours.rowsUrl,
      'select exists (select 1 from webhook_receipt where processed_at is null) as any',
    )
    return row?.any === false
  })
  const endedAt = Date.now()
  return {
    label,
    reports,
    perSecond: (reports / (endedAt - result.startedAt)) * 1000,
    keptPerSecond: (reports / (result.endedAt - result.startedAt)) * 1000,
    latency: result.latency,
    latencyOf: result.latencyOf,
    ...read(reports),
  }
}

/** Throws unless each message is where its reports lead, each call was kept once without a problem, and the statistics say the same. */
async function verify(url: string, { statuses, suppressed }: Expected, calls: number): Promise<void> {
  const rows = await query<{ id: string; status: number }>(
    url,
    `select id, status from message where type = 'message.custom'`,
  )
  const wrong = rows.filter(({ id, status }) => statuses.get(id) !== status)
  if (wrong.length > 0 || rows.length !== statuses.size)
    throw new Error(
      `${wrong.length} of ${rows.length} messages (of ${statuses.size} reported) have not the status their reports say, ${wrong[0]?.id} is ${wrong[0]?.status}`,
    )
  const is = [...statuses.values()]
  const those = (...codes: number[]) => is.filter((status) => codes.includes(status)).length
  const expected = {
    calls,
    problems: 0,
    suppressed,
    delivered: those(DELIVERED, OPENED, CLICKED),
    opened: those(OPENED, CLICKED),
    clicked: those(CLICKED),
    bounced: those(BOUNCED),
  }
  const [found] = await query<Record<keyof typeof expected, number>>(
    url,
    `select (select count(*)::int from webhook_receipt) as calls, (select count(*)::int from webhook_receipt where problem is not null) as problems,
       (select count(*)::int from suppression where reason = 'hard_bounce') as suppressed, s.*
     from (select sum(delivered)::int as delivered, sum(opened)::int as opened, sum(clicked)::int as clicked, sum(bounced)::int as bounced
           from stat where type = 'message.custom') s`,
  )
  if (JSON.stringify(found) !== JSON.stringify(expected))
    throw new Error(`The counts are ${JSON.stringify(found)} and should be ${JSON.stringify(expected)}`)
}

function findings(options: WebhookOptions, runs: Run[]): Findings {
  const paced = runs.filter(({ label }) => label !== LABELS.batch)
  const batched = runs.filter(({ label }) => label === LABELS.batch)
  const of = (own: readonly Run[], what: (run: Run) => number) => median(own.map(what))
  const line = (label: string, own: readonly Run[], latency: (run: Run) => Latency) => [
    label,
    whole(of(own, (run) => run.perSecond)),
    tenths(of(own, (run) => latency(run).p50)),
    tenths(of(own, (run) => latency(run).p99)),
    tenths(of(own, (run) => latency(run).max)),
    of(own, processorSum).toFixed(2),
    percent(of(own, (run) => run.othersShare)),
  ]
  const { embedded, rounds } = options
  return {
    bench: embedded ? 'webhook embedded' : 'webhook',
    settings: { ...options, rate: RATE, rateSeconds: RATE_SECONDS, eventsPerCall: EVENTS_PER_CALL },
    table: [
      [
        'calls',
        'reports applied/s',
        'p50 of a call, ms',
        'p99, ms',
        'max, ms',
        'processor ms per report',
        'others had',
      ],
      line(`both at ${RATE}/s for ${RATE_SECONDS} s`, paced, (run) => run.latency),
      line(`· ${LABELS.sendgrid}`, paced, (run) => run.latencyOf.sendgrid!),
      line(`· ${LABELS.twilio}`, paced, (run) => run.latencyOf.twilio!),
      line(LABELS.batch, batched, (run) => run.latency),
    ],
    notes: [
      `Median of ${rounds}. A call is acknowledged once it is verified and committed; latency counts from when it should have left. Load included.`,
      `In batches: ${whole(batched[0]!.reports)} events on ${whole(options.count)} mails, mixed, ${BATCH_CONNECTIONS} calls at once, from the first call until the last message has moved; acknowledged at ${whole(of(batched, (run) => run.keptPerSecond))}/s.`,
      'Every message was sent to the carrier first, and has the status its reports say; receipts, suppressions and statistics agree, else there is no result.',
      embedded ? 'One process, embedded Postgres, queue in it.' : 'One API and one worker process, Postgres and Redis.',
      `Last batch run, processor ms per report: ${processorLine(batched.at(-1)!)}.`,
      `Last run of single reports, processor ms per report: ${processorLine(paced.at(-1)!)}.`,
    ],
    runs,
  }
}
