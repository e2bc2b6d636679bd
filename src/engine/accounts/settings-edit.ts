import type { LookupFunction } from 'node:net'
import { invalid } from '../../errors.ts'
import type { Crypto } from '../../platform/crypto.ts'
import { lookAtHost } from '../../platform/http/public-host.ts'
import type { Channel } from '../channels/channel.ts'
import type { AnyProvider } from '../providers/provider.ts'
import type { Account } from './account.ts'
import type { Opener } from './opener.ts'
import { checkSettings, type Json, merge, withoutSecrets } from './settings.ts'

interface Deps {
  readonly crypto: Pick<Crypto, 'seal'>
  readonly opener: Pick<Opener, 'settingsOf'>
  /** What organizations may have accounts with. */
  readonly providers: readonly AnyProvider[]
  /** Refuses hosts that organizations may not reach; undefined: they may reach any. */
  readonly publicLookup: LookupFunction | undefined
}

/** From what somebody sends to what is saved: checked, and sealed. Throws `validation_failed`. */
export function createSettingsEdit({ crypto, opener, providers, publicLookup }: Deps) {
  return {
    providerFor,

    async first(id: string, provider: AnyProvider, given: Json): Promise<Buffer> {
      const settings = checkSettings(provider, given)
      await checkHosts(provider, settings)
      return seal(id, settings)
    },

    /** What is not named stays; where the saved ones can no longer be read, all must be given again. */
    async next(account: Account, change: Json): Promise<Buffer> {
      const provider = providerFor(account.provider, account.channel)
      const saved = savedSettings(account, provider)
      const settings = checkSettings(provider, merge(saved ?? {}, change))
      await checkHosts(provider, settings)
      if (saved) refuseToCarryOver(provider, saved, settings, change)
      return seal(account.id, settings)
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

  function savedSettings(account: Account, provider: AnyProvider): Json | undefined {
    try {
      return opener.settingsOf(account, provider) as Json
    } catch {
      return undefined
    }
  }

  async function checkHosts(provider: AnyProvider, settings: Json): Promise<void> {
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

  function seal(id: string, settings: Json): Buffer {
    return crypto.seal(JSON.stringify(settings), id)
  }
}

/** Whoever may change an account must not learn its secrets by having them sent to a host of their own. */
function refuseToCarryOver(provider: AnyProvider, saved: Json, next: Json, change: Json): void {
  const before = provider.hosts?.(saved) ?? []
  if ((provider.hosts?.(next) ?? []).every((host) => before.includes(host))) return
  const given = withoutSecrets(provider, change).secrets
  const kept = withoutSecrets(provider, next).secrets.find((secret) => !given.includes(secret))
  if (kept) throw invalid(`settings.${kept}`, 'Give it again: a saved secret does not go to another host')
}
