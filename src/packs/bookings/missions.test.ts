import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, TEST_SECRET, type TestApp } from '../../../test/app.ts'
import { LYON, openManagedMover } from '../../../test/mover.ts'
import { createCrypto } from '../../platform/crypto.ts'

let app: TestApp
let mover: Awaited<ReturnType<typeof openManagedMover>>
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const HOUR = 3_600_000
const VILLEURBANNE = { latitude: 45.7719, longitude: 4.8902 }
const GRENOBLE = { latitude: 45.1885, longitude: 5.7245 }
const PARIS = { latitude: 48.8566, longitude: 2.3522 }

/** A company of its own for every test, with an owner and a manager. */
beforeEach(async () => {
  mover = await openManagedMover(app)
})

const booked = async (more: object = {}) => {
  const quote = await mover.quote(more)
  await mover.deliver(mover.event(quote))
  return app.eventually(async () => {
    const { body } = await mover.call('GET', `/quotes/${quote.temporaryId}`)
    return body.bookingId ? (await mover.call('GET', `/${body.bookingId}`)).body : undefined
  })
}
const read = async (id: string) => (await mover.call('GET', `/${id}`)).body
const broadcast = (id: string) =>
  app.eventually(async () => {
    const booking = await read(id)
    return booking.attributions.length > 0 ? booking : undefined
  })
const payloadsOf = (type: string, contactId?: string) =>
  app.database.query<{ payload: Record<string, string>; contact_id: string; lane: number }>(
    `select payload, contact_id, lane from notification where type = $1 ${contactId ? 'and contact_id = $2' : ''} order by id`,
    [type, ...(contactId ? [contactId] : [])],
  )
const linkOf = async (pro: { contactId: string }, field = 'acceptUrl') =>
  new URL((await payloadsOf('mission.proposed', pro.contactId)).at(-1)!.payload[field]!).pathname
const open = (path: string) => app.call('GET', path, undefined, { key: null })
const press = (path: string, answer: string) =>
  app.app.http.inject({
    method: 'POST',
    url: path,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: `answer=${answer}`,
  })
const answers = (booking: { attributions: { answers: { professionalId: string; answer: string }[] }[] }) =>
  Object.fromEntries(booking.attributions[0]!.answers.map(({ professionalId, answer }) => [professionalId, answer]))

