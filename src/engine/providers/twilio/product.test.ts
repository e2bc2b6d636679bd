import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../../test/app.ts'
import { type Callback, type Doing, type PretendTwilio, refusal, startPretendTwilio } from './pretend-server.ts'
import { signatureOf } from './signature.ts'

let app: TestApp
let platform: PretendTwilio
beforeAll(async () => {
  platform = await startPretendTwilio()
  app = await startTestApp({
    sms: { provider: 'twilio', title: 'Twilio', settings: { ...accountAt(platform), from: '+33937000000' } },
  })
})
afterAll(async () => {
  await app.stop()
  await platform.stop()
})

/** Each test has an organization of its own, with a Twilio of its own. */
let twilio: PretendTwilio
let account: { id: string; webhookUrl: string; settings: object; secrets: string[] }
let key: string
beforeEach(async () => {
  twilio = await startPretendTwilio()
  key = (await app.otherOrganization()).key
  const { status, body } = await app.call(
    'POST',
    '/v1/providers',
    { provider: 'twilio', channel: 'sms', name: 'Our own', settings: { ...accountAt(twilio), from: 'Atelier' } },
    { key },
  )
  expect(status).toBe(201)
  account = body
})
afterEach(() => twilio.stop())

const accountAt = ({ accountSid, authToken, baseUrl }: PretendTwilio) => ({ accountSid, authToken, baseUrl })
const get = async (url: string, as = key) => (await app.call('GET', url, undefined, { key: as })).body
const message = (id: string, as = key) => get(`/v1/messages/${id}`, as)
const reaches = (id: string, status: string, as = key) =>
  app.eventually(async () => {
    const detail = await message(id, as)
    return detail.status === status && detail
  })
const outcomes = (detail: { attempts: { outcome: string }[] }) => detail.attempts.map(({ outcome }) => outcome)

const TO = '+33639980100'

/** A text, always the same one to the same number: as hard to tell apart as it gets. */
async function send(as = key): Promise<{ id: string; status: string }> {
  const { body } = await app.call(
    'POST',
    '/v1/notifications',
    {
      type: 'message.custom',
      to: { phone: TO },
      channels: ['sms'],
      payload: { subject: 'Sample subject', body: 'Sample body' },
      allowRepeat: true,
    },
    { key: as },
  )
  return body.messages[0]
}

/** As Twilio would call, but over the app's own front door. */
const call = async ({ url, headers, payload }: Callback, change: Record<string, string> = {}) => {
  const { pathname, search } = new URL(url)
  const reply = await app.app.http.inject({
    method: 'POST',
    url: pathname + search,
    headers: { ...headers, ...change },
    payload,
  })
  return reply.statusCode
}

/** Moves time to the next try of a message, once the one under way has ended. */
async function untilTried(id: string, tries: number): Promise<void> {
  await app.eventually(async () => {
    const { attempts } = await message(id)
    if (!attempts.at(-1)?.outcome) return false
    if (attempts.length >= tries) return true
    app.clock.advance(15_000)
    return false
  })
}

