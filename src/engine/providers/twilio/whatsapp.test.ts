import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../platform/clock.ts'
import { newId } from '../../../platform/ids.ts'
import type { EarlierTry } from '../../channels/carrier.ts'
import type { OutboundWhatsapp, WhatsappContent } from '../../channels/outbound.ts'
import type { WebhookCall } from '../../channels/report.ts'
import { providerContract, type Scene } from '../provider.contract.ts'
import calls from './fixtures/whatsapp-calls.json' with { type: 'json' }
import { type Doing, refusal, startPretendTwilio } from './pretend-server.ts'
import { signatureOf } from './signature.ts'
import { createTwilioWhatsappProvider, twilioWhatsappSettings } from './whatsapp.ts'

const whatsapp = createTwilioWhatsappProvider({ clock: systemClock })
const TO = '+33612345678'
const TEXT = 'Votre commande est prête, à bientôt'
const CONTENT_SID = `HX${'a'.repeat(32)}`
const TEMPLATE = { name: 'order_ready', language: 'fr', body: ['Camille', '42'], contentSid: CONTENT_SID } as const
const WEBHOOK = 'https://carillon.example/webhooks/twilio/00000000-0000-7000-8000-000000000021'

const message = (change: Partial<OutboundWhatsapp> = {}, content: Partial<WhatsappContent> = {}): OutboundWhatsapp => ({
  channel: 'whatsapp',
  messageId: newId(new Date()),
  organizationId: newId(new Date()),
  contactId: newId(new Date()),
  attempt: 1,
  idempotencyKey: 'key',
  to: TO,
  content: { text: TEXT, ...content },
  ...change,
})

const opened: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

async function open(doing: Doing, settings: object = {}) {
  const server = await startPretendTwilio({ doing })
  const connection = whatsapp.connect(
    twilioWhatsappSettings.parse({
      accountSid: server.accountSid,
      authToken: server.authToken,
      from: '+33757590000',
      baseUrl: server.baseUrl,
      timeouts: { sendMs: 2_000 },
      ...settings,
    }),
  )
  return { server, connection }
}
async function start(doing: Doing = {}) {
  const { server, connection } = await open(doing)
  opened.push(server.stop, () => connection.close())
  return { server, connection }
}

const scene =
  (doing: Doing, settings: object = {}) =>
  async (): Promise<Scene<'whatsapp'>> => {
    const { server, connection } = await open(doing, settings)
    return { connection, message: message(), stop: server.stop }
  }

providerContract('twilio on WhatsApp', {
  accepts: scene({}),
  providerMessageId: /^SM[0-9a-f]{32}$/,
  isOverloaded: scene(refusal(63018, `Too fast (whatsapp:${TO})`, 429)),
  knowsNoSuchAddress: scene(refusal(63024, `The number ${TO} (33612345678) is not valid: ${TEXT}`)),
  refusesTheCredentials: scene({}, { authToken: 'not-the-right-token' }),
  neverAnswers: scene({ says: 'nothing' }),
  diesAfterTheLastByte: scene({ says: 'reset' }),
  isGone: async () => {
    const gone = await scene({})()
    await gone.stop()
    return { ...gone, stop: async () => {} }
  },
})

