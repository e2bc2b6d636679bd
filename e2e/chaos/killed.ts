import type { Scenario } from './frame/scenario.ts'

/** kill -9 of the worker, the API and both, round after round, with Redis and Postgres going on. */
export const killed: Scenario = {
  name: 'killed',
  what: 'kill -9 of the worker, the API and both, again and again',
  plan: { messages: 10_000, perSecond: 400, layout: 'redis' },
  // Quick enough to make up for the time without a worker: what is measured is the product's recovery, not the server's pace.
  site: { sinkDelayMs: 3 },
  async strike({ at, kill, plan, random }) {
    const workers = plan.layout === 'two workers' ? ['worker', 'worker 2'] : ['worker']
    const victims = [workers, ['api'], ['api', ...workers]]
    const rounds = 9
    for (let round = 0; round < rounds; round++) {
      await at((round + 0.2 + 0.6 * random()) / rounds)
      await kill(...victims[round % victims.length]!)
    }
  },
}
