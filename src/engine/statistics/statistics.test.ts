import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { type Database, openDatabase } from '../../platform/database/database.ts'
import { MEASURES } from './measures.ts'
import { rollUp } from './stat-store.ts'

let app: TestApp
let db: Database
beforeAll(async () => {
  app = await startTestApp()
  app.clock.moveTo(new Date('2026-11-23T11:00:00Z'))
  db = openDatabase({ url: app.database.url })
})
afterAll(async () => {
  await db.close()
  await app.stop()
})

interface Tenant {
  readonly organizationId: string
  readonly key: string
}

const HOUR_MS = 3_600_000
let n = 0

async function say(tenant: Tenant, to: object, channels: string[], over: object = {}) {
  n += 1
  const request = { type: 'message.custom', to, channels, payload: { subject: `S ${n}`, body: `Text ${n}` }, ...over }
  const { status, body } = await app.call('POST', '/v1/notifications', request, { key: tenant.key })
  expect([status, body.code]).toEqual([202, undefined])
  return body as { id: string; messages: { id: string; status: string }[] }
}
const read = async (tenant: Tenant, path: string) =>
  (await app.call('GET', `/v1/stats/${path}`, undefined, { key: tenant.key })).body

/** What the statistics must say: every message of the table counted. */
const RECOUNT = `
select m.channel, coalesce(m.provider, '') as provider, m.type, count(*) filter (where m.status = 10)::int as suppressed, count(*) filter (where m.status = 11)::int as cancelled,
  count(*) filter (where m.status between 3 and 8)::int as sent, count(*) filter (where m.status between 4 and 7)::int as delivered, count(*) filter (where m.status between 5 and 7)::int as opened,
  count(*) filter (where m.status = 6)::int as clicked, count(*) filter (where m.status = 8)::int as bounced, count(*) filter (where m.status = 9)::int as failed,
  count(*) filter (where m.status between 3 and 8)::int as timed, coalesce(sum(m.parts), 0)::int as parts, coalesce(sum(m.cost_micros), 0)::int as cost
from message m where m.organization_id = $1 and m.status > 2 and m.digest_id is null group by 1, 2, 3 order by 1, 2, 3`
const COUNTED = `
select * from (select channel, provider, type, sum(suppressed)::int as suppressed, sum(cancelled)::int as cancelled, sum(sent)::int as sent, sum(delivered)::int as delivered, sum(opened)::int as opened,
  sum(clicked)::int as clicked, sum(bounced)::int as bounced, sum(failed)::int as failed,
  sum(within_250ms + within_1s + within_5s + within_30s + within_5min + later)::int as timed, sum(parts)::int as parts, sum(cost_micros)::int as cost
from stat where organization_id = $1 group by 1, 2, 3) s where suppressed + cancelled + sent + failed > 0 order by 1, 2, 3`

async function expectCounted({ organizationId }: Tenant) {
  const counted = await app.database.query(COUNTED, [organizationId])
  expect(counted).toEqual(await app.database.query(RECOUNT, [organizationId]))
  const [accepted] = await app.database.query<{ stat: number; rows: number }>(
    `select (select sum(accepted)::int from stat where organization_id = $1) as stat, (select count(*)::int from message where organization_id = $1) as rows`,
    [organizationId],
  )
  expect(accepted!.stat).toBe(accepted!.rows)
  return counted
}

