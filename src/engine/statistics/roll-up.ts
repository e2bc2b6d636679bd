import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { type Automation, defineAutomation } from '../automations/automation.ts'
import { forgetHours, rollUp, rollUpOf } from './stat-store.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  /** The numbers of these organizations have changed. */
  readonly changed: (organizationIds: readonly string[]) => void
  readonly onError: (error: unknown) => void
}

const EVERY_MS = 5_000
/** Two years and a month: a month may be compared with the same one of the year before last. */
const KEPT_DAYS = 761
const DAY_MS = 24 * 3_600_000

/**
 * Adds what was counted to its hour, every few seconds. Whoever reads statistics adds what still waits, so nobody sees the
 * difference; this keeps it short. Several processes may do it at once.
 */
export function createRollUp({ db, clock, changed, onError }: Deps) {
  let timer: NodeJS.Timeout | undefined
  let running = Promise.resolve()

  async function run(): Promise<void> {
    for (let more = true; more; ) {
      const done = await rollUp(db.run)
      more = done.more
      if (done.organizationIds.length > 0) changed(done.organizationIds)
    }
  }

  return {
    run,
    forget: () => forgetHours(db.run, new Date(clock.now().getTime() - KEPT_DAYS * DAY_MS)),
    start(): void {
      timer = setInterval(() => {
        running = running.then(run).catch(onError)
      }, EVERY_MS)
    },
    async stop(): Promise<void> {
      clearInterval(timer)
      await running
    },
  }
}

/**
 * Adds what still waits of an organization to its hours, and forgets those that are kept no longer. The loop above has
 * mostly done the first: what this finds is what no worker had come to, and shows in its history.
 */
export const statisticsRollUp = ({ db, clock }: Pick<Deps, 'db' | 'clock'>): Automation =>
  defineAutomation({
    name: 'statistics.roll_up',
    description: 'Adds what was counted to the sums of its hour, and forgets hours older than two years',
    schedule: { cron: '40 * * * *' },
    runsKeptDays: 30,
    run: ({ organizationId, dryRun }) =>
      rollUpOf(db.run, organizationId, new Date(clock.now().getTime() - KEPT_DAYS * DAY_MS), dryRun),
  })
