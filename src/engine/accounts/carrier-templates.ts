import { AppError, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { CarrierTemplate } from '../channels/report.ts'
import type { Account } from './account.ts'
import type { Accounts } from './accounts.ts'
import {
  blockedTemplates,
  noteTemplates,
  replaceTemplates,
  type StoredTemplate,
  templatesOf,
} from './carrier-templates-store.ts'
import { findOwn } from './edits-store.ts'
import { noteLook, takeLook } from './look-store.ts'
import type { Opener } from './opener.ts'

interface Deps {
  readonly db: Pick<Database, 'as' | 'run'>
  readonly clock: Clock
  readonly accounts: Pick<Accounts, 'platform' | 'servingOf'>
  readonly opener: Opener
  readonly onError: (error: unknown) => void
}

/** Accounts asked at the same time. */
const TOGETHER = 4
/** A little less than the hour between two runs of the automation. */
const AGAIN_AFTER_MS = 55 * 60_000

export type CarrierTemplates = ReturnType<typeof createCarrierTemplates>

/** The templates that carriers have approved, as far as they said: what may be written outside the 24 hours. */
export function createCarrierTemplates({ db, clock, accounts, opener, onError }: Deps) {
  return {
    /** As they were last heard of. @throws AppError `not_found` */
    async list(organizationId: string, id: string): Promise<StoredTemplate[]> {
      return templatesOf(db.run, (await accountOf(organizationId, id)).id)
    },

    /** Asks the carrier now. @throws AppError `not_found`, `forbidden`, `conflict` with the carrier's reason */
    async sync(organizationId: string, id: string, isOperator: boolean): Promise<StoredTemplate[]> {
      const account = await accountOf(organizationId, id)
      if (account.organizationId === null && !isOperator)
        throw new AppError('forbidden', 'This is the platform’s account: it is asked by itself every hour')
      const problem = await ask(account)
      if (problem) throw new AppError('conflict', problem)
      return templatesOf(db.run, account.id)
    },

    /** The accounts an organization writes on WhatsApp by: its own, else the platform's. */
    dueFor: accountsFor,

    /**
     * Asks them, a few at a time; one that cannot be asked does not keep the others waiting. An account that others share
     * is asked by one of them in an hour.
     */
    async syncFor(organizationId: string): Promise<{ accounts: number; templates: number; failed: number }> {
      const counts = { accounts: 0, templates: 0, failed: 0 }
      const left = accountsFor(organizationId)
      const workers = Array.from({ length: TOGETHER }, async () => {
        for (let account = left.pop(); account; account = left.pop()) {
          const now = clock.now()
          if (!(await takeLook(db.run, account, 'templates', new Date(now.getTime() - AGAIN_AFTER_MS), now))) continue
          counts.accounts++
          const problem = await ask(account).catch((error: unknown) => {
            onError(error)
            return 'Something went wrong here'
          })
          await noteLook(db.run, account, 'templates', { ok: !problem, detail: problem ?? null, at: clock.now() })
          if (problem) counts.failed++
          else counts.templates += (await templatesOf(db.run, account.id)).length
        }
      })
      await Promise.all(workers)
      return counts
    },

    /** What a carrier's webhook said of an account's templates. Doing it again changes nothing. */
    async note(accountId: string, templates: readonly CarrierTemplate[]): Promise<void> {
      if (templates.length > 0) await noteTemplates(db.run, accountId, templates, clock.now())
    },

    /** Those of the accounts that must not be sent now. */
    blocked: (accountIds: readonly string[]) => blockedTemplates(db.run, accountIds),
  }

  function accountsFor(organizationId: string): Account[] {
    return accounts.servingOf(organizationId).filter((one) => one.channel === 'whatsapp' && hasTemplates(one))
  }

  /** Those of a carrier that is asked for them: neither the sandbox nor one that keeps them to itself. */
  function hasTemplates(account: Account): boolean {
    const provider = opener.providerOf(account)
    if (!provider) return false
    const opened = opener.connect(account, provider)
    if ('refused' in opened) return true
    opened.connection.close().catch(onError)
    return opened.connection.templates !== undefined
  }

  /** Undefined when it was asked and what it said is kept; else why not. */
  async function ask(account: Account): Promise<string | undefined> {
    const provider = opener.providerOf(account)
    if (!provider) return `This version has no provider ${account.provider}`
    const opened = opener.connect(account, provider)
    if ('refused' in opened) return opened.refused.detail
    const { connection } = opened
    try {
      if (!connection.templates) return 'This account has no templates that could be asked for'
      const templates = await connection.templates().catch((error: Error) => error.message)
      if (typeof templates === 'string') return templates
      await replaceTemplates(db.run, account, templates, clock.now())
      return undefined
    } finally {
      connection.close().catch(onError)
    }
  }

  async function accountOf(organizationId: string, id: string): Promise<Account> {
    const found = (await findOwn(db, organizationId, id)) ?? accounts.platform().find((account) => account.id === id)
    if (!found) throw notFound('Provider account', id)
    return found
  }
}
