import { afterEach, describe, expect, test } from 'vitest'
import { createMovableClock, systemClock } from '../../../platform/clock.ts'
import { newId } from '../../../platform/ids.ts'
import type { OutboundSms } from '../../channels/outbound.ts'
import type { Doing } from '../http-client/pretend-carrier.ts'
import { providerContract, type Scene } from '../provider.contract.ts'
import { tagOf } from './find.ts'
import fixture from './fixtures/sms-job.json' with { type: 'json' }
import { createOvhProvider } from './ovh.ts'
import { type PretendOvh, startPretendOvh } from './pretend-server.ts'
import { type OvhSettings, ovhSettings } from './settings.ts'

const TO = '+33612345678'
const TEXT = 'Votre commande est prête'

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

const settingsFor = ({ account }: PretendOvh, change: Partial<OvhSettings> = {}): OvhSettings =>
  ovhSettings.parse({ ...account, from: 'Atelier', timeouts: { sendMs: 2_000 }, ...change })

async function start(doing: Parameters<PretendOvh['become']>[0] = {}, change: Partial<OvhSettings> = {}) {
  const server = await startPretendOvh()
  opened.push(server.carrier.stop)
  server.become(doing)
  const clock = createMovableClock()
  const connection = createOvhProvider({ clock }).connect(settingsFor(server, change))
  opened.push(() => connection.close())
  return { server, connection, clock }
}

const scene =
  (doing: Doing, change: Partial<OvhSettings> = {}, forTime: Doing = {}) =>
  async (): Promise<Scene<'sms'>> => {
    const server = await startPretendOvh()
    server.become(doing)
    server.whenAskedForTime(forTime)
    const connection = createOvhProvider({ clock: systemClock }).connect(settingsFor(server, change))
    return { connection, message: sms(), stop: server.carrier.stop }
  }
const says = (status: number, body: string | object, headers = {}): Doing => ({ says: { status, body, headers } })

providerContract('ovh', {
  accepts: scene({}),
  providerMessageId: '27814656',
  isOverloaded: scene(says(429, { message: `Too many requests for ${TO}` }, { 'retry-after': '3' })),
  knowsNoSuchAddress: scene(says(400, { message: `[receivers] Given data is not valid: ${TO}, 33612345678, ${TEXT}` })),
  refusesTheCredentials: scene({}, { consumerKey: 'd3'.repeat(16) }),
  neverAnswers: scene({ says: 'nothing' }),
  diesAfterTheLastByte: scene({ says: 'reset' }),
  isGone: async () => {
    const gone = await scene({})()
    await gone.stop()
    return { ...gone, stop: async () => {} }
  },
})

describe('an OVHcloud that misbehaves', () => {
  const account = { about: 'account' }
  const outcomes: [string, Doing, object][] = [
    ['takes it and never answers', { says: 'nothing' }, { outcome: 'uncertain', code: 'ETIMEDOUT' }],
    ['takes it and dies in its answer', { says: 'dies half way' }, { outcome: 'uncertain' }],
    ['says yes with nothing', says(200, ''), { outcome: 'uncertain', code: '200' }],
    ['says yes with HTML', says(200, '<html>'), { outcome: 'uncertain' }],
    ['says yes with a list', says(200, '[27814656]'), { outcome: 'uncertain' }],
    ['says yes without ids', says(200, { validReceivers: [TO], invalidReceivers: [] }), { outcome: 'uncertain' }],
    [
      'says yes to a receiver and gives no id',
      says(200, { ids: [], validReceivers: [TO], invalidReceivers: [], totalCreditsRemoved: 1 }),
      { outcome: 'uncertain' },
    ],
    [
      'says yes with an id that is none',
      says(200, { ids: [{}], validReceivers: [TO], invalidReceivers: [], totalCreditsRemoved: 1 }),
      { outcome: 'uncertain' },
    ],
    [
      'says yes to nobody',
      says(200, { ids: [], validReceivers: [], invalidReceivers: [], totalCreditsRemoved: 0 }),
      { outcome: 'refused', class: 'permanent', code: 'no_receiver' },
    ],
    ['is broken', says(500, ''), { outcome: 'uncertain', code: '500' }],
    ['is broken behind its gateway', says(502, '<html>'), { outcome: 'uncertain', code: '502' }],
    ['is being repaired', says(503, ''), { outcome: 'refused', class: 'retry', code: '503', ...account }],
    [
      'is asked too fast',
      says(429, '', { 'retry-after': '7' }),
      { outcome: 'refused', class: 'retry_later', retryAfterMs: 7_000, ...account },
    ],
    [
      'redirects',
      says(307, '', { location: '/elsewhere' }),
      { outcome: 'refused', class: 'configuration', ...account },
    ],
    ['has no such account', says(404, { message: 'This service does not exist' }), { class: 'configuration' }],
    [
      'does not know the sender',
      says(400, { message: 'must have less than 14 chars for value sender' }),
      { class: 'configuration', ...account },
    ],
    ['does not like the text', says(400, { message: '[message] Given data is not valid' }), { class: 'permanent' }],
    [
      'refuses for a reason of tomorrow',
      says(400, { message: 'Something new' }),
      { class: 'permanent', detail: 'Something new' },
    ],
    [
      'refuses with a code',
      says(403, { errorCode: 'NOT_GRANTED_CALL', message: '' }),
      { class: 'configuration', code: 'NOT_GRANTED_CALL', detail: 'The consumer key may not make this call' },
    ],
  ]
  for (const [what, doing, expected] of outcomes)
    test(what, async () => {
      const { connection } = await start(doing)
      expect(await connection.send(sms())).toMatchObject(expected)
    })

  test('answers as its guide says', async () => {
    const { connection, server } = await start(says(200, fixture['200']))
    expect(await connection.send(sms())).toEqual({
      outcome: 'sent',
      providerMessageId: '27814656',
      cost: { micros: 1_000_000, currency: 'CREDIT' },
    })
    server.become(says(200, fixture['200_invalid_receiver']))
    expect(await connection.send(sms())).toMatchObject({
      outcome: 'refused',
      class: 'permanent',
      code: 'invalid_receiver',
    })
    for (const [status, expected] of [
      ['400', 'permanent'],
      ['402', 'configuration'],
      ['403', 'configuration'],
    ] as const) {
      server.become(says(Number(status), fixture[status]))
      expect(await connection.send(sms())).toMatchObject({ outcome: 'refused', class: expected })
    }
  })
})

