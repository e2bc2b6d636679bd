import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WebhookCall, WebhookResult } from '../../channels/report.ts'
import fixtures from './fixtures/events.json' with { type: 'json' }
import { type PretendSendgrid, startPretendSendgrid } from './pretend-server.ts'
import { createSendgridReceiver } from './receive.ts'
import { type SendgridSettings, sendgridSettings } from './settings.ts'

const receiveSendgrid = createSendgridReceiver()

const RECEIVED_AT = new Date('2026-03-01T12:00:00Z')
const OURS = '01a0b1c2-d3e4-7f00-8000-0123456789ab'

let server: PretendSendgrid
let settings: SendgridSettings
beforeAll(async () => {
  server = await startPretendSendgrid()
  settings = sendgridSettings.parse({ apiKey: 'SG.a-key', from: 'a@shop.example', webhookKey: server.webhookKey })
})
afterAll(() => server.stop())

type Events = readonly Record<string, unknown>[]
const call = (events: Events): WebhookCall => {
  const { headers, payload } = server.report(events, RECEIVED_AT)
  return { method: 'POST', headers, query: {}, body: Buffer.from(payload), receivedAt: RECEIVED_AT }
}
function read(events: Events): Extract<WebhookResult, { ok: true }> {
  const result = receiveSendgrid(call(events), settings)
  if (!result.ok) throw new Error(result.detail)
  return result
}
const one = (events: Events) => {
  const { reports, unknown } = read(events)
  expect([reports.length, unknown]).toEqual([1, undefined])
  return reports[0]!
}

describe('a call that SendGrid did not make is refused', () => {
  test('by another key’s signature, or without one to check it with', () => {
    const good = call([{ event: 'delivered' }])
    const other =
      'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEDr2LjtURuePQzplybdC+u4CwrqDqBaWjcMMsTbhdbcwHBcepxo7yAQGhHPTnlvFYPAZFceEu/1FwCM/QmGUhA=='
    const refused = { ok: false, reason: 'bad_signature' }
    expect(receiveSendgrid(good, { ...settings, webhookKey: other })).toMatchObject(refused)
    expect(receiveSendgrid(good, { ...settings, webhookKey: undefined })).toMatchObject(refused)
    expect(receiveSendgrid({ ...good, body: Buffer.from(`${good.body} `) }, settings)).toMatchObject(refused)
  })
  test('when it is days old', () => {
    const late = { ...call([{ event: 'delivered' }]), receivedAt: new Date(RECEIVED_AT.getTime() + 48 * 3_600_000) }
    expect(receiveSendgrid(late, settings)).toMatchObject({ ok: false, reason: 'stale' })
  })
  test('when it is signed and no list', () => {
    const { headers, payload } = server.report({ map: () => ({ event: 'delivered' }) } as never, RECEIVED_AT)
    const made = { method: 'POST', headers, query: {}, body: Buffer.from(payload), receivedAt: RECEIVED_AT }
    expect(receiveSendgrid(made, settings)).toMatchObject({ ok: false, reason: 'unreadable' })
  })
})

