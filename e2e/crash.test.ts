import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLab, type Lab } from '../bench/lab/processes.ts'
import { type Run, runScenario } from './chaos/frame/run.ts'
import { describe as inWords } from './chaos/frame/words.ts'
import { killed } from './chaos/killed.ts'
import { killedEmbedded } from './chaos/killed-embedded.ts'

const SEED = 20_261_120
const MESSAGES = 4_000

describe.each([killed, killedEmbedded])(`${MESSAGES} messages: $what`, (scenario) => {
  let lab: Lab
  let run: Run

  beforeAll(async () => {
    lab = createLab()
    run = await runScenario(lab, scenario, { ...scenario.plan, seed: SEED, messages: MESSAGES, perSecond: 250 })
    console.log(inWords(scenario, run))
  }, 300_000)
  afterAll(() => lab.close())

  test('every request was accepted in the end, and made one message', () => {
    const { accepted } = run.evidence
    expect(accepted).toHaveLength(MESSAGES)
    expect(new Set(accepted.map(({ messageId }) => messageId)).size).toBe(MESSAGES)
    expect(run.evidence.messages.size).toBe(MESSAGES)
  })

  test('accepted = sent + failed + cancelled + waiting', () => {
    const { accepted, sent, failed, cancelled, waiting } = run.verdict
    expect(sent + failed + cancelled + waiting).toBe(accepted)
    expect({ waiting, work: run.evidence.workLeft, failed }).toEqual({ waiting: 0, work: 0, failed: 0 })
  })

  test('not one is lost', () => {
    expect(run.verdict.lost).toEqual([])
  })

  test('nothing came that was never accepted', () => {
    const known = new Set(run.evidence.accepted.map(({ messageId }) => messageId))
    expect(run.evidence.copies.filter(({ messageId }) => !known.has(messageId))).toEqual([])
  })

  test('what came twice had been interrupted, and came at most once more for each time', () => {
    expect(run.verdict.unexplained).toEqual([])
  })
})
