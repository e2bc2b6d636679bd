import { describe, expect, test } from 'vitest'
import type { Evidence } from './evidence.ts'
import { judge } from './verdict.ts'

const BEGAN = 1_000_000
const accepted = (messageId: string, at = BEGAN) => ({
  requestKey: messageId,
  notificationId: messageId,
  messageId,
  at,
})
const copy = (messageId: string, at = BEGAN + 50) => ({ messageId, at })
const states = (all: Record<string, string>) =>
  new Map(Object.entries(all).map(([id, status]) => [id, { status, reason: status === 'failed' ? '550' : null }]))

const evidence = (changes: Partial<Evidence>): Evidence => ({
  accepted: [accepted('a')],
  cancelled: [],
  sending: { accepted: [], answeredAgain: 0, answers: {} },
  copies: [copy('a')],
  messages: states({ a: 'sent' }),
  unknownTries: new Map(),
  workLeft: 0,
  struck: [{ fault: 'a fault', atMs: 0, inFlight: 0, endedAtMs: 100 }],
  began: BEGAN,
  settledAfterMs: 0,
  ...changes,
})

test('nothing is broken when each message came once', () => {
  expect(judge(evidence({})).broken).toEqual([])
})

describe('a broken promise is noticed', () => {
  const cases: Record<string, Partial<Evidence>> = {
    'sent, says the API, but the carrier has never seen it': { copies: [] },
    'accepted, and the API has never heard of it': { messages: states({}) },
    'two copies, though the outcome of the one try is known': { copies: [copy('a'), copy('a')] },
    'three copies for one try of unknown outcome': {
      copies: [copy('a'), copy('a'), copy('a')],
      unknownTries: new Map([['a', 1]]),
    },
    'cancelled for sure, and yet at the carrier': {
      messages: states({ a: 'cancelled' }),
      cancelled: [{ messageId: 'a', at: BEGAN + 100, mayHaveArrived: false }],
    },
    'sent once more after its cancel was confirmed': {
      messages: states({ a: 'cancelled' }),
      cancelled: [{ messageId: 'a', at: BEGAN + 10, mayHaveArrived: true }],
    },
    'at the carrier without ever having been accepted': { copies: [copy('a'), copy('b')] },
    'two requests answered with one message': { accepted: [accepted('a'), accepted('a')] },
    'failed where nothing should fail': { messages: states({ a: 'failed' }), copies: [] },
    'still waiting': { messages: states({ a: 'queued' }), copies: [] },
    'a row of work left over': { workLeft: 1 },
    'eleven seconds to catch up': { copies: [copy('a', BEGAN + 11_200)] },
  }
  test.each(Object.entries(cases))('%s', (_, changes) => {
    expect(judge(evidence(changes)).broken).not.toEqual([])
  })
})

describe('what is no broken promise', () => {
  test('a second copy of a try whose outcome nobody knows', () => {
    const twice = evidence({ copies: [copy('a'), copy('a')], unknownTries: new Map([['a', 1]]) })
    expect(judge(twice).broken).toEqual([])
    expect(judge(twice, { doubles: 'none' }).broken).not.toEqual([])
  })

  test('a cancel after an earlier try had arrived, when the answer says so', () => {
    const verdict = judge(
      evidence({
        messages: states({ a: 'cancelled' }),
        cancelled: [{ messageId: 'a', at: BEGAN + 100, mayHaveArrived: true }],
      }),
    )
    expect(verdict.broken).toEqual([])
    expect(verdict.arrivedBeforeCancel).toBe(1)
  })

  test('a failure that was foreseen', () => {
    const failed = evidence({ messages: states({ a: 'failed' }), copies: [] })
    expect(judge(failed, { mayFail: (reason) => reason === '550' }).broken).toEqual([])
  })
})
