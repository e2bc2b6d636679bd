import pg from 'pg'
import { sleep } from '../../bench/lab/processes.ts'
import type { Scenario } from './frame/scenario.ts'

const MAX_CONNECTIONS = 60
const HELD_MS = 5_000
/** What the product holds is ended, and its place taken before it is back. */
const ROUNDS = 20

/** Somebody else takes every connection the server has, those of the product included. */
export const postgresFull: Scenario = {
  name: 'postgres-full',
  what: 'other clients take every connection Postgres has for five seconds',
  plan: { messages: 3_000, perSecond: 250, layout: 'redis' },
  site: { postgresSettings: { max_connections: MAX_CONNECTIONS } },
  async strike({ at, fault, site, notes }) {
    const held: pg.Client[] = []
    const take = async (): Promise<boolean> => {
      const client = new pg.Client({ connectionString: site.postgres!.url('postgres'), application_name: 'greedy' })
      client.on('error', () => {})
      return client.connect().then(
        () => held.push(client) > 0,
        () => false,
      )
    }
    await at(0.25)
    await fault('no connection is left', async () => {
      let left = 0
      for (let round = 0; round < ROUNDS; round++) {
        while (await take());
        const { rows } = await held[0]!.query<{ n: number }>(
          `select count(pg_terminate_backend(pid))::int as n from pg_stat_activity where backend_type = 'client backend' and application_name <> 'greedy'`,
        )
        left = rows[0]?.n ?? 0
        if (left === 0) break
        await Promise.all(Array.from({ length: left }, take))
      }
      notes.push(`${held.length} of ${MAX_CONNECTIONS} connections taken, ${left} left to the product`)
      await sleep(HELD_MS)
      await Promise.all(held.map((client) => client.end()))
    })
  },
}
