import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { systemClock } from '../../../platform/clock.ts'
import { PrivateHostError } from '../../../platform/http/public-host.ts'
import { newId } from '../../../platform/ids.ts'
import type { OutboundSms } from '../../channels/outbound.ts'
import type { Asked, Doing, PretendCarrier } from '../http-client/pretend-carrier.ts'
import { providerContract, type Scene } from '../provider.contract.ts'
import type { Network } from '../provider.ts'
import { tokenOf } from '../webhook-token.ts'
import { createBrevoProvider } from './brevo.ts'
import { REFUSALS } from './codes.ts'
import answers from './fixtures/answers.json' with { type: 'json' }
import classification from './fixtures/error-classification.json' with { type: 'json' }
import types from './fixtures/sdk-types.json' with { type: 'json' }
import { API_KEY, refusal, startPretendBrevo } from './pretend-server.ts'
import { type BrevoSettings, brevoSettings } from './settings.ts'

const brevo = createBrevoProvider({ clock: systemClock })
const TO = '+33612345678'
const TEXT = 'Votre commande est prête, à bientôt'
const WEBHOOK = 'https://carillon.example/webhooks/brevo/00000000-0000-7000-8000-000000000022'

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

const settingsFor = ({ baseUrl }: PretendCarrier, change: Partial<BrevoSettings> = {}): BrevoSettings =>
  brevoSettings.parse({ apiKey: API_KEY, from: 'MaBoite', baseUrl, timeouts: { sendMs: 2_000 }, ...change })

async function start(doing: Doing = {}, options: { settings?: Partial<BrevoSettings>; network?: Network } = {}) {
  const server = await startPretendBrevo(doing)
  opened.push(server.stop)
  const connection = brevo.connect(settingsFor(server, options.settings), { webhookUrl: WEBHOOK, ...options.network })
  opened.push(() => connection.close())
  return { server, connection }
}

const scene =
  (doing: Doing, settings: Partial<BrevoSettings> = {}) =>
  async (): Promise<Scene<'sms'>> => {
    const server = await startPretendBrevo(doing)
    return { connection: brevo.connect(settingsFor(server, settings)), message: sms(), stop: server.stop }
  }

providerContract('brevo', {
  accepts: scene({}),
  providerMessageId: '1511882900176220',
  isOverloaded: scene(refusal(429, 'too_many_requests', 'Slow down', { 'x-sib-ratelimit-reset': '1' })),
  knowsNoSuchAddress: scene(refusal(400, 'invalid_parameter', `Invalid telephone number ${TO} (33612345678): ${TEXT}`)),
  refusesTheCredentials: scene({}, { apiKey: 'xkeysib-not-the-right-key' }),
  neverAnswers: scene({ says: 'nothing' }),
  diesAfterTheLastByte: scene({ says: 'reset' }),
  isGone: async () => {
    const gone = await scene({})()
    await gone.stop()
    return { ...gone, stop: async () => {} }
  },
})

const says = (body: string | object, status = 201, headers: Record<string, string> = {}): Doing => ({
  says: { status, body, headers },
})

