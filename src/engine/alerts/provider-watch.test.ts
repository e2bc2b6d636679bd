import { afterEach, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { channelCode } from '../channels/channel.ts'
import { startPretendCarrier } from '../providers/http-client/pretend-carrier.ts'
import { type PretendServer, type Script, startPretendServer } from '../providers/smtp/pretend-server.ts'

const MINUTE = 60_000
const CLOSING: Script = {
  EHLO: (socket) => socket.end('421 4.3.2 Closing\r\n'),
  MAIL: (socket) => socket.end('421 4.3.2 Closing\r\n'),
}

const opened: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

async function pretend(): Promise<PretendServer> {
  const server = await startPretendServer()
  opened.push(server.stop)
  return server
}

const settingsFor = ({ port }: PretendServer) => ({
  host: '127.0.0.1',
  port,
  from: 'Sample sender <hello@example.com>',
  timeouts: { sendMs: 900, connectMs: 900, greetingMs: 900 },
})

interface Site {
  /** Every process of it. */
  readonly apps: readonly TestApp[]
  readonly app: TestApp
  readonly database: TestDatabase
  /** Its organization's own mail server, and the platform's. */
  readonly own: PretendServer
  readonly platform: PretendServer
  readonly accountId: string
}

/** So many workers on one database, an organization with an account of its own and an admin, and an operator. */
async function site(workers: number, slackWebhookUrl?: string): Promise<Site> {
  const database = await testDatabase({ worded: true })
  opened.push(() => database.close())
  const [own, platform] = [await pretend(), await pretend()]
  const queuePrefix = `watch-${Math.random().toString(36).slice(2)}`
  const apps: TestApp[] = []
  for (let n = 0; n < workers; n++) {
    const one = await startTestApp({
      database,
      queuePrefix,
      smtp: { ...settingsFor(platform), secure: false, user: undefined, password: undefined },
      admins: ['operator@example.com'],
      slackWebhookUrl,
    })
    opened.push(one.stop)
    apps.push(one)
  }
  const [app] = apps as [TestApp]
  await app.signedIn('admin@example.com', { role: 'admin' })
  await app.signedIn('operator@example.com', { role: 'staff' })
  const { status, body } = await app.post('/v1/providers', {
    provider: 'smtp',
    channel: 'email',
    name: 'Our mail server',
    settings: settingsFor(own),
    limits: { perSecond: 1_000 },
  })
  expect({ status, body }).toMatchObject({ status: 201 })
  return { apps, app, database, own, platform, accountId: body.id }
}

const later = ({ apps }: Site, ms: number) => {
  for (const one of apps) one.clock.advance(ms)
}

let people = 0
async function send({ app }: Site, count: number): Promise<void> {
  await app.post('/v1/notifications/batch', {
    notifications: Array.from({ length: count }, () => ({
      type: 'message.custom',
      to: { email: `reader${people++}@example.org` },
      channels: ['email'],
      payload: { subject: 'Sample subject', body: 'Sample body' },
    })),
  })
}

/** What was told about accounts, oldest first: the type, to whom, and the words in the feed. */
const told = ({ database }: Site) =>
  database.query<{ type: string; email: string; title: string; body: string }>(
    `select n.type, c.email, i.title, i.body from notification n join message m on m.notification_id = n.id
     join in_app_item i on i.message_id = m.id join contact c on c.id = n.contact_id
     where n.type like 'provider.%' order by n.id`,
  )
const breaker = async ({ app, accountId }: Site) => (await app.get(`/v1/providers/${accountId}`)).body.state.breaker
const known = ({ database }: Site) =>
  database.query<{ raised_at: Date | null; ended_at: Date | null }>('select raised_at, ended_at from alert order by id')

async function breakDown(one: Site): Promise<void> {
  one.own.become(CLOSING)
  // Each worker has a breaker of its own, and the time stands still: what failed is not tried again by itself.
  await one.app.eventually(async () => {
    await send(one, 30)
    for (let look = 0; look < 20; look++) {
      if ((await breaker(one)) !== 'closed') return true
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    return false
  })
}

/** The time goes on until it is so: workers look every two seconds of the true time. */
const inTime = (one: Site, ms: number, look: () => Promise<boolean>) => {
  let left = ms
  return one.app.eventually(async () => {
    if (await look()) return true
    if (left > 0) later(one, Math.min(left, 5_000))
    left -= 5_000
    await new Promise((resolve) => setTimeout(resolve, 200))
    return false
  })
}

test('an account that is out for a moment is nobody’s news', async () => {
  const one = await site(1)
  await breakDown(one)
  await one.app.eventually(async () => (await known(one)).length === 1)
  one.own.become({})
  await inTime(one, 30_000, async () => (await breaker(one)) === 'closed')
  await one.app.eventually(async () => (await known(one)).length === 0)
  later(one, 10 * MINUTE)
  expect(await told(one)).toEqual([])
})

test('is told once by two workers, by another account, and once more when it answers again, though nothing is sent meanwhile', async () => {
  const one = await site(2)
  await breakDown(one)
  await inTime(one, 2 * MINUTE, async () => (await told(one)).length > 0)
  // The mail of it goes by the platform's server; what waits for ours goes on waiting.
  await inTime(one, MINUTE, async () => one.platform.mails.some((mail) => mail.includes('admin@example.com')))
  await new Promise((resolve) => setTimeout(resolve, 5_000))
  expect(await told(one)).toEqual([
    expect.objectContaining({
      type: 'provider.down',
      email: 'admin@example.com',
      title: expect.stringContaining('Our mail server'),
    }),
  ])
  const mails = one.platform.mails.filter((mail) => mail.includes('To:') && mail.includes('admin@example.com'))
  expect(mails).toHaveLength(1)

  // Nothing is left that could find out whether it works.
  await one.database.query('delete from message_work where channel = $1', [channelCode('email')])
  one.own.become({})
  await inTime(one, 10 * MINUTE, async () => (await told(one)).length > 1)
  await new Promise((resolve) => setTimeout(resolve, 5_000))
  const [, over, ...more] = await told(one)
  expect({ over, more }).toMatchObject({ over: { type: 'provider.recovered', email: 'admin@example.com' }, more: [] })
  expect(await breaker(one)).toBe('closed')

  // Once more within half an hour: nobody hears of it a third time.
  await breakDown(one)
  later(one, 5 * MINUTE)
  await new Promise((resolve) => setTimeout(resolve, 5_000))
  expect(await told(one)).toHaveLength(2)
  later(one, 20 * MINUTE)
  await inTime(one, 40 * MINUTE, async () => (await told(one)).length === 3)
})

test('an account that is switched off ends without a word', async () => {
  const one = await site(1)
  await breakDown(one)
  await inTime(one, 2 * MINUTE, async () => (await told(one)).length === 1)
  await one.app.call('PATCH', `/v1/providers/${one.accountId}`, { enabled: false })
  await one.app.eventually(async () => (await known(one)).every(({ ended_at }) => ended_at !== null))
  later(one, 10 * MINUTE)
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  expect(await told(one)).toHaveLength(1)
})

test('of the platform’s own account those hear who operate it, also in Slack, and no organization', async () => {
  const slack = await startPretendCarrier(() => ({ status: 200, body: 'ok' }), {
    says: { status: 429, headers: { 'retry-after': '60' }, body: 'rate_limited' },
  })
  opened.push(slack.stop)
  const one = await site(1, `${slack.baseUrl}/services/sample`)
  await one.app.call('PATCH', `/v1/providers/${one.accountId}`, { enabled: false })
  one.platform.become(CLOSING)
  await send(one, 30)
  await inTime(one, 3 * MINUTE, async () => (await told(one)).length > 0)
  expect(await told(one)).toMatchObject([{ type: 'provider.down', email: 'operator@example.com' }])

  // Slack asks to slow down first.
  await one.app.eventually(async () => slack.asked.length === 1)
  slack.become({})
  await inTime(one, 3 * MINUTE, async () => slack.asked.length === 2)
  const [first, second] = slack.asked.map(({ body }) => JSON.parse(body).text)
  expect(second).toBe(first)
  expect(second).toMatch(/^\*Mail server \(email\) est hors service\*\n/)
  await one.app.eventually(async () => (await one.database.query('select 1 from operator_notice')).length === 0)
})

test('urgent messages that no worker takes are told to those who operate the platform, and that they move again', async () => {
  const app = await startTestApp({ admins: ['operator@example.com'] })
  opened.push(app.stop)
  const operator = await app.signedIn('operator@example.com')
  const board = async (method: 'GET' | 'PUT', path: string) =>
    app.app.http.inject({ method, url: `/ops/queues/api/queues${path}`, headers: operator })
  const queues = ((await board('GET', '')).json() as { queues: { name: string; displayName: string }[] }).queues
  const mail = queues.filter(({ displayName }) => displayName.includes('email'))
  expect(mail.length).toBeGreaterThan(0)
  for (const { name } of mail) expect((await board('PUT', `/${name}/pause`)).statusCode).toBe(200)
  await app.post('/v1/notifications', {
    type: 'message.custom',
    to: { email: 'waits@example.org' },
    channels: ['email'],
    payload: { subject: 'Sample', body: 'Sample' },
  })
  const alerts = async () =>
    app.database.query<{ type: string; title: string }>(
      `select n.type, i.title from notification n join message m on m.notification_id = n.id join in_app_item i on i.message_id = m.id
       where n.type = 'platform.system_alert' order by n.id`,
    )
  let minutes = 0
  const inTime = (look: () => Promise<boolean>) =>
    app.eventually(async () => {
      if (await look()) return true
      if (minutes++ < 15) app.clock.advance(MINUTE)
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      return false
    })
  await inTime(async () => (await alerts()).length === 1)
  expect(
    (await app.call('GET', '/v1/platform/alerts', undefined, { headers: operator, key: null })).body.items,
  ).toMatchObject([{ rule: 'queue', endedAt: null }])
  for (const { name } of mail) expect((await board('PUT', `/${name}/resume`)).statusCode).toBe(200)
  await app.settled()
  minutes = 0
  await inTime(async () => (await alerts()).length === 2)
  expect((await alerts()).map(({ title }) => title)).toEqual([
    expect.stringContaining('n’avancent plus'),
    expect.stringContaining('avancent de nouveau'),
  ])
})
