import { sleep } from '../../bench/lab/processes.ts'
import {
  type Doing,
  type PretendTwilio,
  refusal,
  startPretendTwilio,
} from '../../src/engine/providers/twilio/pretend-server.ts'
import { ALLOWED_HERE, addAccount } from './frame/accounts.ts'
import type { Expectation, Scenario } from './frame/scenario.ts'
import type { Copy, Site } from './frame/site.ts'

const HELD_MS = 5_000
/** Shorter than usual, so that a silent carrier shows within the time of a scenario. */
const SEND_MS = 2_000
const carriers = new WeakMap<Site, { twilio: PretendTwilio; copies: Copy[] }>()

/** French numbers kept for fiction. Two messages in a row go to one phone with one text: only their ids tell them apart. */
const phone = (n: number): string => `+3363998${String((n >> 1) % 9_900).padStart(4, '0')}`

/** An HTTP carrier that behaves like this for five seconds. It knows no idempotency key but can be asked: nothing comes twice. */
const misbehaving = (
  name: string,
  what: string,
  how: (random: () => number) => Doing,
  expect: Expectation = {},
): Scenario => ({
  name,
  what,
  plan: { messages: 2_000, perSecond: 150, layout: 'redis' },
  site: { product: async () => ALLOWED_HERE },
  request: (n) => ({
    type: 'message.custom',
    to: { phone: phone(n) },
    channels: ['sms'],
    payload: { subject: 'Commande', body: `Commande ${n >> 1} : elle est prête.` },
    allowRepeat: true,
  }),
  async prepare({ site }) {
    const twilio = await startPretendTwilio()
    site.lab.afterwards(() => twilio.stop())
    const { baseUrl, accountSid, authToken } = twilio
    await addAccount(site, {
      provider: 'twilio',
      channel: 'sms',
      name: 'Twilio',
      settings: { baseUrl, accountSid, authToken, from: '+33199000001', timeouts: { sendMs: SEND_MS } },
    })
    const copies: Copy[] = []
    carriers.set(site, { twilio, copies })
    twilio.become((form) => noted({}, form, copies))
    site.carried = async () => copies
  },
  async strike({ at, fault, site, random }) {
    const { twilio, copies } = carriers.get(site)!
    await at(0.25)
    await fault(what, async () => {
      twilio.become((form) => noted(how(random), form, copies))
      await sleep(HELD_MS)
      twilio.become((form) => noted({}, form, copies))
    })
  },
  expect: { doubles: 'none', ...expect },
})

/** Counts what is taken, by our own id in the address its reports are to go to. */
function noted(doing: Doing, form: URLSearchParams, copies: Copy[]): Doing {
  const messageId = /[?&]message=([0-9a-f-]{36})/.exec(form.get('StatusCallback') ?? '')?.[1]
  if (doing.takes ?? doing.says === undefined) copies.push({ messageId: messageId ?? 'unnamed', at: Date.now() })
  return doing
}

const usedUp = (reason: string): boolean => /tries|uncertain/.test(reason)

export const twilio429 = misbehaving(
  'twilio-429',
  'the HTTP carrier answers 429 with Retry-After: 2 to everything',
  () => refusal(20429, 'Too Many Requests', 429, { 'retry-after': '2' }),
)

export const twilio500 = misbehaving(
  'twilio-500',
  'the HTTP carrier answers 500 to a fifth, half of them taken',
  (random) => (random() < 0.2 ? { takes: random() < 0.5, says: { status: 500, body: 'Internal error' } } : {}),
  { mayFail: usedUp },
)

export const twilioResets = misbehaving(
  'twilio-resets',
  'the HTTP carrier resets a fifth of the connections after the body, half of them taken',
  (random) => (random() < 0.2 ? { takes: random() < 0.5, says: random() < 0.5 ? 'reset' : 'dies half way' } : {}),
  { mayFail: usedUp },
)

export const twilioSilent = misbehaving(
  'twilio-silent',
  'the HTTP carrier takes a twentieth and never answers, and is slow with the others',
  (random) => (random() < 0.05 ? { takes: true, says: 'nothing' } : { delayMs: 200 }),
  { mayFail: usedUp },
)

export const twilioSlow = misbehaving(
  'twilio-slow',
  'the HTTP carrier answers a tenth only after the time limit of a send, all taken',
  (random) => (random() < 0.1 ? { delayMs: SEND_MS + 1_000 } : {}),
  { mayFail: usedUp },
)

export const twilioGarbage = misbehaving(
  'twilio-garbage',
  'the HTTP carrier answers a fifth with something that is not JSON, half of them taken',
  (random) => (random() < 0.2 ? { takes: random() < 0.5, says: { status: 201, body: '<html>Welcome back soon' } } : {}),
  { mayFail: usedUp },
)
