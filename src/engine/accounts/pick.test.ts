import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Candidate, pick } from './pick.ts'

const account = (accountId: string, more: Partial<Candidate> = {}): Candidate => ({
  accountId,
  position: 0,
  weight: 1,
  health: 1,
  available: true,
  ...more,
})

/** The share of each account over many draws that cover 0 to 1 evenly in both dimensions. */
function shares(candidates: readonly Candidate[], draws = 20_000): Record<string, number> {
  const counts: Record<string, number> = Object.fromEntries(candidates.map(({ accountId }) => [accountId, 0]))
  for (let n = 0; n < draws; n++) {
    // Steps of irrational size: every sequence of draws is spread evenly (Weyl), so that a tolerance can be tight.
    let drawn = 0
    const random = () => ((n + 0.5) * IRRATIONAL[drawn++ % IRRATIONAL.length]!) % 1
    counts[pick(candidates, random)!.accountId]!++
  }
  return Object.fromEntries(Object.entries(counts).map(([id, count]) => [id, count / draws]))
}
const IRRATIONAL = [Math.SQRT2, Math.E, Math.PI, Math.sqrt(3), Math.sqrt(5), Math.sqrt(7)]

describe('without an account that is available there is none', () => {
  test('of none', () => expect(pick([], Math.random)).toBeUndefined())
  test('of several', () =>
    expect(pick([account('a', { available: false }), account('b', { available: false })], Math.random)).toBeUndefined())
})

test('a healthy first position takes everything, whatever the weights behind it', () => {
  expect(shares([account('main', { weight: 1 }), account('back-up', { position: 1, weight: 100 })])).toEqual({
    main: 1,
    'back-up': 0,
  })
})

test('a back-up takes what the first one’s health leaves, and all of it when the first is out', () => {
  const backUp = account('back-up', { position: 7 })
  const { main } = shares([account('main', { health: 0.3 }), backUp])
  expect(main).toBeCloseTo(0.3, 2)
  expect(shares([account('main', { available: false }), backUp])).toEqual({ main: 0, 'back-up': 1 })
})

test('the last one takes everything that is left, however ill it is', () => {
  expect(shares([account('only', { health: 0.05 })])).toEqual({ only: 1 })
  expect(shares([account('main', { health: 0.05 }), account('back-up', { position: 1, health: 0.05 })])).toEqual({
    main: expect.closeTo(0.05, 2),
    'back-up': expect.closeTo(0.95, 2),
  })
})

test('two of one position share by weight times health', () => {
  const healthy = shares([account('a', { weight: 3 }), account('b', { weight: 1 })])
  expect(healthy).toEqual({ a: expect.closeTo(0.75, 2), b: expect.closeTo(0.25, 2) })
  const ailing = shares([account('a', { weight: 3, health: 0.1 }), account('b', { weight: 1 })])
  expect(ailing).toEqual({ a: expect.closeTo(0.3 / 1.3, 2), b: expect.closeTo(1 / 1.3, 2) })
})

test('an account of weight 0 is used only when no other of its position can be', () => {
  const spare = account('spare', { weight: 0 })
  expect(shares([account('a'), spare])).toEqual({ a: 1, spare: 0 })
  expect(shares([account('a', { available: false }), spare])).toEqual({ a: 0, spare: 1 })
})

const anyCandidates = fc
  .array(
    fc.record({
      position: fc.nat(3),
      weight: fc.nat(10),
      health: fc.double({ min: 0, max: 1, noNaN: true }),
      available: fc.boolean(),
    }),
    { maxLength: 6 },
  )
  .map((list) => list.map((candidate, n): Candidate => ({ accountId: `account-${n}`, ...candidate })))

/** Said again, as probabilities: what every account's share has to be. */
function expectedShares(candidates: readonly Candidate[]): Record<string, number> {
  const expected: Record<string, number> = Object.fromEntries(candidates.map(({ accountId }) => [accountId, 0]))
  const groups = Map.groupBy(
    candidates.filter(({ available }) => available),
    ({ position }) => position,
  )
  let left = 1
  const positions = [...groups.keys()].sort()
  for (const position of positions) {
    const group = groups.get(position)!
    const weight = (c: Candidate) => (group.every((other) => other.weight === 0) ? 1 : c.weight)
    const weights = group.reduce((sum, c) => sum + weight(c), 0)
    const strength = group.reduce((sum, c) => sum + weight(c) * c.health, 0)
    const taken = position === positions.at(-1) ? left : left * (strength / weights)
    for (const c of group) expected[c.accountId] = strength > 0 ? (taken * weight(c) * c.health) / strength : 0
    left -= taken
  }
  return expected
}

describe('whatever the accounts', () => {
  test('one that is available is found whenever there is one, and never another', () => {
    fc.assert(
      fc.property(
        anyCandidates,
        fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
        (candidates, draws) => {
          const picked = pick(candidates, () => draws.next().value!)
          if (candidates.some(({ available }) => available)) expect(picked).toMatchObject({ available: true })
          else expect(picked).toBeUndefined()
        },
      ),
      { numRuns: 1_000 },
    )
  })

  test('shares follow positions, weights and health', () => {
    const ofSomeHealth = anyCandidates.filter(
      (list) => list.some(({ available }) => available) && list.every(({ health }) => health >= 0.05),
    )
    fc.assert(
      fc.property(ofSomeHealth, (candidates) => {
        const expected = expectedShares(candidates)
        for (const [id, share] of Object.entries(shares(candidates, 10_000)))
          expect(Math.abs(share - expected[id]!)).toBeLessThan(0.02)
      }),
      { numRuns: 60 },
    )
  })
})
