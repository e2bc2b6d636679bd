import { join } from 'node:path'
import type { Scenario } from './frame/scenario.ts'

const MODULE = join(import.meta.dirname, 'frame/shifted-clock.ts')
const HOUR_MS = 3_600_000

/** One process's clock is wrong from its start to its end, while others with the right time work beside it. */
const wrong = (name: string, what: string, shifted: string, shiftMs: number): Scenario => ({
  name,
  what,
  plan: { messages: 1_500, perSecond: 150, layout: 'two workers' },
  site: {
    // Slow enough that a look of the other worker always finds something under way.
    sinkDelayMs: 40,
    product: async () => ({
      own: { [shifted]: { nodeArgs: ['--import', MODULE], env: { CHAOS_CLOCK_SHIFT_MS: String(shiftMs) } } },
    }),
  },
  strike: ({ at }) => at(1),
  expect: { doubles: 'none' },
})

export const clockAhead = wrong('clock-ahead', 'one worker of two lives an hour ahead', 'worker 2', HOUR_MS)
export const clockBehind = wrong('clock-behind', 'one worker of two lives an hour behind', 'worker 2', -HOUR_MS)
export const clockAheadApi = wrong('clock-ahead-api', 'the API lives an hour ahead', 'api', HOUR_MS)
