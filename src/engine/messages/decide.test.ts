import { expect, test } from 'vitest'
import { decideChannels, type Reach } from './decide.ts'

const reach = (over: Partial<Reach> = {}): Reach => ({
  addresses: { email: 'a@example.org', sms: '+33639980001', whatsapp: '+33639980001' },
  suppressed: {},
  templated: () => true,
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
