import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
  // Noon in Paris on a Monday: nobody is asleep.
  app.clock.moveTo(new Date('2026-11-23T11:00:00Z'))
})
afterAll(() => app.stop())

const SECOND_MS = 1_000
const HOUR_MS = 3_600 * SECOND_MS
let n = 0

interface Tenant {
  readonly organizationId: string
  readonly key: string
}

/** An organization whose only account of the channel has these limits. */
async function limited(channel: string, limits: object): Promise<Tenant> {
  const tenant = await app.otherOrganization()
  const account = { provider: 'sandbox', channel, name: 'Limited', settings: {}, limits }
  const { status, body } = await app.call('POST', '/v1/providers', account, { key: tenant.key })
  expect([status, body.code]).toEqual([201, undefined])
  return tenant
}

async function say({ key }: Tenant, channel: string, over: object = {}): Promise<string> {
  n += 1
  const to = { email: `limited-${n}@example.org`, phone: `+336399${String(80_000 + n).slice(-5)}` }
  const { status, body } = await app.call(
    'POST',
    '/v1/notifications',
    { type: 'message.custom', to, channels: [channel], payload: { subject: `S ${n}`, body: `Text ${n}` }, ...over },
    { key },
  )
  expect([status, body.code]).toEqual([202, undefined])
  return body.messages[0].id
}
const many = (count: number, tenant: Tenant, channel: string, over: object = {}) =>
  Promise.all(Array.from({ length: count }, () => say(tenant, channel, over)))

/** When each of an organization's messages was taken. */
const takenAt = async ({ organizationId }: Tenant): Promise<number[]> =>
  (
    await app.database.query<{ at: Date }>(
      'select started_at as at from attempt where organization_id = $1 and outcome = 0 order by started_at',
      [organizationId],
    )
  ).map((row) => row.at.getTime())
const taken = async (tenant: Tenant): Promise<number> => (await takenAt(tenant)).length

describe('an account’s limits', () => {
  test('hold for all that is sent with it, however much waits, and everything leaves in the end', async () => {
    const tenant = await limited('email', { perSecond: 20, burst: 5 })
    await many(60, tenant, 'email')
    await app.eventually(async () => (await taken(tenant)) === 60)
    const times = await takenAt(tenant)
    for (const [first, from] of times.entries())
      for (const [last, to] of times.entries())
        if (last >= first)
          // The clock of the attempt is read a moment after the tokens were taken.
          expect(last - first + 1).toBeLessThanOrEqual(5 + Math.ceil(((to - from + 250) / SECOND_MS) * 20))
    const tries = await app.database.query('select 1 from attempt where organization_id = $1', [tenant.organizationId])
    expect(tries).toHaveLength(60)
  })

  test('count over any 24 hours; what is over waits and says so', async () => {
    const tenant = await limited('sms', { perDay: 10 })
    const ids = await many(14, tenant, 'sms', { lane: 'bulk' })
    await app.eventually(async () => (await taken(tenant)) === 10)
    const waiting = await app.eventually(async () => {
      const all = await Promise.all(
        ids.map(async (id) => (await app.call('GET', `/v1/messages/${id}`, undefined, tenant)).body),
      )
      const held = all.filter((one) => one.timeline.at(-1).detail?.reason === 'daily_quota')
      return held.length === 4 && held
    })
    expect(waiting[0].status).toBe('scheduled')
    expect(new Date(waiting[0].dueAt).getTime()).toBeGreaterThan(app.clock.now().getTime() + 23 * HOUR_MS)
    app.clock.advance(25.5 * HOUR_MS)
    await app.eventually(async () => (await taken(tenant)) === 14)
  })

  test('that keep a message past its deadline fail it then, with the reason', async () => {
    const tenant = await limited('sms', { perDay: 1 })
    const ids = await many(2, tenant, 'sms')
    await app.eventually(async () => (await taken(tenant)) === 1)
    app.clock.advance(12 * HOUR_MS + SECOND_MS)
    const failed = await app.eventually(async () => {
      const all = await Promise.all(
        ids.map(async (id) => (await app.call('GET', `/v1/messages/${id}`, undefined, tenant)).body),
      )
      return all.find((one) => one.status === 'failed')
    })
    expect(failed).toMatchObject({ reason: 'deadline', attempts: [] })
    const { body } = await app.call('GET', '/v1/dead-letters', undefined, tenant)
    expect(body.items).toMatchObject([{ id: failed.id, reason: 'deadline' }])
  })

  test('keep the pause to one address, and hold up nobody else', async () => {
    const tenant = await limited('whatsapp', { secondsBetweenToOneAddress: 6 })
    const to = { phone: '+33639980098' }
    for (let i = 0; i < 3; i++) await say(tenant, 'whatsapp', { to })
    await many(5, tenant, 'whatsapp')
    await app.eventually(async () => (await taken(tenant)) === 6)
    for (const expected of [7, 8]) {
      app.clock.advance(6 * SECOND_MS)
      await app.eventually(async () => (await taken(tenant)) === expected)
    }
    const times = await app.database.query<{ at: Date }>(
      `select a.started_at as at from attempt a join message m on m.id = a.message_id where m.organization_id = $1 and m.address = $2 order by 1`,
      [tenant.organizationId, to.phone],
    )
    for (let i = 1; i < times.length; i++)
      expect(times[i]!.at.getTime() - times[i - 1]!.at.getTime()).toBeGreaterThanOrEqual(5.9 * SECOND_MS)
  })

  test('let a critical message pass whatever waits', async () => {
    const tenant = await limited('email', { perSecond: 10 })
    await many(100, tenant, 'email', { lane: 'bulk' })
    await app.eventually(async () => (await taken(tenant)) > 3)
    const id = await say(tenant, 'email', { lane: 'critical' })
    await app.eventually(async () => {
      const { body } = await app.call('GET', `/v1/messages/${id}`, undefined, tenant)
      return body.status === 'sent' || body.status === 'delivered'
    })
    expect(await taken(tenant)).toBeLessThan(80)
  })
})

