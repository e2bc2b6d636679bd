import { describe, expect, test } from 'vitest'
import type { WebhookCall } from '../../channels/report.ts'
import callbacks from './fixtures/callbacks.json' with { type: 'json' }
import { receiveTwilio, statusCallback } from './receive.ts'
import { twilioSettings } from './settings.ts'
import { signatureOf } from './signature.ts'

const settings = twilioSettings.parse({
  accountSid: `AC${'0'.repeat(32)}`,
  authToken: 'a-token-to-sign-with',
  from: '+33937000000',
})
const WEBHOOK = 'https://carillon.example/webhooks/twilio/00000000-0000-7000-8000-000000000021'
const OURS = '01a0b1c2-d3e4-7f00-8000-0123456789ab'
const SID = 'SM00000000000000000000000000000014'
const RECEIVED_AT = new Date('2026-03-01T12:00:00Z')

/** As Twilio calls: it signs the address it was given and whatever fields it sends. */
function call(
  rawBody: string,
  { query = {}, url = WEBHOOK }: { query?: Record<string, string>; url?: string } = {},
): WebhookCall {
  const asked = Object.keys(query).length > 0 ? `${url}?${new URLSearchParams(query)}` : url
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-twilio-signature': signatureOf({ url: asked, fields: [...new URLSearchParams(rawBody)] }, settings.authToken),
    },
    query,
    body: Buffer.from(rawBody),
    receivedAt: RECEIVED_AT,
  }
}

const read = (made: WebhookCall, webhookUrl: string | undefined = WEBHOOK) => receiveTwilio(made, settings, webhookUrl)
const refused = { ok: false, reason: 'bad_signature' }

describe('a call that Twilio did not make is refused', () => {
  const good = call(callbacks['status-delivered'])
  test('without a signature', () =>
    expect(read({ ...good, headers: { 'content-type': good.headers['content-type'] } })).toMatchObject(refused))
  test('with another token’s', () =>
    expect(receiveTwilio(good, { ...settings, authToken: 'another-token' }, WEBHOOK)).toMatchObject(refused))
  test('for another account’s address', () => expect(read(good, `${WEBHOOK.slice(0, -1)}2`)).toMatchObject(refused))
  test('when we were never told our own address', () => expect(receiveTwilio(good, settings)).toMatchObject(refused))
  test('with another status', () =>
    expect(read({ ...good, body: Buffer.from(callbacks['status-failed-21610']) })).toMatchObject(refused))
  test('with another message in the query', () =>
    expect(
      read({ ...call(callbacks['status-delivered'], { query: { message: OURS } }), query: { message: SID } }),
    ).toMatchObject(refused))
  test('with a JSON body whose hash nobody signed', () =>
    expect(
      read({ ...good, headers: { ...good.headers, 'content-type': 'application/json' }, body: Buffer.from('{}') }),
    ).toMatchObject(refused))
})

describe('a signed call that tells nothing of a message', () => {
  test('without a message or a status is unreadable', () => {
    for (const body of ['', 'MessageSid=SM1', 'MessageStatus=sent', 'a=%ff%fe'])
      expect(read(call(body))).toMatchObject({ ok: false, reason: 'unreadable' })
  })
  const silent = Object.entries(callbacks).filter(([name]) => /accepted|queued|sending/.test(name))
  for (const [name, body] of silent)
    test(`${name} is taken and reports nothing`, () => expect(read(call(body))).toEqual({ ok: true, reports: [] }))
  for (const status of ['teleported', 'constructor', '__proto__', 'Delivered'])
    test(`a status nobody knows (${status}) is taken, and told as unknown`, () =>
      expect(read(call(`MessageSid=SM1&MessageStatus=${status}`))).toEqual({
        ok: true,
        reports: [],
        unknown: ['status'],
      }))
})

