import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { allWorkedOff, openMoverWithStripe, STRIPE_KEYS } from '../../../test/mover.ts'
import { seller } from './documents/samples.ts'

let app: TestApp
let mover: Awaited<ReturnType<typeof openMoverWithStripe>>
beforeAll(async () => {
  app = await startTestApp()
  mover = await openMoverWithStripe(app)
  await app.signedIn('owner@example.org')
  await app.signedIn('accounting@example.org', { role: 'accounting' })
})
afterAll(() => app.stop())

const HOUR = 3_600_000
const count = async (what: string, ...values: unknown[]) =>
  (await app.database.query<{ n: number }>(`select count(*)::int as n from ${what}`, values))[0]!.n
const workedOff = () => allWorkedOff(app)
const bookingOf = async (temporaryId: string) => {
  const { body: quote } = await mover.call('GET', `/quotes/${temporaryId}`)
  return quote.bookingId ? (await mover.call('GET', `/${quote.bookingId}`)).body : undefined
}
const booked = (temporaryId: string) => app.eventually(() => bookingOf(temporaryId))
const orphans = async () => (await mover.call('GET', '/payments?status=orphaned')).body.items
const told = (type: string, email?: string) =>
  count(
    `notification n where n.type = $1 ${email ? 'and exists (select from message m where m.notification_id = n.id and m.address = $2)' : ''}`,
    ...[type, ...(email ? [email] : [])],
  )
const outcomeOf = async (eventId: string) =>
  (await app.database.query<{ outcome: string }>('select outcome from payment_event where event_id = $1', [eventId]))[0]
    ?.outcome

describe('calls that are not Stripe’s', () => {
  test.each([
    ['signed with another secret', { secret: 'whsec_anotherSecretOfSomebody' }, 400],
    ['signed six minutes ago', { at: new Date(Date.now() - 6 * 60_000) }, 400],
    ['signed in the future', { at: new Date(Date.now() + 6 * 60_000) }, 400],
  ])('%s', async (_, more, status) => {
    const quote = await mover.quote()
    const before = await count('webhook_receipt')
    expect(await mover.deliver(mover.event(quote), more)).toBe(status)
    expect(await count('webhook_receipt')).toBe(before)
  })

  test('changed by one byte', async () => {
    const event = mover.event(await mover.quote())
    const payload = JSON.stringify(event)
    const { default: Stripe } = await import('stripe')
    const header = Stripe.webhooks.generateTestHeaderString({
      payload,
      secret: STRIPE_KEYS.webhookSecret,
      timestamp: Math.floor(app.clock.now().getTime() / 1_000),
    })
    const changed = payload.replace('"paid"', '"Paid"')
    const reply = await app.call('POST', `/webhooks/stripe/${mover.account}`, undefined, { key: null })
    expect(reply.status).toBe(400)
    const { statusCode, body } = await app.app.http.inject({
      method: 'POST',
      url: `/webhooks/stripe/${mover.account}`,
      headers: { 'content-type': 'application/json', 'stripe-signature': header },
      payload: changed,
    })
    expect([statusCode, JSON.parse(body).code]).toEqual([400, 'bad_request'])
  })

  test('signed rightly, but no event', async () => {
    expect(await mover.deliver([1, 2, 3])).toBe(400)
  })

  test('for another organization’s account: its quote is nobody’s there', async () => {
    const other = await app.otherOrganization()
    const theirs = await openMoverWithStripe(app, other)
    const quote = await mover.quote()
    expect(await theirs.deliver(theirs.event(quote, { session: 'cs_foreign' }))).toBe(204)
    await workedOff()
    expect(await bookingOf(quote.temporaryId)).toBeUndefined()
    expect((await theirs.call('GET', '/payments?status=orphaned')).body.items[0].problem).toBe('unknown_quote')
  })
})

