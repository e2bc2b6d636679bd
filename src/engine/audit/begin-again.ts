import type { Crypto } from '../../platform/crypto.ts'
import type { Database } from '../../platform/database/database.ts'
import { eachOrganization, findChain, knownKeyOf, replaceKey } from './chain-store.ts'

/**
 * For when a CARILLON_SECRET is lost: the chains that no known secret opens go on with a key of their own. Until then
 * their organizations can do nothing that must be written down; from then on, what was before can no longer be verified,
 * which verifying says. The number of chains.
 */
export async function beginAgain(run: Database['run'], crypto: Crypto): Promise<number> {
  let count = 0
  for await (const id of eachOrganization(run)) {
    const chain = await findChain(run, id)
    if (!chain || knownKeyOf(chain, crypto)) continue
    await replaceKey(run, crypto, chain)
    count++
  }
  return count
}
