import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { openMoverWithStripe } from '../../../test/mover.ts'

let app: TestApp
let mover: Awaited<ReturnType<typeof openMoverWithStripe>>
let website: string
beforeAll(async () => {
  app = await startTestApp()
  mover = await openMoverWithStripe(app)
  website = (
    await app.app.apiKeys.create({ organizationId: app.organizationId, name: 'Website', scopes: ['send', 'read'] })
  ).key
})
afterAll(() => app.stop())

const booked = async () => {
  const quote = await mover.quote()
  await mover.deliver(mover.event(quote))
  return app.eventually(async () => {
    const { body } = await mover.call('GET', `/quotes/${quote.temporaryId}`)
    return body.bookingId ? (await mover.call('GET', `/${body.bookingId}`)).body : undefined
  })
}

test('a website’s key makes quotes and cancels, and touches no money', async () => {
  const booking = await booked()
  const [payment] = booking.payments
  const asWebsite = (url: string, body?: object) => app.call('POST', `/v1/bookings${url}`, body, { key: website })
  for (const [url, body] of [
    [`/payments/${payment.id}/refund`, {}],
    [`/payments/${payment.id}/settle`, { note: 'Ours now' }],
    [`/documents/${payment.id}/retry`, undefined],
    [`/${booking.id}/cancel`, { refund: 'full' }],
    [`/${booking.id}/cancel`, { refund: 100 }],
  ] as const) {
    const reply = await asWebsite(url, body)
    expect([url, reply.status, reply.body.code]).toEqual([url, 403, 'forbidden'])
  }
  expect((await mover.call('GET', `/${booking.id}`)).body).toMatchObject({
    status: booking.status,
    refunded: 0,
  })
  expect((await asWebsite(`/${booking.id}/cancel`, { reason: 'À votre demande' })).status).toBe(200)
})

test('accounting issues an invoice that was refused, and gives money back; staff does neither', async () => {
  const { id } = await booked()
  const documents = async () => (await mover.call('GET', `/${id}/documents`)).body.items
  const refused = (await documents()).find(({ kind }: { kind: string }) => kind === 'invoice')
  expect(refused.problems.length).toBeGreaterThan(0)
  const { seller } = await import('./documents/samples.ts')
  await mover.call('PATCH', '/seller', seller)
  const [payment] = (await mover.call('GET', `/${id}`)).body.payments
  const as = async (role: 'accounting' | 'staff', url: string) => {
    const headers = await app.signedIn(`${role}-${url.split('/')[1]}@example.org`, { role })
    return (await app.call('POST', `/v1/bookings${url}`, {}, { key: null, headers })).status
  }
  for (const url of [`/documents/${refused.id}/retry`, `/payments/${payment.id}/refund`]) {
    expect([url, await as('staff', url)]).toEqual([url, 403])
    expect([url, await as('accounting', url)]).toEqual([url, url.startsWith('/documents') ? 200 : 201])
  }
  expect((await documents()).find(({ kind }: { kind: string }) => kind === 'invoice').number).toMatch(/^F-/)
})
