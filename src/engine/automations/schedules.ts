import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { checkedZone } from '../contacts/locale.ts'
import type { Automation } from './automation.ts'
import { checkCron, nextRun } from './cron.ts'
import type { Runs } from './runs.ts'
import {
  addSchedules,
  type DueSchedule,
  holdAll,
  holdDue,
  overdueSeconds,
  type ScheduleRow,
  schedulesOf,
  setNext,
  unscheduled,
  writeSchedule,
} from './schedule-store.ts'

interface Deps {
  readonly db: Pick<Database, 'as' | 'engine'>
  readonly clock: Clock
  readonly automations: readonly Automation[]
  readonly runs: Pick<Runs, 'startWithin' | 'offer' | 'listed' | 'list'>
  readonly organization: (id: string) => Promise<{ readonly timeZone: string }>
  readonly onError: (error: unknown) => void
}

export interface ScheduleView {
  readonly cron: string
  readonly timeZone: string
  readonly enabled: boolean
  /** Null while it is switched off. */
  readonly nextRunAt: Date | null
  /** What it is unless changed. */
  readonly byDefault: { readonly cron: string; readonly timeZone: string }
}

const LOOK_EVERY_MS = 5_000
const DUE_AT_ONCE = 100
const ADDED_AT_ONCE = 500

export type Schedules = ReturnType<typeof createSchedules>

/**
 * When automations run by themselves: cron and time zone for each organization. A time that has come is a row that is
 * due; whichever process finds it begins a run and sets the next time, in one transaction. What was missed while nothing
 * ran is made up for once; while a run is under way no second one begins.
 */
export function createSchedules({ db, clock, automations, runs, organization, onError }: Deps) {
  const scheduled = automations.filter((one) => one.schedule !== undefined)
  const names = scheduled.map(({ name }) => name)
  const cronOf = (name: string): string => scheduled.find((one) => one.name === name)!.schedule!.cron
  let timer: NodeJS.Timeout | undefined

  return {
    /** The automations somebody may run, each with its newest run and its schedule. */
    async list(organizationId: string) {
      const { timeZone } = await organization(organizationId)
      const rows = await db.as(organizationId, (tx) => schedulesOf(tx, organizationId))
      return (await runs.list(organizationId)).map((one) => ({
        ...one,
        schedule: names.includes(one.name)
          ? viewOf(
              one.name,
              rows.find((row) => row.name === one.name),
              timeZone,
            )
          : null,
      }))
    },

    /** @throws AppError `not_found`, `validation_failed` for a cron that never comes and for a zone there is none of. */
    async change(
      organizationId: string,
      name: string,
      change: { enabled?: boolean | undefined; cron?: string | null | undefined; timeZone?: string | null | undefined },
    ) {
      const { schedule } = runs.listed(name)
      const { timeZone } = await organization(organizationId)
      const now = clock.now()
      if (change.timeZone) checkedZone(change.timeZone)
      const row = await db.as(organizationId, async (tx) => {
        const before = (await schedulesOf(tx, organizationId)).find((one) => one.name === name)
        const enabled = change.enabled ?? before?.enabled ?? true
        const cron = change.cron === undefined ? (before?.cron ?? null) : change.cron
        const zone = change.timeZone === undefined ? (before?.time_zone ?? null) : change.timeZone
        const rule = cron ?? schedule?.cron
        if (rule === undefined) return undefined
        checkCron(rule, zone ?? timeZone, now)
        const nextAt = enabled ? (nextRun(rule, zone ?? timeZone, now) ?? null) : null
        await writeSchedule(tx, organizationId, name, { enabled, cron, timeZone: zone, nextAt }, now)
        return { enabled, cron, time_zone: zone, next_at: nextAt }
      })
      return row && viewOf(name, row, timeZone)
    },

    startDue,

    /** The clock was put back: each comes when it would from now on, not when it was to come by the time that was left. */
    async planAgain(): Promise<void> {
      await db.engine.transaction().execute(async (tx) => {
        for (const row of await holdAll(tx, names)) await setNext(tx, row, next(row))
      })
    },

    overdue: () => overdueSeconds(db.engine, names, clock.now()),

    start(): void {
      const look = () => void startDue().catch(onError)
      look()
      timer = setInterval(look, LOOK_EVERY_MS)
    },

    stop(): void {
      clearInterval(timer)
    },
  }

  /** Begins what is due, for every organization. */
  async function startDue(): Promise<void> {
    await addMissing()
    for (;;) {
      const begun = await db.engine.transaction().execute(async (tx) => {
        const due = await holdDue(tx, names, clock.now(), DUE_AT_ONCE)
        const started: Awaited<ReturnType<Runs['startWithin']>>[] = []
        for (const row of due) {
          started.push(await runs.startWithin(tx, row.organization_id, { name: row.name }))
          await setNext(tx, row, next(row))
        }
        return started
      })
      for (const run of begun) await runs.offer(run)
      if (begun.length < DUE_AT_ONCE) return
    }
  }

  /** Of new organizations and new automations. */
  async function addMissing(): Promise<void> {
    for (const name of names) {
      for (let left = ADDED_AT_ONCE; left === ADDED_AT_ONCE; ) {
        const missing = await unscheduled(db.engine, name, ADDED_AT_ONCE)
        const now = clock.now()
        await addSchedules(
          db.engine,
          name,
          missing.map(({ id, time_zone }) => ({
            organizationId: id,
            nextAt: next({ organization_id: id, name, cron: null, time_zone }),
          })),
          now,
        )
        left = missing.length
      }
    }
  }

  /** Null, and told, for what can no longer be read: one bad row holds up no other. */
  function next({ organization_id, name, cron, time_zone }: DueSchedule): Date | null {
    try {
      return nextRun(cron ?? cronOf(name), time_zone, clock.now()) ?? null
    } catch (error) {
      onError(new Error(`The schedule of ${name} of organization ${organization_id} cannot be read`, { cause: error }))
      return null
    }
  }

  function viewOf(
    name: string,
    row: Pick<ScheduleRow, 'enabled' | 'cron' | 'time_zone' | 'next_at'> | undefined,
    timeZone: string,
  ): ScheduleView {
    const cron = row?.cron ?? cronOf(name)
    const zone = row?.time_zone ?? timeZone
    return {
      cron,
      timeZone: zone,
      enabled: row?.enabled ?? true,
      nextRunAt: row ? row.next_at : (nextRun(cron, zone, clock.now()) ?? null),
      byDefault: { cron: cronOf(name), timeZone },
    }
  }
}
