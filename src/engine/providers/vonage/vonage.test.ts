import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../platform/clock.ts'
import { PrivateHostError } from '../../../platform/http/public-host.ts'
import { newId } from '../../../platform/ids.ts'
import { REMEDIES } from '../../channels/error-class.ts'
import type { OutboundSms } from '../../channels/outbound.ts'
import type { Doing, PretendCarrier } from '../http-client/pretend-carrier.ts'
import { providerContract, type Scene } from '../provider.contract.ts'
import type { Network } from '../provider.ts'
import { tokenOf } from '../webhook-token.ts'
import { SEND_STATUSES } from './codes.ts'
import answers from './fixtures/answers.json' with { type: 'json' }
import classification from './fixtures/error-classification.json' with { type: 'json' }
import { API_KEY, API_SECRET, refusal, startPretendVonage } from './pretend-server.ts'
import { type VonageSettings, vonageSettings } from './settings.ts'
import { createVonageProvider } from './vonage.ts'

const vonage = createVonageProvider({ clock: systemClock })
const TO = '+33612345678'
const TEXT = 'Votre commande est prête, à bientôt'
const WEBHOOK = 'https://carillon.example/webhooks/vonage/00000000-0000-7000-8000-000000000021'

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

const settingsFor = ({ baseUrl }: PretendCarrier, change: Partial<VonageSettings> = {}): VonageSettings =>
  vonageSettings.parse({
    apiKey: API_KEY,
    apiSecret: API_SECRET,
    from: 'MaBoite',
    baseUrl,
    timeouts: { sendMs: 2_000 },
    ...change,
  })

async function start(doing: Doing = {}, options: { settings?: Partial<VonageSettings>; network?: Network } = {}) {
  const server = await startPretendVonage(doing)
  opened.push(server.stop)
  const connection = vonage.connect(settingsFor(server, options.settings), { webhookUrl: WEBHOOK, ...options.network })
  opened.push(() => connection.close())
  return { server, connection }
}

const scene =
  (doing: Doing, settings: Partial<VonageSettings> = {}) =>
  async (): Promise<Scene<'sms'>> => {
    const server = await startPretendVonage(doing)
    return { connection: vonage.connect(settingsFor(server, settings)), message: sms(), stop: server.stop }
  }

providerContract('vonage', {
  accepts: scene({}),
  providerMessageId: /^0A[0-9A-F]{14}$/,
  isOverloaded: scene(refusal('1', 'Throughput Rate Exceeded - please wait [ 250 ] and retry')),
  knowsNoSuchAddress: scene(refusal('6', `Unroutable message to ${TO} (33612345678) - rejected: ${TEXT}`)),
  refusesTheCredentials: scene({}, { apiSecret: 'not-the-right-secret' }),
  neverAnswers: scene({ says: 'nothing' }),
  diesAfterTheLastByte: scene({ says: 'reset' }),
  isGone: async () => {
    const gone = await scene({})()
    await gone.stop()
    return { ...gone, stop: async () => {} }
  },
})

const says = (body: string | object, status = 200, headers: Record<string, string> = {}): Doing => ({
  says: { status, body, headers },
})

