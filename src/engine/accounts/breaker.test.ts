import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMovableClock } from '../../platform/clock.ts'
import type { SendResult } from '../channels/send-result.ts'
import { type BreakerState, createBreaker } from './breaker.ts'

const START = new Date('2026-03-10T09:00:00Z')
const SENT: SendResult = { outcome: 'sent', providerMessageId: '1' }
const DOWN: SendResult = {
  outcome: 'refused',
  class: 'retry',
  code: 'ECONNREFUSED',
  detail: 'Nothing answers on that port',
  about: 'account',
}
const LOST: SendResult = { outcome: 'uncertain', code: 'ECONNRESET', detail: 'The connection was lost' }
const WRONG_PASSWORD: SendResult = {
  outcome: 'refused',
  class: 'configuration',
  code: '535',
  detail: 'Bad credentials',
}
const tooFast = (retryAfterMs: number): SendResult => ({
  outcome: 'refused',
  class: 'retry_later',
  code: '429',
  detail: 'Too many requests',
  about: 'account',
  retryAfterMs,
})

/** A breaker whose time stands still until it is moved, and that counts what reaches the carrier. */
function start() {
  const clock = createMovableClock({ now: () => START })
  const changes: BreakerState[] = []
  const breaker = createBreaker({ clock, onChange: (state) => changes.push(state) })
  let reached = 0
  const send = (result: SendResult) =>
    breaker.run(async () => {
      reached++
      return result
    })
  /** A send that ends when it is told to. */
  const sendSlowly = () => {
    const { promise, resolve } = Promise.withResolvers<SendResult>()
    const result = breaker.run(() => {
      reached++
      return promise
    })
    const answer = (given: SendResult) => {
      resolve(given)
      return result
    }
    return { answer }
  }
  const fail = async (times: number, result = DOWN) => {
    for (let n = 0; n < times; n++) await send(result)
  }
  return { clock, breaker, changes, send, sendSlowly, fail, reached: () => reached }
}

describe('an account that fails', () => {
  test('five times in a row is left alone, and nothing reaches its carrier', async () => {
    const { breaker, send, fail, reached } = start()
    await fail(4)
    expect(breaker.state().breaker).toBe('closed')
    await fail(1)
    expect(breaker.state()).toEqual({
      breaker: 'open',
      reason: 'ECONNREFUSED: Nothing answers on that port',
      openedAt: START,
      retryAt: new Date(START.getTime() + 1_000),
    })
    expect(breaker.readiness()).toBe('wait')

    expect(await send(SENT)).toMatchObject({
      outcome: 'refused',
      class: 'retry_later',
      code: 'breaker_open',
      about: 'account',
      retryAfterMs: 1_000,
    })
    expect(reached()).toBe(5)
  })

  test('with an answer in between is kept', async () => {
    const { breaker, send, fail } = start()
    for (let n = 0; n < 5; n++) {
      for (let sent = 0; sent < 5; sent++) await send(SENT)
      await fail(4)
    }
    expect(breaker.state().breaker).toBe('closed')
  })

  test('every second time is left alone after twenty sends', async () => {
    const { breaker, send } = start()
    for (let n = 0; n < 9; n++) {
      await send(SENT)
      await send(LOST)
    }
    await send(SENT)
    expect(breaker.state().breaker).toBe('closed')
    await send(LOST)
    expect(breaker.state().breaker).toBe('open')
  })

  test('every second time is kept when that was long ago', async () => {
    const { breaker, send, clock } = start()
    for (let n = 0; n < 9; n++) {
      await send(SENT)
      await send(DOWN)
    }
    clock.advance(31_000)
    await send(SENT)
    await send(DOWN)
    expect(breaker.state().breaker).toBe('closed')
  })

  test('by throwing counts, and the surprise is passed on', async () => {
    const { breaker } = start()
    for (let n = 0; n < 5; n++) await expect(breaker.run(() => Promise.reject(new Error('bug')))).rejects.toThrow('bug')
    expect(breaker.state()).toMatchObject({ breaker: 'open', reason: expect.stringContaining('surprise') })
  })

  test('at other messages only is kept: those are answers', async () => {
    const { breaker, fail } = start()
    for (const errorClass of ['permanent', 'suppress', 'other_provider', 'retry', 'retry_later'] as const)
      await fail(30, { outcome: 'refused', class: errorClass, code: '550', detail: 'No' })
    expect(breaker.state().breaker).toBe('closed')
  })
})