describe('statistics are what counting every message would give', () => {
  test('after deliveries, bounces, failures, suppressions, cancels, reads and resends, while they are rolled up', async () => {
    const tenant = await app.otherOrganization()
    const prices = [
      { provider: 'sandbox', channel: 'sms', country: 'FR', micros: 45_000, currency: 'EUR' },
      { provider: 'sandbox', channel: 'whatsapp', country: '*', micros: 60_000, currency: 'USD' },
    ]
    expect((await app.call('PUT', '/v1/prices', { prices }, { key: tenant.key })).status).toBe(200)

    await using _ = rollAgain()
    for (const email of ['ok', 'bounce', 'softbounce', 'complaint', 'fail', 'unknown', 'ok2'])
      await say(tenant, { email: `${email}@example.org` }, ['email'])
    for (let i = 0; i < 12; i++) await say(tenant, { phone: `+3363998${1_000 + i}` }, [i % 3 ? 'sms' : 'whatsapp'])
    const later = new Date(app.clock.now().getTime() + HOUR_MS).toISOString()
    const cancelled = await say(tenant, { email: 'later@example.org' }, ['email', 'in_app'], { sendAt: later })
    await app.call('POST', `/v1/notifications/${cancelled.id}/cancel`, undefined, { key: tenant.key })
    await app.settled()
    const again = await say(tenant, { email: 'again@example.org' }, ['email'])
    await app.eventually(async () => (await status(tenant, again.messages[0]!.id)) === 'delivered')
    await app.call('POST', `/v1/notifications/${again.id}/resend`, {}, { key: tenant.key })
    await app.settled()
    app.clock.advance(2 * HOUR_MS)
    await say(tenant, { email: 'bounce@example.org' }, ['email'])
    await app.eventually(async () => {
      const rows = await app.database.query<{ n: number }>(
        'select count(*)::int as n from message where organization_id = $1 and status <= 3',
        [tenant.organizationId],
      )
      return rows[0]!.n === 0
    })
    await rollUp(db.run)
    const counted = await expectCounted(tenant)
    expect(counted.length).toBeGreaterThan(3)
    await rollUp(db.run)
    await expectCounted(tenant)
    expect(await app.database.query('select count(*)::int as n from stat_delta')).toEqual([{ n: 0 }])

    const overview = await read(tenant, 'overview?interval=hour')
    expect(overview.series.length).toBe(2)
    for (const measure of ['sent', 'delivered', 'bounced', 'failed', 'suppressed', 'cancelled', 'accepted'])
      expect([
        measure,
        overview.series.reduce((sum: number, hour: Record<string, number>) => sum + hour[measure]!, 0),
      ]).toEqual([measure, overview.total[measure]])
    expect(overview.total).toMatchObject({ cancelled: 2, parts: 8 })
    expect(overview.total.costs).toEqual([
      { currency: 'EUR', micros: 8 * 45_000 },
      { currency: 'USD', micros: 4 * 60_000 },
    ])
  })

  test('a report that comes after hours changes the hour in which the message left', async () => {
    const tenant = await app.otherOrganization()
    const { messages } = await say(tenant, { email: 'reader@example.org' }, ['in_app'])
    await app.eventually(async () => (await status(tenant, messages[0]!.id)) === 'delivered')
    await rollUp(db.run)
    app.clock.advance(5 * HOUR_MS)
    await app.database.query('update message set status = 7 where id = $1', [messages[0]!.id])
    await expectCounted(tenant)
    const { series } = await read(tenant, 'overview?interval=hour')
    expect(series).toMatchObject([{ accepted: 1, sent: 1, delivered: 1, opened: 1 }])
  })

  test('what is opened is a share of what left and did not come back, where no carrier says what it delivered', async () => {
    const tenant = await app.otherOrganization()
    const to = (email: string) => say(tenant, { email: `${email}@example.org` }, ['email'])
    const [first] = [
      await to('quiet-1'),
      await to('quiet-2'),
      await to('quiet-3'),
      await to('quiet-4'),
      await to('bounce'),
    ]
    await app.eventually(async () => {
      const { delivered, bounced } = (await read(tenant, 'overview')).total
      return delivered === 4 && bounced === 1
    })
    await app.database.query(
      'update message set status = case when id = $2 then 6 else 3 end where organization_id = $1 and status = 4',
      [tenant.organizationId, first.messages[0]!.id],
    )
    expect((await read(tenant, 'overview')).total).toMatchObject({
      sent: 5,
      delivered: 1,
      opened: 1,
      rates: { delivered: 0.2, opened: 0.25, clicked: 0.25, bounced: 0.2 },
    })
  })

  test('two that roll up at once add everything once', async () => {
    const tenant = await app.otherOrganization()
    const to = (i: number) => ({ email: `many-${i}@example.org` })
    await Promise.all(Array.from({ length: 40 }, (_, i) => say(tenant, to(i), ['email'])))
    await Promise.all(Array.from({ length: 4 }, () => rollUp(db.run)))
    await app.settled()
    await Promise.all(Array.from({ length: 4 }, () => rollUp(db.run)))
    await expectCounted(tenant)
  })
})

