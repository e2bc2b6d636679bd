import type { Opened, OpenFailure } from './open.ts'
import type { Envelope, Outcome, Session } from './session.ts'

export type Delivery =
  | Outcome
  | OpenFailure
  | { readonly kind: 'notTried'; readonly code: 'EBUSY' | 'ETIMEDOUT' | 'ECLOSED' }

export interface Pool {
  /** Never rejects, and ends within `limitMs`, the wait for a free connection included. */
  deliver(envelope: Envelope, mime: Buffer, limitMs: number): Promise<Delivery>
  /** Takes no more mails, hands back those still waiting, lets the running ones end, says goodbye. */
  close(): Promise<void>
}

interface Waiting {
  readonly envelope: Envelope
  readonly mime: Buffer
  readonly deadline: number
  readonly settle: (delivery: Delivery) => void
  timer: NodeJS.Timeout | undefined
  isSecondTry: boolean
}

interface Options {
  readonly size: number
  readonly messagesPerConnection: number
  readonly idleMs: number
  /** `onEnd` is called once when an opened session ends. */
  open(onEnd: () => void): Promise<Opened>
}

/**
 * A mail that has had no answer for this part of its time no longer keeps others from a connection of their own: when a
 * server that hung is well again, mails get through at once, and not when the last hung one is given up.
 */
const SILENT_PART = 1 / 6
/** After a refused connection (too many from here, say) the ones there are carry on alone for so long. */
const GROW_PAUSE_MS = 5_000

/** Keeps up to `size` signed-in sessions, those that hang not counted: opened as mails wait for them, closed when idle, renewed after so many mails. */
export function createPool({ size, messagesPerConnection, idleMs, open }: Options): Pool {
  const waiting: Waiting[] = []
  const idle: { session: Session; timer: NodeJS.Timeout }[] = []
  let busy = 0
  let silent = 0
  let opening = 0
  let growAgainAt = 0
  let isClosed = false
  let onQuiet: (() => void) | undefined

  return {
    deliver(envelope, mime, limitMs) {
      if (isClosed) return Promise.resolve({ kind: 'notTried', code: 'ECLOSED' })
      return new Promise((settle) => {
        const entry: Waiting = {
          envelope,
          mime,
          settle,
          deadline: performance.now() + limitMs,
          timer: undefined,
          isSecondTry: false,
        }
        enqueue(entry, 'last')
      })
    },
    async close() {
      isClosed = true
      for (const entry of waiting.splice(0)) finish(entry, { kind: 'notTried', code: 'ECLOSED' })
      if (busy + opening > 0) await new Promise<void>((resolve) => (onQuiet = resolve))
      for (const { session, timer } of idle.splice(0)) {
        clearTimeout(timer)
        session.quit()
      }
    },
  }

  function enqueue(entry: Waiting, place: 'first' | 'last') {
    const free = takeIdle()
    if (free) return void run(free, entry)
    entry.timer = setTimeout(
      () => {
        waiting.splice(waiting.indexOf(entry), 1)
        entry.settle({ kind: 'notTried', code: busy > 0 ? 'EBUSY' : 'ETIMEDOUT' })
      },
      Math.max(0, entry.deadline - performance.now()),
    )
    if (place === 'first') waiting.unshift(entry)
    else waiting.push(entry)
    grow()
  }

  /** One more session for each waiting mail; the very first alone, so that a wrong password is tried once and not five times. */
  function grow() {
    const live = busy - silent + idle.length
    const most = live === 0 ? 1 : performance.now() < growAgainAt ? 0 : size - live
    while (opening < most && opening < waiting.length) void openOne()
  }

  function takeIdle(): Session | undefined {
    const free = idle.pop()
    if (!free) return undefined
    clearTimeout(free.timer)
    return free.session
  }

  async function openOne() {
    opening++
    const opened = await open(() => dropIdle()).catch(
      (): Opened => ({ ok: false, failure: { kind: 'lost', code: 'ESOCKET', mayHaveArrived: false, untouched: true } }),
    )
    opening--
    if (opened.ok) {
      next(opened.session)
      return grow()
    }
    // Sessions that live go on serving; without any, each waiting mail would only meet the same refusal.
    growAgainAt = performance.now() + GROW_PAUSE_MS
    if (busy + opening === 0) for (const entry of waiting.splice(0)) finish(entry, opened.failure)
    whenQuiet()
  }

  /** A session is free: the next mail, or rest. */
  function next(session: Session) {
    const isSurplus = busy - silent + idle.length >= size
    if (session.alive && (isSurplus || session.sent >= messagesPerConnection)) session.quit()
    const entry = session.alive ? waiting.shift() : undefined
    if (entry) return void run(session, entry)
    if (session.alive) {
      if (isClosed) session.quit()
      else idle.push({ session, timer: setTimeout(() => dropIdle(session), idleMs) })
    } else {
      grow()
    }
    whenQuiet()
  }

  async function run(session: Session, entry: Waiting) {
    clearTimeout(entry.timer)
    busy++
    const hadBeenUsed = session.sent > 0
    const limitMs = Math.max(1, entry.deadline - performance.now())
    let isSilent = false
    const silence = setTimeout(() => {
      isSilent = true
      silent++
      grow()
    }, limitMs * SILENT_PART)
    const outcome = await session.deliver(entry.envelope, entry.mime, limitMs)
    clearTimeout(silence)
    if (isSilent) silent--
    busy--
    if (hadBeenUsed && !entry.isSecondTry && !isClosed && isStale(outcome)) {
      // The server had closed the resting connection; it has seen nothing of this mail.
      entry.isSecondTry = true
      enqueue(entry, 'first')
    } else {
      entry.settle(outcome)
    }
    next(session)
  }

  function dropIdle(wanted?: Session) {
    for (let i = idle.length - 1; i >= 0; i--) {
      const { session, timer } = idle[i]!
      if (session !== wanted && session.alive) continue
      clearTimeout(timer)
      idle.splice(i, 1)
      session.quit()
    }
  }

  function finish(entry: Waiting, delivery: Delivery) {
    clearTimeout(entry.timer)
    entry.settle(delivery)
  }

  function whenQuiet() {
    if (busy + opening === 0) onQuiet?.()
  }
}

const isStale = (outcome: Outcome): boolean =>
  (outcome.kind === 'lost' && outcome.untouched && outcome.code !== 'ETIMEDOUT') ||
  (outcome.kind === 'refused' && outcome.reply.code === 421 && (outcome.stage === 'mail' || outcome.stage === 'rset'))
