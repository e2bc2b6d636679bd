import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { openMoverWithStripe } from '../../../test/mover.ts'

const HOUR_MS = 3_600_000
let app: TestApp
let mover: Awaited<ReturnType<typeof openMoverWithStripe>>
let operator: Record<string, string>
beforeAll(async () => {
  app = await startTestApp({ admins: ['operator@example.org'] })
  mover = await openMoverWithStripe(app)
  operator = await app.signedIn('operator@example.org')
})
afterAll(() => app.stop())

interface Row {
  id: string
  tries: number
  due_at: Date
  processed_at: Date | null
}
const receipts = () =>
  app.database.query<Row>(
    `select id, tries, due_at, processed_at from webhook_receipt where provider = 'stripe' order by id desc`,
  )
const asOperator = (method: 'GET' | 'POST', url: string) =>
  app.call(method, `/v1/platform${url}`, undefined, { headers: operator, key: null })
const triedAfter = (tries: number) =>
  app.eventually(async () => {
    const [row] = await receipts()
    return row!.tries > tries ? row : undefined
  })

const nothingIsPaid = () =>
  app.database.query(`
    create or replace function nothing_paid() returns trigger language plpgsql as $$ begin raise exception 'nothing is paid today'; end $$;
    create trigger nothing_paid before insert on payment_event for each row execute function nothing_paid()`)

test('a payment that cannot be worked off is never given up: somebody hears of it, and it can be tried again', async () => {
  expect((await app.call('GET', '/v1/platform/vendor-calls')).status).toBe(403)
  await nothingIsPaid()
  const quote = await mover.quote()
  expect(await mover.deliver(mover.event(quote))).toBeLessThan(300)
  const { id } = await triedAfter(0)

  // As after an hour and a half: the last try of those that follow closely.
  await app.database.query(`update webhook_receipt set tries = 11, due_at = $1 where provider = 'stripe'`, [
    app.clock.now(),
  ])
  const hourly = await triedAfter(11)
  expect(hourly).toMatchObject({ processed_at: null })
  expect(hourly!.due_at.getTime() - app.clock.now().getTime()).toBeGreaterThan(0.9 * HOUR_MS)

  const alerts = async () => (await asOperator('GET', '/alerts')).body.items
  await app.eventually(async () => (await alerts()).length > 0)
  expect(await alerts()).toMatchObject([{ rule: 'vendor_calls', endedAt: null }])

  await app.database.query(`update webhook_receipt set tries = 100, due_at = $1 where provider = 'stripe'`, [
    app.clock.now(),
  ])
  const daily = await triedAfter(100)
  expect(daily!.due_at.getTime() - app.clock.now().getTime()).toBeGreaterThan(23 * HOUR_MS)
  const { body } = await asOperator('GET', '/vendor-calls')
  expect(body.items).toEqual([
    expect.objectContaining({ id, provider: 'stripe', problem: expect.stringContaining('nothing is paid today') }),
  ])
  expect(JSON.stringify(body)).not.toContain(quote.temporaryId)

  await app.database.query('drop trigger nothing_paid on payment_event')
  expect((await asOperator('POST', `/vendor-calls/${id}/retry`)).status).toBe(202)
  await app.eventually(
    async () => (await mover.call('GET', `/quotes/${quote.temporaryId}`)).body.status === 'confirmed',
  )
  await app.eventually(async () => (await receipts())[0]!.processed_at !== null)
  expect((await asOperator('POST', `/vendor-calls/${id}/retry`)).status).toBe(404)
  expect((await asOperator('GET', '/vendor-calls')).body.items).toEqual([])
})

test('nor is one whose signature is another by then', async () => {
  await nothingIsPaid()
  const quote = await mover.quote()
  await mover.deliver(mover.event(quote))
  await triedAfter(0)
  await app.database.query('drop trigger nothing_paid on payment_event')
  await app.database.query(
    `update webhook_receipt set headers = '{}', due_at = $1 where processed_at is null and provider = 'stripe'`,
    [app.clock.now()],
  )
  expect(await triedAfter(1)).toMatchObject({ processed_at: null })
})
