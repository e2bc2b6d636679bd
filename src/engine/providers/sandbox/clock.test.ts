import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../../test/app.ts'
import { testDatabase } from '../../../../test/database.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const CLOCK = '/v1/sandbox/clock'

const opened: TestApp[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.stop()
})
/** One that is not like the others. */
async function start(options: Parameters<typeof startTestApp>[0]): Promise<TestApp> {
  const app = await startTestApp(options)
  opened.push(app)
  return app
}

const read = async (app: TestApp) => (await app.get(CLOCK)).body
const ahead = async (app: TestApp): Promise<number> => (await read(app)).aheadMs
const received = (app: TestApp, address: string) =>
  app.database.query<{ copies: number; created_at: Date }>(
    'select copies, created_at from sandbox_message where address = $1',
    [address],
  )
const plan = (app: TestApp, subject: string, at: Date, email: string) =>
  app.call('PUT', `/v1/reminders/${subject}`, {
    at: at.toISOString(),
    timeZone: 'Europe/Paris',
    to: { email },
    payload: { subject: 'A sample', body: 'Until soon.' },
    reminders: [{ offset: '-PT24H', type: 'message.custom', channels: ['email'] }],
  })

test('where nobody asked for a sandbox', async () => {
  const app = await start({ isSandbox: false })
  expect(await read(app)).toMatchObject({ movable: false, reason: 'not_sandbox', aheadMs: 0 })
  const { status, body } = await app.post(CLOCK, { advance: 'PT1H' })
  expect({ status, body }).toMatchObject({
    status: 409,
    body: { code: 'conflict', detail: expect.stringContaining('CARILLON_DEMO is not set') },
  })
  expect(await ahead(app)).toBe(0)
})

test('every process of an installation follows, also one that starts later; one that is no sandbox puts it back', async () => {
  const database = await testDatabase({ worded: true })
  try {
    const queuePrefix = `clock-${Math.random().toString(36).slice(2)}`
    const first = await start({ database, queuePrefix, roles: { api: true, worker: false } })
    const second = await start({ database, queuePrefix, roles: { api: true, worker: true } })
    await first.post(CLOCK, { advance: 'P2D' })
    await second.eventually(async () => (await ahead(second)) === 2 * DAY)
    const third = await start({ database, queuePrefix, roles: { api: true, worker: false } })
    expect(await ahead(third)).toBe(2 * DAY)
    const strict = await start({ database, queuePrefix, roles: { api: true, worker: false }, isSandbox: false })
    expect(await ahead(strict)).toBe(0)
    await first.eventually(async () => (await ahead(first)) === 0)
  } finally {
    for (const one of opened.splice(0).reverse()) await one.stop()
    await database.close()
  }
})

test('back to now, nothing of a lost worker or between two tries waits for the time that was left', async () => {
  const { createServer } = await import('node:http')
  let answer = 500
  const receiver = createServer((_, reply) => reply.writeHead(answer).end()).listen(0, '127.0.0.1')
  await new Promise((resolve) => receiver.once('listening', resolve))
  const database = await testDatabase({ worded: true })
  try {
    const without = await start({ database, queuePrefix: `lost-${Date.now()}`, roles: { api: true, worker: false } })
    await without.post(CLOCK, { advance: 'P40D' })
    const run = (await without.post('/v1/automations/contents.anonymise/run')).body
    const runs = async () => (await without.get('/v1/automations/contents.anonymise/runs')).body.items
    // Its job is in a queue that nobody works off.
    const working = await start({ database })
    const { port } = receiver.address() as { port: number }
    const endpoint = (
      await without.post('/v1/webhook-endpoints', {
        url: `http://127.0.0.1:${port}/`,
        events: ['notification.accepted'],
      })
    ).body
    await without.post('/v1/notifications', {
      type: 'message.custom',
      to: { email: 'told-late@example.com' },
      channels: ['email'],
      payload: { subject: 'Told', body: 'Told.' },
    })
    const deliveries = async () => (await without.get(`/v1/webhook-endpoints/${endpoint.id}/deliveries`)).body.items
    await working.eventually(async () => (await deliveries())[0]?.tries.length >= 1)
    // As a worker that died leaves it, and one that has waited for long.
    await database.query(
      `update automation_run set attempt = 1, lease_until = now() + interval '41 days', offered_at = now() + interval '40 days' where id = $1`,
      [run.id],
    )
    answer = 204
    await database.query(`update webhook_delivery set due_at = now() + interval '41 days'`)
    await without.call('DELETE', CLOCK)
    const [delivery] = await database.query<{ due_at: Date }>('select due_at from webhook_delivery')
    expect(delivery!.due_at.getTime()).toBeLessThan(Date.now() + HOUR)
    working.clock.advance(2 * 60_000)
    await working.eventually(async () => (await deliveries())[0]?.status === 'delivered')
    await working.eventually(async () =>
      (await runs()).some((one: { id: string; status: string }) => one.id === run.id && one.status === 'done'),
    )
  } finally {
    receiver.close()
    for (const one of opened.splice(0).reverse()) await one.stop()
    await database.close()
  }
})

