import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { packs } from '../../packs/packs.ts'
import { definePack } from '../packs/pack.ts'
import { type PretendServer, startPretendServer } from '../providers/smtp/pretend-server.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

let works = true
const fragile = definePack({
  name: 'fragile',
  events: [],
  open: () => ({
    automations: [
      {
        name: 'fragile.work',
        description: 'Works as long as it does',
        schedule: { cron: '0 5 * * *' },
        run: async () => {
          if (!works) throw new (await import('../../errors.ts')).AppError('conflict', 'The sample does not work')
          return { done: 1 }
        },
      },
    ],
  }),
})

let app: TestApp
/** Of each test's own organization. */
let own: { organizationId: string; key: string }
beforeAll(async () => {
  app = await startTestApp({ packs: [...packs, fragile], admins: ['operator@example.com'] })
})
afterAll(() => app.stop())
const opened: PretendServer[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.stop()
})

const call = (method: 'GET' | 'POST' | 'PATCH', url: string, body?: object) =>
  app.call(method, url, body, { key: own.key })
let n = 0
const organization = async (admin = true) => {
  own = await app.otherOrganization()
  if (admin) await app.signedIn(`admin-${++n}@example.com`, { role: 'admin', organizationId: own.organizationId })
}
/** Runs it, and gives what it counted. */
async function run(name: string, dryRun = false): Promise<Record<string, number>> {
  const started = await call('POST', `/v1/automations/${name}/run`, { dryRun })
  expect(started.status, JSON.stringify(started.body)).toBe(202)
  const { counts } = await app.eventually(async () => {
    const { items } = (await call('GET', `/v1/automations/${name}/runs`)).body
    const found = items.find(({ id }: { id: string }) => id === started.body.id)
    return (found.status === 'done' || found.status === 'failed') && found
  })
  return counts
}
async function send(addresses: readonly string[]): Promise<void> {
  const { status } = await call('POST', '/v1/notifications/batch', {
    notifications: addresses.map((email) => ({
      type: 'message.custom',
      to: { email },
      channels: ['email'],
      payload: { subject: 'Sample', body: email },
    })),
  })
  expect(status).toBe(202)
  await app.settled()
}
/** What the organization's people found in the app, oldest first. */
const told = () =>
  app.database.query<{ type: string; title: string; body: string }>(
    `select n.type, i.title, i.body from notification n join message m on m.notification_id = n.id join in_app_item i on i.message_id = m.id
     where n.organization_id = $1 order by n.id`,
    [own.organizationId],
  )
const later = (ms: number) => app.clock.advance(ms)

