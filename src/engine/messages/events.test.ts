import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import type { Role } from '../organizations/organization.ts'

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

describe('the business’s own people', () => {
  const member = (role: Role, email: string) =>
    app.app.organizations.createMember({
      organizationId: app.organizationId,
      email,
      password: 'a sample password',
      name: 'Sample',
      role,
    })
  const raise = (type: string, payload: object = {}) =>
    app.post('/v1/events', { type, payload: { ...sample(type), ...payload }, allowRepeat: true })
  const toldTo = async (body: { notifications: { id: string }[] }) =>
    Promise.all(body.notifications.map(async ({ id }) => (await app.get(`/v1/notifications/${id}`)).body.contactId))

  test('who were shut out hear of nothing', async () => {
    const second = await member('owner', 'second-owner@example.org')
    expect(await toldTo((await raise('payment.received')).body)).toEqual([ownerContactId, second.contactId])
    await app.database.query('update member set disabled_at = now() where id = $1', [second.id])
    expect(await toldTo((await raise('payment.received')).body)).toEqual([ownerContactId])
  })

  test('hear of what is theirs, named as a member or as a contact; nobody else does', async () => {
    const mine = await member('practitioner', 'mine@example.org')
    await member('practitioner', 'other@example.org')
    for (const practitionerId of [mine.id, mine.contactId])
      expect(await toldTo((await raise('appointment.assigned', { practitionerId })).body)).toEqual([mine.contactId])
  })

  test('nobody is told where the payload names nobody, somebody of another organization, or one who was shut out', async () => {
    const other = await app.otherOrganization()
    const theirs = await app.call('POST', '/v1/contacts', { email: 'theirs@example.org' }, { key: other.key })
    const gone = await member('practitioner', 'gone@example.org')
    await app.database.query('update member set disabled_at = now() where id = $1', [gone.id])
    for (const practitionerId of [undefined, theirs.body.id, gone.id, gone.contactId])
      expect((await raise('appointment.assigned', { practitionerId })).body).toMatchObject({
        notifications: [],
        skipped: [{ audience: 'practitioner', reason: expect.stringContaining('payload.practitionerId names nobody') }],
      })
  })

  test('a call that names its audience goes before the payload', async () => {
    const mine = await member('practitioner', 'mine@example.org')
    const { body } = await app.post('/v1/events', {
      type: 'appointment.assigned',
      payload: { ...sample('appointment.assigned'), practitionerId: mine.id },
      audience: { practitioner: { contactId: ownerContactId } },
    })
    expect(await toldTo(body)).toEqual([ownerContactId])
  })

  test('keep what they chose for themselves: their digest gathers what is for staff', async () => {
    const mine = await member('practitioner', 'gathers@example.org')
    const choice = await app.call('PATCH', `/v1/contacts/${mine.contactId}/preferences`, { digest: { ops: 'daily' } })
    expect(choice.status).toBe(200)
    const { body } = await raise('appointment.assigned', { practitionerId: mine.id })
    const mail = body.notifications[0].messages.find(({ channel }: { channel: string }) => channel === 'email')
    expect(mail.status).toBe('scheduled')
  })
})
