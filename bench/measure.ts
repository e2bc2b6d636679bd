import type { Carrier } from './lab/carrier.ts'
import { machineSeconds, processorSeconds, type Running, until } from './lab/processes.ts'
import { type Load, query, type Sink } from './lab/servers.ts'
import type { LoadJob, LoadResult } from './load.ts'

/** How a run of mails went, from the first request sent to the last mail taken by the sink. */
export interface MailRun {
  label: string
  mails: number
  perSecond: number
  acceptedPerSecond: number
  meanMailBytes: number
  latency: LoadResult['latency']
  /** Processor milliseconds that each part used per mail. */
  processorMs: Record<string, number>
  /** Share of the machine's processors that went to anybody else meanwhile: what makes a rate on a shared machine too low. */
  othersShare: number
  perSecondByTime: number[]
}

export interface Watched {
  name: string
  pid: number
  withChildren?: boolean
}

export const watch = (running: Running, withChildren = false): Watched => ({
  name: running.name,
  pid: running.pid,
  withChildren,
})

const MAIL_TIME_LIMIT_MS = 180_000

/** What the processors did between its making and `read`: milliseconds per item of each part, and the share others had. */
export function startMeter(watched: readonly Watched[]) {
  const used = () => watched.map(({ pid, withChildren }) => processorSeconds(pid, withChildren))
  const before = used()
  const machineBefore = machineSeconds()
  return (items: number): { processorMs: Record<string, number>; othersShare: number } => {
    const spent = used().map((seconds, i) => seconds - before[i]!)
    const machine = machineSeconds()
    const ours = spent.reduce((sum, seconds) => sum + seconds, 0)
    return {
      processorMs: Object.fromEntries(
        watched.map(({ name }, i) => [name, Number(((spent[i]! * 1000) / items).toFixed(3))]),
      ),
      othersShare: Math.max(0, (machine.busy - machineBefore.busy - ours) / (machine.all - machineBefore.all)),
    }
  }
}

/** How a run of requests went, whatever became of them afterwards. */
export interface AcceptRun {
  label: string
  perSecond: number
  latency: LoadResult['latency']
  processorMs: Record<string, number>
  othersShare: number
}

/** Sends, and times the answers alone. Throws when one was refused. */
export async function measureAccept(
  label: string,
  parts: { load: Load; watched: readonly Watched[] },
  job: LoadJob,
): Promise<AcceptRun> {
  const read = startMeter([...parts.watched, watch(parts.load.process)])
  const result = await parts.load.run(job)
  if (result.failed > 0) throw new Error(`${label}: ${result.failed} of ${job.count} refused: ${result.firstFailure}`)
  const perSecond = (result.accepted / (result.endedAt - result.startedAt)) * 1000
  return { label, perSecond, latency: result.latency, ...read(result.accepted) }
}

/** Sends and waits for the last mail. Throws when one was refused or did not come: a rate over losses is no rate. */
export async function measureMails(
  label: string,
  parts: { load: Load; sink: Sink; watched: readonly Watched[] },
  job: LoadJob,
): Promise<MailRun> {
  const { load, sink } = parts
  const watched = [...parts.watched, watch(load.process), watch(sink.process)]
  await sink.reset()
  const read = startMeter(watched)
  const sent = await load.run(job)
  if (sent.failed > 0) throw new Error(`${label}: ${sent.failed} of ${job.count} refused: ${sent.firstFailure}`)
  const taken = await sink.wait(job.count, MAIL_TIME_LIMIT_MS)
  const metered = read(Math.max(1, taken.mails))
  if (taken.mails !== job.count) throw new Error(`${label}: ${taken.mails} mails came of ${job.count}`)
  return {
    label,
    mails: taken.mails,
    perSecond: (taken.mails / (taken.lastAt - sent.startedAt)) * 1000,
    acceptedPerSecond: (job.count / (sent.endedAt - sent.startedAt)) * 1000,
    meanMailBytes: taken.bytes / taken.mails,
    latency: sent.latency,
    ...metered,
    perSecondByTime: taken.perSecond,
  }
}

/** How a run of messages to an HTTP carrier went, from the first request sent to the last message settled. */
export interface HttpRun {
  label: string
  messages: number
  perSecond: number
  acceptedPerSecond: number
  latency: LoadResult['latency']
  processorMs: Record<string, number>
  othersShare: number
}

/** Sends, and waits until every message is settled. Throws when one was refused, came twice or is not `sent`. */
export async function measureHttp(
  label: string,
  parts: { load: Load; carrier: Carrier; watched: readonly Watched[]; rowsUrl: string },
  job: LoadJob,
): Promise<HttpRun> {
  const { load, carrier, rowsUrl } = parts
  await carrier.reset()
  const read = startMeter([...parts.watched, watch(load.process), watch(carrier.process)])
  const sent = await load.run(job)
  if (sent.failed > 0) throw new Error(`${label}: ${sent.failed} of ${job.count} refused: ${sent.firstFailure}`)
  const { messages, copies, refused } = await carrier.wait(job.count, MAIL_TIME_LIMIT_MS)
  await until('the last message to be settled', MAIL_TIME_LIMIT_MS, () => isEmpty(rowsUrl, 'message_work'))
  const endedAt = Date.now()
  const metered = read(Math.max(1, messages))
  if (messages !== job.count || copies > 0 || refused > 0)
    throw new Error(
      `${label}: of ${job.count} the carrier took ${messages}, ${copies} of them again, and refused ${refused}`,
    )
  return {
    label,
    messages,
    perSecond: (messages / (endedAt - sent.startedAt)) * 1000,
    acceptedPerSecond: (job.count / (sent.endedAt - sent.startedAt)) * 1000,
    latency: sent.latency,
    ...metered,
  }
}

const isEmpty = async (url: string, table: 'message_work'): Promise<boolean> =>
  (await query(url, `select 1 from ${table} limit 1`)).length === 0

/** All parts together, load and sink included: mails per second can never be more than the cores divided by this. */
export const processorSum = (run: Pick<MailRun, 'processorMs'>): number =>
  Object.values(run.processorMs).reduce((sum, ms) => sum + ms, 0)

/** `api 0.21 + worker 0.33 + postgres 0.15 …`, largest first. */
export const processorLine = (run: Pick<MailRun, 'processorMs'>): string =>
  Object.entries(run.processorMs)
    .sort(([, a], [, b]) => b - a)
    .map(([name, ms]) => `${name} ${ms.toFixed(2)}`)
    .join(' + ')
