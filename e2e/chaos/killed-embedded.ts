import { familyOf } from '../../bench/lab/processes.ts'
import { postgresIn } from '../../bench/lab/product.ts'
import type { Scenario } from './frame/scenario.ts'

/** What `npm start` runs, killed alone and killed together with its Postgres, as when the power goes. */
export const killedEmbedded: Scenario = {
  name: 'killed-embedded',
  what: 'kill -9 of the one process of `npm start`, every second time with its Postgres',
  plan: { messages: 4_000, perSecond: 250, layout: 'embedded' },
  async strike({ at, kill, fault, site, random }) {
    const rounds = 4
    for (let round = 0; round < rounds; round++) {
      await at((round + 0.2 + 0.6 * random()) / rounds)
      if (round % 2 === 0) await kill('all')
      else
        await fault('kill -9 all and Postgres', async () => {
          await site.product.processes.get('all')!.kill()
          const pid = postgresIn(site.dataDir)
          for (const member of pid === undefined ? [] : familyOf(pid)) process.kill(member, 'SIGKILL')
          site.product.restart('all')
          await site.product.ready()
        })
    }
  },
}
