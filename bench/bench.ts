/**
 * `npm run bench -- <name> [--embedded] [--n 20000] [--rounds 3] [--connections 64] [--own-html] [--patience 60] [--aof] [--no-typical] [--profile] [--folder ../other] [--times 10] [--callers 2000] [--pack shop]`
 * `--patience` lets each run wait so many seconds for the rest of the machine to be quiet.
 *
 * Each bench starts its own Postgres, Redis, mail sink and load generator on free ports, compares with the pipeline in
 * `typical/` in the same run, prints a table, writes JSON to `bench/results/`, and leaves no process behind.
 */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { benchAccept } from './accept.ts'
import { benchAgainst } from './against.ts'
import { benchBookings } from './bookings.ts'
import { benchCampaign } from './campaign.ts'
import { benchCompose } from './compose.ts'
import { benchDocuments } from './documents.ts'
import { benchDue } from './due.ts'
import { benchEmail } from './email.ts'
import { benchFairness } from './fairness.ts'
import { benchHttp } from './http.ts'
import { inLab, type Lab } from './lab/processes.ts'
import { benchMemory } from './memory.ts'
import { benchOverload } from './overload.ts'
import { benchPayloads } from './payloads.ts'
import { describeProfiles } from './profile.ts'
import { benchReminders } from './reminders.ts'
import { type Findings, publish, RESULTS } from './report.ts'
import { benchStart } from './start.ts'
import { benchTemplates } from './templates.ts'
import { benchWebhook } from './webhook.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    embedded: { type: 'boolean', default: false },
    n: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '64' },
    'own-html': { type: 'boolean', default: false },
    patience: { type: 'string', default: '0' },
    aof: { type: 'boolean', default: false },
    'no-typical': { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    folder: { type: 'string', default: '' },
    pack: { type: 'string' },
    times: { type: 'string', default: '10' },
    callers: { type: 'string', default: '2000' },
  },
})

const rounds = Number(values.rounds)
const connections = Number(values.connections)
const patienceMs = Number(values.patience) * 1000
const count = (usual: number) => Number(values.n ?? usual)
const { embedded, aof: appendOnly } = values
const name = positionals[0] ?? ''
const profileDir = values.profile ? join(RESULTS, `profile-${name}-${Date.now()}`) : undefined
if (profileDir !== undefined) mkdirSync(profileDir, { recursive: true })
const profiled = profileDir === undefined ? {} : { profileDir }

/** What each bench measures, in the words of `npm run bench` without a name. */
const BENCHES: Record<string, { measures: string; run: (lab: Lab) => Promise<Findings> }> = {
  email: {
    measures: 'accept to last mail taken by an SMTP sink, beside the typical pipeline; --embedded without Redis',
    run: (lab) => {
      const withTypical = !values['no-typical']
      const ownHtml = values['own-html']
      return benchEmail(lab, {
        embedded,
        appendOnly,
        count: count(15_000),
        rounds,
        connections,
        withTypical,
        ownHtml,
        patienceMs,
        ...profiled,
      })
    },
  },
  accept: {
    measures: 'durable 202s per second, and their latency at 1 000 requests a second',
    run: (lab) => benchAccept(lab, { appendOnly, count: count(20_000), rounds, connections, patienceMs, ...profiled }),
  },
  http: {
    measures: 'accept to settled by an HTTP carrier (sms), beside the bare client; --embedded without Redis',
    run: (lab) =>
      benchHttp(lab, { embedded, appendOnly, count: count(20_000), rounds, connections, patienceMs, ...profiled }),
  },
  webhook: {
    measures:
      'signed reports of carriers: how soon a call is answered, and events applied per second; --embedded without Redis',
    run: (lab) => benchWebhook(lab, { embedded, appendOnly, count: count(20_000), rounds, patienceMs, ...profiled }),
  },
  compose: {
    measures: 'making the MIME of a mail, beside nodemailer',
    run: () => benchCompose({ count: count(20_000), rounds, patienceMs }),
  },
  templates: {
    measures: 'publishing a template, filling it in, keeping 200 ready',
    run: () => benchTemplates({ count: count(20_000), rounds, patienceMs }),
  },
  payloads: {
    measures: 'nothing but faults: every built-in template with 10 000 different payloads; --pack for one pack',
    run: () => benchPayloads({ count: count(10_000), pack: values.pack }),
  },
  documents: {
    measures: 'making each kind of PDF in its thread, and the event loop of whoever asks meanwhile',
    run: () => benchDocuments({ count: count(50), rounds, patienceMs }),
  },
  against: {
    measures:
      'processor time that accepting costs this version and the one in --folder, in turn; --rounds samples of each',
    run: (lab) => benchAgainst(lab, { folder: resolve(values.folder), rounds }),
  },
  due: {
    measures: 'a dispatcher tick, moving one message and planning 10 000, with 10 000 to 1 000 000 rows for later',
    run: (lab) => benchDue(lab, { count: count(1_000_000), rounds, patienceMs }),
  },
  reminders: {
    measures: 'planning 10 000 reminders, and moving a subject that has six',
    run: (lab) => benchReminders(lab, { count: count(10_000), rounds, patienceMs }),
  },
  bookings: {
    measures: 'payments of Stripe to bookings: answered, queued, 500 who accept at once, 10 000 told three times',
    run: (lab) =>
      benchBookings(lab, {
        count: count(10_000),
        patienceMs,
        ...profiled,
        ...(values.folder ? { root: resolve(values.folder) } : {}),
      }),
  },
  fairness: {
    measures:
      'a critical message, and another organization’s, past 100 000 bulk ones that flow; --embedded without Redis',
    run: (lab) => benchFairness(lab, { embedded, appendOnly, count: count(100_000), rounds, patienceMs }),
  },
  campaign: {
    measures:
      'a campaign of 100 000, from its start to the last mail, and another organization’s single messages meanwhile; --embedded without Redis, --folder beside another version',
    run: (lab) =>
      benchCampaign(lab, {
        embedded,
        appendOnly,
        count: count(100_000),
        rounds,
        patienceMs,
        ...(values.folder === '' ? {} : { folder: resolve(values.folder) }),
        ...profiled,
      }),
  },
  overload: {
    measures:
      'ten times what it can accept: what is refused and how soon, memory, nothing accepted lost; --embedded without Redis',
    run: (lab) =>
      benchOverload(lab, {
        embedded,
        appendOnly,
        times: Number(values.times),
        seconds: 12,
        connections: Number(values.callers),
        patienceMs,
        ...profiled,
      }),
  },
  start: {
    measures: 'warm start to ready; memory idle and with 100 000 queued',
    run: (lab) => benchStart(lab, { rounds, queued: count(100_000) }),
  },
  memory: {
    measures: 'memory while 100 000 messages go through; --embedded without Redis',
    run: (lab) => benchMemory(lab, { embedded, appendOnly, count: count(100_000) }),
  },
}

const bench = BENCHES[name]
if (bench === undefined) {
  for (const [each, { measures }] of Object.entries(BENCHES)) console.log(`${each.padEnd(8)} ${measures}`)
  process.exitCode = 1
} else {
  publish(await inLab(bench.run))
  if (profileDir !== undefined) describeProfiles(profileDir)
}
