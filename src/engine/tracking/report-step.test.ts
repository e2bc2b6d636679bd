import fc from 'fast-check'
import { expect, test } from 'vitest'
import { channelCode } from '../channels/channel.ts'
import type { ReportStatus } from '../channels/report.ts'
import { EVENT_KINDS, STATUSES, type Status, statusCode, statusOf } from '../messages/status.ts'
import { type Located, MOST_LINES, stepOf } from './report-step.ts'
import type { Reported } from './reports-store.ts'

const NOW = new Date('2026-11-20T12:00:00Z')
const ID = '01a0b1c2-d3e4-7f00-8000-0123456789ab'

const message = (status: Status, lines = 0): Reported => ({
  id: ID,
  organization_id: ID,
  channel: channelCode('email'),
  provider: 'smtp',
  address: 'client@example.org',
  status: statusCode(status),
  notification_id: ID,
  contact_id: ID,
  lane: 1,
  type: 'message.custom',
  has_fallback: false,
  accounts: ['account'],
  lines,
})
let n = 0
const report = (status: ReportStatus, more: Partial<Located> = {}): Located => ({
  id: ID,
  accountId: 'account',
  eventId: `e-${n++}`,
  status,
  at: NOW,
  ...more,
})
const kinds = (from: Status, ...reports: Located[]) =>
  stepOf(message(from), reports, NOW).events.map(
    ({ kind }) => Object.entries(EVENT_KINDS).find(([, code]) => code === kind)![0],
  )
const reached = (from: Status, ...reports: Located[]): Status => statusOf(stepOf(message(from), reports, NOW).move.to)

test('what a machine did is a line of its own, and no status', () => {
  const machine = [
    report('opened', { automatic: true }),
    report('clicked', { automatic: true, link: 'https://example.org' }),
  ]
  expect([reached('sent', ...machine), kinds('sent', ...machine)]).toEqual([
    'sent',
    ['opened_by_machine', 'clicked_by_machine'],
  ])
})

test('a deferral is a line, and no status', () => {
  const deferred = report('deferred', { code: '452', detail: 'full' })
  expect([reached('sent', deferred), kinds('sent', deferred)]).toEqual(['sent', ['deferred']])
})

test('who complains has the message: it stays delivered, and the address is suppressed', () => {
  for (const status of ['delivered', 'bounced', 'failed'] as const) {
    const complaint = report(status, { suppress: 'complaint' })
    const step = stepOf(message('opened'), [complaint], NOW)
    expect([reached('opened', complaint), kinds('opened', complaint)]).toEqual(['opened', ['complained']])
    expect(step.suppressions).toMatchObject([{ reason: 'complaint', address: 'client@example.org' }])
    expect(reached('sent', complaint)).toBe('delivered')
  }
})

test('a suppression counts whatever the status, and only from an account that sent the message', () => {
  const suppress = { suppress: 'hard_bounce' as const }
  expect(stepOf(message('clicked'), [report('bounced', suppress)], NOW).suppressions).toHaveLength(1)
  expect(stepOf(message('sent'), [report('bounced', { ...suppress, accountId: 'another' })], NOW)).toMatchObject({
    move: { from: statusCode('sent'), to: statusCode('sent') },
    events: [],
    suppressions: [],
  })
})

test('each open and click is one line, clicks with their link; the same one twice is one', () => {
  const click = report('clicked', { link: 'https://example.org/a' })
  const { events } = stepOf(message('sent'), [click, report('opened'), click, report('clicked', { link: 'b' })], NOW)
  expect(events.map(({ detail, withMove }) => [detail && JSON.parse(detail).link, withMove])).toEqual([
    ['https://example.org/a', true],
    [null, false],
    ['b', false],
  ])
  expect(new Set(events.map(({ source }) => source)).size).toBe(3)
  expect(stepOf(message('clicked'), [click], NOW).events[0]?.source).toBe(events[0]?.source)
})

test('the lines of one message end somewhere', () => {
  const many = Array.from({ length: 2 * MOST_LINES }, () => report('opened'))
  expect(stepOf(message('opened'), many, NOW).events).toHaveLength(MOST_LINES)
  expect(stepOf(message('opened', MOST_LINES), many, NOW).events).toEqual([])
})

test('the highest cost is kept', () => {
  const cost = (micros: number, currency = 'EUR') => report('delivered', { cost: { micros, currency } })
  expect(stepOf(message('read'), [cost(2), cost(7), cost(3)], NOW).move.cost).toEqual({ micros: 7, currency: 'EUR' })
})

test('what Postgres cannot keep is left out', () => {
  const step = stepOf(message('sent'), [report('failed', { code: 'a\0b', detail: 'half \ud83d' })], NOW)
  expect([step.move.reason, step.events[0]?.detail]).toEqual(['ab', '{"code":"ab","detail":"half \ufffd"}'])
})

test('the same reports end in the same status, in whatever order and however often they come', () => {
  const any = fc.array(
    fc.record({
      status: fc.constantFrom<ReportStatus>(
        'sent',
        'delivered',
        'opened',
        'clicked',
        'read',
        'bounced',
        'failed',
        'deferred',
      ),
      automatic: fc.constantFrom(true as const, undefined),
      suppress: fc.constantFrom('complaint' as const, 'hard_bounce' as const, undefined),
      at: fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  fc.assert(
    fc.property(any, fc.infiniteStream(fc.nat()), (reports, random) => {
      const all = reports.map(({ automatic, suppress, ...rest }, i) =>
        report(rest.status, {
          ...rest,
          eventId: `p-${i}`,
          ...(automatic ? { automatic } : {}),
          ...(suppress ? { suppress } : {}),
        }),
      )
      const [once] = [all.reduce((status, one) => reached(status, one), 'sent' as Status)]
      const again = [...all, ...all]
        .map((one) => [one, random.next().value as number] as const)
        .sort(([, a], [, b]) => a - b)
        .reduce((status, [one]) => reached(status, one), 'sent' as Status)
      expect(again).toBe(once)
      expect(reached('sent', ...all)).toBe(once)
    }),
  )
})

test('every kind of line has a code of its own', () => {
  expect(new Set(Object.values(EVENT_KINDS)).size).toBe(Object.keys(EVENT_KINDS).length)
  for (const status of STATUSES) expect(EVENT_KINDS[status]).toBe(statusCode(status))
})
