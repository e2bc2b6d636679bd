import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { WebhookCall, WebhookResult } from '../../channels/report.ts'
import { mayMove, type Status } from '../../messages/status.ts'
import calls from './fixtures/calls.json' with { type: 'json' }
import { receiveWhatsapp } from './receive.ts'
import { whatsappSettings } from './settings.ts'
import { signatureOf } from './signature.ts'

const settings = whatsappSettings.parse({
  accessToken: 'a-good-token',
  phoneNumberId: '106540352242922',
  businessAccountId: '999999999999999',
  appSecret: 'a-good-secret',
})
const RECEIVED_AT = new Date('2026-03-01T12:00:00Z')
const OURS = '01a0b1c2-d3e4-7f00-8000-0123456789ab'
const WAMID = 'wamid.HBgLMzM2MTIzNDU2NzgVAgARGBI='

const callOf = (body: object | string): WebhookCall => {
  const raw = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  return {
    method: 'POST',
    headers: { 'x-hub-signature-256': signatureOf(raw, settings.appSecret) },
    query: {},
    body: raw,
    receivedAt: RECEIVED_AT,
  }
}
type Heard = Required<Extract<WebhookResult, { ok: true }>>
const read = (body: object | string): Heard => {
  const result = receiveWhatsapp(callOf(body), settings)
  if (!result.ok) throw new Error(result.detail)
  return { inbound: [], templates: [], events: [], unknown: [], ...result }
}
const fixture = (name: keyof typeof calls): Heard => read(calls[name])
const change = (field: string, value: object, entryId = '999999999999999') =>
  read({ object: 'whatsapp_business_account', entry: [{ id: entryId, changes: [{ field, value }] }] })
const metadata = { display_phone_number: '33757590000', phone_number_id: '106540352242922' }
const said = (message: object) =>
  change('messages', {
    metadata,
    messages: [{ from: '33612345678', id: 'wamid.1', timestamp: '1768471200', ...message }],
  }).inbound[0]

describe('a call that Meta did not sign', () => {
  test('is refused', () => {
    const call = callOf(calls['meta.text-message'])
    for (const headers of [{}, { 'x-hub-signature-256': 'sha256=00' }, { 'x-hub-signature': 'sha1=00' }])
      expect(receiveWhatsapp({ ...call, headers }, settings)).toMatchObject({ ok: false, reason: 'bad_signature' })
    expect(receiveWhatsapp(call, { ...settings, appSecret: 'another-secret' })).toMatchObject({ ok: false })
  })
})

