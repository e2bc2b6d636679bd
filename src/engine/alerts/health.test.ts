import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { startTestApp } from '../../../test/app.ts'
import { testDatabase } from '../../../test/database.ts'
import { openTcpLink } from '../../../test/tcp-link.ts'
import { type Health, type Sample, seen, troublesOf } from './health.ts'

const GIB = 1024 ** 3
const start = Date.parse('2027-03-04T08:00:00Z')

describe('what is known of the parts', () => {
  const well = { databaseMs: 2, queueAnswers: true, disk: { freeBytes: 50 * GIB, bytes: 100 * GIB } }
  /** Looks every ten seconds; what is told after each. */
  const play = (samples: readonly Partial<Sample>[]) => {
    let health: Health = {}
    return samples.map((sample, n) => {
      const at = new Date(start + n * 10_000)
      health = seen(health, { ...well, at, ...sample })
      return health.awaySince ? [] : troublesOf(health, at).map(({ part }) => part)
    })
  }
  const times = (n: number, sample: Partial<Sample>) => Array.from({ length: n }, () => sample)

  test('what is slow, silent or full for a minute is told, what is for less is not', () => {
    for (const [part, sample] of [
      ['database_slow', { databaseMs: 1_500 }],
      ['queue', { queueAnswers: false }],
      ['disk', { disk: { freeBytes: GIB / 2, bytes: 100 * GIB } }],
    ] as const) {
      expect(play([...times(6, sample), {}]).flat()).toEqual([])
      expect(play([...times(8, sample), {}])).toEqual([[], [], [], [], [], [], [part], [part], []])
    }
    // A small disk that is mostly free, or one that does not say.
    expect(play(times(9, { disk: { freeBytes: GIB / 2, bytes: GIB } })).flat()).toEqual([])
    expect(play(times(9, { disk: undefined })).flat()).toEqual([])
  })

  test('that the database was away is told when it is back, for a minute; a restart is not told', () => {
    const away = { databaseMs: undefined, queueAnswers: undefined }
    expect(play([...times(5, away), ...times(9, {})]).flat()).toEqual([])
    const told = play([...times(12, away), ...times(9, {})])
    expect(told.slice(0, 12).flat()).toEqual([])
    expect(told.slice(12).map((parts) => parts.length)).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 0])
  })

  test('whatever happens, nothing is told of what has been well for a minute', () => {
    const any = fc.record({
      databaseMs: fc.constantFrom(undefined, 2, 5_000),
      queueAnswers: fc.constantFrom(undefined, true, false),
      disk: fc.constantFrom(undefined, well.disk, { freeBytes: 0, bytes: GIB }),
    })
    fc.assert(
      fc.property(fc.array(any, { maxLength: 60 }), (samples) => {
        expect(play([...samples, ...times(8, {})]).at(-1)).toEqual([])
      }),
    )
  })
})

describe('a database that was away', () => {
  const stops: (() => Promise<unknown>)[] = []
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop()
  })

  test('is told once to those who operate the platform, in the app, by mail and by SMS, and once that it is over', async () => {
    const database = await testDatabase({ worded: true })
    stops.push(() => database.close())
    const link = await openTcpLink(database.url)
    stops.push(() => link.close())
    const app = await startTestApp({ database, databaseUrl: link.url, admins: ['operator@example.com'] })
    stops.push(() => app.stop())
    const operator = await app.signedIn('operator@example.com', { role: 'admin' })
    await database.query("update contact set phone = '+33639980399' where email = 'operator@example.com'")
    const heard = () =>
      database.query<{ title: string; body: string }>(
        `select i.title, i.body from notification n join message m on m.notification_id = n.id join in_app_item i on i.message_id = m.id
         where n.type = 'platform.health_degraded' order by n.id`,
      )
    const lookedSince = () => new Promise((resolve) => setTimeout(resolve, 16_000))

    await link.cut()
    await lookedSince()
    app.clock.advance(4 * 60_000)
    await link.mend()
    await app.eventually(async () => (await heard()).length === 1)
    expect(await heard()).toEqual([
      {
        title: expect.stringMatching(/^Service dégradé\s: base de données$/),
        body: expect.stringMatching(/^disponibilité\s: absente [45] min/),
      },
    ])
    const listed = await app.call('GET', '/v1/platform/alerts', undefined, { headers: operator, key: null })
    expect(listed.body.items).toMatchObject([{ rule: 'health', subject: 'database_away', endedAt: null }])

    app.clock.advance(2 * 60_000)
    await lookedSince()
    app.clock.advance(3 * 60_000)
    await app.eventually(async () => (await heard()).length === 2)
    expect((await heard())[1]).toMatchObject({ title: expect.stringMatching(/^Rétabli\s: base de données$/) })
    await app.settled()
    const channels = await database.query<{ channel: number; n: number }>(
      `select channel, count(*)::int as n from message where type = 'platform.health_degraded' group by channel order by channel`,
    )
    expect(channels.map(({ n }) => n)).toEqual([2, 2, 2])
    await lookedSince()
    expect(await heard()).toHaveLength(2)
  })
})
