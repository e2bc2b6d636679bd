import { describe, expect, test } from 'vitest'
import type { WebhookCall } from '../../channels/report.ts'
import { tokenOf } from '../webhook-token.ts'
import { createBrevoProvider } from './brevo.ts'
import events from './fixtures/events.json' with { type: 'json' }
import { receiveBrevo, webUrlOf } from './receive.ts'
import { brevoSettings } from './settings.ts'

const OURS = '01a0b1c2-d3e4-7f00-8000-0123456789ab'
const NOW = new Date('2026-01-15T10:00:05Z')
const AT = new Date('2026-01-15T10:00:00Z')
const ID = '1511882900176220'
const WEBHOOK = 'https://carillon.example/webhooks/brevo/00000000-0000-7000-8000-000000000022'
const settings = brevoSettings.parse({ apiKey: 'xkeysib-0123456789abcdef', from: 'MaBoite' })
const token = tokenOf({ secret: settings.apiKey })

const call = (body: unknown, change: Partial<WebhookCall> = {}): WebhookCall => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  query: { token, message: OURS },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  receivedAt: NOW,
  ...change,
})
const read = (body: unknown, change: Partial<WebhookCall> = {}) => {
  const result = receiveBrevo(call(body, change), settings)
  if (!result.ok) throw new Error(result.detail)
  return result
}
const reportOf = (event: object) => read(event).reports[0]
const inboundOf = (event: object) => read(event).inbound?.[0]

describe('a call that Brevo did not make', () => {
  const isTaken = (query: Record<string, string>, headers: Record<string, string> = {}, as = settings) =>
    receiveBrevo(call(events.delivered, { query, headers }), as)
  test('is refused without the token, or with another one', () => {
    for (const query of [{}, { token: '' }, { token: `${token}x` }, { token: token.slice(1) }, { t: token }])
      expect(isTaken(query as Record<string, string>)).toMatchObject({ ok: false, reason: 'bad_signature' })
    expect(isTaken({}, { authorization: `Bearer ${token}x` })).toMatchObject({ ok: false })
    expect(isTaken({}, { authorization: token })).toMatchObject({ ok: false })
    expect(isTaken({ token }, {}, { ...settings, apiKey: 'xkeysib-another-key-000' })).toMatchObject({ ok: false })
  })
  test('is answered so that Brevo, were it Brevo after all, comes back later', () =>
    expect(createBrevoProvider({ clock: { now: () => NOW } as never }).refuses).toEqual({ bad_signature: 503 }))
  test('the token comes in the address, or as the bearer of a webhook set up by hand', () => {
    expect(isTaken({ token })).toMatchObject({ ok: true })
    expect(isTaken({}, { authorization: `Bearer ${token}` })).toMatchObject({ ok: true })
    const chosen = { ...settings, webhookToken: 'a-token-of-our-own' }
    expect(isTaken({ token: 'a-token-of-our-own' }, {}, chosen)).toMatchObject({ ok: true })
    expect(isTaken({ token }, {}, chosen)).toMatchObject({ ok: false })
  })
  test('each message names its own address', () =>
    expect(webUrlOf(WEBHOOK, settings, OURS)).toBe(`${WEBHOOK}?token=${token}&message=${OURS}`))
})

describe('what Brevo reports', () => {
  const cost = { micros: 4_500_000, currency: 'CREDIT' }
  test('a delivery, by its own id and ours, with the credits it took', () =>
    expect(reportOf(events.delivered)).toEqual({
      eventId: `${ID} delivered`,
      providerMessageId: ID,
      messageId: OURS,
      status: 'delivered',
      at: AT,
      cost,
    }))
  const expected: [keyof typeof events, object][] = [
    ['sent', { status: 'sent' }],
    ['accepted', { status: 'sent' }],
    ['soft_bounce', { status: 'failed', code: '6', detail: 'Absent subscriber [hidden]' }],
    ['hard_bounce', { status: 'bounced', suppress: 'hard_bounce', code: 'hard_bounce', detail: 'Unknown subscriber' }],
    ['rejected', { status: 'failed', code: 'rejected', detail: 'The operator refused the SMS' }],
    ['skipped', { status: 'failed', code: 'skip' }],
    ['blocked', { status: 'failed', code: 'blacklisted', suppress: 'opted_out' }],
  ]
  for (const [name, fields] of expected)
    test(name, () => {
      const report = reportOf(events[name])
      expect(report).toMatchObject({ providerMessageId: ID, messageId: OURS, at: AT, ...fields })
      if (!('suppress' in fields)) expect(report).not.toHaveProperty('suppress')
    })
  for (const [one, other] of [
    ['softBounces', 'soft_bounce'],
    ['hardBounce', 'hard_bounce'],
    ['skipped', 'skip'],
    ['Delivered', 'delivered'],
  ])
    test(`${one} is ${other} in the spelling of another page`, () => {
      const status = (word: string) => reportOf({ ...events.sent, msg_status: word })?.status
      expect(status(one!)).toBe(status(other!))
    })
  test('by the tag where the address names no message, and by Brevo’s id alone where nothing does', () => {
    const query = { token }
    expect(read({ ...events.sent, tag: OURS }, { query }).reports[0]).toMatchObject({ messageId: OURS })
    expect(read({ ...events.sent, tag: 'rdv' }, { query }).reports[0]).not.toHaveProperty('messageId')
    expect(read({ msg_status: 'sent' }).reports[0]).toMatchObject({ messageId: OURS, eventId: `${OURS} sent` })
  })
  test('several in one call', () => {
    const result = read([events.sent, events.delivered, events.replied, { msg_status: 'teleported' }, 7])
    expect(result.reports.map(({ status }) => status)).toEqual(['sent', 'delivered'])
    expect(result.inbound).toHaveLength(1)
    expect(result.unknown).toEqual(['event teleported', 'an event without a name'])
  })
})

