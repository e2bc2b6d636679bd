import { sleep } from '../../bench/lab/processes.ts'
import type { Scenario } from './frame/scenario.ts'

/** Redis stands still with every connection open: nothing is refused, nothing is answered. */
export const redisHangs: Scenario = {
  name: 'redis-hangs',
  what: 'Redis stands still for five seconds, its connections open',
  plan: { messages: 3_000, perSecond: 250, layout: 'redis' },
  async strike({ at, fault, site }) {
    await at(0.25)
    await fault('Redis stands still', async () => {
      process.kill(site.redis!.process.pid, 'SIGSTOP')
      await sleep(5_000).finally(() => process.kill(site.redis!.process.pid, 'SIGCONT'))
    })
  },
  expect: { doubles: 'none' },
}
