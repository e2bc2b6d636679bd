import { describe, expect, test } from 'vitest'
import type { WebhookCall } from '../../channels/report.ts'
import { tokenOf } from '../webhook-token.ts'
import { RECEIPT_ERRORS } from './codes.ts'
import calls from './fixtures/calls.json' with { type: 'json' }
import vectors from './fixtures/signatures.json' with { type: 'json' }
import { callbackOf, receiveVonage, referenceOf } from './receive.ts'
import { vonageSettings } from './settings.ts'
import { signatureOf } from './signature.ts'

const OURS = '01a0b1c2-d3e4-7f00-8000-0123456789ab'
const NOW = new Date('2026-01-15T10:00:05Z')
const SECONDS = NOW.getTime() / 1000
const SECRET = 'a-signature-secret'
const WEBHOOK = 'https://carillon.example/webhooks/vonage/00000000-0000-7000-8000-000000000021'
const settings = vonageSettings.parse({ apiKey: 'abcd1234', apiSecret: 'a-secret', from: 'MaBoite' })
const signing = { ...settings, signatureSecret: SECRET }
const token = tokenOf({ secret: 'a-secret' })

type Fields = Record<string, string>
type Way = 'GET' | 'form' | 'JSON'
const WAYS: readonly Way[] = ['GET', 'form', 'JSON']

/** As Vonage calls, in the way the account has chosen. */
function call(fields: Fields, way: Way, query: Fields = { t: token }): WebhookCall {
  const type = way === 'JSON' ? 'application/json' : 'application/x-www-form-urlencoded; charset=UTF-8'
  const body = way === 'JSON' ? JSON.stringify(fields) : way === 'form' ? `${new URLSearchParams(fields)}` : ''
  return {
    method: way === 'GET' ? 'GET' : 'POST',
    headers: way === 'GET' ? {} : { 'content-type': type },
    query: way === 'GET' ? { ...query, ...fields } : query,
    body: Buffer.from(body),
    receivedAt: NOW,
  }
}

const signed = (fields: Fields, at = SECONDS): Fields => {
  const dated = { nonce: 'aaaaaaaa', ...fields, timestamp: `${at}` }
  return { ...dated, sig: signatureOf(dated, SECRET, 'sha256') }
}
const receipt = (change: Fields = {}): Fields => ({ ...calls['dlr-delivered'], 'client-ref': OURS, ...change })
const reportOf = (fields: Fields) => {
  const result = receiveVonage(call(fields, 'GET'), settings)
  expect(result.ok && result.reports).toHaveLength(1)
  return result.ok ? result.reports[0]! : undefined
}

