import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../platform/clock.ts'
import { PrivateHostError } from '../../../platform/http/public-host.ts'
import { newId } from '../../../platform/ids.ts'
import { REMEDIES } from '../../channels/error-class.ts'
import type { OutboundSms } from '../../channels/outbound.ts'
import { providerContract, type Scene } from '../provider.contract.ts'
import type { Connection, Network } from '../provider.ts'
import { CODES } from './codes.ts'
import answers from './fixtures/answers.json' with { type: 'json' }
import classification from './fixtures/error-classification.json' with { type: 'json' }
import { type Doing, type PretendTwilio, refusal, startPretendTwilio } from './pretend-server.ts'
import { type TwilioSettings, twilioSettings } from './settings.ts'
import { createTwilioProvider } from './twilio.ts'

const twilio = createTwilioProvider({ clock: systemClock })
const TO = '+33612345678'
const TEXT = 'Votre commande est prête, à bientôt'
const WEBHOOK = 'http://127.0.0.1:1/webhooks/twilio/00000000-0000-7000-8000-000000000021'

const sms = (change: Partial<OutboundSms> = {}): OutboundSms => ({
  channel: 'sms',
  messageId: newId(new Date()),
  organizationId: newId(new Date()),
  contactId: newId(new Date()),
  attempt: 1,
  idempotencyKey: 'key',
  to: TO,
  content: { text: TEXT },
  ...change,
})

const opened: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

const settingsFor = (server: PretendTwilio, change: Partial<TwilioSettings> = {}): TwilioSettings =>
  twilioSettings.parse({
    accountSid: server.accountSid,
    authToken: server.authToken,
    from: '+33937000000',
    baseUrl: server.baseUrl,
    timeouts: { sendMs: 2_000 },
    ...change,
  })

async function start(doing: Doing = {}, options: { settings?: Partial<TwilioSettings>; network?: Network } = {}) {
  const server = await startPretendTwilio({ doing })
  opened.push(server.stop)
  const connection = twilio.connect(settingsFor(server, options.settings), { webhookUrl: WEBHOOK, ...options.network })
  opened.push(() => connection.close())
  return { server, connection }
}

const scene =
  (doing: Doing, settings: Partial<TwilioSettings> = {}) =>
  async (): Promise<Scene<'sms'>> => {
    const server = await startPretendTwilio({ doing })
    return { connection: twilio.connect(settingsFor(server, settings)), message: sms(), stop: server.stop }
  }

providerContract('twilio', {
  accepts: scene({}),
  providerMessageId: /^SM[0-9a-f]{32}$/,
  isOverloaded: scene(refusal(20429, `Too many requests (${TO})`, 429, { 'retry-after': '3' })),
  knowsNoSuchAddress: scene(refusal(21211, `The 'To' number ${TO} (33612345678) is not a valid phone number: ${TEXT}`)),
  refusesTheCredentials: scene({}, { authToken: 'not-the-right-token' }),
  neverAnswers: scene({ says: 'nothing' }),
  diesAfterTheLastByte: scene({ says: 'reset' }),
  isGone: async () => {
    const gone = await scene({})()
    await gone.stop()
    return { ...gone, stop: async () => {} }
  },
})

