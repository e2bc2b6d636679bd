import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { openMoverWithStripe } from '../../../test/mover.ts'

let app: TestApp
let mover: Awaited<ReturnType<typeof openMoverWithStripe>>
let other: { key: string; organizationId: string }
beforeAll(async () => {
  app = await startTestApp()
  mover = await openMoverWithStripe(app)
  other = await app.otherOrganization()
})
afterAll(() => app.stop())

const asOther = (url: string) => app.call('GET', `/v1/bookings${url}`, undefined, { key: other.key })

test('quotes are listed by where they stand, page by page, and are nobody else’s', async () => {
  const ids: string[] = []
  for (let n = 0; n < 3; n++) ids.unshift((await mover.quote()).temporaryId)
  const [late, paid, open] = ids
  await mover.deliver(mover.event((await mover.call('GET', `/quotes/${paid}`)).body))
  await app.eventually(async () => (await mover.call('GET', `/quotes/${paid}`)).body.bookingId)
  // Its time has passed, and nothing has marked it yet.
  await app.database.query('update quote set expires_at = created_at where temporary_id = $1', [late])

  const listed = async (query: string) => (await mover.call('GET', `/quotes?${query}`)).body
  const idsOf = (page: { items: { temporaryId: string }[] }) => page.items.map((one) => one.temporaryId)
  const first = await listed('limit=2')
  expect(idsOf(first)).toEqual([late, paid])
  expect(first.items[0]).toMatchObject({
    status: 'expired',
    customer: { name: 'Camille Exemple', phone: '+33639980001' },
    address: { city: 'Lyon' },
  })
  const rest = await listed(`limit=2&cursor=${first.nextCursor}`)
  expect([idsOf(rest), rest.nextCursor]).toEqual([[open], null])
  expect(idsOf(await listed('status=open'))).toEqual([open])
  expect(idsOf(await listed('status=confirmed'))).toEqual([paid])
  expect(idsOf(await listed('status=expired'))).toEqual([late])

  expect((await mover.call('GET', '/quotes?status=paid')).status).toBe(422)
  expect((await mover.call('GET', '/quotes?cursor=made-up')).body.code).toBe('invalid_cursor')
  expect((await asOther('/quotes')).body.items).toEqual([])
})

test('an orphan that was dealt with is no longer among those that wait, and is found by its id', async () => {
  for (const session of ['cs_waits', 'cs_settled'])
    await mover.deliver(mover.event({ temporaryId: session, amount: 4_200 }, { session, metadata: {} }))
  const orphans = async (query = '') =>
    (await mover.call('GET', `/payments?status=orphaned${query}`)).body.items as {
      id: string
      checkoutSession: string
    }[]
  await app.eventually(async () => (await orphans()).length === 2)
  const { id } = (await orphans()).find(({ checkoutSession }) => checkoutSession === 'cs_settled')!
  await mover.call('POST', `/payments/${id}/settle`, { note: 'Given back by transfer.' })

  expect((await orphans('&settled=false')).map((one) => one.checkoutSession)).toEqual(['cs_waits'])
  expect((await orphans('&settled=true')).map((one) => one.id)).toEqual([id])
  expect(await orphans()).toHaveLength(2)
  expect((await mover.call('GET', `/payments/${id}`)).body).toMatchObject({ id, note: 'Given back by transfer.' })
  expect((await asOther(`/payments/${id}`)).status).toBe(404)
  expect((await mover.call('GET', '/payments/nothing')).status).toBe(404)
})

test('professionals are found by company, name or address, and by what they do', async () => {
  await mover.call('POST', '/service-types', {
    key: 'cleaning',
    label: { fr: 'Ménage', en: 'Cleaning' },
    pricing: { rules: [{ kind: 'base', label: { fr: 'Forfait', en: 'Base' }, amount: 5_000 }] },
  })
  await mover.professional({ company: '100 % Net_toyage', skills: ['cleaning'], email: 'clean@example.net' })
  await mover.professional({ company: 'Nord', name: 'Zoé Exemple' })
  await mover.professional({ company: 'Sud' })
  const found = async (query: string) =>
    (await mover.call('GET', `/professionals?${query}`)).body.items.map((one: { company: string }) => one.company)
  expect(await found('search=nord')).toEqual(['Nord'])
  expect(await found(`search=${encodeURIComponent('ZOÉ')}`)).toEqual(['Nord'])
  expect(await found('search=example.net')).toEqual(['100 % Net_toyage'])
  // What stands for anything elsewhere stands for itself here.
  expect(await found(`search=${encodeURIComponent('0 % N')}`)).toEqual(['100 % Net_toyage'])
  expect(await found('search=N_r')).toEqual([])
  expect(await found('search=%25')).toEqual(['100 % Net_toyage'])
  expect(await found('skill=moving')).toEqual(['Sud', 'Nord'])
  expect(await found('skill=cleaning&search=nord')).toEqual([])
})
