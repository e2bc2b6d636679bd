import { ConsecutiveBreaker } from 'cockatiel'
import type { Clock } from '../../platform/clock.ts'
import type { SendResult } from '../channels/send-result.ts'
import { createFailureRate } from './failure-rate.ts'
import { verdictOf } from './verdict.ts'

/** A mail server that refuses five in a row refuses the sixth. */
const FAILURES_IN_A_ROW = 5
/** And one that fails every second message of many is worse than none. */
const FAILURE_RATE = { share: 0.5, ofAtLeast: 20, withinMs: 30_000 }
/** Between probes. The longest wait bounds how late the end of a fault is noticed, so it stays well under 10 s. */
const PROBE_WAITS_MS = [1_000, 2_000, 4_000, 5_000]
/** A probe that hangs for so long gives its place to the next one: a carrier's own time limit may be 30 s. */
const PROBE_PATIENCE_MS = 5_000
/** While a probe is under way, its answer may come at any moment. */
const LOOK_AGAIN_MS = 1_000
/** A wrong password is wrong again in a second; after so long one message looks whether somebody has put it right. */
export const CONFIGURATION_PAUSE_MS = 5 * 60_000
/** Accounts that are told to wait for longer are asked again after this: headers and clocks are wrong at times. */
const LONGEST_HOLD_MS = 60 * 60_000

export interface BreakerState {
  /** `half_open`: the next message, or one that is under way, finds out whether the account works again. */
  readonly breaker: 'closed' | 'half_open' | 'open'
  /** Why it is open, or why a closed one is held up: the carrier's code and words. */
  readonly reason: string | null
  readonly openedAt: Date | null
  /** When it is worth trying again; also set while a closed one is held up. */
  readonly retryAt: Date | null
}

interface Deps {
  readonly clock: Clock
  /** Told of every opening, probe, closing, pause and hold-up. */
  readonly onChange?: (state: BreakerState) => void
}

/** When a wait began and ends. A clock that is moved back ends it: a wait must not become an hour. */
interface Wait {
  readonly from: number
  readonly until: number
}

/** A new object with every change, so that a send knows whether it began in this one. */
type Circuit =
  | { readonly is: 'closed' }
  | {
      readonly is: 'open' | 'half_open'
      readonly reason: string
      readonly openedAt: number
      /** Open: until the next probe. Half-open: until the one under way gives its place up. */
      readonly wait: Wait
      readonly failedProbes: number
    }

/**
 * Keeps an account that fails from being tried with every message. It opens on failures in a row or on their share,
 * lets one message through after a moment, and closes when one is answered. What counts: `verdictOf`. State of one process.
 */
