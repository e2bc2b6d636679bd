import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LANES } from '../catalogue/lane.ts'
import { CHANNELS } from '../channels/channel.ts'
import type { SendResult } from '../channels/send-result.ts'
import { DEFAULT_DELIVERY, DeliverySettings } from './delivery-settings.ts'
import { laneRule } from './lane.ts'
import { outcomeOf, sent, type Try } from './outcome.ts'

const now = new Date('2026-11-02T09:00:00Z')
const later = (ms: number) => new Date(now.getTime() + ms)
const attempt = (over: Partial<Try> = {}): Try => ({
  channel: 'email',
  category: 'tx',
  lane: 'immediate',
  attempt: 1,
  tries: 0,
  deadlineAt: later(3_600_000),
  whenUncertain: 'resend',
  settings: DEFAULT_DELIVERY,
  anotherAccount: false,
  accountDown: false,
  ...over,
})
type Refused = Extract<SendResult, { outcome: 'refused' }>
const refused = (over: Partial<Refused> = {}): Refused => ({
  outcome: 'refused',
  class: 'retry',
  code: '451',
  detail: '',
  ...over,
})

describe('after one try', () => {
  test('a carrier that took it settles it', () => {
    expect(sent({ outcome: 'sent', providerMessageId: 'x' })).toMatchObject({ kind: 'settled', status: 'sent' })
    expect(sent({ outcome: 'sent', providerMessageId: 'x', delivered: true })).toMatchObject({ status: 'delivered' })
  })

  test('a passing refusal is tried again, later each time', () => {
    const waits = [0, 1].map((tries) => {
      const outcome = outcomeOf(refused(), attempt({ tries }), now, 0.5)
      return outcome.kind === 'again' ? outcome.dueAt.getTime() - now.getTime() : undefined
    })
    expect(waits).toEqual([1_000, 4_000])
  })

  test('the last try of its lane fails it', () => {
    expect(outcomeOf(refused(), attempt({ tries: 2 }), now, 0.5)).toMatchObject({
      kind: 'settled',
      status: 'failed',
      reason: '451 after 3 tries',
    })
    expect(outcomeOf(refused(), attempt({ tries: 2, lane: 'critical' }), now, 0.5)).toMatchObject({ kind: 'again' })
  })

  test('being told to wait uses up no try, and waits as long as it was told', () => {
    expect(outcomeOf(refused({ class: 'retry_later', retryAfterMs: 90_000 }), attempt({ tries: 2 }), now, 0.5)).toEqual(
      {
        kind: 'again',
        dueAt: later(90_000),
        event: 'deferred',
        countsAsTry: false,
      },
    )
  })

  test('a carrier that cannot be asked about the last try uses up no try either', () => {
    const unasked = { outcome: 'uncertain', code: '500', detail: '', retryAfterMs: 20_000 } as const
    expect(outcomeOf(unasked, attempt({ tries: 2, whenUncertain: 'ask' }), now, 0.5)).toEqual({
      kind: 'again',
      dueAt: later(20_000),
      event: 'uncertain',
      countsAsTry: false,
    })
    expect(outcomeOf(unasked, attempt({ whenUncertain: 'ask', deadlineAt: later(20_000) }), now, 0.5)).toMatchObject({
      kind: 'settled',
      failure: 'deadline',
    })
  })

  test('a wrong setting waits for an operator without using up tries', () => {
    expect(outcomeOf(refused({ class: 'configuration' }), attempt({ tries: 2 }), now, 0.5)).toMatchObject({
      kind: 'again',
      countsAsTry: false,
    })
  })

  test('an address that does not exist fails at once and is not used again', () => {
    expect(outcomeOf(refused({ class: 'suppress', code: '550' }), attempt(), now, 0.5)).toMatchObject({
      status: 'failed',
      failure: 'suppressed',
    })
  })

  test('a wait that would pass the deadline fails now', () => {
    expect(
      outcomeOf(
        refused({ class: 'retry_later', retryAfterMs: 90_000 }),
        attempt({ deadlineAt: later(60_000) }),
        now,
        0.5,
      ),
    ).toMatchObject({ status: 'failed' })
  })

  test('an unknown outcome is sent again where the far side can tell a copy, and stopped where it cannot', () => {
    const uncertain = { outcome: 'uncertain', code: 'timeout', detail: '' } as const
    expect(outcomeOf(uncertain, attempt(), now, 0.5)).toMatchObject({ kind: 'again', event: 'uncertain' })
    expect(outcomeOf(uncertain, attempt({ whenUncertain: 'stop' }), now, 0.5)).toMatchObject({
      kind: 'settled',
      status: 'failed',
      failure: 'uncertain',
    })
  })

  test('a carrier that is down uses up no try, however often it fails', () => {
    const down = refused({ code: 'ECONNREFUSED', about: 'account' })
    const outcome = outcomeOf(down, attempt({ tries: 2, accountDown: true }), now, 0.5)
    expect(outcome).toMatchObject({ kind: 'again', countsAsTry: false })
  })

  test('an account’s failures use up no tries until there were many: then it may be the message', () => {
    const failing = refused({ code: '500', about: 'account' })
    expect(outcomeOf(failing, attempt({ tries: 2, attempt: 9 }), now, 0.5)).toMatchObject({
      kind: 'again',
      countsAsTry: false,
    })
    expect(outcomeOf(failing, attempt({ tries: 2, attempt: 10 }), now, 0.5)).toMatchObject({ failure: 'tries' })
    expect(outcomeOf(refused({ code: '451' }), attempt({ tries: 2, attempt: 3 }), now, 0.5)).toMatchObject({
      failure: 'tries',
    })
  })

  test('an account that asks us to slow down, and does not say for how long, is soon asked again', () => {
    const busy = refused({ class: 'retry_later', code: '421', about: 'account' })
    expect(outcomeOf(busy, attempt(), now, 0.5)).toMatchObject({ dueAt: later(1_000), countsAsTry: false })
    expect(outcomeOf(busy, attempt({ attempt: 40 }), now, 0.5)).toMatchObject({ dueAt: later(30_000) })
  })

  test('another account takes over at once when this one is down, too fast, signed out or unwilling', () => {
    const over = { accountDown: true, anotherAccount: true }
    for (const result of [
      refused({ about: 'account' }),
      refused({ class: 'retry_later', about: 'account', retryAfterMs: 60_000 }),
      refused({ class: 'configuration', about: 'account' }),
      refused({ class: 'other_provider' }),
    ])
      expect(outcomeOf(result, attempt(over), now, 0.5)).toMatchObject({
        kind: 'again',
        dueAt: now,
        countsAsTry: false,
      })
  })

  test('a wait that is about the message is kept, whatever other accounts there are', () => {
    const greylisted = refused({ class: 'retry_later', retryAfterMs: 60_000 })
    expect(outcomeOf(greylisted, attempt({ anotherAccount: true }), now, 0.5)).toMatchObject({ dueAt: later(60_000) })
  })

  test('refused by this account and no other, it fails and says so', () => {
    expect(outcomeOf(refused({ class: 'other_provider' }), attempt(), now, 0.5)).toMatchObject({
      status: 'failed',
      failure: 'no_provider',
    })
  })

  test('an organization’s own tries and pauses hold', () => {
    const settings = DeliverySettings.parse({
      lanes: { immediate: { tries: 1 } },
      backOffSeconds: { reminders: [7] },
    })
    expect(outcomeOf(refused(), attempt({ settings }), now, 0.5)).toMatchObject({ failure: 'tries' })
    expect(outcomeOf(refused(), attempt({ settings, lane: 'scheduled', category: 'rem' }), now, 0.5)).toMatchObject({
      dueAt: later(7_000),
    })
  })
})

