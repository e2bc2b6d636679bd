import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { openMoverWithStripe } from '../../../test/mover.ts'

let app: TestApp
let mover: Awaited<ReturnType<typeof openMoverWithStripe>>
beforeAll(async () => {
  app = await startTestApp()
  mover = await openMoverWithStripe(app)
})
afterAll(() => app.stop())

const customer = { name: 'Camille Exemple', email: 'held@example.com', phone: '+33639980001' }
const textOf = async (table: string) =>
  JSON.stringify(
    await app.database.query(`select t::text from ${table} t where organization_id = $1`, [app.organizationId]),
  )

test('an erased client’s booking stays, without anything that says whose it was; so does what a professional did', async () => {
  const pro = await mover.professional({ company: 'Transports Secret', email: 'secret-pro@example.com' })
  const unpaid = await mover.quote({ customer, notes: 'Interphone secret' })
  const quote = await mover.quote({ customer, notes: 'Interphone secret' })
  await mover.deliver(mover.event(quote, { metadata: { temporary_id: quote.temporaryId, email: customer.email } }))
  const id = await app.eventually(
    async () => (await mover.call('GET', `/quotes/${quote.temporaryId}`)).body.bookingId as string | undefined,
  )
  const { body: booking } = await mover.call('GET', `/${id}`)
  await app.settled()

  const exported = await app.post(`/v1/contacts/${booking.contactId}/export`)
  const ended = await app.eventually(async () => {
    const { body } = await app.get(`/v1/contacts/${booking.contactId}/exports/${exported.body.id}`)
    return body.status === 'done' && body
  })
  expect(ended.status).toBe('done')

  for (const contactId of [booking.contactId, pro.contactId]) {
    const { body: run } = await app.post(`/v1/contacts/${contactId}/erase`)
    await app.eventually(async () => {
      const { body } = await app.get(`/v1/contacts/${contactId}/erasures/${run.id}`)
      return body.status === 'done'
    })
  }
  for (const table of ['quote', 'booking', 'payment_transaction', 'professional'])
    for (const secret of ['Camille', 'held@', '+33639980001', 'rue de l', 'Interphone', 'Transports Secret'])
      expect([table, secret, (await textOf(table)).includes(secret)]).toEqual([table, secret, false])
  const { body: left } = await mover.call('GET', `/${id}`)
  expect(left).toMatchObject({
    reference: booking.reference,
    amount: booking.amount,
    customer: { name: null, email: null },
  })
  expect((await mover.call('GET', `/quotes/${unpaid.temporaryId}`)).body.amount).toBe(unpaid.amount)
})