describe('while it is open', () => {
  test('the waits between probes grow to five seconds', async () => {
    const { breaker, clock, fail } = start()
    await fail(5)
    const waits: number[] = []
    for (let n = 0; n < 6; n++) {
      const waitMs = breaker.state().retryAt!.getTime() - clock.now().getTime()
      waits.push(waitMs)
      clock.advance(waitMs - 1)
      expect(breaker.readiness()).toBe('wait')
      clock.advance(1)
      expect(breaker.readiness()).toBe('probe')
      expect(breaker.state().breaker).toBe('half_open')
      await fail(1)
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 5_000, 5_000, 5_000])
    expect(breaker.state().openedAt).toEqual(START)
  })

  test('one message probes and the others wait; its answer closes it', async () => {
    const { breaker, clock, send, sendSlowly, fail, reached } = start()
    await fail(5)
    clock.advance(1_000)
    const probe = sendSlowly()
    expect(breaker.readiness()).toBe('wait')
    expect(await send(SENT)).toMatchObject({ code: 'breaker_open', retryAfterMs: 1_000 })
    expect(reached()).toBe(6)

    await probe.answer({ outcome: 'refused', class: 'suppress', code: '550', detail: 'No such user' })
    expect(breaker.state()).toEqual({ breaker: 'closed', reason: null, openedAt: null, retryAt: null })
    await fail(4)
    expect(breaker.state().breaker).toBe('closed')
  })

  test('a probe that hangs gives its place up, and closes it when it is answered after all', async () => {
    const { breaker, clock, sendSlowly, fail } = start()
    await fail(5)
    clock.advance(1_000)
    const first = sendSlowly()
    clock.advance(5_000)
    expect(breaker.readiness()).toBe('probe')
    const second = sendSlowly()
    expect(breaker.readiness()).toBe('wait')
    await first.answer(SENT)
    expect(breaker.state().breaker).toBe('closed')
    await second.answer(DOWN)
    expect(breaker.state().breaker).toBe('closed')
  })

  test('failures of what was sent before say nothing about the probe', async () => {
    const { breaker, clock, sendSlowly, fail } = start()
    const before = Array.from({ length: 10 }, sendSlowly)
    await fail(5)
    clock.advance(1_000)
    const probe = sendSlowly()
    for (const send of before) await send.answer(LOST)
    expect(breaker.state().breaker).toBe('half_open')
    await probe.answer(SENT)
    expect(breaker.state().breaker).toBe('closed')
  })

  test('a clock that is moved back an hour does not keep it open for an hour', async () => {
    const { breaker, clock, fail } = start()
    await fail(5)
    clock.advance(-3_600_000)
    expect(breaker.readiness()).toBe('probe')
  })
})

describe('a setting that is wrong', () => {
  test('stops the account for five minutes at once, again and again', async () => {
    const { breaker, clock, send } = start()
    await send(WRONG_PASSWORD)
    expect(breaker.state()).toMatchObject({ breaker: 'open', reason: '535: Bad credentials' })
    clock.advance(299_999)
    expect(breaker.readiness()).toBe('wait')
    clock.advance(1)
    await send(WRONG_PASSWORD)
    clock.advance(299_999)
    expect(breaker.readiness()).toBe('wait')
    clock.advance(1)
    await send(SENT)
    expect(breaker.state().breaker).toBe('closed')
  })

  test('is over when the account is reset, whatever old sends still answer', async () => {
    const { breaker, send, sendSlowly } = start()
    const old = sendSlowly()
    await send(WRONG_PASSWORD)
    breaker.reset()
    expect(breaker.readiness()).toBe('ready')
    await old.answer(WRONG_PASSWORD)
    expect(breaker.readiness()).toBe('ready')
  })

  test('can be known before anything is sent', async () => {
    const { breaker, clock } = start()
    breaker.pause('The key cannot be read', 60_000)
    expect(breaker.state()).toMatchObject({ breaker: 'open', reason: 'The key cannot be read' })
    clock.advance(60_000)
    expect(breaker.readiness()).toBe('probe')
  })
})