test('what is under way at the moment of a jump is not sent twice', async () => {
  const app = await start({ sandbox: { latencyMs: [300, 900] } })
  const notifications = Array.from({ length: 60 }, (_, n) => ({
    type: 'message.custom',
    to: { email: `crowd-${n}@example.com` },
    channels: ['email'],
    payload: { subject: 'Many', body: String(n) },
  }))
  await app.post('/v1/notifications/batch', { notifications })
  for (let jump = 0; jump < 4; jump++) {
    await sleep(250)
    await app.post(CLOCK, { advance: 'PT10M' })
  }
  const copies = await app.eventually(async () => {
    const rows = await app.database.query<{ copies: number }>(
      `select copies from sandbox_message where address like 'crowd-%'`,
    )
    return rows.length === 60 && rows
  })
  await app.settled()
  expect(copies.filter((row) => row.copies !== 1)).toEqual([])
})

describe('in a sandbox', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startTestApp()
  })
  afterEach(async () => void (await app.call('DELETE', CLOCK)))
  afterAll(() => app.stop())

  describe('refuses', () => {
    test('where a carrier’s account is set up, of whatever organization; and no such account while it is moved', async () => {
      const other = await app.otherOrganization()
      const account = {
        provider: 'smtp',
        channel: 'email',
        name: 'Ours',
        settings: { host: '127.0.0.1', port: 1, from: 'us@example.com' },
      }
      const add = () => app.call('POST', '/v1/providers', account, { key: other.key })
      expect((await app.post(CLOCK, { advance: 'PT1H' })).status).toBe(200)
      const refused = await add()
      expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining('put it back') } })
      const sandboxAccount = { provider: 'sandbox', channel: 'email', name: 'Pretended' }
      expect((await app.post('/v1/providers', sandboxAccount)).status).toBe(201)

      expect((await app.call('DELETE', CLOCK)).status).toBe(200)
      const added = await add()
      expect(added.status, JSON.stringify(added.body)).toBe(201)
      expect(await read(app)).toMatchObject({ movable: false, reason: 'live_accounts' })
      expect(await app.post(CLOCK, { advance: 'PT1H' })).toMatchObject({
        status: 409,
        body: { detail: expect.stringContaining('messages really leave') },
      })
      await app.call('DELETE', `/v1/providers/${added.body.id}`, undefined, { key: other.key })
      expect((await app.post(CLOCK, { advance: 'PT1H' })).status).toBe(200)
    })

    test('what is past, too far, or no duration, and moves nothing', async () => {
      const at = new Date(app.clock.now().getTime() + 12 * HOUR)
      await plan(app, 'appointment-0', at, 'first@example.com')
      for (const [body, status] of [
        [{ moveTo: new Date(app.clock.now().getTime() - HOUR).toISOString() }, 409],
        [{ before: { subject: 'appointment-0', offset: 'PT24H' } }, 409],
        [{ before: { subject: 'appointment-0', offset: 'tomorrow' } }, 422],
        [{ before: { subject: 'nobody-knows', offset: 'PT24H' } }, 404],
        [{ moveTo: '2060-01-01T00:00:00Z' }, 422],
        [{ advance: 'P9999D' }, 422],
        [{ advance: '-PT1H' }, 422],
        [{ advance: 'PT0S' }, 422],
        [{ advance: 'P1Y' }, 422],
        [{ advance: 'PT1H', moveTo: at.toISOString() }, 422],
        [{}, 422],
      ] as const)
        expect([body, (await app.post(CLOCK, body)).status]).toEqual([body, status])
      expect(await ahead(app)).toBe(0)
    })

    test('a key that may not manage, and is on the record when it may', async () => {
      const { key } = await app.app.apiKeys.create({
        organizationId: app.organizationId,
        name: 'Reads and sends',
        scopes: ['read', 'send'],
      })
      expect((await app.call('POST', CLOCK, { advance: 'PT1H' }, { key })).status).toBe(403)
      expect((await app.call('DELETE', CLOCK, undefined, { key })).status).toBe(403)
      expect((await app.call('GET', CLOCK, undefined, { key })).status).toBe(200)
      await app.post(CLOCK, { advance: 'PT1H' })
      await app.call('DELETE', CLOCK)
      const acts = await app.eventually(async () => {
        const { items } = (await app.get('/v1/audit?limit=200')).body
        const ours = items.filter(({ act }: { act: string }) => act.startsWith('sandbox.clock'))
        return ours.length >= 2 && ours.slice(0, 2)
      })
      expect(acts.map(({ act }: { act: string }) => act)).toEqual(['sandbox.clock_put_back', 'sandbox.clock_moved'])
      expect(JSON.stringify(acts)).toContain('PT1H')
    })
  })

  test('a jump to a while before an appointment sends its reminder, and nothing that is later', async () => {
    const at = new Date(Math.ceil((app.clock.now().getTime() + 100 * DAY) / DAY) * DAY + 10 * HOUR)
    await plan(app, 'appointment-1', at, 'client@example.com')
    expect((await read(app)).nextReminderAt).toBe(new Date(at.getTime() - DAY).toISOString())
    const { body } = await app.post(CLOCK, { before: { subject: 'appointment-1', offset: 'PT25H' } })
    expect(Math.abs(Date.parse(body.now) - (at.getTime() - 25 * HOUR))).toBeLessThan(HOUR / 2)
    await sleep(1_200)
    expect(await received(app, 'client@example.com')).toEqual([])

    await app.post(CLOCK, { moveTo: body.nextReminderAt })
    const [message] = await app.eventually(async () => {
      const rows = await received(app, 'client@example.com')
      return rows.length > 0 && rows
    })
    expect(message!.created_at.getTime()).toBeGreaterThanOrEqual(at.getTime() - DAY)
    expect((await app.get('/v1/reminders/appointment-1')).body.reminders[0]).toMatchObject({ status: 'sent' })
    expect((await read(app)).nextReminderAt).toBeNull()
  })

  test('there is room for what is written years ahead, and the time of day goes on there', async () => {
    for (const advance of ['P400D', 'P800D', 'P600D']) {
      expect((await app.post(CLOCK, { advance })).status).toBe(200)
      const { status, body } = await app.post('/v1/notifications', {
        type: 'message.custom',
        to: { email: 'far@example.com' },
        channels: ['email'],
        payload: { subject: 'From afar', body: advance },
      })
      expect({ status, body }).toMatchObject({ status: 202 })
      await app.eventually(async () => (await app.get(`/v1/notifications/${body.id}`)).body.status === 'delivered')
    }
    expect(await ahead(app)).toBe(1_800 * DAY)
  })

  test('back to now, everything works as before: the same words may be said again, and nothing is held up', async () => {
    const words = {
      type: 'message.custom',
      to: { email: 'again@example.com' },
      channels: ['email'],
      payload: { subject: 'Again', body: 'The same.' },
    }
    const send = async () => (await app.post('/v1/notifications', words)).body
    const automation = async () =>
      (await app.get('/v1/automations')).body.items.find(({ schedule }: { schedule?: object }) => schedule).schedule
        .nextRunAt
    await app.post(CLOCK, { advance: 'P40D' })
    const first = await send()
    await app.eventually(async () => (await app.get(`/v1/notifications/${first.id}`)).body.status === 'delivered')
    expect((await send()).messages).toMatchObject([{ status: 'suppressed' }])
    await app.eventually(async () => Date.parse(await automation()) > Date.now() + 39 * DAY)

    expect((await app.call('DELETE', CLOCK)).body).toMatchObject({ aheadMs: 0 })
    const second = await send()
    expect(second.messages).toMatchObject([{ status: 'queued' }])
    await app.eventually(async () => (await app.get(`/v1/notifications/${second.id}`)).body.status === 'delivered')
    expect(Date.parse(await automation())).toBeLessThan(Date.now() + 35 * DAY)
    expect((await received(app, 'again@example.com')).map(({ copies }) => copies)).toEqual([1, 1])
  })

  test('what is told to other programs is signed by the true time, which they compare with their own', async () => {
    const { createServer } = await import('node:http')
    const stamps: number[] = []
    const receiver = createServer((request, reply) => {
      stamps.push(Number(request.headers['webhook-timestamp']) * 1000)
      reply.writeHead(204).end()
    }).listen(0, '127.0.0.1')
    try {
      await new Promise((resolve) => receiver.once('listening', resolve))
      const { port } = receiver.address() as { port: number }
      const url = `http://127.0.0.1:${port}/`
      const made = await app.post('/v1/webhook-endpoints', { url, events: ['notification.accepted'] })
      expect(made.status, JSON.stringify(made.body)).toBe(201)
      await app.post(CLOCK, { advance: 'P3D' })
      await app.post('/v1/notifications', {
        type: 'message.custom',
        to: { email: 'told@example.com' },
        channels: ['email'],
        payload: { subject: 'Told', body: 'Told.' },
      })
      await app.eventually(async () => stamps.length > 0)
      expect(Math.abs(stamps[0]! - Date.now())).toBeLessThan(HOUR)
    } finally {
      receiver.close()
    }
  })
})