describe('a Brevo that misbehaves', () => {
  const account = { about: 'account' }
  const outcomes: [string, Doing, object][] = [
    ['takes it and never answers', { says: 'nothing' }, { outcome: 'uncertain', code: 'ETIMEDOUT' }],
    ['takes it and resets', { says: 'reset' }, { outcome: 'uncertain', code: 'ECONNRESET' }],
    ['takes it and dies in its answer', { says: 'dies half way' }, { outcome: 'uncertain' }],
    ['says yes with nothing', says(''), { outcome: 'uncertain', code: '201' }],
    ['says yes with HTML', says('<html>'), { outcome: 'uncertain' }],
    ['says yes with half of its JSON', says('{"messageId": 1511'), { outcome: 'uncertain' }],
    ['says yes without an id', says({ reference: 'x' }), { outcome: 'uncertain' }],
    ['is broken', says({ code: 'unauthorized', message: '' }, 500), { outcome: 'uncertain' }],
    ['is broken behind its gateway', says('<html>', 502), { outcome: 'uncertain', code: '502' }],
    ['is being repaired', says('', 503), { outcome: 'refused', class: 'retry', code: '503', ...account }],
    [
      'is asked too fast, and says for how long in a header of its own',
      says('', 429, answers['429'].headers),
      { outcome: 'refused', class: 'retry_later', retryAfterMs: 1_000, code: '429', ...account },
    ],
    [
      'is asked too fast, and says it as everybody does',
      refusal(429, 'too_many_requests', 'Slow down', { 'retry-after': '7', 'x-sib-ratelimit-reset': '1' }),
      { class: 'retry_later', retryAfterMs: 7_000, code: 'too_many_requests', detail: 'Slow down', ...account },
    ],
    [
      'names a wait that cannot be meant',
      says('', 429, { 'x-sib-ratelimit-reset': '1768471200' }),
      { class: 'retry_later', retryAfterMs: 3_600_000 },
    ],
    ['is somewhere else', says('', 302, { location: 'http://127.0.0.1:1/' }), { class: 'configuration', ...account }],
    ['is not found', says('', 404), { outcome: 'refused', class: 'configuration' }],
    ['refuses without a reason', says('', 400), { outcome: 'refused', class: 'permanent', code: '400' }],
    [
      'refuses for a reason of tomorrow',
      refusal(400, 'something_new', 'Something new'),
      { outcome: 'refused', class: 'permanent', code: 'something_new', detail: 'Something new' },
    ],
    ['is slow, within the limit', { delayMs: 150 }, { outcome: 'sent' }],
  ]
  for (const [what, doing, expected] of outcomes)
    test(what, async () => {
      const { server, connection } = await start(doing)
      expect(await connection.send(sms())).toMatchObject(expected)
      expect(server.asked).toHaveLength(1)
    })

  test('is asked too fast and does not say for how long', async () => {
    const { connection } = await start(says('slow down', 429, { 'x-sib-ratelimit-reset': 'soon' }))
    const result = await connection.send(sms())
    expect(result).toMatchObject({ class: 'retry_later', about: 'account' })
    expect(result).not.toHaveProperty('retryAfterMs')
  })
})

test('answers as documented come to what was judged of them before', async () => {
  const { server, connection } = await start()
  server.become(says(answers['201']))
  expect(await connection.send(sms())).toEqual({ outcome: 'sent', providerMessageId: '1511882900176220' })
  server.become(says(answers['400'], 400))
  expect(await connection.send(sms())).toMatchObject({ class: 'permanent', detail: 'Invalid telephone number' })
  server.become(says(answers['402'], 402))
  expect(await connection.send(sms())).toMatchObject({ class: 'configuration', code: 'not_enough_credits' })
  expect(REFUSALS.get('invalid_parameter')).toBe(classification['400 invalid_parameter'].class)
  expect(REFUSALS.get('not_enough_credits')).toBe(classification['402 not_enough_credits'].class)
  expect(REFUSALS.get('unauthorized')).toBe(classification['401'].class)
  expect(REFUSALS.get('too_many_requests')).toBe(classification['429'].class)
})

test('the answer of the older endpoint says what all parts cost', async () => {
  const { connection } = await start(
    says({ reference: 'r', messageId: 7, smsCount: 2, usedCredits: 0.7, remainingCredits: 82.85 }),
  )
  expect(await connection.send(sms())).toEqual({
    outcome: 'sent',
    providerMessageId: '7',
    cost: { micros: 1_400_000, currency: 'CREDIT' },
  })
})

