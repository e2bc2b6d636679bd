import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { openManagedMover, openMoverWithStripe } from '../../../test/mover.ts'

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

const FAR = { latitude: 41.9192, longitude: 8.7386 }

const read = async (id: string) => (await mover.call('GET', `/${id}`)).body
/** A booking whose professionals have been looked for. */
const booked = async (more: object = {}) => {
  const quote = await mover.quote(more)
  await mover.deliver(mover.event(quote))
  return app.eventually(async () => {
    const { body } = await mover.call('GET', `/quotes/${quote.temporaryId}`)
    const booking = body.bookingId && (await read(body.bookingId))
    return booking?.attributions.length > 0 ? booking : undefined
  })
}
const assign = (id: string, professionalId: string) => mover.call('POST', `/${id}/assign`, { professionalId })
const told = (type: string, contactId: string) =>
  app.database.query<{ payload: Record<string, string> }>(
    'select payload from notification where type = $1 and contact_id = $2 order by id',
    [type, contactId],
  )
const pageOf = async ({ contactId }: { contactId: string }) =>
  new URL((await told('mission.proposed', contactId)).at(-1)!.payload.acceptUrl!).pathname
const accept = (path: string) =>
  app.app.http.inject({
    method: 'POST',
    url: path,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'answer=accept',
  })
const answersOf = (booking: { attributions: { answers: { professionalId: string; answer: string }[] }[] }) =>
  Object.fromEntries(booking.attributions[0]!.answers.map(({ professionalId, answer }) => [professionalId, answer]))

describe('a mission that staff give to somebody', () => {
  test('when nobody was near: they get the order and the reminder, as if they had accepted', async () => {
    const chosen = await mover.professional({ coordinates: FAR, skills: [] })
    const { id, reference } = await booked()
    const given = await assign(id, chosen.id)
    expect(given.status).toBe(200)
    expect(given.body).toMatchObject({
      status: 'assigned',
      attributions: [
        { status: 'accepted', byHand: true, winnerId: chosen.id },
        { status: 'expired', byHand: false },
      ],
    })
    expect(given.body.attributions[0].answers).toEqual([
      expect.objectContaining({ professionalId: chosen.id, answer: 'accepted', distanceKm: expect.closeTo(530, -2) }),
    ])
    expect(given.body.flows).toContainEqual({ flow: 'professionals', state: 'done', detail: null })
    const [order] = await told('mission.accepted', chosen.contactId)
    expect(order!.payload).toMatchObject({ mission: reference, address: expect.stringContaining('12 rue') })
    expect((await read(id)).documents).toContainEqual(expect.objectContaining({ kind: 'mission_order' }))
    expect(await told('mission.proposed', chosen.contactId)).toEqual([])
    const planned = await app.database.query<{ type: string }>(
      `select r.type from reminder r join reminder_plan p on p.id = r.plan_id where p.contact_id = $1`,
      [chosen.contactId],
    )
    expect(planned).toEqual([{ type: 'mission.day_of' }])
    const page = await app.call('GET', new URL(order!.payload.missionUrl!).pathname, undefined, { key: null })
    expect(page.status).toBe(200)
  })

  test('while others are asked: those hear that it is taken, and their pages say so', async () => {
    const [asked, refused] = [await mover.professional(), await mover.professional()]
    const { id } = await booked()
    await app.app.http.inject({
      method: 'POST',
      url: await pageOf(refused),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'answer=refuse',
    })
    // They were called, and have changed their mind.
    const { body } = await assign(id, refused.id)
    expect([body.attributions.length, answersOf(body)]).toEqual([1, { [asked.id]: 'taken', [refused.id]: 'accepted' }])
    expect(await told('mission.taken', asked.contactId)).toHaveLength(1)
    expect(await told('mission.taken', refused.contactId)).toEqual([])
    expect((await accept(await pageOf(asked))).statusCode).toBe(409)
  })

  test('is theirs until it is taken back, and is not offered to them again', async () => {
    const chosen = await mover.professional({ coordinates: null })
    const { id } = await booked()
    expect((await assign(id, chosen.id)).body.attributions[0].answers[0].distanceKm).toBeNull()
    const other = await mover.professional()
    expect((await assign(id, other.id)).body).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('take it back'),
    })
    await mover.call('PATCH', `/professionals/${chosen.id}`, { coordinates: { latitude: 45.764, longitude: 4.8357 } })
    expect((await mover.call('POST', `/${id}/revoke`)).status).toBe(200)
    const again = await app.eventually(async () => {
      const now = await read(id)
      return now.attributions[0].status === 'broadcasting' ? now : undefined
    })
    expect(answersOf(again)).toEqual({ [other.id]: 'none' })
    expect(await told('booking.cancelled', chosen.contactId)).toHaveLength(1)
  })

  test('however many accept at the same moment: it is somebody’s, and only theirs', async () => {
    const pros = [await mover.professional(), await mover.professional(), await mover.professional()]
    const chosen = await mover.professional({ coordinates: null })
    const { id } = await booked()
    const pages = await Promise.all(pros.map(pageOf))
    const [given] = await Promise.all([assign(id, chosen.id), ...pages.map(accept)])
    const booking = await read(id)
    expect(booking.status).toBe('assigned')
    expect(Object.values(answersOf(booking)).filter((answer) => answer === 'accepted')).toHaveLength(1)
    const winners = await Promise.all([chosen, ...pros].map(({ contactId }) => told('mission.accepted', contactId)))
    expect(winners.flat()).toHaveLength(1)
    expect(given!.status).toBe(winners[0]!.length === 1 ? 200 : 409)
  })
})

describe('is given to nobody', () => {
  test('who is unknown, another company’s, blacklisted or removed', async () => {
    const { id } = await booked()
    const mine = mover
    const blacklisted = await mover.professional({ blacklisted: true })
    const removed = await mover.professional()
    await mover.call('DELETE', `/professionals/${removed.id}`)
    mover = await openMoverWithStripe(app, await app.otherOrganization())
    const theirs = await mover.professional()
    mover = mine
    for (const professionalId of ['019a9f00-0000-7000-8000-000000000001', theirs.id, blacklisted.id, removed.id]) {
      const { status, body } = await assign(id, professionalId)
      expect([status, body.errors]).toEqual([422, [expect.objectContaining({ path: 'professionalId' })]])
    }
    expect((await assign('019a9f00-0000-7000-8000-000000000002', theirs.id)).status).toBe(404)
    expect((await read(id)).attributions).toEqual([expect.objectContaining({ status: 'expired', winnerId: null })])
  })

  test('once the booking is cancelled', async () => {
    const { id } = await booked()
    const pro = await mover.professional()
    await mover.call('POST', `/${id}/cancel`, {})
    expect((await assign(id, pro.id)).body).toMatchObject({ code: 'conflict' })
    expect(await told('mission.accepted', pro.contactId)).toEqual([])
  })
})
