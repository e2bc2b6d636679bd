import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { type PretendTwilio, startPretendTwilio } from '../providers/twilio/pretend-server.ts'

const MINUTE_MS = 60_000
const TO = '+33639980100'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

/** Each test has an organization of its own, with a Twilio of its own. */
let twilio: PretendTwilio
let organizationId: string
let key: string
let accountId: string
beforeEach(async () => {
  twilio = await startPretendTwilio()
  const { accountSid, authToken, baseUrl } = twilio
  ;({ key, organizationId } = await app.otherOrganization())
  const settings = { accountSid, authToken, baseUrl, from: 'Atelier' }
  const { body } = await app.call(
    'POST',
    '/v1/providers',
    { provider: 'twilio', channel: 'sms', name: 'Ours', settings },
    { key },
  )
  accountId = body.id
})
afterEach(() => twilio.stop())

async function send(texts = ['Votre commande est prête']): Promise<string[]> {
  const ids: string[] = []
  for (const body of texts) {
    const request = {
      type: 'message.custom',
      to: { phone: TO },
      channels: ['sms'],
      payload: { subject: 'Sample subject', body },
    }
    const { body: accepted } = await app.call('POST', '/v1/notifications', request, { key })
    ids.push(accepted.messages[0].id)
  }
  for (const id of ids) await reaches(id, 'sent')
  return ids
}

const get = async (url: string) => (await app.call('GET', url, undefined, { key })).body
const message = (id: string) => get(`/v1/messages/${id}`)
const reaches = (id: string, status: string) =>
  app.eventually(async () => {
    const detail = await message(id)
    return detail.status === status && detail
  })
const checks = () =>
  app.database.query('select message_id from status_check where organization_id = $1', [organizationId])
/** Questions about single messages, by the message's id at the carrier. */
const questions = () =>
  twilio.asked.filter(({ method, path }) => method === 'GET' && /Messages\/SM/.test(path)).map(({ path }) => path)
/** By the clock of the process that sends. */
const later = (minutes: number) => new Date(app.clock.now().getTime() + minutes * MINUTE_MS)
const sidOf = (n: number) => twilio.taken[n]!.sid

test('a report that was lost is asked for, and moves the message as the report would have', async () => {
  const [id] = await send()
  twilio.report(sidOf(0), 'delivered')
  await app.app.polling.look()
  expect(questions()).toEqual([])

  app.clock.advance(10 * MINUTE_MS)
  await app.app.polling.look()
  const detail = await reaches(id!, 'delivered')
  expect(detail.timeline.map(({ kind }: { kind: string }) => kind)).toContain('delivered')
  expect(questions()).toHaveLength(1)
  expect(await checks()).toEqual([])
})

test('a failure that nobody reported becomes a dead letter, and the address of who said STOP is suppressed', async () => {
  const [id] = await send()
  twilio.report(sidOf(0), 'failed', 21610)
  app.clock.advance(10 * MINUTE_MS)
  await app.app.polling.look()
  expect(await reaches(id!, 'failed')).toMatchObject({ reason: '21610' })
  expect((await get('/v1/dead-letters')).items).toMatchObject([{ id, code: '21610' }])
  expect(
    await app.database.query('select address, reason from suppression where organization_id = $1', [organizationId]),
  ).toEqual([{ address: TO, reason: 'opted_out' }])
})

test('it is asked after ten minutes, one hour, six and twenty-four, and then never', async () => {
  const [id] = await send()
  twilio.report(sidOf(0), 'sent')
  const asked: number[] = []
  for (let minute = 0; minute <= 3 * 24 * 60; minute += 5) {
    await app.app.polling.look()
    if (questions().length > asked.length) asked.push(minute)
    app.clock.advance(5 * MINUTE_MS)
  }
  expect(asked).toEqual([10, 60, 6 * 60, 24 * 60])
  expect(await checks()).toEqual([])
  expect((await message(id!)).status).toBe('sent')
})