describe('what is sent', () => {
  const form = async (change: Partial<OutboundWhatsapp>, content: Partial<WhatsappContent> = {}) => {
    const { server, connection } = await start()
    expect(await connection.send(message(change, content))).toMatchObject({ outcome: 'sent' })
    return Object.fromEntries(server.asked[0]!.form)
  }
  const addresses = { To: `whatsapp:${TO}`, From: 'whatsapp:+33757590000' }

  test('a text', async () => expect(await form({})).toEqual({ ...addresses, Body: TEXT }))
  test('to a user id, where there is no number', async () =>
    expect(await form({ to: 'FR.13491208655302741918' })).toMatchObject({ To: 'whatsapp:FR.13491208655302741918' }))
  test('a template by its ContentSid outside the window, the text inside', async () => {
    const header = { kind: 'text', text: 'Bonjour' } as const
    const buttons = [{ kind: 'url', index: 0, value: 'order/42' }] as const
    expect(await form({}, { template: { ...TEMPLATE, header, buttons } })).toEqual({
      ...addresses,
      ContentSid: CONTENT_SID,
      ContentVariables: '{"1":"Bonjour","2":"Camille","3":"42","4":"order/42"}',
    })
    expect(await form({ windowOpen: true }, { template: TEMPLATE })).toEqual({ ...addresses, Body: TEXT })
  })
  test('a file that has an address; buttons as lines', async () => {
    const file = {
      filename: 'a.png',
      contentType: 'image/png',
      read: async () => Buffer.from('x'),
      link: 'https://example.org/a.png',
    }
    expect(await form({ attachments: [file] })).toEqual({
      ...addresses,
      Body: TEXT,
      MediaUrl: 'https://example.org/a.png',
    })
    expect((await form({}, { buttons: { kind: 'link', title: 'Voir', url: 'https://example.org' } })).Body).toBe(
      `${TEXT}\n\nVoir: https://example.org`,
    )
    expect((await form({}, { buttons: { kind: 'reply', buttons: [{ id: 'a', title: 'Oui' }] } })).Body).toBe(
      `${TEXT}\n\n– Oui`,
    )
  })
  test('nothing, where a file or a template cannot go', async () => {
    const { server, connection } = await start()
    const file = { filename: 'a.png', contentType: 'image/png', read: async () => Buffer.from('x') }
    const { contentSid: _, ...template } = TEMPLATE
    for (const [change, content, code] of [
      [{ attachments: [file] }, {}, 'EFILES'],
      [{ attachments: [file, file] }, {}, 'EFILES'],
      [{ attachments: [file] }, { template: TEMPLATE }, 'EFILES'],
      [{}, { template }, 'ETEMPLATE'],
    ] as const)
      expect(await connection.send(message(change, content))).toMatchObject({ class: 'permanent', code })
    expect(server.asked).toEqual([])
  })
  test('is refused by Twilio outside the window, for good', async () => {
    const { connection } = await start(refusal(63016, ''))
    expect(await connection.send(message())).toMatchObject({
      class: 'permanent',
      code: '63016',
      detail: 'The person last wrote more than 24 hours ago: only an approved template may go',
    })
  })
})

describe('a try whose answer was lost', () => {
  const lost = async (content: Partial<WhatsappContent>) => {
    const { server, connection } = await start({ takes: true, says: 'reset' })
    const one = message({}, content)
    expect(await connection.send(one)).toMatchObject({ outcome: 'uncertain' })
    const find = (tried?: Partial<EarlierTry>) => connection.find!(one, tried && { since: new Date(), ...tried })
    return { server, connection, find }
  }
  test('is found by its text', async () => {
    const { server, find } = await lost({})
    expect(await find()).toEqual({ outcome: 'sent', providerMessageId: server.taken[0]!.sid })
  })
  test('of a template is found when it is the only one, and not guessed among several', async () => {
    const { server, connection, find } = await lost({ template: TEMPLATE })
    const { sid } = server.taken[0]!
    expect(await find()).toEqual({ outcome: 'sent', providerMessageId: sid })
    await connection.send(message())
    expect(await find()).toMatchObject({ outcome: 'uncertain', code: 'EMANY' })
    const others = new Set([server.taken[1]!.sid])
    expect(await find({ belongsToOthers: async () => others })).toEqual({ outcome: 'sent', providerMessageId: sid })
  })
  test('and that was not taken may go again', async () => {
    const { server, connection } = await start({ takes: false, says: 'reset' })
    expect(await connection.find!(message({}, { template: TEMPLATE }))).toBeUndefined()
    expect(server.taken).toEqual([])
  })
})

