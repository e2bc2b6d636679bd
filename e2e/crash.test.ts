import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLab, type Lab } from '../bench/lab/processes.ts'
import { type CrashPlan, type CrashReport, runCrashScenario } from './crash.ts'
import { describeCrash } from './crash-words.ts'

const SEED = 20_261_120
const MESSAGES = 5_000

const plans: (CrashPlan & { title: string })[] = [
  {
    title: 'the worker and the API killed, Redis emptied',
    seed: SEED,
    layout: 'api+worker',
    messages: MESSAGES,
    perSecond: 250,
    faults: [
      'kill the worker',
      'FLUSHALL',
      'kill the API',
      'kill the worker',
      'FLUSHALL',
      'kill the API',
      'kill the worker',
    ],
  },
  {
    title: 'one process on the embedded Postgres, killed with and without it',
    seed: SEED + 1,
    layout: 'embedded',
    messages: MESSAGES,
    perSecond: 250,
    faults: ['kill everything', 'kill everything and Postgres', 'kill everything', 'kill everything and Postgres'],
  },
]

describe.each(plans)('5 000 messages: $title', (plan) => {
  let lab: Lab
  let report: CrashReport

  beforeAll(async () => {
    lab = createLab()
    report = await runCrashScenario(lab, plan)
    console.log(describeCrash(plan, report))
  }, 300_000)
  afterAll(() => lab.close())

  test('every request was accepted in the end, and made one message', () => {
    expect(report.accepted).toHaveLength(MESSAGES)
    expect(new Set(report.accepted.map(({ messageId }) => messageId)).size).toBe(MESSAGES)
    expect(report.stored.messages).toBe(MESSAGES)
  })

  test('accepted = sent + failed + cancelled + waiting', () => {
    const { statuses } = report
    const sum = (...names: string[]) => names.reduce((total, name) => total + (statuses[name] ?? 0), 0)
    const sent = sum('sent', 'delivered', 'opened', 'clicked', 'read', 'bounced')
    const waiting = sum('scheduled', 'queued', 'sending')
    expect(sent + sum('failed') + sum('cancelled') + waiting).toBe(report.accepted.length)
    expect({ waiting, work: report.stored.work, failed: sum('failed') }).toEqual({ waiting: 0, work: 0, failed: 0 })
  })

  test('not one is lost', () => {
    const lost = report.accepted.filter(({ messageId }) => !report.copies.has(messageId))
    expect(lost).toEqual([])
  })

  test('nothing came that was never accepted', () => {
    const known = new Set(report.accepted.map(({ messageId }) => messageId))
    expect([...report.copies.keys()].filter((id) => !known.has(id))).toEqual([])
  })

  test('what came twice had been under way at a kill, and came at most once more for each', () => {
    // Where Postgres itself is killed nobody can ask it at that moment: there, the tries without an outcome must do.
    const underWay = plan.layout === 'embedded' ? report.interrupted : report.inFlight
    const unexplained = [...report.copies].filter(([id, copies]) => copies - 1 > (underWay.get(id) ?? 0))
    expect(unexplained).toEqual([])
  })
})
