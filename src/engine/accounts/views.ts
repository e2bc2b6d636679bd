import { notFound } from '../../errors.ts'
import type { Database } from '../../platform/database/database.ts'
import { CHANNELS } from '../channels/channel.ts'
import type { Account } from './account.ts'
import type { Accounts } from './accounts.ts'
import { findOwn, listOwn } from './edits-store.ts'
import { readStates, WELL } from './health-store.ts'
import { type Look, looksOf } from './look-store.ts'
import type { Opener } from './opener.ts'
import type { ProviderAccountView } from './schemas.ts'
import { withoutSecrets } from './settings.ts'

interface Deps {
  readonly db: Pick<Database, 'as' | 'run'>
  readonly accounts: Pick<Accounts, 'platform'>
  readonly opener: Opener
}

export type AccountViews = ReturnType<typeof createAccountViews>

/** Provider accounts as an organization sees them: its own, and those of the platform it sends with. Never a secret. */
export function createAccountViews({ db, accounts, opener }: Deps) {
  return {
    /** By channel, its own before the platform's, in the order they are used. */
    async list(organizationId: string): Promise<ProviderAccountView[]> {
      const own = await listOwn(db, organizationId)
      const served = new Set(own.filter(({ enabled }) => enabled).map(({ channel }) => channel))
      const used = accounts.platform().filter(({ channel, enabled }) => enabled && !served.has(channel))
      const all = [...own, ...used].sort(
        (a, b) =>
          CHANNELS.indexOf(a.channel) - CHANNELS.indexOf(b.channel) ||
          Number(a.organizationId === null) - Number(b.organizationId === null) ||
          a.position - b.position ||
          (a.id < b.id ? -1 : 1),
      )
      return show(all)
    },

    /** @throws AppError `not_found` */
    async get(organizationId: string, id: string): Promise<ProviderAccountView> {
      const found = (await findOwn(db, organizationId, id)) ?? accounts.platform().find((account) => account.id === id)
      if (!found) throw notFound('Provider account', id)
      return showOne(found)
    },

    showOne,
  }

  async function showOne(account: Account): Promise<ProviderAccountView> {
    const [view] = await show([account])
    return view!
  }

  async function show(all: readonly Account[]): Promise<ProviderAccountView[]> {
    const ids = all.map(({ id }) => id)
    const [states, checks, calls, refused] = await Promise.all([
      readStates(db.run, ids),
      looksOf(db.run, 'check', ids),
      looksOf(db.run, 'call', ids),
      looksOf(db.run, 'refused', ids),
    ])
    return all.map((account) => {
      const { id, provider, channel, name, position, weight, limits, enabled, createdAt } = account
      const { settings, secrets } = settingsOf(account)
      return {
        ...{ id, provider, channel, name, own: account.organizationId !== null },
        ...{ position, weight, limits, enabled, settings, secrets },
        webhookUrl: opener.providerOf(account)?.receive ? opener.webhookUrlOf(account) : null,
        state: states.get(id) ?? WELL,
        lastCheck: checks.get(id) ?? null,
        lastCallAt: calls.get(id)?.at ?? null,
        lastRefusedCall: refusedOf(refused.get(id)),
        createdAt,
      }
    })
  }

  function settingsOf(account: Account): Pick<ProviderAccountView, 'settings' | 'secrets'> {
    const provider = opener.providerOf(account)
    if (account.organizationId === null || !provider) return { settings: null, secrets: [] }
    try {
      const { shown, secrets } = withoutSecrets(
        provider,
        opener.settingsOf(account, provider) as Readonly<Record<string, unknown>>,
      )
      return { settings: shown, secrets }
    } catch {
      return { settings: null, secrets: [] }
    }
  }
}

const refusedOf = (look: Look | undefined): ProviderAccountView['lastRefusedCall'] =>
  look ? { at: look.at, why: look.detail } : null
