import { readFileSync } from 'node:fs'
import { startCarillon, type TestCarillon } from '@carillon/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../test/database.ts'

const DAY = 86_400_000
type Database = Awaited<ReturnType<typeof testDatabase>>

let database: Database
beforeAll(async () => {
  database = await testDatabase({ worded: true })
})
afterAll(() => database.close())

test('refuses a server by which messages really leave, and leaves no process behind', async () => {
  const settings = { SMTP_HOST: '127.0.0.1', SMTP_PORT: '1', SMTP_FROM: 'us@example.com' }
  await expect(startCarillon({ databaseUrl: database.url, env: settings })).rejects.toThrow('live_accounts')
  const open = await database.query<{ n: number }>(
    `select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name = 'carillon'`,
  )
  expect(open[0]!.n).toBe(0)
})

test('a server that does not start says why', async () => {
  await expect(startCarillon({ databaseUrl: database.url, env: { CARILLON_ROLE: 'boss' } })).rejects.toThrow(
    'CARILLON_ROLE must be all',
  )
  await expect(startCarillon({ home: '/nowhere' })).rejects.toThrow('/nowhere holds no installed Carillon')
})

describe('a Carillon for tests', () => {
  let carillon: TestCarillon
  beforeAll(async () => {
    carillon = await startCarillon({ databaseUrl: database.url })
  })
  afterAll(() => carillon?.stop())
  beforeEach(async () => {
    await carillon.clock.backToNow()
    await carillon.forget()
  })

  const send = (to: object, channel: 'email' | 'sms' = 'email') =>
    carillon.client.notifications.send({
      type: 'message.custom',
      to,
      channels: [channel],
      payload: { subject: 'A sample', body: 'Its words.' },
      allowRepeat: true,
    })

  test('shows what was received, oldest first, and forgets it when told to', async () => {
    await send({ email: 'first@example.com', name: 'First' })
    await carillon.waitFor({ to: 'first@example.com' })
    await send({ phone: '+33639980111' }, 'sms')
    const sms = await carillon.waitFor({ channel: 'sms', text: /words/ })
    expect(sms).toMatchObject({ to: '+33639980111', subject: null, html: null, copies: 1 })
    const all = await carillon.messages()
    expect(all.map(({ channel }) => channel)).toEqual(['email', 'sms'])
    expect(all[0]).toMatchObject({ subject: 'A sample', contactName: 'First' })
    expect(all[0]!.html).toContain('Its words.')
    expect(await carillon.messages({ subject: 'another' })).toEqual([])
    await carillon.forget()
    expect(await carillon.messages()).toEqual([])
  })

  test('says what came instead of what was waited for', async () => {
    await send({ email: 'somebody@example.com' })
    await carillon.waitFor({ to: 'somebody@example.com' })
    await expect(carillon.waitFor({ to: 'nobody@example.com' }, { ms: 300 })).rejects.toThrow(
      /No message with to nobody@example.com within 0.3 s; received were:\n {2}email to somebody@example.com: A sample/,
    )
  })

  test('moves the clock, and back', async () => {
    const ahead = async () => (await carillon.clock.now()).getTime() - Date.now()
    await carillon.clock.advance(2 * DAY)
    expect(await ahead()).toBeGreaterThan(1.9 * DAY)
    await carillon.client.reminders.plan('delivery-1', {
      at: new Date(Date.now() + 20 * DAY).toISOString(),
      to: { email: 'reminded@example.com' },
      payload: { subject: 'Soon', body: 'It comes.' },
      reminders: [{ offset: '-P2D', type: 'message.custom', channels: ['email'] }],
    })
    await carillon.clock.jumpToNextReminder()
    await carillon.waitFor({ to: 'reminded@example.com', subject: 'Soon' })
    await expect(carillon.clock.jumpToNextReminder()).rejects.toThrow('No reminder is planned')
    await expect(carillon.clock.moveTo(new Date())).rejects.toThrow('goes forward only')
    await carillon.clock.backToNow()
    expect(Math.abs(await ahead())).toBeLessThan(DAY / 10)
  })

  test('a carrier that is out of order takes nothing until it works again', async () => {
    await carillon.carrier('email').acts('down')
    const { messages } = await send({ email: 'patient@example.com' })
    await expect
      .poll(async () => (await carillon.client.messages.get(messages[0]!.id)).attempts.length)
      .toBeGreaterThan(0)
    expect(await carillon.messages()).toEqual([])
    await carillon.carrier('email').works()
    await carillon.waitFor({ to: 'patient@example.com' })
    await carillon.settled()
  })
})

test('docs/testing.md shows the example that is run', () => {
  const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
  expect(read('docs/testing.md')).toContain(`\`\`\`ts\n${read('examples/reminder.test.ts')}\`\`\``)
})