test('whatever carriers answer, a message ends: after its tries or at its deadline', () => {
  const answer = fc.oneof(
    fc.record({
      outcome: fc.constant('refused' as const),
      class: fc.constantFrom(
        'retry' as const,
        'retry_later' as const,
        'other_provider' as const,
        'configuration' as const,
      ),
      code: fc.constant('x'),
      detail: fc.constant(''),
      retryAfterMs: fc.integer({ min: 0, max: 10 * 3_600_000 }),
    }),
    fc.record({ outcome: fc.constant('uncertain' as const), code: fc.constant('x'), detail: fc.constant('') }),
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...CHANNELS),
      fc.constantFrom(...LANES),
      fc.array(answer, { minLength: 200, maxLength: 200 }),
      fc.boolean(),
      (channel, lane, answers, accountDown) => {
        const rule = laneRule(DEFAULT_DELIVERY, lane)
        const deadlineAt = later(rule.deadlineMs)
        let time = now
        let tries = 0
        for (const [n, result] of answers.entries()) {
          const outcome = outcomeOf(
            result,
            attempt({ channel, lane, attempt: n + 1, tries, deadlineAt, accountDown }),
            time,
            0.5,
          )
          if (outcome.kind === 'settled') return
          expect(outcome.dueAt >= time).toBe(true)
          expect(outcome.dueAt < deadlineAt).toBe(true)
          if (outcome.countsAsTry) tries++
          expect(tries).toBeLessThan(rule.tries)
          // A retry that waits no time at all must still count, or it would go round for ever.
          time = new Date(Math.max(outcome.dueAt.getTime(), time.getTime() + 60_000))
        }
      },
    ),
  )
})
