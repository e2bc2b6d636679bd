import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { DEFAULT_DELIVERY } from './delivery-settings.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const url = '/v1/delivery-settings'
const patch = (body: object) => app.call('PATCH', url, body)
const read = async () => (await app.get(url)).body
const stored = async () =>
  (
    await app.database.query<{ delivery: object }>('select delivery from organization where id = $1', [
      app.organizationId,
    ])
  )[0]!.delivery

describe('what is refused, with the field and the remedy, and nothing stored', () => {
  test.each([
    [{ backOffSeconds: { email: [-1] } }, 'backOffSeconds.email.0', 'is a number of seconds from 0.1 to 86400'],
    [{ backOffSeconds: { sms: [2, 90_000] } }, 'backOffSeconds.sms.1', 'is a number of seconds from 0.1 to 86400'],
    [{ backOffSeconds: { sms: [] } }, 'backOffSeconds.sms', 'needs at least one pause; null gives the default'],
    [{ contactCapPerHour: 0 }, 'contactCapPerHour', 'is a whole number from 1 to 100000, or null for no cap'],
    [{ contentGuardMinutes: -5 }, 'contentGuardMinutes', 'is a whole number from 1 to 1440, or null for no guard'],
    [{ lanes: { critical: { tries: 0 } } }, 'lanes.critical.tries', 'is a whole number from 1 to 20'],
    [{ lanes: { bulk: { deadlineMinutes: 1e9 } } }, 'lanes.bulk.deadlineMinutes', expect.stringContaining('43200')],
    [{ lanes: { urgent: { tries: 1 } } }, 'lanes.urgent', 'There is no such field'],
    [{ quietHours: { from: '25:00' } }, 'quietHours.from', 'is a time of day such as 08:00'],
    [{ quietHours: { from: '08:00' } }, 'quietHours.to', expect.stringContaining('null as quietHours')],
    [{ quietHours: { from: '20:00', to: '20:00' } }, 'quietHours.to', expect.stringContaining('whole day')],
    [{ smsMarketing: { from: '20:00' } }, 'smsMarketing.to', expect.stringContaining('never opens')],
    [{ smsMarketing: { days: [] } }, 'smsMarketing.days', 'names at least one day'],
    [{ smsMarketing: { days: [8] } }, 'smsMarketing.days.0', expect.stringContaining('7 is Sunday')],
    [{ quietHours: { from: '07:00', to: '06:00' } }, 'smsMarketing', expect.stringContaining('change one of them')],
    [{ digest: { mkt: 'yearly' } }, 'digest.mkt', 'is one of off, hourly, daily, weekly'],
    [{ digestAt: 'noon' }, 'digestAt', 'is a time of day such as 08:00'],
    [{ colour: 'red' }, 'colour', 'There is no such field'],
  ])('%j', async (body, path, message) => {
    const { status, body: problem } = await patch(body)
    expect([status, problem.code, problem.errors]).toMatchObject([422, 'validation_failed', [{ path, message }]])
    expect(await stored()).toEqual({})
  })
})

test('everything has a default, and only what was changed is kept', async () => {
  expect(await read()).toEqual(DEFAULT_DELIVERY)
  const { status, body } = await patch({ quietHours: { from: '20:00' }, lanes: { bulk: { tries: 7 } } })
  expect([status, body.quietHours, body.lanes.bulk]).toEqual([
    200,
    { from: '20:00', to: '08:00', channels: ['sms', 'whatsapp'] },
    { tries: 7, deadlineMinutes: 72 * 60 },
  ])
  expect(await read()).toEqual(body)
  expect(await stored()).toEqual({ quietHours: { from: '20:00' }, lanes: { bulk: { tries: 7 } } })
})

test('null is off where something can be off, and the default everywhere else', async () => {
  const off = (await patch({ contactCapPerHour: null, quietHours: null, lanes: { bulk: { tries: null } } })).body
  expect([off.contactCapPerHour, off.quietHours, off.lanes.bulk.tries]).toEqual([null, null, 3])
  const on = (await patch({ contactCapPerHour: 40, quietHours: { to: '07:00' }, lanes: null })).body
  expect([on.contactCapPerHour, on.quietHours]).toEqual([
    40,
    { from: '21:00', to: '07:00', channels: ['sms', 'whatsapp'] },
  ])
})

test('changes that are made at the same moment are all kept', async () => {
  await Promise.all([
    ...Array.from({ length: 6 }, (_, i) => patch({ backOffSeconds: { email: [i + 1] } })),
    patch({ digest: { mkt: 'weekly' } }),
    patch({ digest: { ops: 'hourly' } }),
    patch({ digestAt: '09:30' }),
  ])
  expect(await read()).toMatchObject({ digest: { tx: 'off', mkt: 'weekly', ops: 'hourly' }, digestAt: '09:30' })
})

test('a key that may only read or send cannot change them, and organizations do not see each other’s', async () => {
  const { key } = await app.app.apiKeys.create({
    organizationId: app.organizationId,
    name: 'Reader',
    scopes: ['read', 'send'],
  })
  expect((await app.call('PATCH', url, { digestDay: 2 }, { key })).status).toBe(403)
  expect((await app.call('GET', url, undefined, { key })).status).toBe(200)
  const other = await app.otherOrganization()
  expect((await app.call('GET', url, undefined, { key: other.key })).body).toEqual(DEFAULT_DELIVERY)
})

test('tries and deadlines are those the organization chose', async () => {
  await patch({ lanes: { immediate: { deadlineMinutes: 5 } } })
  const { body } = await app.post('/v1/notifications', {
    type: 'message.custom',
    to: { email: 'settings@example.org' },
    channels: ['email'],
    payload: { subject: 's', body: 'b' },
    sendAt: '2026-12-01T10:00:00Z',
  })
  const [work] = await app.database.query<{ due_at: Date; deadline_at: Date }>(
    'select due_at, deadline_at from message_work where message_id = $1',
    [body.messages[0].id],
  )
  expect(work!.deadline_at.getTime() - work!.due_at.getTime()).toBe(5 * 60_000)
})
