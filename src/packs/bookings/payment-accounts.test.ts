import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const set = (n: number) =>
  app.call('PUT', '/v1/bookings/payment-account', {
    name: `Sample account ${n}`,
    secretKey: `sk_test_sample${n}000`,
    webhookSecret: `whsec_sample${n}000`,
  })

test('set from many places at once, one of them counts, and every answer says so of one', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => set(n)))
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  const rows = await app.database.query<{ name: string; removed_at: Date | null }>(
    'select name, removed_at from payment_account',
  )
  expect(rows).toHaveLength(8)
  const counting = rows.filter((row) => row.removed_at === null)
  expect(counting).toHaveLength(1)
  expect((await app.get('/v1/bookings/payment-account')).body.name).toBe(counting[0]!.name)
})
