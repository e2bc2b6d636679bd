import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { openMover } from '../../../test/mover.ts'
import { readPdf } from '../../../test/pdf.ts'
import { createFolderStorage } from '../../platform/storage/folder-storage.ts'
import { seller } from './documents/samples.ts'

const SMTP = { host: '127.0.0.1', port: 9, from: 'Sample <hello@example.org>' }
let app: TestApp
let organizationId: string
let mover: Awaited<ReturnType<typeof openMover>>
beforeAll(async () => {
  app = await startTestApp({ allowPrivateHosts: true })
})
afterAll(() => app.stop())
beforeEach(async () => {
  const other = await app.otherOrganization()
  organizationId = other.organizationId
  mover = await openMover(app, other)
})

const post = (on: TestApp, url: string, payload: string) =>
  on.app.http.inject({
    method: 'POST',
    url: new URL(url).pathname,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload,
  })
const pageOf = async (on: TestApp, url: string) =>
  String((await on.call('GET', new URL(url).pathname, undefined, { key: null })).body)

/** By the page and its API: nobody pays this quote, and the page says so. */
async function nobodyPays(on: TestApp, own: typeof mover, checkoutUrl?: string) {
  const quote = await own.quote()
  expect(await own.checkout(quote.temporaryId)).toMatchObject({
    status: 409,
    body: { code: 'conflict', detail: expect.stringContaining('not set up') },
  })
  const page = await pageOf(on, quote.url)
  expect(page).toContain('Le paiement en ligne n’est pas en place')
  expect(page).not.toContain('<form')
  expect((await post(on, quote.url, 'email=somebody%40example.com')).statusCode).toBe(409)
  if (checkoutUrl) expect((await post(on, checkoutUrl, 'act=pay')).statusCode).toBe(404)
  expect((await own.call('GET', '/payment-account')).body).toMatchObject({ kind: 'none' })
  expect((await own.call('GET', '?limit=10')).body.items).toEqual([])
}

test('where messages leave in earnest and there is no payment account nobody pays, not even on a page opened before', async () => {
  const { body } = await mover.checkout((await mover.quote()).temporaryId)
  const made = await app.call(
    'POST',
    '/v1/providers',
    { provider: 'smtp', channel: 'email', name: 'Ours', settings: SMTP },
    { key: mover.key },
  )
  expect(made.status).toBe(201)
  await nobodyPays(app, mover, body.checkoutUrl)
})

test('what was paid in the sandbox takes no number of the invoices, says on every page that it is a sample, and can be erased', async () => {
  await mover.call('PATCH', '/seller', seller)
  const quote = await mover.quote()
  const { body: session } = await mover.checkout(quote.temporaryId)
  await post(app, session.checkoutUrl, 'act=pay')
  const bookingId = await app.eventually(
    async () => (await mover.call('GET', `/quotes/${quote.temporaryId}`)).body.bookingId as string | undefined,
  )
  const { body: booking } = await mover.call('GET', `/${bookingId}`)
  await mover.call('POST', `/${bookingId}/cancel`, { refund: 'full' })
  const documents = await app.eventually(async () => {
    const { items } = (await mover.call('GET', `/${bookingId}/documents`)).body
    return items.some(({ kind }: { kind: string }) => kind === 'credit_note') ? items : undefined
  })
  const numbers = documents.flatMap(({ kind, number }: { kind: string; number: string | null }) =>
    number ? [[kind, number]] : [],
  )
  expect(numbers.sort()).toEqual([
    ['credit_note', `SANDBOX-${booking.reference}-1`],
    ['invoice', `SANDBOX-${booking.reference}`],
  ])
  expect(await app.database.query('select 1 from invoice_number where organization_id = $1', [organizationId])).toEqual(
    [],
  )
  // Its quote was written before anybody knew how it would be paid.
  for (const { id, kind } of documents) {
    if (kind === 'quote') continue
    const { rawPayload } = await app.app.http.inject({
      url: `/v1/bookings/documents/${id}`,
      headers: { authorization: `Bearer ${mover.key}` },
    })
    for (const page of (await readPdf(rawPayload)).pages)
      expect([kind, page]).toEqual([kind, expect.stringMatching(/Spécimen, sans valeur|A sample, without value/)])
  }

  const { body: run } = await app.call('POST', `/v1/contacts/${booking.contactId}/erase`, undefined, { key: mover.key })
  await app.eventually(async () => {
    const { body } = await app.call('GET', `/v1/contacts/${booking.contactId}/erasures/${run.id}`, undefined, {
      key: mover.key,
    })
    return body.status === 'done'
  })
  const kept = await app.database.query<{ data: unknown; storage_key: string }>(
    'select data, storage_key from booking_document where organization_id = $1',
    [organizationId],
  )
  expect(kept.length).toBeGreaterThan(1)
  const files = createFolderStorage(join(app.dataFolder, 'files'))
  for (const { data, storage_key } of kept) expect([data, await files.exists(storage_key)]).toEqual([null, false])
})
