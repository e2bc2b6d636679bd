import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import type { Role } from '../organizations/organization.ts'

let app: TestApp
let ownerContactId: string
beforeAll(async () => {
  app = await startTestApp({ admins: ['ops@example.org', 'elsewhere@example.org', 'nobody@example.org'] })
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

  test('is kept in the transaction of those who hear of it, or not at all', async () => {
    const event = {
      type: 'order.confirmed',
      payload: sample('order.confirmed'),
      audience: { customer: [{ email: 'one@example.org' }, { email: 'two@example.org' }] },
    }
    const { body } = await app.post('/v1/events', event, { 'idempotency-key': 'kept-once' })
    const written = await app.database.query<{ with_event: boolean }>(
      'select n.xmin = e.xmin as with_event from notification n join event e on e.id = n.event_id where e.id = $1',
      [body.id],
    )
    expect(written).toEqual([{ with_event: true }, { with_event: true }])
    const kept = () => app.database.query('select id from event order by id')
    const before = await kept()
    const again = await app.post('/v1/events', event, { 'idempotency-key': 'kept-once' })
    expect(again.body.notifications).toMatchObject([{ duplicate: true }, { duplicate: true }])
    expect(again.body.id).toBe(body.id)
    expect(await kept()).toEqual(before)
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
    expect(again.body).toEqual({
      ...first.body,
      notifications: [{ ...first.body.notifications[0], duplicate: true }],
    })
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

describe('files of an event', () => {
  const buyer = { email: 'files@example.org' }
  const raise = (event: object) =>
    app.post('/v1/events', {
      type: 'booking.confirmed',
      payload: sample('booking.confirmed'),
      allowRepeat: true,
      ...event,
    })
  const file = (filename: string, more: object = {}) => ({
    filename,
    contentType: 'application/pdf',
    content: Buffer.from(filename).toString('base64'),
    ...more,
  })
  const filesOf = async (id: string): Promise<string[]> => {
    const rows = await app.database.query('select filename from attachment where notification_id = $1 order by n', [id])
    return rows.map((row) => row.filename as string)
  }

  test('go to the audiences they are for, and to everyone where none is named', async () => {
    const { status, body } = await raise({
      audience: { client: buyer },
      attachments: [
        file('all.pdf'),
        file('restricted.pdf', { for: ['client'] }),
        file('full.pdf', { for: ['admin', 'accounting'] }),
      ],
    })
    expect(status).toBe(202)
    const files = await Promise.all(
      body.notifications.map(async ({ id, audience }: { id: string; audience: string }) => [
        audience,
        await filesOf(id),
      ]),
    )
    expect(Object.fromEntries(files)).toMatchObject({
      client: ['all.pdf', 'restricted.pdf'],
      admin: ['all.pdf', 'full.pdf'],
    })
  })

  test('for somebody the event is not told to are refused with their path, and so are audiences', async () => {
    const { status, body } = await raise({
      audience: { client: buyer, customer: buyer },
      attachments: [file('a.pdf'), file('b.pdf', { for: ['client', 'lawyer'] })],
    })
    expect([status, body.code]).toEqual([422, 'validation_failed'])
    expect(body.errors.map((error: { path: string }) => error.path)).toEqual([
      'audience.customer',
      'attachments.1.for.1',
    ])
    const unknown = await raise({ audience: { client: buyer }, attachments: [file('a.pdf', { for: ['everyone'] })] })
    expect([unknown.status, unknown.body.errors[0].path]).toEqual([
      422,
      expect.stringMatching(/^attachments\.0\.for\.0/),
    ])
  })

  test('can be ones that are stored already: the organization’s own, and no others', async () => {
    const first = await raise({ audience: { client: buyer }, attachments: [file('kept.pdf', { for: ['client'] })] })
    const sent = first.body.notifications.find(({ audience }: { audience: string }) => audience === 'client')
    const [kept] = await app.database.query('select storage_key, bytes from attachment where notification_id = $1', [
      sent.id,
    ])
    const byKey = (storageKey: unknown, more: object = {}) => ({
      filename: 'again.pdf',
      contentType: 'application/pdf',
      storageKey,
      ...more,
    })
    const again = await raise({ audience: { client: buyer }, attachments: [byKey(kept!.storage_key)] })
    expect(again.status).toBe(202)
    const [row] = await app.database.query('select * from attachment where notification_id = $1', [
      again.body.notifications[0].id,
    ])
    expect(row).toMatchObject({ filename: 'again.pdf', storage_key: kept!.storage_key, bytes: kept!.bytes })

    const own = app.organizationId
    const other = await app.otherOrganization()
    for (const key of [
      `${own}/attachments/${'0'.repeat(64)}`,
      `${own}/documents/invoice.pdf`,
      `${own}/exports/contact.zip`,
      `${own}/attachments/../exports/contact.zip`,
      String(kept!.storage_key).replace(own, other.organizationId),
      `attachments/${own}/a`,
      '',
    ]) {
      const refused = await raise({ audience: { client: buyer }, attachments: [file('a.pdf'), byKey(key)] })
      expect([refused.status, refused.body.code, refused.body.errors[0].path]).toEqual([
        422,
        'attachment_invalid',
        'attachments.1.storageKey',
      ])
    }
    const theirs = await app.call(
      'POST',
      '/v1/notifications',
      {
        type: 'message.custom',
        to: buyer,
        payload: { subject: 'S', body: 'B' },
        attachments: [byKey(kept!.storage_key)],
      },
      { key: other.key },
    )
    expect([theirs.status, theirs.body.errors[0].path]).toEqual([422, 'attachments.0.storageKey'])
    const both = await raise({
      audience: { client: buyer },
      attachments: [byKey(kept!.storage_key, { content: 'eA==' })],
    })
    expect([both.status, both.body.errors[0].path]).toEqual([422, 'attachments.0'])
  })

  test('are measured for each audience', async () => {
    const large = Buffer.alloc(11 * 1024 * 1024, 'x').toString('base64')
    const { status, body } = await raise({
      audience: { client: buyer },
      attachments: [
        file('a.pdf', { content: large, for: ['client'] }),
        file('b.pdf', { content: 'eA==', for: ['admin'] }),
      ],
    })
    expect([status, body.notifications[0]?.audience]).toEqual([202, 'client'])
    const [stored] = await app.database.query('select storage_key from attachment where bytes = $1', [11 * 1024 * 1024])
    const twice = await raise({
      audience: { client: buyer },
      attachments: [0, 1].map((n) => ({
        filename: `${n}.pdf`,
        contentType: 'application/pdf',
        storageKey: stored!.storage_key,
      })),
    })
    expect([twice.status, twice.body.code, twice.body.errors[0].path]).toEqual([
      413,
      'attachments_too_large',
      'attachments.1',
    ])
  })
})

describe('who is meant', () => {
  test('twice by one event hears the same words once', async () => {
    const other = await app.otherOrganization()
    const only = await app.app.organizations.createMember({
      organizationId: other.organizationId,
      email: 'alone@example.org',
      password: 'a sample password',
      name: 'Sample Alone',
      role: 'owner',
    })
    const { body } = await app.call(
      'POST',
      '/v1/events',
      {
        type: 'booking.confirmed',
        payload: sample('booking.confirmed'),
        audience: { client: { email: 'c@example.org' } },
      },
      { key: other.key },
    )
    const toOwner = body.notifications.filter(({ audience }: { audience: string }) => audience !== 'client')
    expect(toOwner).toHaveLength(1)
    expect(body.skipped).toEqual(
      ['operations', 'admin', 'accounting'].map((audience) => ({
        audience,
        reason: expect.stringContaining(`${only.contactId} hears of it already`),
      })),
    )
  })

  test('where nobody is responsible, is whoever the catalogue names instead', async () => {
    const desk = await app.app.organizations.createMember({
      organizationId: app.organizationId,
      email: 'desk@example.org',
      password: 'a sample password',
      name: 'Sample Desk',
      role: 'assistant',
    })
    const raise = async (payload: object) => {
      const { body } = await app.post('/v1/events', {
        type: 'document.pending',
        payload: { ...sample('document.pending'), ...payload },
        allowRepeat: true,
      })
      return (await app.get(`/v1/notifications/${body.notifications[0].id}`)).body.contactId
    }
    expect(await raise({})).toBe(desk.contactId)
    expect(await raise({ responsibleId: ownerContactId })).toBe(ownerContactId)
  })

  test('by something urgent is told at once', async () => {
    const laneOf = async (urgent: boolean) => {
      const { body } = await app.post('/v1/events', {
        type: 'mission.proposed',
        payload: { ...sample('mission.proposed'), urgent },
        audience: { professional: { email: 'mover@example.org' } },
      })
      return (await app.get(`/v1/notifications/${body.notifications[0].id}`)).body.lane
    }
    expect([await laneOf(false), await laneOf(true)]).toEqual(['immediate', 'critical'])
  })
})

describe('those who operate the platform', () => {
  const alert = () =>
    app.post('/v1/events', {
      type: 'platform.system_alert',
      payload: sample('platform.system_alert'),
      allowRepeat: true,
    })
  const member = (email: string, organizationId = app.organizationId) =>
    app.app.organizations.createMember({
      organizationId,
      email,
      password: 'a sample password',
      name: 'Sample Operator',
      role: 'staff',
    })

  test('hear of nothing in an organization where they are no members', async () => {
    const other = await app.otherOrganization()
    await member('elsewhere@example.org', other.organizationId)
    const { status, body } = await alert()
    expect([status, body.notifications, body.skipped]).toEqual([
      202,
      [],
      [{ audience: 'platform_admin', reason: expect.stringContaining('nobody') }],
    ])
  })

  test('hear of it where they are, whatever their role, unless they were shut out; owners do not', async () => {
    const ops = await member('ops@example.org')
    const { body } = await alert()
    expect(body.notifications.map(({ audience }: { audience: string }) => audience)).toEqual(['platform_admin'])
    const detail = (await app.get(`/v1/notifications/${body.notifications[0].id}`)).body
    expect([detail.contactId, detail.lane]).toEqual([ops.contactId, 'critical'])
    await app.database.query('update member set disabled_at = now() where id = $1', [ops.id])
    expect((await alert()).body.notifications).toEqual([])
  })
})