describe('on an account that sends slowly', () => {
  /** What left between the moment something urgent was accepted and the moment the last of it left. */
  const between = async (tenant: Tenant, from: Date) => {
    const rows = await app.database.query<{ lane: number; at: Date }>(
      'select m.lane, a.started_at as at from attempt a join message m on m.id = a.message_id where a.organization_id = $1 and a.outcome = 0 and a.started_at > $2 order by a.started_at',
      [tenant.organizationId, from],
    )
    return rows
      .slice(
        0,
        rows.findLastIndex((row) => row.lane === 0),
      )
      .filter((row) => row.lane !== 0)
  }

  test.each([
    ['holds two tokens', { perSecond: 2 }],
    ['holds one at a time', { perSecond: 1, burst: 1 }],
  ])('and %s, a critical message waits for no bulk', async (_, limits) => {
    const tenant = await limited('email', limits)
    await many(40, tenant, 'email', { lane: 'bulk' })
    await app.eventually(async () => (await taken(tenant)) > 2)
    const from = app.clock.now()
    const ids = await many(3, tenant, 'email', { lane: 'critical' })
    await app.eventually(async () => {
      const left = await app.database.query('select 1 from message where id = any($1::uuid[]) and status >= 3', [ids])
      return left.length === ids.length
    })
    // One may have been on its way already.
    expect((await between(tenant, from)).length).toBeLessThanOrEqual(1)
    await app.eventually(async () => {
      app.clock.advance(SECOND_MS)
      return (await taken(tenant)) > 8
    })
  })
})

describe('the hours', () => {
  test('are looked at again when a try comes into them', async () => {
    const tenant = await app.otherOrganization()
    // 20:59:50 in Paris; the sandbox asks twice to come back in a second, and quiet hours begin at 21:00.
    app.clock.moveTo(new Date('2026-11-25T19:59:50Z'))
    const id = await say(tenant, 'sms', { lane: 'scheduled', to: { phone: '+33639989905' } })
    const read = async () => (await app.call('GET', `/v1/messages/${id}`, undefined, tenant)).body
    await app.eventually(async () => (await read()).attempts.length > 0)
    app.clock.moveTo(new Date('2026-11-25T20:00:30Z'))
    const waiting = await app.eventually(async () => {
      const message = await read()
      return message.timeline.at(-1).detail?.reason === 'quiet_hours' && message
    })
    expect(waiting.dueAt).toBe('2026-11-26T07:00:00.000Z')
    app.clock.moveTo(new Date('2026-11-26T07:00:01Z'))
    await app.eventually(async () => {
      app.clock.advance(2 * SECOND_MS)
      return (await read()).status === 'delivered'
    })
  })
})
