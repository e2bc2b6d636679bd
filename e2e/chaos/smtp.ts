import { sleep } from '../../bench/lab/processes.ts'
import type { SinkFault } from '../../bench/sink-faults.ts'
import type { Expectation, Scenario } from './frame/scenario.ts'
import { messageIdOf } from './frame/site.ts'

const plan = { messages: 3_000, perSecond: 250, layout: 'redis' } as const
const HELD_MS = 5_000
/** A share of refusals uses up the tries of some mails: those may end failed, with their history. */
const usedUp = (reason: string): boolean => /tries/.test(reason)

/** A mail server that behaves like this for five seconds. */
const misbehaving = (name: string, what: string, faults: readonly SinkFault[], expect: Expectation = {}): Scenario => ({
  name,
  what,
  plan,
  async strike({ at, fault, site, plan: { seed } }) {
    await at(0.25)
    await fault(what, async () => {
      await site.sink.fault(faults, seed)
      await sleep(HELD_MS)
      await site.sink.fault([])
    })
  },
  expect,
})

export const smtpAway: Scenario = {
  name: 'smtp-away',
  what: 'the mail server does not listen for five seconds',
  plan,
  async strike({ at, fault, site }) {
    await at(0.25)
    await fault('nobody listens', async () => {
      await site.sink.listen(false)
      await sleep(HELD_MS)
      await site.sink.listen(true)
    })
  },
}

export const smtpDrops = misbehaving(
  'smtp-drops',
  'the mail server hangs up in the middle of a fifth of the mails',
  [
    { at: 'mail', share: 0.1, answer: 'drop' },
    { at: 'data', share: 0.1, answer: 'drop' },
  ],
  { doubles: 'none', mayFail: usedUp },
)

export const smtpClosesAfterContent = misbehaving(
  'smtp-closes-after-content',
  'the mail server hangs up after the final dot of a fifth, half of them taken',
  [
    { at: 'content', share: 0.1, answer: 'drop', keeps: true },
    { at: 'content', share: 0.1, answer: 'drop' },
  ],
  { mayFail: usedUp },
)

export const smtp421AtGreeting = misbehaving(
  'smtp-421-greeting',
  'the mail server greets everyone with 421 and ends their sessions',
  [
    { at: 'greeting', share: 1, answer: '421 4.3.2 Too busy' },
    { at: 'mail', share: 1, answer: '421 4.3.2 Closing' },
  ],
  { doubles: 'none', recovery: 'told' },
)

export const smtp421MidSession = misbehaving(
  'smtp-421-session',
  'the mail server ends a tenth of the sessions with 421',
  [
    { at: 'mail', share: 0.05, answer: '421 4.7.0 Closing this session' },
    { at: 'rcpt', share: 0.05, answer: '421 4.7.0 Closing this session' },
  ],
  { doubles: 'none', recovery: 'told' },
)

export const smtp451 = misbehaving(
  'smtp-451',
  'the mail server answers 451 to a fifth of the recipients',
  [{ at: 'rcpt', share: 0.2, answer: '451 4.3.0 Local error in processing' }],
  { doubles: 'none', mayFail: usedUp },
)

const smtp550Fault: SinkFault = { at: 'content', share: 0.1, answer: '550 5.6.0 Content refused' }

/** What was refused for good fails, with that reason, and nothing else does. */
export const smtp550: Scenario = {
  ...misbehaving('smtp-550', 'the mail server refuses a tenth of the contents for good', [smtp550Fault]),
  expect: {
    doubles: 'none',
    mayFail: (reason) => reason.startsWith('550'),
    async also({ site, notes }) {
      const refused = new Set((await site.sink.refused()).map(({ messageId }) => messageIdOf(messageId)))
      const failed = new Set<string>()
      let cursor: string | null = ''
      while (cursor !== null) {
        const { body }: { body: { items: { id: string }[]; nextCursor: string | null } } = await site.product.call(
          'GET',
          `/v1/messages?limit=200&status=failed${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
        )
        for (const { id } of body.items) failed.add(id)
        cursor = body.nextCursor
      }
      notes.push(`refused ${refused.size}, failed ${failed.size}`)
      const same = refused.size === failed.size && [...refused].every((id) => failed.has(id))
      return same ? [] : ['what failed is not what was refused']
    },
  },
}

/** Connections that were open stay silent for ever; new ones do too until it is over. */
export const smtpHangs = misbehaving(
  'smtp-hangs',
  'the mail server falls silent on every connection for five seconds',
  [
    { at: 'greeting', share: 1, answer: 'hang' },
    { at: 'mail', share: 0.7, answer: 'hang' },
    { at: 'content', share: 0.5, answer: 'hang' },
  ],
  // What was handed to a silent connection waits for the time limit of a send (30 s) before it is tried again.
  { recovery: 'told' },
)