describe('a signed call that cannot be made sense of', () => {
  test('is unreadable when it is no object', () => {
    for (const body of ['', 'null', '[]', '{', '"text"'])
      expect(receiveWhatsapp(callOf(body), settings)).toMatchObject({ ok: false, reason: 'unreadable' })
  })
  test('is kept and counted, not refused, when it is of something else', () => {
    expect(read({ object: 'page', entry: [] }).unknown).toEqual(['object page'])
    expect(change('account_update', { event: 'VERIFIED_ACCOUNT' }).unknown).toEqual(['field account_update'])
    expect(change('messages', { metadata: { phone_number_id: '1' }, messages: [{ id: 'x' }] })).toMatchObject({
      inbound: [],
      unknown: ['another phone number'],
    })
    expect(change('messages', { metadata, statuses: [{ id: 'x', status: 'constructor' }] }).unknown).toEqual([
      'status constructor',
    ])
    expect(change('messages', { metadata, messages: [{ type: 'text' }] }).unknown).toEqual(['message without an id'])
    expect(fixture('composed.account-level-error')).toMatchObject({ reports: [], unknown: ['error 130429'] })
    for (const name of [
      'meta.group-create-message',
      'meta.group-remove-participants',
      'meta.group-settings-update',
    ] as const)
      expect(fixture(name).unknown).toEqual([expect.stringMatching(/^field group_/)])
  })
  test('never throws, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('messages', 'user_preferences', 'message_template_status_update'),
        (value, field) => {
          read({ object: 'whatsapp_business_account', entry: [{ id: '1', changes: [{ field, value }] }, value] })
          change('messages', {
            metadata,
            messages: [value],
            statuses: [value],
            contacts: [value],
            errors: value as object,
          })
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('what Meta reports', () => {
  test('a delivery with what it was priced by', () =>
    expect(fixture('composed.status.delivered.pmp').reports).toEqual([
      {
        eventId: `${WAMID} delivered`,
        providerMessageId: WAMID,
        status: 'delivered',
        at: new Date(1768471204_000),
        pricing: { category: 'utility', kind: 'regular', model: 'PMP' },
        detail: 'Priced as utility, regular',
      },
    ]))
  test('by our own id where it gives it back', () =>
    expect(
      change('messages', {
        metadata,
        statuses: [{ id: 'w', status: 'sent', timestamp: '1', biz_opaque_callback_data: OURS }],
      }).reports,
    ).toEqual([{ eventId: 'w sent', messageId: OURS, providerMessageId: 'w', status: 'sent', at: new Date(1000) }]))
  test('that it left, and that it was read without having been delivered', () => {
    expect(fixture('composed.status.sent.pmp').reports).toMatchObject([{ status: 'sent' }])
    expect(fixture('composed.status.read-without-delivered').reports).toMatchObject([{ status: 'read' }])
  })
  test('that a free one has cost nothing', () =>
    expect(fixture('composed.status.free-customer-service').reports).toMatchObject([
      {
        status: 'sent',
        cost: { micros: 0, currency: 'USD' },
        pricing: { category: 'service', kind: 'free_customer_service' },
      },
    ]))
  test('that a voice message was listened to', () =>
    expect(
      change('messages', { metadata, statuses: [{ id: 'w', status: 'played', timestamp: '1' }] }).reports,
    ).toMatchObject([{ status: 'read', eventId: 'w played' }]))
  const failures = Object.keys(calls).filter((name) => name.includes('.failed.')) as (keyof typeof calls)[]
  for (const name of failures)
    test(`a failure ${name.split('.').at(-1)}, in words, with the address still good`, () => {
      const [report] = fixture(name).reports
      expect(report).toMatchObject({
        status: 'failed',
        code: name.split('.').at(-1),
        detail: expect.stringMatching(/\w+ \w+/),
      })
      expect(report?.suppress).toBeUndefined()
    })
  test('a failure that names no recipient, error or time', () =>
    expect(change('messages', { metadata, statuses: [{ id: 'w', status: 'failed' }] }).reports).toEqual([
      { eventId: 'w failed', providerMessageId: 'w', status: 'failed', at: RECEIVED_AT, code: 'failed' },
    ]))
  test('Meta’s own words, without the number', () => {
    const errors = [{ code: 131026, error_data: { details: 'No way to 33612345678' } }]
    const [report] = change('messages', {
      metadata,
      statuses: [{ id: 'w', status: 'failed', recipient_id: '33612345678', errors }],
    }).reports
    expect(report?.detail).toBe('No way to [hidden]')
  })
  test('one message in each call, however they are ordered', () => {
    const all = calls['composed.out-of-order'].flatMap((body) => read(body).reports)
    expect(all.map(({ status }) => status)).toEqual(['read', 'sent', 'delivered', 'delivered'])
    expect(new Set(all.map(({ eventId }) => eventId)).size).toBe(3)
  })
})

test('statuses that come shuffled and doubled end in the same state', () => {
  const words = ['sent', 'delivered', 'read', 'played', 'failed'] as const
  /** As the engine applies what it hears: a status never goes back. */
  const end = (order: readonly string[]) =>
    order.reduce<Status>((state, status) => {
      const [report] = change('messages', { metadata, statuses: [{ id: 'w', status, timestamp: '1' }] }).reports
      return report && report.status !== 'deferred' && mayMove(state, report.status) ? report.status : state
    }, 'sending')
  fc.assert(
    fc.property(fc.subarray([...words], { minLength: 1 }), fc.infiniteStream(fc.nat()), (heard, numbers) => {
      const doubled = [...heard, ...heard, ...heard]
      const shuffled = doubled
        .map((word) => [numbers.next().value as number, word] as const)
        .toSorted(([a], [b]) => a - b)
        .map(([, word]) => word)
      expect(end(shuffled)).toBe(end(words.filter((word) => heard.includes(word))))
    }),
    { numRuns: 200 },
  )
})

describe('what people write', () => {
  const from = { channel: 'whatsapp', from: '+16505551234', name: 'Sheena Nelson', to: '+15550783881' }
  const expected: [keyof typeof calls, object][] = [
    [
      'meta.text-message',
      { ...from, kind: 'text', text: 'Does it come in another color?', at: new Date(1749416383_000) },
    ],
    [
      'meta.image-message',
      {
        ...from,
        kind: 'image',
        text: 'Taj Mahal',
        media: [
          {
            reference: '1003383421387256',
            contentType: 'image/jpeg',
            sha256: Buffer.from('SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=', 'base64').toString('hex'),
          },
        ],
      },
    ],
    [
      'meta.button-message',
      { ...from, kind: 'button', text: 'Unsubscribe', payload: 'Unsubscribe', inReplyTo: expect.any(String) },
    ],
    ['meta.interactive-button-reply-message', { ...from, kind: 'button', text: 'Cancel', payload: 'cancel-button' }],
    [
      'meta.interactive-list-reply-message',
      { ...from, kind: 'button', text: 'Priority Mail Express', payload: 'priority_express' },
    ],
    ['meta.location-message', { ...from, kind: 'location', text: 'Philz Coffee, 101 Forest Ave, Palo Alto, CA 94301' }],
    ['meta.contact-sharing-message', { ...from, kind: 'contacts', text: 'Lucía Gómez' }],
    ['meta.reaction-message', { ...from, kind: 'reaction', text: '👍', inReplyTo: expect.stringContaining('wamid.') }],
    ['meta.order-message', { ...from, kind: 'order' }],
    ['meta.unsupported-message', { ...from, kind: 'unsupported' }],
    ['meta.system-message', { kind: 'system', from: '+16505551234', text: expect.stringContaining('changed from') }],
    [
      'meta.text-message-from-click-to-whatsapp-ad',
      { ...from, kind: 'text', text: 'Hello! Can I get more info on this?' },
    ],
    ['meta.text-message-with-context-product-inquiry', { ...from, kind: 'text', text: 'Is this still available?' }],
    [
      'composed.bsuid-only-inbound',
      { kind: 'text', text: 'Bonjour', userId: 'FR.13491208655302741918', name: 'Sam', to: '+33757590000' },
    ],
    [
      'composed.text-null-byte-and-rtl',
      { kind: 'text', text: 'ab \u202eevil\u202c 👩‍👩‍👧 é', userId: 'FR.13491208655302741918' },
    ],
  ]
  for (const [name, inbound] of expected)
    test(name, () => {
      const heard = fixture(name)
      expect(heard).toMatchObject({ reports: [], unknown: [], inbound: [inbound] })
      expect(heard.inbound[0]?.raw).toMatchObject({ id: heard.inbound[0]?.eventId })
    })

  test('without a number when it is not told, by the user id alone', () =>
    expect(fixture('composed.bsuid-only-inbound').inbound[0]).not.toHaveProperty('from'))

  test('several people, messages, statuses and a template in one call', () => {
    const heard = fixture('composed.multiple-messages-one-payload')
    expect(heard.inbound.map(({ from: phone, text, name }) => [phone, text, name])).toEqual([
      ['+33612345678', 'Bonjour', 'Camille Martin'],
      ['+33612345678', 'Encore moi', 'Camille Martin'],
      ['+33698765432', 'Salut', 'Ali'],
    ])
    expect(heard.reports.map(({ status }) => status)).toEqual(['delivered', 'read'])
    expect(heard.templates).toEqual([{ id: '594425479261596', name: 'rdv_rappel', language: 'fr', status: 'approved' }])
  })

  test('files of every kind', () => {
    for (const [type, kind] of [
      ['video', 'video'],
      ['audio', 'audio'],
      ['voice', 'audio'],
      ['document', 'document'],
      ['sticker', 'sticker'],
    ])
      expect(said({ type, [type!]: { id: 'm1', mime_type: 'x/y', filename: 'f.pdf', voice: true } })).toMatchObject({
        kind,
        media: [{ reference: 'm1', contentType: 'x/y', filename: 'f.pdf' }],
      })
    expect(said({ type: 'image', image: {} })).toMatchObject({ kind: 'image' })
  })

  test('a filled-in form, with what was filled in', () =>
    expect(
      said({
        type: 'interactive',
        interactive: { type: 'nfm_reply', nfm_reply: { body: 'Sent', response_json: '{"a":1}' } },
      }),
    ).toMatchObject({ kind: 'button', text: 'Sent', payload: '{"a":1}' }))
  test('a reaction taken back, without an emoji', () => {
    const inbound = said({ type: 'reaction', reaction: { message_id: 'wamid.2' } })
    expect(inbound).toMatchObject({ kind: 'reaction', inReplyTo: 'wamid.2' })
    expect(inbound).not.toHaveProperty('text')
  })
  test('that they have changed or taken back what they said', () => {
    const edit = { original_message_id: 'wamid.2', message: { type: 'text', text: { body: 'Better' } } }
    expect(said({ type: 'edit', edit })).toMatchObject({ kind: 'system', text: 'Better', inReplyTo: 'wamid.2' })
    const revoke = { original_message_id: 'wamid.2' }
    expect(said({ type: 'revoke', revoke })).toMatchObject({ kind: 'system', inReplyTo: 'wamid.2' })
  })
  test('to a group', () =>
    expect(said({ type: 'text', group_id: 'G1', text: { body: 'x' } })).toMatchObject({ to: 'G1' }))
  test('of a kind that is yet to come, kept as it is', () => {
    for (const type of ['hologram', 'constructor', '__proto__'])
      expect(said({ type, hologram: { size: 3 } })).toMatchObject({ kind: 'unknown', raw: { type } })
  })

  test('that they want no marketing, or want it again', () => {
    const wanted = (value: string) => ({
      metadata,
      contacts: [{ wa_id: '33612345678' }],
      user_preferences: [
        {
          wa_id: '33612345678',
          user_id: 'FR.1349',
          category: 'marketing_messages',
          value,
          detail: 'User requested',
          timestamp: 1768471200,
        },
      ],
    })
    expect(change('user_preferences', wanted('stop')).inbound).toMatchObject([
      {
        kind: 'system',
        consent: 'stop_marketing',
        from: '+33612345678',
        userId: 'FR.1349',
        at: new Date(1768471200_000),
      },
    ])
    expect(change('user_preferences', wanted('resume')).inbound).toMatchObject([{ consent: 'start_marketing' }])
    expect(change('user_preferences', wanted('maybe'))).toMatchObject({
      inbound: [],
      unknown: ['user preference marketing_messages'],
    })
  })
})

describe('what becomes of templates', () => {
  const event = (word: string, more: object = {}) =>
    change('message_template_status_update', {
      event: word,
      message_template_id: 594425479261596,
      message_template_name: 'rdv_rappel',
      message_template_language: 'fr',
      reason: 'NONE',
      ...more,
    })
  for (const [word, status] of [
    ['APPROVED', 'approved'],
    ['REINSTATED', 'approved'],
    ['FLAGGED', 'approved'],
    ['PENDING', 'pending'],
    ['REJECTED', 'rejected'],
    ['PAUSED', 'paused'],
    ['DISABLED', 'disabled'],
    ['PENDING_DELETION', 'disabled'],
  ])
    test(`${word} is ${status}`, () => expect(event(word!).templates).toMatchObject([{ status }]))
  test('with the reason, where there is one', () => {
    expect(event('REJECTED', { reason: 'INVALID_FORMAT' }).templates).toMatchObject([{ reason: 'INVALID_FORMAT' }])
    expect(
      event('PAUSED', { other_info: { title: 'FIRST_PAUSE', description: 'Low quality' } }).templates,
    ).toMatchObject([{ reason: 'Low quality' }])
  })
  test('an event nobody knows, or another business account’s, is counted alone', () => {
    expect(event('EVAPORATED')).toMatchObject({ templates: [], unknown: ['template event EVAPORATED'] })
    const value = {
      event: 'PAUSED',
      message_template_id: 1,
      message_template_name: 'x',
      message_template_language: 'fr',
    }
    expect(change('message_template_status_update', value, '1')).toMatchObject({ templates: [] })
  })
})
