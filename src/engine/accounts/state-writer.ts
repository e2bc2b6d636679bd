import type { Database } from '../../platform/database/database.ts'
import type { AccountState } from './health-store.ts'
import { forgetWorker, WELL, writeStates } from './health-store.ts'
import type { LiveAccount } from './live-account.ts'

interface Deps {
  readonly run: Database['run']
  readonly workerId: string
  readonly onError: (error: Error) => void
}

/** A state that is not “well” is said again so often: readers forget it after a minute. */
const SAID_AGAIN_MS = 10_000
/** A carrier's words in a row, at most. */
const REASON_LENGTH = 300

/** Tells the other processes, by rows, how this worker finds each account. */
export function createStateWriter({ run, workerId, onError }: Deps) {
  const said = new Map<string, { readonly state: AccountState; readonly at: number }>()

  return {
    /** Writes what changed since it was last said. Called every second or so; never rejects. */
    async write(accounts: readonly LiveAccount[]): Promise<void> {
      const now = performance.now()
      const news = accounts
        .map((one) => ({ accountId: one.account.id, state: one.state() }))
        .filter(({ accountId, state }) => isNews(said.get(accountId) ?? { state: WELL, at: now }, state, now))
      if (news.length === 0) return
      try {
        await writeStates(
          run,
          workerId,
          news.map(({ accountId, state }) => ({
            accountId,
            ...state,
            reason: state.reason?.slice(0, REASON_LENGTH) ?? null,
          })),
        )
        for (const { accountId, state } of news) said.set(accountId, { state, at: now })
      } catch (error) {
        onError(error as Error)
      }
    },

    /** This worker's view ends with it. */
    async forget(): Promise<void> {
      await forgetWorker(run, workerId).catch(onError)
    },
  }
}

function isNews({ state: before, at }: { state: AccountState; at: number }, state: AccountState, now: number): boolean {
  const same =
    before.breaker === state.breaker &&
    before.health === state.health &&
    before.reason === state.reason &&
    before.retryAt?.getTime() === state.retryAt?.getTime()
  if (!same) return true
  const isWell = state.breaker === 'closed' && state.health === 1 && state.retryAt === null
  return !isWell && now - at >= SAID_AGAIN_MS
}