export function createBreaker({ clock, onChange }: Deps) {
  let circuit: Circuit = { is: 'closed' }
  let held: (Wait & { readonly reason: string }) | undefined
  const inARow = new ConsecutiveBreaker(FAILURES_IN_A_ROW)
  const rate = createFailureRate(FAILURE_RATE)
  const nowMs = () => clock.now().getTime()

  return {
    /** Sends, unless the account is out of service: then nothing is called and the answer is `breaker_open`. */
    async run(send: () => Promise<SendResult>): Promise<SendResult> {
      const now = nowMs()
      const ready = readinessAt(now)
      if (ready === 'wait') return refusal(now)
      if (ready === 'probe') beginProbe(now)
      const begunIn = circuit
      let result: SendResult
      try {
        result = await send()
      } catch (error) {
        failed(begunIn, 'surprise: the provider failed in a way nobody foresaw')
        throw error
      }
      answered(begunIn, result)
      return result
    },

    /** `probe`: one message may find out whether it works again. `wait`: nothing, until `state().retryAt`. */
    readiness: (): 'ready' | 'probe' | 'wait' => readinessAt(nowMs()),

    state: (): BreakerState => stateAt(nowMs()),

    /** Opens for so long, then probes: somebody has to put something right. */
    pause(reason: string, ms: number): void {
      const now = nowMs()
      change({ is: 'open', reason, openedAt: now, wait: { from: now, until: now + ms }, failedProbes: 0 })
    },

    /** Nothing before this time: the carrier said so. It is not a failure. */
    hold,

    /** Closes by hand, or because the account's settings are new. Answers still under way no longer count. */
    reset(): void {
      held = undefined
      close()
    },
  }

  function readinessAt(now: number): 'ready' | 'probe' | 'wait' {
    if (isWaiting(held, now)) return 'wait'
    if (circuit.is === 'closed') return 'ready'
    return isWaiting(circuit.wait, now) ? 'wait' : 'probe'
  }

  function beginProbe(now: number): void {
    if (circuit.is === 'closed') return
    change({ ...circuit, is: 'half_open', wait: { from: now, until: now + PROBE_PATIENCE_MS } })
  }

  function answered(begunIn: Circuit, result: SendResult): void {
    switch (verdictOf(result)) {
      case 'working':
        worked(begunIn)
        return
      case 'asked_to_wait':
        worked(begunIn)
        if (result.outcome === 'refused') hold(new Date(nowMs() + (result.retryAfterMs ?? 0)), reasonOf(result))
        return
      case 'misconfigured':
        if (circuit === begunIn) open(reasonOf(result), CONFIGURATION_PAUSE_MS)
        return
      case 'failing':
        failed(begunIn, reasonOf(result))
    }
  }

  function worked(begunIn: Circuit): void {
    if (begunIn.is === 'closed') {
      if (circuit !== begunIn) return
      inARow.success()
      rate.success(nowMs())
      return
    }
    // A probe that gave its place up may still be the one that is answered: a slow carrier works.
    if (circuit.is !== 'closed' && circuit.openedAt === begunIn.openedAt) close()
  }

  /** Failures of what was sent before the circuit changed say nothing new. */
  function failed(begunIn: Circuit, reason: string): void {
    if (circuit !== begunIn) return
    if (circuit.is !== 'closed') {
      open(reason)
      return
    }
    const tooManyInARow = inARow.failure()
    const tooManyOfAll = rate.failure(nowMs())
    if (tooManyInARow || tooManyOfAll) open(reason)
  }

  function open(reason: string, forMs?: number): void {
    const now = nowMs()
    const failedProbes = circuit.is === 'closed' ? 0 : circuit.failedProbes + 1
    const waitMs = forMs ?? PROBE_WAITS_MS[failedProbes] ?? PROBE_WAITS_MS.at(-1)!
    const openedAt = circuit.is === 'closed' ? now : circuit.openedAt
    change({ is: 'open', reason, openedAt, wait: { from: now, until: now + waitMs }, failedProbes })
  }

  function close(): void {
    inARow.success()
    rate.clear()
    change({ is: 'closed' })
  }

  function hold(until: Date, reason = 'The provider asked to wait'): void {
    const from = nowMs()
    const longest = isWaiting(held, from) ? Math.max(held.until, until.getTime()) : until.getTime()
    held = { from, until: Math.min(longest, from + LONGEST_HOLD_MS), reason }
    onChange?.(stateAt(from))
  }

  function change(next: Circuit): void {
    circuit = next
    onChange?.(stateAt(nowMs()))
  }

  function stateAt(now: number): BreakerState {
    const holdEnds = isWaiting(held, now) ? held.until : undefined
    if (circuit.is === 'closed')
      return holdEnds === undefined
        ? { breaker: 'closed', reason: null, openedAt: null, retryAt: null }
        : { breaker: 'closed', reason: held?.reason ?? null, openedAt: null, retryAt: new Date(holdEnds) }
    const isOpen = circuit.is === 'open' && isWaiting(circuit.wait, now)
    const tryAgain = circuit.is === 'half_open' ? Math.min(circuit.wait.until, now + LOOK_AGAIN_MS) : circuit.wait.until
    return {
      breaker: isOpen ? 'open' : 'half_open',
      reason: circuit.reason,
      openedAt: new Date(circuit.openedAt),
      retryAt: new Date(Math.max(tryAgain, holdEnds ?? tryAgain)),
    }
  }

  function refusal(now: number): SendResult {
    const { reason, retryAt } = stateAt(now)
    return {
      outcome: 'refused',
      class: 'retry_later',
      code: 'breaker_open',
      about: 'account',
      detail: `The account is not used for the moment: ${reason}`,
      retryAfterMs: Math.max(1, retryAt!.getTime() - now),
    }
  }
}

const isWaiting = <W extends Wait>(wait: W | undefined, now: number): wait is W =>
  wait !== undefined && now >= wait.from && now < wait.until

const reasonOf = (result: SendResult): string => (result.outcome === 'sent' ? '' : `${result.code}: ${result.detail}`)
