import { type Lab, until } from '../../bench/lab/processes.ts'
import { query } from '../../bench/lab/servers.ts'
import { randomFrom } from '../../bench/sink-faults.ts'
import type { Scenario, Stage } from './frame/scenario.ts'
import { type ShufflingProxy, startShufflingProxy } from './frame/shuffling-proxy.ts'

/** Longer than the sandbox leaves between `delivered` and `read`, so that the second often comes first. */
const LONGEST_DELAY_MS = 6_000
const REPORTED_WITHIN_MS = 60_000
const proxies = new WeakMap<Lab, ShufflingProxy>()

/** What is sent, and where its reports must lead whatever their order: the sandbox acts by the address. */
const KINDS = [
  { channel: 'email', email: (n: number) => `person-${n}@recipients.test`, ends: 'delivered' },
  { channel: 'email', email: (n: number) => `bounce+${n}@recipients.test`, ends: 'bounced' },
  { channel: 'email', email: (n: number) => `complaint+${n}@recipients.test`, ends: 'delivered' },
  { channel: 'sms', ends: 'delivered' },
  { channel: 'whatsapp', ends: 'read' },
  { channel: 'whatsapp', ends: 'read' },
] as const
const kindOf = (n: number) => KINDS[n % KINDS.length]!
/** French numbers kept for fiction; those from …99 00 on are magic. */
const phone = (n: number) => `+33639 98${String(n % 9_900).padStart(4, '0')}`.replace(' ', '')

export const webhooksShuffled: Scenario = {
  name: 'webhooks-shuffled',
  what: 'every report of the carriers comes three times, up to six seconds late and in any order',
  plan: { messages: 1_200, perSecond: 120, layout: 'redis' },
  site: {
    sandbox: true,
    async product(lab) {
      const proxy = await startShufflingProxy(lab, LONGEST_DELAY_MS, randomFrom(1))
      proxies.set(lab, proxy)
      return { env: { PUBLIC_URL: proxy.url } }
    },
  },
  request: (n) => {
    const kind = kindOf(n)
    return {
      type: 'message.custom',
      to: 'email' in kind ? { email: kind.email(n) } : { phone: phone(n) },
      channels: [kind.channel],
      payload: { subject: `Message ${n}`, body: `Message ${n} : votre commande est prête.` },
    }
  },
  async strike({ at, site }) {
    proxies.get(site.lab)!.target = site.product.origin
    site.carried = () => inSandbox(site.databaseUrl())
    await at(1)
  },
  expect: { doubles: 'none', also: sameEnd },
}

async function sameEnd({ accepted, site, notes }: Stage): Promise<string[]> {
  const proxy = proxies.get(site.lab)!
  const count = async (text: string) => (await query<{ n: number }>(site.databaseUrl(), text))[0]!.n
  await until('every report to be worked through', REPORTED_WITHIN_MS, async () => {
    if ((await count('select count(*)::int n from sandbox_report')) > 0) return false
    await proxy.quiet(REPORTED_WITHIN_MS)
    return (await count('select count(*)::int n from webhook_receipt where processed_at is null')) === 0
  })
  const { taken, handedOn } = proxy.calls()
  const problems = await count('select count(*)::int n from webhook_receipt where problem is not null')
  const repeated = await count(
    'select count(*)::int n from (select from message_event group by message_id, kind having count(*) > 1) twice',
  )
  const rows = await query<{ id: string; status: number }>(site.databaseUrl(), 'select id, status from message')
  const ended = new Map(rows.map(({ id, status }) => [id, STATUSES[status]]))
  const wrong = accepted.filter(
    ({ requestKey, messageId }) => ended.get(messageId) !== kindOf(Number(requestKey.split('-')[1])).ends,
  )
  notes.push(`${taken} calls of the carriers, handed on ${handedOn} times`)
  return [
    ...(wrong.length ? [`${wrong.length} messages did not end where their reports lead`] : []),
    ...(repeated ? [`${repeated} entries of timelines are there twice`] : []),
    ...(problems ? [`${problems} receipts could not be worked through`] : []),
  ]
}

const STATUSES: Readonly<Record<number, string>> = {
  3: 'sent',
  4: 'delivered',
  5: 'opened',
  7: 'read',
  8: 'bounced',
  9: 'failed',
}

/** The sandbox plays the carrier, and keeps what it took beside the product's own tables; the demo's own samples are left out. */
async function inSandbox(url: string) {
  const rows = await query<{ message_id: string; copies: number; created_at: Date }>(
    url,
    `select s.message_id, s.copies, s.created_at from sandbox_message s join message m on m.id = s.message_id
     join notification n on n.id = m.notification_id where n.payload->>'subject' like 'Message %'`,
  )
  return rows.flatMap(({ message_id, copies, created_at }) =>
    Array.from({ length: copies }, () => ({ messageId: message_id, at: created_at.getTime() })),
  )
}
