import { setImmediate as breathe } from 'node:timers/promises'
import type { Crypto } from '../../platform/crypto.ts'
import type { Database } from '../../platform/database/database.ts'
import { createWalk, type Fault, stampOf } from './chain.ts'
import { eachOrganization, headOf, knownKeyOf, readEntries, surveyChain } from './chain-store.ts'

export interface Verdict {
  readonly organizationId: string
  /** Entries that are kept. */
  readonly entries: number
  /** When the chain began. Entries may begin later: those past their time are taken away from its beginning. */
  readonly beganAt: Date | null
  /** Number and hash of the last entry. Written down elsewhere, they also show that nobody put an older copy back. */
  readonly last: { readonly n: number; readonly hash: string } | null
  readonly faults: readonly Fault[]
}

const READ_AT_ONCE = 500

interface Deps {
  readonly run: Database['run']
  readonly crypto: Crypto
  readonly now: Date
}

/** Reads an organization's chain from its beginning to its end, a few hundred entries at a time, and says what is wrong with it. */
export async function verifyChain(deps: Deps, organizationId: string): Promise<Verdict> {
  const verdict = await look(deps, organizationId)
  // Retention may have taken entries away while they were being read.
  return verdict.faults.length === 0 ? verdict : look(deps, organizationId)
}

/** Every chain there is, one after the other. */
export async function* verifyAll(deps: Deps): AsyncGenerator<Verdict> {
  for await (const organizationId of eachOrganization(deps.run)) yield await verifyChain(deps, organizationId)
}

async function look({ run, crypto, now }: Deps, organizationId: string): Promise<Verdict> {
  const { chain, firstN, lastN } = await surveyChain(run, organizationId)
  const nothing = { organizationId, entries: 0, beganAt: null, last: null, faults: [] }
  if (!chain) {
    if (firstN === undefined) return nothing
    return { ...nothing, faults: [{ what: 'head_missing', from: firstN, to: lastN ?? firstN }] }
  }
  const head = headOf(chain)
  const verdict = {
    ...nothing,
    entries: head.n - head.anchorN,
    beganAt: head.beganAt,
    last: { n: head.n, hash: head.hash.toString('hex') },
  }
  const key = knownKeyOf(chain, crypto)
  if (!key) return { ...verdict, faults: [{ what: 'key_unreadable', from: head.anchorN + 1, to: head.n }] }

  const walk = createWalk(organizationId, key, head, now)
  for (let after = head.startN; after < head.n; ) {
    const rows = await readEntries(run, organizationId, after, head.n, READ_AT_ONCE)
    for (const row of rows) walk.take(row)
    if (rows.length < READ_AT_ONCE) break
    after = rows.at(-1)!.n
    await breathe()
  }
  const faults = walk.finish(lastN ?? 0)
  if (head.startN > head.anchorN) faults.unshift({ what: 'key_unreadable', from: head.anchorN + 1, to: head.startN })
  if (!stampOf(key, organizationId, head).equals(chain.stamp))
    faults.unshift({ what: 'head_changed', from: head.n, to: head.n })
  if (firstN !== undefined && firstN <= head.anchorN)
    faults.unshift({ what: 'inserted', from: firstN, to: head.anchorN })
  return { ...verdict, faults }
}
