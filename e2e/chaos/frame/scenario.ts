import type { Site, SiteOptions } from './site.ts'

/**
 * Which processes there are, and on what: `redis` an API and a worker on Postgres and Redis · `two workers` the same with a
 * second one · `no redis` their queue in Postgres too · `embedded` one process on its own Postgres, as `npm start`.
 */
export const LAYOUTS = ['redis', 'two workers', 'no redis', 'embedded'] as const
export type Layout = (typeof LAYOUTS)[number]

export interface Plan {
  /** The same seed strikes at the same moments. */
  seed: number
  messages: number
  perSecond: number
  layout: Layout
}

/** One fault, or a run of them, done to the product while it sends; then everything is counted. */
export interface Scenario {
  readonly name: string
  /** What is done to it, in one line. */
  readonly what: string
  readonly plan: Omit<Plan, 'seed'>
  readonly site?: Partial<SiteOptions>
  /** What message n asks for, beside its dedupe key and recipient; an e-mail unless set. */
  readonly request?: (n: number) => { to?: Record<string, unknown>; [field: string]: unknown }
  /** Done before the first message is sent. */
  readonly prepare?: (stage: Stage) => Promise<void>
  /** Does it while messages are being sent. Resolves when the last fault is over. */
  strike(stage: Stage): Promise<void>
  readonly expect?: Expectation
}

/** What this scenario promises beyond “nothing is lost, nothing comes after a confirmed cancel, everything is accounted for”. */
export interface Expectation {
  /** No extra copy at all, even of tries whose outcome nobody knows: the carrier can be asked, or nothing was interrupted. */
  readonly doubles?: 'none'
  /** Messages may end failed, when this says so: their reasons are listed. Otherwise none may. */
  readonly mayFail?: (reason: string) => boolean
  /** The time to catch up is told, but nothing is promised: the carrier's own wish to be left alone is part of it. */
  readonly recovery?: 'told'
  /** More that must hold at the end, one sentence for each thing that does not. */
  readonly also?: (stage: Stage) => Promise<string[]>
}

export interface Accepted {
  readonly requestKey: string
  readonly notificationId: string
  readonly messageId: string
  /** When the answer came (ms since 1970). */
  readonly at: number
}

/** A cancel that was answered with `cancelled: true`. */
export interface Cancelled {
  readonly messageId: string
  /** When the answer came (ms since 1970). */
  readonly at: number
  /** The answer said that an earlier try may have arrived. */
  readonly mayHaveArrived: boolean
}

/** What was done, and when (ms from the start of sending). */
export interface Strike {
  readonly fault: string
  readonly atMs: number
  /** Tries that were under way. */
  readonly inFlight: number
  endedAtMs: number
}

/** What a scenario works with. */
export interface Stage {
  readonly plan: Plan
  readonly site: Site
  /** From 0 to 1. */
  readonly random: () => number
  /** Grows while messages are sent. */
  readonly accepted: readonly Accepted[]
  readonly cancelled: Cancelled[]
  /** Lines for the report. */
  readonly notes: string[]
  /** Waits until so much of the time of sending (0 to 1) is over. */
  at(share: number): Promise<void>
  /** One fault from its beginning to its end. */
  fault(name: string, work: () => Promise<unknown>): Promise<void>
  /** kill -9 of these processes; they are started again after a moment, and it ends when all are ready. */
  kill(...processes: string[]): Promise<void>
}

/** This machine or checkout cannot show the scenario. Said, and passed over. */
export class LeftOut extends Error {}