describe('a rule', () => {
  test('is changed by those who may, to what makes sense', async () => {
    await organization(false)
    const reader = await app.app.apiKeys.create({ organizationId: own.organizationId, name: 'Reads', scopes: ['read'] })
    const as = (body: object, rule = 'bounces', key = own.key) =>
      app.call('PATCH', `/v1/alert-rules/${rule}`, body, { key })
    expect((await as({ percent: 8 }, 'bounces', reader.key)).status).toBe(403)
    for (const [rule, body] of [
      ['bounces', { percent: 0 }],
      ['bounces', { percent: 'many' }],
      ['bounces', { perHour: 3 }],
      ['bounces', {}],
      ['queue', { minutes: { critical: 0 } }],
      ['cost', { perDay: -1 }],
    ] as const)
      expect([rule, body, (await as(body, rule)).status]).toEqual([rule, body, 422])
    expect((await as({ enabled: false }, 'nothing')).status).toBe(404)
    expect((await as({ percent: 8 })).body.bounces).toEqual({ enabled: true, percent: 8, atLeast: 50 })
    expect((await as({ minutes: { bulk: 60 } }, 'queue')).body.queue.minutes).toMatchObject({ critical: 5, bulk: 60 })
    expect((await as({ percent: null })).body.bounces).toMatchObject({ percent: 5 })
    const elsewhere = await app.otherOrganization()
    expect((await app.call('GET', '/v1/alert-rules', undefined, elsewhere)).body.queue.minutes.bulk).toBe(720)
  })

  test('on what comes back: told once, listed while it goes on, and over when it is', async () => {
    await organization()
    // A moved clock makes them late for seconds.
    await call('PATCH', '/v1/alert-rules/automation_late', { enabled: false })
    await call('PATCH', '/v1/alert-rules/bounces', { percent: 10, atLeast: 5 })
    await send(['bounce+1@example.com', 'a@example.com', 'b@example.com', 'c@example.com', 'd@example.com'])
    const bounced = async () => (await call('GET', '/v1/messages?status=bounced')).body.items.length
    await app.eventually(async () => (await bounced()) === 1)
    expect(await run('alerts.check', true)).toMatchObject({ wrong: 1, raised: 0 })
    expect(await told()).toEqual([])
    expect(await run('alerts.check')).toMatchObject({ wrong: 1, raised: 1, over: 0 })
    expect(await run('alerts.check')).toMatchObject({ wrong: 1, raised: 0 })
    await app.settled()
    expect(await told()).toMatchObject([
      { type: 'alert.raised', title: expect.stringMatching(/^Alerte.: trop de retours$/) },
    ])
    expect((await told())[0]!.body).toContain('20')
    expect((await call('GET', '/v1/alerts?open=true')).body.items).toMatchObject([
      { rule: 'bounces', endedAt: null, facts: { measured: 20, limit: 10 } },
    ])
    const elsewhere = await app.otherOrganization()
    expect((await app.call('GET', '/v1/alerts', undefined, elsewhere)).body.items).toEqual([])

    later(26 * HOUR)
    await app.eventually(async () => {
      later(10 * MINUTE)
      return (await run('alerts.check')).over === 1 || (await told()).length > 1
    })
    await app.settled()
    expect((await told()).map(({ type }) => type)).toEqual(['alert.raised', 'alert.over'])
    expect((await call('GET', '/v1/alerts?open=true')).body.items).toEqual([])
    expect((await call('GET', '/v1/alerts?open=false')).body.items).toHaveLength(1)
  })

  test('that is switched off ends without a word', async () => {
    await organization()
    await call('PATCH', '/v1/alert-rules/dead_letters', { perHour: 1 })
    await send(['fail+1@example.com', 'fail+2@example.com'])
    expect(await run('alerts.check')).toMatchObject({ raised: 1 })
    await call('PATCH', '/v1/alert-rules/dead_letters', { enabled: false })
    expect(await run('alerts.check')).toMatchObject({ wrong: 0, over: 0 })
    expect((await call('GET', '/v1/alerts?open=true')).body.items).toEqual([])
    await app.settled()
    expect(await told()).toHaveLength(1)
  })

  test('on what the day costs, in the currency it names', async () => {
    await organization()
    await call('PATCH', '/v1/alert-rules/cost', { perDay: 1, currency: 'USD' })
    await app.call(
      'POST',
      '/v1/notifications/batch',
      {
        notifications: ['1', '2', '3'].map((digit) => ({
          type: 'message.custom',
          to: { phone: `+3363998001${digit}` },
          channels: ['sms'],
          payload: { subject: 'Sample', body: `Sample ${digit}` },
        })),
      },
      { key: own.key },
    )
    await app.settled()
    expect(await run('alerts.check')).toMatchObject({ wrong: 0 })
    await call('PATCH', '/v1/alert-rules/cost', { currency: null })
    // Carriers say what it cost a little later.
    await app.eventually(async () => (await run('alerts.check')).raised === 1)
  })

  test('on a month’s budget: owners hear at 80 % and when it is spent, and a channel that is to stop is refused until it is more', async () => {
    await organization()
    await app.signedIn(`owner-${n}@example.com`, { role: 'owner', organizationId: own.organizationId })
    const sms = (digits: string, more: object = {}) =>
      call('POST', '/v1/notifications', {
        type: 'message.custom',
        to: { phone: `+336399802${digits}`, email: `budget-${digits}@example.com` },
        channels: ['sms', 'email'],
        payload: { subject: 'Sample', body: `Sample ${digits}` },
        ...more,
      })
    expect((await sms('01')).status).toBe(202)
    await app.settled()
    const spent = await app.eventually(async () => {
      const { total } = (await call('GET', '/v1/stats/costs')).body
      return total.find(({ currency }: { currency: string }) => currency === 'EUR')?.micros
    })
    const minor = Math.round(spent / 10_000)
    const change = (body: object) => call('PATCH', '/v1/alert-rules/budget_sms', body)
    expect((await change({ perMonth: 0 })).status).toBe(422)
    expect((await change({ perMonth: 1000 * minor, stop: true })).body.budget_sms).toMatchObject({ stop: true })
    expect(await run('alerts.check')).toMatchObject({ wrong: 0 })
    await change({ perMonth: Math.floor(minor / 0.8) })
    expect(await run('alerts.check')).toMatchObject({ raised: 1 })
    expect((await sms('02')).body.messages).toHaveLength(2)
    await app.settled()
    await change({ perMonth: 1 })
    expect(await run('alerts.check')).toMatchObject({ raised: 1 })
    expect(await run('alerts.check')).toMatchObject({ raised: 0 })
    await app.settled()
    const types = async (type: string) => (await call('GET', `/v1/notifications?type=${type}`)).body.items.length
    expect([await types('sms.budget_80'), await types('sms.budget_reached')]).toEqual([1, 1])
    const { items } = (await call('GET', '/v1/budgets')).body
    expect(items).toEqual([expect.objectContaining({ channel: 'sms', budget: 1, currency: 'EUR', stopped: true })])
    expect(items[0].spent).toBeGreaterThanOrEqual(minor)

    const reasons = async (digits: string, more: object = {}) => {
      const { status, body } = await sms(digits, more)
      expect(status).toBe(202)
      const shown: { reasons: { channel: string; reason: string }[] } = (
        await call('GET', `/v1/notifications/${body.id}`)
      ).body
      return Object.fromEntries(shown.reasons.map(({ channel, reason }) => [channel, reason]))
    }
    expect(await reasons('03')).toEqual({ sms: 'over_budget', email: 'requested' })
    expect(await reasons('04', { lane: 'critical' })).toEqual({ sms: 'requested', email: 'requested' })
    await change({ perMonth: null })
    expect(await run('alerts.check')).toMatchObject({ wrong: 0 })
    expect(await reasons('05')).toEqual({ sms: 'requested', email: 'requested' })
  })

  test('on silence: nobody answers any more while messages leave, where many did', async () => {
    await organization()
    const answer = (n: number) =>
      call('POST', '/v1/sandbox/inbound', { channel: 'sms', from: `+3363998030${n}`, text: `Sample ${n}` })
    const text = async (...digits: number[]) => {
      const { status } = await call('POST', '/v1/notifications/batch', {
        notifications: digits.map((digit) => ({
          type: 'message.custom',
          to: { phone: `+3363998030${digit}` },
          channels: ['sms'],
          payload: { subject: 'Sample', body: `Sample ${digit}` },
        })),
      })
      expect(status).toBe(202)
      await app.settled()
    }
    expect((await call('PATCH', '/v1/alert-rules/inbound', { hours: 0 })).status).toBe(422)
    // A moved clock makes them late for seconds.
    await call('PATCH', '/v1/alert-rules/automation_late', { enabled: false })
    await call('PATCH', '/v1/alert-rules/inbound', { hours: 24, atLeast: 3 })
    // Two answers in two weeks are no habit.
    await text(1, 2, 3)
    for (const one of [1, 2]) expect((await answer(one)).status).toBeLessThan(300)
    later(30 * HOUR)
    await text(4, 5, 6)
    expect(await run('alerts.check', true)).toMatchObject({ wrong: 0 })
    for (const one of [3, 4, 5]) await answer(one)
    await app.eventually(
      async () =>
        (await app.database.query('select 1 from inbound_message where organization_id = $1', [own.organizationId]))
          .length === 5,
    )
    // Nothing has left since: nobody has anything to answer.
    later(30 * HOUR)
    expect(await run('alerts.check', true)).toMatchObject({ wrong: 0 })
    await text(7, 8, 9)
    expect(await run('alerts.check')).toMatchObject({ wrong: 1, raised: 1 })
    await app.settled()
    expect(await told()).toMatchObject([
      {
        type: 'alert.raised',
        title: 'Alerte : plus aucune réponse reçue',
        body: expect.stringContaining('par SMS depuis 30 heures'),
      },
    ])
    await answer(6)
    await app.eventually(async () => (await run('alerts.check', true)).wrong === 0)
    await run('alerts.check')
    later(10 * MINUTE)
    expect(await run('alerts.check')).toMatchObject({ over: 1 })
  })

  test('on silence of a carrier: fewer reports than the week before', async () => {
    await organization()
    // A moved clock makes them late for seconds.
    await call('PATCH', '/v1/alert-rules/automation_late', { enabled: false })
    await call('PATCH', '/v1/alert-rules/reports', { atLeast: 4 })
    const delivered = async () =>
      (
        await app.database.query<{ n: number }>(
          'select coalesce(sum(delivered), 0)::int as n from stat where organization_id = $1 and channel = 1',
          [own.organizationId],
        )
      )[0]!.n
    const silent = (day: number) => [1, 2, 3, 4].map((one) => `silent+${day}${one}@example.com`)
    // A carrier that never reports is no news.
    await send(silent(0))
    later(30 * HOUR)
    await send(silent(1))
    later(5 * HOUR)
    expect(await run('alerts.check', true)).toMatchObject({ wrong: 0 })

    later(9 * 24 * HOUR)
    await send([1, 2, 3, 4].map((one) => `reports-${one}@example.com`))
    await app.eventually(async () => (await delivered()) === 4)
    later(30 * HOUR)
    await send(silent(2))
    expect(await run('alerts.check', true)).toMatchObject({ wrong: 0 })
    later(5 * HOUR)
    expect(await run('alerts.check')).toMatchObject({ wrong: 1, raised: 1 })
    await app.settled()
    expect(await told()).toMatchObject([
      {
        type: 'alert.raised',
        title: 'Alerte : plus de nouvelles d’un opérateur',
        body: expect.stringMatching(/^0\s% seulement/),
      },
    ])
    await call('PATCH', '/v1/alert-rules/reports', { enabled: false })
    expect(await run('alerts.check')).toMatchObject({ wrong: 0, over: 0 })
  })

  test('on appointments that got none of their reminders', async () => {
    await organization()
    // A moved clock makes them late for seconds.
    await call('PATCH', '/v1/alert-rules/automation_late', { enabled: false })
    await call('PATCH', '/v1/alert-rules/reminders', { atLeast: 1 })
    const at = new Date(app.clock.now().getTime() + 26 * HOUR)
    const plan = (subject: string, email: string) =>
      app.call(
        'PUT',
        `/v1/reminders/${subject}`,
        {
          at: at.toISOString(),
          to: { email },
          payload: { subject: 'Sample', body: 'Sample' },
          reminders: [
            { offset: '-PT25H', type: 'message.custom', channels: ['email'] },
            { offset: '-PT1H', type: 'message.custom', channels: ['email'] },
          ],
        },
        { key: own.key },
      )
    expect((await plan('well', 'reminded@example.com')).status).toBe(200)
    await plan('bad', 'fail+7@example.com')
    await plan('moved', 'fail+8@example.com')
    expect((await app.call('DELETE', '/v1/reminders/moved', undefined, { key: own.key })).status).toBe(200)
    // Whoever wants to hear nothing is no alarm.
    await plan('unwanted', 'unwanted@example.com')
    await call('POST', '/v1/suppressions', { channel: 'email', address: 'unwanted@example.com' })
    later(2 * HOUR)
    await app.settled()
    later(HOUR)
    expect(await run('alerts.check')).toMatchObject({ wrong: 1, raised: 1 })
    await app.settled()
    expect(await told()).toMatchObject([
      { type: 'alert.raised', title: 'Alerte : rappels non partis', body: expect.stringContaining('1 rendez-vous') },
    ])
    const { items } = (await call('GET', '/v1/alerts?open=true')).body
    expect(items).toMatchObject([{ rule: 'reminders', facts: { measured: 1, limit: 1, first: at.toISOString() } }])
    later(48 * HOUR)
    await run('alerts.check')
    later(10 * MINUTE)
    expect(await run('alerts.check')).toMatchObject({ over: 1 })
  })

  test('on an automation that fails: told at its second failure at once, and over when it works again', async () => {
    await organization()
    works = false
    await run('fragile.work')
    await app.settled()
    expect(await told()).toEqual([])
    await run('fragile.work')
    await app.eventually(async () => (await told()).length === 1)
    await run('fragile.work')
    await run('alerts.check')
    works = true
    await run('fragile.work')
    await app.eventually(async () => {
      later(10 * MINUTE)
      await run('alerts.check')
      return (await told()).length > 1
    })
    expect(await told()).toMatchObject([
      { type: 'automation.failed', title: expect.stringContaining('fragile.work') },
      { type: 'alert.over', title: expect.stringContaining('fragile.work') },
    ])
  })
})

