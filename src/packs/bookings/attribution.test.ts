import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Candidate, deadlineOf, distanceKm, eligibleFor, isUrgent } from './attribution.ts'

const LYON = { latitude: 45.764, longitude: 4.8357 }
const PARIS = { latitude: 48.8566, longitude: 2.3522 }
const VILLEURBANNE = { latitude: 45.7719, longitude: 4.8902 }

const pro = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  id,
  contactId: id,
  point: LYON,
  radiusKm: null,
  skills: ['moving'],
  blacklisted: false,
  available: true,
  locale: null,
  ...more,
})
const job = { point: LYON, skill: 'moving', radiusKm: 150, without: new Set<string>() }
const ids = (candidates: Candidate[], more: object = {}) =>
  eligibleFor({ ...job, ...more }, candidates).map(({ id }) => id)

describe('who is asked', () => {
  test.each([
    ['nobody without coordinates', pro('a', { point: null })],
    ['nobody on the blacklist', pro('a', { blacklisted: true })],
    ['nobody who is away', pro('a', { available: false })],
    ['nobody without the skill', pro('a', { skills: ['cleaning'] })],
    ['nobody too far from the job', pro('a', { point: PARIS })],
    ['nobody for whom it is too far', pro('a', { point: VILLEURBANNE, radiusKm: 2 })],
  ])('%s', (_, candidate) => {
    expect(ids([candidate])).toEqual([])
  })

  test('nobody who refused it', () => {
    expect(ids([pro('a'), pro('b')], { without: new Set(['a']) })).toEqual(['b'])
  })

  test('the nearest first', () => {
    expect(
      ids([pro('far', { point: PARIS }), pro('near', { point: VILLEURBANNE }), pro('here')], { radiusKm: 500 }),
    ).toEqual(['here', 'near', 'far'])
  })

  test('somebody’s own radius narrows, and never widens', () => {
    expect(ids([pro('a', { point: PARIS, radiusKm: 5_000 })])).toEqual([])
  })
})

describe('distances', () => {
  test('Lyon to Paris', () => {
    expect(distanceKm(LYON, PARIS)).toBeCloseTo(391.5, 0)
  })
  test('around the world at most, there as back, and none to oneself', () => {
    const point = fc.record({
      latitude: fc.double({ min: -90, max: 90, noNaN: true }),
      longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    })
    fc.assert(
      fc.property(point, point, (one, other) => {
        const there = distanceKm(one, other)
        expect(there).toBeGreaterThanOrEqual(0)
        expect(there).toBeLessThanOrEqual(20_016)
        expect(distanceKm(other, one)).toBeCloseTo(there, 6)
        expect(distanceKm(one, one)).toBe(0)
      }),
    )
  })
})

describe('the time to answer', () => {
  const settings = { urgentHours: 48, urgentAnswerHours: 2, answerHours: 24 }
  const now = new Date('2027-03-01T10:00:00Z')
  const at = (hours: number) => new Date(now.getTime() + hours * 3_600_000)
  test.each([
    ['a day', 240, 24],
    ['two hours when it is urgent', 47, 2],
    ['until it begins', 1, 1],
    ['none when it has begun', -1, 0],
  ])('%s', (_, startsIn, hours) => {
    expect(deadlineOf(at(startsIn), now, settings)).toEqual(at(hours))
  })
  test('what begins in two days can wait', () => {
    expect(isUrgent(at(48), now, settings)).toBe(false)
    expect(isUrgent(at(47.9), now, settings)).toBe(true)
  })
})
