import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { tellOnce } from '../../platform/tell-once.ts'
import { CHANNELS, type Channel } from '../channels/channel.ts'
import type { Report, Webhook } from '../channels/report.ts'
import type { Account, BuiltIn } from './account.ts'
import { createChoosing, type Serving } from './choosing.ts'
import { type AccountState, readOpen } from './health-store.ts'
import { createLiveAccount, type LiveAccount } from './live-account.ts'
import type { Opener } from './opener.ts'
import { createStateWriter } from './state-writer.ts'
import { readChanged, saveBuiltIns } from './store.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  /** The platform's accounts that this process has settings for. */
  readonly builtIns: readonly BuiltIn[]
  readonly opener: Opener
  /** Whether this process sends; one that does not goes by what workers say of the accounts. */
  readonly sends: boolean
  readonly workerId: string
  readonly onError: (error: unknown) => void
  /** An account went out of service, or is back. */
  readonly onService?: (account: Account, state: AccountState) => void
  /** People try it out here: the sandbox also serves organizations that have a carrier on another channel. */
  readonly isSandbox?: boolean | undefined
  /** 0 up to 1; which of several accounts a message goes by. */
  readonly random?: () => number
}

const FOLLOW_EVERY_MS = 1_000
/** A look takes a moment, and a busy process comes to it late. */
const CURRENT_MS = 4 * FOLLOW_EVERY_MS
const NOBODY: Serving = { own: new Map(), platform: [] }

export type Accounts = ReturnType<typeof createAccounts>

/**
 * Every provider account, as this process sees it: read at the start, then followed row by row. What a message goes by,
 * and how many may be handed to the queue, is decided in memory.
 */
export function createAccounts({
  db,
  clock,
  builtIns,
  opener,
  sends,
  workerId,
  onError,
  onService,
  isSandbox,
  random,
}: Deps) {
  const live = new Map<string, LiveAccount>()
  const retired = new Set(builtIns.filter((one) => one.retired).map(({ id }) => id))
  const tellOutage = tellOnce(onError)
  const states = createStateWriter({ run: db.run, workerId, onError: tellOutage })
  let serving = new Map<Channel, Serving>()
  let seen: string | undefined
  let openElsewhere: ReadonlySet<string> = new Set()
  let timer: NodeJS.Timeout | undefined
  let following: Promise<void> | undefined
  let followedAt = Number.NEGATIVE_INFINITY

  const choosing = createChoosing({
    clock,
    serving: (channel) => serving.get(channel) ?? NOBODY,
    find: (id) => {
      const found = live.get(id)
      return found && isThere(found) ? found : undefined
    },
    openElsewhere: () => openElsewhere,
    random: random ?? Math.random,
  })

  return {
    ...choosing,

    /** Before the accounts have been read nobody knows: a message may then wait for one. */
    serves: (organizationId: string, channel: Channel): boolean =>
      serving.size === 0 || choosing.serves(organizationId, channel),

    /** Where one account is called back, also one that was removed; undefined when there is no such address. */
    webhookOf(provider: string, accountId: string): Webhook | undefined {
      const found = live.get(accountId)
      return found?.account.provider === provider ? found.webhook() : undefined
    },

    /**
     * Whether an account that this process does not know is none: it has read the accounts a moment ago. Not so while the
     * database is away.
     */
    isCurrent: (): boolean => performance.now() - followedAt < CURRENT_MS,

    /** Asks an account, also one that was removed, what became of a message it sent. */
    statusOf: async (accountId: string, providerMessageId: string): Promise<Report | undefined> =>
      live.get(accountId)?.statusOf(providerMessageId),

    /** The platform's accounts, for organizations without their own. */
    platform: (): Account[] =>
      [...live.values()].filter((one) => isThere(one) && one.account.organizationId === null).map((one) => one.account),

    /** The enabled accounts an organization sends by: of each channel its own, else the platform's. */
    servingOf: (organizationId: string): Account[] =>
      [...serving.values()]
        .flatMap(({ own, platform }) => own.get(organizationId) ?? platform)
        .map(({ account }) => account),

    /** Every account that is enabled. */
    enabled: (): Account[] =>
      [...live.values()].filter((one) => isThere(one) && one.account.enabled).map((one) => one.account),

    /** Every account that is enabled and how it does, as this process sees it; for the metrics. */
    *watched() {
      for (const one of live.values()) {
        if (!isThere(one) || !one.account.enabled) continue
        const { id, organizationId, provider, channel } = one.account
        const { breaker, health } = one.state()
        yield { id, organizationId, provider, channel, breaker, health }
      }
    },

    /** Reads every account and follows what changes from now on. Before it nothing can be sent, nor any report be read. */
    async start(): Promise<void> {
      await saveBuiltIns(db.run, builtIns, clock.now())
      await follow()
      timer = setInterval(() => void followOnce().catch(tellOutage), FOLLOW_EVERY_MS)
    },

    /** Takes in at once what has been changed until now. */
    async refresh(): Promise<void> {
      await following?.catch(() => {})
      await followOnce()
    },

    /** For after the last send: closes every connection. */
    async close(): Promise<void> {
      clearInterval(timer)
      await following?.catch(() => {})
      await Promise.all([...live.values()].map((one) => one.close()))
      if (sends) await states.forget()
    },
  }

  function followOnce(): Promise<void> {
    following ??= follow().finally(() => {
      following = undefined
    })
    return following
  }

  async function follow(): Promise<void> {
    let changed = false
    for (const account of await readChanged(db.run, seen)) {
      seen = account.version
      if (live.get(account.id)?.account.version === account.version) continue
      takeIn(account)
      changed = true
    }
    if (changed) serving = sorted()
    followedAt = performance.now()
    if (sends) await states.write([...live.values()])
    else openElsewhere = await readOpen(db.run)
  }

  function takeIn(account: Account): void {
    const known = live.get(account.id)
    if (known) {
      known.become(account)
      return
    }
    const provider = opener.providerOf(account)
    // Of a newer version of the product, or the platform's of a process that was given other settings.
    if (!provider) return
    live.set(account.id, createLiveAccount({ account, provider, opener, clock, onError, onService }))
  }

  function isThere({ account }: LiveAccount): boolean {
    return !account.removedAt && !retired.has(account.id)
  }

  function sorted(): Map<Channel, Serving> {
    const enabled = [...live.values()].filter((one) => isThere(one) && one.account.enabled)
    const byChannel = Map.groupBy(enabled, ({ account }) => account.channel)
    const inEarnest = isSandbox ? new Set<string>() : whoSendInEarnest()
    return new Map(
      CHANNELS.map((channel) => {
        const all = byChannel.get(channel) ?? []
        const own = Map.groupBy(
          all.filter(({ account }) => account.organizationId !== null),
          ({ account }) => account.organizationId!,
        )
        const platform = all.filter(({ account }) => account.organizationId === null)
        if (platform.some(({ account }) => account.provider === 'sandbox'))
          for (const organizationId of inEarnest) if (!own.has(organizationId)) own.set(organizationId, [])
        return [channel, { own, platform }]
      }),
    )
  }

  /** Those that have, or had, a real account of their own: for them the sandbox would say "delivered" of what nobody got. */
  function whoSendInEarnest(): Set<string> {
    const real = [...live.values()].filter(
      ({ account }) => account.organizationId !== null && account.provider !== 'sandbox',
    )
    return new Set(real.map(({ account }) => account.organizationId!))
  }
}
