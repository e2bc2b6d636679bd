import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
  // A day's upkeep makes the tables of the next months; here days pass in no time.
  await app.database.query('select ensure_partitions(now(), 30)')
})
afterAll(() => app.stop())

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const ZONES = [
  'Europe/Paris',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Africa/Casablanca',
  'Pacific/Apia',
  'America/Sao_Paulo',
  'Asia/Tokyo',
  'UTC',
  'Pacific/Chatham',
]
const OFFSETS = ['-P7D', '-PT24H', '-PT1H', 'day before at 18:00', '04:00 on the day'] as const
type OffsetText = (typeof OFFSETS)[number]

/** Said again in Temporal's own words: when a reminder is expected. */
function expected(offset: OffsetText, at: number, zone: string): number {
  const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  const day = there.toPlainDate()
  const on = (date: Temporal.PlainDate, time: string) =>
    date.toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds
  switch (offset) {
    case '-P7D':
      return there.subtract({ days: 7 }).epochMilliseconds
    case '-PT24H':
      return at - DAY
    case '-PT1H':
      return at - HOUR
    case 'day before at 18:00':
      return on(day.subtract({ days: 1 }), '18:00')
    case '04:00 on the day':
      return on(day, '04:00')
  }
}

interface Life {
  readonly zone: string
  readonly offsets: readonly OffsetText[]
  /** Minutes after the beginning at which it begins, and, where it moves or is cancelled, what and when. */
  readonly at: number
  readonly change: { readonly kind: 'move' | 'cancel'; readonly when: number; readonly to: number } | null
}

const TWO_YEARS_MIN = 2 * 365 * 24 * 60
const life = fc.record<Life>({
  zone: fc.constantFrom(...ZONES),
  offsets: fc.subarray([...OFFSETS], { minLength: 1 }),
  at: fc.integer({ min: 10 * 24 * 60, max: TWO_YEARS_MIN - 30 * 24 * 60 }),
  change: fc.option(
    fc.record({
      kind: fc.constantFrom('move' as const, 'cancel' as const),
      // Some days before it begins, or even after: then nothing is left to change.
      when: fc.integer({ min: -10 * 24 * 60, max: 2 * 24 * 60 }),
      to: fc.integer({ min: 60, max: 20 * 24 * 60 }),
    }),
  ),
})

/**
 * Two years of appointments in ten zones: most stay, some move, some are cancelled, over every change of the clocks there
 * is meanwhile. The clock is moved from one thing that happens to the next.
 */
test('two years of reminders in ten zones come on time, once, and never for what was cancelled', async () => {
  const [lives] = fc.sample(fc.array(life, { minLength: 40, maxLength: 40 }), { numRuns: 1, seed: 20261128 })
  const start = Math.floor(app.clock.now().getTime() / MINUTE) * MINUTE + HOUR
  const email = (n: number) => `season-${n}@example.com`
  const plan = async (n: number, { zone, offsets }: Life, at: number) => {
    const { status, body } = await app.call('PUT', `/v1/reminders/season-${n}`, {
      at: new Date(at).toISOString(),
      timeZone: zone,
      to: { email: email(n), timeZone: zone },
      payload: { subject: 'A sample', body: 'Until soon.' },
      reminders: offsets.map((offset) => ({ offset, type: 'message.custom', channels: ['email'] })),
    })
    expect({ status, body }).toMatchObject({ status: 200 })
  }

  // What happens, in the order of time, and what must have been sent when all is over.
  const happenings: { time: number; act: () => Promise<void> }[] = []
  const wanted = new Map<string, number[]>()
  lives!.forEach((one, n) => {
    const first = start + one.at * MINUTE
    const planned = first - 9 * DAY
    happenings.push({ time: planned, act: () => plan(n, one, first) })
    const due = (at: number, from: number, until: number) =>
      one.offsets
        .map((offset) => expected(offset, at, one.zone))
        .filter((time) => time >= from && time < at && time < until)
    const { change } = one
    const when =
      change === null ? Number.POSITIVE_INFINITY : Math.max(planned + MINUTE, first + change.when * MINUTE) + 30_000
    const times = due(first, planned, when)
    if (change?.kind === 'cancel')
      happenings.push({
        time: when,
        act: async () => void (await app.call('DELETE', `/v1/reminders/season-${n}`)),
      })
    if (change?.kind === 'move') {
      const second = Math.max(first, when) + change.to * MINUTE
      happenings.push({ time: when, act: () => plan(n, one, second) })
      times.push(...due(second, when, Number.POSITIVE_INFINITY))
    }
    wanted.set(
      email(n),
      times.sort((a, b) => a - b),
    )
    for (const time of times) happenings.push({ time: time + 1_000, act: () => app.settled() })
  })
  for (const { time, act } of happenings.sort((a, b) => a.time - b.time)) {
    app.clock.moveTo(new Date(time))
    await act()
  }
  await app.settled()

  const sent = await app.database.query<{ address: string; created_at: Date }>(
    "select address, created_at from sandbox_message where address like 'season-%' order by created_at, id",
  )
  const got = Map.groupBy(sent, (row) => row.address)
  for (const [address, times] of wanted) {
    const own = (got.get(address) ?? []).map((row) => row.created_at.getTime())
    expect({ address, count: own.length }).toEqual({ address, count: times.length })
    // The clock jumps to a second after each; what two have in common is taken together.
    for (const [index, time] of times.entries()) {
      expect(own[index]! - time).toBeGreaterThanOrEqual(0)
      expect(own[index]! - time).toBeLessThan(MINUTE)
    }
  }
  expect([...wanted.values()].flat().length).toBeGreaterThan(75)
})

test('two machines that look at the same time send each reminder once', async () => {
  const second = await startTestApp({ database: app.database })
  try {
    const at = new Date(app.clock.now().getTime() + 3 * DAY)
    const plan = async (n: number) =>
      (
        await app.call('PUT', `/v1/reminders/both-${n}`, {
          at: at.toISOString(),
          timeZone: 'UTC',
          to: { email: `both-${n}@example.com` },
          payload: { subject: 'A sample', body: 'Until soon.' },
          reminders: [{ offset: '-PT24H', type: 'message.custom', channels: ['email'] }],
        })
      ).status
    // Where there is more work than the process can hold it says so, and is asked again.
    await Promise.all(Array.from({ length: 300 }, (_, n) => app.eventually(async () => (await plan(n)) === 200)))
    for (const { clock } of [app, second]) clock.moveTo(new Date(at.getTime() - DAY + 1_000))
    await app.settled()
    const [row] = await app.database.query<{ messages: number; people: number }>(
      "select count(*)::int as messages, count(distinct address)::int as people from sandbox_message where address like 'both-%'",
    )
    expect(row).toEqual({ messages: 300, people: 300 })
  } finally {
    await second.stop()
  }
})
