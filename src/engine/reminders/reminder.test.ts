import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CHANNELS } from '../channels/channel.ts'
import { DeliverySettings } from '../messages/delivery-settings.ts'
import { isOpen, lastOpen } from '../messages/send-window.ts'
import { parseOffset } from './offset.ts'
import { dueOf, type ReminderRow, replan, stateCode, type Wanted } from './reminder.ts'

const MINUTE = 60_000
const DAY = 24 * 3_600_000
const time = fc
  .integer({ min: 0, max: 1439 })
  .map((n) => `${String(Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`)
const settings = fc
  .option(
    fc.record({
      from: time,
      to: time,
      channels: fc.subarray([...CHANNELS], { minLength: 1 }),
    }),
  )
  .filter((quiet) => quiet?.from !== quiet?.to || quiet === null)
  .map((quietHours) => DeliverySettings.parse({ quietHours }))
const zone = fc.constantFrom('Europe/Paris', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC')
const instant = fc
  .integer({ min: Date.UTC(2026, 0) / MINUTE, max: Date.UTC(2028, 0) / MINUTE })
  .map((n) => new Date(n * MINUTE))
const RULES = ['-PT15M', '-PT1H', '-PT24H', '-P7D', 'day before at 18:00', '04:00 on the day', '23:59 on the day']
const wanted = fc
  .record({ rule: fc.constantFrom(...RULES), channels: fc.subarray([...CHANNELS], { minLength: 1 }) })
  .map(
    ({ rule, channels }): Wanted => ({
      rule,
      offset: parseOffset(rule)!,
      type: 'sample.reminder',
      audience: null,
      payload: null,
      asked: null,
      channels,
      category: 'rem',
      lane: 'scheduled',
    }),
  )
const subject = fc.record({ at: instant, timeZone: zone, contactTimeZone: zone, settings })

describe('when a reminder leaves', () => {
  test('is before its subject, not past, and in no quiet hour but one that was chosen', () => {
    fc.assert(
      fc.property(wanted, subject, fc.integer({ min: -10 * 1440, max: 1440 }), (one, about, ago) => {
        const now = new Date(about.at.getTime() + ago * MINUTE)
        const due = dueOf(one, about, now)
        if (due.state === 'skipped') return
        expect(due.dueAt.getTime()).toBeLessThan(about.at.getTime())
        expect(due.dueAt.getTime()).toBeGreaterThanOrEqual(now.getTime())
        const open = one.channels.every((channel) =>
          isOpen(about.settings, { ...one, channel }, about.contactTimeZone, due.dueAt),
        )
        expect(open).toBe(due.reason !== 'chosen_hour')
      }),
      { numRuns: 3_000 },
    )
  })

  test('the last minute before quiet hours is open, and none after it is', () => {
    fc.assert(
      fc.property(settings, zone, instant, fc.constantFrom(...CHANNELS), (rules, timeZone, until, channel) => {
        const sending = { channel, category: 'rem', lane: 'scheduled' } as const
        const last = lastOpen(rules, sending, timeZone, until)
        const open = (at: number) => isOpen(rules, sending, timeZone, new Date(at))
        expect(last && open(last.getTime())).toBe(true)
        for (let at = last!.getTime() + MINUTE; at <= until.getTime(); at += MINUTE) expect(open(at)).toBe(false)
      }),
      { numRuns: 300 },
    )
  })
})

describe('planning again', () => {
  const about = {
    at: new Date('2026-12-01T14:00:00Z'),
    timeZone: 'Europe/Paris',
    contactTimeZone: 'Europe/Paris',
    settings: DeliverySettings.parse({}),
  }
  const now = new Date('2026-11-01T09:00:00Z')

  /** What the table holds after a change. */
  const apply = (rows: readonly ReminderRow[], changes: ReturnType<typeof replan>): ReminderRow[] => {
    const next = new Map(rows.map((row) => [row.id, row]))
    for (const change of changes) {
      const id = change.id ?? `row-${next.size}`
      next.set(id, {
        id,
        plan_id: 'plan',
        at: change.at,
        rule: change.rule,
        type: change.type,
        audience: change.audience,
        channels: change.channels,
        due_at: change.dueAt,
        state: stateCode(change.state),
        reason: change.reason,
        notification_id: next.get(id)?.notification_id ?? null,
      })
    }
    return [...next.values()]
  }

  test('in any order of plans, moves and sends: one reminder to come for each offset, none for a time it was sent for', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('plan' as const),
        days: fc.integer({ min: 0, max: 3 }),
        rules: fc.uniqueArray(wanted, { selector: ({ rule }) => rule, minLength: 1, maxLength: 4 }),
      }),
      fc.record({ kind: fc.constant('send' as const), which: fc.nat(3) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        let rows: ReminderRow[] = []
        const sent = new Set<string>()
        for (const one of steps) {
          if (one.kind === 'send') {
            const row = rows.filter(({ state }) => state === stateCode('planned'))[one.which]
            if (!row) continue
            const key = `${row.rule} ${row.at.toISOString()}`
            expect(sent.has(key)).toBe(false)
            sent.add(key)
            rows = rows.map((each) => (each.id === row.id ? { ...each, state: stateCode('sent') } : each))
          } else {
            const at = new Date(about.at.getTime() + one.days * DAY)
            rows = apply(rows, replan(rows, one.rules, { ...about, at }, now))
            const coming = rows.filter(({ state }) => state === stateCode('planned'))
            expect(coming.every((row) => row.at.getTime() === at.getTime())).toBe(true)
            expect(new Set(coming.map(({ rule }) => rule)).size).toBe(coming.length)
            expect(coming.every(({ rule }) => one.rules.some((each) => each.rule === rule))).toBe(true)
            const keys = rows.map((row) => `${row.rule} ${row.type} ${row.at.toISOString()}`)
            expect(new Set(keys).size).toBe(keys.length)
          }
        }
      }),
      { numRuns: 500 },
    )
  })
})
