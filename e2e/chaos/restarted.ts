import type { Scenario } from './frame/scenario.ts'

/** A rolling restart: each process is asked to stop while it works, ends by itself, and is started again. */
export const restarted: Scenario = {
  name: 'restarted',
  what: 'the worker and the API are asked to stop (SIGTERM) in turn and started again',
  plan: { messages: 5_000, perSecond: 250, layout: 'redis' },
  async strike({ at, fault, site, notes }) {
    for (const [round, name] of ['worker', 'api', 'worker', 'api'].entries()) {
      await at((round + 0.5) / 4)
      await fault(`${name} asked to stop`, async () => {
        const asked = Date.now()
        const running = site.product.processes.get(name)!
        await running.stop()
        notes.push(`the ${name} ended with ${await running.exited} after ${Date.now() - asked} ms`)
        site.product.restart(name)
        await site.product.ready()
      })
    }
  },
  expect: {
    // Whoever is asked to stop finishes what it has begun.
    doubles: 'none',
    also: async ({ notes }) => notes.filter((note) => !note.includes('ended with 0')),
  },
}