describe('the clock', () => {
  test('is OVHcloud’s: ours may be hours off', async () => {
    const { connection, server } = await start()
    server.skew(-3 * 3_600_000)
    for (let n = 0; n < 3; n++) expect(await connection.send(sms())).toMatchObject({ outcome: 'sent' })
    expect(server.carrier.asked.filter(({ path }) => path.endsWith('/auth/time'))).toHaveLength(1)
  })
  test('is asked for once by many that begin together', async () => {
    const { connection, server } = await start()
    const results = await Promise.all(Array.from({ length: 10 }, () => connection.send(sms())))
    expect(results.every(({ outcome }) => outcome === 'sent')).toBe(true)
    expect(server.carrier.asked.filter(({ path }) => path.endsWith('/auth/time'))).toHaveLength(1)
  })
  test('is asked for again when it has drifted, and the message sent once', async () => {
    const { connection, server, clock } = await start()
    await connection.send(sms())
    clock.advance(10 * 60_000)
    expect(await connection.send(sms())).toMatchObject({ outcome: 'sent' })
    expect(server.taken).toHaveLength(2)
    expect(server.carrier.asked.filter(({ path }) => path.endsWith('/auth/time'))).toHaveLength(2)
  })
  test('is not to blame for a wrong secret, which an operator must mend', async () => {
    const { connection } = await start({}, { applicationSecret: 'b4'.repeat(16) })
    for (let n = 0; n < 2; n++)
      expect(await connection.send(sms())).toMatchObject({ class: 'configuration', code: 'INVALID_SIGNATURE' })
  })
  const silent: [string, Doing, string][] = [
    ['is not answered', { says: 'nothing' }, 'retry'],
    ['is cut off', { says: 'reset' }, 'retry'],
    ['is garbage', says(200, '<html>'), 'retry'],
    ['is answered 500', says(500, ''), 'retry'],
    ['is answered 429', says(429, '', { 'retry-after': '5' }), 'retry_later'],
    ['is somewhere else', says(301, ''), 'configuration'],
  ]
  for (const [what, doing, expected] of silent)
    test(`that ${what} leaves nothing uncertain: no message has left`, async () => {
      const { connection, server } = await start()
      server.whenAskedForTime(doing)
      expect(await connection.send(sms())).toMatchObject({ outcome: 'refused', class: expected })
      expect(server.taken).toEqual([])
    })
})

describe('what is sent', () => {
  test('goes as the guide’s request, without a STOP clause, and can be found by its tag', async () => {
    const { connection, server } = await start()
    const message = sms()
    await connection.send(message)
    const [asked] = server.asked()
    expect(asked).toMatchObject({ method: 'POST', path: '/1.0/sms/sms-ab12345-1/jobs' })
    const body = JSON.parse(asked!.body)
    expect(Object.keys(body).toSorted()).toEqual(Object.keys(fixture.request.body).toSorted())
    expect(body).toEqual({
      ...fixture.request.body,
      // ê is not in GSM-7.
      coding: '8bit',
      message: TEXT,
      receivers: [TO],
      sender: 'Atelier',
      tag: tagOf(message.messageId),
    })
    expect(body.tag).toMatch(/^[0-9a-f]{20}$/)
    for (const name of fixture.request.headers) expect(asked!.headers).toHaveProperty(name.toLowerCase())
    await connection.send(sms({ content: { text: 'Simple' } }))
    expect(JSON.parse(server.asked()[1]!.body).coding).toBe('7bit')
  })
})

