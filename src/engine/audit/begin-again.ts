import { type Crypto, SealError } from '../../platform/crypto.ts'
import type { Database } from '../../platform/database/database.ts'
import { findChain, keyOf, nextOrganization, replaceKey } from './chain-store.ts'

const FIRST = '00000000-0000-0000-0000-000000000000'

/**
 * For when a CARILLON_SECRET is lost: the chains that no known secret opens go on with a key of their own. Until then
 * their organizations can do nothing that must be written down; from then on, what was before can no longer be verified,
 * which verifying says. The number of chains.
 */
export async function beginAgain(run: Database['run'], crypto: Crypto): Promise<number> {
  let count = 0
  for (let id = await nextOrganization(run, FIRST); id !== undefined; id = await nextOrganization(run, id)) {
    const chain = await findChain(run, id)
    if (!chain || isReadable(chain)) continue
    await replaceKey(run, crypto, chain)
    count++
  }
  return count

  function isReadable(chain: Parameters<typeof keyOf>[0]): boolean {
    try {
      keyOf(chain, crypto)
      return true
    } catch (error) {
      if (error instanceof SealError) return false
      throw error
    }
  }
}
