import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { idFloor } from '../../platform/ids.ts'
import { createLooking } from '../../platform/looking.ts'
import type { Account } from '../accounts/account.ts'
import { sentElsewhere, type Troubled, troubledAccounts, waitingOn } from '../accounts/trouble-store.ts'
import { CHANNELS, type Channel } from '../channels/channel.ts'
import type { Alert, Alerts } from './alerts.ts'
import type { Condition } from './rule.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  readonly alerts: Pick<Alerts, 'look' | 'drop'>
  readonly accounts: { enabled(): Account[] }
  /** Signs in to an account that nothing is sent by, and puts it back in service if that works. */
  readonly revive: (account: Account) => Promise<unknown>
  /** What else is looked at as often. */
  readonly also: () => Promise<unknown>
  readonly publicUrl: string
  readonly onError: (error: unknown) => void
}

const LOOK_EVERY_MS = 2_000
/** An account that is out for shorter than this is nobody's news: a mail server is restarted in less. */
const OUT_MS = 60_000
/** Weak, with nothing refused: slow, say. */
const WEAK_MS = 5 * 60_000
/** It answers again when it has done so for so long. */
const CALM_MS = 60_000
/** The same account is told of at most once in this time. */
const REST_MS = 30 * 60_000
/** Without a message for so long, somebody else has to find out whether it works again. */
const IDLE_MS = 60_000
/** Messages before a breaker wait until then at most before they look again. */
const WAIT_MS = 60_000
/** Deadlines are hours: what began to wait so long before an account failed is not its doing. */
const OLDEST_MS = 12 * 3_600_000

/**
 * Looks every few seconds whether provider accounts are out of service, for whatever all workers say of them, and tells
 * those who can do something: once when it has lasted, once when it is over. Any number of processes may look.
 */
export function createProviderWatch({ db, clock, alerts, accounts, revive, also, publicUrl, onError }: Deps) {
  return {
    look,
    ...createLooking(look, LOOK_EVERY_MS, onError),
  }

  async function look(): Promise<void> {
    const now = clock.now()
    const enabled = accounts.enabled()
    const isThere = (id: string) => enabled.some((account) => account.id === id)
    const troubled = (await troubledAccounts(db.run, new Date(now.getTime() - IDLE_MS))).filter(({ id }) => isThere(id))
    // Removed, switched off: nothing answers again.
    await alerts.drop('provider', undefined, ({ subject }) => !isThere(subject))
    const conditions = troubled.map(
      (one): Condition => ({
        organizationId: one.organizationId,
        subject: one.id,
        since: one.openedAt && one.openedAt < now ? one.openedAt : undefined,
        afterMs: one.how === 'out' ? OUT_MS : one.how === 'weak' ? WEAK_MS : 0,
        facts: {
          name: one.name,
          provider: one.provider,
          channel: one.channel,
          ...(one.reason && { reason: one.reason }),
        },
      }),
    )
    await alerts.look(
      'provider',
      undefined,
      conditions,
      { calmMs: CALM_MS, restMs: REST_MS },
      {
        raised: (alert) => down(alert, enabled, troubled),
        over: recovered,
      },
    )
    await also().catch(onError)
    for (const one of troubled)
      if (one.idle || one.how === 'check') await revive(enabled.find(({ id }) => id === one.id)!).catch(onError)
  }

  async function down(alert: Alert, enabled: readonly Account[], troubled: readonly Troubled[]) {
    const { name, channel, reason } = factsOf(alert)
    const instead = enabled
      .filter(
        (one) =>
          one.channel === channel &&
          one.organizationId === alert.organizationId &&
          one.id !== alert.subject &&
          troubled.every(({ id }) => id !== one.id),
      )
      .sort((a, b) => a.position - b.position || b.weight - a.weight)[0]
    return {
      type: 'provider.down',
      payload: {
        provider: name,
        channel,
        since: alert.since.toISOString(),
        ...(reason && { reason }),
        ...(instead && { fallback: instead.name }),
        waiting: await waiting(alert, channel),
        providersUrl: `${publicUrl}/providers`,
      },
    }
  }

  async function recovered(alert: Alert) {
    const { name, channel } = factsOf(alert)
    const now = clock.now()
    const account = { id: alert.subject, organizationId: alert.organizationId, channel }
    const firstId = idFloor(new Date(alert.since.getTime() - OLDEST_MS))
    return {
      type: 'provider.recovered',
      payload: {
        provider: name,
        channel,
        downSince: alert.since.toISOString(),
        recoveredAt: now.toISOString(),
        minutes: Math.max(1, Math.round((now.getTime() - alert.since.getTime()) / 60_000)),
        waiting: await waiting(alert, channel),
        elsewhere: await sentElsewhere(db.run, account, firstId, alert.since),
        providersUrl: `${publicUrl}/providers`,
      },
    }
  }

  function waiting({ organizationId }: Alert, channel: Channel): Promise<number> {
    return waitingOn(db.run, channel, organizationId, new Date(clock.now().getTime() + WAIT_MS))
  }
}

const MOST_WORDS = 200

function factsOf({ facts }: Alert): { name: string; channel: Channel; reason: string | undefined } {
  return {
    name: String(facts.name),
    channel: CHANNELS.find((channel) => channel === facts.channel) ?? 'email',
    reason: typeof facts.reason === 'string' ? facts.reason.slice(0, MOST_WORDS) : undefined,
  }
}