describe('an SMS by Twilio', () => {
  test('is sent, and delivered when Twilio says so under its signature', async () => {
    const { id } = await send()
    await reaches(id, 'sent')
    const { sid } = twilio.taken[0]!
    const callback = twilio.report(sid, 'delivered')!
    expect(await call(callback, { 'x-twilio-signature': 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' })).toBe(401)
    expect((await message(id)).status).toBe('sent')
    expect(await call(callback)).toBe(204)
    expect(await call(callback)).toBe(204)
    await reaches(id, 'delivered')
    expect(await call(twilio.report(sid, 'sent')!)).toBe(204)
    expect((await message(id)).timeline.map(({ kind }: { kind: string }) => kind)).toEqual([
      'accepted',
      'sent',
      'delivered',
    ])
  })

  test('fails when Twilio says so later, with its code', async () => {
    const { id } = await send()
    await reaches(id, 'sent')
    expect(await call(twilio.report(twilio.taken[0]!.sid, 'undelivered', 30005)!)).toBe(204)
    expect(await reaches(id, 'failed')).toMatchObject({ reason: '30005' })
  })

  test('to a person who said STOP is the last one to that number', async () => {
    twilio.become(refusal(21610, 'Attempt to send to unsubscribed recipient'))
    const { id } = await send()
    await reaches(id, 'failed')
    expect(await send()).toMatchObject({ status: 'suppressed', reason: 'opted_out' })
    expect(twilio.asked).toHaveLength(1)
  })

  test('waits as long as Twilio asks and uses up no try', async () => {
    let refusals = 0
    twilio.become(() => (refusals++ < 8 ? refusal(20429, 'Too Many Requests', 429, { 'retry-after': '2' }) : {}))
    const { id } = await send()
    await untilTried(id, 9)
    await reaches(id, 'sent')
    expect(twilio.copies(TO)).toBe(1)
  })
})

describe('an SMS whose answer was lost', () => {
  const ways: [string, Doing][] = [
    ['taken, then the connection died', { takes: true, says: 'reset' }],
    ['taken, then half an answer', { takes: true, says: 'dies half way' }],
    ['taken, then garbage', { takes: true, says: { status: 201, body: '<html>' } }],
    ['taken, then a broken gateway', { takes: true, says: { status: 502, body: '' } }],
    ['not taken, and the connection died', { takes: false, says: 'reset' }],
    ['not taken, behind a broken gateway', { takes: false, says: { status: 502, body: '' } }],
  ]
  for (const [what, doing] of ways)
    test(`${what}: one copy goes out, and it counts as sent`, async () => {
      let n = 0
      twilio.become(() => (n++ === 0 ? doing : {}))
      const { id } = await send()
      await untilTried(id, 2)
      const detail = await reaches(id, 'sent')
      expect(outcomes(detail)).toEqual(['uncertain', 'sent'])
      expect(twilio.copies(TO)).toBe(1)
    })

  test('is not taken for another one with the same text to the same number', async () => {
    let n = 0
    twilio.become(() => (n++ === 0 ? { takes: false, says: 'reset' } : {}))
    twilio.whenAsked({ says: { status: 500, body: '' } })
    const lost = await send()
    await untilTried(lost.id, 1)
    const other = await send()
    await reaches(other.id, 'sent')
    twilio.whenAsked({})
    await app.eventually(async () => {
      app.clock.advance(15_000)
      return (await message(lost.id)).status === 'sent'
    })
    expect(twilio.copies(TO)).toBe(2)
    const ids = await Promise.all(
      [lost, other].map(async ({ id }) => (await message(id)).attempts.at(-1).providerMessageId),
    )
    expect(ids.toSorted()).toEqual(twilio.taken.map(({ sid }) => sid).toSorted())
  })

  test('is settled by Twilio’s report when that comes first', async () => {
    twilio.become({ takes: true, says: 'reset' })
    const { id } = await send()
    await untilTried(id, 1)
    expect(await call(twilio.report(twilio.taken[0]!.sid, 'delivered')!)).toBe(204)
    await reaches(id, 'delivered')
    app.clock.advance(3_600_000)
    await app.settled()
    expect(twilio.copies(TO)).toBe(1)
    expect(twilio.asked).toHaveLength(1)
  })

  test('is not sent again while Twilio cannot be asked', async () => {
    twilio.become({ takes: true, says: 'reset' })
    twilio.whenAsked({ says: { status: 500, body: '' } })
    const { id } = await send()
    await untilTried(id, 6)
    expect(new Set(outcomes(await message(id)))).toEqual(new Set(['uncertain']))
    expect((await message(id)).status).toBe('queued')
    twilio.whenAsked({})
    await untilTried(id, 7)
    await reaches(id, 'sent')
    expect(twilio.copies(TO)).toBe(1)
  })
})

test('an organization’s Twilio reports to an address of its own; its token is never shown', async () => {
  expect(account).toMatchObject({ secrets: ['authToken'], settings: { from: 'Atelier' } })
  expect(JSON.stringify(await get('/v1/providers'))).not.toContain(twilio.authToken)
  expect((await app.call('POST', `/v1/providers/${account.id}/test`, undefined, { key })).body).toEqual({
    ok: true,
    detail: null,
  })
  const { id } = await send()
  await reaches(id, 'sent')
  expect(platform.taken).toEqual([])
  const callback = twilio.report(twilio.taken[0]!.sid, 'delivered')!
  expect(callback.url).toBe(`${account.webhookUrl}?message=${id}`)
})

test('it can say nothing about messages that went by another account, whoever signs', async () => {
  const { id } = await send(app.key)
  await reaches(id, 'sent', app.key)
  const mine = await send()
  await reaches(mine.id, 'sent')
  const { url, payload } = twilio.report(twilio.taken[0]!.sid, 'failed', 21610)!
  const forged = url.replace(mine.id, id)
  const signature = signatureOf({ url: forged, fields: [...new URLSearchParams(payload)] }, twilio.authToken)
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature }
  expect(await call({ url: forged, headers, payload })).toBe(204)
  await app.eventually(async () => {
    const [{ n }] = (await app.database.query<{ n: number }>(
      'select count(*)::int as n from webhook_receipt where processed_at is null',
      [],
    )) as [{ n: number }]
    return n === 0
  })
  expect(await message(id, app.key)).toMatchObject({ status: 'sent' })
})

test('one that has none sends by the platform’s', async () => {
  const { id } = await send(app.key)
  await reaches(id, 'sent', app.key)
  expect(await call(platform.report(platform.taken.at(-1)!.sid, 'delivered')!)).toBe(204)
  await reaches(id, 'delivered', app.key)
})

test('what a person writes to a number of the account is kept once, and STOP as Twilio understood it', async () => {
  const fields = {
    MessageSid: `SM${'e'.repeat(32)}`,
    From: TO,
    To: '+33937000000',
    Body: 'Arrêtez',
    OptOutType: 'STOP',
  }
  const written = twilio.write(account.webhookUrl, fields)
  expect(await call({ ...written, payload: `${written.payload}&Body=Oui` })).toBe(401)
  for (let n = 0; n < 2; n++) expect(await call(written)).toBe(204)
  const kept = await app.eventually(async () => {
    const rows = await app.database.query(
      'select from_address, text, kind, consent from inbound_message where account_id = $1 and followed_at is not null',
      [account.id],
    )
    return rows.length > 0 && rows
  })
  expect(kept).toEqual([{ from_address: TO, text: 'Arrêtez', kind: 'text', consent: 'stop' }])
})
