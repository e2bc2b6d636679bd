import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { allWorkedOff, openMover, openMoverWithStripe } from '../../../test/mover.ts'
import { type PretendedStripe, pretendStripe } from '../../../test/pretended-stripe.ts'

const PLATFORM = { secretKey: 'sk_test_ofThePlatform', webhookSecret: 'whsec_ofThePlatform' }

let app: TestApp
let stripe: PretendedStripe
let mover: Awaited<ReturnType<typeof openMoverWithStripe>>
beforeAll(async () => {
  stripe = await pretendStripe()
  app = await startTestApp({ vendors: { stripe: { baseUrl: stripe.url, ...PLATFORM } } })
  mover = await openMoverWithStripe(app)
  await app.signedIn('owner@example.org')
})
afterAll(async () => {
  await app.stop()
  await stripe.close()
})

const count = async (what: string, ...values: unknown[]) =>
  (await app.database.query<{ n: number }>(`select count(*)::int as n from ${what}`, values))[0]!.n
const workedOff = () => allWorkedOff(app)
const bookingOf = async (temporaryId: string) => {
  const { body } = await mover.call('GET', `/quotes/${temporaryId}`)
  return body.bookingId ? (await mover.call('GET', `/${body.bookingId}`)).body : undefined
}
const payments = async () => (await mover.call('GET', '/payments?limit=100')).body.items
let n = 0
const event = (type: string, object: object) => ({
  id: `evt_refund_${++n}`,
  object: 'event',
  api_version: '2026-10-28.endive',
  created: Math.floor(app.clock.now().getTime() / 1_000),
  type,
  data: { object },
})
const intentOf = (session: string) => `pi_${session}`
const refund = (session: string, id: string, amount: number, status = 'succeeded', more: object = {}) =>
  event('refund.updated', {
    id,
    object: 'refund',
    amount,
    currency: 'eur',
    status,
    payment_intent: intentOf(session),
    ...more,
  })
const charge = (session: string, amount: number) =>
  event('charge.refunded', {
    id: `ch_${session}`,
    object: 'charge',
    amount_refunded: amount,
    currency: 'eur',
    payment_intent: intentOf(session),
  })