describe('a Vonage that misbehaves', () => {
  const account = { about: 'account' }
  const outcomes: [string, Doing, object][] = [
    ['takes it and never answers', { says: 'nothing' }, { outcome: 'uncertain', code: 'ETIMEDOUT' }],
    ['takes it and resets', { says: 'reset' }, { outcome: 'uncertain', code: 'ECONNRESET' }],
    ['takes it and dies in its answer', { says: 'dies half way' }, { outcome: 'uncertain' }],
    ['says yes with nothing', says(''), { outcome: 'uncertain', code: '200' }],
    ['says yes with HTML', says('<html>Sign in to the Wi-Fi</html>'), { outcome: 'uncertain' }],
    ['says yes with half of its JSON', says('{"message-count":"1","messages":[{"sta'), { outcome: 'uncertain' }],
    ['says yes without a part', says({ 'message-count': '1', messages: [] }), { outcome: 'uncertain' }],
    ['says yes without an id', says({ messages: [{ status: '0' }] }), { outcome: 'uncertain' }],
    [
      'says nothing of one part',
      says({ messages: [{ status: '0', 'message-id': 'x' }, {}] }),
      { outcome: 'uncertain' },
    ],
    ['lists null', says({ messages: [null] }), { outcome: 'uncertain' }],
    ['is broken', says('', 500), { outcome: 'uncertain', code: '500' }],
    ['is broken behind its gateway', says('<html>', 502), { outcome: 'uncertain', code: '502' }],
    ['is being repaired', says('', 503), { outcome: 'refused', class: 'retry', code: '503', ...account }],
    [
      'is asked too fast',
      says('', 429, { 'retry-after': '7' }),
      { outcome: 'refused', class: 'retry_later', retryAfterMs: 7_000, code: '429', ...account },
    ],
    [
      'is asked too fast and does not say for how long',
      says('slow down', 429),
      { outcome: 'refused', class: 'retry_later', code: '429', ...account },
    ],
    ['is somewhere else', says('', 301, { location: 'http://127.0.0.1:1/' }), { class: 'configuration', ...account }],
    [
      'refuses the key with a status',
      says({ title: 'Unauthorized', detail: `Not for ${TO}` }, 401),
      { outcome: 'refused', class: 'configuration', code: '401', detail: 'Not for [number]' },
    ],
    ['refuses without a reason', says('', 400), { outcome: 'refused', class: 'permanent', code: '400' }],
    ['is slow, within the limit', { delayMs: 150 }, { outcome: 'sent' }],
  ]
  for (const [what, doing, expected] of outcomes)
    test(what, async () => {
      const { server, connection } = await start(doing)
      expect(await connection.send(sms())).toMatchObject(expected)
      expect(server.asked).toHaveLength(1)
    })
})

describe('the statuses of parts', () => {
  /** One number must not stop a whole account; and a callback address that is wrong is wrong for every message. */
  const OURS_DIFFERS: Record<string, string> = { 15: 'other_account', 29: 'other_account', 23: 'config' }

  for (const [code, row] of Object.entries(classification).filter(([code]) => code !== '0'))
    test(`${code}: ${row.meaning}`, () => expect(SEND_STATUSES[code]?.[0]).toBe(OURS_DIFFERS[code] ?? row.class))

  test('come to what their words say, with a reason in words', async () => {
    const { server, connection } = await start()
    for (const [code, [word, meaning]] of Object.entries(SEND_STATUSES)) {
      server.become(refusal(code, ''))
      const about = code === '5' ? { about: 'account' } : {}
      expect(await connection.send(sms()), code).toEqual({
        outcome: 'refused',
        code,
        detail: meaning,
        ...REMEDIES[word],
        ...about,
      })
    }
  })

  test('as documented: taken, for what it costs', async () => {
    const { connection } = await start(says(answers.ok))
    expect(await connection.send(sms())).toEqual({
      outcome: 'sent',
      providerMessageId: '0A0000001234567B',
      cost: { micros: 33_300, currency: 'EUR' },
    })
  })
  for (const answer of answers.errors)
    test(`as documented: ${answer.messages[0]!['error-text']}`, async () => {
      const { connection } = await start(says(answer))
      const { status, 'error-text': detail } = answer.messages[0]!
      expect(await connection.send(sms())).toMatchObject({ outcome: 'refused', code: status, detail })
    })
  test('asks for the wait that Vonage names', async () => {
    const { connection } = await start(refusal('1', 'Throughput Rate Exceeded - please wait [ 250 ] and retry'))
    expect(await connection.send(sms())).toMatchObject({ class: 'retry_later', retryAfterMs: 250, about: 'account' })
  })
  test('a code of tomorrow is final for the message alone', async () => {
    const { connection } = await start(refusal('99', 'Something new'))
    expect(await connection.send(sms())).toEqual({
      outcome: 'refused',
      class: 'permanent',
      code: '99',
      detail: 'Something new',
    })
  })
  test('a message of which some parts were taken has failed, and is not sent again', async () => {
    const { connection } = await start(says(answers.mixed))
    const result = await connection.send(sms())
    expect(result).toMatchObject({ outcome: 'refused', class: 'permanent', code: '1' })
    expect(result).toMatchObject({ detail: expect.stringContaining('took only 1 of 2 parts') })
    expect(result).not.toHaveProperty('retryAfterMs')
  })
  test('three parts are one message at three times the price; without a price on each nothing is said', async () => {
    const part = { 'message-id': 'A', status: '0', 'message-price': '0.0333' }
    const { server, connection } = await start(says({ messages: [part, part, part] }))
    expect(await connection.send(sms())).toMatchObject({ cost: { micros: 99_900, currency: 'EUR' } })
    server.become(says({ messages: [part, { ...part, 'message-price': '' }] }))
    expect(await connection.send(sms())).toEqual({ outcome: 'sent', providerMessageId: 'A' })
  })
})

