import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../../test/app.ts'
import { startPretendServer } from '../smtp/pretend-server.ts'
import { type EventCall, type PretendSendgrid, refusal, startPretendSendgrid } from './pretend-server.ts'

let app: TestApp
let platform: PretendSendgrid
let mailServer: Awaited<ReturnType<typeof startPretendServer>>
beforeAll(async () => {
  platform = await startPretendSendgrid()
  mailServer = await startPretendServer()
  app = await startTestApp({
    smtp: {
      host: '127.0.0.1',
      port: mailServer.port,
      secure: false,
      user: undefined,
      password: undefined,
      from: 'hello@shop.example',
    },
    sendgrid: accountAt(platform),
  })
})
afterAll(async () => {
  await app.stop()
  await platform.stop()
  await mailServer.stop()
})

/** Each test has an organization of its own, with a SendGrid of its own. */
let sendgrid: PretendSendgrid
let account: { id: string; webhookUrl: string; settings: object; secrets: string[] }
let key: string
beforeEach(async () => {
  sendgrid = await startPretendSendgrid()
  key = (await app.otherOrganization()).key
  const settings = accountAt(sendgrid)
  const made = await app.call(
    'POST',
    '/v1/providers',
    { provider: 'sendgrid', channel: 'email', name: 'Ours', settings },
    { key },
  )
  expect(made.status).toBe(201)
  account = made.body
})
afterEach(() => sendgrid.stop())

function accountAt({ apiKey, baseUrl, webhookKey }: PretendSendgrid) {
  return { apiKey, baseUrl, webhookKey, from: 'Atelier <hello@shop.example>' }
}
const message = async (id: string, as = key) =>
  (await app.call('GET', `/v1/messages/${id}`, undefined, { key: as })).body
const reaches = (id: string, status: string, as = key) =>
  app.eventually(async () => {
    const detail = await message(id, as)
    return detail.status === status && detail
  })
async function send(as = key, email = 'camille@example.com'): Promise<{ id: string; status: string }> {
  const request = {
    type: 'message.custom',
    to: { email },
    channels: ['email'],
    payload: { subject: 'Sample subject', body: 'Sample body' },
    allowRepeat: true,
  }
  return (await app.call('POST', '/v1/notifications', request, { key: as })).body.messages[0]
}
/** As SendGrid would call, but over the app's own front door. */
const call = async ({ headers, payload }: EventCall, url = account.webhookUrl) =>
  (await app.app.http.inject({ method: 'POST', url: new URL(url).pathname, headers, payload })).statusCode

