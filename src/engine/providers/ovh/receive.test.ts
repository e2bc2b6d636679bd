import { describe, expect, test } from 'vitest'
import type { WebhookCall } from '../../channels/report.ts'
import { PTT, RECEIPTS } from './codes.ts'
import { receiveOvh } from './receive.ts'
import { ovhSettings } from './settings.ts'

const TOKEN = 'a-token-in-the-address'
const settings = ovhSettings.parse({
  applicationKey: 'AppKey0123456789',
  applicationSecret: 'a'.repeat(32),
  consumerKey: 'c'.repeat(32),
  serviceName: 'sms-ab12345-1',
  from: 'Atelier',
  webhookToken: TOKEN,
})
const RECEIVED_AT = new Date('2026-03-01T12:00:00Z')

const call = (query: Record<string, string>, body = ''): WebhookCall => ({
  method: body ? 'POST' : 'GET',
  headers: {},
  query,
  body: Buffer.from(body),
  receivedAt: RECEIVED_AT,
})
const read = (query: Record<string, string>, body = '') => receiveOvh(call({ token: TOKEN, ...query }, body), settings)
const refused = { ok: false, reason: 'bad_signature' }
const good = { id: '27814656', ptt: '4', date: '2026-03-01 12:59:58', description: '1', descriptionDlr: 'Success' }

describe('a call without the token of the address is refused', () => {
  test.each([
    [{}],
    [{ token: '' }],
    [{ token: `${TOKEN}x` }],
    [{ token: TOKEN.slice(1) }],
    [{ token: TOKEN.toUpperCase() }],
  ])('%j', (query) => expect(receiveOvh(call({ ...good, ...query }), settings)).toMatchObject(refused))
  test('and every call, where the account has none', () => {
    const { webhookToken: _, ...without } = settings
    expect(receiveOvh(call({ ...good, token: '' }), without)).toMatchObject(refused)
    expect(receiveOvh(call({ ...good, token: 'undefined' }), without)).toMatchObject(refused)
  })
})

test('a delivery, by query or as a form', () => {
  const report = {
    eventId: '27814656 ptt 4',
    providerMessageId: '27814656',
    status: 'delivered',
    at: RECEIVED_AT,
  }
  expect(read(good)).toEqual({ ok: true, reports: [report] })
  expect(read({}, `${new URLSearchParams(good)}`)).toEqual({ ok: true, reports: [report] })
})

test('an address that had a query already may be called with a second question mark', () => {
  const { id, ...rest } = good
  expect(receiveOvh(call({ token: `${TOKEN}?id=${id}`, ...rest }), settings)).toEqual(read(good))
  expect(receiveOvh(call({ token: `x?id=${id}`, ...rest }), settings)).toMatchObject(refused)
})

describe('each state of the operator', () => {
  for (const [ptt, state] of PTT)
    test(`ptt ${ptt}: ${state.detail}`, () => {
      const result = read({ id: '1', ptt: `${ptt}` })
      expect(result.ok && result.reports).toMatchObject([
        {
          status: state.status,
          ...(state.status === 'failed' ? { code: `ptt ${ptt}`, detail: state.detail } : {}),
          ...(ptt === 23 ? { suppress: 'invalid_address' } : {}),
        },
      ])
      if (ptt !== 23) expect(result.ok && result.reports[0]).not.toHaveProperty('suppress')
    })
  for (const [receipt, { status }] of RECEIPTS)
    test(`receipt ${receipt} where the operator’s is not known`, () => {
      for (const ptt of ['0', '999']) {
        const result = read({ id: '1', ptt, description: `${receipt}` })
        expect(result.ok && result.reports).toMatchObject([{ status }])
      }
    })
  test('the operator’s end goes before the receipt, the receipt before an operator that goes on trying', () => {
    const statusOf = (ptt: string, description: string) => {
      const result = read({ id: '1', ptt, description })
      return result.ok && result.reports[0]?.status
    }
    expect(statusOf('4', '2')).toBe('delivered')
    expect(statusOf('23', '1')).toBe('failed')
    expect(statusOf('1', '2')).toBe('failed')
    expect(statusOf('3', '0')).toBe('sent')
  })
})

describe('what tells nothing is taken, and told apart', () => {
  test.each([
    [{ id: '1', ptt: '0', description: '0' }, undefined],
    [{ id: '1', ptt: '6', description: '4' }, undefined],
    [{ id: '1', ptt: '6' }, undefined],
    [{ id: '1', ptt: '999' }, ['ptt 999']],
    [{ id: '1', description: '3' }, ['ptt none']],
    [{ id: '1' }, ['a call without ptt or description']],
    [{ id: '1', senderid: '+33612345678', message: 'STOP', shortcode: '38069' }, ['a reply']],
    [{ id: 'constructor', ptt: '4' }, ['a call without the id of an SMS']],
    [{ ptt: '4' }, ['a call without the id of an SMS']],
    [{}, ['a call without the id of an SMS']],
  ])('%j', (query, unknown) =>
    expect(read(query as Record<string, string>)).toEqual({ ok: true, reports: [], ...(unknown ? { unknown } : {}) }),
  )
})