describe('what is shown', () => {
  test('is an organization’s own, and nothing for one that has sent nothing', async () => {
    const tenant = await app.otherOrganization()
    const overview = await read(tenant, 'overview')
    expect(overview).toMatchObject({
      interval: 'day',
      timeZone: 'Europe/Paris',
      series: [],
      total: { accepted: 0, rates: { delivered: null }, latency: { p50Seconds: null }, costs: [] },
    })
    for (const path of ['channels', 'providers', 'templates', 'costs'])
      expect([path, (await read(tenant, path)).items]).toEqual([path, []])
  })

  test('can be told apart by channel, provider and template, and what is not priced is said', async () => {
    const tenant = await app.otherOrganization()
    await say(tenant, { phone: '+33639981234', email: 'both@example.org' }, ['sms', 'email'])
    await app.settled()
    await app.eventually(async () => (await read(tenant, 'overview')).total.delivered === 2)
    expect((await read(tenant, 'channels')).items).toMatchObject([
      { channel: 'email', sent: 1, delivered: 1, parts: 0, rates: { delivered: 1 } },
      { channel: 'sms', sent: 1, delivered: 1, parts: 1 },
    ])
    expect((await read(tenant, 'providers')).items).toMatchObject([
      { channel: 'email', provider: 'sandbox' },
      { channel: 'sms', provider: 'sandbox' },
    ])
    expect((await read(tenant, 'templates')).items).toMatchObject([
      { key: 'message.custom', builtIn: true, channel: 'email', type: 'message.custom', delivered: 1 },
      { key: 'message.custom', channel: 'sms' },
    ])
    expect((await read(tenant, 'channels?channel=sms')).items).toHaveLength(1)
    expect((await read(tenant, 'overview?type=order.confirmed')).total.sent).toBe(0)
    // The sandbox says what an SMS has cost; mail is free and says nothing.
    expect(await read(tenant, 'costs')).toMatchObject({ total: [{ currency: 'EUR', micros: 45_000 }], unpriced: 1 })
  })

  test.each([
    ['from=2026-11-24T00:00:00Z&to=2026-11-23T00:00:00Z', /before the end/],
    ['interval=hour&from=2026-01-01T00:00:00Z&to=2026-11-23T00:00:00Z', /At most 31 days by the hour/],
    ['from=2020-01-01T00:00:00Z', /At most 761 days/],
  ])('a range that cannot be read is refused: %s', async (query, message) => {
    const { status, body } = await app.get(`/v1/stats/overview?${query}`)
    expect([status, body.errors[0].path]).toEqual([422, 'from'])
    expect(body.errors[0].message).toMatch(message)
  })
})

describe('prices', () => {
  const put = (prices: object[]) => app.call('PUT', '/v1/prices', { prices })
  const price = { provider: 'twilio', channel: 'sms', country: 'FR', micros: 45_000, currency: 'EUR' }

  test.each([
    ['a provider nobody knows', { ...price, provider: 'pigeon' }, 'prices.0.provider'],
    ['a country that is none', { ...price, country: 'France' }, 'prices.0.country'],
    ['a negative price', { ...price, micros: -1 }, 'prices.0.micros'],
    ['a fraction of a millionth', { ...price, micros: 0.5 }, 'prices.0.micros'],
    ['a currency that is none', { ...price, currency: '€' }, 'prices.0.currency'],
    ['a word too many', { ...price, discount: 1 }, 'prices.0.discount'],
  ])('%s is refused, and nothing is stored', async (_, wrong, path) => {
    const { status, body } = await put([wrong])
    expect([status, body.errors[0].path]).toEqual([422, path])
    expect((await app.get('/v1/prices')).body.own).toEqual([])
  })

  test('the same place twice is refused; a list replaces the one before, and is nobody else’s', async () => {
    expect((await put([price, price])).body.errors[0]).toMatchObject({ path: 'prices.1' })
    expect((await put([price, { ...price, country: '*' }])).body.own).toHaveLength(2)
    expect((await put([price])).body.own).toEqual([{ ...price, category: '*' }])
    const other = await app.otherOrganization()
    expect((await app.call('GET', '/v1/prices', undefined, { key: other.key })).body.own).toEqual([])
    expect((await put([])).body.own).toEqual([])
  })
})

const status = async (tenant: Tenant, id: string): Promise<string> =>
  (await app.call('GET', `/v1/messages/${id}`, undefined, { key: tenant.key })).body.status

/** Rolls up all the time, until it is told to stop. */
function rollAgain() {
  let going = true
  const done = (async () => {
    while (going) {
      await rollUp(db.run)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  })()
  return {
    async [Symbol.asyncDispose]() {
      going = false
      await done
    },
  }
}

test('every measure is a column of both tables', async () => {
  for (const table of ['stat_hour', 'stat_delta']) {
    const columns = await app.database.query<{ column_name: string }>(
      'select column_name from information_schema.columns where table_name = $1',
      [table],
    )
    expect(columns.map((column) => column.column_name)).toEqual(expect.arrayContaining([...MEASURES]))
  }
})
