import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { nextRun } from './cron.ts'

const CRON_SECRET = 'a-secret-for-schedulers'
const NAME = 'contents.anonymise'
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ cronSecret: CRON_SECRET })
})
afterAll(() => app.stop())

const scheduleOf = async () =>
  (await app.get('/v1/automations')).body.items.find((one: { name: string }) => one.name === NAME).schedule
const change = (body: object, key?: string) => app.call('PATCH', `/v1/automations/${NAME}`, body, key ? { key } : {})
const runs = async (): Promise<{ status: string; createdAt: string }[]> =>
  (await app.get(`/v1/automations/${NAME}/runs`)).body.items
const wait = (ms: number) => app.clock.moveTo(new Date(app.clock.now().getTime() + ms))

describe('a cron expression', () => {
  test.each([
    ['30 3 * * *', 'Europe/Paris', '2026-11-27T12:00:00Z', '2026-11-28T02:30:00.000Z'],
    // Left out on 29 March 2026 in Paris: taken at 03:00. Shown twice on 25 October: the first time only.
    ['30 2 * * *', 'Europe/Paris', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00.000Z'],
    ['30 2 * * *', 'Europe/Paris', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00.000Z'],
    ['30 2 * * *', 'Europe/Paris', '2026-10-25T00:30:00Z', '2026-10-26T01:30:00.000Z'],
    ['0 10 * * MON-FRI', 'America/New_York', '2026-11-27T16:00:00Z', '2026-11-30T15:00:00.000Z'],
    ['0 0 29 2 *', 'UTC', '2096-03-01T00:00:00Z', '2104-02-29T00:00:00.000Z'],
  ])('%s in %s comes after %s at %s', (cron, zone, from, next) => {
    expect(nextRun(cron, zone, new Date(from))?.toISOString()).toBe(next)
  })
})

describe('when an automation runs', () => {
  test('is the product’s choice in the organization’s zone, until it is changed', async () => {
    expect(await scheduleOf()).toMatchObject({
      cron: '30 3 * * *',
      timeZone: 'Europe/Paris',
      enabled: true,
      byDefault: { cron: '30 3 * * *', timeZone: 'Europe/Paris' },
    })
    const changed = await change({ cron: '15 5 * * *', timeZone: 'Asia/Kolkata' })
    expect(changed).toMatchObject({ status: 200, body: { cron: '15 5 * * *', timeZone: 'Asia/Kolkata' } })
    expect(changed.body.nextRunAt).toMatch(/T23:45:00\.000Z$/)
    expect((await change({ enabled: false })).body).toMatchObject({
      enabled: false,
      nextRunAt: null,
      cron: '15 5 * * *',
    })
    expect((await change({ enabled: true, cron: null, timeZone: null })).body).toMatchObject({
      enabled: true,
      cron: '30 3 * * *',
      timeZone: 'Europe/Paris',
    })
  })

  test('begins a run at that time, once, on however many machines', async () => {
    const second = await startTestApp({ database: app.database })
    try {
      await change({ cron: '0 12 * * *', timeZone: 'UTC' })
      const before = (await runs()).length
      const { nextRunAt } = await scheduleOf()
      for (const { clock } of [app, second]) clock.moveTo(new Date(new Date(nextRunAt).getTime() + 1_000))
      await app.eventually(async () => (await runs()).length > before && (await runs())[0]?.status === 'done')
      expect(await runs()).toHaveLength(before + 1)
      expect(new Date((await scheduleOf()).nextRunAt).getTime() - new Date(nextRunAt).getTime()).toBe(DAY)
    } finally {
      await second.stop()
    }
  })

  test('that was missed while nothing ran is made up for once', async () => {
    await change({ cron: '0 * * * *', timeZone: 'UTC' })
    const before = (await runs()).length
    wait(5 * DAY)
    await app.eventually(async () => (await runs()).length > before && (await runs())[0]?.status === 'done')
    const { nextRunAt } = await scheduleOf()
    expect(new Date(nextRunAt).getTime()).toBeGreaterThan(app.clock.now().getTime())
    expect(await runs()).toHaveLength(before + 1)
  })

  test('is never while it is switched off, but by hand', async () => {
    await change({ enabled: false })
    const before = (await runs()).length
    wait(2 * DAY)
    // That of another organization, whose time has come as well, shows that due ones were looked for meanwhile.
    const { key, organizationId } = await app.otherOrganization()
    const theirs = async () => (await app.call('GET', `/v1/automations/${NAME}/runs`, undefined, { key })).body.items
    await app.eventually(
      async () =>
        (await app.database.query('select 1 from automation_schedule where organization_id = $1', [organizationId]))
          .length > 0,
    )
    wait(2 * DAY)
    await app.eventually(async () => (await theirs()).length > 0)
    expect(await runs()).toHaveLength(before)
    expect((await app.post(`/v1/automations/${NAME}/run`, {})).status).toBe(202)
    await change({ enabled: true, cron: null, timeZone: null })
  })

  test.each([
    ['nonsense', { cron: 'every day' }, 'cron'],
    ['seconds', { cron: '* * * * * *' }, 'cron'],
    ['a date, which comes once', { cron: '2026-12-01T10:00:00' }, 'cron'],
    ['a date in words', { cron: '2027-01-01 09:00 +0 0 0' }, 'cron'],
    ['a nickname', { cron: '@daily' }, 'cron'],
    ['a time there is none of', { cron: '0 0 31 2 *' }, 'cron'],
    ['an unknown zone', { timeZone: 'Europe/Nowhere' }, 'timeZone'],
    ['an unknown field', { every: 5 }, 'every'],
  ])('is not changed to %s', async (_what, body, path) => {
    const before = await scheduleOf()
    const refused = await change(body)
    expect(refused.status).toBe(422)
    expect(JSON.stringify(refused.body)).toContain(path)
    expect(await scheduleOf()).toEqual(before)
  })

  test('that is on and has no next time is late', async () => {
    const late = async () =>
      Number(
        /^carillon_automation_overdue_seconds (.*)$/m.exec((await app.app.http.inject('/metrics')).body)?.[1] ?? '-1',
      )
    await app.eventually(async () => (await late()) === 0)
    await app.database.query(
      'update automation_schedule set next_at = null, updated_at = $3 where organization_id = $1 and name = $2',
      [app.organizationId, NAME, new Date(app.clock.now().getTime() - 20 * MINUTE)],
    )
    expect(await late()).toBeGreaterThanOrEqual(20 * 60)
    await change({ enabled: false })
    expect(await late()).toBe(0)
    await change({ enabled: true })
  })

  test('is not anybody else’s to see or change, and not that of what is no automation', async () => {
    const { key } = await app.otherOrganization()
    await change({ cron: '0 7 * * *' }, key)
    expect((await scheduleOf()).cron).toBe('30 3 * * *')
    expect((await app.call('PATCH', '/v1/automations/no.such', { enabled: false })).status).toBe(404)
    expect((await app.call('PATCH', '/v1/automations/contact.erase', { enabled: false })).status).toBe(404)
  })
})

describe('an outside scheduler', () => {
  const call = (method: 'GET' | 'POST', name = NAME, secret: string | null = CRON_SECRET) =>
    app.call(method, `/api/cron/${name}`, undefined, {
      key: null,
      headers: secret === null ? {} : { authorization: `Bearer ${secret}` },
    })

  test('runs an automation for every organization and hears what it did', async () => {
    await app.otherOrganization()
    for (const method of ['GET', 'POST'] as const) {
      const { status, body } = await call(method)
      expect({ status, body }).toMatchObject({ status: 200, body: { success: true, notifications: 0, putOff: 0 } })
      expect(new Date(body.timestamp).getTime()).toBeGreaterThan(0)
    }
  })

  test('needs the secret, and an automation there is', async () => {
    for (const secret of [null, '', 'wrong', `${CRON_SECRET}x`, app.key])
      expect(await call('GET', NAME, secret)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
    expect((await call('POST', 'no.such')).status).toBe(404)
    expect((await call('GET', 'contact.erase')).status).toBe(404)
    const closed = await startTestApp({ database: app.database })
    try {
      const reply = await closed.call('GET', `/api/cron/${NAME}`, undefined, {
        key: null,
        headers: { authorization: 'Bearer undefined' },
      })
      expect(reply.status).toBe(401)
    } finally {
      await closed.stop()
    }
  })
})
