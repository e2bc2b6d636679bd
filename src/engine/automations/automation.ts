/** What a run has done so far, by kind: `{ "messages": 1200, "files": 3 }`. Shown as it is. */
export type Counts = Readonly<Record<string, number>>

/** A process is stopping, or another one has taken the run over: whoever sees this lets go of it. */
export class RunInterrupted extends Error {}

export interface RunContext {
  readonly runId: string
  readonly organizationId: string
  /** What it is about: a contact, say. */
  readonly subjectId: string | null
  /** Nothing may change: only what would be done is counted. */
  readonly dryRun: boolean
  /** What it was asked for with. */
  readonly input: unknown
  /** What the last `save` of this run kept, in this process or in one that died; null at the beginning. */
  readonly state: unknown
  readonly counts: Counts
  /**
   * Keeps how far it is. What was done since the last save may be done again after a crash: it must then change nothing.
   *
   * @throws RunInterrupted
   */
  save(step: {
    readonly state?: unknown
    readonly counts: Counts
    readonly done?: number
    readonly total?: number
  }): Promise<void>
}

/** A piece of work with a name, which is run for one organization at a time. */
export interface Automation {
  /** `noun.verb`. */
  readonly name: string
  readonly description: string
  /** It is run by itself at these times, in its organization's zone, unless that chooses others; otherwise only when somebody asks. */
  readonly schedule?: { readonly cron: string }
  /** Its runs prove something: they are kept for good. */
  readonly runsKept?: true
  /** It runs often: finished runs are forgotten after so many days, instead of 400. */
  readonly runsKeptDays?: number
  /** Part of another operation, which starts it: not in the list of automations. */
  readonly internal?: true
  /** Short, and somebody waits for it: it has places of its own, so that no long run is in its way. */
  readonly brief?: true
  /** Gives the final counts. An `AppError` ends the run as failed; anything else that is thrown is tried again. */
  run(context: RunContext): Promise<Counts>
}

export const defineAutomation = (automation: Automation): Automation => automation
