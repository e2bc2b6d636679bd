import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { type PretendServer, startPretendServer } from '../providers/smtp/pretend-server.ts'

const mailServer = ({ port }: PretendServer) => ({
  host: '127.0.0.1',
  port,
  secure: false,
  user: undefined,
  password: undefined,
  from: 'hello@example.com',
})

let server: PretendServer
let app: TestApp
beforeAll(async () => {
  server = await startPretendServer()
  app = await startTestApp({
    smtp: mailServer(server),
    isSandbox: false,
  })
})
afterAll(async () => {
  await app.stop()
  await server.stop()
})

let n = 0
const say = async (channels: object, key = app.key) => {
  n += 1
  const { status, body } = await app.call(
    'POST',
    '/v1/notifications',
    {
      type: 'message.custom',
      to: { email: `somebody-${n}@example.org`, phone: `+3363998${5_000 + n}` },
      channels,
      payload: { subject: `Sample ${n}`, body: 'Sample text' },
    },
    { key },
  )
  expect([status, body.code]).toEqual([202, undefined])
  return body
}
const shape = ({ messages }: { messages: { channel: string; status: string; reason?: string | null }[] }) =>
  messages.map(({ channel, status, reason }) => [channel, status, reason ?? null])
const why = ({ reasons }: { reasons: { channel: string; decision: string; reason: string }[] }) =>
  reasons.map(({ channel, decision, reason }) => [channel, decision, reason])

describe('with a real mail server and no carrier for phones', () => {
  test('a chain that begins on a phone goes out as a mail, and says why', async () => {
    const { id } = await say({ firstOf: ['whatsapp', 'sms', 'email'] })
    await app.settled()
    const { body } = await app.get(`/v1/notifications/${id}`)
    expect(shape(body)).toEqual([['email', 'sent', null]])
    expect(why(body)).toEqual([
      ['whatsapp', 'refused', 'no_account'],
      ['sms', 'refused', 'no_account'],
      ['email', 'chosen', 'requested'],
    ])
    expect(server.mails.at(-1)?.toString()).toContain(`Sample ${n}`)
    expect(await app.database.query('select 1 from sandbox_message')).toEqual([])
  })

  test('what is for all of them is a mail alone', async () => {
    expect(shape(await say(['email', 'sms']))).toEqual([['email', 'queued', null]])
  })

  test('what can only go to a phone is refused where everybody sees it', async () => {
    expect(shape(await say(['sms']))).toEqual([['sms', 'suppressed', 'no_account']])
    expect(shape(await say({ firstOf: ['whatsapp', 'sms'] }))).toEqual([['whatsapp', 'suppressed', 'no_account']])
  })

  test('an organization’s own account serves it, and what waits when that is removed waits for another', async () => {
    const { key } = await app.otherOrganization()
    const { status, body: account } = await app.call(
      'POST',
      '/v1/providers',
      {
        provider: 'free_mobile',
        channel: 'sms',
        name: 'Own',
        settings: { user: '12345678', pass: 'AbCdEfGh123456', number: '+33639981111' },
      },
      { key },
    )
    expect({ status, account }).toMatchObject({ status: 201 })
    const later = await app.call(
      'POST',
      '/v1/notifications',
      {
        type: 'message.custom',
        to: { phone: '+33639981111' },
        channels: ['sms'],
        payload: { subject: 'Later', body: 'Later' },
        sendAt: new Date(app.clock.now().getTime() + 3_600_000).toISOString(),
      },
      { key },
    )
    expect(shape(later.body)).toEqual([['sms', 'scheduled', 'send_at']])
    await app.call('DELETE', `/v1/providers/${account.id}`, undefined, { key })
    const read = async () =>
      (await app.call('GET', `/v1/messages/${later.body.messages[0].id}`, undefined, { key })).body
    app.clock.advance(3_700_000)
    // Claimed it is looked at a minute later too: only what waits again was given back.
    await app.eventually(async () => {
      const rows = await app.database.query<{ due_at: Date }>('select due_at from message_work where message_id = $1', [
        later.body.messages[0].id,
      ])
      const waits = ['scheduled', 'queued'].includes((await read()).status)
      return waits && rows[0] && rows[0].due_at.getTime() > app.clock.now().getTime()
    })
    app.clock.advance(5 * 24 * 3_600_000)
    await app.eventually(async () => (await read()).reason === 'deadline')
    expect(shape(await say(['sms'], key))).toEqual([['sms', 'suppressed', 'no_account']])
    expect(await app.database.query('select 1 from sandbox_message')).toEqual([])
  })
})

test('an organization that has an account of its own is in no sandbox on any channel, also when it is switched off', async () => {
  const other = await startTestApp({ isSandbox: false })
  try {
    const { key } = await other.otherOrganization()
    const call = (method: 'POST' | 'PATCH', url: string, body: object, as = key) =>
      other.call(method, url, body, { key: as })
    const { host, from } = mailServer(server)
    const account = await call('POST', '/v1/providers', {
      provider: 'smtp',
      channel: 'email',
      name: 'Own',
      settings: { host, port: server.port, from, ignoreTls: true },
    })
    expect(account, JSON.stringify(account.body)).toMatchObject({ status: 201 })
    const request = (digit: number) => ({
      type: 'message.custom',
      to: { phone: `+3363998111${digit}`, email: `own-${digit}@example.org` },
      channels: { firstOf: ['sms', 'email'] },
      payload: { subject: `Own ${digit}`, body: 'Sample' },
    })
    expect(shape((await call('POST', '/v1/notifications', request(1))).body)).toEqual([['email', 'queued', null]])
    await call('PATCH', `/v1/providers/${account.body.id}`, { enabled: false })
    expect(shape((await call('POST', '/v1/notifications', request(2))).body)).toEqual([
      ['sms', 'suppressed', 'no_account'],
    ])
    expect(shape((await call('POST', '/v1/notifications', request(3), other.key)).body)).toEqual([
      ['sms', 'queued', null],
    ])
    await other.settled()
    expect(
      await other.database.query('select 1 from sandbox_message where organization_id <> $1', [other.organizationId]),
    ).toEqual([])
  } finally {
    await other.stop()
  }
})

test.each([
  ['with no carrier at all', () => ({ isSandbox: false })],
  ['in the demo, on a channel that has none', () => ({ smtp: mailServer(server) })],
])('%s messages go to the sandbox', async (_, options) => {
  const other = await startTestApp(options())
  try {
    const { status, body } = await other.post('/v1/notifications', {
      type: 'message.custom',
      to: { phone: '+33639981112', email: 'somebody@example.org' },
      channels: { firstOf: ['sms', 'email'] },
      payload: { subject: 'Sample', body: 'Sample' },
    })
    expect({ status, body }).toMatchObject({ status: 202 })
    expect(shape(body)).toEqual([['sms', 'queued', null]])
  } finally {
    await other.stop()
  }
})
