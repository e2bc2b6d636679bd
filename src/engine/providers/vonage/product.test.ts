import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../../test/app.ts'
import type { Asked, Doing, PretendCarrier } from '../http-client/pretend-carrier.ts'
import { API_KEY, API_SECRET, refusal, startPretendVonage } from './pretend-server.ts'
import { signatureOf } from './signature.ts'

let app: TestApp
let platform: PretendCarrier
beforeAll(async () => {
  platform = await startPretendVonage()
  app = await startTestApp({ sms: { provider: 'vonage', title: 'Vonage', settings: accountAt(platform) } })
})
afterAll(async () => {
  await app.stop()
  await platform.stop()
})

/** Each test has an organization of its own, with a Vonage of its own. */
let vonage: PretendCarrier
let account: { id: string; webhookUrl: string; settings: object; secrets: string[] }
let key: string
beforeEach(async () => {
  vonage = await startPretendVonage()
  key = (await app.otherOrganization()).key
  const settings = { ...accountAt(vonage), signatureSecret: SECRET }
  const { status, body } = await app.call(
    'POST',
    '/v1/providers',
    { provider: 'vonage', channel: 'sms', name: 'Our own', settings },
    { key },
  )
  expect(status).toBe(201)
  account = body
})
afterEach(() => vonage.stop())

const TO = '+33639980200'
const SECRET = 'a-signature-secret'
const accountAt = ({ baseUrl }: PretendCarrier) => ({
  apiKey: API_KEY,
  apiSecret: API_SECRET,
  from: 'Atelier',
  baseUrl,
})
const get = async (url: string, as = key) => (await app.call('GET', url, undefined, { key: as })).body
const message = (id: string, as = key) => get(`/v1/messages/${id}`, as)
const reaches = (id: string, status: string, as = key) =>
  app.eventually(async () => {
    const detail = await message(id, as)
    return detail.status === status && detail
  })

async function send(as = key, body = 'Sample body'): Promise<{ id: string; status: string }> {
  const { body: answer } = await app.call(
    'POST',
    '/v1/notifications',
    {
      type: 'message.custom',
      to: { phone: TO },
      channels: ['sms'],
      payload: { subject: 'Sample subject', body },
      allowRepeat: true,
    },
    { key: as },
  )
  return answer.messages[0]
}

const formOf = ({ body }: Asked) => new URLSearchParams(body)
const idOf = ({ answer }: Asked): string => JSON.parse(answer!.body).messages[0]['message-id']

/** The fields of a receipt for what was asked, as Vonage signs and sends them. */
function receiptFor(asked: Asked, change: Record<string, string> = {}): Record<string, string> {
  const fields = {
    msisdn: formOf(asked).get('to')!,
    to: 'Atelier',
    messageId: idOf(asked),
    price: '0.03330000',
    status: 'delivered',
    'err-code': '0',
    'client-ref': formOf(asked).get('client-ref')!,
    timestamp: `${Math.floor(app.clock.now().getTime() / 1000)}`,
    ...change,
  }
  return { ...fields, sig: signatureOf(fields, SECRET, 'sha256') }
}

/** As Vonage would call, but over the app's own front door. */
async function call(
  address: string,
  fields: Record<string, string>,
  how: 'JSON' | 'form' | 'GET' = 'JSON',
): Promise<number> {
  const { pathname, search, searchParams } = new URL(address)
  if (how === 'GET') {
    const query = new URLSearchParams([...searchParams, ...Object.entries(fields)])
    return (await app.app.http.inject({ method: 'GET', url: `${pathname}?${query}` })).statusCode
  }
  const reply = await app.app.http.inject({
    method: 'POST',
    url: pathname + search,
    headers: { 'content-type': how === 'JSON' ? 'application/json' : 'application/x-www-form-urlencoded' },
    payload: how === 'JSON' ? JSON.stringify(fields) : `${new URLSearchParams(fields)}`,
  })
  return reply.statusCode
}