describe('what is sent', () => {
  const bodyOf = (server: PretendCarrier) => JSON.parse(server.asked.at(-1)!.body)

  test('goes as Brevo’s JSON, and asks for reports that name our message', async () => {
    const { server, connection } = await start({}, { settings: { from: '+33199000001' } })
    const message = sms({ content: { text: 'Reçu 👍' } })
    await connection.send(message)
    expect(server.asked[0]).toMatchObject({ method: 'POST', headers: { 'api-key': API_KEY } })
    expect(bodyOf(server)).toEqual({
      sender: '33199000001',
      recipient: '33612345678',
      content: 'Reçu 👍',
      type: 'transactional',
      unicodeEnabled: true,
      tag: message.messageId,
      webUrl: `${WEBHOOK}?token=${tokenOf({ secret: API_KEY })}&message=${message.messageId}`,
    })
    await connection.send(sms({ content: { text: 'Déjà là' } }))
    expect(bodyOf(server)).toMatchObject({ unicodeEnabled: false })
  })
  test('with Brevo’s stop code is called marketing, as Brevo would treat it', async () => {
    const { server, connection } = await start()
    await connection.send(sms({ content: { text: 'Soldes ! STOP au [STOP_CODE]' } }))
    expect(bodyOf(server)).toMatchObject({ type: 'marketing' })
  })
  test('never leaves for a private address under guard', async () => {
    const { server, connection } = await start(
      {},
      { network: { lookup: (host, _, done) => done(new PrivateHostError(host), '') } },
    )
    expect(await connection.send(sms())).toMatchObject({ class: 'configuration', code: 'EPRIVATE' })
    expect(server.asked).toEqual([])
  })
})

describe('the types of Brevo’s own client', () => {
  const checkOf = (name: keyof typeof types) => z.fromJSONSchema(types[name] as never)
  /** What of a request and its answer is not as the types say. */
  function faults({ method, path, query, body, answer }: Asked): string[] {
    const isSend = `${method} ${path}` === 'POST /transactionalSMS/send'
    if (!isSend && `${method} ${path}` !== 'GET /transactionalSMS/statistics/events') return [`${method} ${path}`]
    const checks: [keyof typeof types, unknown][] = [
      isSend ? ['SendTransacSms', JSON.parse(body)] : ['GetSmsEventsRequest', Object.fromEntries(query)],
      [isSend ? 'SendAsyncTransactionalSmsResponse' : 'GetSmsEventsResponse', JSON.parse(answer!.body)],
    ]
    return checks.flatMap(([name, value]) => {
      const result = checkOf(name).safeParse(value)
      return result.success ? [] : [`${name}: ${z.prettifyError(result.error)}`]
    })
  }

  test('know every request this adapter makes, and the pretended server answers as they say', async () => {
    for (const from of ['MaBoite', '36111', '+33199000001', '+447700900000']) {
      const { server, connection } = await start({}, { settings: { from } })
      for (const text of [TEXT, 'Soldes [STOP_CODE]', '👍'.repeat(100)])
        await connection.send(sms({ content: { text } }))
      await connection.find!(sms())
      expect(server.asked).toHaveLength(4)
      expect(server.asked.flatMap(faults)).toEqual([])
    }
  })
  test('know the answers the tests play', () => {
    expect(checkOf('SendAsyncTransactionalSmsResponse').safeParse(answers['201']).success).toBe(true)
    for (const answer of [answers['400'], answers['402']])
      expect(checkOf('ErrorModel').safeParse(answer).success).toBe(true)
  })
  test('would notice: a field of no request, a sender too long, an answer that is none', async () => {
    const { server, connection } = await start()
    await connection.send(sms())
    const good = server.asked[0]!
    const changed = (change: object) =>
      faults({ ...good, body: JSON.stringify({ ...JSON.parse(good.body), ...change }) })
    expect(changed({ contents: 'x' })).toHaveLength(1)
    expect(changed({ sender: 'Ma Boite' })).toHaveLength(1)
    expect(changed({ type: 'urgent' })).toHaveLength(1)
    expect(faults({ ...good, path: '/transactionalSMS/sms' })).toHaveLength(1)
    expect(faults({ ...good, answer: { status: 201, body: '{"id":1}' } })).toHaveLength(1)
  })
})

