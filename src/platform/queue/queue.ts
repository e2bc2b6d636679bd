import type { z } from 'zod'

/** Done; or not now; or never. Anything thrown is a failed try and is tried again. A snooze does not use up a try. */
export type JobResult = undefined | { snoozeMs: number } | { cancel: string }

/** What a job is. A job carries ids: the row is the truth, the job a nudge that may be lost, doubled or wiped. */
export interface Job<Payload> {
  readonly name: string
  readonly payload: z.ZodType<Payload>
  /** Tries before the queue gives the job up (rows that are still due are offered again by the dispatcher). */
  readonly attempts: number
  /** Jobs of this kind that one process runs at once. */
  readonly concurrency: number
}

export const defineJob = <Payload>(job: Job<Payload>): Job<Payload> => job

export interface JobToAdd<Payload> {
  readonly payload: Payload
  /** 0 runs first; higher numbers later. */
  readonly priority?: number
}

/** The queue as the product sees it; BullMQ on Redis or on Postgres behind it. Every error reaches `onError`, never an unhandled event. */
export interface Queue {
  /** Resolves once the queue holds every job. */
  add<Payload>(job: Job<Payload>, jobs: readonly JobToAdd<Payload>[]): Promise<void>
  /** Jobs added and not yet taken by a worker. */
  waiting(job: Pick<Job<unknown>, 'name'>): Promise<number>
  /** Starts taking jobs of this kind in this process. */
  work<Payload>(job: Job<Payload>, run: (payload: Payload) => Promise<JobResult>): void
  /** Throws when the queue cannot be reached. */
  check(): Promise<void>
  /** Finishes what is running, takes nothing new, lets go of every connection. */
  close(): Promise<void>
}