test('a carrier that cannot be asked is asked at the next time', async () => {
  const [id] = await send()
  twilio.report(sidOf(0), 'delivered')
  twilio.whenAsked({ says: { status: 500, body: '' } })
  app.clock.advance(10 * MINUTE_MS)
  await app.app.polling.look()
  expect((await message(id!)).status).toBe('sent')
  twilio.whenAsked({})
  app.clock.advance(50 * MINUTE_MS)
  await app.app.polling.look()
  await reaches(id!, 'delivered')
})

test('a message that was reported on is not asked about', async () => {
  const [id] = await send()
  const { url, headers, payload } = twilio.report(sidOf(0), 'delivered')!
  const path = url.replace('http://127.0.0.1:1', '')
  expect((await app.app.http.inject({ method: 'POST', url: path, headers, payload })).statusCode).toBe(204)
  await reaches(id!, 'delivered')
  app.clock.advance(10 * MINUTE_MS)
  await app.app.polling.look()
  expect(questions()).toEqual([])
  expect(await checks()).toEqual([])
})

test('messages of carriers that cannot be asked leave nothing to ask', async () => {
  const request = {
    type: 'message.custom',
    to: { email: 'silent@example.org' },
    channels: ['email'],
    payload: { subject: 's', body: 'b' },
  }
  const { body } = await app.call('POST', '/v1/notifications', request, { key })
  await reaches(body.messages[0].id, 'sent')
  expect(await checks()).toEqual([])
})

test('an account is asked sixty times a minute, ten at once, and the others wait their turn', async () => {
  const ids = await send(Array.from({ length: 12 }, (_, n) => `Commande ${n}`))
  for (const { sid } of twilio.taken) twilio.report(sid, 'delivered')
  app.clock.advance(10 * MINUTE_MS)
  const began = app.clock.now().getTime()
  while (questions().length < 12) {
    await app.app.polling.look()
    expect(questions().length).toBeLessThanOrEqual(10 + Math.ceil((app.clock.now().getTime() - began) / 1_000))
    app.clock.advance(400)
  }
  expect(new Set(questions()).size).toBe(12)
  for (const id of ids) await reaches(id, 'delivered')
})

describe('several processes', () => {
  const started: TestApp[] = []
  afterEach(async () => {
    for (const one of started.splice(0)) await one.stop()
  })
  /** Another one on the same database, so many minutes later. */
  async function another(minutes: number): Promise<TestApp> {
    const one = await startTestApp({ database: app.database })
    started.push(one)
    one.clock.moveTo(later(minutes))
    return one
  }

  test('ask once between them', async () => {
    const ids = await send(['Un', 'Deux', 'Trois'])
    for (const { sid } of twilio.taken) twilio.report(sid, 'delivered')
    twilio.whenAsked({ delayMs: 100 })
    const both = [await another(10), await another(10)]
    await Promise.all(both.map((one) => one.app.polling.look()))
    for (const id of ids) await reaches(id, 'delivered')
    expect(questions().toSorted()).toEqual([...new Set(questions())].toSorted())
    expect(questions()).toHaveLength(3)
  })

  test('one that sent nothing asks for what another sent', async () => {
    const [id] = await send()
    twilio.report(sidOf(0), 'delivered')
    await (await another(10)).app.polling.look()
    await reaches(id!, 'delivered')
  })

  test('one that ends in the middle of asking is followed by another once its lease has ended', async () => {
    const [id] = await send()
    twilio.report(sidOf(0), 'delivered')
    // As a process leaves it that died between taking a message and the answer.
    await app.database.query('update status_check set due_at = $2 where organization_id = $1', [
      organizationId,
      later(13),
    ])
    const second = await another(12)
    await second.app.polling.look()
    expect(questions()).toEqual([])
    second.clock.moveTo(later(13))
    await second.app.polling.look()
    await reaches(id!, 'delivered')
  })

  test('an account whose settings can no longer be read is asked for nothing, and in the end no more', async () => {
    const [id] = await send()
    twilio.report(sidOf(0), 'delivered')
    await app.database.query('update provider_account set settings = null where id = $1', [accountId])
    const second = await another(10)
    for (const minutes of [10, 60, 360, 1440]) {
      second.clock.moveTo(later(minutes))
      await second.app.polling.look()
    }
    expect(questions()).toEqual([])
    expect(await checks()).toEqual([])
    expect((await message(id!)).status).toBe('sent')
  })
})
