import { query } from '../../../bench/lab/servers.ts'
import {
  type Doing,
  type PretendTwilio,
  startPretendTwilio,
} from '../../../src/engine/providers/twilio/pretend-server.ts'
import { ALLOWED_HERE, addAccounts } from './accounts.ts'
import type { Accepted, Scenario, Stage } from './scenario.ts'
import type { Copy, Site } from './site.ts'

/** Shorter than usual, so that a silent carrier shows within the time of a scenario. */
export const SEND_MS = 2_000

interface Carrier {
  readonly twilio: PretendTwilio
  readonly copies: Copy[]
  /** From now on it does this with each message. */
  become(how: () => Doing): void
}

const carriers = new WeakMap<Site, Carrier>()
export const carrierOf = ({ site }: Pick<Stage, 'site'>): Carrier => carriers.get(site)!

/** French numbers kept for fiction. Two messages in a row go to one phone with one text: only their ids tell them apart. */
const phone = (n: number): string => `+3363998${String((n >> 1) % 9_900).padStart(4, '0')}`

/** SMS by a pretended Twilio, an account of the organization's own. What it took is counted by our id in each request. */
export const byTwilio: Pick<Scenario, 'site' | 'request' | 'prepare'> = {
  site: { product: async () => ALLOWED_HERE },
  request: (n) => ({
    type: 'message.custom',
    to: { phone: phone(n) },
    channels: ['sms'],
    payload: { subject: 'Commande', body: `Commande ${n >> 1} : elle est prête.` },
    allowRepeat: true,
  }),
  async prepare({ site, accepted }) {
    const twilio = await startPretendTwilio()
    site.lab.afterwards(() => twilio.stop())
    const { baseUrl, accountSid, authToken } = twilio
    const from = '+33199000001'
    await addAccounts(site, {
      provider: 'twilio',
      channel: 'sms',
      name: 'Twilio',
      settings: { baseUrl, accountSid, authToken, from, timeouts: { sendMs: SEND_MS } },
    })
    const copies: Copy[] = []
    const become = (how: () => Doing) => twilio.become((form) => noted(how(), form, copies))
    become(() => ({}))
    carriers.set(site, { twilio, copies, become })
    site.carried = async () => shared(copies, accepted)
  },
}

/**
 * Of two messages with one text to one phone it is all the same which came twice, if the other did not come: the carrier
 * cannot tell them apart, nor can whoever reads them.
 */
function shared(copies: readonly Copy[], accepted: readonly Accepted[]): Copy[] {
  const arrived = Map.groupBy(copies, (copy) => copy.messageId)
  const pairs = Map.groupBy(accepted, ({ requestKey }) => Number(requestKey.split('-')[1]) >> 1)
  const ids = [...pairs.values()].map((pair) => pair.map(({ messageId }) => messageId))
  for (const [missing, twin] of [...ids, ...ids.map((pair) => pair.toReversed())]) {
    const surplus = twin === undefined ? [] : (arrived.get(twin) ?? [])
    if (missing === undefined || arrived.has(missing) || surplus.length < 2) continue
    arrived.set(missing, [{ messageId: missing, at: surplus.pop()!.at }])
  }
  return [...arrived.values()].flat()
}

/** Our id is in the address its reports are to go to. */
function noted(doing: Doing, form: URLSearchParams, copies: Copy[]): Doing {
  const messageId = /[?&]message=([0-9a-f-]{36})/.exec(form.get('StatusCallback') ?? '')?.[1]
  if (doing.takes ?? doing.says === undefined) copies.push({ messageId: messageId ?? 'unnamed', at: Date.now() })
  return doing
}

/** What the carrier took is one message's, whatever others say the same. */
export async function eachOnesOwn({ site }: Stage): Promise<string[]> {
  const shared = await query<{ messages: number }>(
    site.databaseUrl(),
    `select count(distinct message_id)::int messages from attempt where provider_message_id is not null
     group by provider_message_id having count(distinct message_id) > 1`,
  )
  return shared.length ? [`${shared.length} messages at the carrier were taken for two of ours`] : []
}