describe('what is sent', () => {
  const formOf = (server: PretendCarrier) => Object.fromEntries(new URLSearchParams(server.asked.at(-1)!.body))

  test('goes as Vonage’s form, and asks for reports that name our message', async () => {
    const { server, connection } = await start({}, { settings: { from: '+33199000001' } })
    const message = sms({ content: { text: 'Reçu & payé: 1+1=2 👍' } })
    expect(await connection.send(message)).toMatchObject({ outcome: 'sent' })
    expect(server.asked).toMatchObject([
      {
        method: 'POST',
        path: '/sms/json',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: expect.stringMatching(/^Basic /),
        },
      },
    ])
    expect(formOf(server)).toEqual({
      from: '33199000001',
      to: '33612345678',
      text: 'Reçu & payé: 1+1=2 👍',
      type: 'unicode',
      'client-ref': message.messageId,
      callback: `${WEBHOOK}?t=${tokenOf({ secret: API_SECRET })}`,
    })
  })
  test('is written in GSM-7 wherever that is possible, and says how many parts there are', async () => {
    const { server, connection } = await start()
    const message = sms({ content: { text: 'é€'.repeat(100) } })
    await connection.send(message)
    expect(formOf(server)).toMatchObject({ type: 'text', 'client-ref': `${message.messageId}.2` })
    await connection.send(sms({ content: { text: 'ê'.repeat(71) } }))
    expect(formOf(server)).toMatchObject({ type: 'unicode' })
  })
  test('never leaves for a private address under guard', async () => {
    const { server, connection } = await start(
      {},
      { network: { lookup: (host, _, done) => done(new PrivateHostError(host), '') } },
    )
    expect(await connection.send(sms())).toMatchObject({ outcome: 'refused', class: 'configuration', code: 'EPRIVATE' })
    expect(server.asked).toEqual([])
  })
})

test('signing in without sending says yes, or why not', async () => {
  const { server, connection } = await start()
  expect(await connection.test!()).toEqual({ ok: true })
  server.become(says('<html>'))
  expect(await connection.test!()).toEqual({ ok: false, detail: 'This is not Vonage’s API' })
  const wrong = await start({}, { settings: { apiSecret: 'not-the-right-secret' } })
  expect(await wrong.connection.test!()).toEqual({ ok: false, detail: 'authentication failed' })
  await server.stop()
  expect(await connection.test!()).toMatchObject({ ok: false })
})

describe('settings that cannot work are refused', () => {
  const good = { apiKey: API_KEY, apiSecret: API_SECRET, from: 'MaBoite' }
  const faults: [string, object][] = [
    ['no sender', { from: undefined }],
    ['a key of something else', { apiKey: 'AC0123456789' }],
    ['a secret with a line break', { apiSecret: 'secret\r\nX-Evil: 1' }],
    ['a sender of twelve letters', { from: 'MaBoite12345' }],
    ['a sender with an accent', { from: 'Été' }],
    ['a sender with a space', { from: 'Ma Boite' }],
    ['a number without its country', { from: '0612345678' }],
    ['a number of sixteen digits', { from: '1234567890123456' }],
    ['a French mobile number', { from: '+33612345678' }],
    ['the same without its plus', { from: '33757590000' }],
    ['a token that guesses itself', { webhookToken: 'short' }],
    ['a base URL of a file', { baseUrl: 'file:///etc/passwd' }],
    ['a name nobody knows', { apikey: 'x' }],
  ]
  for (const [what, change] of faults)
    test(what, () => expect(vonageSettings.safeParse({ ...good, ...change }).success).toBe(false))
  test('in plain words', () =>
    expect(vonageSettings.safeParse({ ...good, from: '+33612345678' }).error?.issues[0]?.message).toContain(
      'French operators drop SMS',
    ))
  for (const from of ['MaBoite', 'A1', '+33199000001', '36111', '+447700900000', '33800000000'])
    test(`a sender ${from} is taken`, () => expect(vonageSettings.safeParse({ ...good, from }).success).toBe(true))
})