describe('quotes that cannot be', () => {
  const wished = (hours: number) => new Date(app.clock.now().getTime() + hours * HOUR).toISOString()
  test.each([
    ['a date in the past', () => ({ wishedAt: wished(-1) }), 'wishedAt'],
    ['a date in ten years', () => ({ wishedAt: wished(90_000) }), 'wishedAt'],
    ['a service there is none of', () => ({ service: 'flying' }), 'service'],
    ['inputs the service does not ask for', () => ({ inputs: { volume: 2, discount: 90 } }), 'inputs.discount'],
    [
      'a phone number that is none',
      () => ({ customer: { email: 'a@example.com', phone: '12345678901234567' } }),
      'to.phone',
    ],
    ['a zone there is none of', () => ({ timeZone: 'Europe/Atlantis' }), 'timeZone'],
  ])('%s', async (_, more, path) => {
    const { code, errors } = await mover.quote(more())
    expect([code, errors[0].path]).toEqual([expect.stringMatching(/validation_failed|invalid_address/), path])
  })

  test('a price that the caller names is refused', async () => {
    expect((await mover.quote({ amount: 1 })).code).toBe('validation_failed')
  })

  test('zero and negative price rules', async () => {
    const rule = { kind: 'base', label: { fr: 'x', en: 'x' }, amount: -100 }
    const { status } = await mover.call('PATCH', `/service-types/${mover.serviceTypeId}`, {
      pricing: { rules: [rule] },
    })
    expect(status).toBe(422)
  })

  test('one that nobody has, one of somebody else, one that is paid, one that has expired', async () => {
    expect((await mover.checkout('quote_doesnotexistdoesnotexist')).status).toBe(404)
    const other = await openMoverWithStripe(app, await app.otherOrganization())
    const quote = await mover.quote()
    expect((await other.checkout(quote.temporaryId)).status).toBe(404)
    await app.database.query(`update quote set expires_at = created_at where temporary_id = $1`, [quote.temporaryId])
    expect((await mover.checkout(quote.temporaryId)).status).toBe(409)
  })

  test('one without an address to write to cannot be paid', async () => {
    const quote = await mover.quote({ customer: {} })
    expect((await mover.checkout(quote.temporaryId)).body.errors[0].path).toBe('customer.email')
  })
})

