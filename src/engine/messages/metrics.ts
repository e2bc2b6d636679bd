import type { AnsweredRequest } from '../../platform/http/server.ts'
import { createMetrics } from '../../platform/metrics.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import type { Channel } from '../channels/channel.ts'
import { applyReports, deliverJobs } from './jobs.ts'

/** What the parts tell, put into this process's metrics. */
export function createEngineMetrics() {
  const metrics = createMetrics()
  return {
    text: metrics.text,

    countAnswered({ method, route, status, seconds }: AnsweredRequest): void {
      metrics.httpSeconds.observe({ method, route, status }, seconds)
    },
    countAccepted(counts: { accepted: number; duplicate: number; refused: number; seconds: number }): void {
      for (const outcome of ['accepted', 'duplicate', 'refused'] as const)
        metrics.accepted.inc({ outcome }, counts[outcome])
      metrics.acceptSeconds.observe(counts.seconds)
    },
    countOffered(channel: Channel, messages: number): void {
      metrics.dispatched.inc({ channel }, messages)
    },
    countTried({
      channel,
      provider,
      outcome,
      seconds,
    }: {
      channel: Channel
      provider: string
      outcome: string
      seconds: number
    }): void {
      metrics.attempts.inc({ channel, provider, outcome })
      metrics.providerSeconds.observe({ channel, provider }, seconds)
    },
    /** The depth of every queue, looked up at each reading. */
    watchQueue(queue: Queue): void {
      metrics.beforeReading(async () => {
        for (const job of [...Object.values(deliverJobs), applyReports])
          metrics.queueWaiting.set({ job: job.name }, await queue.waiting(job))
      })
    },
  }
}
