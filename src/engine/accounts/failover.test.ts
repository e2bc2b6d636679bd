import { setImmediate as othersHaveRun } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMovableClock } from '../../platform/clock.ts'
import type { SendResult } from '../channels/send-result.ts'
import { createBreaker } from './breaker.ts'
import { afterSend, beforeSend, healthy, scoreAt } from './health.ts'
import { pick } from './pick.ts'
import { verdictOf } from './verdict.ts'

const START = Date.parse('2026-03-10T09:00:00Z')
/** What a carrier that hangs is given before the send is called off. */
const TIME_LIMIT_MS = 30_000
const ASKED_WAIT_MS = 3_000
const CONFIGURATION_PAUSE_MS = 5 * 60_000

const FAULTS = ['down', 'hanging', 'slow', 'half', 'too_fast', 'misconfigured', 'dropping'] as const
type Fault = (typeof FAULTS)[number]

interface Spell {
  readonly fault: Fault
  readonly fromMs: number
  readonly toMs: number
}
/** A provider account and what will befall its carrier. */
interface Plan {
  readonly position: number
  readonly weight: number
  readonly spells: readonly Spell[]
}

interface Answer {
  readonly result: SendResult
  readonly afterMs: number
  /** Whether the carrier has the message now, whatever it said. */
  readonly taken: boolean
}

