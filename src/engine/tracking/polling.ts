import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Limits } from '../../platform/limits/limits.ts'
import { createSlots } from '../../platform/slots.ts'
import type { Report } from '../channels/report.ts'
import { nextCheck } from '../messages/status-check.ts'
import { accountsToAsk, claimChecks, closeChecks, dropKnown, type StatusCheck } from './status-check-store.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  readonly limits: Pick<Limits, 'takeUpTo'>
  /** Asks the account that sent a message; undefined: nothing new, or it cannot be asked. */
  readonly statusOf: (accountId: string, providerMessageId: string) => Promise<Report | undefined>
  /** Applies what it said, as a webhook's reports are. */
  readonly told: (accountId: string, reports: readonly Report[]) => Promise<void>
  readonly onError: (error: unknown) => void
}

const LOOK_EVERY_MS = 5_000
/** Per account and minute, all processes together. The burst is asked at once; what is more waits in its rows. */
const ASKED_PER_MINUTE = 60
const BURST = 10
const ACCOUNTS_AT_ONCE = 8
const ASKED_AT_ONCE = 5
/** Longer than a burst takes when every question runs into its time limit (30 s at most). */
const LEASE_MS = 3 * 60_000
/** What could not be asked about for so long, because there were too many, is given up. */
const GIVEN_UP_AFTER_MS = 48 * 3_600_000

/**
 * Asks carriers about messages that stay `sent` without a report: a report that was lost is not repeated by every
 * carrier. Rows say what is due and a lease says who asks, so any number of processes may do it and a restart loses nothing.
 */
export function createPolling({ db, clock, limits, statusOf, told, onError }: Deps) {
  let looking: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  return {
    look,
    start(): void {
      timer = setInterval(() => void look(), LOOK_EVERY_MS)
    },
    /** Lets the questions under way be answered. */
    async stop(): Promise<void> {
      clearInterval(timer)
      await looking
    },
  }

  /** Asks about what is due, as far as the limits go. */
  function look(): Promise<void> {
    looking ??= lookOnce()
      .catch(onError)
      .finally(() => {
        looking = undefined
      })
    return looking
  }

  async function lookOnce(): Promise<void> {
    const accountIds = await accountsToAsk(db.run, clock.now())
    const withAccount = createSlots(ACCOUNTS_AT_ONCE)
    await Promise.all(accountIds.map((accountId) => withAccount(() => askAccount(accountId).catch(onError))))
  }

  async function askAccount(accountId: string): Promise<void> {
    const within = createSlots(ASKED_AT_ONCE)
    const checks = await take(accountId)
    await Promise.all(checks.map((check) => within(() => ask(accountId, check))))
  }

  async function take(accountId: string): Promise<StatusCheck[]> {
    const now = clock.now()
    const left = await dropKnown(db.run, accountId, new Date(now.getTime() - GIVEN_UP_AFTER_MS), now)
    if (left === 0) return []
    const limit = { burst: BURST, perSecond: ASKED_PER_MINUTE / 60 }
    const { taken } = await limits.takeUpTo(`status:${accountId}`, limit, Math.min(left, BURST))
    return taken === 0 ? [] : claimChecks(db.run, accountId, taken, now, new Date(now.getTime() + LEASE_MS))
  }

  async function ask(accountId: string, check: StatusCheck): Promise<void> {
    try {
      const report = await statusOf(accountId, check.provider_message_id)
      if (report) await told(accountId, [{ ...report, messageId: check.message_id }])
      const isKnown = report !== undefined && report.status !== 'sent' && report.status !== 'deferred'
      const dueAt = isKnown ? null : (nextCheck(check.sent_at, clock.now()) ?? null)
      await closeChecks(db.run, [{ messageId: check.message_id, dueAt }])
    } catch (error) {
      // Its lease ends, and it is asked again.
      onError(error)
    }
  }
}
