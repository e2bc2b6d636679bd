import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { openMoverWithStripe } from '../../../test/mover.ts'
import { placesOf } from '../../../test/places-of.ts'
import { createFolderStorage } from '../../platform/storage/folder-storage.ts'

let app: TestApp
let mover: Awaited<ReturnType<typeof openMoverWithStripe>>
beforeAll(async () => {
  app = await startTestApp()
  mover = await openMoverWithStripe(app)
  for (const role of ['operations_manager', 'accounting', 'admin'] as const)
    await app.signedIn(`${role}@example.org`, { role, organizationId: app.organizationId })
})
afterAll(() => app.stop())

const customer = { name: 'Ysolde Qarnoux', email: 'ysolde@qarnoux.example', phone: '+33639984477', locale: 'fr' }
const STREET = '77 impasse des Zéphirs'
const NOTE = 'Digicode 7X42'
const PRIVATE = [customer.name, customer.email, customer.phone, customer.phone.slice(1), STREET, NOTE]

/** What the law keeps: invoices and credit notes, for ten years (docs/personal-data.md). */
const KEPT = ['booking_document.data']

const press = (path: string, answer: string) =>
  app.app.http.inject({
    method: 'POST',
    url: path,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: `answer=${answer}`,
  })
const accept = async (pro: { contactId: string }) => {
  const url = await app.eventually(async () => {
    const [row] = await app.database.query<{ url: string }>(
      `select payload->>'acceptUrl' as url from notification where type = 'mission.proposed' and contact_id = $1`,
      [pro.contactId],
    )
    return row?.url
  })
  expect((await press(new URL(url).pathname, 'accept')).statusCode).toBe(200)
}
const erase = async (contactId: string) => {
  const { body: run } = await app.post(`/v1/contacts/${contactId}/erase`)
  return app.eventually(async () => {
    const { body } = await app.get(`/v1/contacts/${contactId}/erasures/${run.id}`)
    return body.finishedAt && body
  })
}

test('a client with a booking of every kind of news, erased, stands nowhere but on the invoices', async () => {
  await mover.call('PATCH', '/seller', { legalName: 'Exemple SAS' })
  const pro = await mover.professional({ company: 'Transports Exemple' })
  await mover.professional()
  const quote = await mover.quote({
    customer,
    notes: NOTE,
    address: { line: STREET, postalCode: '69000', city: 'Lyon' },
  })
  const metadata = { temporary_id: quote.temporaryId, email: customer.email, name: customer.name }
  // Another sum than was asked for: accounting hears of it.
  await mover.deliver(mover.event(quote, { metadata, amount: quote.amount - 100 }))
  const id = await app.eventually(
    async () => (await mover.call('GET', `/quotes/${quote.temporaryId}`)).body.bookingId as string | undefined,
  )
  const { body: booking } = await mover.call('GET', `/${id}`)
  await accept(pro)
  await mover.call('POST', `/${id}/move`, { startsAt: mover.inDays(30).toISOString(), reason: `${NOTE} changé` })
  // The same quote paid twice: an orphan, and what somebody writes of it.
  await mover.deliver(mover.event(quote, { metadata, session: 'cs_twice' }))
  const orphan = await app.eventually(async () => {
    const { body } = await mover.call('GET', '/payments?status=orphaned')
    return body.items[0]
  })
  const settled = await mover.call('POST', `/payments/${orphan.id}/settle`, { note: `Rendu à ${customer.name}` })
  expect(settled.status).toBeLessThan(300)
  await app.settled()
  // Waits for the working day of whoever reads it.
  const subject = `mission-${(await mover.call('GET', `/${id}`)).body.attributions[0].id}`
  expect((await app.get(`/v1/reminders/${subject}`)).body.reminders.at(-1)).toMatchObject({ status: 'planned' })
  for (const secret of PRIVATE) expect((await placesOf(app, secret)).length).toBeGreaterThan(2)

  expect(await erase(booking.contactId)).toMatchObject({ status: 'done', error: null })

  for (const secret of PRIVATE)
    expect([secret, (await placesOf(app, secret)).filter((place) => !KEPT.includes(place))]).toEqual([secret, []])
  const kept = await app.database.query<{ kind: string }>(
    'select distinct kind from booking_document where position($1 in data::text) > 0 and number is null',
    [customer.name],
  )
  expect(kept).toEqual([])
  expect((await app.get(`/v1/reminders/${subject}`)).body.reminders.at(-1)).toMatchObject({
    status: 'cancelled',
    reason: 'subject_erased',
  })
  // Whoever was only told of them is still there, and so is that they were told.
  expect((await app.get(`/v1/contacts/${pro.contactId}`)).body.email).not.toBeNull()
  expect(
    await app.database.query(`select 1 from notification where type = 'mission.accepted' and contact_id = $1`, [
      pro.contactId,
    ]),
  ).toHaveLength(1)
})

test('what others were still to be told about them is not told', async () => {
  const client = (await app.post('/v1/contacts', { name: 'Ondine Vexil', email: 'ondine@vexil.example' })).body
  const staff = (await app.post('/v1/contacts', { email: 'desk@example.org' })).body
  const at = new Date(app.clock.now().getTime() + 72 * 3_600_000).toISOString()
  await app.call('PUT', '/v1/reminders/vexil', {
    at,
    to: { contactId: staff.id },
    about: [client.id],
    payload: { subject: 'Ondine Vexil', body: 'ondine@vexil.example' },
    reminders: [{ offset: '-PT24H', type: 'message.custom', channels: ['email'] }],
  })
  await app.post('/v1/events', {
    type: 'order.confirmed',
    payload: {
      reference: 'Ondine Vexil',
      items: [{ name: 'x', quantity: 1, amount: 100 }],
      total: 100,
      currency: 'EUR',
    },
    audience: { customer: { contactId: staff.id } },
    about: [client.id],
  })
  await app.settled()
  const { body: preview } = await app.post(`/v1/contacts/${client.id}/erase`, { dryRun: true })
  expect(preview.counts).toMatchObject({ others: expect.any(Number) })
  expect(preview.counts.others).toBeGreaterThan(0)
  expect(await erase(client.id)).toMatchObject({ status: 'done', counts: { reminders: 1 } })
  for (const secret of ['Vexil', 'vexil.example']) expect([secret, await placesOf(app, secret)]).toEqual([secret, []])
})

test('a document that is asked for while its client is erased is not made again', async () => {
  const person = { ...customer, name: 'Tibalt Oszk', email: 'tibalt@oszk.example', phone: '+33639984478' }
  const quote = await mover.quote({ customer: person })
  const paper = `/q/${quote.temporaryId}/quote.pdf`
  expect((await app.app.http.inject({ url: paper })).statusCode).toBe(200)
  const [row] = await app.database.query<{ contact_id: string; storage_key: string }>(
    `select c.id as contact_id, d.storage_key from quote q join booking_document d on d.quote_id = q.id, contact c
     where q.temporary_id = $1 and c.email = $2`,
    [quote.temporaryId, person.email],
  )
  const files = createFolderStorage(join(app.dataFolder, 'files'))
  expect(await files.exists(row!.storage_key)).toBe(true)
  let erased = false
  const asking = (async () => {
    while (!erased) await app.app.http.inject({ url: paper })
  })()
  await erase(row!.contact_id)
  erased = true
  await asking
  expect((await app.app.http.inject({ url: paper })).statusCode).toBe(404)
  expect(await files.exists(row!.storage_key)).toBe(false)
})