describe('a mail by SendGrid', () => {
  test('is sent, and delivered when SendGrid says so under its signature', async () => {
    const { id } = await send()
    await reaches(id, 'sent')
    const [taken] = sendgrid.taken
    const report = sendgrid.report([{ taken, event: 'delivered', response: '250 OK' }], app.clock.now())
    const forged = { ...report, payload: report.payload.replace('delivered', 'processed') }
    expect(await call(forged)).toBe(503)
    expect(await call(platform.report([{ taken, event: 'delivered' }], app.clock.now()))).toBe(503)
    expect((await message(id)).status).toBe('sent')
    expect(await call(report)).toBe(204)
    expect(await call(report)).toBe(204)
    await reaches(id, 'delivered')
    expect(await call(sendgrid.report([{ taken, event: 'processed' }], app.clock.now()))).toBe(204)
    expect((await message(id)).timeline.map(({ kind }: { kind: string }) => kind)).toEqual([
      'accepted',
      'sent',
      'delivered',
    ])
  })

  test('to an address that does not exist is the last one there', async () => {
    const { id } = await send()
    await reaches(id, 'sent')
    const bounce = {
      taken: sendgrid.taken[0],
      event: 'bounce',
      type: 'bounce',
      status: '5.1.1',
      reason: '550 5.1.1 Unknown',
    }
    expect(await call(sendgrid.report([bounce], app.clock.now()))).toBe(204)
    expect(await reaches(id, 'bounced')).toMatchObject({ reason: '5.1.1' })
    expect(await send()).toMatchObject({ status: 'suppressed' })
    expect(sendgrid.taken).toHaveLength(1)
  })

  test('to a full mailbox is not', async () => {
    const { id } = await send()
    await reaches(id, 'sent')
    const bounce = {
      taken: sendgrid.taken[0],
      event: 'bounce',
      type: 'bounce',
      status: '5.2.2',
      reason: '552 5.2.2 Full',
    }
    await call(sendgrid.report([bounce], app.clock.now()))
    await reaches(id, 'bounced')
    await reaches((await send()).id, 'sent')
  })

  for (const event of ['spamreport', 'unsubscribe'])
    test(`that was delivered and then answered by ${event} is the last one there`, async () => {
      const { id } = await send()
      await reaches(id, 'sent')
      const [taken] = sendgrid.taken
      await call(sendgrid.report([{ taken, event: 'delivered' }], app.clock.now()))
      await reaches(id, 'delivered')
      expect(await call(sendgrid.report([{ taken, event }], app.clock.now()))).toBe(204)
      await app.eventually(async () => (await send()).status === 'suppressed')
      expect((await message(id)).status).toBe('delivered')
    })

  test('waits as long as SendGrid asks and uses up no try', async () => {
    sendgrid.become((n) => (n <= 5 ? refusal(429, 'too many requests', null, { 'retry-after': '2' }) : {}))
    const { id } = await send()
    await app.eventually(async () => {
      app.clock.advance(3_000)
      return (await message(id)).status === 'sent'
    })
    expect(sendgrid.taken).toHaveLength(1)
  })

  test('whose answer was lost is sent again with the Message-ID it had', async () => {
    sendgrid.become((n) => (n === 1 ? { takes: true, says: 'reset' } : {}))
    const { id } = await send()
    const detail = await app.eventually(async () => {
      app.clock.advance(15_000)
      const now = await message(id)
      return now.status === 'sent' && now
    })
    expect(detail.attempts.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['uncertain', 'sent'])
    const ids = sendgrid.taken.map(({ mail }) => mail.personalizations[0].headers['Message-ID'])
    expect(ids).toEqual([`<${id}@shop.example>`, `<${id}@shop.example>`])
  })

  test('has a key that is never shown, and an account that can be tested', async () => {
    expect(account).toMatchObject({ secrets: ['apiKey'] })
    expect(JSON.stringify((await app.call('GET', '/v1/providers', undefined, { key })).body)).not.toContain('SG.')
    const tested = () => app.call('POST', `/v1/providers/${account.id}/test`, undefined, { key })
    expect((await tested()).body).toEqual({ ok: true, detail: null })
    sendgrid.become(refusal(403, 'access forbidden'))
    expect((await tested()).body).toEqual({ ok: false, detail: 'access forbidden' })
  })
})

test('the platform’s SendGrid takes over while its mail server fails', async () => {
  const first = await send(app.key)
  await reaches(first.id, 'sent', app.key)
  expect([mailServer.mails.length, platform.taken.length]).toEqual([1, 0])
  mailServer.become({ greeting: '421 4.3.2 Closing', MAIL: '421 4.3.2 Closing' })
  const second = await send(app.key, 'dominique@example.com')
  await app.eventually(async () => {
    app.clock.advance(1_000)
    return (await message(second.id, app.key)).status === 'sent'
  })
  expect([mailServer.mails.length, platform.taken.length]).toEqual([1, 1])
  const url = `http://127.0.0.1:1/webhooks/sendgrid/00000000-0000-7000-8000-000000000021`
  expect(await call(platform.report([{ taken: platform.taken[0], event: 'delivered' }], app.clock.now()), url)).toBe(
    204,
  )
  await reaches(second.id, 'delivered', app.key)
})