describe('from a payment to a booking', () => {
  test('everybody who must hears of it, each in their own words', async () => {
    const customer = { name: 'Camille Exemple', email: 'whole@example.com', phone: '+33639980077', locale: 'fr' }
    const quote = await mover.quote({ customer, inputs: { volume: 20, packing: true }, notes: 'Interphone 12' })
    expect(quote.amount).toBe(65_000)
    expect(await mover.deliver(mover.event(quote))).toBe(204)
    const booking = await booked(quote.temporaryId)
    expect(booking).toMatchObject({
      reference: expect.stringMatching(/^BK-\d{4}-\d{6}$/),
      status: 'payment_completed',
      amount: 65_000,
      paid: 65_000,
      priceMismatch: false,
      paidLate: false,
      payments: [{ status: 'completed', amount: 65_000, paymentIntent: expect.stringContaining('pi_') }],
    })
    await app.settled()
    expect(await told('booking.confirmed', 'whole@example.com')).toBe(1)
    expect(await told('booking.confirmed', '+33639980077')).toBe(1)
    expect(await told('booking.confirmed', 'owner@example.org')).toBe(1)
    expect(await told('booking.confirmed', 'accounting@example.org')).toBe(1)
    const [reminders] = await app.database.query<{ n: number }>(
      'select count(*)::int as n from reminder r join reminder_plan p on p.id = r.plan_id where p.subject = $1 and r.state = 0',
      [`booking-${booking.id}`],
    )
    expect(reminders!.n).toBe(3)
  })

  test('insurance that was asked for at the checkout is part of the price', async () => {
    const quote = await mover.quote()
    const insured = Math.round(quote.amount * 1.05)
    const event = mover.event(quote, {
      amount: insured,
      metadata: { temporary_id: quote.temporaryId, insurance: '1' },
    })
    await mover.deliver(event)
    expect(await booked(quote.temporaryId)).toMatchObject({ amount: insured, insurance: true, priceMismatch: false })
  })

  test('another amount than the server’s: booked, marked, and told to accounting', async () => {
    const quote = await mover.quote()
    await mover.deliver(mover.event(quote, { amount: quote.amount - 1 }))
    expect(await booked(quote.temporaryId)).toMatchObject({
      priceMismatch: true,
      paid: quote.amount - 1,
      amount: quote.amount,
    })
    expect(await told('booking.price_mismatch', 'accounting@example.org')).toBe(1)
  })

  test('what the service does not offer, named by the payment: booked as the quote says, marked, and told why', async () => {
    const service = `/service-types/${mover.serviceTypeId}`
    const { body: before } = await mover.call('GET', service)
    await mover.call('PATCH', service, { pricing: { rules: before.pricing.rules } })
    const quote = await mover.quote()
    await mover.call('PATCH', service, { pricing: before.pricing })
    const metadata = { temporary_id: quote.temporaryId, insurance: '1' }
    await mover.deliver(mover.event(quote, { metadata, amount: 58_800 }))
    const booking = await booked(quote.temporaryId)
    expect(booking).toMatchObject({ priceMismatch: true, insurance: false, amount: quote.amount, paid: 58_800 })
    const [event] = await app.database.query<{ payload: { why: string } }>(
      `select payload from event where type = 'booking.price_mismatch' and payload->>'reference' = $1`,
      [booking.reference],
    )
    expect(event!.payload.why).toMatch(/assurance|insurance/)
  })

  test('the rules may change meanwhile: a quote keeps its own', async () => {
    const quote = await mover.quote()
    const { body: before } = await mover.call('GET', `/service-types/${mover.serviceTypeId}`)
    const dearer = {
      ...before.pricing,
      rules: [{ ...before.pricing.rules[0], amount: 99_000 }, ...before.pricing.rules.slice(1)],
    }
    await mover.call('PATCH', `/service-types/${mover.serviceTypeId}`, { pricing: dearer })
    await mover.deliver(mover.event(quote))
    expect(await booked(quote.temporaryId)).toMatchObject({ priceMismatch: false })
    await mover.call('PATCH', `/service-types/${mover.serviceTypeId}`, { pricing: before.pricing })
  })

  test('an expired quote that was paid all the same is booked, and says so', async () => {
    const quote = await mover.quote()
    await app.database.query(`update quote set expires_at = created_at where temporary_id = $1`, [quote.temporaryId])
    await mover.deliver(mover.event(quote))
    expect(await booked(quote.temporaryId)).toMatchObject({ paidLate: true, status: 'payment_completed' })
  })

  test('a completed session that is not paid waits; the money that comes later makes the booking, once', async () => {
    const quote = await mover.quote()
    const session = { session: 'cs_debit' }
    await mover.deliver(mover.event(quote, { ...session, paymentStatus: 'unpaid' }))
    await workedOff()
    expect(await bookingOf(quote.temporaryId)).toBeUndefined()
    expect((await mover.call('GET', `/quotes/${quote.temporaryId}`)).body.awaitingPaymentAt).not.toBeNull()
    await mover.deliver(mover.event(quote, { ...session, type: 'checkout.session.async_payment_succeeded' }))
    const booking = await booked(quote.temporaryId)
    await mover.deliver(mover.event(quote, { ...session, id: 'evt_again' }))
    await workedOff()
    expect(await outcomeOf('evt_again')).toBe('already_booked')
    expect((await bookingOf(quote.temporaryId)).payments).toEqual(booking.payments)
  })

  test('a debit that bounces is told to the client, with a way to pay again', async () => {
    const quote = await mover.quote({ customer: { email: 'bounced@example.net' } })
    await mover.deliver(mover.event(quote, { paymentStatus: 'unpaid', type: 'checkout.session.async_payment_failed' }))
    await workedOff()
    expect(await told('booking.checkout_failed', 'bounced@example.net')).toBe(1)
  })

  test('while a debit is under way nothing else is paid, and a second page that ends is no news', async () => {
    const quote = await mover.quote({ customer: { email: 'under-way@example.net' } })
    await mover.deliver(mover.event(quote, { session: 'cs_way', paymentStatus: 'unpaid' }))
    await workedOff()
    const refused = await mover.checkout(quote.temporaryId)
    expect([refused.status, refused.body.code, refused.body.detail]).toEqual([
      409,
      'conflict',
      expect.stringContaining('debit'),
    ])
    const left = { session: 'cs_left', type: 'checkout.session.expired', paymentStatus: 'unpaid', id: 'evt_left' }
    await mover.deliver(mover.event(quote, left))
    await workedOff()
    expect(await outcomeOf('evt_left')).toBe('expired')
    expect(await told('booking.checkout_failed', 'under-way@example.net')).toBe(0)
    // It bounces: now there is something to say, and to pay.
    await mover.deliver(
      mover.event(quote, { session: 'cs_way', type: 'checkout.session.async_payment_failed', paymentStatus: 'unpaid' }),
    )
    await workedOff()
    expect(await told('booking.checkout_failed', 'under-way@example.net')).toBe(1)
    expect((await mover.call('GET', `/quotes/${quote.temporaryId}`)).body.awaitingPaymentAt).toBeNull()
  })

  test('the same event three times is one booking', async () => {
    const quote = await mover.quote()
    const event = mover.event(quote)
    await Promise.all([mover.deliver(event), mover.deliver(event), mover.deliver(event)])
    const booking = await booked(quote.temporaryId)
    await workedOff()
    expect(
      await count('booking where quote_id = (select id from quote where temporary_id = $1)', quote.temporaryId),
    ).toBe(1)
    expect(booking.payments).toHaveLength(1)
  })

  test('what we do not know is acknowledged and written down', async () => {
    await mover.deliver({ ...mover.event(await mover.quote()), id: 'evt_unknown', type: 'payout.created' })
    await workedOff()
    expect(await outcomeOf('evt_unknown')).toBe('ignored')
  })
})

