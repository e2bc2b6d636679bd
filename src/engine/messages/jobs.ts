import { z } from 'zod'
import { defineJob, type Job } from '../../platform/queue/queue.ts'
import { laneCode } from '../catalogue/lane.ts'
import { CHANNELS, type Channel } from '../channels/channel.ts'

/** Messages one job carries: enough to share every round trip, few enough that a lane's turn comes soon. */
export const MESSAGES_PER_JOB = 100

const Payload = z.object({ messageIds: z.array(z.string()) })
export type DeliverPayload = z.infer<typeof Payload>

/** Jobs of a queue one process works on at once; within them, sends are limited by the channel's own concurrency. */
const JOBS_AT_ONCE: Record<Channel, number> = { email: 8, sms: 4, whatsapp: 4, in_app: 4 }

/** One queue for the lanes that cannot wait, one for those that can: jobs of many scheduled messages hold up no urgent one. */
export const PACES = ['urgent', 'patient'] as const
export type Pace = (typeof PACES)[number]
const LAST_URGENT = laneCode('immediate')
export const paceOf = (lane: number): Pace => (lane <= LAST_URGENT ? 'urgent' : 'patient')

/** Two queues per channel, so that a slow carrier holds up nobody else's. One try: a row that was not settled is offered again. */
export const deliverJobs = Object.fromEntries(
  CHANNELS.map((channel) => [
    channel,
    Object.fromEntries(
      PACES.map((pace) => [
        pace,
        defineJob({
          name: `deliver-${channel}-${pace}`,
          payload: Payload,
          attempts: 1,
          concurrency: JOBS_AT_ONCE[channel],
        }),
      ]),
    ),
  ]),
) as Record<Channel, Record<Pace, Job<DeliverPayload>>>

const Receipts = z.object({ receiptIds: z.array(z.string()) })
export const applyReports = defineJob({ name: 'apply-reports', payload: Receipts, attempts: 5, concurrency: 2 })
/** The calls of packs' vendors have places of their own: no burst of payments holds up what carriers report, nor they it. */
export const takeEvents = defineJob({ name: 'take-events', payload: Receipts, attempts: 5, concurrency: 2 })

export const redriveDeadLetters = defineJob({
  name: 'redrive-dead-letters',
  payload: z.object({ requeueId: z.string() }),
  attempts: 3,
  concurrency: 2,
})

/** Every kind of job there is, for who watches the queues. */
export const allJobs: readonly Pick<Job<unknown>, 'name'>[] = [
  ...Object.values(deliverJobs).flatMap((byPace) => Object.values(byPace)),
  applyReports,
  takeEvents,
  redriveDeadLetters,
]