describe('who is asked', () => {
  test('those with the skill, near, not on the blacklist, available; the nearest first; nothing of the client in it', async () => {
    const near = await mover.professional({ coordinates: VILLEURBANNE })
    const here = await mover.professional()
    await mover.professional({ coordinates: PARIS })
    await mover.professional({ blacklisted: true })
    await mover.professional({ available: false })
    await mover.professional({ skills: [] })
    await mover.professional({ coordinates: null })
    await mover.professional({ coordinates: GRENOBLE, radiusKm: 20 })
    const { id } = await booked({ notes: 'Interphone Exemple' })
    const booking = await broadcast(id)
    expect(
      booking.attributions[0].answers.map(({ professionalId }: { professionalId: string }) => professionalId),
    ).toEqual([here.id, near.id])
    const [proposed] = await payloadsOf('mission.proposed', here.contactId)
    expect(proposed!.payload).toMatchObject({ city: 'Lyon', pay: Math.round(booking.amount * 0.6), distanceKm: 0 })
    expect(proposed!.payload.size).toEqual([{ label: 'Volume', value: '20' }])
    const text = JSON.stringify(proposed!.payload)
    for (const secret of ['Camille', 'client-', '+33639980001', 'rue de l', 'Interphone'])
      expect(text).not.toContain(secret)
  })

  test('an address that is not found: measured from the organization’s own point, and marked; without one, staff are told', async () => {
    const pro = await mover.professional()
    const lost = await broadcast((await booked({ coordinates: undefined })).id)
    expect(lost).toMatchObject({ attributions: [{ status: 'expired', answers: [] }] })
    expect(lost.flows.find(({ flow }: { flow: string }) => flow === 'professionals').detail).toBe('no_place')
    expect(
      (await payloadsOf('mission.unassigned')).some(({ payload }) => payload.bookingReference === lost.reference),
    ).toBe(true)
    await mover.call('PATCH', '/settings', { fallback: LYON })
    const found = await broadcast((await booked({ coordinates: undefined })).id)
    expect(found.attributions[0]).toMatchObject({ status: 'broadcasting', approximate: true })
    expect(Object.keys(answers(found))).toEqual([pro.id])
  })

  test('nobody near: wider at once; nobody at all: staff are told', async () => {
    const far = await mover.professional({ coordinates: { latitude: 44.2, longitude: 4.84 } })
    const wide = await broadcast((await booked()).id)
    expect(wide.attributions[0]).toMatchObject({ round: 2, radiusKm: 300, status: 'broadcasting' })
    await mover.call('PATCH', `/professionals/${far.id}`, { available: false })
    const none = await broadcast((await booked()).id)
    expect(none.attributions[0]).toMatchObject({ status: 'expired', answers: [] })
  })

  test('for a job whose time has come nobody is asked: staff are told', async () => {
    const { id, reference } = await booked()
    await broadcast(id)
    const pro = await mover.professional()
    await app.database.query(`update booking set starts_at = now() - interval '1 minute' where id = $1`, [id])
    expect((await mover.call('POST', `/${id}/flows/professionals/retry`)).status).toBeLessThan(300)
    const booking = await app.eventually(async () => {
      const now = await read(id)
      return now.attributions.length === 2 ? now : undefined
    })
    expect([booking.attributions[0].status, answers(booking)]).toEqual(['expired', {}])
    expect(booking.flows.find(({ flow }: { flow: string }) => flow === 'professionals').detail).toBe('begun')
    expect(await payloadsOf('mission.proposed', pro.contactId)).toEqual([])
    const told = (await payloadsOf('mission.unassigned')).filter(
      ({ payload }) => payload.bookingReference === reference,
    )
    expect(told.length).toBeGreaterThan(0)
  })

  test('what begins soon is urgent: it goes in the critical lane', async () => {
    const pro = await mover.professional()
    const { id } = await booked({ wishedAt: new Date(app.clock.now().getTime() + 20 * HOUR).toISOString() })
    await broadcast(id)
    const [proposed] = await payloadsOf('mission.proposed', pro.contactId)
    expect([proposed!.payload.urgent, proposed!.lane]).toEqual([true, 0])
  })
})