describe('a Twilio that misbehaves', () => {
  const account = { about: 'account' }
  const retry = { outcome: 'refused', class: 'retry', ...account }
  const outcomes: [string, Doing, object][] = [
    ['takes it and never answers', { takes: true, says: 'nothing' }, { outcome: 'uncertain', code: 'ETIMEDOUT' }],
    ['takes it and resets', { takes: true, says: 'reset' }, { outcome: 'uncertain', code: 'ECONNRESET' }],
    ['takes it and dies in its answer', { takes: true, says: 'dies half way' }, { outcome: 'uncertain' }],
    ['says yes with nothing', { says: { status: 201, body: '' } }, { outcome: 'uncertain', code: '201' }],
    [
      'says yes with HTML',
      { says: { status: 200, body: '<html>Sign in to the Wi-Fi</html>' } },
      { outcome: 'uncertain' },
    ],
    ['says yes with null', { says: { status: 201, body: 'null' } }, { outcome: 'uncertain' }],
    ['says yes with a list', { says: { status: 201, body: '[]' } }, { outcome: 'uncertain' }],
    ['says yes without an id', { says: { status: 201, body: { status: 'queued' } } }, { outcome: 'uncertain' }],
    [
      'says yes with an id of something else',
      { says: { status: 201, body: { sid: 'CA1' } } },
      { outcome: 'uncertain' },
    ],
    ['says yes with half of its JSON', { says: { status: 201, body: '{"sid":"SM0000' } }, { outcome: 'uncertain' }],
    ['is broken', { says: { status: 500, body: '' } }, { outcome: 'uncertain', code: '500' }],
    ['is broken behind its gateway', { says: { status: 502, body: '<html>' } }, { outcome: 'uncertain', code: '502' }],
    ['takes too long behind its gateway', { says: { status: 504, body: '' } }, { outcome: 'uncertain', code: '504' }],
    ['is being repaired', { says: { status: 503, body: '' } }, { ...retry, code: '503' }],
    [
      'is being repaired until then',
      { says: { status: 503, headers: { 'retry-after': '120' }, body: '' } },
      { outcome: 'refused', class: 'retry_later', retryAfterMs: 120_000, ...account },
    ],
    [
      'is asked too fast',
      refusal(20429, 'Too Many Requests', 429, { 'retry-after': '7' }),
      { outcome: 'refused', class: 'retry_later', retryAfterMs: 7_000, code: '20429', ...account },
    ],
    [
      'is asked too fast and does not say for how long',
      { says: { status: 429, body: 'slow down' } },
      { outcome: 'refused', class: 'retry_later', code: '429', ...account },
    ],
    [
      'is somewhere else',
      { says: { status: 308, body: '' } },
      { outcome: 'refused', class: 'configuration', ...account },
    ],
    ['is not found', { says: { status: 404, body: '' } }, { outcome: 'refused', class: 'configuration' }],
    ['forbids it', { says: { status: 403, body: '{}' } }, { outcome: 'refused', class: 'configuration' }],
    ['did not read the request', { says: { status: 408, body: '' } }, retry],
    [
      'refuses for a reason of tomorrow',
      refusal(29999, 'Something new'),
      { outcome: 'refused', class: 'permanent', code: '29999', detail: 'Something new' },
    ],
    [
      'refuses without a reason',
      { says: { status: 400, body: '' } },
      { outcome: 'refused', class: 'permanent', code: '400' },
    ],
    [
      'makes a message that has failed already',
      { says: { status: 201, body: { sid: `SM${'1'.repeat(32)}`, status: 'failed', error_code: 21610 } } },
      { outcome: 'refused', class: 'suppress', code: '21610' },
    ],
    [
      'is slow, within the limit',
      { delayMs: 150 },
      { outcome: 'sent', providerMessageId: expect.stringMatching(/^SM/) },
    ],
  ]
  for (const [what, doing, expected] of outcomes)
    test(what, async () => {
      const { connection } = await start(doing)
      const result = await connection.send(sms())
      expect(result).toMatchObject(expected)
      if ('about' in expected) return
      expect(result).not.toHaveProperty('retryAfterMs')
    })

  for (const [name, { httpStatus, body }] of Object.entries(answers))
    test(`answers as documented: ${name}`, async () => {
      const { connection } = await start({ says: { status: httpStatus, body } })
      const result = await connection.send(sms())
      if (httpStatus === 201)
        expect(result).toEqual({ outcome: 'sent', providerMessageId: (body as { sid: string }).sid })
      else expect(result).toMatchObject({ outcome: 'refused', code: name.split('_')[1] })
    })
})

describe('each of Twilio’s error codes', () => {
  const FINER = new Map([
    // One number must not stop a whole account: these are about where a message goes to, and another account may reach it.
    ...['21408', '21606', '21608'].map((code) => [code, 'other_account'] as const),
    ['21610', 'opted_out'],
    ['63033', 'opted_out'],
  ])

  for (const [code, row] of Object.entries(classification))
    test(`${code}: ${row.meaning}`, async () => {
      const word = CODES[Number(code)]?.[0]
      expect(word).toBe(FINER.get(code) ?? row.class)
    })

  test('comes to what its word says, with a reason in words, and is not about the account on a 400 unless the word is', async () => {
    const { server, connection } = await start()
    for (const [code, [word, meaning]] of Object.entries(CODES)) {
      server.become(refusal(Number(code), ''))
      expect(await connection.send(sms()), code).toEqual({
        outcome: 'refused',
        code,
        detail: meaning,
        ...REMEDIES[word],
      })
    }
  })
})

