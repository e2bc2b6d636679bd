import { sleep } from '../../bench/lab/processes.ts'
import { type Doing, refusal } from '../../src/engine/providers/twilio/pretend-server.ts'
import type { Expectation, Scenario } from './frame/scenario.ts'
import { byTwilio, carrierOf, eachOnesOwn, SEND_MS } from './frame/twilio-site.ts'

const HELD_MS = 5_000

/** An HTTP carrier that behaves like this for five seconds. It knows no idempotency key but can be asked: nothing comes twice. */
const misbehaving = (
  name: string,
  what: string,
  how: (random: () => number) => Doing,
  expect: Expectation = {},
): Scenario => ({
  ...byTwilio,
  name,
  what,
  plan: { messages: 2_000, perSecond: 150, layout: 'redis' },
  async strike({ at, fault, site, random }) {
    const { become } = carrierOf({ site })
    await at(0.25)
    await fault(what, async () => {
      become(() => how(random))
      await sleep(HELD_MS)
      become(() => ({}))
    })
  },
  expect: { doubles: 'none', also: eachOnesOwn, ...expect },
})

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
