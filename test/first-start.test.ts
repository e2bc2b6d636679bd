import { expect, test } from 'vitest'
import { startTestApp } from './app.ts'
import { testDatabase } from './database.ts'

test('what is accepted while the built-in words are still being published waits for them, and is sent', async () => {
  const app = await startTestApp({ database: await testDatabase() })
  const versions = () => app.database.query<{ n: number }>('select count(*)::int as n from template_version', [])
  const { status, body } = await app.post('/v1/notifications', {
    type: 'appointment.confirmed',
    to: { email: 'first@example.org' },
    payload: app.app.catalogue.entry('appointment.confirmed').sample,
    channels: ['email'],
  })
  expect([status, body.messages[0].status]).toEqual([202, 'queued'])
  expect((await versions())[0]!.n).toBeGreaterThan(400)
  await app.settled()
  await app.stop()
})