describe('what is sent', () => {
  test('goes as Twilio’s form, and asks for reports that name our message', async () => {
    const { server, connection } = await start()
    const message = sms({ content: { text: 'Été & hiver: 1+1=2 👍\nfin' } })
    expect(await connection.send(message)).toEqual({ outcome: 'sent', providerMessageId: server.taken[0]!.sid })
    const [asked] = server.asked
    expect(asked).toMatchObject({
      method: 'POST',
      path: `/2010-04-01/Accounts/${server.accountSid}/Messages.json`,
      contentType: 'application/x-www-form-urlencoded',
    })
    expect(Object.fromEntries(asked!.form)).toEqual({
      To: TO,
      From: '+33937000000',
      Body: 'Été & hiver: 1+1=2 👍\nfin',
      StatusCallback: `${WEBHOOK}?message=${message.messageId}#rc=5&rp=5xx,ct,rt`,
    })
  })

  test('goes by a Messaging Service, which picks the sender', async () => {
    const messagingServiceSid = `MG${'a'.repeat(32)}`
    const { server, connection } = await start({}, { settings: { from: undefined as never, messagingServiceSid } })
    await connection.send(sms())
    expect(server.asked[0]!.form.get('MessagingServiceSid')).toBe(messagingServiceSid)
    expect(server.asked[0]!.form.has('From')).toBe(false)
  })

  test('asks for no reports where nobody can be reached', async () => {
    const { server } = await start()
    const connection = twilio.connect(settingsFor(server))
    opened.push(() => connection.close())
    await connection.send(sms())
    expect(server.asked[0]!.form.has('StatusCallback')).toBe(false)
  })

  test('never leaves for a private address under guard', async () => {
    const { server, connection } = await start(
      {},
      { network: { lookup: (host, _, done) => done(new PrivateHostError(host), '') } },
    )
    expect(await connection.send(sms())).toMatchObject({ outcome: 'refused', class: 'configuration', code: 'EPRIVATE' })
    expect(server.asked).toEqual([])
  })

  test('is sent once each, however many at a time', async () => {
    const { server, connection } = await start(
      {},
      { settings: { connections: 4, timeouts: { connectMs: 5_000, sendMs: 20_000 } } },
    )
    const texts = Array.from({ length: 200 }, (_, n) => `Message ${n}`)
    const results = await Promise.all(texts.map((text) => connection.send(sms({ content: { text } }))))
    expect(new Set(results.map((result) => result.outcome === 'sent' && result.providerMessageId)).size).toBe(200)
    expect(server.taken.map(({ body }) => body).toSorted()).toEqual(texts.toSorted())
  })
})

describe('signing in without sending', () => {
  const sign = (connection: Connection<'sms'>) => connection.test!()
  test('says yes', async () => {
    const { connection, server } = await start()
    expect(await sign(connection)).toEqual({ ok: true })
    expect(server.taken).toEqual([])
  })
  test('says why not', async () => {
    const wrong = await start({}, { settings: { authToken: 'not-the-right-token' } })
    expect(await sign(wrong.connection)).toEqual({ ok: false, detail: 'Authenticate' })
    const suspended = await start()
    suspended.server.whenAsked({ says: { status: 200, body: { status: 'suspended' } } })
    expect(await sign(suspended.connection)).toEqual({ ok: false, detail: 'Twilio says that the account is suspended' })
    const another = await start()
    another.server.whenAsked({ says: { status: 200, body: '<html>' } })
    expect(await sign(another.connection)).toMatchObject({ ok: false })
    await another.server.stop()
    expect(await sign(another.connection)).toEqual({
      ok: false,
      detail: "Nothing answers at the address of the carrier's server",
    })
  })
})

describe('settings that cannot work are refused', () => {
  const good = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'a-good-token', from: 'Atelier' }
  const faults: [string, object][] = [
    ['no sender', { from: undefined }],
    ['an account SID of something else', { accountSid: `SK${'0'.repeat(32)}` }],
    ['a token with a line break', { authToken: 'token\r\nX-Evil: 1' }],
    ['a sender of twelve letters', { from: 'Atelier12345' }],
    ['a sender with an accent', { from: 'Été' }],
    ['a French mobile number as sender', { from: '+33757590000' }],
    ['a base URL of a file', { baseUrl: 'file:///etc/passwd' }],
    ['a base URL with a password', { baseUrl: 'https://a:b@api.twilio.com' }],
    ['a base URL with a query', { baseUrl: 'https://api.twilio.com/?x=1' }],
    ['a limit above 30 seconds', { timeouts: { sendMs: 30_001 } }],
    ['no connections', { connections: 0 }],
    ['a name nobody knows', { acountSid: 'x' }],
  ]
  for (const [what, change] of faults)
    test(what, () => expect(twilioSettings.safeParse({ ...good, ...change }).success).toBe(false))
  test('and good ones filled in', () =>
    expect(twilioSettings.parse(good)).toMatchObject({
      baseUrl: 'https://api.twilio.com',
      timeouts: { sendMs: 20_000 },
    }))
})
