import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { idFloor } from '../../platform/ids.ts'
import type { Account } from './account.ts'
import type { Accounts } from './accounts.ts'
import type { AccountEdits } from './edits.ts'
import { looksOf, noteLook, takeLook, usedLately } from './look-store.ts'
import type { TestAnswer } from './schemas.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  readonly accounts: Pick<Accounts, 'servingOf'>
  readonly edits: Pick<AccountEdits, 'tried' | 'backInService'>
}

const HOUR_MS = 3_600_000
/** A little less than the hour between two runs of the automation. */
const AGAIN_AFTER_MS = 55 * 60_000
/** One that failed may be an accident on the way. */
const SECOND_TRY_AFTER_MS = 3_000
const TOGETHER = 4
/** An account that is out: not so often that a mail server shuts out whoever tries the wrong password. */
const REVIVED_EVERY_MS = 5 * 60_000

export type AccountChecks = ReturnType<typeof createAccountChecks>

/**
 * Signs in to accounts that have sent nothing lately, without sending anything, so that a password that was changed is known
 * before the next message needs it.
 */
export function createAccountChecks({ db, clock, accounts, edits }: Deps) {
  return {
    /** The accounts an organization sends by that are to be looked at now: nothing has left by them for an hour, or they failed. */
    async due(organizationId: string): Promise<Account[]> {
      // The in-app feed is the database.
      const ours = accounts.servingOf(organizationId).filter(({ channel }) => channel !== 'in_app')
      const ids = ours.map(({ id }) => id)
      const now = clock.now()
      const used = await usedLately(db.run, organizationId, ids, idFloor(new Date(now.getTime() - HOUR_MS)))
      const looks = await looksOf(db.run, 'check', ids)
      return ours.filter(({ id }) => !used.has(id) || looks.get(id)?.ok === false)
    },

    /** Looks at them, a few at a time. An account that others share is looked at by one of them in an hour. */
    async check(due: readonly Account[]): Promise<{ checked: number; failed: number; cannot_be_checked: number }> {
      const counts = { checked: 0, failed: 0, cannot_be_checked: 0 }
      const left = [...due]
      const workers = Array.from({ length: TOGETHER }, async () => {
        for (let account = left.pop(); account; account = left.pop()) {
          const now = clock.now()
          if (!(await takeLook(db.run, account, 'check', new Date(now.getTime() - AGAIN_AFTER_MS), now))) continue
          const { ok } = await look(account)
          if (ok === null) counts.cannot_be_checked++
          else counts.checked++
          if (ok === false) counts.failed++
        }
      })
      await Promise.all(workers)
      return counts
    },

    /** An account is out and no message is there to find out whether it works again: this does, every five minutes. */
    async revive(account: Account): Promise<void> {
      const now = clock.now()
      if (!(await takeLook(db.run, account, 'check', new Date(now.getTime() - REVIVED_EVERY_MS), now))) return
      const { ok } = await look(account)
      if (ok) await edits.backInService(account)
    },
  }

  async function look(account: Account): Promise<TestAnswer> {
    let answer = await edits.tried(account)
    if (answer.ok === false) {
      await new Promise((resolve) => setTimeout(resolve, SECOND_TRY_AFTER_MS))
      answer = await edits.tried(account)
    }
    await noteLook(db.run, account, 'check', { ...answer, at: clock.now() })
    return answer
  }
}
