import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { openMoverWithStripe } from '../../../test/mover.ts'
import { createFolderStorage } from '../../platform/storage/folder-storage.ts'

let app: TestApp
let mover: Awaited<ReturnType<typeof openMoverWithStripe>>
beforeAll(async () => {
  app = await startTestApp()
  mover = await openMoverWithStripe(app)
})
afterAll(() => app.stop())

const rows = <T>(text: string, ...values: unknown[]) => app.database.query<T & Record<string, unknown>>(text, values)
const tidy = async (body: object) => {
  const begun = await app.post('/v1/automations/bookings.tidy/run', body)
  return app.eventually(async () => {
    const { body: page } = await app.get('/v1/automations/bookings.tidy/runs')
    const run = page.items.find(({ id }: { id: string }) => id === begun.body.id)
    return run?.finishedAt && run.counts
  })
}
const kept = async () => ({
  quotes: (await rows<{ temporary_id: string }>('select temporary_id from quote order by id')).map(
    ({ temporary_id }) => temporary_id,
  ),
  events: (await rows<{ event_id: string }>('select event_id from payment_event order by event_id')).map(
    ({ event_id }) => event_id,
  ),
})

test('what was never paid and what nobody needs is forgotten after ninety days: no booking, no orphan, nothing of others', async () => {
  const open = await mover.quote()
  const expired = await mover.quote()
  const old = await mover.quote()
  const paid = await mover.quote()
  const other = await openMoverWithStripe(app, await app.otherOrganization())
  const theirs = await other.quote()
  await mover.deliver(mover.event(paid, { id: 'evt_paid' }))
  await mover.deliver({ ...mover.event(paid), id: 'evt_noise', type: 'payout.created' })
  await mover.deliver(mover.event(paid, { id: 'evt_second', session: 'cs_second' }))
  await mover.deliver(mover.event({ temporaryId: 'none', amount: 5 }, { id: 'evt_new', metadata: {} }))
  await other.deliver({ ...other.event(theirs), id: 'evt_theirs', type: 'payout.created' })
  await app.eventually(async () => (await kept()).events.length === 5)
  await rows(
    `insert into payment_event (account_id, event_id, type, outcome, occurred_at, processed_at) values
       (gen_random_uuid(), 'evt_nobodys_money', 'checkout.session.completed', 'nobodys', now(), now()),
       (gen_random_uuid(), 'evt_nobodys_noise', 'charge.succeeded', 'nobodys', now(), now())`,
  )
  const long = `now() - interval '91 days'`
  await rows(`update payment_event set processed_at = ${long} where event_id <> 'evt_new'`)
  await rows(`update quote set expires_at = now() - interval '1 hour' where temporary_id = $1`, expired.temporaryId)
  await rows(
    `update quote set expires_at = ${long} where temporary_id = any($1)`,
    [old, paid, theirs].map(({ temporaryId }) => temporaryId),
  )
  const before = await kept()
  await app.settled()
  const files = createFolderStorage(join(app.dataFolder, 'files'))
  const papers = await rows<{ storage_key: string }>(
    `select d.storage_key from booking_document d join quote q on q.id = d.quote_id where d.kind = 'quote' and q.temporary_id = any($1) order by q.id`,
    [open, old].map(({ temporaryId }) => temporaryId),
  )
  const there = () => Promise.all(papers.map(({ storage_key }) => files.exists(storage_key)))
  expect(await there()).toEqual([true, true])

  const counts = { expired: 2, forgotten: 1, events: 3, details: 0, documents: 0 }
  expect(await tidy({ dryRun: true })).toEqual(counts)
  expect(await kept()).toEqual(before)
  expect((await mover.call('GET', `/quotes/${expired.temporaryId}`)).body.status).toBe('expired')

  expect(await tidy({})).toEqual(counts)
  expect(await there()).toEqual([true, false])
  expect(await kept()).toEqual({
    quotes: [open, expired, paid, theirs].map(({ temporaryId }) => temporaryId),
    events: ['evt_new', 'evt_nobodys_money', 'evt_second', 'evt_theirs'],
  })
  expect(await tidy({})).toEqual({ expired: 0, forgotten: 0, events: 0, details: 0, documents: 0 })
  // What was seen is told again, years late: no second booking.
  await mover.deliver(mover.event(paid, { id: 'evt_paid' }))
  await app.eventually(async () => (await kept()).events.includes('evt_paid'))
  expect((await rows('select from booking')).length).toBe(1)
})

test('what only the day itself needed goes ninety days after it: notes, numbers, where, and every paper but the invoice', async () => {
  const { seller } = await import('./documents/samples.ts')
  await mover.call('PATCH', '/seller', seller)
  const [past, coming] = [await mover.quote({ notes: 'Digicode 7X42' }), await mover.quote({ notes: 'Digicode 8Y53' })]
  const bookings: string[] = []
  for (const quote of [past, coming]) {
    await mover.deliver(mover.event(quote, { session: `cs_day_${quote.temporaryId.slice(-8)}` }))
    bookings.push(
      await app.eventually(
        async () => (await mover.call('GET', `/quotes/${quote.temporaryId}`)).body.bookingId as string | undefined,
      ),
    )
  }
  await app.settled()
  const files = createFolderStorage(join(app.dataFolder, 'files'))
  const papers = async (bookingId: string) => {
    const found = await rows<{ kind: string; has: boolean; storage_key: string }>(
      `select d.kind, d.data is not null as has, d.storage_key from booking_document d join quote q on q.id = d.quote_id
       where q.booking_id = $1 order by d.kind, d.id`,
      bookingId,
    )
    return Promise.all(
      found.map(async ({ kind, has, storage_key }) => [kind, has, await files.exists(storage_key)] as const),
    )
  }
  for (const { items } of [(await mover.call('GET', `/${bookings[0]}/documents`)).body])
    for (const { id } of items) await mover.call('GET', `/documents/${id}`)
  await rows(`update booking set starts_at = now() - interval '91 days' where id = $1`, bookings[0])
  const detail = async (id: string) =>
    (await rows('select notes, phone, latitude, longitude, name, address_line from quote where booking_id = $1', id))[0]
  const before = await detail(bookings[1]!)
  expect(await tidy({ dryRun: true })).toMatchObject({ details: 1, documents: expect.any(Number) })
  expect(await papers(bookings[0]!)).toContainEqual(['booking_confirmation', true, true])
  expect((await tidy({})).details).toBe(1)
  expect(await detail(bookings[0]!)).toMatchObject({
    notes: null,
    phone: null,
    latitude: null,
    longitude: null,
    name: before!.name,
    address_line: before!.address_line,
  })
  expect(await detail(bookings[1]!)).toEqual(before)
  for (const [kind, has, exists] of await papers(bookings[0]!))
    expect([kind, has, exists]).toEqual([kind, kind === 'invoice', kind === 'invoice'])
  for (const [, has] of await papers(bookings[1]!)) expect(has).toBe(true)
  expect(await tidy({})).toMatchObject({ details: 0, documents: 0 })
})
