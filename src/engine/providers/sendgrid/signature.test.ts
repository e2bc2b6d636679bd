import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { WebhookCall } from '../../channels/report.ts'
import vectors from './fixtures/signatures.json' with { type: 'json' }
import { startPretendSendgrid } from './pretend-server.ts'
import { checkSignature } from './signature.ts'

interface Vector {
  readonly name: string
  readonly publicKey: string
  readonly payload: string
  readonly signature: string
  readonly timestamp: string
  readonly expected: boolean
}
const ALL: readonly Vector[] = [...vectors.official, ...vectors.computed]
const OTHER_KEY = vectors.official.find(({ name }) => name === 'wrong-key')!.publicKey

/** Received a minute after it was signed. */
function callOf({ payload, signature, timestamp }: Vector, change: { body?: Buffer; late?: number } = {}): WebhookCall {
  const signedAt = Number(timestamp) || 1_588_788_367
  return {
    method: 'POST',
    headers: {
      'x-twilio-email-event-webhook-signature': signature,
      'x-twilio-email-event-webhook-timestamp': timestamp,
    },
    query: {},
    body: change.body ?? Buffer.from(payload),
    receivedAt: new Date((signedAt + (change.late ?? 60)) * 1000),
  }
}

describe('SendGrid’s own vectors', () => {
  for (const vector of ALL)
    test(vector.name, () =>
      expect(checkSignature(callOf(vector), vector.publicKey)).toBe(vector.expected ? 'signed' : 'forged'),
    )
})

describe('every change of a signed call is noticed', () => {
  for (const vector of ALL.filter(({ expected }) => expected))
    test(vector.name, () => {
      const { publicKey, payload, signature } = vector
      expect(checkSignature(callOf(vector), OTHER_KEY)).toBe('forged')
      expect(checkSignature(callOf({ ...vector, timestamp: `${Number(vector.timestamp) + 1}` }), publicKey)).toBe(
        'forged',
      )
      for (let at = 0; at < Buffer.byteLength(payload); at += 7) {
        const body = Buffer.from(payload)
        body[at] = body[at]! ^ 1
        expect(checkSignature(callOf(vector, { body }), publicKey)).toBe('forged')
      }
      for (const other of ['', 'x', 'AAAA', signature.slice(4), '{}', 'A'.repeat(96)])
        expect(checkSignature(callOf({ ...vector, signature: other }), publicKey)).toBe('forged')
      expect(checkSignature({ ...callOf(vector), headers: {} }, publicKey)).toBe('forged')
    })
})

describe('a signed call is taken for a day', () => {
  const vector = ALL.find(({ expected }) => expected)!
  const HOUR = 3_600
  for (const [late, verdict] of [
    [0, 'signed'],
    [25 * HOUR, 'signed'],
    [26 * HOUR + 1, 'stale'],
    [-9 * 60, 'signed'],
    [-11 * 60, 'stale'],
  ] as const)
    test(`${late} s after it was signed: ${verdict}`, () =>
      expect(checkSignature(callOf(vector, { late }), vector.publicKey)).toBe(verdict))
})

test('whatever is in the body, what was signed is recognised and one more byte is not', async () => {
  const server = await startPretendSendgrid()
  const at = new Date('2026-03-01T12:00:00Z')
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const { headers, payload } = server.report([{ event: 'delivered', value }], at)
      const call = { method: 'POST', headers, query: {}, body: Buffer.from(payload), receivedAt: at }
      expect(checkSignature(call, server.webhookKey)).toBe('signed')
      expect(checkSignature({ ...call, body: Buffer.from(`${payload} `) }, server.webhookKey)).toBe('forged')
    }),
    { numRuns: 50 },
  )
  await server.stop()
})
