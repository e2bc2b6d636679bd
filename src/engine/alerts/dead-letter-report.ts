import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { type Automation, defineAutomation } from '../automations/automation.ts'
import type { Events } from '../messages/events.ts'
import { deadLettersSince, lastDone } from './measure-store.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  readonly raise: Events['raise']
  readonly publicUrl: string
}

const NAME = 'dead_letters.report'
const DAY_MS = 24 * 3_600_000
/** The first report, and one after a long pause, looks back so far at most. */
const LONGEST_MS = 7 * DAY_MS

/** Tells an organization's admins once a day what ended failed since they were told last; nothing where nothing did. */
export function deadLetterReport({ db, clock, raise, publicUrl }: Deps): Automation {
  return defineAutomation({
    name: NAME,
    description: 'Tells admins what failed since the last report, by reason',
    schedule: { cron: '0 8 * * *' },
    async run({ organizationId, runId, dryRun }) {
      const now = clock.now().getTime()
      const last = (await lastDone(db.run, organizationId, NAME))?.getTime() ?? now - DAY_MS
      const since = new Date(Math.max(last, now - LONGEST_MS))
      const reasons = await deadLettersSince(db.run, organizationId, since)
      const total = reasons.reduce((sum, { count }) => sum + count, 0)
      if (total > 0 && !dryRun)
        await raise(organizationId, {
          type: NAME,
          payload: { total, since: since.toISOString(), reasons, failedUrl: `${publicUrl}/failed` },
          dedupeKey: runId,
          allowRepeat: true,
        })
      return { dead_letters: total }
    },
  })
}
