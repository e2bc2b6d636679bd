import type { Scenario } from './frame/scenario.ts'

/** Two workers, each with its dispatcher, on the same rows: nothing goes wrong, and nothing may be sent twice. */
export const twoWorkers: Scenario = {
  name: 'two-workers',
  what: 'two workers with their dispatchers, none disturbed',
  plan: { messages: 4_000, perSecond: 500, layout: 'two workers' },
  strike: ({ at }) => at(1),
  expect: { doubles: 'none' },
}

/** One of the two dies now and then: the other takes over what it held. */
export const oneOfTwoKilled: Scenario = {
  name: 'one-of-two-killed',
  what: 'kill -9 of one worker of two, in turn',
  plan: { messages: 4_000, perSecond: 300, layout: 'two workers' },
  async strike({ at, kill, random }) {
    for (let round = 0; round < 4; round++) {
      await at((round + 0.2 + 0.6 * random()) / 4)
      await kill(round % 2 === 0 ? 'worker' : 'worker 2')
    }
  },
}
