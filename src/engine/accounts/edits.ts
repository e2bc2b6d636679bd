import type { LookupFunction } from 'node:net'
import { AppError, invalid, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Crypto } from '../../platform/crypto.ts'
import type { Database } from '../../platform/database/database.ts'
import { lookAtHost } from '../../platform/http/public-host.ts'
import { newId } from '../../platform/ids.ts'
import type { AccountLimits } from '../channels/carrier.ts'
import type { Channel } from '../channels/channel.ts'
import type { AnyProvider } from '../providers/provider.ts'
import { type Account, MOST_ACCOUNTS } from './account.ts'
import type { Accounts } from './accounts.ts'
import { findOwn, insertOwn, updateOwn } from './edits-store.ts'
import { forgetStates } from './health-store.ts'
import type { Opener } from './opener.ts'
import type { NewProviderAccount, ProviderAccountChange, TestAnswer } from './schemas.ts'
import { checkSettings, merge, withoutSecrets } from './settings.ts'
import { resetPlatformAccount } from './store.ts'

interface Deps {
  readonly db: Pick<Database, 'as' | 'run'>
  readonly clock: Clock
  readonly crypto: Pick<Crypto, 'seal'>
  readonly accounts: Pick<Accounts, 'platform' | 'refresh'>
  readonly opener: Opener
  /** What organizations may have accounts with. */
  readonly providers: readonly AnyProvider[]
  /** Refuses hosts that organizations may not reach; undefined: they may reach any. */
  readonly publicLookup: LookupFunction | undefined
  readonly onError: (error: unknown) => void
}

/** Whoever waits for a test is a person: the connection's own limits may be minutes. */
const TEST_LIMIT_MS = 20_000

export type AccountEdits = ReturnType<typeof createAccountEdits>

