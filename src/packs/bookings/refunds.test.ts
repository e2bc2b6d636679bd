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

const workedOff = () =>
  app.eventually(
    async () =>
      (
        await app.database.query<{ n: number }>(
          'select count(*)::int as n from webhook_receipt where processed_at is null and due_at is null',
        )
      )[0]!.n === 0,
  )
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
  const settle = (id: string, body: object) => mover.call('POST', `/payments/${id}/settle`, body)
  expect((await settle(first.row.id, {})).status).toBe(422)
  expect((await settle(first.row.id, { temporaryId: 'no such quote' })).status).toBe(422)
  const { body: settled } = await settle(first.row.id, { note: 'Given back by transfer.' })
  expect(settled).toMatchObject({ status: 'orphaned', note: 'Given back by transfer.' })
  expect(settled.settledAt).not.toBeNull()
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