describe('a call that Vonage did not make is refused', () => {
  for (const way of WAYS) {
    const refused = (fields: Fields, reason: string, query: Fields = {}) =>
      expect(receiveVonage(call(fields, way, query), signing)).toMatchObject({ ok: false, reason })
    test(`signed accounts, by ${way}`, () => {
      expect(receiveVonage(call(signed(receipt()), way, {}), signing)).toMatchObject({ ok: true })
      refused(receipt(), 'bad_signature')
      refused(receipt(), 'bad_signature', { t: token })
      refused({ ...signed(receipt()), status: 'failed' }, 'bad_signature')
      refused({ ...signed(receipt()), extra: '' }, 'bad_signature')
      const other = { ...receipt(), timestamp: `${SECONDS}` }
      refused({ ...other, sig: signatureOf(other, 'another', 'sha256') }, 'bad_signature')
      refused({ ...receipt(), sig: signatureOf(receipt(), SECRET, 'md5hash') }, 'stale')
      refused(signed(receipt(), SECONDS - 26 * 3_600), 'stale')
      refused(signed(receipt(), SECONDS + 600), 'stale')
      const undated = { ...receipt(), timestamp: 'now' }
      refused({ ...undated, sig: signatureOf(undated, SECRET, 'sha1') }, 'stale')
    })
    test(`accounts without a signature secret, by ${way}`, () => {
      const isTaken = (query: Fields, as = settings) => receiveVonage(call(receipt(), way, query), as).ok
      expect(isTaken({ t: token })).toBe(true)
      for (const query of [{}, { t: '' }, { t: `${token}x` }, { t: token.toLowerCase() }, { token }])
        expect(isTaken(query as Fields)).toBe(false)
      const chosen = { ...settings, webhookToken: 'a-token-of-our-own' }
      expect(isTaken({ t: token }, chosen)).toBe(false)
      expect(isTaken({ t: 'a-token-of-our-own' }, chosen)).toBe(true)
      expect(isTaken({ t: token }, { ...settings, apiSecret: 'another-secret' })).toBe(false)
    })
  }
  for (const { name, params, sig, secret } of [...vectors.official, ...vectors.computed])
    test(`Vonage’s own vector, “${name}”, is of its day alone`, () => {
      const fields = { ...Object.fromEntries(Object.entries(params).map(([key, value]) => [key, `${value}`])), sig }
      const at = (seconds: number) => ({
        ...call(fields, 'form', {}),
        receivedAt: new Date((Number(params.timestamp) + seconds) * 1000),
      })
      const as = { ...settings, signatureSecret: secret }
      expect(receiveVonage(at(1), as)).toMatchObject({ ok: true })
      expect(receiveVonage(at(26 * 3_600), as)).toMatchObject({ ok: false, reason: 'stale' })
      expect(receiveVonage(at(1), { ...as, signatureSecret: `${secret}x` })).toMatchObject({ reason: 'bad_signature' })
    })
  test('a repeated try of yesterday is still taken', () =>
    expect(receiveVonage(call(signed(receipt(), SECONDS - 24 * 3_600), 'GET', {}), signing).ok).toBe(true))
  test('a body nobody can read has no signature; with the token it is kept', () => {
    const odd = { ...call({}, 'JSON'), body: Buffer.from('[1]') }
    expect(receiveVonage(odd, signing)).toMatchObject({ ok: false, reason: 'bad_signature' })
    expect(receiveVonage(odd, settings)).toMatchObject({ ok: true, unknown: ['a body of another kind'] })
  })
})

test('an empty call, as Vonage makes before it saves an address, tells nothing', () => {
  for (const as of [settings, signing])
    for (const query of [{}, { t: token }] as Fields[])
      expect(receiveVonage(call({}, 'GET', query), as)).toMatchObject({ ok: false, reason: 'unreadable' })
})