describe('money that fits nothing is never dropped', () => {
  test.each([
    ['no temporary id', {}, 'no_quote'],
    ['an unknown one', { temporary_id: 'quote_nobodysquotenobodysquote' }, 'unknown_quote'],
  ])('%s', async (_, metadata, problem) => {
    const before = await told('payment.orphaned')
    const session = `cs_${problem}`
    expect(await mover.deliver(mover.event({ temporaryId: session, amount: 4_200 }, { session, metadata }))).toBe(204)
    const orphan = await app.eventually(async () =>
      (await orphans()).find((one: { checkoutSession: string }) => one.checkoutSession === session),
    )
    expect(orphan).toMatchObject({ problem, amount: 4_200, bookingId: null, payerEmail: 'payer@example.com' })
    expect(await told('payment.orphaned')).toBeGreaterThan(before)
  })

  test('what cannot be read is not marked as dealt with: it is kept, with what is wrong, and tried again', async () => {
    const quote = await mover.quote()
    const bad = mover.event(quote, { session: 'cs_unreadable' })
    const object = { ...bad.data.object, amount_total: 'a lot' }
    const refund = { id: 're_unreadable', amount: 'some', currency: 'eur', payment_intent: 'pi_unreadable' }
    expect(await mover.deliver({ ...bad, data: { object } })).toBe(204)
    expect(
      await mover.deliver({ ...bad, id: 'evt_bad_refund', type: 'refund.updated', data: { object: refund } }),
    ).toBe(204)
    await app.eventually(async () => (await count(`webhook_receipt where problem like '%cannot be read%'`)) === 2)
    expect([await outcomeOf(bad.id), await outcomeOf('evt_bad_refund')]).toEqual([undefined, undefined])
    expect(await count('webhook_receipt where processed_at is null and due_at is not null')).toBe(2)
    await app.database.query('delete from webhook_receipt where problem is not null')
  })

  test('a name of a thousand letters costs no booking', async () => {
    const quote = await mover.quote()
    const paid = mover.event(quote)
    // Cut anywhere, it ends with half a character.
    const details = { ...paid.data.object.customer_details, name: `N${'😀'.repeat(1_000)}` }
    await mover.deliver({ ...paid, data: { object: { ...paid.data.object, customer_details: details } } })
    expect(await booked(quote.temporaryId)).toMatchObject({ status: 'payment_completed' })
  })

  test('a quote that is paid a second time', async () => {
    const quote = await mover.quote()
    await mover.deliver(mover.event(quote, { session: 'cs_first' }))
    await booked(quote.temporaryId)
    await mover.deliver(mover.event(quote, { session: 'cs_second' }))
    const orphan = await app.eventually(async () =>
      (await orphans()).find((one: { checkoutSession: string }) => one.checkoutSession === 'cs_second'),
    )
    expect(orphan.problem).toBe('already_paid')
  })

  test('a date that has passed before the money came', async () => {
    const quote = await mover.quote()
    await app.database.query(`update quote set wished_at = created_at where temporary_id = $1`, [quote.temporaryId])
    await mover.deliver(mover.event(quote, { session: 'cs_passed' }))
    await app.eventually(async () =>
      (await orphans()).some(({ problem }: { problem: string }) => problem === 'date_passed'),
    )
    expect(await bookingOf(quote.temporaryId)).toBeUndefined()
  })
})