describe('a try whose outcome is not known', () => {
  const since = (clock: { now(): Date }, secondsAgo: number) => ({
    since: new Date(clock.now().getTime() - secondsAgo * 1000),
  })

  test('is found by its tag where it was taken', async () => {
    const { connection, server, clock } = await start({ takes: true, says: 'reset' })
    const message = sms()
    expect(await connection.send(message)).toMatchObject({ outcome: 'uncertain' })
    server.become({})
    expect(await connection.find!(message, since(clock, 1))).toEqual({ outcome: 'sent', providerMessageId: '27814656' })
    expect(await connection.find!(sms(), since(clock, 1))).toMatchObject({ outcome: 'uncertain' })
  })
  test('is looked for again for two minutes where it is not in the list, and then ends: it is not sent on a guess', async () => {
    const { connection, clock } = await start()
    expect(await connection.find!(sms(), since(clock, 60))).toMatchObject({ code: 'ENOTSEEN', retryAfterMs: 10_000 })
    const last = await connection.find!(sms(), since(clock, 120))
    expect(last).toMatchObject({ outcome: 'uncertain', code: 'ENOTSEEN' })
    expect(last).not.toHaveProperty('retryAfterMs')
    expect(await connection.find!(sms())).not.toHaveProperty('retryAfterMs')
  })
  const unanswered: [string, Doing, number][] = [
    ['never answers', { says: 'nothing' }, 2_000],
    ['is broken', says(500, ''), 2_000],
    ['asks to wait', says(429, '', { 'retry-after': '90' }), 90_000],
    ['says something else', says(200, { ids: [] }), 2_000],
    ['names no ids', says(200, '["x"]'), 2_000],
  ]
  for (const [what, doing, retryAfterMs] of unanswered)
    test(`is asked about later by an OVHcloud that ${what}`, async () => {
      const { connection, clock } = await start(doing)
      expect(await connection.find!(sms(), since(clock, 600))).toMatchObject({ outcome: 'uncertain', retryAfterMs })
    })
})

describe('what became of an SMS, when asked', () => {
  test('comes with its time and its credits', async () => {
    const { connection, server } = await start()
    await connection.send(sms())
    expect(await connection.statusOf!('27814656')).toBeUndefined()
    server.report(27_814_656, { ptt: 4, deliveryReceipt: 1, deliveredAt: '2026-03-01T13:00:02+01:00' })
    expect(await connection.statusOf!('27814656')).toEqual({
      eventId: '27814656 ptt 4',
      providerMessageId: '27814656',
      status: 'delivered',
      at: new Date('2026-03-01T12:00:02Z'),
      cost: { micros: 1_000_000, currency: 'CREDIT' },
    })
    server.report(27_814_656, { ptt: 23, deliveryReceipt: 2 })
    expect(await connection.statusOf!('27814656')).toMatchObject({ status: 'failed', suppress: 'invalid_address' })
  })
  test('is not known of one that is not there, nor while nobody answers', async () => {
    const { connection, server } = await start()
    for (const id of ['1', '../x', '']) expect(await connection.statusOf!(id)).toBeUndefined()
    for (const doing of [
      says(500, ''),
      says(200, '<html>'),
      says(200, { id: 2, ptt: 4 }),
      { says: 'reset' } as const,
    ]) {
      server.become(doing)
      expect(await connection.statusOf!('1')).toBeUndefined()
    }
  })
})

describe('signing in without sending', () => {
  test('says yes', async () => {
    const { connection, server } = await start()
    expect(await connection.test!()).toEqual({ ok: true })
    expect(server.taken).toEqual([])
  })
  test('says why not', async () => {
    const wrong = await start({}, { applicationKey: 'AnotherKey012345' })
    expect(await wrong.connection.test!()).toEqual({ ok: false, detail: 'This application key is invalid' })
    const another = await start({}, { serviceName: 'sms-zz99999-1' })
    expect(await another.connection.test!()).toMatchObject({ ok: false, detail: expect.stringContaining('URL') })
    const disabled = await start(says(200, { name: 'sms-ab12345-1', status: 'disable' }))
    expect(await disabled.connection.test!()).toMatchObject({ ok: false, detail: expect.stringContaining('disabled') })
    const page = await start(says(200, '<html>'))
    expect(await page.connection.test!()).toMatchObject({ ok: false })
  })
})

describe('settings that cannot work are refused', () => {
  const good = {
    applicationKey: 'AppKey0123456789',
    applicationSecret: 'a'.repeat(32),
    consumerKey: 'c'.repeat(32),
    serviceName: 'sms-ab12345-1',
    from: 'Atelier',
  }
  test('and good ones filled in', () =>
    expect(ovhSettings.parse(good)).toMatchObject({ baseUrl: 'https://eu.api.ovh.com/1.0' }))
  test.each([
    [{ applicationKey: '' }],
    [{ applicationSecret: 'a b' }],
    [{ consumerKey: 'x\r\nX-Evil: 1' }],
    [{ serviceName: '../me' }],
    [{ serviceName: 'ab12345' }],
    [{ from: 'A name that is too long' }],
    [{ from: '+33612345678' }],
    [{ webhookToken: 'short' }],
    [{ baseUrl: 'https://a:b@eu.api.ovh.com/1.0' }],
    [{ nobody: 'knows' }],
  ])('%j', (change) => expect(ovhSettings.safeParse({ ...good, ...change }).success).toBe(false))
})
