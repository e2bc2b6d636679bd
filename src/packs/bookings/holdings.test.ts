import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { openMoverWithStripe } from '../../../test/mover.ts'
import { lines, unzip } from '../../../test/unzip.ts'

let app: TestApp
let mover: Awaited<ReturnType<typeof openMoverWithStripe>>
beforeAll(async () => {
  app = await startTestApp()
  mover = await openMoverWithStripe(app)
})
afterAll(() => app.stop())

const customer = {
  name: 'Camille Exemple',
  email: 'held@example.com',
  phone: '+33639980001',
  company: { name: 'Camille Exemple EI', siren: '732829320' },
  billingAddress: { line: '3 place de l’Office', postalCode: '75002', city: 'Paris', country: 'FR' },
}
const textOf = async (table: string) =>
  JSON.stringify(
    await app.database.query(`select t::text from ${table} t where organization_id = $1`, [app.organizationId]),
  )

async function exportOf(contactId: string) {
  const { body: begun } = await app.post(`/v1/contacts/${contactId}/export`)
  await app.eventually(async () => {
    const { body } = await app.get(`/v1/contacts/${contactId}/exports/${begun.id}`)
    return body.status === 'done'
  })
  const { rawPayload } = await app.app.http.inject({
    url: `/v1/contacts/${contactId}/exports/${begun.id}/download`,
    headers: { authorization: `Bearer ${app.key}` },
  })
  return unzip(rawPayload)
}

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

  const client = await exportOf(booking.contactId)
  expect(
    lines(client['quotes.ndjson']).map(({ notes, name, company, billingAddress }) => [
      notes,
      name,
      company,
      billingAddress,
    ]),
  ).toEqual([
    ['Interphone secret', customer.name, customer.company, customer.billingAddress],
    ['Interphone secret', customer.name, customer.company, customer.billingAddress],
  ])
  expect(lines(client['bookings.ndjson'])).toMatchObject([
    { id, reference: booking.reference, payments: [{ kind: 'payment', amount: booking.paid }] },
  ])
  expect(lines(client['missions.ndjson'])).toEqual([])
  const professional = await exportOf(pro.contactId)
  expect(lines(professional['missions.ndjson'])).toMatchObject([{ company: 'Transports Secret', answer: 'none' }])
  for (const file of ['quotes.ndjson', 'bookings.ndjson']) expect(lines(professional[file])).toEqual([])
  expect(JSON.stringify(Object.values(professional).map(String))).not.toMatch(/Camille|held@|Interphone|rue de l/)

  for (const contactId of [booking.contactId, pro.contactId]) {
    const { body: run } = await app.post(`/v1/contacts/${contactId}/erase`)
    await app.eventually(async () => {
      const { body } = await app.get(`/v1/contacts/${contactId}/erasures/${run.id}`)
      return body.status === 'done'
    })
  }
  for (const table of ['quote', 'booking', 'payment_transaction', 'professional'])
    for (const secret of [
      'Camille',
      'held@',
      '+33639980001',
      'rue de l',
      'Interphone',
      'Transports Secret',
      '732829320',
      'place de l',
    ])
      expect([table, secret, (await textOf(table)).includes(secret)]).toEqual([table, secret, false])
  const { body: left } = await mover.call('GET', `/${id}`)
  expect(left).toMatchObject({
    reference: booking.reference,
    amount: booking.amount,
    customer: { name: null, email: null },
  })
  expect((await mover.call('GET', `/quotes/${unpaid.temporaryId}`)).body.amount).toBe(unpaid.amount)
})

test('the export has their invoice also after the message that carried it is forgotten', async () => {
  const { seller } = await import('./documents/samples.ts')
  await mover.call('PATCH', '/seller', seller)
  const quote = await mover.quote({ customer: { ...customer, email: 'invoiced@example.com' } })
  await mover.deliver(mover.event(quote, { session: 'cs_export' }))
  const id = await app.eventually(
    async () => (await mover.call('GET', `/quotes/${quote.temporaryId}`)).body.bookingId as string | undefined,
  )
  const { body: booking } = await mover.call('GET', `/${id}`)
  await app.settled()
  await app.database.query('delete from attachment')
  const zip = await exportOf(booking.contactId)
  const papers = Object.entries(zip).filter(([name]) => name.startsWith('documents/'))
  expect(papers.map(([name]) => name.split('/').at(-1)).sort()).toEqual([
    expect.stringMatching(/^confirmation-BK-.*\.pdf$/),
    expect.stringMatching(/^devis-.*\.pdf$/),
    expect.stringMatching(/^facture-F-.*\.pdf$/),
  ])
  for (const [, content] of papers) expect(Buffer.from(content).subarray(0, 5).toString()).toBe('%PDF-')
})