describe('an earlier try whose outcome is unknown', () => {
  const justNow = { since: new Date() }
  const longAgo = { since: new Date(Date.now() - 600_000) }

  test('counts as sent when Brevo’s events show it, and as delivered when they say so', async () => {
    const { server, connection } = await start()
    const message = sms()
    await connection.send(message)
    expect(await connection.find!(message, justNow)).toEqual({
      outcome: 'sent',
      providerMessageId: '1511882900176220',
    })
    const event = (change: object) => ({ event: 'sent', messageId: '7', tag: message.messageId, ...change })
    server.become(says({ events: [event({}), event({ event: 'delivered' })] }, 200))
    expect(await connection.find!(message, justNow)).toMatchObject({ providerMessageId: '7', delivered: true })
  })
  test('is not taken for another message, and is never sent again because Brevo does not show it', async () => {
    const { server, connection } = await start()
    const message = sms()
    await connection.send(sms())
    for (const body of [
      { events: [{ event: 'sent', messageId: '7', tag: 'rdv' }, null] },
      {},
      { events: 7 },
      '<html>',
    ]) {
      server.become(says(body, 200))
      expect(await connection.find!(message, justNow)).toMatchObject({ outcome: 'uncertain', retryAfterMs: 30_000 })
      const late = await connection.find!(message, longAgo)
      expect(late).toMatchObject({ outcome: 'uncertain', code: 'ENOTSHOWN' })
      expect(late).not.toHaveProperty('retryAfterMs')
    }
  })
  test('waits while Brevo cannot be asked, as long as it says', async () => {
    const { server, connection } = await start()
    for (const doing of [says('', 500), says('', 401), { says: 'reset' }, { says: 'nothing' }] as Doing[]) {
      server.become(doing)
      expect(await connection.find!(sms(), longAgo)).toMatchObject({ outcome: 'uncertain', retryAfterMs: 30_000 })
    }
    server.become(says('', 429, { 'x-sib-ratelimit-reset': '120' }))
    expect(await connection.find!(sms(), longAgo)).toMatchObject({ outcome: 'uncertain', retryAfterMs: 120_000 })
  })
})

test('signing in without sending says yes, or why not', async () => {
  const { server, connection } = await start()
  expect(await connection.test!()).toEqual({ ok: true })
  server.become(says('<html>', 200))
  expect(await connection.test!()).toEqual({ ok: false, detail: 'This is not Brevo’s API' })
  const wrong = await start({}, { settings: { apiKey: 'xkeysib-not-the-right-key' } })
  expect(await wrong.connection.test!()).toEqual({ ok: false, detail: 'Key not found' })
})

describe('settings that cannot work are refused', () => {
  const good = { apiKey: API_KEY, from: 'MaBoite' }
  const faults: [string, object][] = [
    ['no sender', { from: undefined }],
    ['a key with a line break', { apiKey: 'xkeysib-0123456789\r\nX-Evil: 1' }],
    ['a sender of twelve letters', { from: 'MaBoite12345' }],
    ['a sender with a space', { from: 'Ma Boite' }],
    ['a French mobile number', { from: '+33712345678' }],
    ['a token that guesses itself', { webhookToken: 'short' }],
    ['a token that an address cannot hold', { webhookToken: 'a token with spaces' }],
    ['a name nobody knows', { apikey: 'x' }],
  ]
  for (const [what, change] of faults)
    test(what, () => expect(brevoSettings.safeParse({ ...good, ...change }).success).toBe(false))
  test('and good ones filled in', () =>
    expect(brevoSettings.parse(good)).toMatchObject({ baseUrl: 'https://api.brevo.com/v3' }))
})
