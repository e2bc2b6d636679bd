import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../../test/app.ts'
import { type PretendOvh, startPretendOvh } from './pretend-server.ts'

const TOKEN = 'a-token-in-the-address'
const MINUTE_MS = 60_000

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

/** Each test has an organization of its own, with an OVHcloud of its own. */
let ovh: PretendOvh
let key: string
let account: { webhookUrl: string; settings: object; secrets: string[] }
beforeEach(async () => {
  ovh = await startPretendOvh()
  key = (await app.otherOrganization()).key
  const settings = { ...ovh.account, from: 'Atelier', webhookToken: TOKEN }
  const body = { provider: 'ovh', channel: 'sms', name: 'Ours', settings }
  account = (await app.call('POST', '/v1/providers', body, { key })).body
})
afterEach(() => ovh.carrier.stop())

const message = async (id: string) => (await app.call('GET', `/v1/messages/${id}`, undefined, { key })).body
const reaches = (id: string, status: string) =>
  app.eventually(async () => {
    const detail = await message(id)
    return detail.status === status && detail
  })
async function send(): Promise<string> {
  const request = {
    type: 'message.custom',
    to: { phone: '+33639980100' },
    channels: ['sms'],
    payload: { subject: 'Sample subject', body: 'Sample body' },
  }
  return (await app.call('POST', '/v1/notifications', request, { key })).body.messages[0].id
}
/** As OVHcloud would call the address that was set up there. */
async function call(query: Record<string, string>): Promise<number> {
  const url = `${new URL(account.webhookUrl).pathname}?${new URLSearchParams(query)}`
  return (await app.app.http.inject({ method: 'GET', url })).statusCode
}

test('a message is delivered when OVHcloud says so by GET, and not when somebody else does', async () => {
  expect(account.secrets.toSorted()).toEqual(['applicationSecret', 'consumerKey', 'webhookToken'])
  const id = await send()
  await reaches(id, 'sent')
  const report = { id: `${ovh.taken[0]!.id}`, ptt: '4', date: '20260301130002', description: '1' }
  expect(await call(report)).toBe(401)
  expect(await call({ ...report, token: `${TOKEN}x` })).toBe(401)
  expect((await message(id)).status).toBe('sent')
  expect(await call({ ...report, token: TOKEN })).toBe(204)
  await reaches(id, 'delivered')
})

test('a message without a report is asked about', async () => {
  const id = await send()
  await reaches(id, 'sent')
  ovh.report(ovh.taken[0]!.id, { ptt: 24, deliveryReceipt: 2 })
  app.clock.advance(10 * MINUTE_MS)
  await app.app.polling.look()
  expect(await reaches(id, 'failed')).toMatchObject({ reason: 'ptt 24' })
})

test('what was taken without an answer is found by its tag, and not sent twice', async () => {
  ovh.become({ takes: true, says: 'reset' })
  const id = await send()
  await app.eventually(async () => ovh.taken.length === 1)
  ovh.become({})
  await reaches(id, 'sent')
  expect(ovh.taken).toHaveLength(1)
})

test('what was not taken as far as can be seen ends as uncertain, and is never sent on a guess', async () => {
  ovh.become({ says: 'reset' })
  const id = await send()
  await app.eventually(async () => (await message(id)).attempts.length > 0)
  ovh.become({})
  const detail = await app.eventually(async () => {
    app.clock.advance(MINUTE_MS)
    const now = await message(id)
    return now.status === 'failed' && now
  })
  expect(detail.reason).toContain('ENOTSEEN')
  expect(ovh.taken).toEqual([])
})
