import { AppError, invalid, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import type { AccountLimits } from '../channels/carrier.ts'
import { type Account, MOST_ACCOUNTS } from './account.ts'
import type { Accounts } from './accounts.ts'
import { type Changes, findOwn, insertOwn, saveOwn } from './edits-store.ts'
import { forgetStates } from './health-store.ts'
import { forgetLook, noteLook } from './look-store.ts'
import type { Opener } from './opener.ts'
import type { NewProviderAccount, ProviderAccountChange, TestAnswer } from './schemas.ts'
import { merge } from './settings.ts'
import type { createSettingsEdit } from './settings-edit.ts'
import { closeBreaker } from './store.ts'

interface Deps {
  readonly db: Pick<Database, 'as' | 'run'>
  readonly clock: Clock
  readonly accounts: Pick<Accounts, 'platform' | 'refresh'>
  readonly opener: Opener
  readonly settingsEdit: ReturnType<typeof createSettingsEdit>
  /** Refuses, in the transaction that adds it, an account by which messages really leave. */
  readonly allowLive: (tx: Tx) => Promise<void>
  readonly onError: (error: unknown) => void
}

/** Whoever waits for a test is a person: the connection's own limits may be minutes. */
const TEST_LIMIT_MS = 20_000
const EDIT_ROUNDS = 5

export type AccountEdits = ReturnType<typeof createAccountEdits>

/** What an organization does with its provider accounts. Every process follows within about a second. */
export function createAccountEdits({ db, clock, accounts, opener, settingsEdit, allowLive, onError }: Deps) {
  return {
    /** @throws AppError `validation_failed`, `conflict` */
    async create(organizationId: string, asked: NewProviderAccount): Promise<Account> {
      const provider = settingsEdit.providerFor(asked.provider, asked.channel)
      const now = clock.now()
      const id = newId(now)
      const account = {
        ...asked,
        id,
        limits: limitsOf(merge({ ...provider.limits }, asked.limits)),
        settings: await settingsEdit.first(id, provider, asked.settings),
        createdAt: now,
      }
      const made = await insertOwn(db, organizationId, account, async (tx) => {
        if (account.provider !== 'sandbox') await allowLive(tx)
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
    async change(organizationId: string, id: string, asked: ProviderAccountChange): Promise<Account> {
      const { limits, settings, ...plain } = asked
      const changed = await edit(organizationId, id, async (account) => ({
        ...plain,
        ...(limits ? { limits: limitsOf(merge({ ...account.limits }, limits)) } : {}),
        ...(settings ? { settings: await settingsEdit.next(account, settings), resetAt: clock.now() } : {}),
      }))
      if (settings) await Promise.all([forgetStates(db.run, id), forgetLook(db.run, id, 'check')])
      await followed()
      return changed
    },

    /** What it has sent is still reported; a try that was left without an answer can no longer be asked about. */
    async remove(organizationId: string, id: string): Promise<void> {
      await edit(organizationId, id, async () => ({ removedAt: clock.now() }))
      await followed()
    },

    /** Closes its breaker in every process. An operator may do that to one of the platform's as well. */
    async reset(organizationId: string, id: string, isOperator: boolean): Promise<Account> {
      const platform = accounts.platform().find((account) => account.id === id)
      if (platform && !isOperator) throw platformsOwn()
      if (platform) await closeBreaker(db.run, id, clock.now())
      const account = platform ?? (await edit(organizationId, id, async () => ({ resetAt: clock.now() })))
      await Promise.all([forgetStates(db.run, id), forgetLook(db.run, id, 'check')])
      await followed()
      return account
    },

    /** Signs in and out without sending, with the settings as they are saved. */
    async test(organizationId: string, id: string, isOperator: boolean): Promise<TestAnswer> {
      const platform = accounts.platform().find((account) => account.id === id)
      if (platform && !isOperator) throw platformsOwn()
      const account = platform ?? (await findOwn(db, organizationId, id))
      if (!account) throw notOwn(id)
      const answer = await tried(account)
      if (answer.ok) await noteLook(db.run, account, 'check', { ...answer, at: clock.now() })
      return answer
    },

    tried,

    /** Closes its breaker in every process, as `reset`: it was found to work. */
    async backInService(account: Account): Promise<void> {
      await closeBreaker(db.run, account.id, clock.now())
      await forgetStates(db.run, account.id)
      await followed()
    },
  }

  /** Signs in and out without sending, with the settings as they are saved. */
  async function tried(account: Account): Promise<TestAnswer> {
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
  }

  /** `change` may look hosts up, so no row is locked meanwhile: what somebody else has changed by then is looked at again. */
  async function edit(organizationId: string, id: string, change: (account: Account) => Promise<Changes>) {
    for (let round = 0; round < EDIT_ROUNDS; round++) {
      const account = await findOwn(db, organizationId, id)
      if (!account) throw notOwn(id)
      const saved = await saveOwn(db, organizationId, account, await change(account))
      if (saved) return saved
    }
    throw new AppError('conflict', 'Others are changing this account at the same time: try again')
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
