import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CHANNELS } from '../channels/channel.ts'
import { decideChannels, type Reach } from './decide.ts'

const reach = (over: Partial<Reach> = {}): Reach => ({
  addresses: { email: 'a@example.org', sms: '+33639980001', whatsapp: '+33639980001' },
  suppressed: {},
  templated: () => true,
  served: () => true,
  ...over,
})

test('every channel of an "all" plan gets its message', () => {
  const { choices } = decideChannels({ all: ['email', 'sms'] }, 'catalogue', reach())
  expect(choices.map((choice) => choice.channel)).toEqual(['email', 'sms'])
})

test('a chain takes the first channel that can be used and says why the others were not', () => {
  const { choices, next, reasons } = decideChannels(
    { firstOf: ['whatsapp', 'sms', 'email'] },
    'catalogue',
    reach({ suppressed: { whatsapp: 'opted_out' } }),
  )
  expect(choices).toEqual([{ channel: 'sms', address: '+33639980001', refusal: null }])
  expect(reasons.map(({ channel, decision, reason }) => [channel, decision, reason])).toEqual([
    ['whatsapp', 'refused', 'opted_out'],
    ['sms', 'chosen', 'catalogue'],
    ['email', 'skipped', 'fallback'],
  ])
  expect(next).toEqual([{ channel: 'email', address: 'a@example.org', refusal: null }])
})

test('what follows in a chain says after what, and leaves out what could not be used', () => {
  const { next, reasons } = decideChannels(
    { firstOf: ['sms', 'whatsapp', 'email'], ifNoReportWithinMinutes: 10 },
    'requested',
    reach({ suppressed: { whatsapp: 'opted_out' } }),
  )
  expect(reasons).toEqual([
    { channel: 'sms', decision: 'chosen', reason: 'requested' },
    { channel: 'whatsapp', decision: 'refused', reason: 'opted_out' },
    { channel: 'email', decision: 'skipped', reason: 'fallback', detail: 'after sms, or 10 min without a report' },
  ])
  expect(next.map(({ channel }) => channel)).toEqual(['email'])
})

test('a suppressed address is recorded as a message that will not go', () => {
  const { choices, reachable } = decideChannels(
    { all: ['email'] },
    'requested',
    reach({ suppressed: { email: 'hard_bounce' } }),
  )
  expect([choices, reachable]).toEqual([[{ channel: 'email', address: 'a@example.org', refusal: 'hard_bounce' }], true])
})

test('a contact with no address on any asked channel is unreachable', () => {
  expect(decideChannels({ all: ['email', 'sms'] }, 'requested', reach({ addresses: {} })).reachable).toBe(false)
})

test('a chain whose channels are all refused keeps one refused message to show', () => {
  const { choices } = decideChannels(
    { firstOf: ['whatsapp', 'sms'] },
    'catalogue',
    reach({ suppressed: { whatsapp: 'opted_out', sms: 'opted_out' } }),
  )
  expect(choices).toEqual([{ channel: 'whatsapp', address: '+33639980001', refusal: 'opted_out' }])
})

test('whatever a contact has: every channel is answered for once, and none that may not be used is', () => {
  const some = fc.subarray([...CHANNELS])
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...CHANNELS], { minLength: 1 }),
      fc.boolean(),
      some,
      some,
      some,
      (asked, chained, addressed, suppressed, templated) => {
        const { choices, next, reasons, reachable } = decideChannels(
          chained ? { firstOf: asked } : { all: asked },
          'requested',
          {
            addresses: Object.fromEntries(addressed.map((channel) => [channel, `to ${channel}`])),
            suppressed: Object.fromEntries(suppressed.map((channel) => [channel, 'opted_out'])),
            templated: (channel) => templated.includes(channel),
            served: () => true,
          },
        )
        const usable = asked.filter(
          (channel) => addressed.includes(channel) && templated.includes(channel) && !suppressed.includes(channel),
        )
        const going = choices.filter((choice) => !choice.refusal).map(({ channel }) => channel)
        expect(reasons.map(({ channel }) => channel)).toEqual(asked)
        expect(going).toEqual(chained ? usable.slice(0, 1) : usable)
        expect(next.map(({ channel }) => channel)).toEqual(chained ? usable.slice(1) : [])
        // Shown without being sent: an address there is, and a template.
        for (const { channel, refusal } of choices)
          if (refusal) expect([addressed.includes(channel), templated.includes(channel)]).toEqual([true, true])
        expect(reachable).toBe(choices.length > 0)
        if (chained) expect(choices.length).toBeLessThanOrEqual(1)
      },
    ),
  )
})

test('a channel nobody has set up is a reason where another can be used, and else a message that will not go', () => {
  const without = (...channels: string[]) => reach({ served: (channel) => !channels.includes(channel) })
  const all = decideChannels({ all: ['email', 'sms'] }, 'catalogue', without('sms'))
  expect(all.choices.map(({ channel }) => channel)).toEqual(['email'])
  expect(all.reasons).toContainEqual({ channel: 'sms', decision: 'refused', reason: 'no_account' })
  const none = decideChannels({ all: ['email', 'sms'] }, 'catalogue', without('sms', 'email'))
  expect(none.choices.map(({ refusal }) => refusal)).toEqual(['no_account', 'no_account'])
  const chain = decideChannels({ firstOf: ['sms', 'email'] }, 'catalogue', without('sms'))
  expect([chain.choices, chain.next]).toEqual([[{ channel: 'email', address: 'a@example.org', refusal: null }], []])
  expect(decideChannels({ firstOf: ['sms'] }, 'catalogue', without('sms')).choices).toMatchObject([
    { channel: 'sms', refusal: 'no_account' },
  ])
})
