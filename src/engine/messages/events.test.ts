import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
let ownerContactId: string
beforeAll(async () => {
  app = await startTestApp()
  const owner = await app.app.organizations.createMember({
    organizationId: app.organizationId,
    email: 'owner@example.org',
    password: 'a sample password',
    name: 'Sample Owner',
    role: 'owner',
  })
  ownerContactId = owner.contactId
})
afterAll(() => app.stop())

const sample = (type: string) => app.app.catalogue.audiencesOf(type)[0]!.sample

describe('POST /v1/events', () => {
  test('reaches the audience that was named', async () => {
    const { status, body } = await app.post('/v1/events', {
      type: 'order.confirmed',
      payload: sample('order.confirmed'),
      audience: { customer: { email: 'buyer@example.org', name: 'Sample Buyer' } },
    })
    expect([status, body.notifications.map((one: { audience: string }) => one.audience)]).toEqual([202, ['customer']])
    expect(await app.database.query('select 1 from event where id = $1', [body.id])).toHaveLength(1)
  })

  test('finds the business’s own people by their role', async () => {
    const { body } = await app.post('/v1/events', { type: 'payment.received', payload: sample('payment.received') })
    expect(body.notifications).toHaveLength(1)
    expect((await app.get(`/v1/notifications/${body.notifications[0].id}`)).body.contactId).toBe(ownerContactId)
  })

  test('says who was passed over, and why', async () => {
    const { status, body } = await app.post('/v1/events', {
      type: 'order.confirmed',
      payload: sample('order.confirmed'),
    })
    expect([status, body.notifications, body.skipped]).toEqual([
      202,
      [],
      [{ audience: 'customer', reason: expect.stringContaining('nobody') }],
    ])
  })

  test('raised twice with its dedupeKey, it is told once', async () => {
    const event = { type: 'payment.received', payload: sample('payment.received'), dedupeKey: 'payment-1' }
    const first = await app.post('/v1/events', event)
    const again = await app.post('/v1/events', event)
    expect([again.body.notifications[0].id, again.body.notifications[0].duplicate]).toEqual([
      first.body.notifications[0].id,
      true,
    ])
  })

  test('a payload that does not fit is refused with its paths, an unknown type by name', async () => {
    const wrong = await app.post('/v1/events', { type: 'payment.received', payload: {} })
    expect([wrong.status, wrong.body.errors[0].path]).toEqual([422, expect.stringMatching(/^payload\./)])
    const unknown = await app.post('/v1/events', { type: 'no.such_event' })
    expect([unknown.status, unknown.body.code]).toEqual([422, 'unknown_type'])
  })
})
