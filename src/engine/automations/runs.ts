import { z } from 'zod'
import { AppError, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { defineJob, type Queue } from '../../platform/queue/queue.ts'
import { type Automation, type Counts, RunInterrupted } from './automation.ts'
import {
  beginRun,
  beginRunsApart,
  claimRun,
  endedRuns,
  endRun,
  findDone,
  findRun,
  forgetRuns,
  forgetRunsOf,
  lastOutcomes,
  lastRuns,
  listRuns,
  type NewRun,
  type RunRow,
  releaseRun,
  renewRun,
  saveRun,
  strandedRuns,
} from './run-store.ts'

interface Deps {
  readonly db: Pick<Database, 'as' | 'engine'>
  readonly clock: Clock
  readonly queue: Pick<Queue, 'add'>
  readonly automations: readonly Automation[]
  readonly onError: (error: unknown, of?: { readonly automation: string; readonly runId: string }) => void
  /** A run by itself failed, and so did the one before it. Told once for a row of failures. */
  readonly onFailing?: (failing: Failing) => Promise<unknown>
}

export interface Failing {
  readonly organizationId: string
  readonly name: string
  readonly runId: string
  /** In words, without anybody's data. */
  readonly error: string
}

interface Start {
  readonly name: string
  readonly subjectId?: string
  /** One that has ended well is not done again: it is given. */
  readonly once?: true
  /** Several of one kind at a time, because each is about something else. */
  readonly apart?: true
  readonly dryRun?: boolean
  readonly input?: unknown
  readonly actor?: object | null
  /** Not before then. */
  readonly at?: Date
}

const RunJob = z.object({ runId: z.string() })
export const runAutomation = defineJob({ name: 'run-automation', payload: RunJob, attempts: 1, concurrency: 2 })
export const runBrief = defineJob({ name: 'run-brief', payload: RunJob, attempts: 1, concurrency: 6 })

const LEASE_MS = 30_000
const RENEW_EVERY_MS = 5_000
const SWEEP_EVERY_MS = 5_000
const OFFERED_AGAIN_AFTER_MS = 10_000
const STRANDED_AT_ONCE = 100
const MOST_TRIES = 5
const FIRST_PAUSE_MS = 2_000
const DAY_MS = 24 * 3_600_000
const RUNS_KEPT_DAYS = 400
const FAILURES_TOLD = 2

export type Runs = ReturnType<typeof createRuns>

/**
 * Runs of automations, each a row that says what was asked and how far it is. A job works it off; a lost job or a dead
 * worker is noticed by a sweep, and the next worker goes on from what was saved. No two work on one run at a time: what
 * a worker saves after another has taken over is refused.
 */
export function createRuns({ db, clock, queue, automations, onError, onFailing }: Deps) {
  const byName = new Map(automations.map((automation) => [automation.name, automation]))
  let sweeper: NodeJS.Timeout | undefined
  let stopping = false

  return {
    /** Begins one: durable when this answers, worked off later. While one of its kind is under way, gives that one. */
    async start(organizationId: string, start: Start) {
      const row = await db.as(organizationId, (tx) => write(tx, organizationId, start))
      await offer(row)
      return toRun(row)
    },

    /** As `start`, in the caller's transaction: it is offered a few seconds after that has committed. */
    startWithin: async (tx: Tx, organizationId: string, start: Start) => toRun(await write(tx, organizationId, start)),

    /** As `startWithin`, for several at a time, each about something else. Gives their ids. */
    async startApartWithin(
      tx: Tx,
      organizationId: string,
      starts: readonly Pick<Start, 'name' | 'input' | 'at'>[],
    ): Promise<string[]> {
      const now = clock.now()
      const runs = starts.map((start) => newRun(organizationId, { ...start, apart: true }, now))
      await beginRunsApart(tx, runs, now)
      return runs.map(({ id }) => id)
    },

    /** Of the automations somebody may run. */
    names: automations.filter(({ internal }) => !internal).map(({ name }) => name),

    /** The automations somebody may run, each with its newest run. */
    list: (organizationId: string) =>
      db.as(organizationId, async (tx) => {
        const listed = automations.filter(({ internal }) => !internal)
        const last = await lastRuns(
          tx,
          organizationId,
          listed.map(({ name }) => name),
        )
        return listed.map(({ name, description }) => {
          const row = last.find((one) => one.name === name)
          return { name, description, lastRun: row ? toRun(row) : null }
        })
      }),

    /** @throws AppError `not_found`, also for one that is part of another operation. */
    listed(name: string): Automation {
      const automation = byName.get(name)
      if (!automation || automation.internal) throw notFound('Automation', name)
      return automation
    },

    /** Newest first. */
    of: (
      organizationId: string,
      which: { name: string; subjectId?: string; before?: string | undefined; limit: number },
    ) => db.as(organizationId, async (tx) => (await listRuns(tx, organizationId, which)).map(toRun)),

    /** @throws AppError `not_found`, also for a run of something else. */
    get: (organizationId: string, id: string, { name, subjectId }: { name: string; subjectId?: string }) =>
      db.as(organizationId, async (tx) => {
        const row = await findRun(tx, id)
        if (row?.name !== name || (subjectId !== undefined && row.subject_id !== subjectId)) throw notFound('Run', id)
        return toRun(row)
      }),

    /** Those of these runs that have ended. */
    ended: async (ids: readonly string[]) => (await endedRuns(db.engine, ids)).map(toRun),

    work,
    offer,

    /** Forgets runs that are long over, but those that prove something. */
    async forget(): Promise<void> {
      const before = (days: number) => new Date(clock.now().getTime() - days * DAY_MS)
      for (const { name, runsKeptDays } of automations)
        if (runsKeptDays !== undefined) await forgetRunsOf(db.engine, name, before(runsKeptDays))
      const kept = automations.filter(({ runsKept }) => runsKept).map(({ name }) => name)
      await forgetRuns(db.engine, kept, before(RUNS_KEPT_DAYS))
    },

    /** Offers again what a lost job or a dead worker left behind. */
    watch(): void {
      sweeper = setInterval(() => void sweep().catch(onError), SWEEP_EVERY_MS)
    },

    /** What is under way here stops at its next save, and goes on elsewhere. */
    stop(): void {
      stopping = true
      clearInterval(sweeper)
    },
  }

  async function write(tx: Tx, organizationId: string, start: Start): Promise<RunRow> {
    const now = clock.now()
    const run = newRun(organizationId, start, now)
    if (start.once && start.subjectId !== undefined) {
      const done = await findDone(tx, organizationId, start.name, start.subjectId)
      if (done) return done
    }
    return beginRun(tx, run, now)
  }

  function newRun(
    organizationId: string,
    { name, subjectId, apart, dryRun, input, actor, at }: Omit<Start, 'once'>,
    now: Date,
  ): NewRun {
    if (!byName.has(name)) throw notFound('Automation', name)
    const id = newId(now)
    return {
      id,
      organizationId,
      name,
      subjectId: apart ? id : (subjectId ?? null),
      dryRun: dryRun ?? false,
      input: input ?? null,
      actor: actor ?? null,
      at: at ?? null,
      offeredAt: at ? new Date(at.getTime() - OFFERED_AGAIN_AFTER_MS) : now,
    }
  }

  /** Works a run off, if nobody else does. */
  async function work(runId: string): Promise<void> {
    if (stopping) return
    const row = await claimRun(db.engine, runId, leaseEnd(), clock.now())
    if (!row) return
    const held = { id: row.id, attempt: row.attempt }
    const progress = { state: row.state as unknown, counts: row.counts as Counts, done: row.done, total: row.total }
    let lost = false
    const heart = setInterval(() => {
      renewRun(db.engine, held, leaseEnd()).then((kept) => {
        lost = !kept
      }, onError)
    }, RENEW_EVERY_MS)
    try {
      const automation = byName.get(row.name)
      if (!automation) throw new AppError('not_found', `This version knows no automation ${row.name}`)
      const counts = await automation.run({
        runId: row.id,
        organizationId: row.organization_id,
        subjectId: row.subject_id,
        dryRun: row.dry_run,
        input: row.input,
        state: row.state,
        counts: progress.counts,
        async save(step) {
          Object.assign(progress, step)
          if (lost || !(await saveRun(db.engine, held, { ...progress, leaseUntil: leaseEnd() })))
            throw new RunInterrupted('Another worker has taken over')
          if (stopping) throw new RunInterrupted('This process is stopping')
        },
      })
      await endRun(db.engine, held, { outcome: 'done', counts, error: null }, clock.now())
    } catch (error) {
      await failed(row, held, progress.counts, error)
    } finally {
      clearInterval(heart)
    }
  }

  async function failed(row: RunRow, held: { id: string; attempt: number }, counts: Counts, error: unknown) {
    if (error instanceof RunInterrupted) {
      await releaseRun(db.engine, held, { until: null, tries: row.tries, error: null })
      return
    }
    const isRefusal = error instanceof AppError && error.status < 500
    // What went wrong may quote whom it went wrong for: it is in the log, which says nobody's address.
    const said = isRefusal ? error.message : 'Something went wrong here; the server’s log says what'
    if (!isRefusal) onError(error, { automation: row.name, runId: row.id })
    const tries = row.tries + 1
    if (isRefusal || tries >= MOST_TRIES) {
      await endRun(db.engine, held, { outcome: 'failed', counts, error: said }, clock.now())
      await tellIfFailing(row, said)
    } else {
      const until = new Date(clock.now().getTime() + FIRST_PAUSE_MS * 4 ** row.tries)
      await releaseRun(db.engine, held, { until, tries, error: said })
    }
  }

  /** The second failure in a row is told; one alone may be an accident, and the third is no news. */
  async function tellIfFailing(row: RunRow, error: string): Promise<void> {
    if (!onFailing || row.dry_run || row.subject_id !== null) return
    const last = await lastOutcomes(db.engine, row, FAILURES_TOLD + 1)
    const streak = last.findIndex((outcome) => outcome !== 'failed')
    if ((streak < 0 ? last.length : streak) !== FAILURES_TOLD) return
    await onFailing({ organizationId: row.organization_id, name: row.name, runId: row.id, error }).catch(onError)
  }

  async function sweep(): Promise<void> {
    const now = clock.now()
    const before = new Date(now.getTime() - OFFERED_AGAIN_AFTER_MS)
    for (const run of await strandedRuns(db.engine, before, now, STRANDED_AT_ONCE)) await offer(run)
  }

  /** The row is kept; should the queue be away, the sweep offers it later. */
  function offer({ id, name }: { readonly id: string; readonly name: string }): Promise<void> {
    const job = byName.get(name)?.brief ? runBrief : runAutomation
    return queue.add(job, [{ payload: { runId: id } }]).catch(onError)
  }

  function leaseEnd(): Date {
    return new Date(clock.now().getTime() + LEASE_MS)
  }
}

export const toRun = (row: RunRow) => ({
  id: row.id,
  name: row.name,
  subjectId: row.subject_id,
  dryRun: row.dry_run,
  status: (row.outcome ?? (row.started_at ? 'running' : 'waiting')) as 'waiting' | 'running' | 'done' | 'failed',
  counts: row.counts as Counts,
  progress: { done: row.done, total: row.total },
  error: row.error,
  state: row.state as unknown,
  createdAt: row.created_at,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
})
