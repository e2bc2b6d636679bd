import { sleep } from '../../bench/lab/processes.ts'
import type { Scenario, Stage } from './frame/scenario.ts'

const AWAY_MS = 5_000

async function restart({ at, fault, site }: Stage): Promise<void> {
  await at(0.25)
  await fault('Redis is away', async () => {
    await site.redis!.process.kill()
    await sleep(AWAY_MS)
    await site.redis!.startAgain()
  })
}

const plan = { messages: 3_000, perSecond: 250, layout: 'redis' } as const

/** Redis dies and comes back five seconds later with what its append-only file held. */
export const redisRestarted: Scenario = {
  name: 'redis-restarted',
  what: 'Redis killed, back after five seconds with its data',
  plan,
  site: { redisKeepsData: true },
  strike: restart,
  expect: { doubles: 'none' },
}

/** The same without its data: every job is gone. */
export const redisEmptied: Scenario = {
  name: 'redis-emptied',
  what: 'Redis killed, back after five seconds without its data',
  plan,
  strike: restart,
  expect: { doubles: 'none' },
}