describe('what Twilio reports', () => {
  const report = (name: keyof typeof callbacks) => {
    const result = read(call(callbacks[name], { query: { message: OURS } }))
    expect(result.ok && result.reports).toHaveLength(1)
    return result.ok ? result.reports[0]! : undefined
  }

  test('a delivery, by its own id and ours', () =>
    expect(report('status-delivered')).toEqual({
      eventId: `${SID} delivered`,
      messageId: OURS,
      providerMessageId: SID,
      status: 'delivered',
      at: RECEIVED_AT,
    }))
  test('that it has left', () => expect(report('status-sent')).toMatchObject({ status: 'sent' }))
  test('a person who said STOP: nothing goes there any more', () =>
    expect(report('status-failed-21610')).toMatchObject({ status: 'failed', code: '21610', suppress: 'opted_out' }))
  for (const code of ['30003', '30004', '30005', '30006', '30007', '30008'] as const)
    test(`a failure ${code}, in words, with the address still good`, () => {
      const failed = report(`status-undelivered-${code}`)
      expect(failed).toMatchObject({ status: 'failed', code, detail: expect.stringMatching(/\w+ \w+/) })
      expect(failed?.suppress).toBeUndefined()
    })
  test('a queue that overflowed', () =>
    expect(report('status-failed-30001')).toMatchObject({
      status: 'failed',
      code: '30001',
      detail: 'The queue overflowed',
    }))
  test('a cancelled message', () =>
    expect(report('status-canceled')).toMatchObject({ status: 'failed', code: 'canceled' }))
  test('what it has cost, where it says so', () => {
    const told = (fields: string) => {
      const result = read(call(`${callbacks['status-delivered']}${fields}`))
      return result.ok ? result.reports[0]?.cost : undefined
    }
    expect(told('&Price=-0.07500&PriceUnit=EUR')).toEqual({ micros: 75_000, currency: 'EUR' })
    for (const fields of ['', '&Price=&PriceUnit=EUR', '&Price=0.1', '&Price=free&PriceUnit=EUR'])
      expect(told(fields)).toBeUndefined()
  })
  test('Twilio’s own words, without the number', () => {
    const body = `${callbacks['status-undelivered-30008']}&ErrorMessage=${encodeURIComponent('No way to +33612345678 (33612345678)')}`
    const result = read(call(body))
    expect(result.ok && result.reports[0]!.detail).toBe('No way to [number] ([hidden])')
  })
  test('an id of ours that is none is left out', () => {
    const result = read(call(callbacks['status-sent'], { query: { message: 'x' } }))
    expect(result.ok && result.reports[0]).not.toHaveProperty('messageId')
  })
  test('parameters it will invent are signed and passed over', () =>
    expect(read(call(`${callbacks['status-sent']}&Tomorrow=%C3%A9t%C3%A9&Empty=`))).toMatchObject({ ok: true }))
})

describe('what people write', () => {
  const inbound = (body: string) => {
    const result = read(call(body))
    expect(result).toMatchObject({ ok: true, reports: [] })
    return result.ok ? result.inbound?.[0] : undefined
  }
  const sample = { channel: 'sms', from: '+33612345678', to: '+33757590000', at: RECEIVED_AT }

  test('a text, with everything that came beside it', () => {
    const body = callbacks['inbound-sms']
    expect(inbound(body)).toEqual({
      ...sample,
      eventId: 'SM00000000000000000000000000000001',
      kind: 'text',
      text: 'Oui je confirme à 9h 👍',
      raw: Object.fromEntries(new URLSearchParams(body)),
    })
  })
  test('STOP, as Twilio has understood it', () =>
    expect(inbound(callbacks['inbound-sms-stop'])).toMatchObject({ ...sample, text: 'STOP', consent: 'stop' }))
  for (const [word, consent] of [
    ['START', 'start'],
    ['HELP', 'help'],
    ['help', 'help'],
  ] as const)
    test(`${word}, as Twilio has understood it`, () =>
      expect(inbound(`${callbacks['inbound-sms']}&OptOutType=${word}`)?.consent).toBe(consent))
  for (const word of ['', 'constructor', 'MAYBE'])
    test(`nothing understood (${word}) is left to the engine`, () =>
      expect(inbound(`${callbacks['inbound-sms']}&OptOutType=${word}`)).not.toHaveProperty('consent'))
  test('pictures and papers, still at Twilio', () => {
    const media = (n: number) =>
      `https://api.twilio.com/2010-04-01/Accounts/AC${'0'.repeat(32)}/Messages/SM${'0'.repeat(31)}3/Media/ME${'0'.repeat(31)}${n}`
    const mms = inbound(callbacks['inbound-sms-mms'])
    expect(mms).toMatchObject({ ...sample, kind: 'image' })
    expect(mms).not.toHaveProperty('text')
    expect(mms?.media).toEqual([
      { reference: media(1), contentType: 'image/jpeg' },
      { reference: media(2), contentType: 'application/pdf' },
    ])
  })
  for (const [type, kind] of [
    ['video/mp4', 'video'],
    ['audio/amr', 'audio'],
    ['text/vcard', 'document'],
    ['constructor', 'document'],
  ])
    test(`${type} is a ${kind}`, () =>
      expect(inbound(`${callbacks['inbound-sms']}&MediaUrl0=https%3A%2F%2Fx&MediaContentType0=${type}`)?.kind).toBe(
        kind,
      ))
  test('by another channel of the same number is not taken for an SMS', () =>
    expect(read(call('MessageSid=SM1&SmsStatus=received&From=whatsapp%3A%2B33612345678&Body=x'))).toEqual({
      ok: true,
      reports: [],
      unknown: ['inbound whatsapp'],
    }))
})

test('the address Twilio is given comes back signed without its fragment', () => {
  const address = statusCallback(WEBHOOK, OURS)
  expect(new URL(address).hash).toContain('rc=5')
  expect(`${WEBHOOK}?message=${OURS}`).toBe(address.replace(/#.*/, ''))
})