/** What an organization does with its provider accounts. Every process follows within about a second. */
export function createAccountEdits({ db, clock, crypto, accounts, opener, providers, publicLookup, onError }: Deps) {
  return {
    /** @throws AppError `validation_failed`, `conflict` */
    async create(organizationId: string, asked: NewProviderAccount): Promise<Account> {
      const provider = providerFor(asked.provider, asked.channel)
      const settings = checkSettings(provider, asked.settings)
      await checkHosts(provider, settings)
      const now = clock.now()
      const id = newId(now)
      const made = await insertOwn(db, organizationId, {
        ...asked,
        id,
        limits: limitsOf(merge({ ...provider.limits }, asked.limits)),
        settings: seal(id, settings),
        createdAt: now,
      })
      if (!made)
        throw new AppError(
          'conflict',
          `An organization has at most ${MOST_ACCOUNTS} provider accounts: remove one, or change one`,
        )
      await followed()
      return made
    },

    /** New settings close the breaker: they may be what was missing. @throws AppError `validation_failed`, `not_found` */
    async change(organizationId: string, id: string, change: ProviderAccountChange): Promise<Account> {
      const { limits, settings, ...plain } = change
      const changed = await updateOwn(db, organizationId, id, async (account) => ({
        ...plain,
        ...(limits ? { limits: limitsOf(merge({ ...account.limits }, limits)) } : {}),
        ...(settings ? { settings: await newSettings(account, settings), resetAt: clock.now() } : {}),
      }))
      if (!changed) throw notOwn(id)
      if (settings) await forgetStates(db.run, id)
      await followed()
      return changed
    },

    /** What it has sent is still reported; a try that was left without an answer can no longer be asked about. */
    async remove(organizationId: string, id: string): Promise<void> {
      const removed = await updateOwn(db, organizationId, id, async () => ({ removedAt: clock.now() }))
      if (!removed) throw notOwn(id)
      await followed()
    },

    /** Closes its breaker in every process. An operator may do that to one of the platform's as well. */
    async reset(organizationId: string, id: string, isOperator: boolean): Promise<Account> {
      const platform = accounts.platform().find((account) => account.id === id)
      if (platform) {
        if (!isOperator) throw platformsOwn()
        await resetPlatformAccount(db.run, id, clock.now())
      } else {
        const reset = await updateOwn(db, organizationId, id, async () => ({ resetAt: clock.now() }))
        if (!reset) throw notOwn(id)
      }
      await forgetStates(db.run, id)
      await followed()
      return platform ?? (await findOwn(db, organizationId, id)) ?? Promise.reject(notOwn(id))
    },

    /** Signs in and out without sending, with the settings as they are saved. */
    async test(organizationId: string, id: string, isOperator: boolean): Promise<TestAnswer> {
      const platform = accounts.platform().find((account) => account.id === id)
      if (platform && !isOperator) throw platformsOwn()
      const account = platform ?? (await findOwn(db, organizationId, id))
      if (!account) throw notOwn(id)
      const provider = opener.providerOf(account)
      if (!provider) return { ok: false, detail: `This version has no provider ${account.provider}` }
      const opened = opener.connect(account, provider)
      if ('refused' in opened) return { ok: false, detail: opened.refused.detail }
      const { connection } = opened
      try {
        if (!connection.test) return { ok: null, detail: null }
        const answer = await withinLimit(connection.test())
        return answer.ok ? { ok: true, detail: null } : answer
      } finally {
        connection.close().catch(onError)
      }
    },
  }

  function providerFor(name: string, channel: Channel): AnyProvider {
    const named = providers.filter((provider) => provider.name === name)
    if (named.length === 0) {
      const names = [...new Set(providers.map((provider) => provider.name))].join(', ')
      throw invalid('provider', `There is no provider of this name. There are: ${names}`)
    }
    const found = named.find((provider) => provider.channel === channel)
    if (found) return found
    throw invalid('channel', `${name} does not serve this channel, but ${named.map((one) => one.channel).join(', ')}`)
  }

  async function newSettings(account: Account, change: Readonly<Record<string, unknown>>): Promise<Buffer> {
    const provider = providerFor(account.provider, account.channel)
    const saved = savedSettings(account, provider)
    const settings = checkSettings(provider, merge(saved ?? {}, change))
    await checkHosts(provider, settings)
    if (saved) refuseToCarryOver(provider, saved, settings, change)
    return seal(account.id, settings)
  }

  function savedSettings(account: Account, provider: AnyProvider): Readonly<Record<string, unknown>> | undefined {
    try {
      return opener.settingsOf(account, provider) as Record<string, unknown>
    } catch {
      return undefined
    }
  }

  /** Whoever may change an account must not learn its secrets by sending them to a host of their own. */
  function refuseToCarryOver(
    provider: AnyProvider,
    saved: Readonly<Record<string, unknown>>,
    next: Readonly<Record<string, unknown>>,
    change: Readonly<Record<string, unknown>>,
  ): void {
    const before = provider.hosts?.(saved) ?? []
    if ((provider.hosts?.(next) ?? []).every((host) => before.includes(host))) return
    const given = withoutSecrets(provider, change).secrets
    const kept = withoutSecrets(provider, next).secrets.find((secret) => !given.includes(secret))
    if (kept) throw invalid(`settings.${kept}`, 'Give it again: a saved secret does not go to another host')
  }

  async function checkHosts(provider: AnyProvider, settings: Readonly<Record<string, unknown>>): Promise<void> {
    if (!publicLookup) return
    for (const host of provider.hosts?.(settings) ?? []) {
      const verdict = await lookAtHost(host, publicLookup)
      if (verdict === 'public') continue
      const field = Object.keys(settings).find((key) => String(settings[key]).includes(host))
      throw invalid(
        field === undefined ? 'settings' : `settings.${field}`,
        verdict === 'private'
          ? 'This host is not on the public internet, and this installation connects to public addresses only'
          : 'There is no such host',
      )
    }
  }

  function seal(id: string, settings: object): Buffer {
    return crypto.seal(JSON.stringify(settings), id)
  }

  /** The other processes follow by themselves; this one is to know before it answers. */
  async function followed(): Promise<void> {
    await accounts.refresh().catch(onError)
  }

  function notOwn(id: string): AppError {
    return accounts.platform().some((account) => account.id === id) ? platformsOwn() : notFound('Provider account', id)
  }
}

const platformsOwn = () =>
  new AppError(
    'forbidden',
    'This is the platform’s account: whoever operates it sets it up. Add your own to use another',
  )

function limitsOf(limits: Readonly<Record<string, unknown>>): AccountLimits {
  const known = limits as AccountLimits
  if (known.burst !== undefined && known.perSecond === undefined)
    throw invalid('limits.burst', 'A burst goes with perSecond: set that too, or leave both away')
  return known
}

async function withinLimit<T>(work: Promise<T>): Promise<T | { ok: false; detail: string }> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<{ ok: false; detail: string }>((resolve) => {
    timer = setTimeout(
      () => resolve({ ok: false, detail: `No answer within ${TEST_LIMIT_MS / 1000} seconds` }),
      TEST_LIMIT_MS,
    )
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
