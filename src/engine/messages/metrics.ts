import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { AnsweredRequest } from '../../platform/http/server.ts'
import { createMetrics } from '../../platform/metrics.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import { laneOf } from '../catalogue/lane.ts'
import { type Channel, channelOf } from '../channels/channel.ts'
import type { Tried } from './deliver.ts'
import { allJobs } from './jobs.ts'
import type { Settlement } from './settle-store.ts'
import { estimateWork, readWork } from './work-store.ts'

/** A provider account as this process sees it. */
export interface WatchedAccount {
  readonly id: string
  /** Null: the platform's. */
  readonly organizationId: string | null
  readonly provider: string
  readonly channel: Channel
  readonly breaker: 'closed' | 'half_open' | 'open'
  readonly health: number
}

/** What the parts tell, put into this process's metrics. */
export function createEngineMetrics() {
  const metrics = createMetrics()

  return {
    text: metrics.text,

    countAnswered({ method, route, status, seconds }: AnsweredRequest): void {
      metrics.httpSeconds.observe({ method, route, status }, seconds)
    },
    countAccepted(counts: { accepted: number; duplicate: number; refused: number; seconds: number }): void {
      const { accepted, duplicate, refused, seconds } = counts
      for (const outcome of ['accepted', 'duplicate', 'refused'] as const)
        metrics.accepted.inc({ outcome }, counts[outcome])
      metrics.acceptSeconds.observe(seconds)
      metrics.batchItems.observe({ batch: 'accept' }, accepted + duplicate + refused)
    },

    countOffered(channel: Channel, messages: number): void {
      metrics.dispatched.inc({ channel }, messages)
    },
    countTick(seconds: number): void {
      metrics.dispatchSeconds.observe(seconds)
    },
    countLost(channel: Channel, messages: number): void {
      metrics.dispatchLost.inc({ channel }, messages)
    },
    countJob(job: string, outcome: string): void {
      metrics.jobs.inc({ job, outcome })
    },

    countTried({ channel, lane, provider, outcome, seconds, delaySeconds }: Tried): void {
      metrics.attempts.inc({ channel, provider, outcome })
      metrics.providerSeconds.observe({ channel, provider }, seconds)
      // A clock that was set back must not make it negative.
      if (delaySeconds !== undefined) metrics.deliverySeconds.observe({ channel, lane }, Math.max(0, delaySeconds))
    },
    countWaits({ channel, why, messages }: { channel: Channel; why: string; messages: number }): void {
      metrics.waits.inc({ channel, why }, messages)
    },
    /** What one statement settled. */
    countSettled(rows: readonly Pick<Settlement, 'deadLetter'>[]): void {
      metrics.batchItems.observe({ batch: 'settle' }, rows.length)
      for (const { deadLetter } of rows)
        if (deadLetter) metrics.deadLetters.inc({ channel: channelOf(deadLetter.channel), reason: deadLetter.reason })
    },
    countFallbacks(steps: number): void {
      metrics.fallbacks.inc(steps)
    },
    countDigest(items: number): void {
      metrics.digestItems.observe(items)
    },
    countReminders(states: readonly string[]): void {
      for (const state of states) metrics.reminders.inc({ state })
    },
    countReport({ channel, status, dead }: { channel: Channel; status: string; dead: boolean }): void {
      metrics.reports.inc({ channel, status })
      if (dead) metrics.deadLetters.inc({ channel, reason: 'reported' })
    },

    countCalls(outcome: string, calls: number): void {
      metrics.webhookCalls.inc({ outcome }, calls)
    },
    countItems(provider: string, item: string, count: number): void {
      metrics.webhookItems.inc({ provider, item }, count)
    },
    countInbound({ provider, isSomebodys }: { provider: string; isSomebodys: boolean }): void {
      metrics.inbound.inc({ provider, whose: isSomebodys ? 'organization' : 'nobody' })
    },
    countBounce({ via, kind }: { via: string; kind: string }): void {
      metrics.bounces.inc({ via, kind })
    },

    /** Looked up at each reading: the depth of every queue. */
    watchQueue(queue: Pick<Queue, 'waiting'>): void {
      metrics.beforeReading(async () => {
        for (const job of allJobs) metrics.queueWaiting.set({ job: job.name }, await queue.waiting(job))
      })
    },
    /** What is due and under way in the database, for all processes alike. */
    watchWork(run: Database['run'], clock: Clock): void {
      metrics.beforeReading(async () => {
        const now = clock.now()
        const [work, rows] = await Promise.all([readWork(run, now), estimateWork(run)])
        metrics.workRows.set(rows)
        metrics.workMessages.reset()
        metrics.workOldestSeconds.reset()
        for (const { channel, lane, state, messages, oldest } of work) {
          const of = { channel: channelOf(channel), lane: laneOf(lane) }
          metrics.workMessages.set({ ...of, state }, messages)
          if (oldest) metrics.workOldestSeconds.set(of, Math.max(0, (now.getTime() - oldest.getTime()) / 1000))
        }
      })
    },
    /** The breakers and the health of the provider accounts this process knows. */
    watchSchedules(overdue: () => Promise<number>): void {
      metrics.beforeReading(async () => metrics.automationOverdue.set(await overdue()))
    },
    watchAccounts(seen: () => Iterable<WatchedAccount>): void {
      metrics.beforeReading(() => {
        metrics.providerAccounts.reset()
        metrics.providerHealth.reset()
        const worst = new Map<string, WatchedAccount>()
        for (const account of seen()) {
          const { channel, provider, breaker, organizationId } = account
          const owner = organizationId === null ? 'platform' : 'organization'
          for (const state of ['closed', 'half_open', 'open'] as const)
            metrics.providerAccounts.inc({ channel, provider, owner, breaker: state }, state === breaker ? 1 : 0)
          // An id for each of the platform's, and one for all the others: organizations come and go.
          const name = organizationId === null ? account.id : 'own'
          const key = `${channel} ${provider} ${name}`
          if ((worst.get(key)?.health ?? 2) > account.health) worst.set(key, account)
        }
        for (const { channel, provider, organizationId, id, health } of worst.values())
          metrics.providerHealth.set({ channel, provider, account: organizationId === null ? id : 'own' }, health)
      })
    },
    watchSockets(open: () => number): void {
      metrics.beforeReading(() => metrics.sockets.set(open()))
    },
  }
}
