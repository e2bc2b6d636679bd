import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { openManagedMover, openMover } from '../../../test/mover.ts'

let app: TestApp
let mover: Awaited<ReturnType<typeof openManagedMover>>
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

/** A company of its own for every test, with a manager. */
beforeEach(async () => {
  mover = await openManagedMover(app)
})

const bookingOf = (temporaryId: string, by: Pick<typeof mover, 'call'> = mover) =>
  app.eventually(async () => {
    const { body } = await by.call('GET', `/quotes/${temporaryId}`)
    return body.bookingId ? (await by.call('GET', `/${body.bookingId}`)).body : undefined
  })
const booked = async () => {
  const quote = await mover.quote()
  await mover.deliver(mover.event(quote))
  return bookingOf(quote.temporaryId)
}
const read = async (id: string) => (await mover.call('GET', `/${id}`)).body
const asked = (id: string, times = 1) =>
  app.eventually(async () => {
    const booking = await read(id)
    return booking.attributions.length === times && booking
  })
const rows = <T>(text: string, ...values: unknown[]) => app.database.query<T & Record<string, unknown>>(text, values)
const told = async (type: string, contactId?: string) =>
  (
    await rows<{ payload: Record<string, unknown>; contact_id: string }>(
      `select payload, contact_id from notification where type = $1 ${contactId ? 'and contact_id = $2' : ''} order by id`,
      ...[type, ...(contactId ? [contactId] : [])],
    )
  ).map(({ payload }) => payload)
const link = async (pro: { contactId: string }) =>
  new URL(String((await told('mission.proposed', pro.contactId)).at(-1)!.acceptUrl)).pathname
const press = (path: string) =>
  app.app.http.inject({
    method: 'POST',
    url: path,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'answer=accept',
  })
const assigned = async () => {
  const pro = await mover.professional()
  const { id } = await booked()
  await asked(id)
  await press(await link(pro))
  return { pro, booking: await read(id) }
}
/** When reminders of a subject are still to come. */
const planned = async (subject: string) =>
  (
    await rows<{ due: Date }>(
      `select r.at from reminder r join reminder_plan p on p.id = r.plan_id where p.subject = $1 and r.state = 0 order by 1`,
      subject,
    )
  ).length