describe('what Twilio tells', () => {
  const settings = twilioWhatsappSettings.parse({
    accountSid: `AC${'0'.repeat(32)}`,
    authToken: 'a-token-to-sign-with',
    from: '+33757590000',
  })
  const receivedAt = new Date('2026-03-01T12:00:00Z')
  const callOf = (body: string): WebhookCall => ({
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': signatureOf({ url: WEBHOOK, fields: [...new URLSearchParams(body)] }, settings.authToken),
    },
    query: {},
    body: Buffer.from(body),
    receivedAt,
  })
  const read = async (body: string) => {
    const result = await whatsapp.receive!(callOf(body), settings, WEBHOOK)
    return result.ok ? { inbound: [], unknown: [], ...result } : result
  }

  for (const [name, body] of Object.entries(calls))
    test(`${name} is refused with another token, or one byte changed`, async () => {
      const call = callOf(body)
      const receive = (changed: WebhookCall, as = settings) => whatsapp.receive!(changed, as, WEBHOOK)
      expect(await receive(call)).toMatchObject({ ok: true })
      expect(await receive(call, { ...settings, authToken: 'another-token' })).toMatchObject({
        reason: 'bad_signature',
      })
      const changed = Buffer.from(body)
      changed[body.length - 1]! ^= 1
      expect(await receive({ ...call, body: changed })).toMatchObject({ reason: 'bad_signature' })
    })

  const camille = { channel: 'whatsapp', from: '+33612345678', to: '+33757590000', name: 'Camille ❤️', at: receivedAt }
  const media = { reference: expect.stringContaining('/Media/ME') }
  const inbound: [keyof typeof calls, object][] = [
    ['inbound-text', { ...camille, kind: 'text', text: 'Bonjour' }],
    [
      'inbound-ad-referral',
      { ...camille, kind: 'text', text: 'Infos ?', raw: expect.objectContaining({ ReferralSourceType: 'ad' }) },
    ],
    [
      'inbound-image',
      { ...camille, kind: 'image', text: 'la facture', media: [{ ...media, contentType: 'image/jpeg' }] },
    ],
    ['inbound-voice-empty-body', { ...camille, kind: 'audio', media: [{ ...media, contentType: 'audio/ogg' }] }],
    [
      'inbound-button',
      { ...camille, kind: 'button', text: 'Accepter', payload: 'rdv_ok_42', inReplyTo: expect.stringMatching(/^MM/) },
    ],
    ['inbound-list', { ...camille, kind: 'button', text: 'Mardi 9h', payload: 'slot_1' }],
    ['inbound-location', { ...camille, kind: 'location', text: 'Mairie, 1 place de la Comédie, 69001 Lyon' }],
    ['inbound-bsuid-only', { kind: 'text', text: 'Bonjour', userId: 'FR.13491208655302741918', name: 'Sam' }],
  ]
  for (const [name, expected] of inbound)
    test(name, async () =>
      expect(await read(calls[name])).toMatchObject({ ok: true, reports: [], unknown: [], inbound: [expected] }),
    )
  test('without a number when it is not told', async () => {
    const result = await read(calls['inbound-bsuid-only'])
    expect(result.ok && result.inbound[0]).not.toHaveProperty('from')
  })
  test('a kind that is yet to come, kept as it is; an SMS is not this account’s', async () => {
    const hologram = calls['inbound-text'].replace('MessageType=text', 'MessageType=hologram')
    expect(await read(hologram)).toMatchObject({ inbound: [{ kind: 'unknown' }] })
    expect(await read(calls['inbound-text'].replaceAll('whatsapp%3A', ''))).toMatchObject({
      inbound: [],
      unknown: ['inbound sms'],
    })
  })

  const statuses: [keyof typeof calls, object][] = [
    ['status-sent', { status: 'sent' }],
    ['status-delivered', { status: 'delivered' }],
    ['status-read', { status: 'read' }],
    ...(['63003', '63016', '63018', '63024', '63032'] as const).map((code): [keyof typeof calls, object] => [
      `status-undelivered-${code}`,
      { status: 'failed', code, detail: expect.stringMatching(/\w+ \w+/) },
    ]),
  ]
  for (const [name, expected] of statuses)
    test(name, async () => expect(await read(calls[name])).toMatchObject({ ok: true, reports: [expected] }))
})

describe('settings that cannot work are refused', () => {
  const good = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'a-good-token', from: '+33757590000' }
  for (const [what, change] of [
    ['no sender', { from: undefined }],
    ['a name as sender', { from: 'Atelier' }],
    ['a limit nobody has', { messagingLimit: 1000 }],
  ] as const)
    test(what, () => expect(twilioWhatsappSettings.safeParse({ ...good, ...change }).success).toBe(false))
  test('and a portfolio’s limit is shared by its numbers', () => {
    const limit = (change: object) => whatsapp.firstContacts!(twilioWhatsappSettings.parse({ ...good, ...change }))
    expect(limit({})).toBeUndefined()
    expect(limit({ messagingLimit: 250 })).toEqual({ key: '+33757590000', perDay: 250 })
    expect(limit({ messagingLimit: 250, portfolioId: 'p1' })).toEqual({ key: 'p1', perDay: 250 })
  })
})
