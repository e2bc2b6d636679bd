import type { Clock } from '../../platform/clock.ts'
import type { Allowance, Carrier, Carriers, Unavailable } from '../channels/carrier.ts'
import type { Channel } from '../channels/channel.ts'
import type { LiveAccount } from './live-account.ts'
import { createPacing } from './pacing.ts'
import { pick } from './pick.ts'

/** The accounts of one channel that messages may go by. */
export interface Serving {
  /** Of each organization that has its own; none, where the platform's are not for it either. */
  readonly own: ReadonlyMap<string, readonly LiveAccount[]>
  /** For all others. */
  readonly platform: readonly LiveAccount[]
}

interface Deps {
  readonly clock: Clock
  readonly serving: (channel: Channel) => Serving
  /** Any account that is not removed. */
  readonly find: (accountId: string) => LiveAccount | undefined
  /** Accounts that those who send have found open. */
  readonly openElsewhere: () => ReadonlySet<string>
  readonly random: () => number
}

/** Without an account a message looks again after this: somebody may have added one. */
const NO_ACCOUNT_WAIT_MS = 60_000
/** However long an account is out of service: it may be reset by hand, or given new settings. */
const LONGEST_WAIT_MS = 30_000
const SHORTEST_WAIT_MS = 500
/** An account in worse health leaves a good part of its messages to those behind it. */
const DOING_WELL = 0.5
/** While none of its own works: what goes by the platform's is found among what waits, the most urgent first. */
const ONE_AT_A_TIME = 1
/** On a channel without an account: what was accepted while there was one looks again, and ends with its deadline. */
const FINDING_OUT = 20
/** For an organization whose accounts have no limit, where the others' have one. */
const ANY_NUMBER = 1_000_000

/** Which account a message goes by, and how many messages may be handed to the queue. */
export function createChoosing({ clock, serving, find, openElsewhere, random }: Deps): Carriers {
  const pacing = createPacing({ clock })

  return {
    choose(organizationId, channel, { not = [], only, platform } = {}) {
      if (only !== undefined) return chooseOnly(organizationId, only)
      const real = platform && realOnes(channel)
      const accounts = real && (platform === 'only' || real.some(isUp)) ? real : accountsOf(organizationId, channel)
      if (accounts.length === 0) return unavailable('no_account', NO_ACCOUNT_WAIT_MS)
      const left = not.length === 0 ? accounts : accounts.filter(({ account }) => !not.includes(account.id))
      return left.length === 0 ? undefined : take(pick(left.map(candidate), random)?.live, left)
    },

    allowance(channel): Allowance {
      const { own, platform } = serving(channel)
      const others = platform.length === 0 ? FINDING_OUT : roomOf(platform)
      const listed = new Map<string, number>()
      for (const [organizationId, accounts] of own) {
        const room =
          accounts.length === 0
            ? FINDING_OUT
            : accounts.some(isUp) || !realOnes(channel)?.some(isUp)
              ? roomOf(accounts)
              : ONE_AT_A_TIME
        if (room !== undefined || others !== undefined) listed.set(organizationId, room ?? ANY_NUMBER)
      }
      return { listed, others }
    },

    serves: (organizationId, channel) => accountsOf(organizationId, channel).length > 0,

    offered(organizationId, channel, messages) {
      const accounts = inUse(accountsOf(organizationId, channel))
      const weights = accounts.reduce((sum, { account }) => sum + account.weight, 0)
      for (const one of accounts) {
        one.offered()
        pacing.spend(one.account.id, (messages * one.account.weight) / weights)
      }
    },
  }

  function accountsOf(organizationId: string, channel: Channel): readonly LiveAccount[] {
    const { own, platform } = serving(channel)
    return own.get(organizationId) ?? platform
  }

  /** The platform's accounts of a channel, unless they are the sandbox: what is in there, members may look at. */
  function realOnes(channel: Channel): readonly LiveAccount[] | undefined {
    const { platform } = serving(channel)
    return platform.some(({ account }) => account.provider !== 'sandbox') ? platform : undefined
  }

  /** The account that made a try is the only one that may settle it; once it was removed, nobody can. */
  function chooseOnly(organizationId: string, accountId: string): Carrier | Unavailable | undefined {
    const found = find(accountId)
    if (!found) return undefined
    if (found.account.organizationId !== null && found.account.organizationId !== organizationId) return undefined
    if (!found.account.enabled) return unavailable('no_account', NO_ACCOUNT_WAIT_MS)
    return take(found.readiness() === 'wait' ? undefined : found, [found])
  }

  function take(chosen: LiveAccount | undefined, among: readonly LiveAccount[]): Carrier | Unavailable {
    if (chosen) {
      chosen.chosen()
      return chosen.carrier
    }
    const now = clock.now().getTime()
    const waits = among.map((one) => (one.state().retryAt?.getTime() ?? now) - now)
    return unavailable('breaker_open', Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, Math.min(...waits))))
  }

  function unavailable(reason: Unavailable['reason'], ms: number): Unavailable {
    return { reason, until: new Date(clock.now().getTime() + ms) }
  }

  /** Undefined: any number. Counts the accounts that messages go by at this moment. */
  function roomOf(accounts: readonly LiveAccount[]): number | undefined {
    let sum = 0
    for (const one of inUse(accounts)) {
      const room = openElsewhere().has(one.account.id) ? 0 : one.room()
      const paced = room ?? pacing.allow(one.account.id, one.account.limits)
      if (paced === undefined) return undefined
      sum += paced
    }
    return sum
  }
}

const isUp = (live: LiveAccount): boolean => live.readiness() !== 'wait'

const candidate = (live: LiveAccount) => ({
  live,
  accountId: live.account.id,
  position: live.account.position,
  weight: live.account.weight,
  health: live.health(),
  available: isUp(live),
})

/** Those that take most messages now: of the first position that has one in service, and of the next while it does badly. */
function inUse(accounts: readonly LiveAccount[]): readonly LiveAccount[] {
  if (accounts.length < 2) return accounts
  const found: LiveAccount[] = []
  const positions = [...new Set(accounts.map(({ account }) => account.position))].sort((a, b) => a - b)
  for (const position of positions) {
    const here = accounts.filter(({ account }) => account.position === position)
    found.push(...here)
    if (here.some((one) => one.readiness() === 'ready' && one.health() >= DOING_WELL)) return found
  }
  return found
}