describe('the report of what failed', () => {
  test('counts what was accepted long before it failed', async () => {
    await organization()
    const sendAt = new Date(app.clock.now().getTime() + 6 * 24 * HOUR).toISOString()
    await call('POST', '/v1/notifications', {
      type: 'message.custom',
      to: { email: 'fail+5@example.com' },
      channels: ['email'],
      payload: { subject: 'Sample', body: 'Sample' },
      sendAt,
    })
    later(6 * 24 * HOUR + MINUTE)
    await app.settled()
    expect(await run('dead_letters.report', true)).toEqual({ dead_letters: 1 })
  })

  test('says nothing where nothing did, then how many by reason, once', async () => {
    await organization()
    expect(await run('dead_letters.report')).toEqual({ dead_letters: 0 })
    await send(['fail+3@example.com', 'fail+4@example.com', 'well@example.com'])
    later(MINUTE)
    expect(await run('dead_letters.report', true)).toEqual({ dead_letters: 2 })
    await app.settled()
    expect(await told()).toEqual([])
    expect(await run('dead_letters.report')).toEqual({ dead_letters: 2 })
    later(MINUTE)
    expect(await run('dead_letters.report')).toEqual({ dead_letters: 0 })
    await app.settled()
    expect(await told()).toMatchObject([{ type: 'dead_letters.report', title: '2 messages ont échoué' }])
    const { items } = (await call('GET', '/v1/sandbox/messages?channel=email')).body
    const mail = items.find(({ subject }: { subject: string }) => subject === '2 messages ont échoué')
    expect((await call('GET', `/v1/sandbox/messages/${mail.id}`)).body.text).toMatch(/Refusés par l’opérateur.: 2/)
  })
})