describe('links', () => {
  test('tampered ones lead nowhere', async () => {
    const pro = await mover.professional()
    await broadcast((await booked()).id)
    const link = await linkOf(pro)
    for (const bad of [`${link}x`, link.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')), '/m/nonsense', '/m/a.b'])
      expect([(await open(bad)).status, (await press(bad, 'accept')).statusCode]).toEqual([404, 404])
  })

  test('are short, unlike each other, and end a month after the job', async () => {
    const pros = [await mover.professional(), await mover.professional()]
    const { id } = await booked()
    await broadcast(id)
    const [one, other] = await Promise.all(pros.map((pro) => linkOf(pro)))
    expect(one).toMatch(/^\/m\/[\w-]{22}$/)
    expect(one).not.toBe(other)
    expect((await press(one!, 'accept')).statusCode).toBe(200)
    const startsAt = (days: number) =>
      app.database.query(`update booking set starts_at = $2 where id = $1`, [
        id,
        new Date(app.clock.now().getTime() - days * 24 * HOUR),
      ])
    await startsAt(29)
    expect((await open(one!)).status).toBe(200)
    await startsAt(31)
    expect([(await open(one!)).status, (await press(one!, 'accept')).statusCode]).toEqual([404, 404])
  })

  test('signed ones that were sent before they were short lead where they did, until they end', async () => {
    const pro = await mover.professional()
    const { id } = await booked()
    const { attributions } = await broadcast(id)
    const ids = [mover.organizationId, id, attributions[0].id, pro.id].map((one: string) =>
      Buffer.from(one.replaceAll('-', ''), 'hex').toString('base64url'),
    )
    const signed = (endsAt: Date) => `/m/${createCrypto(TEST_SECRET).sign('pack/bookings/mission', ids, endsAt)}`
    const past = signed(new Date(app.clock.now().getTime() - 1))
    expect((await open(past)).status).toBe(404)
    const link = signed(new Date(app.clock.now().getTime() + HOUR))
    expect((await open(link)).status).toBe(200)
    expect((await press(link, 'accept')).statusCode).toBe(200)
    expect((await read(id)).status).toBe('assigned')
  })

  test('looking accepts nothing, however often a scanner follows both links', async () => {
    const pro = await mover.professional()
    const { id } = await booked()
    await broadcast(id)
    for (const field of ['acceptUrl', 'refuseUrl'])
      for (let turn = 0; turn < 3; turn++) {
        const path = await linkOf(pro, field)
        expect((await open(path)).status).toBe(200)
        expect((await app.app.http.inject({ method: 'HEAD', url: path })).statusCode).toBe(200)
      }
    const booking = await read(id)
    expect([booking.status, answers(booking)]).toEqual(['payment_completed', { [pro.id]: 'none' }])
  })

  test('a form without an answer decides nothing', async () => {
    const pro = await mover.professional()
    const { id } = await booked()
    await broadcast(id)
    expect((await press(await linkOf(pro), 'perhaps')).statusCode).toBe(400)
    expect(answers(await read(id))).toEqual({ [pro.id]: 'none' })
  })

  test('after the deadline the offer is closed', async () => {
    const pro = await mover.professional()
    const { id } = await booked()
    await broadcast(id)
    await app.database.query(`update attribution set deadline_at = created_at where booking_id = $1`, [id])
    const link = await linkOf(pro)
    expect([(await open(link)).status, (await press(link, 'accept')).statusCode]).toEqual([410, 410])
    expect((await read(id)).status).toBe('payment_completed')
  })
})

describe('who may not be given a job any more', () => {
  const patch = (change: object) => (id: string) => mover.call('PATCH', `/professionals/${id}`, change)
  const blacklist = patch({ blacklisted: true })
  const remove = (id: string) => mover.call('DELETE', `/professionals/${id}`)

  test.each([
    ['blacklisted', blacklist],
    ['not available', patch({ available: false })],
    ['removed', remove],
  ])('%s after they were asked: their offer is closed, they hear so, and others are asked at once', async (_, stop) => {
    const pro = await mover.professional()
    const far = await mover.professional({ coordinates: { latitude: 44.2, longitude: 4.84 } })
    const { id } = await booked()
    await broadcast(id)
    const link = await linkOf(pro)
    expect((await stop(pro.id)).status).toBeLessThan(300)
    expect([(await open(link)).status, (await press(link, 'accept')).statusCode]).toEqual([410, 410])
    const booking = await app.eventually(async () => {
      const now = await read(id)
      return now.attributions[0].round === 2 ? now : undefined
    })
    expect(answers(booking)).toEqual({ [pro.id]: 'expired', [far.id]: 'none' })
    expect(await payloadsOf('mission.expired', pro.contactId)).toHaveLength(1)
  })

  test.each([
    ['blacklisted', async (pro: { id: string }) => blacklist(pro.id)],
    ['removed', async (pro: { id: string }) => remove(pro.id)],
    [
      'erased',
      async (pro: { contactId: string }) =>
        app.call('POST', `/v1/contacts/${pro.contactId}/erase`, undefined, { key: mover.key }),
    ],
  ])('%s after they had accepted: it is taken back, others are asked, and staff hear of it', async (how, stop) => {
    const pro = await mover.professional()
    const { id, reference } = await booked()
    await broadcast(id)
    const link = await linkOf(pro)
    await press(link, 'accept')
    const other = await mover.professional()
    expect((await stop(pro)).status).toBeLessThan(300)
    const booking = await app.eventually(async () => {
      const now = await read(id)
      return now.attributions.length === 2 ? now : undefined
    })
    expect([booking.status, answers(booking)]).toEqual(['payment_completed', { [other.id]: 'none' }])
    expect((await open(link)).body).not.toContain('12 rue de l’Exemple')
    const reopened = (await payloadsOf('mission.reopened')).filter(({ payload }) => payload.mission === reference)
    expect(reopened.length).toBeGreaterThan(0)
    if (how !== 'erased') expect(await payloadsOf('booking.cancelled', pro.contactId)).toHaveLength(1)
    expect((await press(await linkOf(other), 'accept')).statusCode).toBe(200)
  })

  test('not available any more: what was accepted is done all the same', async () => {
    const pro = await mover.professional()
    const { id } = await booked()
    await broadcast(id)
    await press(await linkOf(pro), 'accept')
    await mover.call('PATCH', `/professionals/${pro.id}`, { available: false })
    expect((await read(id)).status).toBe('assigned')
    expect((await open(await linkOf(pro))).status).toBe(200)
  })
})

test('each professional reads and hears of it in their own language', async () => {
  const english = await mover.professional({ locale: 'en' })
  const french = await mover.professional({ locale: 'fr' })
  const { id } = await booked({ inputs: { volume: 20, packing: true } })
  await broadcast(id)
  const services = async (type: string, pro: { contactId: string }) =>
    (await payloadsOf(type, pro.contactId)).map(({ payload }) => payload.service)
  expect([await services('mission.proposed', english), await services('mission.proposed', french)]).toEqual([
    ['Moving'],
    ['Déménagement'],
  ])
  for (const [pro, ...words] of [
    [english, 'You are offered a mission', 'Volume</span><br>20'],
    [french, 'Une mission vous est proposée', 'Volume</span><br>20', 'Cartons</span><br>✓'],
  ] as const) {
    const { body } = await open(await linkOf(pro))
    for (const word of words) expect(body).toContain(word)
    expect(body).not.toContain('rue de l’Exemple')
  }
  expect((await press(await linkOf(english), 'accept')).body).toContain('The mission is yours')
  expect([await services('mission.accepted', english), await services('mission.taken', french)]).toEqual([
    ['Moving'],
    ['Déménagement'],
  ])
  await mover.call('POST', `/${id}/move`, { startsAt: mover.inDays(30).toISOString() })
  expect(await services('booking.moved', english)).toEqual(['Moving'])
})

describe('the first to accept has it', () => {
  test('the winner gets everything and a reminder at four in the morning, staff and the others hear of it', async () => {
    const [winner, other] = [await mover.professional(), await mover.professional()]
    const { id, reference } = await booked({
      customer: { name: 'Camille Exemple', email: 'c@example.com', phone: '+33639980001' },
    })
    await broadcast(id)
    const accepted = await press(await linkOf(winner), 'accept')
    expect([accepted.statusCode, accepted.body]).toEqual([200, expect.stringContaining('12 rue de l’Exemple')])
    const late = await press(await linkOf(other), 'accept')
    expect([late.statusCode, late.body.includes('Exemple, 69000')]).toEqual([409, false])
    const booking = await read(id)
    expect([booking.status, answers(booking)]).toEqual(['assigned', { [winner.id]: 'accepted', [other.id]: 'taken' }])
    const [order] = await payloadsOf('mission.accepted', winner.contactId)
    expect(order!.payload).toMatchObject({
      mission: reference,
      clientName: 'Camille Exemple',
      clientPhone: '+33639980001',
    })
    expect((await payloadsOf('mission.taken', other.contactId)).length).toBe(1)
    expect((await payloadsOf('mission.taken', winner.contactId)).length).toBe(0)
    const [reminder] = await app.database.query<{ due_at: Date; type: string }>(
      `select r.due_at, r.type from reminder r join reminder_plan p on p.id = r.plan_id where p.contact_id = $1`,
      [winner.contactId],
    )
    expect(reminder!.type).toBe('mission.day_of')
    expect(
      new Intl.DateTimeFormat('fr', { timeStyle: 'short', timeZone: 'Europe/Paris' }).format(reminder!.due_at),
    ).toBe('04:00')
    // Pressing again changes nothing.
    expect((await press(await linkOf(winner), 'accept')).statusCode).toBe(200)
    expect((await payloadsOf('mission.accepted', winner.contactId)).length).toBe(1)
  })

  test('sixty at once: one winner, fifty-nine “taken”', async () => {
    const pros: { contactId: string }[] = []
    for (let n = 0; n < 60; n++) pros.push(await mover.professional())
    const { id } = await booked()
    await app.eventually(async () => (await read(id)).attributions[0]?.answers.length === 60)
    const links: string[] = []
    for (const pro of pros) links.push(await linkOf(pro))
    const replies = await Promise.all(links.map((link) => press(link, 'accept')))
    const codes = Object.groupBy(replies, ({ statusCode }) => statusCode)
    expect([codes[200]?.length, codes[409]?.length]).toEqual([1, 59])
    const said = Object.values(answers(await read(id)))
    expect([said.filter((one) => one === 'accepted').length, said.filter((one) => one === 'taken').length]).toEqual([
      1, 59,
    ])
    expect(
      (await payloadsOf('mission.accepted')).filter(({ contact_id }) =>
        pros.some((pro) => pro.contactId === contact_id),
      ),
    ).toHaveLength(1)
  })
})

describe('refused, or not answered', () => {
  test('who refuses is not asked again; when all have refused, it goes wider without waiting', async () => {
    const near = await mover.professional()
    const far = await mover.professional({ coordinates: { latitude: 44.2, longitude: 4.84 } })
    const { id } = await booked()
    await broadcast(id)
    const refused = await press(await linkOf(near, 'refuseUrl'), 'refuse')
    expect(refused.statusCode).toBe(200)
    expect((await press(await linkOf(near), 'accept')).statusCode).toBe(409)
    const booking = await app.eventually(async () => {
      const now = await read(id)
      return now.attributions[0].round === 2 ? now : undefined
    })
    expect(answers(booking)).toEqual({ [near.id]: 'refused', [far.id]: 'none' })
    expect((await press(await linkOf(far), 'accept')).statusCode).toBe(200)
  })

  test('nobody answers: wider once, then those asked hear that it is over, and the managers are called', async () => {
    const near = await mover.professional()
    const far = await mover.professional({ coordinates: { latitude: 44.2, longitude: 4.84 } })
    const { id, reference } = await booked()
    const first = await broadcast(id)
    const runDeadline = async (at: string) => {
      await app.database.query(
        `update automation_run set lease_until = now() where name = 'bookings.deadline' and finished_at is null`,
      )
      await app.database.query(
        `update automation_run set offered_at = now() - interval '1 minute' where name = 'bookings.deadline' and finished_at is null`,
      )
      await app.database.query(
        `update attribution set deadline_at = now() where booking_id = $1 and status = 'broadcasting' and deadline_at = $2`,
        [id, at],
      )
    }
    await runDeadline(first.attributions[0].deadlineAt)
    const wider = await app.eventually(async () => {
      const now = await read(id)
      return now.attributions[0].round === 2 ? now : undefined
    })
    expect([wider.attributions[0].radiusKm, answers(wider)]).toEqual([300, { [near.id]: 'none', [far.id]: 'none' }])
    await runDeadline(wider.attributions[0].deadlineAt)
    const over = await app.eventually(async () => {
      const now = await read(id)
      return now.attributions[0].status === 'expired' ? now : undefined
    })
    expect(answers(over)).toEqual({ [near.id]: 'expired', [far.id]: 'expired' })
    expect((await payloadsOf('mission.expired', far.contactId)).length).toBe(1)
    const [called] = (await payloadsOf('mission.unassigned')).filter(({ payload }) => Number(payload.asked) === 2)
    expect([called!.payload.bookingReference, called!.lane]).toEqual([reference, 0])

    // That is no dead end: whoever manages has them asked once more.
    const retry = () => mover.call('POST', `/${id}/flows/professionals/retry`)
    expect([(await retry()).status, (await retry()).status]).toEqual([200, 409])
    const again = await app.eventually(async () => {
      const now = await read(id)
      return now.attributions.length === 2 ? now : undefined
    })
    expect(answers(again)).toEqual({ [near.id]: 'none' })
    expect((await retry()).body.code).toBe('conflict')
    expect((await press(await linkOf(near), 'accept')).statusCode).toBe(200)
    expect((await retry()).status).toBe(409)
  })
})

describe('taken back', () => {
  test('nothing to take back', async () => {
    const { id } = await booked()
    expect((await mover.call('POST', `/${id}/revoke`)).status).toBe(409)
    expect((await mover.call('POST', `/019a9f00-0000-7000-8000-0000000000ff/revoke`)).status).toBe(404)
  })

  test('whoever had it hears so and is not reminded; the others are asked again', async () => {
    const [winner, other] = [await mover.professional(), await mover.professional()]
    const { id } = await booked()
    await broadcast(id)
    await press(await linkOf(winner), 'accept')
    const { status, body } = await mover.call('POST', `/${id}/revoke`)
    expect([status, body.status]).toEqual([200, 'payment_completed'])
    const again = await app.eventually(async () => {
      const now = await read(id)
      return now.attributions.length === 2 ? now : undefined
    })
    expect(answers(again)).toEqual({ [other.id]: 'none' })
    expect((await payloadsOf('booking.cancelled', winner.contactId)).length).toBe(1)
    const [plan] = await app.database.query<{ cancelled_at: Date | null }>(
      'select cancelled_at from reminder_plan where contact_id = $1',
      [winner.contactId],
    )
    expect(plan!.cancelled_at).not.toBeNull()
    expect((await press(await linkOf(other), 'accept')).statusCode).toBe(200)
  })
})
