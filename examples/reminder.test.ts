import { recipient, startCarillon, type TestCarillon } from '@carillon/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

let carillon: TestCarillon
beforeAll(async () => {
  carillon = await startCarillon()
}, 120_000)
afterAll(() => carillon?.stop())
beforeEach(async () => {
  await carillon.clock.backToNow()
  await carillon.forget()
})

/** What your application does when somebody books. */
async function book(id: string, startsAt: Date, client: { email: string }) {
  await carillon.client.reminders.plan(`appointment-${id}`, {
    at: startsAt.toISOString(),
    timeZone: 'Europe/Paris',
    to: { ...client, name: 'Ann Example', locale: 'en' },
    payload: { service: 'Haircut', startsAt: startsAt.toISOString(), practitioner: 'Dr Sample' },
    reminders: [{ offset: '-PT24H', type: 'appointment.reminder_24h', channels: ['email'] }],
  })
}
const inTenDays = () => new Date(Math.ceil(Date.now() / 86_400_000 + 10) * 86_400_000 + 14 * 3_600_000)

test('a client is reminded the day before, once, and not sooner', async () => {
  await book('1', inTenDays(), { email: 'ann@example.com' })
  await carillon.clock.jumpToBefore('appointment-1', 'PT25H')
  await carillon.settled()
  expect(await carillon.messages()).toEqual([])

  await carillon.clock.jumpToBefore('appointment-1', 'PT24H')
  const reminder = await carillon.waitFor({ channel: 'email', to: 'ann@example.com' })
  expect(reminder.text).toContain('Haircut')

  await carillon.clock.advance('PT23H')
  await carillon.settled()
  expect(await carillon.messages()).toHaveLength(1)
})

test('nobody is reminded of what was cancelled', async () => {
  await book('2', inTenDays(), { email: 'bob@example.com' })
  await carillon.client.reminders.cancel('appointment-2')
  await carillon.clock.advance('P9D')
  await carillon.settled()
  expect(await carillon.messages({ to: 'bob@example.com' })).toEqual([])
})

test('who answers STOP is written to no more', async () => {
  const write = () =>
    carillon.client.notifications.send({
      type: 'message.custom',
      to: { phone: '+33639980103' },
      channels: ['sms'],
      payload: { subject: 'News', body: 'We are open on Sunday.' },
      allowRepeat: true,
    })
  await write()
  await carillon.waitFor({ to: '+33639980103' })
  await carillon.reply({ channel: 'sms', from: '+33639980103', text: 'STOP' })
  await expect.poll(async () => (await write()).messages[0]?.reason, { timeout: 20_000 }).toBe('opted_out')
})

test('an address that bounces is suppressed, and your application can see it', async () => {
  const { email } = recipient('bounce')
  const { messages } = await carillon.client.notifications.send({
    type: 'message.custom',
    to: { email },
    channels: ['email'],
    payload: { subject: 'Hello', body: 'Are you there?' },
  })
  const status = async () => (await carillon.client.messages.get(messages[0]!.id)).status
  await expect.poll(status, { timeout: 20_000 }).toBe('bounced')
})
