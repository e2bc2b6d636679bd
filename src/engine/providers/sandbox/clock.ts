import { AppError, invalid } from '../../../errors.ts'
import type { SharedClock } from '../../../platform/clock.ts'
import { type Database, runWithin, type Tx } from '../../../platform/database/database.ts'
import type { Realtime } from '../../../platform/realtime/realtime.ts'
import { hasLiveAccounts, holdClock, leaveMovedTime, renewLeases, setAhead } from './clock-store.ts'

interface Deps {
  readonly db: Pick<Database, 'run' | 'engine'>
  readonly clock: SharedClock
  readonly realtime: Realtime
  /** The demo is loaded, or a test kit runs this: somebody asked for a sandbox. */
  readonly isSandbox: boolean
  /** The platform's own carriers are set: messages really leave. */
  readonly isLive: boolean
  /** Makes room for what is written at this time. */
  readonly makeRoom: (at: Date) => Promise<unknown>
  /** So long before the time of a subject. @throws AppError `not_found`, `validation_failed` */
  readonly momentBefore: (organizationId: string, subject: string, offset: string) => Promise<Date>
  readonly nextReminder: (organizationId: string, after: Date) => Promise<Date | null>
  /** Time went back: what was to come by itself is planned from now. */
  readonly planAgain: () => Promise<unknown>
  readonly onError: (error: unknown) => void
}

export type ClockMove =
  | { readonly advance: string }
  | { readonly moveTo: Date }
  | { readonly before: { readonly subject: string; readonly offset: string } }

export interface ClockState {
  readonly now: Date
  readonly aheadMs: number
  readonly movable: boolean
  /** Why it stands still: nobody asked for a sandbox, or messages could really leave. */
  readonly reason: 'not_sandbox' | 'live_accounts' | null
  /** When the organization's next planned reminder is due. */
  readonly nextReminderAt: Date | null
}

const TOPIC = 'clock-moved'
const FURTHEST_MS = 5 * 366 * 24 * 3_600_000
const DURATION = /^P(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?$/
const PART_MS = [7 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1_000]

export type SandboxClock = ReturnType<typeof createSandboxClock>

/**
 * The clock of an installation where nothing really leaves, to be moved: every due time, lease and limit of every process
 * follows it. It goes forward as far as one likes, and back to the true time, never anywhere between: what was made in the
 * time that was left keeps its dates. One row says how far ahead it is.
 */
export function createSandboxClock(deps: Deps) {
  const { db, clock, realtime, isSandbox, isLive, makeRoom, momentBefore, nextReminder, planAgain, onError } = deps
  let unsubscribe = () => {}

  return {
    state,

    /** @throws AppError `conflict` where messages could really leave, or for a time that is past; `validation_failed`, `not_found` */
    async move(organizationId: string, by: ClockMove): Promise<ClockState> {
      assertSandbox()
      const target = await db.engine.transaction().execute(async (tx) => {
        const run = runWithin(tx)
        const aheadMs = await holdClock(run)
        if (await hasLiveAccounts(run)) throw standsStill('live_accounts')
        // This process may not have heard of the last move yet.
        const now = new Date(clock.trueNow().getTime() + aheadMs)
        const to = await targetOf(organizationId, by, now)
        const ahead = aheadMs + to.getTime() - now.getTime()
        if (ahead > FURTHEST_MS) throw invalid(pathOf(by), 'is more than five years ahead of the true time')
        await makeRoom(to)
        // By themselves, not in this transaction: workers settle the same rows meanwhile.
        await renewLeases(db.run, to)
        await setAhead(run, ahead)
        return to
      })
      await follow()
      // What was claimed by the old time between the two.
      await renewLeases(db.run, target, clock.now())
      return state(organizationId)
    },

    /** Back to the true time. */
    async reset(organizationId: string): Promise<ClockState> {
      await putBack()
      return state(organizationId)
    },

    /**
     * Within the transaction that adds a carrier's account, which is to see the true time: none is added while the clock is
     * moved, and it is not moved until the transaction ends. @throws AppError `conflict`
     */
    async holdForAccount(tx: Tx): Promise<void> {
      if ((await holdClock(runWithin(tx), 'shared', db.run)) > 0)
        throw new AppError(
          'conflict',
          'The sandbox’s clock is moved: put it back to now (DELETE /v1/sandbox/clock) before an account that really sends is added',
        )
    },

    /** Follows what other processes do. True when the clock was put back, because nobody may move it here. */
    async start(): Promise<boolean> {
      unsubscribe = realtime.subscribe(TOPIC, () => void followOthers().catch(onError))
      return followOthers()
    },

    stop(): void {
      unsubscribe()
    },
  }

  async function followOthers(): Promise<boolean> {
    await clock.follow()
    if (clock.aheadMs() === 0 || (isSandbox && !isLive)) return false
    await putBack()
    return true
  }

  async function state(organizationId: string): Promise<ClockState> {
    const now = clock.now()
    const reason = !isSandbox ? 'not_sandbox' : isLive || (await hasLiveAccounts(db.run)) ? 'live_accounts' : null
    return {
      now,
      aheadMs: Math.round(clock.aheadMs()),
      movable: reason === null,
      reason,
      nextReminderAt: await nextReminder(organizationId, now),
    }
  }

  function assertSandbox(): void {
    if (!isSandbox) throw standsStill('not_sandbox')
    if (isLive) throw standsStill('live_accounts')
  }

  async function targetOf(organizationId: string, by: ClockMove, now: Date): Promise<Date> {
    if ('advance' in by) return new Date(now.getTime() + durationMs(by.advance))
    const to = 'moveTo' in by ? by.moveTo : await momentBefore(organizationId, by.before.subject, by.before.offset)
    if (to > now) return to
    throw new AppError(
      'conflict',
      `${to.toISOString()} is past: it is ${now.toISOString()} here, and the clock goes forward only. DELETE /v1/sandbox/clock puts it back to the true time`,
    )
  }

  async function putBack(): Promise<void> {
    const wasMoved = await db.engine.transaction().execute(async (tx) => {
      const run = runWithin(tx)
      if ((await holdClock(run)) === 0) return false
      await setAhead(run, 0)
      return true
    })
    await follow()
    if (!wasMoved) return
    await leaveMovedTime(db.run, clock.now())
    await planAgain()
  }

  /** This process before anything else; the others as they hear of it, or with their next look at the time. */
  async function follow(): Promise<void> {
    await clock.follow()
    realtime.publish(TOPIC, {}).catch(onError)
  }
}

const WHY = {
  not_sandbox: 'this installation is no sandbox: CARILLON_DEMO is not set',
  live_accounts: 'messages really leave here: a carrier’s account is set up',
} as const

const standsStill = (reason: keyof typeof WHY) =>
  new AppError('conflict', `The clock can be moved in a sandbox only, and ${WHY[reason]}`)

const pathOf = (by: ClockMove): string => Object.keys(by)[0]!

/** An ISO 8601 duration in milliseconds: a day of it is 24 hours. */
function durationMs(text: string): number {
  const parts = DURATION.exec(text)?.slice(1)
  const ms = parts?.reduce((sum, part, index) => sum + Number(part ?? 0) * PART_MS[index]!, 0) ?? 0
  if (ms > 0) return ms
  throw invalid('advance', 'is written as PT90M, PT24H or P7D: how far forward')
}