describe('the time of an event', () => {
  const at = (change: object) => {
    const { ts_epoch, ts_event, date, ...bare } = events.sent
    return reportOf({ ...bare, ...change })?.at
  }
  test('is UTC where it is a number, in seconds or milliseconds', () => {
    expect(at({ ts_epoch: 1768471200000, date: '2020-01-01 00:00:00' })).toEqual(AT)
    expect(at({ ts_epoch: 1768471200 })).toEqual(AT)
    expect(at({ ts_event: 1768471200 })).toEqual(AT)
  })
  test('is the wall clock of Paris where it is written, in winter and summer', () => {
    expect(at({ date: '2026-01-15 11:00:00' })).toEqual(AT)
    expect(at({ date: '2025-07-15 12:00:00' })).toEqual(new Date('2025-07-15T10:00:00Z'))
    expect(at({ date: '2025-03-30 02:30:00' })).toEqual(new Date('2025-03-30T01:30:00Z'))
  })
  test('is now where it is missing, wrong or still to come', () => {
    for (const change of [
      {},
      { date: 'yesterday' },
      { date: '2026-13-40 99:00:00' },
      { ts_epoch: 9e15 },
      { ts_epoch: 1e17 },
    ])
      expect(at(change)).toEqual(NOW)
  })
})

describe('what people answer', () => {
  test('is handed on, in answer to the message', () =>
    expect(inboundOf(events.replied)).toEqual({
      eventId: `${ID} replied ${AT.getTime()} Merci, à demain`,
      channel: 'sms',
      from: '+33612345678',
      at: AT,
      kind: 'text',
      text: 'Merci, à demain',
      inReplyTo: ID,
      raw: events.replied,
    }))
  test('is a STOP or a START only where Brevo says so itself', () => {
    expect(inboundOf(events.unsubscribed)).toMatchObject({ consent: 'stop', from: '+33612345678' })
    expect(inboundOf(events.subscribed)).toMatchObject({ consent: 'start' })
    expect(inboundOf({ ...events.replied, reply: 'STOP' })).not.toHaveProperty('consent')
  })
  test('is two replies when the words differ, and one when it is told twice', () => {
    const id = (reply: string) => inboundOf({ ...events.replied, reply })?.eventId
    expect(id('oui')).not.toBe(id('non'))
    expect(id('oui')).toBe(id('oui'))
  })
  test('without words is kept as it came', () => {
    const { reply, ...silent } = events.replied
    expect(inboundOf(silent)).toMatchObject({ kind: 'unknown', raw: silent })
  })
})

test('what this version does not know, or nobody can read, is kept and counted and nothing is dropped', () => {
  const unknown = (body: unknown, query = { token }) => read(body, { query }).unknown
  expect(unknown({ ...events.sent, msg_status: 'teleported' })).toEqual(['event teleported'])
  expect(unknown({ msg_status: '+33612345678' })).toEqual(['an event of another kind'])
  for (const msg_status of ['constructor', '__proto__', '---'])
    expect(read({ ...events.sent, msg_status }).reports).toEqual([])
  for (const body of ['', '{', 'null', '"x"', '[null]', {}, { msg_status: 7 }])
    expect(unknown(body)).toEqual(['an event without a name'])
  expect(unknown({ msg_status: 'sent' })).toEqual(['event sent without a message'])
})