describe('an account that nothing was sent by', () => {
  test('is signed in to, and a password that is wrong is told before anything needs it', async () => {
    await organization()
    const server = await startPretendServer({ extensions: ['AUTH PLAIN LOGIN'], AUTH: '535 5.7.8 Bad credentials' })
    opened.push(server)
    const { body: account } = await call('POST', '/v1/providers', {
      provider: 'smtp',
      channel: 'email',
      name: 'Our mail server',
      settings: {
        host: '127.0.0.1',
        port: server.port,
        from: 'hello@example.com',
        user: 'sample',
        password: 'wrong',
      },
    })
    expect(account.lastCheck).toBeNull()
    expect(await run('providers.check', true)).toMatchObject({ checked: expect.any(Number) })
    expect(server.commands).toEqual([])
    expect(await run('providers.check')).toMatchObject({ failed: 1 })
    const read = async () => (await call('GET', `/v1/providers/${account.id}`)).body.lastCheck
    expect(await read()).toMatchObject({ ok: false, detail: expect.stringContaining('Bad credentials') })
    await app.eventually(async () => (await told()).length > 0)
    expect(await told()).toMatchObject([{ type: 'provider.down', title: expect.stringContaining('Our mail server') }])
    // Asked once in an hour, however often it is run.
    const { at } = await read()
    expect(server.commands.filter((line) => line.startsWith('MAIL'))).toEqual([])
    await run('providers.check')
    expect((await read()).at).toBe(at)

    server.become({ extensions: ['AUTH PLAIN LOGIN'] })
    later(HOUR)
    expect(await run('providers.check')).toMatchObject({ failed: 0 })
    expect(await read()).toMatchObject({ ok: true })
    await app.eventually(async () => {
      later(30_000)
      return (await told()).length > 1
    })
    expect((await told()).map(({ type }) => type)).toEqual(['provider.down', 'provider.recovered'])
  })
})

test('every automation of the product is in the list, with when it runs', async () => {
  await organization(false)
  const { items } = (await call('GET', '/v1/automations')).body
  for (const name of [
    'contents.anonymise',
    'statistics.roll_up',
    'providers.check',
    'alerts.check',
    'templates.sync',
    'dead_letters.report',
    'bookings.tidy',
  ]) {
    expect(items.map((one: { name: string }) => one.name)).toContain(name)
    expect(items.find((one: { name: string }) => one.name === name).schedule.nextRunAt).toBeTruthy()
  }
  expect(await run('statistics.roll_up')).toMatchObject({ hours_forgotten: 0 })
  expect(await run('statistics.roll_up', true)).toMatchObject({ hours_forgotten: 0 })
  expect(await run('templates.sync')).toMatchObject({ failed: 0 })
})