describe('one flow that fails leaves the others untouched', () => {
  test('staff cannot be told: the client is, professionals are asked, and staff are told when it works again', async () => {
    await app.settled()
    await app.database.query(`
      create table staff_cannot (be_told boolean); grant select on staff_cannot to public; insert into staff_cannot values (true);
      create function refuse_staff() returns trigger language plpgsql as $$ begin
        if exists (select from staff_cannot) and new.type = 'booking.confirmed' and new.payload::text like '%adminUrl%' then raise exception 'staff cannot be told'; end if; return new; end $$;
      create trigger refuse_staff before insert on notification for each row execute function refuse_staff()`)
    const quote = await mover.quote({ customer: { email: 'flows@example.com', phone: '+33639980078' } })
    await mover.deliver(mover.event(quote))
    const booking = await booked(quote.temporaryId)
    const flow = (of: { flows: { flow: string; state: string }[] }, name: string) =>
      of.flows.find((one) => one.flow === name)?.state
    expect([flow(booking, 'client'), flow(booking, 'staff')]).toEqual(['done', 'waiting'])
    await app.settled()
    expect(await told('booking.confirmed', 'flows@example.com')).toBe(1)
    await app.database.query('delete from staff_cannot')
    await app.eventually(async () => flow(await bookingOf(quote.temporaryId), 'professionals') === 'done')
    await app.eventually(async () => flow(await bookingOf(quote.temporaryId), 'staff') === 'done')
  })
})

test('the connection dies at each table that is written: nothing or everything is there', async () => {
  const tables = [
    'payment_event',
    'booking',
    'payment_transaction',
    'reminder',
    'notification',
    'booking_flow',
    'automation_run',
    'booking_document',
    'invoice_number',
  ]
  await mover.call('PATCH', '/seller', seller)
  const quote = await mover.quote()
  await app.settled()
  // A sequence is not taken back with its transaction: each table's first writer dies, the next one comes further.
  await app.database.query(`
    create function die() returns trigger language plpgsql security definer as $$ begin
      if nextval(tg_argv[0]) = 1 then perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(1); end if; return new; end $$;
    ${tables.map((table) => `create sequence died_${table}; create trigger die before insert on ${table} for each row execute function die('died_${table}');`).join(' ')}`)
  const event = mover.event(quote)
  await mover.deliver(event)
  await app.eventually(async () => {
    const [there] = await app.database.query<{ parts: number[] }>(
      `select array[(select count(*) from payment_event where event_id = $1), count(b.id), (select count(*) from payment_transaction t where t.booking_id = any(array_agg(b.id))),
         (select count(*) from booking_flow f where f.booking_id = any(array_agg(b.id))) / 3, count(*) filter (where q.status = 'confirmed')]::int[] as parts
       from quote q left join booking b on b.quote_id = q.id where q.temporary_id = $2`,
      [event.id, quote.temporaryId],
    )
    expect([
      [0, 0, 0, 0, 0],
      [1, 1, 1, 1, 1],
    ]).toContainEqual(there!.parts)
    return there!.parts[0] === 1
  })
  for (const table of tables) {
    const [{ last }] = (await app.database.query<{ last: number }>(
      `select last_value::int as last from died_${table}`,
    )) as [{ last: number }]
    expect([table, last > 1]).toEqual([table, true])
  }
  expect(await bookingOf(quote.temporaryId)).toMatchObject({
    payments: [{ amount: quote.amount }],
    status: 'payment_completed',
  })
})

test('payments that come together: one that cannot be written costs no other', async () => {
  await app.settled()
  const quotes = await Promise.all(Array.from({ length: 12 }, () => mover.quote()))
  const odd = quotes[5]
  await app.database.query(`
    create table cannot_be_booked (temporary_id text); grant select on cannot_be_booked to public; insert into cannot_be_booked values ('${odd.temporaryId}');
    create function refuse_booking() returns trigger language plpgsql as $$ begin
      if exists (select from quote q join cannot_be_booked using (temporary_id) where q.id = new.quote_id) then raise exception 'cannot be booked'; end if; return new; end $$;
    create trigger refuse_booking before insert on booking for each row execute function refuse_booking()`)
  const events = quotes.map((quote) => mover.event(quote))
  await Promise.all(events.map((event) => mover.deliver(event)))
  for (const { temporaryId } of quotes.filter((quote) => quote !== odd)) await booked(temporaryId)
  const left = () =>
    count(`webhook_receipt where processed_at is null and problem like '%cannot be booked%' and tries = 1`)
  await app.eventually(async () => (await left()) === 1)
  expect([await bookingOf(odd.temporaryId), await outcomeOf(events[5]!.id)]).toEqual([undefined, undefined])

  await app.database.query('delete from cannot_be_booked')
  await app.database.query('update webhook_receipt set due_at = now() where processed_at is null')
  await booked(odd.temporaryId)
  const [numbers] = await app.database.query<{ first: number; last: number; given: number }>(
    'select min(number) as first, max(number) as last, count(*)::int as given from invoice_number where organization_id = (select organization_id from quote where temporary_id = $1)',
    [odd.temporaryId],
  )
  expect(numbers!.last - numbers!.first + 1).toBe(numbers!.given)
})

