import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, TEST_SECRET, type TestApp } from '../../../test/app.ts'
import { demoAccess } from '../../demo.ts'

const demo = demoAccess(TEST_SECRET, undefined)
let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ demo })
})
afterAll(() => app.stop())

const call = (method: 'GET' | 'POST' | 'DELETE', url: string, body?: object) =>
  app.call(method, `/v1/bookings${url}`, body, { key: demo.apiKey })
const ordered = {
  service: 'moving',
  inputs: { volume: 25, distance: 30 },
  wishedAt: new Date(Date.now() + 20 * 86_400_000),
  address: { line: '12 rue de l’Exemple', postalCode: '75000', city: 'Paris' },
  customer: { name: 'Camille Exemple', email: 'camille@demo.example' },
}

test('a quote of the demo can be paid at once: a booking, and three professionals are asked', async () => {
  const quote = await call('POST', '/quotes', ordered)
  expect([quote.status, quote.body.amount]).toEqual([201, 66_100])
  const { body: session } = await call('POST', `/quotes/${quote.body.temporaryId}/checkout`, {})
  const page = await app.app.http.inject({
    method: 'POST',
    url: new URL(session.checkoutUrl).pathname,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'act=pay',
  })
  expect(page.statusCode).toBe(303)
  const booking = await app.eventually(async () => {
    const { bookingId } = (await call('GET', `/quotes/${quote.body.temporaryId}`)).body
    const { body } = await call('GET', `/${bookingId}`)
    return body.attributions?.length > 0 && body
  })
  expect(booking.attributions[0].answers).toHaveLength(3)
  expect((await call('GET', '/seller')).body.missing).toEqual([])
})

test('the next start adds nothing twice, and nobody who was removed', async () => {
  const { body: before } = await call('GET', '/professionals')
  await call('DELETE', `/professionals/${before.items[0].id}`)
  const again = await startTestApp({ demo, database: app.database })
  expect((await call('GET', '/service-types')).body.items).toHaveLength(1)
  expect((await call('GET', '/professionals')).body.items).toHaveLength(2)
  await again.stop()
})