describe('moving', () => {
  test.each<[string, object, number, string]>([
    ['into the past', { startsAt: '2020-01-01T08:00:00Z' }, 422, 'validation_failed'],
    ['three years ahead', { startsAt: new Date(Date.now() + 3 * 366 * 86_400_000) }, 422, 'validation_failed'],
    ['to no time', { startsAt: 'soon' }, 422, 'validation_failed'],
  ])('%s is refused', async (_, body, status, code) => {
    const { id, startsAt } = await booked()
    const refused = await mover.call('POST', `/${id}/move`, body)
    expect([refused.status, refused.body.code]).toEqual([status, code])
    expect((await read(id)).startsAt).toBe(startsAt)
  })

  test('another organization’s booking is not there; a cancelled one cannot be moved', async () => {
    const { id } = await booked()
    const startsAt = mover.inDays(25)
    expect((await app.post(`/v1/bookings/${id}/move`, { startsAt })).status).toBe(404)
    await mover.call('POST', `/${id}/cancel`, {})
    const refused = await mover.call('POST', `/${id}/move`, { startsAt })
    expect([refused.status, refused.body.code]).toEqual([409, 'conflict'])
    expect(await told('booking.moved', (await read(id)).contactId)).toEqual([])
  })

  test('client, professional and staff hear of it once, each what is theirs; whoever had accepted keeps it', async () => {
    const { pro, booking } = await assigned()
    const startsAt = mover.inDays(30).toISOString()
    const body = { startsAt, reason: 'À votre demande.' }
    const { body: moved } = await mover.call('POST', `/${booking.id}/move`, body)
    expect(moved).toMatchObject({ startsAt, status: 'assigned' })
    await mover.call('POST', `/${booking.id}/move`, body)
    const [client, ...more] = await told('booking.moved', booking.contactId)
    expect(more).toEqual([])
    expect(client).toMatchObject({ startsAt, previousStartsAt: booking.startsAt, reason: 'À votre demande.' })
    const [theirs] = await told('booking.moved', pro.contactId)
    expect(theirs).toMatchObject({ startsAt, city: 'Lyon' })
    expect(JSON.stringify(theirs)).not.toMatch(/Camille|demande|\/q\//)
    expect(await told('booking.moved')).toContainEqual(expect.objectContaining({ clientName: 'Camille Exemple' }))
    const plans = await rows<{ at: Date }>(
      `select at from reminder_plan where subject in ($1, $2)`,
      `booking-${booking.id}`,
      `mission-${moved.attributions[0].id}`,
    )
    expect(plans.map(({ at }) => at.toISOString())).toEqual([startsAt, startsAt])
  })

  test('there, back and there again within minutes: each is news', async () => {
    const { pro, booking } = await assigned()
    const there = mover.inDays(30).toISOString()
    for (const startsAt of [there, booking.startsAt, there])
      expect((await mover.call('POST', `/${booking.id}/move`, { startsAt })).status).toBe(200)
    for (const contactId of [booking.contactId, pro.contactId]) {
      const sent = await rows<{ startsat: string; reason: string | null }>(
        `select n.payload->>'startsAt' as startsat, m.reason from message m join notification n on n.id = m.notification_id
         where n.type = 'booking.moved' and n.contact_id = $1 and m.channel = 1 order by m.id`,
        contactId,
      )
      expect(sent).toEqual([there, booking.startsAt, there].map((startsat) => ({ startsat, reason: null })))
    }
  })

  test('the booking of a client who was erased is moved: whoever does it and the staff hear of it', async () => {
    const { pro, booking } = await assigned()
    const erase = `/v1/contacts/${booking.contactId}/erase`
    const { body: erasure } = await app.call('POST', erase, undefined, { key: mover.key })
    await app.eventually(async () => {
      const { body } = await app.call('GET', `/v1/contacts/${booking.contactId}/erasures/${erasure.id}`, undefined, {
        key: mover.key,
      })
      return body.status === 'done'
    })
    const startsAt = mover.inDays(30).toISOString()
    const { status, body } = await mover.call('POST', `/${booking.id}/move`, { startsAt })
    expect([status, body.startsAt]).toEqual([200, startsAt])
    expect(await told('booking.moved', pro.contactId)).toMatchObject([{ startsAt }])
    expect(await planned(`booking-${booking.id}`)).toBe(0)
  })

  test('where nobody has accepted, the offers of the former time end and the new time is offered', async () => {
    const pro = await mover.professional()
    const { id } = await booked()
    await asked(id)
    const before = await link(pro)
    const startsAt = mover.inDays(30).toISOString()
    await mover.call('POST', `/${id}/move`, { startsAt })
    await asked(id, 2)
    expect((await press(before)).statusCode).toBe(410)
    expect((await told('mission.proposed', pro.contactId)).at(-1)).toMatchObject({ startsAt })
    expect((await press(await link(pro))).statusCode).toBe(200)
    expect((await read(id)).status).toBe('assigned')
  })
})

describe('beginning, ending, cancelling', () => {
  test('there is no step that the states do not have', async () => {
    const { id } = await booked()
    for (const verb of ['start', 'complete'])
      expect((await mover.call('POST', `/${id}/${verb}`)).body.code).toBe('conflict')
    expect((await read(id)).status).toBe('payment_completed')
  })

  test('begun, no reminder comes; done, nothing can be cancelled', async () => {
    const { booking } = await assigned()
    expect((await mover.call('POST', `/${booking.id}/start`)).body.status).toBe('in_progress')
    expect(await planned(`booking-${booking.id}`)).toBe(0)
    expect(await planned(`mission-${booking.attributions[0].id}`)).toBe(0)
    expect((await mover.call('POST', `/${booking.id}/move`, { startsAt: mover.inDays(40) })).status).toBe(409)
    expect((await mover.call('POST', `/${booking.id}/complete`)).body.status).toBe('completed')
    expect((await mover.call('POST', `/${booking.id}/cancel`, { refund: 'full' })).status).toBe(409)
    expect((await read(booking.id)).payments).toHaveLength(1)
  })

  test('more than was paid cannot go back: then nothing is cancelled either', async () => {
    const { id, amount } = await booked()
    const refused = await mover.call('POST', `/${id}/cancel`, { refund: amount + 1 })
    expect([refused.status, refused.body.code]).toEqual([422, 'validation_failed'])
    expect(await read(id)).toMatchObject({ status: 'payment_completed', refunded: 0 })
    expect(await planned(`booking-${id}`)).toBeGreaterThan(0)
  })

  test('cancelled: the mission ends, its winner, the client and the staff hear so, reminders end', async () => {
    const { pro, booking } = await assigned()
    expect(await planned(`mission-${booking.attributions[0].id}`)).toBe(1)
    const { body } = await mover.call('POST', `/${booking.id}/cancel`, { reason: 'Imprévu' })
    expect(body).toMatchObject({ status: 'cancelled', cancelReason: 'Imprévu' })
    expect(body.attributions[0].status).toBe('cancelled')
    expect(await told('booking.cancelled', booking.contactId)).toEqual([expect.objectContaining({ reason: 'Imprévu' })])
    const [theirs] = await told('booking.cancelled', pro.contactId)
    expect(JSON.stringify(theirs)).not.toMatch(/Camille|Imprévu|\/q\//)
    expect(await planned(`booking-${booking.id}`)).toBe(0)
    expect(await planned(`mission-${body.attributions[0].id}`)).toBe(0)
    expect((await mover.call('POST', `/${booking.id}/cancel`, {})).status).toBe(409)
  })
})

test('taken back from whoever had accepted, their reminder is gone; who accepts next has one', async () => {
  const { booking } = await assigned()
  const [first] = booking.attributions
  const other = await mover.professional()
  expect(await planned(`mission-${first.id}`)).toBe(1)
  expect((await mover.call('POST', `/${booking.id}/revoke`)).status).toBe(200)
  expect(await planned(`mission-${first.id}`)).toBe(0)
  await asked(booking.id, 2)
  await press(await link(other))
  const again = await read(booking.id)
  expect(again.status).toBe('assigned')
  expect(await planned(`mission-${again.attributions[0].id}`)).toBe(1)
  expect(await planned(`mission-${first.id}`)).toBe(0)
})

describe('a flow that failed', () => {
  test('is not told again while it is under way or done', async () => {
    const { id } = await booked()
    expect((await mover.call('POST', `/${id}/flows/client/retry`)).body.code).toBe('conflict')
    expect((await mover.call('POST', `/${id}/flows/nobody/retry`)).status).toBe(404)
  })

  test('nobody was near: asked again, somebody is', async () => {
    const { id } = await booked()
    await asked(id)
    expect((await read(id)).flows.find(({ flow }: { flow: string }) => flow === 'professionals').detail).toBe('nobody')
    await mover.professional()
    expect((await mover.call('POST', `/${id}/flows/professionals/retry`)).status).toBe(200)
    const booking = await asked(id, 2)
    expect(booking.attributions[0].answers).toHaveLength(1)
  })
})

test('in the sandbox a refund is told as Stripe tells it', async () => {
  const other = await app.otherOrganization()
  const sandbox = await openMover(app, other)
  const quote = await sandbox.quote()
  const { body: session } = await sandbox.checkout(quote.temporaryId)
  await app.app.http.inject({
    method: 'POST',
    url: new URL(session.checkoutUrl).pathname,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'act=pay',
  })
  const { id, amount } = await bookingOf(quote.temporaryId, sandbox)
  await sandbox.call('POST', `/${id}/cancel`, { refund: 'full' })
  const booking = await app.eventually(async () => {
    const { body } = await sandbox.call('GET', `/${id}`)
    return body.refunded > 0 && body
  })
  expect(booking).toMatchObject({ status: 'cancelled', refunded: amount })
  expect(booking.payments.map(({ kind, status }: { kind: string; status: string }) => [kind, status])).toEqual([
    ['payment', 'completed'],
    ['refund', 'completed'],
  ])
  expect((await sandbox.call('POST', `/payments/${booking.payments[0].id}/refund`, {})).status).toBe(409)
})

describe('the number that was given with a booking', () => {
  const smsOf = (type: string, contactId: string) =>
    rows<{ address: string }>(
      `select m.address from message m join notification n on n.id = m.notification_id
       where n.type = $1 and n.contact_id = $2 and m.channel = 2 order by m.id`,
      type,
      contactId,
    )
  const known = async (contact: object) =>
    (await app.call('POST', '/v1/contacts', contact, { key: mover.key })).body.id as string
  const bookedBy = async (customer: object) => {
    const quote = await mover.quote({ customer })
    await mover.deliver(mover.event(quote))
    return bookingOf(quote.temporaryId)
  }
  let n = 0
  const email = () => `known-${++n}-${Date.now()}@example.com`

  test('becomes that of a contact who had none, once it was paid for', async () => {
    const to = { email: email() }
    const contactId = await known(to)
    const phoneOf = async () =>
      (await app.call('GET', `/v1/contacts/${contactId}`, undefined, { key: mover.key })).body.phone
    await mover.quote({ customer: { ...to, phone: '06 39 98 00 21' } })
    expect(await phoneOf()).toBeNull()
    const booking = await bookedBy({ ...to, phone: '06 39 98 00 21' })
    expect(booking.contactId).toBe(contactId)
    expect([await phoneOf(), await smsOf('booking.confirmed', contactId)]).toEqual([
      '+33639980021',
      [{ address: '+33639980021' }],
    ])
  })

  test('is never made that of a member, who hears of more than bookings', async () => {
    const who = `owner-${Date.now()}@example.org`
    await app.signedIn(who, { organizationId: mover.organizationId })
    const booking = await bookedBy({ email: who, phone: '+33639980051' })
    const { body: contact } = await app.call('GET', `/v1/contacts/${booking.contactId}`, undefined, { key: mover.key })
    expect([contact.phone, await smsOf('booking.confirmed', booking.contactId)]).toEqual([
      null,
      [{ address: '+33639980051' }],
    ])
  })

  test('goes before another one of the contact, which stays: confirmation, changes and reminders', async () => {
    const to = { email: email() }
    const contactId = await known({ ...to, phone: '+33639980031' })
    const booking = await bookedBy({ ...to, phone: '+33639980032' })
    const { body: contact } = await app.call('GET', `/v1/contacts/${contactId}`, undefined, { key: mover.key })
    expect([booking.contactId, contact.phone]).toEqual([contactId, '+33639980031'])
    const startsAt = mover.inDays(21)
    await mover.call('POST', `/${booking.id}/move`, { startsAt })
    const theirs = [{ address: '+33639980032' }]
    expect([await smsOf('booking.confirmed', contactId), await smsOf('booking.moved', contactId)]).toEqual([
      theirs,
      theirs,
    ])
    app.clock.advance(startsAt.getTime() - 86_400_000 - app.clock.now().getTime() + 60_000)
    await app.eventually(async () => (await smsOf('booking.reminder_24h', contactId)).length > 0)
    expect(await smsOf('booking.reminder_24h', contactId)).toEqual(theirs)
  })

  test('of a professional that is another than the contact’s is refused, instead of being dropped', async () => {
    const to = { email: email() }
    await known({ ...to, phone: '+33639980041' })
    const pro = { company: 'Transports', ...to, skills: [] }
    const refused = await mover.call('POST', '/professionals', { ...pro, phone: '+33639980042' })
    expect([refused.status, refused.body.errors[0].path]).toEqual([422, 'phone'])
    expect((await mover.call('POST', '/professionals', { ...pro, phone: '06 39 98 00 41' })).status).toBe(201)
  })
})