describe('a delivery receipt', () => {
  for (const way of WAYS)
    test(`comes home by our reference, by ${way}`, () =>
      expect(receiveVonage(call(receipt(), way), settings)).toEqual({
        ok: true,
        reports: [
          {
            eventId: '0A0000001234567B delivered',
            providerMessageId: '0A0000001234567B',
            messageId: OURS,
            status: 'delivered',
            at: new Date('2026-01-15T10:00:00Z'),
            cost: { micros: 33_300, currency: 'EUR' },
          },
        ],
      }))

  const statuses = {
    accepted: { status: 'sent' },
    buffered: { status: 'deferred' },
    delivered: { status: 'delivered' },
    expired: { status: 'failed', code: '1', detail: expect.stringContaining('does not say why') },
    failed: { status: 'failed', code: '2', detail: expect.stringContaining('out of reach') },
    rejected: { status: 'failed', code: '7', detail: expect.stringContaining('busy') },
    unknown: { status: 'deferred' },
  } as const
  for (const [word, expected] of Object.entries(statuses))
    test(`as documented: ${word}`, () => {
      const report = reportOf(calls[`dlr-${word}` as keyof typeof calls] as Fields)
      expect(report).toMatchObject({ providerMessageId: '0A0000001234567B', ...expected })
      // `outbox-42` is no reference of ours: it is found by Vonage's own id, and what it cost in all is not known.
      expect(report).not.toHaveProperty('messageId')
      expect(report).not.toHaveProperty('cost')
      expect(report).not.toHaveProperty('suppress')
    })

  test('each error code has its words, and two of them end the number’s use', () => {
    const ended: Record<string, string> = {}
    for (const [code, [meaning]] of RECEIPT_ERRORS) {
      const report = reportOf(receipt({ status: 'failed', 'err-code': code }))
      expect(report).toMatchObject({ code, detail: meaning })
      if (report?.suppress) ended[code] = report.suppress
    }
    expect(ended).toEqual({ 3: 'invalid_address', 9: 'opted_out' })
  })
  test('a code of tomorrow is a failure all the same', () =>
    expect(reportOf(receipt({ status: 'failed', 'err-code': '77' }))).toMatchObject({ status: 'failed', code: '77' }))
  test('an unknown outcome with an error code is a failure', () =>
    expect(reportOf(receipt({ status: 'unknown', 'err-code': '1' }))).toMatchObject({ status: 'failed', code: '1' }))
  test('a failure without a code says its word', () =>
    expect(reportOf(receipt({ status: 'expired', 'err-code': '0' }))).toMatchObject({ code: 'expired' }))
  test('of one of three parts names the message, and what all of them cost', () =>
    expect(reportOf(receipt({ 'client-ref': referenceOf(OURS, 3) }))).toMatchObject({
      messageId: OURS,
      cost: { micros: 99_900, currency: 'EUR' },
    }))
  test('with a time of the future or none is of now', () => {
    for (const time of ['2027-01-15 10:00:00', 'yesterday', '2026-13-45 10:00:00', ''])
      expect(reportOf(receipt({ 'message-timestamp': time }))?.at).toEqual(NOW)
  })
})

describe('an SMS from a person', () => {
  for (const way of WAYS)
    test(`is handed on as it was written, by ${way}; a stop word is the engine's to read`, () =>
      expect(receiveVonage(call(calls.inbound, way), settings)).toEqual({
        ok: true,
        reports: [],
        inbound: [
          {
            eventId: '0B00000012345678',
            channel: 'sms',
            from: '+33612345678',
            to: '+33757590000',
            at: new Date('2026-01-15T10:00:00Z'),
            kind: 'text',
            text: 'STOP',
            raw: calls.inbound,
          },
        ],
      }))
  test('in parts comes part by part', () => {
    const result = receiveVonage(call(calls['inbound-concat-part2of3'], 'JSON'), settings)
    expect(result.ok && result.inbound).toMatchObject([{ eventId: '0B00000012345679', text: '…suite' }])
  })
  test('of binary data, or from a name, is kept', () => {
    const result = receiveVonage(call({ messageId: 'x', msisdn: 'Bank', to: '36111', data: 'ff' }, 'GET'), settings)
    expect(result.ok && result.inbound).toMatchObject([{ eventId: 'x', to: '36111', kind: 'unknown' }])
    expect(result.ok && result.inbound?.[0]).not.toHaveProperty('from')
  })
})

test('what this version does not know is kept and counted', () => {
  const unknown = (fields: Fields) => {
    const result = receiveVonage(call(fields, 'form'), settings)
    return result.ok && result.reports.length === 0 ? result.unknown : undefined
  }
  expect(unknown(receipt({ status: 'teleported' }))).toEqual(['status teleported'])
  for (const status of ['constructor', '__proto__']) expect(unknown(receipt({ status }))).toHaveLength(1)
  expect(unknown(receipt({ status: '+33612345678' }))).toEqual(['a status of another kind'])
  expect(unknown({ hello: 'world' })).toEqual(['a call without messageId'])
  expect(unknown({ messageId: 'x' })).toEqual(['a call without status or msisdn'])
})

test('the callback carries a token unless calls are signed, and is left out where Vonage would refuse it', () => {
  expect(callbackOf(WEBHOOK, settings)).toBe(`${WEBHOOK}?t=${token}`)
  expect(callbackOf(WEBHOOK, signing)).toBe(WEBHOOK)
  expect(callbackOf(`${WEBHOOK}${'x'.repeat(30)}`, signing)).toBeUndefined()
})
