import { sleep } from '../../bench/lab/processes.ts'
import type { Scenario, Stage } from './frame/scenario.ts'

const AWAY_MS = 3_000

const stop =
  (how: 'fast' | 'immediate') =>
  async ({ at, fault, site }: Stage): Promise<void> => {
    await at(0.25)
    await fault(`Postgres is away (${how} stop)`, async () => {
      await site.postgres!.stop(how)
      await sleep(AWAY_MS)
      await site.postgres!.startAgain()
    })
  }

const plan = { messages: 3_000, perSecond: 250, layout: 'redis' } as const

/** An update of the database server: every client is thrown out, and it comes back. */
export const postgresRestarted: Scenario = {
  name: 'postgres-restarted',
  what: 'Postgres stopped (fast), back after three seconds',
  plan,
  strike: stop('fast'),
}

/** Its crash: nothing is written in order, and it comes back by recovery. */
export const postgresCrashed: Scenario = {
  name: 'postgres-crashed',
  what: 'Postgres stopped as in a crash (immediate), back after three seconds',
  plan,
  strike: stop('immediate'),
}
