import type { LookupFunction } from 'node:net'
import { type Crypto, SealError } from '../../platform/crypto.ts'
import { addressIn, isPublicAddress } from '../../platform/http/public-host.ts'
import type { AnyProvider } from '../providers/provider.ts'
import type { Account, BuiltIn } from './account.ts'
import type { Opened } from './connections.ts'

interface Deps {
  readonly providers: readonly AnyProvider[]
  readonly builtIns: readonly BuiltIn[]
  readonly crypto: Pick<Crypto, 'open'>
  /** Refuses hosts that organizations may not reach; undefined: they may reach any. */
  readonly publicLookup: LookupFunction | undefined
  /** Base of the addresses that providers report to. */
  readonly publicUrl: string
}

export type Opener = ReturnType<typeof createOpener>

/** Turns a stored account into settings and connections. */
export function createOpener({ providers, builtIns, crypto, publicLookup, publicUrl }: Deps) {
  const read = new WeakMap<Account, unknown>()
  const known = new Map(builtIns.map((builtIn) => [builtIn.id, builtIn]))

  return {
    /** Undefined: this process has never heard of it, or was not given the platform's settings for it. */
    providerOf(account: Account): AnyProvider | undefined {
      if (account.organizationId === null) return known.get(account.id)?.provider
      return providers.find(({ name, channel }) => name === account.provider && channel === account.channel)
    },

    settingsOf,
    webhookUrlOf,

    /** Never throws: settings that cannot be used are an answer, for an operator to read. */
    connect(account: Account, provider: AnyProvider): Opened {
      let settings: unknown
      try {
        settings = settingsOf(account, provider)
      } catch (error) {
        return misconfigured('settings', error instanceof SealError ? UNREADABLE : INVALID)
      }
      const webhookUrl = webhookUrlOf(account)
      if (account.organizationId === null || !publicLookup)
        return { connection: provider.connect(settings, { webhookUrl }) }
      // A host that is an address is connected to without asking the lookup.
      const literals = (provider.hosts?.(settings) ?? []).map(addressIn)
      if (literals.some((address) => address !== undefined && !isPublicAddress(address)))
        return misconfigured('EPRIVATE', PRIVATE)
      return { connection: provider.connect(settings, { lookup: publicLookup, webhookUrl }) }
    },
  }

  function webhookUrlOf({ id, provider }: Account): string {
    return `${publicUrl}/webhooks/${provider}/${id}`
  }

  /** Read once for each version of an account. Throws {@link SealError}, or what the provider's schema throws. */
  function settingsOf(account: Account, provider: AnyProvider): unknown {
    if (!read.has(account)) read.set(account, provider.settings.parse(given(account)))
    return read.get(account)
  }

  function given(account: Account): unknown {
    if (account.organizationId === null) return known.get(account.id)?.settings
    if (!account.settings) throw new Error('The settings of this account were erased')
    return JSON.parse(crypto.open(account.settings, account.id).toString())
  }
}

const UNREADABLE =
  'The saved settings were sealed with another secret: give CARILLON_OLD_SECRETS the former one, or save them again'
const INVALID = 'The saved settings are no longer valid: save them again'
const PRIVATE = 'Its host is not on the public internet, and this installation connects to public addresses only'

const misconfigured = (code: string, detail: string): Opened => ({
  refused: { outcome: 'refused', class: 'configuration', code, detail, about: 'account' },
})