describe('a carrier that asks to wait', () => {
  test('is left alone until then, without being called broken', async () => {
    const { breaker, clock, send, reached } = start()
    await send(tooFast(20_000))
    expect(breaker.state()).toEqual({
      breaker: 'closed',
      reason: '429: Too many requests',
      openedAt: null,
      retryAt: new Date(START.getTime() + 20_000),
    })
    expect(await send(SENT)).toMatchObject({ code: 'breaker_open', retryAfterMs: 20_000 })
    expect(reached()).toBe(1)
    clock.advance(20_000)
    expect(breaker.readiness()).toBe('ready')
    expect(breaker.state().retryAt).toBeNull()
  })

  test('ten times never opens it', async () => {
    const { breaker, clock, send } = start()
    for (let n = 0; n < 10; n++) {
      await send(tooFast(1_000))
      clock.advance(1_000)
    }
    expect(breaker.state().breaker).toBe('closed')
  })

  test('for a year is asked again after an hour', async () => {
    const { breaker, clock, send } = start()
    await send(tooFast(365 * 86_400_000))
    clock.advance(3_600_000)
    expect(breaker.readiness()).toBe('ready')
  })

  test('keeps the longest of the waits it named at once', async () => {
    const { breaker, sendSlowly } = start()
    const [first, second] = [sendSlowly(), sendSlowly()]
    await first.answer(tooFast(20_000))
    await second.answer(tooFast(500))
    expect(breaker.state().retryAt).toEqual(new Date(START.getTime() + 20_000))
  })

  test('instead of failing a probe works again', async () => {
    const { breaker, clock, send, fail } = start()
    await fail(5)
    clock.advance(1_000)
    await send(tooFast(3_000))
    expect(breaker.state()).toMatchObject({ breaker: 'closed', retryAt: new Date(START.getTime() + 4_000) })
  })
})

test('every change is told', async () => {
  const { breaker, clock, changes, send, fail } = start()
  await fail(5)
  clock.advance(1_000)
  await send(SENT)
  breaker.pause('by hand', 1_000)
  breaker.reset()
  expect(changes.map((change) => change.breaker)).toEqual(['open', 'half_open', 'closed', 'open', 'closed'])
})

test('whatever happens: nothing leaves while it waits, one probe at a time, and it is looked at again within its wait', async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.constant({ do: 'send' as const }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('answer' as const),
        which: fc.nat(20),
        result: fc.constantFrom(SENT, DOWN, DOWN, DOWN, LOST, WRONG_PASSWORD, tooFast(2_500)),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 6_000 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('jump' as const), ms: fc.constantFrom(-3_600_000, 3_600_000) }),
    },
    { weight: 1, arbitrary: fc.constant({ do: 'reset' as const }) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 120 }), async (steps) => {
      const { breaker, clock, sendSlowly, reached } = start()
      const underWay: ReturnType<typeof sendSlowly>[] = []
      let probeAt: number | undefined
      for (const next of steps) {
        const now = clock.now().getTime()
        const readiness = breaker.readiness()
        const { breaker: is, retryAt } = breaker.state()
        if (readiness === 'wait') expect(retryAt!.getTime()).toBeGreaterThan(now)
        else if (is !== 'closed') expect(is).toBe('half_open')
        if (next.do === 'send') {
          const before = reached()
          const sent = sendSlowly()
          expect(reached() - before).toBe(readiness === 'wait' ? 0 : 1)
          if (readiness === 'probe') {
            if (probeAt !== undefined && now >= probeAt) expect(now - probeAt).toBeGreaterThanOrEqual(5_000)
            probeAt = now
            expect(breaker.readiness()).toBe('wait')
          }
          if (readiness !== 'wait') underWay.push(sent)
        } else if (next.do === 'answer') {
          const [sent] = underWay.splice(next.which % Math.max(1, underWay.length), 1)
          await sent?.answer(next.result)
          if (breaker.state().breaker !== 'half_open') probeAt = undefined
        } else if (next.do === 'reset') {
          breaker.reset()
          expect(breaker.readiness()).toBe('ready')
          probeAt = undefined
        } else {
          clock.advance(next.ms)
        }
      }
      clock.advance(300_000)
      expect(breaker.readiness()).not.toBe('wait')
      await sendSlowly().answer(SENT)
      expect(breaker.readiness()).toBe('ready')
    }),
    { numRuns: 300 },
  )
})
