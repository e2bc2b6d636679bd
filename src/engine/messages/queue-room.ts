import { MESSAGES_PER_JOB } from './jobs.ts'

/**
 * Messages that may wait in one queue. What is in it can no longer be overtaken by another organization
 * and must be claimed before its lease ends, so the queue holds about two seconds of work, whatever the carrier's speed.
 */
const LEAST = 100
const MOST = 2_000
const FIRST = 500
const DRAINS_WITHIN_MS = 2_000

export type QueueRoom = ReturnType<typeof createQueueRoom>

/** Finds the length by trying: it doubles when a full queue ran empty in time, and halves when one drains too slowly. */
export function createQueueRoom() {
  let length = FIRST
  let filledAt: number | undefined

  return {
    /**
     * How many messages may be added with so many jobs waiting; 0 until half of them are gone, so that turns are few and
     * large. `atMs` is a clock that only goes forward.
     */
    messages(jobsWaiting: number, atMs: number): number {
      const waiting = jobsWaiting * MESSAGES_PER_JOB
      if (filledAt !== undefined) {
        if (waiting === 0) {
          if (atMs - filledAt <= DRAINS_WITHIN_MS) length = Math.min(MOST, length * 2)
          filledAt = undefined
        } else if (waiting > length / 2 && atMs - filledAt > DRAINS_WITHIN_MS) {
          length = Math.max(LEAST, length / 2)
          filledAt = atMs
        }
      }
      return waiting > length / 2 ? 0 : length - waiting
    },

    /** All that there was room for was added: more may be waiting behind it. */
    filled(atMs: number): void {
      filledAt ??= atMs
    },
  }
}
