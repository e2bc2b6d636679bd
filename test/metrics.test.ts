import { once } from 'node:events'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startTestApp, type TestApp } from './app.ts'

let app: TestApp
let socket: WebSocket
beforeAll(async () => {
  app = await startTestApp({
    admins: ['operator@example.com'],
    bounceListener: { host: '127.0.0.1', port: 0 },
  })
  const address = await app.app.http.listen({ port: 0, host: '127.0.0.1' })
  socket = new WebSocket(`${address.replace('http', 'ws')}/v1/realtime`, {
    headers: { authorization: `Bearer ${app.key}` },
  })
  await once(socket, 'message')
})
afterAll(async () => {
  socket?.terminate()
  await app?.stop()
})

const FAILS = '+33639989901'

async function reading(): Promise<string> {
  const answer = await app.app.http.inject('/metrics')
  expect([answer.statusCode, String(answer.headers['content-type'])]).toEqual([
    200,
    expect.stringMatching('text/plain'),
  ])
  return answer.body
}
/** The sum of a metric's samples whose labels hold all of `labels`. */
async function value(name: string, labels: Record<string, string> = {}): Promise<number> {
  const lines = (await reading())
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
  return lines
    .filter((line) => Object.entries(labels).every(([label, is]) => line.includes(`${label}="${is}"`)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}
let n = 0
async function send(to: object, channels: object, more: object = {}): Promise<string> {
  n += 1
  const { status, body } = await app.post('/v1/notifications', {
    type: 'message.custom',
    to,
    channels,
    payload: { subject: `Sample ${n}`, body: `Sample text ${n}` },
    ...more,
  })
  expect(status, JSON.stringify(body)).toBe(202)
  return body.id
}
const reached = (id: string, ...statuses: string[]) =>
  app.eventually(async () => statuses.includes((await app.get(`/v1/notifications/${id}`)).body.status))

describe('an operator can tell', () => {
  test('how many tries were made, how they ended, and how long messages took from their time on', async () => {
    await reached(await send({ email: 'one@example.org' }, ['email']), 'delivered')
    await reached(await send({ email: 'fail@example.org' }, ['email']), 'failed')
    expect(await value('carillon_deliver_attempts_total', { channel: 'email', outcome: 'sent' })).toBe(1)
    expect(await value('carillon_deliver_attempts_total', { channel: 'email', outcome: 'permanent' })).toBe(1)
    expect(await value('carillon_deliver_dead_letters_total', { channel: 'email', reason: 'permanent' })).toBe(1)
    // The refused one took its time at the provider, and has no delay until it was taken.
    expect(await value('carillon_deliver_provider_duration_seconds_count', { provider: 'sandbox' })).toBe(2)
    expect(await value('carillon_deliver_delay_seconds_count', { channel: 'email', lane: 'immediate' })).toBe(1)
    await app.eventually(async () => (await value('carillon_provider_reports_total', { status: 'delivered' })) === 1)
  })

  test('that a chain went on, and that a digest left', async () => {
    await reached(await send({ email: 'two@example.org', phone: FAILS }, { firstOf: ['sms', 'email'] }), 'delivered')
    expect(await value('carillon_deliver_fallbacks_total')).toBe(1)

    const { body: contact } = await app.post('/v1/contacts', { email: 'news@example.org' })
    await app.call('PATCH', `/v1/contacts/${contact.id}/preferences`, { digest: { tx: 'hourly' } })
    for (let item = 0; item < 3; item++) await send({ contactId: contact.id }, ['email'])
    app.clock.advance(3_600_000)
    await app.eventually(async () => (await value('carillon_deliver_digest_size_items_count')) > 0)
    expect(await value('carillon_deliver_digest_size_items_sum')).toBe(3)
  })

  test('that people wrote, and that mail was brought to the door for what comes back', async () => {
    const phone = '+33639981212'
    await reached(await send({ phone }, ['sms']), 'delivered')
    await app.post('/v1/sandbox/inbound', { channel: 'sms', from: phone, text: 'Bonjour' })
    await app.eventually(async () => (await value('carillon_inbound_messages_total', { whose: 'organization' })) === 1)

    const door = createTransport({ host: '127.0.0.1', port: app.app.bounces.port(), ignoreTLS: true })
    const envelope = { from: '', to: 'stranger@example.org' }
    await expect(door.sendMail({ envelope, raw: 'Subject: sample\r\n\r\nsample' })).rejects.toThrow()
    door.close()
    expect(await value('carillon_bounce_mails_total', { via: 'smtp', kind: 'refused' })).toBe(1)
  })

  test('what is due, since when, and that the queue lost what it held', async () => {
    const operator = await app.signedIn('operator@example.com')
    const board = (method: 'GET' | 'PUT', path: string) =>
      app.app.http.inject({ method, url: `/ops/queues/api/queues${path}`, headers: operator })
    const { queues } = (await board('GET', '')).json()
    const { name } = queues.find((one: { displayName: string }) => one.displayName === 'deliver-email-urgent')

    await board('PUT', `/${name}/pause`)
    const id = await send({ email: 'waits@example.org' }, ['email'])
    await app.eventually(
      async () => (await value('carillon_work_messages', { channel: 'email', state: 'offered' })) === 1,
    )
    await app.eventually(
      async () => (await value('carillon_queue_waiting_jobs', { job: 'deliver-email-urgent' })) === 1,
    )
    await board('PUT', `/${name}/obliterate`)
    await app.eventually(async () => (await value('carillon_dispatch_lost_messages_total', { channel: 'email' })) > 0)
    await board('PUT', `/${name}/resume`)
    await reached(id, 'delivered')
    expect(await value('carillon_work_messages', { channel: 'email' })).toBe(0)
  })

  test('which kind of account is out of service; an organization’s own without its id', async () => {
    const { body: account } = await app.post('/v1/providers', {
      provider: 'smtp',
      channel: 'email',
      name: 'Gone',
      // Nothing listens there.
      settings: { host: '127.0.0.1', port: 1, from: 'sample@example.org' },
    })
    for (let message = 0; message < 10; message++) await send({ email: `gone${message}@example.org` }, ['email'])
    await app.eventually(
      async () => (await value('carillon_provider_accounts', { provider: 'smtp', breaker: 'open' })) === 1,
    )
    expect(await value('carillon_provider_accounts', { provider: 'smtp', breaker: 'closed' })).toBe(0)
    expect(await value('carillon_provider_health_ratio', { provider: 'smtp', account: 'own' })).toBeLessThan(1)
    expect(await reading()).not.toContain(account.id)
  })

  test('that messages were given back because they must wait, and why', async () => {
    const settings = {
      accountSid: `AC${'0'.repeat(32)}`,
      authToken: 'sample-token',
      from: 'Sample',
      baseUrl: 'http://127.0.0.1:1',
    }
    const limits = { secondsBetweenToOneAddress: 600 }
    await app.post('/v1/providers', { provider: 'twilio', channel: 'sms', name: 'One a while', settings, limits })
    for (let message = 0; message < 2; message++) await send({ phone: '+33639980008' }, ['sms'])
    await app.eventually(
      async () => (await value('carillon_deliver_waits_total', { channel: 'sms', why: 'pair_rate' })) > 0,
    )
  })

  test('what became of reminders that came due', async () => {
    const at = new Date(app.clock.now().getTime() + 2 * 3_600_000)
    await app.call('PUT', '/v1/reminders/sample', {
      at: at.toISOString(),
      to: { email: 'reminded@example.org' },
      payload: { subject: 'A sample', body: 'Until soon.' },
      reminders: [{ offset: '-PT119M', type: 'message.custom', channels: ['email'] }],
    })
    app.clock.advance(61_000)
    await app.eventually(async () => (await value('carillon_reminders_total', { state: 'sent' })) === 1)
  })

  test('all that is declared: nothing is there that is never counted', async () => {
    // What waits for the account that is gone comes due, and stays so until the next sweep.
    app.clock.advance(60_000)
    const text = await reading()
    const declared = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!)
    const ours = declared.filter((name) => !/^carillon_(process|nodejs)_/.test(name))
    const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    const silent = ours.filter((name) => !samples.some((line) => new RegExp(`^${name}(_count)?[ {]`).test(line)))
    expect(silent).toEqual([])
  })

  test('nothing of an organization, an address or a message in any label', async () => {
    const labels = [...(await reading()).matchAll(/="([^"]*)"/g)].map(([, label]) => label!)
    const platforms = /^00000000-0000-7000-8000-0000000000\d\d$/
    const telling = labels.filter((label) => /@|[0-9a-f]{8}-[0-9a-f]{4}|\+\d{6}/.test(label) && !platforms.test(label))
    expect(telling).toEqual([])
  })
})
