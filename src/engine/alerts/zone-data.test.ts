import { expect, test } from 'vitest'
import { startTestApp } from '../../../test/app.ts'
import { testDatabase } from '../../../test/database.ts'
import { zonesStaleSince } from './zone-data.ts'

test('time-zone data is stale eighteen months after the last month its version may be from', () => {
  expect(zonesStaleSince('2026c', new Date('2027-12-31T00:00:00Z'))).toBeUndefined()
  expect(zonesStaleSince('2026c', new Date('2028-01-02T00:00:00Z'))).toEqual(new Date('2028-01-01T00:00:00Z'))
  for (const unknown of ['', 'latest', '2026']) expect(zonesStaleSince(unknown, new Date('2050-01-01'))).toBeUndefined()
})

test('that it is too old is told to those who operate the platform, once', async () => {
  const database = await testDatabase({ worded: true })
  const admins = ['operator@example.com']
  const recent = await startTestApp({ database, admins })
  await recent.signedIn('operator@example.com', { role: 'admin' })
  await recent.stop()
  const old = await startTestApp({ database, admins, zoneData: '2019a' })
  try {
    const heard = () =>
      old.database.query<{ title: string }>(
        `select i.title from notification n join message m on m.notification_id = n.id join in_app_item i on i.message_id = m.id
         where n.type = 'platform.system_alert' and i.title like '%fuseaux%'`,
      )
    await old.eventually(async () => (await heard()).length > 0)
    old.clock.advance(10 * 60_000)
    await new Promise((resolve) => setTimeout(resolve, 12_000))
    // A machine that is busy is told of automations that wait beside it.
    expect(await heard()).toEqual([{ title: 'Alerte : les fuseaux horaires sont trop anciens' }])
  } finally {
    await old.stop()
    await database.close()
  }
})
