import { afterEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { createCrypto } from '../../platform/crypto.ts'
import { beginAgain } from '../audit/begin-again.ts'
import { signedHeaders, signingKey } from '../providers/sandbox/signature.ts'
import { type PretendServer, startPretendServer } from '../providers/smtp/pretend-server.ts'
import { rotateSecrets } from './rotation.ts'

const SECRET = 'a secret of thirty-two characters!'
const PLATFORM_EMAIL = '00000000-0000-7000-8000-000000000011'

const opened: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

async function start(options: Parameters<typeof startTestApp>[0] = {}): Promise<TestApp> {
  const app = await startTestApp(options)
  opened.push(app.stop)
  return app
}
async function pretend(): Promise<PretendServer> {
  const server = await startPretendServer()
  opened.push(server.stop)
  return server
}

const settingsFor = ({ port }: PretendServer) => ({ host: '127.0.0.1', port, from: 'Shop <hello@shop.example>' })
const smtpAt = (server: PretendServer, over: object = {}) => ({
  ...{ provider: 'smtp', channel: 'email', name: 'Our mail server', settings: settingsFor(server) },
  ...over,
})
const sandboxed = (over: object = {}) => ({
  provider: 'sandbox',
  channel: 'email',
  name: 'Sandbox of our own',
  ...over,
})

async function add(app: TestApp, account: object): Promise<string> {
  const { status, body } = await app.post('/v1/providers', account)
  expect({ status, body }).toMatchObject({ status: 201 })
  return body.id
}

let people = 0
async function send(app: TestApp, over: object = {}, key = app.key): Promise<string> {
  const notification = {
    type: 'message.custom',
    to: { email: `reader.${people++}@example.org` },
    channels: ['email'],
    payload: { subject: 'Sample subject', body: 'Sample body' },
    ...over,
  }
  const { body } = await app.call('POST', '/v1/notifications', notification, { key })
  return body.messages[0].id
}
const message = async (app: TestApp, id: string) => (await app.get(`/v1/messages/${id}`)).body
const reaches = (app: TestApp, id: string, status: string) =>
  app.eventually(async () => (await message(app, id)).status === status)
/** The accounts that tried it, in order. */
const triedBy = async (app: TestApp, id: string) =>
  (
    await app.database.query<{ provider_account_id: string }>(
      'select provider_account_id from attempt where message_id = $1 order by n',
      [id],
    )
  ).map((row) => row.provider_account_id)
const stateOf = async (app: TestApp, id: string) => (await app.get(`/v1/providers/${id}`)).body.state

describe('which account a message goes by', () => {
  test('its organization’s own before the platform’s, which the others keep', async () => {
    const [app, own] = [await start(), await pretend()]
    const other = await app.otherOrganization()
    const before = await send(app)
    await reaches(app, before, 'delivered')
    const account = await add(app, smtpAt(own))
    const after = await send(app)
    await reaches(app, after, 'sent')
    expect([await triedBy(app, before), await triedBy(app, after)]).toEqual([[PLATFORM_EMAIL], [account]])
    expect(own.mails).toHaveLength(1)

    const { body } = await app.call(
      'POST',
      '/v1/notifications',
      {
        type: 'message.custom',
        to: { email: 'a@example.org' },
        channels: ['email'],
        payload: { subject: 's', body: 'b' },
      },
      { key: other.key },
    )
    await app.settled()
    expect(await triedBy(app, body.messages[0].id)).toEqual([PLATFORM_EMAIL])

    await app.call('PATCH', `/v1/providers/${account}`, { enabled: false })
    const without = await send(app)
    await reaches(app, without, 'delivered')
    expect(await triedBy(app, without)).toEqual([PLATFORM_EMAIL])
  })

  test('another one when the first will not carry it; none when all have refused', async () => {
    const app = await start()
    const first = await add(app, sandboxed({ settings: { actsAs: 'elsewhere' } }))
    const second = await add(app, sandboxed({ position: 1 }))
    const carried = await send(app)
    await reaches(app, carried, 'delivered')
    expect(await triedBy(app, carried)).toEqual([first, second])

    await app.call('PATCH', `/v1/providers/${second}`, { settings: { actsAs: 'elsewhere' } })
    const refused = await send(app)
    await reaches(app, refused, 'failed')
    expect((await triedBy(app, refused)).toSorted()).toEqual([first, second].toSorted())
  })

  test('the back-up mail server of the platform while the first is gone', async () => {
    const [gone, backup] = [await pretend(), await pretend()]
    const platform = { secure: false, user: undefined, password: undefined, from: 'hello@shop.example' }
    const app = await start({
      smtp: { ...platform, host: '127.0.0.1', port: gone.port },
      smtpBackup: { ...platform, host: '127.0.0.1', port: backup.port },
    })
    await gone.stop()
    const ids = await Promise.all(Array.from({ length: 20 }, () => send(app)))
    for (const id of ids) await reaches(app, id, 'sent')
    expect(backup.mails).toHaveLength(20)
  })

  test('one whose try was left without an answer is asked alone; once removed, the message stops and says so', async () => {
    const app = await start()
    const account = await add(app, sandboxed())
    const id = await send(app, { sendAt: new Date(app.clock.now().getTime() + 300_000).toISOString() })
    await app.database.query(
      `insert into attempt (message_id, n, organization_id, provider, provider_account_id, started_at) values ($1, 1, $2, 'sandbox', $3, now())`,
      [id, app.organizationId, account],
    )
    await app.call('DELETE', `/v1/providers/${account}`)
    await app.database.query(
      'update message_work set state = 3, due_at = $2, worker_id = gen_random_uuid(), attempt = 1 where message_id = $1',
      [id, app.clock.now()],
    )
    await reaches(app, id, 'failed')
    expect((await message(app, id)).reason).toBe('uncertain')
  })
})

describe('an account that fails', () => {
  test('opens its breaker, its messages wait without using up tries, and a reset lets them go', async () => {
    const app = await start()
    const account = await add(app, sandboxed({ settings: { actsAs: 'config' } }))
    const first = await send(app)
    await app.eventually(async () => (await stateOf(app, account)).breaker === 'open')
    expect(await stateOf(app, account)).toMatchObject({
      reason: expect.stringMatching(/^535/),
      retryAt: expect.any(String),
    })
    const second = await send(app)
    await app.eventually(async () => (await triedBy(app, first)).length > 0)

    const { body } = await app.call('PATCH', `/v1/providers/${account}`, { settings: { actsAs: null } })
    expect(body.state).toMatchObject({ breaker: 'closed', reason: null })
    app.clock.advance(31_000)
    for (const id of [first, second]) await reaches(app, id, 'delivered')
    expect(await triedBy(app, second)).toHaveLength(1)
    expect(await app.database.query('select tries from message_work')).toEqual([])
  })

  test('is reset in every process that sends, and another organization’s goes on meanwhile', async () => {
    const server = await pretend()
    const [app, other] = await twoProcesses()
    const account = await add(app, smtpAt(server))
    server.become({ MAIL: '530 5.7.0 Sign in first' })
    const openIn = async () =>
      (await app.database.query('select 1 from provider_health where account_id = $1 and breaker = 2', [account]))
        .length
    await app.eventually(async () => {
      for (const process of [app, other]) await send(process, {}, app.key)
      return (await openIn()) === 2
    })
    expect((await stateOf(app, account)).reason).toMatch(/^530/)
    await reaches(other, await send(other), 'delivered')

    // The pause is five minutes; the fault is over, which nothing tells the breakers.
    server.become({})
    expect((await app.post(`/v1/providers/${account}/reset`)).body.state.breaker).toBe('closed')
    await app.eventually(async () => (await openIn()) === 0)
    app.clock.advance(31_000)
    other.clock.advance(31_000)
    await app.settled()
    expect(
      await app.database.query('select 1 from message where organization_id = $1 and status = 0', [app.organizationId]),
    ).toEqual([])
    await reaches(app, await send(app), 'sent')
  })

  test('asks to wait, and the whole account waits that long', async () => {
    const app = await start()
    const account = await add(app, sandboxed({ settings: { actsAs: 'throttle' } }))
    const first = await send(app)
    await app.eventually(async () => (await stateOf(app, account)).retryAt !== null)
    const second = await send(app)
    expect(await triedBy(app, second)).toEqual([])
    app.clock.advance(31_000)
    await reaches(app, first, 'delivered')
    app.clock.advance(31_000)
    await reaches(app, second, 'delivered')
  })
})

describe('what is changed', () => {
  test('is followed by the other processes: the next message goes where the settings now say', async () => {
    const [before, after] = [await pretend(), await pretend()]
    const api = await start({ roles: { api: true, worker: false } })
    const worker = await start({ roles: { api: false, worker: true }, database: api.database })
    const account = await add(api, smtpAt(before))
    await api.eventually(async () => {
      await send(api)
      return before.mails.length > 0
    })
    await worker.settled()
    await api.call('PATCH', `/v1/providers/${account}`, { settings: settingsFor(after) })
    await api.eventually(async () => {
      await send(api)
      return after.mails.length > 0
    })
    await worker.settled()
    const there = before.mails.length
    await send(api)
    await worker.settled()
    expect(before.mails).toHaveLength(there)
    expect(before.connections.open).toBe(0)
  })

  test('is taken in at once by the process that was asked, and what is under way ends as it began', async () => {
    const [before, after] = [await pretend(), await pretend()]
    const app = await start()
    let answer: (() => void) | undefined
    before.become({
      content: (socket) => {
        answer = () => socket.write('250 2.0.0 Ok: queued as 1\r\n')
      },
    })
    const account = await add(app, smtpAt(before))
    const slow = await send(app)
    await app.eventually(async () => answer !== undefined)
    await app.call('PATCH', `/v1/providers/${account}`, { settings: settingsFor(after) })
    await reaches(app, await send(app), 'sent')
    expect(after.mails).toHaveLength(1)
    answer!()
    await reaches(app, slow, 'sent')
    await app.eventually(async () => before.connections.open === 0)
    expect(before.mails).toHaveLength(1)
  })

  test('a removed account is sent with no more; what it has sent is still reported', async () => {
    const app = await start({ sandbox: { send: 'on demand' } })
    const account = await add(app, sandboxed())
    const id = await send(app)
    await reaches(app, id, 'sent')
    await app.call('DELETE', `/v1/providers/${account}`)

    const report = async (to: string) => {
      const at = app.clock.now().toISOString()
      const reports = [
        { id: crypto.randomUUID(), message: crypto.randomUUID(), reference: id, status: 'delivered', at },
      ]
      const body = Buffer.from(JSON.stringify({ reports }))
      const headers = signedHeaders(signingKey(SECRET), body, app.clock.now())
      const url = `/webhooks/sandbox/${to}`
      return (await app.app.http.inject({ method: 'POST', url, headers, payload: body })).statusCode
    }
    expect(await report(crypto.randomUUID())).toBe(404)
    expect(await report(account)).toBe(204)
    await reaches(app, id, 'delivered')
    const next = await send(app)
    await reaches(app, next, 'sent')
    expect(await triedBy(app, next)).toEqual([PLATFORM_EMAIL])
  })
})

describe('hosts on private networks', () => {
  test('are refused when they are saved, in every notation, and again when connecting', async () => {
    const target = await pretend()
    const app = await start({ allowPrivateHosts: false })
    for (const host of ['127.0.0.1', 'localhost', '0x7f.1', '2130706433', '10.0.0.8', '[::1]', '::ffff:127.0.0.1']) {
      const { status, body } = await app.post(
        '/v1/providers',
        smtpAt(target, { settings: { ...settingsFor(target), host } }),
      )
      expect([host, status, body.errors?.[0].path]).toEqual([host, 422, 'settings.host'])
    }

    const account = await add(
      app,
      smtpAt(target, { settings: { ...settingsFor(target), host: '8.8.8.8' }, enabled: false }),
    )
    for (const host of ['127.0.0.1', 'localhost', '127.1']) {
      const settings = JSON.stringify({ ...settingsFor(target), host })
      await app.database.query('update provider_account set settings = $2, updated_at = now() where id = $1', [
        account,
        createCrypto(SECRET).seal(settings, account),
      ])
      const { body } = await app.post(`/v1/providers/${account}/test`)
      expect(body).toEqual({ ok: false, detail: expect.stringMatching(/public/) })
    }
    await app.call('PATCH', `/v1/providers/${account}`, { enabled: true })
    const id = await send(app)
    await app.eventually(async () => (await message(app, id)).attempts[0]?.code === 'EPRIVATE')
    expect(target.connections.made).toBe(0)
  })

  test('are the platform’s own business', async () => {
    const server = await pretend()
    const smtp = { ...settingsFor(server), secure: false, user: undefined, password: undefined }
    const app = await start({ allowPrivateHosts: false, smtp })
    await reaches(app, await send(app), 'sent')
    expect(server.mails).toHaveLength(1)
  })
})

describe('when the secret changes', () => {
  const NEW = 'another secret of thirty-two characters'

  test('settings are read with the former one, sealed again once, and need it no more', async () => {
    const first = await start()
    const account = await add(
      first,
      smtpAt(await pretend(), { settings: { host: '127.0.0.1', from: 'a@b.example', user: 'u', password: 'p' } }),
    )
    const readBy = async (app: TestApp) =>
      (await app.call('GET', `/v1/providers/${account}`, undefined, { key: first.key })).body
    const { database } = first

    const both = await start({ database, secret: NEW, oldSecrets: [SECRET] })
    expect(await readBy(both)).toMatchObject({ settings: { user: 'u' }, secrets: ['password'] })
    const onlyNew = await start({ database, secret: NEW })
    expect(await readBy(onlyNew)).toMatchObject({ settings: null, secrets: [] })

    const run = async <Row>(_: string, text: string, values: readonly unknown[]) =>
      database.query<Row & object>(text, [...values])
    expect(await rotateSecrets(run, createCrypto(NEW))).toEqual({ sealed: 2, sealedAgain: 0, unreadable: 2 })
    const crypto = createCrypto(NEW, [SECRET])
    expect(await rotateSecrets(run, crypto)).toEqual({ sealed: 2, sealedAgain: 2, unreadable: 0 })
    expect(await rotateSecrets(run, crypto)).toEqual({ sealed: 2, sealedAgain: 0, unreadable: 0 })
    expect(await readBy(onlyNew)).toMatchObject({ settings: { user: 'u' }, secrets: ['password'] })
  })

  test('an account nobody can open stops, says why, and is put right by saving it', async () => {
    const first = await start()
    const account = await add(first, sandboxed())
    const { database, key } = first
    const app = await start({ database, secret: NEW, roles: { api: true, worker: true } })
    const call = (method: 'GET' | 'PATCH' | 'POST', url: string, body?: object) => app.call(method, url, body, { key })
    expect((await call('POST', `/v1/providers/${account}/test`)).body.detail).toMatch(/audit-begin-again/)
    const run = async <Row>(_: string, text: string, values: readonly unknown[]) =>
      database.query<Row & object>(text, [...values])
    expect(await beginAgain(run, createCrypto(NEW))).toBe(1)
    expect((await call('POST', `/v1/providers/${account}/test`)).body.detail).toMatch(/CARILLON_OLD_SECRETS/)
    expect((await call('PATCH', `/v1/providers/${account}`, { settings: {} })).body.settings).toEqual({})
    expect((await call('POST', `/v1/providers/${account}/test`)).body).toEqual({ ok: true, detail: null })
  })
})

async function twoProcesses(): Promise<[TestApp, TestApp]> {
  const app = await start()
  return [app, await start({ database: app.database })]
}
