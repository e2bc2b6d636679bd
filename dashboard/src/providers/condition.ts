import type { ProviderAccount } from '@carillon/client'

/** What a person needs to know of an account at a glance. */
export type AccountCondition = 'off' | 'down' | 'probing' | 'waiting' | 'weak' | 'well'

/** Below this, a good part of its messages goes by another account. */
const WEAK = 0.9

export function conditionOf({ enabled, state }: Pick<ProviderAccount, 'enabled' | 'state'>): AccountCondition {
  if (!enabled) return 'off'
  if (state.breaker === 'open') return 'down'
  if (state.breaker === 'half_open') return 'probing'
  // Closed, but the carrier asked for a pause.
  if (state.retryAt !== null) return 'waiting'
  return state.health < WEAK ? 'weak' : 'well'
}