const paid = async (session: string) => {
  const quote = await mover.quote()
  await mover.deliver(mover.event(quote, { session }))
  return { quote, booking: await app.eventually(() => bookingOf(quote.temporaryId)) }
}
/** The payloads of what was told of a payment, once for each of those who heard. */
const toldOf = async (type: string, session: string) => {
  const rows = await app.database.query<{ payload: Record<string, unknown> }>(
    `select payload from event where type = $1 and organization_id = $2 and payload->>'paymentReference' = $3 order by id`,
    [type, app.organizationId, intentOf(session)],
  )
  return rows.map(({ payload }) => payload)
}
const shuffled = <T>(all: readonly T[], seed: number): T[] =>
  all
    .map((one, at) => [((at + 1) * seed * 7919) % 101, one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one)

test.each([1, 2, 3, 5, 8, 13])(
  'several partial refunds made at Stripe’s, each told three times in any order (%i): the sum to the cent',
  async (seed) => {
    const session = `cs_partial_${seed}`
    const { quote } = await paid(session)
    const events = [
      refund(session, `re_a_${seed}`, 1_000, 'pending'),
      refund(session, `re_a_${seed}`, 1_000),
      charge(session, 1_000),
      refund(session, `re_b_${seed}`, 250),
      charge(session, 1_250),
      refund(session, `re_c_${seed}`, 3_001),
      charge(session, 4_251),
    ]
    for (const one of shuffled([...events, ...events, ...events], seed)) await mover.deliver(one)
    await workedOff()
    const booking = await bookingOf(quote.temporaryId)
    expect(booking.refunded).toBe(4_251)
    expect(booking.status).toBe('payment_completed')
    expect(booking.payments.filter(({ kind }: { kind: string }) => kind === 'refund')).toHaveLength(3)
  },
)

test('told before its payment, it belongs to the booking all the same', async () => {
  const session = 'cs_refund_first'
  await mover.deliver(refund(session, 're_first', 500))
  await workedOff()
  const quote = await mover.quote()
  await mover.deliver(mover.event(quote, { session }))
  const booking = await app.eventually(() => bookingOf(quote.temporaryId))
  await workedOff()
  // Of an account of one's own: whose it is was never in doubt.
  expect((await bookingOf(quote.temporaryId)).refunded).toBe(500)
  expect(booking.payments.at(-1).problem).toBeNull()
})

test('one that failed gives nothing back, also after it had succeeded, and says why', async () => {
  const session = 'cs_refund_failed'
  const { quote } = await paid(session)
  await mover.deliver(refund(session, 're_failed', 700))
  await mover.deliver(refund(session, 're_failed', 700, 'failed', { failure_reason: 'lost_or_stolen_card' }))
  await mover.deliver(refund(session, 're_failed', 700, 'pending'))
  await workedOff()
  const booking = await bookingOf(quote.temporaryId)
  expect(booking.refunded).toBe(0)
  expect(booking.payments.at(-1)).toMatchObject({ status: 'failed', problem: 'lost_or_stolen_card' })
  expect(await toldOf('refund.failed', session)).toEqual([
    expect.objectContaining({
      amount: 700,
      bookingReference: booking.reference,
      reason: 'carte perdue ou volée',
      credited: false,
    }),
  ])
})

describe('a payment that its payer disputes', () => {
  const dispute = (session: string, type: string, status: string) =>
    event(`charge.dispute.${type}`, {
      id: `dp_${session}`,
      object: 'dispute',
      amount: 2_000,
      currency: 'eur',
      reason: 'product_not_received',
      status,
      payment_intent: intentOf(session),
      evidence_details: { due_by: Math.floor(Date.UTC(2030, 0, 1) / 1_000) },
    })

  test('is shown with it, and told when it begins and when it is lost, whatever arrives late', async () => {
    const session = 'cs_disputed'
    const { quote } = await paid(session)
    const first = dispute(session, 'created', 'needs_response')
    for (const one of [first, first, dispute(session, 'updated', 'under_review')]) await mover.deliver(one)
    await workedOff()
    const booking = await bookingOf(quote.temporaryId)
    const onTheList = async () =>
      (await mover.call('GET', '?limit=50')).body.items.find((one: { id: string }) => one.id === booking.id).dispute
    expect(await onTheList()).toBe('open')
    expect(booking.payments[0].dispute).toEqual({
      id: `dp_${session}`,
      status: 'under_review',
      reason: 'product_not_received',
      amount: 2_000,
      currency: 'EUR',
      answerBy: '2030-01-01T00:00:00.000Z',
    })
    await mover.deliver(dispute(session, 'closed', 'lost'))
    await workedOff()
    await mover.deliver(dispute(session, 'created', 'needs_response'))
    await workedOff()
    expect((await bookingOf(quote.temporaryId)).payments[0].dispute.status).toBe('lost')
    expect(await onTheList()).toBe('lost')
    expect(await toldOf('payment.disputed', session)).toEqual([
      expect.objectContaining({ bookingReference: booking.reference, amount: 2_000, answerBy: expect.any(String) }),
      expect.objectContaining({ bookingReference: booking.reference, lost: true }),
    ])
  })

  test('that is not known here is told all the same', async () => {
    await mover.deliver(dispute('cs_of_another_shop', 'created', 'needs_response'))
    await workedOff()
    const [told] = await toldOf('payment.disputed', 'cs_of_another_shop')
    expect(told).toMatchObject({ amount: 2_000, reason: 'prestation non reçue, selon le client' })
    expect(told!.bookingReference).toBeUndefined()
  })
})

test('an orphan that was given back in full pays for nothing', async () => {
  const session = 'cs_orphan_given_back'
  const quote = await mover.quote()
  await mover.deliver(mover.event(quote, { session, metadata: {} }))
  await workedOff()
  const row = (await payments()).find((one: { checkoutSession: string }) => one.checkoutSession === session)
  await mover.deliver(refund(session, 're_orphan_whole', quote.amount))
  await workedOff()
  const settled = await mover.call('POST', `/payments/${row.id}/settle`, { temporaryId: quote.temporaryId })
  expect([settled.status, settled.body.code]).toEqual([409, 'conflict'])
  expect(await bookingOf(quote.temporaryId)).toBeUndefined()
})

test('a debit is shown while it is under way, when it arrives, and when it bounces', async () => {
  const one = await mover.quote()
  await mover.deliver(mover.event(one, { session: 'cs_later', paymentStatus: 'unpaid' }))
  await workedOff()
  const rowOf = async (session: string) =>
    (await payments()).filter(({ checkoutSession }: { checkoutSession: string }) => checkoutSession === session)
  expect(await rowOf('cs_later')).toMatchObject([{ status: 'pending', bookingId: null, amount: one.amount }])
  await mover.deliver(mover.event(one, { session: 'cs_later', type: 'checkout.session.async_payment_succeeded' }))
  const booking = await app.eventually(() => bookingOf(one.temporaryId))
  expect(await rowOf('cs_later')).toMatchObject([{ status: 'completed', bookingId: booking.id }])

  const other = await mover.quote()
  const bounced = mover.event(other, {
    session: 'cs_bounced',
    type: 'checkout.session.async_payment_failed',
    paymentStatus: 'unpaid',
  })
  await mover.deliver(bounced)
  await workedOff()
  await mover.deliver(mover.event(other, { session: 'cs_bounced', paymentStatus: 'unpaid' }))
  await workedOff()
  expect(await rowOf('cs_bounced')).toMatchObject([{ status: 'failed', problem: 'bounced' }])
  expect((await mover.call('GET', `/quotes/${other.temporaryId}`)).body.awaitingPaymentAt).toBeNull()
})

test('an orphan is settled once: with a note, or by the quote it was for', async () => {
  const orphan = async (session: string) => {
    const quote = await mover.quote()
    await mover.deliver(mover.event(quote, { session, metadata: {} }))
    await workedOff()
    const all = await payments()
    return { quote, row: all.find(({ checkoutSession }: { checkoutSession: string }) => checkoutSession === session) }
  }
  const first = await orphan('cs_orphan_note')
  const one = (path: string, by: Pick<typeof mover, 'call'> = mover) => by.call('GET', `/payments${path}`)
  const isIn = async (filter: string) =>
    (await one(`?limit=100&${filter}`)).body.items.some(({ id }: { id: string }) => id === first.row.id)
  const openOnes = () => Promise.all(['settled=false', 'settled=true', 'settled=false&status=completed'].map(isIn))
  expect((await one('?settled=perhaps')).status).toBe(422)
  expect((await one(`/${first.row.id}`)).body).toEqual(first.row)
  const stranger = await openMoverWithStripe(app, await app.otherOrganization())
  expect([(await one(`/${first.row.id}`, stranger)).status, (await one('/no-id')).status]).toEqual([404, 404])
  expect(await openOnes()).toEqual([true, false, false])
  const settle = (id: string, body: object) => mover.call('POST', `/payments/${id}/settle`, body)
  expect((await settle(first.row.id, {})).status).toBe(422)
  expect((await settle(first.row.id, { temporaryId: 'no such quote' })).status).toBe(422)
  const { body: settled } = await settle(first.row.id, { note: 'Given back by transfer.' })
  expect(settled).toMatchObject({ status: 'orphaned', note: 'Given back by transfer.' })
  expect(settled.settledAt).not.toBeNull()
  expect(await openOnes()).toEqual([false, true, false])
  expect((await settle(first.row.id, { temporaryId: first.quote.temporaryId })).status).toBe(409)

  const second = await orphan('cs_orphan_quote')
  const { body: attached } = await settle(second.row.id, { temporaryId: second.quote.temporaryId })
  const booking = await bookingOf(second.quote.temporaryId)
  expect(attached).toMatchObject({ status: 'completed', bookingId: booking.id, problem: null })
  expect(booking).toMatchObject({ status: 'payment_completed', paid: second.quote.amount })
  expect((await settle(second.row.id, { note: 'again' })).status).toBe(409)
  // Told once more, it is the same money.
  await mover.deliver({ ...mover.event(second.quote, { session: 'cs_orphan_quote' }), id: 'evt_told_once_more' })
  await workedOff()
  expect((await bookingOf(second.quote.temporaryId)).payments).toHaveLength(1)
})

describe('asked for here', () => {
  afterEach(() => {
    stripe.refusing = undefined
  })

  const opened = async (session: string) => {
    const { quote, booking } = await paid(session)
    const paymentId = booking.payments[0].id
    stripe.asked.length = 0
    const give = (amount?: number) =>
      mover.call('POST', `/payments/${paymentId}/refund`, amount === undefined ? {} : { amount })
    const statusOf = async (id: string) =>
      (await bookingOf(quote.temporaryId)).payments.find((one: { id: string }) => one.id === id)
    return { quote, booking, give, statusOf }
  }
  const ended = (look: (id: string) => Promise<{ status: string; problem: string | null }>, id: string) =>
    app.eventually(async () => {
      const one = await look(id)
      return one.status !== 'pending' && one
    })
  const toCome = () =>
    count(
      `automation_run where name = 'bookings.refund' and finished_at is null and lease_until > $1`,
      new Date(app.clock.now().getTime() + 60_000),
    )

  test('Stripe is told the payment, the amount and whose refund it is, under a key of its own', async () => {
    const { give, statusOf } = await opened('cs_sent')
    const { body: refund } = await give(700)
    expect(refund).toMatchObject({ kind: 'refund', status: 'pending', amount: 700 })
    expect(await ended(statusOf, refund.id)).toMatchObject({ status: 'completed', problem: null })
    expect(stripe.asked).toHaveLength(1)
    const [{ path, form, headers }] = stripe.asked as [PretendedStripe['asked'][number]]
    expect([path, Object.fromEntries(form)]).toEqual([
      '/v1/refunds',
      {
        payment_intent: intentOf('cs_sent'),
        amount: '700',
        'metadata[refund_id]': refund.id,
        'metadata[organization_id]': app.organizationId,
      },
    ])
    expect(headers['idempotency-key']).toBe(refund.id)
    // Told by the webhook too, it is the same one.
    await mover.deliver(
      event('refund.updated', {
        id: 're_of_its_own',
        amount: 700,
        currency: 'eur',
        status: 'succeeded',
        payment_intent: intentOf('cs_sent'),
        metadata: { refund_id: refund.id },
      }),
    )
    await workedOff()
    expect((await give(1e9)).status).toBe(422)
    expect((await statusOf(refund.id)).status).toBe('completed')
  })

  test('Stripe cannot be reached: it is asked again, for as long as it takes, under the same key', async () => {
    const { give, statusOf } = await opened('cs_away')
    stripe.refusing = { status: 503, error: { type: 'api_error', message: 'away' } }
    const { body: refund } = await give()
    await app.eventually(async () => (await toCome()) === 1)
    expect((await statusOf(refund.id)).status).toBe('pending')
    // A total that was told meanwhile says nothing of one that was never sent.
    await mover.deliver(charge('cs_away', refund.amount))
    await workedOff()
    expect((await statusOf(refund.id)).status).toBe('pending')
    stripe.refusing = undefined
    app.clock.advance(10 * 60_000)
    expect(await ended(statusOf, refund.id)).toMatchObject({ status: 'completed', problem: null })
    expect(new Set(stripe.asked.map(({ headers }) => headers['idempotency-key']))).toEqual(new Set([refund.id]))
    expect(await toCome()).toBe(0)
  })

  test('what Stripe refuses has failed, says why, and can be asked for again', async () => {
    const { give, statusOf } = await opened('cs_refused')
    stripe.refusing = {
      status: 400,
      error: { type: 'invalid_request_error', code: 'charge_disputed', message: 'no' },
    }
    const { body: refund } = await give()
    expect(await ended(statusOf, refund.id)).toMatchObject({
      status: 'failed',
      problem: expect.stringContaining('charge_disputed'),
    })
    expect(await toldOf('refund.failed', 'cs_refused')).toEqual([
      expect.objectContaining({ amount: refund.amount, reason: expect.stringContaining('charge_disputed') }),
    ])
    stripe.refusing = undefined
    const { body: again } = await give()
    expect(await ended(statusOf, again.id)).toMatchObject({ status: 'completed', amount: refund.amount })
  })
})

test('a page to pay on: the amount is ours, and what comes back with the payment is on it twice', async () => {
  stripe.asked.length = 0
  const customer = { name: 'Camille Exemple', email: 'page@example.com', phone: '+33639980001' }
  const quote = await mover.quote({ customer })
  const { status, body } = await mover.checkout(quote.temporaryId, { insurance: true })
  expect([status < 300, body.checkoutUrl]).toEqual([true, expect.stringContaining('https://checkout.example.com/pay/')])
  const [{ path, form }] = stripe.asked as [PretendedStripe['asked'][number]]
  const sent = Object.fromEntries(form)
  expect(path).toBe('/v1/checkout/sessions')
  expect(sent).toMatchObject({
    mode: 'payment',
    client_reference_id: quote.temporaryId,
    customer_email: 'page@example.com',
    'line_items[0][quantity]': '1',
    'line_items[0][price_data][currency]': 'eur',
    'line_items[0][price_data][unit_amount]': String(Math.round(quote.amount * 1.05)),
  })
  const metadata = {
    temporary_id: quote.temporaryId,
    organization_id: app.organizationId,
    insurance: '1',
    email: customer.email,
    name: customer.name,
    phone: customer.phone,
  }
  for (const [name, value] of Object.entries(metadata))
    expect([name, sent[`metadata[${name}]`], sent[`payment_intent_data[metadata][${name}]`]]).toEqual([
      name,
      value,
      value,
    ])
  const open = Number(sent.expires_at) * 1_000 - app.clock.now().getTime()
  expect([open > 31 * 60_000 - 5_000, open <= 23 * 3_600_000]).toEqual([true, true])
})

test('Stripe away or refusing when a page is asked for: the answer says which', async () => {
  const quote = await mover.quote()
  stripe.refusing = { status: 503, error: { type: 'api_error', message: 'away' } }
  const away = await mover.checkout(quote.temporaryId)
  stripe.refusing = { status: 401, error: { type: 'invalid_request_error', message: 'Invalid API key' } }
  const refused = await mover.checkout(quote.temporaryId)
  stripe.refusing = undefined
  expect([away.status, refused.status, refused.body.code]).toEqual([503, 409, 'conflict'])
})

describe('on the account that organizations share', () => {
  const opened = async () => {
    const other = await app.otherOrganization()
    const theirs = { ...(await openMover(app, other)), organizationId: other.organizationId }
    const { body: shared } = await theirs.call('GET', '/payment-account')
    const deliver = (one: object) => theirs.deliver(one, { secret: PLATFORM.webhookSecret, account: shared.id })
    const bookingOf = async (temporaryId: string) => {
      const { body } = await theirs.call('GET', `/quotes/${temporaryId}`)
      return body.bookingId && (await theirs.call('GET', `/${body.bookingId}`)).body
    }
    return { theirs, deliver, bookingOf }
  }
  const unknown = () => count(`webhook_receipt where processed_at is null and problem like '%is not known yet%'`)
  const outcomeOf = async (id: string) =>
    (await app.database.query<{ outcome: string }>('select outcome from payment_event where event_id = $1', [id]))[0]
      ?.outcome

  test('a refund and a dispute that are told before their payment are tried again, and found to be its', async () => {
    const { theirs, deliver, bookingOf } = await opened()
    const session = 'cs_shared_early'
    const quote = await theirs.quote()
    await deliver(refund(session, 're_shared_early', 500))
    await deliver(
      event('charge.dispute.created', {
        id: 'dp_shared_early',
        amount: 700,
        currency: 'eur',
        status: 'needs_response',
        payment_intent: intentOf(session),
      }),
    )
    await app.eventually(async () => (await unknown()) === 2)
    await deliver(theirs.event(quote, { session }))
    await app.eventually(() => bookingOf(quote.temporaryId))
    app.clock.advance(60_000)
    const booking = await app.eventually(async () => {
      const now = await bookingOf(quote.temporaryId)
      return now.refunded === 500 && now.payments[0].dispute && now
    })
    expect(booking.payments[0].dispute).toMatchObject({ id: 'dp_shared_early', amount: 700 })
  })

  test('a refund that says whose it is waits for nothing; one that nobody knows is nobody’s after an hour', async () => {
    const { theirs, deliver } = await opened()
    const metadata = { organization_id: theirs.organizationId }
    await deliver(refund('cs_shared_named', 're_named', 300, 'succeeded', { metadata }))
    await app.eventually(async () => (await theirs.call('GET', '/payments')).body.items[0]?.amount === 300)

    const strange = refund('cs_shared_strange', 're_strange', 400)
    await deliver(strange)
    await app.eventually(async () => (await unknown()) === 1)
    expect(await outcomeOf(strange.id)).toBeUndefined()
    app.clock.advance(2 * 3_600_000)
    await app.eventually(async () => (await outcomeOf(strange.id)) === 'nobodys')
  })
})
