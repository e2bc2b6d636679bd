import { sleep } from '../../bench/lab/processes.ts'
import { type Sink, startSink } from '../../bench/lab/servers.ts'
import type { SinkFault } from '../../bench/sink-faults.ts'
import { ALLOWED_HERE, addAccounts } from './frame/accounts.ts'
import type { Scenario, Stage } from './frame/scenario.ts'
import { messageIdOf } from './frame/site.ts'

const FAILING_MS = 8_000
const others = new WeakMap<Stage['site'], Sink>()

const smtp = (name: string, port: number, position: number) => ({
  provider: 'smtp',
  channel: 'email',
  name,
  position,
  settings: { host: '127.0.0.1', port, from: 'Chaos <chaos@sender.test>' },
  limits: { perSecond: 1000 },
})

/** The first of two mail servers fails; messages go by the second, and none by both. */
const failing = (name: string, what: string, positions: [number, number], faults: SinkFault[] | 'away'): Scenario => ({
  name,
  what,
  plan: { messages: 3_000, perSecond: 200, layout: 'redis' },
  site: { product: async () => ALLOWED_HERE },
  async prepare({ site }) {
    const other = await startSink(site.lab, { keep: true })
    await other.behave({ delayMs: 8 })
    others.set(site, other)
    await addAccounts(site, smtp('First', site.sink.port, positions[0]), smtp('Second', other.port, positions[1]))
    const ofFirst = site.carried
    site.carried = async () => [
      ...(await ofFirst()),
      ...(await other.mails()).map(({ messageId, at }) => ({ messageId: messageIdOf(messageId), at })),
    ]
  },
  async strike({ at, fault, site, plan: { seed } }) {
    await at(0.25)
    await fault('the first mail server fails', async () => {
      if (faults === 'away') await site.sink.listen(false)
      else await site.sink.fault(faults, seed)
      await sleep(FAILING_MS)
      if (faults === 'away') await site.sink.listen(true)
      else await site.sink.fault([])
    })
  },
  expect: {
    async also({ site, notes }) {
      const first = (await site.sink.mails()).map(({ messageId }) => messageIdOf(messageId))
      const second = (await others.get(site)!.mails()).map(({ messageId }) => messageIdOf(messageId))
      notes.push(`by the first server ${first.length}, by the second ${second.length}`)
      const both = second.filter((id) => first.includes(id)).length
      return both ? [`${both} went by both servers: a try of unknown outcome belongs to the account that made it`] : []
    },
  },
})

export const failoverAway = failing(
  'failover-away',
  'the first of two mail servers, which share by weight, does not listen for eight seconds',
  [0, 0],
  'away',
)

export const failoverDrops = failing(
  'failover-drops',
  'the first of two mail servers, the second its back-up, answers 451 or hangs up, half of that after the final dot',
  [0, 1],
  [
    { at: 'mail', share: 0.4, answer: '451 4.3.0 Local error in processing' },
    { at: 'content', share: 0.2, answer: 'drop', keeps: true },
    { at: 'content', share: 0.2, answer: 'drop' },
  ],
)
