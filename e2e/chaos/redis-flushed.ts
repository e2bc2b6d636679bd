import type { Scenario } from './frame/scenario.ts'

/** Every job, lock and marker of the queue disappears under its workers. */
export const redisFlushed: Scenario = {
  name: 'redis-flushed',
  what: 'FLUSHALL six times under load',
  plan: { messages: 4_000, perSecond: 400, layout: 'redis' },
  async strike({ at, fault, site }) {
    for (let round = 0; round < 6; round++) {
      await at((round + 1) / 7)
      await fault('FLUSHALL', () => site.redis!.flush())
    }
  },
  expect: { doubles: 'none' },
}