describe('an SMS by Vonage', () => {
  test('is sent, and delivered when Vonage says so under its signature', async () => {
    const { id } = await send()
    await reaches(id, 'sent')
    const asked = vonage.asked[0]!
    const callback = formOf(asked).get('callback')!
    expect(callback).toBe(account.webhookUrl)
    expect(await call(callback, { ...receiptFor(asked), status: 'failed' })).toBe(401)
    const yesterday = `${Math.floor(app.clock.now().getTime() / 1000) - 26 * 3_600}`
    expect(await call(callback, receiptFor(asked, { timestamp: yesterday }))).toBe(401)
    expect((await message(id)).status).toBe('sent')
    expect(await call(callback, receiptFor(asked))).toBe(204)
    for (const way of ['form', 'GET'] as const) expect(await call(callback, receiptFor(asked), way)).toBe(204)
    await reaches(id, 'delivered')
    expect(await call(callback, receiptFor(asked, { status: 'accepted' }), 'GET')).toBe(204)
    expect(await call(callback, {}, 'GET')).toBe(200)
    expect((await message(id)).timeline.map(({ kind }: { kind: string }) => kind)).toEqual([
      'accepted',
      'sent',
      'delivered',
    ])
  })

  test('to a person who wants none is the last one to that number', async () => {
    const { id } = await send()
    await reaches(id, 'sent')
    const refused = receiptFor(vonage.asked[0]!, { status: 'rejected', 'err-code': '9' })
    expect(await call(account.webhookUrl, refused)).toBe(204)
    expect(await reaches(id, 'failed')).toMatchObject({ reason: '9' })
    expect(await send()).toMatchObject({ status: 'suppressed' })
    expect(vonage.asked).toHaveLength(1)
  })

  test('waits as long as Vonage asks and uses up no try', async () => {
    let refusals = 0
    vonage.become(() => (refusals++ < 2 ? refusal('1', 'Throughput Rate Exceeded - please wait [ 1500 ]') : {}))
    const { id } = await send()
    await app.eventually(async () => {
      app.clock.advance(2_000)
      return (await message(id)).status === 'sent'
    })
    expect(vonage.asked).toHaveLength(3)
  })

  test('of two parts of which one was refused has failed, and is not sent again', async () => {
    const messages = [
      { status: '0', 'message-id': '0A01', 'message-price': '0.0333' },
      { status: '1', 'error-text': 'Throughput Rate Exceeded' },
    ]
    vonage.become({ says: { status: 200, body: { 'message-count': '2', messages } } })
    const { id } = await send(key, 'x'.repeat(200))
    expect(await reaches(id, 'failed')).toMatchObject({ reason: '1' })
    app.clock.advance(3_600_000)
    await app.settled()
    expect(vonage.asked).toHaveLength(1)
  })
})

describe('an SMS whose answer was lost', () => {
  const ways: [string, Doing][] = [
    ['the connection died', { says: 'reset' }],
    ['the gateway was broken', { says: { status: 502, body: '' } }],
  ]
  for (const [what, doing] of ways)
    test(`${what}: it is shown as such and never sent twice, until its receipt comes`, async () => {
      vonage.become(doing)
      const { id } = await send()
      const detail = await reaches(id, 'failed')
      expect(detail.attempts.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['uncertain'])
      app.clock.advance(3_600_000)
      await app.settled()
      expect(vonage.asked).toHaveLength(1)
      const form = formOf(vonage.asked[0]!)
      const answer = { status: 200, body: JSON.stringify({ messages: [{ 'message-id': '0A01' }] }) }
      const receipt = receiptFor({ ...vonage.asked[0]!, answer })
      expect(receipt['client-ref']).toBe(form.get('client-ref'))
      expect(await call(account.webhookUrl, receipt)).toBe(204)
      await reaches(id, 'delivered')
    })
})

test('an organization’s secrets are never shown, and its account is tried without sending', async () => {
  expect(account).toMatchObject({ settings: { from: 'Atelier' } })
  expect(account.secrets.toSorted()).toEqual(['apiSecret', 'signatureSecret'])
  const shown = JSON.stringify(await get('/v1/providers'))
  for (const secret of [API_SECRET, SECRET]) expect(shown).not.toContain(secret)
  const { body } = await app.call('POST', `/v1/providers/${account.id}/test`, undefined, { key })
  expect(body).toEqual({ ok: true, detail: null })
  const refused = await app.call(
    'POST',
    '/v1/providers',
    { provider: 'vonage', channel: 'sms', name: 'x', settings: { ...accountAt(vonage), from: '+33612345678' } },
    { key },
  )
  expect(refused.status).toBe(422)
  expect(JSON.stringify(refused.body)).toContain('French operators drop SMS')
})

test('one that has none sends by the platform’s, whose unsigned address carries a token', async () => {
  const { id } = await send(app.key)
  await reaches(id, 'sent', app.key)
  const asked = platform.asked.at(-1)!
  const callback = formOf(asked).get('callback')!
  const { sig, ...receipt } = receiptFor(asked)
  expect(await call(callback.replace(/\?.*/, ''), receipt)).toBe(401)
  expect(await call(`${callback}x`, receipt)).toBe(401)
  expect(await call(callback, receipt, 'GET')).toBe(204)
  await reaches(id, 'delivered', app.key)
})
