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
import type { Opener } from './opener.ts'

interface Deps {
  readonly db: Pick<Database, 'as' | 'run'>
  readonly clock: Clock
  readonly accounts: Pick<Accounts, 'platform' | 'enabled'>
  readonly opener: Opener
  readonly onError: (error: unknown) => void
}

/** Accounts asked at the same time. */
const TOGETHER = 4

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

    /** Asks every account that has templates; one that cannot be asked does not keep the others waiting. */
    async syncAll(): Promise<void> {
      const left = accounts.enabled().filter(({ channel }) => channel === 'whatsapp')
      const workers = Array.from({ length: TOGETHER }, async () => {
        for (let account = left.pop(); account; account = left.pop()) await ask(account).catch(onError)
      })
      await Promise.all(workers)
    },

    /** What a carrier's webhook said of an account's templates. Doing it again changes nothing. */
    async note(accountId: string, templates: readonly CarrierTemplate[]): Promise<void> {
      if (templates.length > 0) await noteTemplates(db.run, accountId, templates, clock.now())
    },

    /** Those of the accounts that must not be sent now. */
    blocked: (accountIds: readonly string[]) => blockedTemplates(db.run, accountIds),
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