function carrierAnswers(plan: Plan, nowMs: number, random: () => number): Answer {
  const fault = plan.spells.find(({ fromMs, toMs }) => nowMs >= fromMs && nowMs < toMs)?.fault
  const latencyMs = 40 + random() * 120
  const sent: Answer = { result: { outcome: 'sent', providerMessageId: '1' }, afterMs: latencyMs, taken: true }
  const refused = (
    errorClass: 'retry' | 'retry_later' | 'configuration',
    afterMs: number,
    retryAfterMs?: number,
  ): Answer => ({
    result: {
      outcome: 'refused',
      class: errorClass,
      code: '421',
      detail: 'No',
      about: 'account',
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
    afterMs,
    taken: false,
  })
  switch (fault) {
    case undefined:
      return sent
    case 'down':
      return refused('retry', 2)
    case 'hanging':
      return refused('retry', TIME_LIMIT_MS)
    case 'slow':
      return { ...sent, afterMs: 4_000 + latencyMs }
    case 'half':
      return random() < 0.5 ? sent : refused('retry', latencyMs)
    case 'too_fast':
      return refused('retry_later', 20, ASKED_WAIT_MS)
    case 'misconfigured':
      return refused('configuration', 20)
    case 'dropping':
      return {
        result: { outcome: 'uncertain', code: 'ECONNRESET', detail: 'Lost' },
        afterMs: 60,
        taken: random() < 0.5,
      }
  }
}

/**
 * Accounts with their breakers and health, and messages that are chosen an account, sent and acted upon as a worker does,
 * over a time that jumps from one happening to the next. What must never be is written into `wrongs`.
 */
function simulate(plans: readonly Plan[], seed: number) {
  const clock = createMovableClock({ now: () => new Date(START) })
  const nowMs = () => clock.now().getTime() - START
  const random = seeded(seed)
  const accounts = plans.map((plan, n) => ({
    accountId: `account-${n}`,
    plan,
    breaker: createBreaker({ clock }),
    health: healthy(clock.now()),
    /** Ids of the messages its carrier has: told again with the same id, it knows. */
    took: new Set<number>(),
    probeUntilMs: Number.NEGATIVE_INFINITY,
  }))
  type Account = (typeof accounts)[number]
  const messages: { sentBy?: string; sentAtMs?: number; lastTry?: { fromMs: number; toMs: number }; hung?: true }[] = []
  const wrongs = new Set<string>()
  /** The next one last. */
  const happenings: { atMs: number; happen: () => void }[] = []

  function at(whenMs: number, happen: () => void): void {
    const atMs = Math.ceil(whenMs)
    let [low, high] = [0, happenings.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (happenings[middle]!.atMs > atMs) low = middle + 1
      else high = middle
    }
    happenings.splice(low, 0, { atMs, happen })
  }

  async function deliver(id: number, only?: string): Promise<void> {
    const allowed = accounts.filter(({ accountId }) => only === undefined || accountId === only)
    const chosen = pick(
      allowed.map((account) => ({
        ...account.plan,
        account,
        accountId: account.accountId,
        health: scoreAt(account.health, clock.now()),
        available: account.breaker.readiness() !== 'wait',
      })),
      random,
    )?.account
    if (!chosen) {
      const until = allowed.map(({ breaker }) => breaker.state().retryAt!.getTime() - START)
      at(Math.max(nowMs() + 10, Math.min(...until)), () => deliver(id, only))
      return
    }
    // Rendering and limits take a moment, in which the account may go out of service.
    await new Promise<void>((resolve) => at(nowMs() + random() * 30, resolve))
    const result = await send(chosen, id)
    if (result.outcome === 'sent') {
      Object.assign(messages[id]!, { sentBy: chosen.accountId, sentAtMs: nowMs() })
      return
    }
    // Only its own account knows what became of an uncertain one.
    const keptTo = result.outcome === 'uncertain' ? chosen.accountId : only
    const waitMs = result.outcome === 'refused' && result.code === 'breaker_open' ? result.retryAfterMs! : 200
    at(nowMs() + waitMs + random() * 400, () => deliver(id, keptTo))
  }

  function send(account: Account, id: number): Promise<SendResult> {
    const readiness = account.breaker.readiness()
    return account.breaker.run(async () => {
      const began = nowMs()
      if (readiness === 'wait') wrongs.add('sent by an account that is out of service')
      const { result, afterMs, taken } = carrierAnswers(account.plan, began, random)
      if (readiness === 'probe') {
        if (began < account.probeUntilMs) wrongs.add('probed beside a probe that had its place')
        account.probeUntilMs = began + Math.min(5_000, Math.ceil(afterMs))
      }
      if (taken) account.took.add(id)
      account.health = beforeSend(account.health, clock.now())
      messages[id]!.lastTry = { fromMs: began, toMs: began + afterMs }
      if (afterMs >= TIME_LIMIT_MS) messages[id]!.hung = true
      await new Promise<void>((resolve) => at(began + afterMs, resolve))
      account.health = afterSend(account.health, verdictOf(result), nowMs() - began, clock.now())
      return result
    })
  }

  return {
    accounts,
    messages,
    wrongs,
    /** So many messages become due, evenly over a time. */
    accept(count: number, fromMs: number, toMs: number): void {
      for (let n = 0; n < count; n++) {
        const id = messages.push({}) - 1
        at(fromMs + ((toMs - fromMs) * n) / count, () => deliver(id))
      }
    },
    async runUntil(untilMs: number): Promise<void> {
      for (;;) {
        const next = happenings.at(-1)
        if (!next || next.atMs > untilMs) break
        happenings.pop()
        clock.moveTo(new Date(START + Math.max(nowMs(), next.atMs)))
        next.happen()
        await othersHaveRun()
      }
      clock.moveTo(new Date(START + untilMs))
    },
    /** What part of the messages sent in a time each account sent. */
    shares(fromMs: number, toMs: number): number[] {
      const sent = messages.filter(({ sentAtMs = -1 }) => sentAtMs >= fromMs && sentAtMs < toMs)
      return accounts.map(
        ({ accountId }) => sent.filter(({ sentBy }) => sentBy === accountId).length / Math.max(1, sent.length),
      )
    },
  }
}

/** Mulberry32: the same numbers for the same seed. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const MINUTE = 60_000
const fault = (kind: Fault, fromMs: number, toMs: number): Spell => ({ fault: kind, fromMs, toMs })

describe('two accounts that share evenly, one of which fails for a minute', () => {
  for (const kind of FAULTS) {
    test(`${kind}: its share goes to the other, all are sent once, and it comes back to half`, async () => {
      const failing: Plan = { position: 0, weight: 1, spells: [fault(kind, MINUTE, 2 * MINUTE)] }
      const world = simulate([failing, { position: 0, weight: 1, spells: [] }], 7)
      world.accept(20 * 600, 0, 10 * MINUTE)
      await world.runUntil(12 * MINUTE)

      expect([...world.wrongs]).toEqual([])
      expect(world.messages.filter(({ sentBy }) => !sentBy)).toEqual([])
      expect(copies(world)).toBe(0)
      expect(world.shares(0, MINUTE)[0]).toBeCloseTo(0.5, 1)
      expect(world.shares(MINUTE + 20_000, 2 * MINUTE)[0]).toBeLessThan(0.25)
      // Of 1200 in that minute; half of those of 30 s would be 300.
      expect(world.messages.filter(({ hung }) => hung).length).toBeLessThan(90)
      const back = kind === 'misconfigured' ? 8 * MINUTE : 5 * MINUTE
      expect(world.shares(back, 10 * MINUTE)[0]).toBeCloseTo(0.5, 1)
    })
  }

  test('the share comes back little by little, not at once', async () => {
    const failing: Plan = { position: 0, weight: 1, spells: [fault('half', MINUTE, 2 * MINUTE)] }
    const world = simulate([failing, { position: 0, weight: 1, spells: [] }], 3)
    world.accept(40 * 300, 0, 5 * MINUTE)
    await world.runUntil(6 * MINUTE)
    const [soon] = world.shares(2 * MINUTE + 2_000, 2 * MINUTE + 12_000)
    const [later] = world.shares(2 * MINUTE + 40_000, 2 * MINUTE + 60_000)
    const [atLast] = world.shares(4 * MINUTE, 5 * MINUTE)
    expect(soon).toBeLessThan(later!)
    expect(later).toBeLessThan(atLast!)
  })
})

test('a back-up takes over and gives back', async () => {
  const main: Plan = { position: 0, weight: 1, spells: [fault('down', MINUTE, 3 * MINUTE)] }
  const world = simulate([main, { position: 1, weight: 9, spells: [] }], 1)
  world.accept(10 * 480, 0, 8 * MINUTE)
  await world.runUntil(9 * MINUTE)
  expect(world.shares(0, MINUTE)).toEqual([1, 0])
  expect(world.shares(MINUTE + 5_000, 3 * MINUTE)[1]).toBe(1)
  expect(world.shares(6 * MINUTE, 8 * MINUTE)[0]).toBeGreaterThan(0.97)
})

describe('the only account there is', () => {
  for (const kind of ['down', 'hanging', 'half', 'dropping', 'too_fast'] as const) {
    test(`${kind} for a while: within ten seconds of its end messages flow again`, async () => {
      for (const endsMs of [20_000, 61_000, 83_000, 127_000, 600_000, 622_000, 644_000]) {
        const world = simulate([{ position: 0, weight: 1, spells: [fault(kind, 0, endsMs)] }], endsMs)
        world.accept(200, 0, endsMs)
        await world.runUntil(endsMs + 10_000)
        // What hung when it ended waits for its own time limit; everything else is sent.
        const hung = (lastTry = { fromMs: 0, toMs: 0 }) => lastTry.fromMs < endsMs && lastTry.toMs > endsMs
        expect(world.messages.filter(({ sentBy, lastTry }) => !sentBy && !hung(lastTry))).toEqual([])
        await world.runUntil(endsMs + 5_000 + TIME_LIMIT_MS)
        expect(world.messages.filter(({ sentBy }) => !sentBy)).toEqual([])
        expect([...world.wrongs]).toEqual([])
      }
    })
  }
})

test('whatever befalls which account: nothing is sent past a breaker, by two accounts, or never; shares follow the weights again', async () => {
  const FAULTS_END = 3 * MINUTE
  const spell = fc
    .record({
      kind: fc.constantFrom(...FAULTS),
      fromMs: fc.nat(FAULTS_END - 1),
      forMs: fc.integer({ min: 500, max: 90_000 }),
    })
    .map(({ kind, fromMs, forMs }) => fault(kind, fromMs, Math.min(FAULTS_END, fromMs + forMs)))
  const plan: fc.Arbitrary<Plan> = fc.record({
    position: fc.nat(2),
    weight: fc.integer({ min: 1, max: 4 }),
    spells: fc.array(spell, { maxLength: 4 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(plan, { minLength: 1, maxLength: 4 }), fc.nat(), async (plans, seed) => {
      const world = simulate(plans, seed)
      world.accept(600, 0, FAULTS_END)
      // A pause for a wrong setting, the longest probe, a hung send, and the way back in the queue.
      const allSentBy = FAULTS_END + CONFIGURATION_PAUSE_MS + 5_000 + TIME_LIMIT_MS + 2_000
      await world.runUntil(allSentBy)
      expect(world.messages.filter(({ sentBy }) => !sentBy)).toEqual([])
      expect(copies(world)).toBe(0)

      const healed = allSentBy + 4 * MINUTE
      // An account without traffic stays half-open until a message has looked.
      world.accept(2_000, allSentBy, healed)
      world.accept(1_000, healed, healed + MINUTE)
      await world.runUntil(healed + 2 * MINUTE)
      expect([...world.wrongs]).toEqual([])
      const first = Math.min(...plans.map(({ position }) => position))
      const weights = plans.map((each) => (each.position === first ? each.weight : 0))
      const sum = weights.reduce((total, weight) => total + weight, 0)
      for (const [n, share] of world.shares(healed, healed + 2 * MINUTE).entries())
        expect(Math.abs(share - weights[n]! / sum)).toBeLessThan(0.08)
    }),
    { numRuns: 25 },
  )
}, 120_000)

/** Messages that more than one carrier has. */
function copies({ accounts, messages }: ReturnType<typeof simulate>): number {
  return messages.filter((_, id) => accounts.filter(({ took }) => took.has(id)).length > 1).length
}
