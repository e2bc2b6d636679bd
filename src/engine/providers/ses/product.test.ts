import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../../test/app.ts'
import { type PretendServer, startPretendServer } from '../smtp/pretend-server.ts'
import { createPretendSns, TOPIC } from './pretend-sns.ts'
import type { Envelope } from './sns.ts'

const sns = createPretendSns()
const SES_ID = '0102018f5a6b7c8d-11111111-2222-3333-4444-555555555555-000000'
let app: TestApp
let server: PretendServer
beforeAll(async () => {
  server = await startPretendServer()
  app = await startTestApp({ fetchFromSns: sns.fetchFromSns })
})
afterAll(async () => {
  await app.stop()
  await server.stop()
})

let key: string
let account: { id: string; webhookUrl: string; secrets: string[]; limits: object }
beforeEach(async () => {
  server.become({ content: `250 Ok ${SES_ID}` })
  key = (await app.otherOrganization()).key
  const settings = {
    region: 'eu-west-3',
    user: 'AKIAEXAMPLE',
    password: 'a-password',
    from: 'hello@shop.example',
    topicArn: TOPIC,
    host: '127.0.0.1',
    port: server.port,
    ignoreTls: true,
  }
  const made = await app.call(
    'POST',
    '/v1/providers',
    { provider: 'ses', channel: 'email', name: 'Ours', settings },
    { key },
  )
  expect(made.status).toBe(201)
  account = made.body
})

const message = async (id: string) => (await app.call('GET', `/v1/messages/${id}`, undefined, { key })).body
const reaches = (id: string, status: string) =>
  app.eventually(async () => {
    const detail = await message(id)
    return detail.status === status && detail
  })
async function send(): Promise<{ id: string; status: string }> {
  const request = {
    type: 'message.custom',
    to: { email: 'camille@example.com' },
    channels: ['email'],
    payload: { subject: 'Sample subject', body: 'Sample body' },
    allowRepeat: true,
  }
  return (await app.call('POST', '/v1/notifications', request, { key })).body.messages[0]
}
async function post(made: Envelope): Promise<number> {
  const { headers, body } = sns.callOf(made, app.clock.now())
  const reply = await app.app.http.inject({
    method: 'POST',
    url: new URL(account.webhookUrl).pathname,
    headers: headers as Record<string, string>,
    payload: body,
  })
  return reply.statusCode
}
const event = (id: string, eventType: string, said: object = {}) =>
  sns.envelope(
    {
      Message: JSON.stringify({
        eventType,
        mail: { messageId: SES_ID, destination: ['camille@example.com'], tags: { carillon_message_id: [id] } },
        ...said,
      }),
    },
    app.clock.now(),
  )

test('a topic is subscribed, and a mail is delivered when SES says so through it', async () => {
  expect(account).toMatchObject({ secrets: ['password'], limits: { perSecond: 10 } })
  expect(await post(sns.subscription(app.clock.now()))).toBe(204)
  const { id } = await send()
  await reaches(id, 'sent')
  const delivery = event(id, 'Delivery', { delivery: {} })
  expect(await post({ ...delivery, Message: delivery.Message.replace('Delivery', 'Send') })).toBe(503)
  expect((await message(id)).status).toBe('sent')
  expect(await post(delivery)).toBe(204)
  await reaches(id, 'delivered')
})

test('a hard bounce is the last mail there', async () => {
  const { id } = await send()
  await reaches(id, 'sent')
  const bouncedRecipients = [{ action: 'failed', status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 Unknown' }]
  const bounce = { bounceType: 'Permanent', bounceSubType: 'General', bouncedRecipients }
  expect(await post(event(id, 'Bounce', { bounce }))).toBe(204)
  expect(await reaches(id, 'bounced')).toMatchObject({ reason: '5.1.1' })
  expect(await send()).toMatchObject({ status: 'suppressed' })
})

test('a try whose answer was lost is not made again, and what SES reports settles it', async () => {
  server.become({ content: (socket) => socket.destroy() })
  const sentBefore = server.mails.length
  const { id } = await send()
  expect(await reaches(id, 'failed')).toMatchObject({ reason: expect.stringContaining('uncertain') })
  expect(await post(event(id, 'Delivery', { delivery: {} }))).toBe(204)
  await reaches(id, 'delivered')
  expect(server.mails.length).toBe(sentBefore + 1)
})
