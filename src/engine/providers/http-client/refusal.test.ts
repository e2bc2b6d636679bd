import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Exchange } from './client.ts'
import { refusalOf } from './refusal.ts'

const now = new Date('2026-03-01T12:00:00Z')
const answered = (status: number, headers = {}): Exchange => ({ kind: 'answered', status, headers, body: '' })

const exchange = fc.oneof(
  fc.record({ kind: fc.constant('not_sent' as const), code: fc.string({ minLength: 1 }) }),
  fc.record({ kind: fc.constant('lost' as const), code: fc.string({ minLength: 1 }) }),
  fc.record({
    kind: fc.constant('answered' as const),
    status: fc.integer({ min: 200, max: 599 }),
    headers: fc.record({ 'retry-after': fc.oneof(fc.nat().map(String), fc.string()) }, { requiredKeys: [] }),
    body: fc.string(),
  }),
)

test('whatever happened, the answer has a reason in words, and a message is never both gone and sent again', () => {
  fc.assert(
    fc.property(exchange, fc.boolean(), (happened, repeatIsSafe) => {
      const result = refusalOf(happened, { repeatIsSafe, now })
      expect(result.code).not.toBe('')
      expect(result.detail).toMatch(/\w+ \w+/)
      const mayHaveArrived = happened.kind === 'lost' || (happened.kind === 'answered' && happened.status < 300)
      if (mayHaveArrived) expect(result.outcome).toBe(repeatIsSafe ? 'refused' : 'uncertain')
      if (happened.kind === 'not_sent') expect(result.outcome).toBe('refused')
      if (result.outcome === 'refused' && result.retryAfterMs !== undefined) {
        expect(result.class).toBe('retry_later')
        expect(result.retryAfterMs >= 0 && result.retryAfterMs <= 86_400_000).toBe(true)
      }
    }),
  )
})

describe('a carrier that knows idempotency keys is simply asked again', () => {
  const policy = { repeatIsSafe: true, now }
  const again = { outcome: 'refused', class: 'retry', about: 'account' }
  test('when the answer was lost', () =>
    expect(refusalOf({ kind: 'lost', code: 'ECONNRESET' }, policy)).toMatchObject(again))
  test('when its yes cannot be read', () => expect(refusalOf(answered(200), policy)).toMatchObject(again))
  test('when it broke down', () => expect(refusalOf(answered(500), policy)).toMatchObject(again))
})

test('being closed says nothing about the account', () => {
  const result = refusalOf({ kind: 'not_sent', code: 'ECLOSED' }, { repeatIsSafe: false, now })
  expect(result).toMatchObject({ outcome: 'refused', class: 'retry' })
  expect(result).not.toHaveProperty('about')
})

test('what the carrier said itself is shown instead of its status', () => {
  const said = { code: '42', detail: 'No more coffee' }
  expect(refusalOf(answered(400), { repeatIsSafe: false, now, said })).toEqual({
    outcome: 'refused',
    class: 'permanent',
    code: '42',
    detail: 'No more coffee',
  })
})
