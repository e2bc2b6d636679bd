import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../platform/clock.ts'
import { newId } from '../../../platform/ids.ts'
import type { OutboundSms } from '../../channels/outbound.ts'
import { type Doing, startPretendCarrier } from '../http-client/pretend-carrier.ts'
import { providerContract, type Scene } from '../provider.contract.ts'
import responses from './fixtures/responses.json' with { type: 'json' }
import { createFreeMobileProvider } from './free-mobile.ts'
import { type FreeMobileSettings, freeMobileSettings } from './settings.ts'

const NUMBER = '+33612345678'
const KEY = 'AbCdEfGh123456'
const freeMobile = createFreeMobileProvider({ clock: systemClock })

const sms = (change: Partial<OutboundSms> = {}): OutboundSms => ({
  channel: 'sms',
  messageId: newId(new Date()),
  organizationId: newId(new Date()),
  contactId: newId(new Date()),
  attempt: 1,
  idempotencyKey: 'key',
  to: NUMBER,
  content: { text: 'La file d’attente est pleine' },
  ...change,
})

const opened: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

/** Free Mobile answers with a status and nothing else. */
const pretend = (doing: Doing = {}) =>
  startPretendCarrier(({ body }) => ({ status: JSON.parse(body).pass === KEY ? 200 : 403, body: '' }), doing)

const connect = (baseUrl: string, change: Partial<FreeMobileSettings> = {}) =>
  freeMobile.connect(
    freeMobileSettings.parse({
      user: '12345678',
      pass: KEY,
      number: NUMBER,
      baseUrl,
      timeouts: { sendMs: 2_000 },
      ...change,
    }),
  )

async function start(doing: Doing = {}) {
  const server = await pretend(doing)
  opened.push(server.stop)
  const connection = connect(server.baseUrl)
  opened.push(() => connection.close())
  return { server, connection }
}

const scene =
  (doing: Doing, change: Partial<FreeMobileSettings> = {}, message: Partial<OutboundSms> = {}) =>
  async (): Promise<Scene<'sms'>> => {
    const server = await pretend(doing)
    return { connection: connect(server.baseUrl, change), message: sms(message), stop: server.stop }
  }
const says = (status: number, body = '', headers = {}): Doing => ({ says: { status, body, headers } })

providerContract('free_mobile', {
  accepts: scene({}),
  providerMessageId: /^[0-9a-f-]{36}$/,
  isOverloaded: scene(says(402)),
  knowsNoSuchAddress: scene({}, {}, { to: '+33698765432' }),
  refusesTheCredentials: scene({}, { pass: 'AnotherKey1234' }),
  neverAnswers: scene({ says: 'nothing' }),
  diesAfterTheLastByte: scene({ says: 'reset' }),
  isGone: async () => {
    const gone = await scene({})()
    await gone.stop()
    return { ...gone, stop: async () => {} }
  },
})

describe('every answer there is', () => {
  const meant: Record<string, object> = {
    200: { outcome: 'sent' },
    400: { outcome: 'refused', class: 'permanent', code: '400' },
    402: { outcome: 'refused', class: 'retry_later', code: '402', about: 'account' },
    403: { outcome: 'refused', class: 'configuration', code: '403', about: 'account' },
    500: { outcome: 'refused', class: 'retry', code: '500', about: 'account' },
  }
  for (const status of Object.keys(responses).filter((name) => /^\d+$/.test(name)))
    test(`${status}: ${responses[status as '200']}`, async () => {
      expect(meant).toHaveProperty(status)
      const { connection } = await start(says(Number(status)))
      expect(await connection.send(sms())).toMatchObject(meant[status]!)
    })
  const others: [string, Doing, object][] = [
    [
      'is asked too fast and says for how long',
      says(429, '', { 'retry-after': '7' }),
      { class: 'retry_later', retryAfterMs: 7_000 },
    ],
    [
      'says 402 and for how long',
      says(402, '', { 'retry-after': '60' }),
      { class: 'retry_later', retryAfterMs: 60_000 },
    ],
    ['is broken behind its gateway', says(502), { outcome: 'uncertain' }],
    ['is being repaired', says(503), { outcome: 'refused', class: 'retry' }],
    ['redirects', says(302, '', { location: 'http://127.0.0.1:1/' }), { outcome: 'refused', class: 'configuration' }],
    ['is somebody else’s page', says(200, '<html>Sign in to the Wi-Fi</html>'), { outcome: 'uncertain' }],
    ['dies in its answer', { says: 'dies half way' }, { outcome: 'uncertain' }],
  ]
  for (const [what, doing, expected] of others)
    test(`one that ${what}`, async () => {
      const { connection } = await start(doing)
      expect(await connection.send(sms())).toMatchObject(expected)
    })
})

test('another number than the subscriber’s is refused in words, and nothing leaves', async () => {
  const { server, connection } = await start()
  expect(await connection.send(sms({ to: '+33698765432' }))).toEqual({
    outcome: 'refused',
    class: 'permanent',
    code: 'not_subscriber',
    detail: 'Free Mobile sends SMS to the subscriber’s own number alone, and this is another one',
  })
  expect(server.asked).toEqual([])
})

test('the key is in the body, never in the address, and in no result', async () => {
  const { server, connection } = await start()
  await connection.send(sms({ content: { text: 'Une ligne\nune autre & plus: 100 %' } }))
  const [asked] = server.asked
  expect(asked).toMatchObject({ method: 'POST', path: '/sendmsg' })
  expect(asked!.query.size).toBe(0)
  expect(JSON.parse(asked!.body)).toEqual({ user: '12345678', pass: KEY, msg: 'Une ligne\nune autre & plus: 100 %' })
  for (const status of [400, 402, 403, 404, 500, 502]) {
    server.become(says(status, `user=12345678&pass=${KEY}`))
    expect(JSON.stringify(await connection.send(sms()))).not.toMatch(/12345678|AbCdEf/)
  }
})

describe('settings that cannot work are refused', () => {
  const good = { user: '12345678', pass: KEY, number: NUMBER }
  test('and good ones filled in', () =>
    expect(freeMobileSettings.parse(good)).toMatchObject({ baseUrl: 'https://smsapi.free-mobile.fr' }))
  test.each([
    [{ user: 'me' }],
    [{ pass: '' }],
    [{ pass: 'a&msg=b12345' }],
    [{ number: '0612345678' }],
    [{ number: '+33142345678' }],
    [{ x: 1 }],
  ])('%j', (change) => expect(freeMobileSettings.safeParse({ ...good, ...change }).success).toBe(false))
})
