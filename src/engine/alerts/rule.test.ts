import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Known, stepOf } from './rule.ts'

const TIMING = { calmMs: 60_000, restMs: 30 * 60_000 }
const AFTER_MS = 60_000

/** Plays looks every so many seconds at something that is there or not; when it was told and when it was over. */
function play(looks: readonly { readonly there: boolean; readonly seconds: number }[]) {
  let now = Date.parse('2027-03-04T08:00:00Z')
  let known: Known | undefined
  let last: Date | undefined
  const told: { is: 'raise' | 'end'; at: number }[] = []
  for (const { there, seconds } of looks) {
    now += seconds * 1_000
    const at = new Date(now)
    const step = stepOf(known, there ? { afterMs: AFTER_MS } : undefined, last, TIMING, at)
    if (step === 'begin') known = { since: at, raisedAt: null, calmSince: null }
    if (step === 'forget') known = undefined
    if (step === 'raise') known = { ...known!, raisedAt: at }
    if (step === 'calm') known = { ...known!, calmSince: at }
    if (step === 'again') known = { ...known!, calmSince: null }
    if (step === 'end') {
      last = known!.raisedAt!
      known = undefined
    }
    if (step === 'raise' || step === 'end') told.push({ is: step, at: now })
  }
  return told
}

const look = (there: boolean, seconds: number) => ({ there, seconds })

test('what is there for a moment, or comes and goes, is told once at most', () => {
  expect(play([look(true, 2), look(true, 30), look(false, 2), look(true, 2), look(true, 50)])).toEqual([])
  const flapping = Array.from({ length: 40 }, (_, n) => look(n % 2 === 0, 20))
  expect(play([look(true, 1), look(true, 61), ...flapping]).map(({ is }) => is)).toEqual(['raise'])
  expect(play([look(true, 1), look(true, 61), look(false, 1), look(false, 61)]).map(({ is }) => is)).toEqual([
    'raise',
    'end',
  ])
})

test('whatever happens, it is told and over in turn, and told again half an hour later at the earliest', () => {
  const looks = fc.array(fc.record({ there: fc.boolean(), seconds: fc.integer({ min: 1, max: 400 }) }), {
    minLength: 1,
    maxLength: 120,
  })
  fc.assert(
    fc.property(looks, (steps) => {
      const told = play(steps)
      told.forEach(({ is }, index) => {
        expect(is).toBe(index % 2 === 0 ? 'raise' : 'end')
      })
      const raised = told.filter(({ is }) => is === 'raise').map(({ at }) => at)
      for (const [index, at] of raised.entries())
        if (index > 0) expect(at - raised[index - 1]!).toBeGreaterThanOrEqual(TIMING.restMs)
    }),
  )
})