describe('SendGrid’s samples', () => {
  const expected: Record<string, object | null> = {
    'docs.processed': { status: 'sent' },
    'docs.deferred': { status: 'deferred', code: '400', detail: '400 try again later' },
    'docs.delivered': { status: 'delivered' },
    'docs.open': { status: 'opened' },
    'docs.click': { status: 'clicked', link: 'http://www.sendgrid.com/' },
    'docs.bounce': { status: 'bounced', code: '5.0.0', suppress: 'hard_bounce' },
    'docs.dropped': { status: 'failed', code: 'dropped', suppress: 'hard_bounce' },
    'docs.spamreport': { status: 'delivered', suppress: 'complaint' },
    'docs.unsubscribe': { status: 'delivered', suppress: 'opted_out' },
    'docs.group_unsubscribe': { status: 'delivered', suppress: 'opted_out' },
    'docs.group_resubscribe': null,
  }
  for (const [name, report] of Object.entries(expected))
    test(name, () => {
      const events = fixtures[name as 'docs.open'] as Events
      if (report === null) return expect(read(events)).toEqual({ ok: true, reports: [] })
      expect(one(events)).toEqual({
        eventId: 'sg_event_id',
        providerMessageId: 'sg_message_id',
        at: new Date('2017-12-15T00:59:29Z'),
        ...('code' in report || 'suppress' in report ? { code: expect.any(String) } : {}),
        ...(['docs.bounce', 'docs.dropped'].includes(name) ? { detail: expect.any(String) } : {}),
        ...report,
      })
    })

  test('all events in one call, each with an id of its own', () => {
    const events = fixtures['docs.all-events-batch'].map((event, n) => ({ ...event, sg_event_id: `${n}` }))
    expect(read(events).reports.map(({ status }) => status)).toEqual([
      'sent',
      'deferred',
      'delivered',
      'opened',
      'clicked',
      'bounced',
      'failed',
      'delivered',
      'delivered',
      'delivered',
    ])
  })

  test('only an address that does not exist is not used again', () => {
    expect(
      read(fixtures['composed.bounce-types'] as Events).reports.map(({ status, code, suppress }) => [
        status,
        code,
        suppress,
      ]),
    ).toEqual([
      ['bounced', '5.1.1', 'hard_bounce'],
      ['bounced', '5.2.2', undefined],
      ['bounced', '5.7.1', undefined],
      ['bounced', '4.7.0', undefined],
      ['bounced', '5.7.26', undefined],
      ['bounced', 'expired', undefined],
    ])
  })

  test('what SendGrid did not try says why', () => {
    expect(
      read(fixtures['composed.dropped-reasons'] as Events).reports.map(({ status, suppress }) => [status, suppress]),
    ).toEqual([
      ['failed', 'hard_bounce'],
      ['failed', 'opted_out'],
      ['failed', 'complaint'],
      ['failed', 'invalid_address'],
      ['failed', undefined],
      ['failed', undefined],
      ['failed', undefined],
    ])
  })

  test('a machine’s open is told from a person’s', () => {
    expect(read(fixtures['composed.machine-open'] as Events).reports.map(({ automatic }) => automatic)).toEqual([
      true,
      undefined,
    ])
  })

  test('the same event twice is one report, by the id the mail was answered with', () => {
    const [first, second] = fixtures['composed.duplicate-and-out-of-order'] as Events[]
    const { reports } = read([...first!, ...second!])
    expect(reports.map(({ eventId, providerMessageId, status }) => [eventId, providerMessageId, status])).toEqual([
      ['ZXZ0LTAwMDAwMDAwMDA31', 'wrfRRvF7Q0GgwUo2CvDmEA', 'delivered'],
      ['ZXZ0LTAwMDAwMDAwMDA30', 'wrfRRvF7Q0GgwUo2CvDmEA', 'sent'],
    ])
    expect(one(second!).eventId).toBe(reports[0]!.eventId)
  })
})

describe('an event', () => {
  test('comes home by our own id', () => {
    expect(one([{ event: 'delivered', carillon_message_id: OURS }])).toMatchObject({ messageId: OURS })
    for (const other of ['x', 7, null, `${OURS}'`])
      expect(one([{ event: 'delivered', carillon_message_id: other }])).not.toHaveProperty('messageId')
  })
  test('of a server of the old kind has the id the mail was answered with', () => {
    const id = '14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0'
    expect(one([{ event: 'delivered', sg_message_id: id }]).providerMessageId).toBe('14c5d75ce93.dfd.64b469')
  })
  test('says why without the address', () => {
    const reason = '550 5.1.1 <camille@example.fr>: camille is unknown, see https://example.fr/?to=camille'
    const { detail } = one([{ event: 'bounce', email: 'camille@example.fr', reason, status: '5.1.1' }])
    expect(detail).toBe('550 5.1.1 [address]: [hidden] is unknown, see [link]')
  })
  test('without an id, a time or a reason is read all the same', () => {
    expect(one([{ event: 'bounce', sg_event_id: 7, timestamp: 'soon', reason: null }])).toMatchObject({
      eventId: expect.stringContaining('bounce'),
      at: RECEIVED_AT,
      status: 'bounced',
    })
  })
  test('that nobody knows is counted and no error, and the others are read', () => {
    const events = [
      { event: 'account_status_change', type: 'compliance_suspend' },
      { event: 'constructor' },
      { event: '<script>' },
      {},
      { event: 'delivered' },
    ]
    const result = read(events)
    expect(result.reports).toHaveLength(1)
    expect(result.unknown).toEqual([
      'event account_status_change',
      'event constructor',
      'event  script ',
      'event without a name',
    ])
  })
})