test('shuffled and tripled events: one booking each, and the money adds up to the cent', async () => {
  const quotes = await Promise.all(
    Array.from({ length: 60 }, (_, n) => mover.quote({ inputs: { volume: n + 0.125 }, customer: {} })),
  )
  const events = quotes.flatMap((quote, n) => {
    const session = `cs_many_${quote.temporaryId}`
    const metadata = { temporary_id: quote.temporaryId, email: `many-${n}@example.com` }
    const paid = mover.event(quote, { session, metadata })
    const again = mover.event(quote, { session, metadata, type: 'checkout.session.async_payment_succeeded' })
    return [paid, paid, paid, again]
  })
  const shuffled = events
    .map((event, n) => [((n * 7_919) % 997) / 997, event] as const)
    .sort(([one], [other]) => one - other)
    .map(([, event]) => event)
  for (let at = 0; at < shuffled.length; at += 40)
    expect(new Set(await Promise.all(shuffled.slice(at, at + 40).map((event) => mover.deliver(event))))).toEqual(
      new Set([204]),
    )
  await workedOff()
  const ids = quotes.map(({ temporaryId }) => temporaryId)
  const [sums] = await app.database.query<{
    bookings: number
    references: number
    paid: string
    quoted: string
    transactions: number
  }>(
    `select count(distinct b.id)::int as bookings, count(distinct b.reference)::int as references, sum(t.amount)::text as paid, sum(q.amount)::text as quoted, count(*)::int as transactions
     from quote q join booking b on b.quote_id = q.id join payment_transaction t on t.booking_id = b.id where q.temporary_id = any($1)`,
    [ids],
  )
  expect(sums).toMatchObject({ bookings: 60, references: 60, transactions: 60 })
  expect(sums!.paid).toBe(String(quotes.reduce((sum, quote) => sum + quote.amount, 0)))
  expect(sums!.quoted).toBe(sums!.paid)
})

describe('without Stripe', () => {
  test('the sandbox’s own page is paid on, and tells the same signed webhook', async () => {
    const other = await app.otherOrganization()
    const { openMover } = await import('../../../test/mover.ts')
    const poor = await openMover(app, other)
    const quote = await poor.quote()
    const { body } = await poor.checkout(quote.temporaryId, { insurance: true })
    expect(body.amount).toBe(Math.round(quote.amount * 1.05))
    const path = new URL(body.checkoutUrl).pathname
    const shown = await app.call('GET', path, undefined, { key: null })
    expect([shown.status, shown.body]).toEqual([200, expect.stringContaining('Payer')])
    expect((await poor.call('GET', `/quotes/${quote.temporaryId}`)).body.status).toBe('open')
    const paid = await app.app.http.inject({
      method: 'POST',
      url: path,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'act=pay',
    })
    expect(paid.statusCode).toBe(303)
    await app.eventually(
      async () => (await poor.call('GET', `/quotes/${quote.temporaryId}`)).body.status === 'confirmed',
    )
    const page = await app.call('GET', new URL(quote.url).pathname, undefined, { key: null })
    expect(page.body).toContain('BK-')
  })

  test('once there is an account where money moves, the sandbox’s page pays nothing', async () => {
    const { openMover } = await import('../../../test/mover.ts')
    const other = await openMover(app, await app.otherOrganization())
    const quote = await other.quote()
    const { body } = await other.checkout(quote.temporaryId)
    const path = new URL(body.checkoutUrl).pathname
    await other.call('PUT', '/payment-account', STRIPE_KEYS)
    expect((await app.call('GET', path, undefined, { key: null })).status).toBe(404)
    const paid = await app.app.http.inject({
      method: 'POST',
      url: path,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'act=pay',
    })
    expect(paid.statusCode).toBe(404)
    await workedOff()
    expect((await other.call('GET', `/quotes/${quote.temporaryId}`)).body.status).toBe('open')
  })

  test('a page that nobody signed is nobody’s', async () => {
    expect((await app.call('GET', '/checkout/made-up.token', undefined, { key: null })).status).toBe(404)
    expect((await app.call('GET', '/q/quote_madeupmadeupmadeup', undefined, { key: null })).status).toBe(404)
  })
})
