import { machineSeconds, processorSeconds, type Running } from './lab/processes.ts'
import type { Load, Sink } from './lab/servers.ts'
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

/** Sends and waits for the last mail. Throws when one was refused or did not come: a rate over losses is no rate. */
export async function measureMails(
  label: string,
  parts: { load: Load; sink: Sink; watched: readonly Watched[] },
  job: LoadJob,
): Promise<MailRun> {
  const { load, sink } = parts
  const watched = [...parts.watched, watch(load.process), watch(sink.process)]
  await sink.reset()
  const used = () => watched.map(({ pid, withChildren }) => processorSeconds(pid, withChildren))
  const before = used()
  const machineBefore = machineSeconds()
  const sent = await load.run(job)
  if (sent.failed > 0) throw new Error(`${label}: ${sent.failed} of ${job.count} refused: ${sent.firstFailure}`)
  const taken = await sink.wait(job.count, MAIL_TIME_LIMIT_MS)
  const after = used()
  const machineAfter = machineSeconds()
  if (taken.mails !== job.count) throw new Error(`${label}: ${taken.mails} mails came of ${job.count}`)
  return {
    label,
    mails: taken.mails,
    perSecond: (taken.mails / (taken.lastAt - sent.startedAt)) * 1000,
    acceptedPerSecond: (job.count / (sent.endedAt - sent.startedAt)) * 1000,
    meanMailBytes: taken.bytes / taken.mails,
    latency: sent.latency,
    processorMs: Object.fromEntries(
      watched.map(({ name }, i) => [name, Number((((after[i]! - before[i]!) * 1000) / taken.mails).toFixed(3))]),
    ),
    othersShare: others(machineBefore, machineAfter, before, after),
    perSecondByTime: taken.perSecond,
  }
}

type MachineSeconds = ReturnType<typeof machineSeconds>

function others(from: MachineSeconds, to: MachineSeconds, before: number[], after: number[]): number {
  const ours = after.reduce((sum, seconds, i) => sum + seconds - before[i]!, 0)
  return Math.max(0, (to.busy - from.busy - ours) / (to.all - from.all))
}

/** All parts together, load and sink included: mails per second can never be more than the cores divided by this. */
export const processorSum = (run: MailRun): number => Object.values(run.processorMs).reduce((sum, ms) => sum + ms, 0)

/** `api 0.21 + worker 0.33 + postgres 0.15 …`, largest first. */
export const processorLine = (run: MailRun): string =>
  Object.entries(run.processorMs)
    .sort(([, a], [, b]) => b - a)
    .map(([name, ms]) => `${name} ${ms.toFixed(2)}`)
    .join(' + ')
