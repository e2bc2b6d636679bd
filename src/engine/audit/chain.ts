import { createHmac, type KeyObject } from 'node:crypto'
import { hashOf, ORIGIN_KEPT_MS, originDigest, type Row } from './entry.ts'

/** Where an organization's chain begins and ends. */
export interface Head {
  readonly n: number
  readonly hash: Buffer
  readonly at: Date
  /** The last entry that retention took away. */
  readonly anchorN: number
  /** The entry after which the chain can be verified, and its hash: the anchor's, unless a key was lost. */
  readonly startN: number
  readonly startHash: Buffer
  readonly beganAt: Date
}

/** What the first entry after `after` is chained to: 0, or where a lost key ends. */
export const genesis = (key: KeyObject, organizationId: string, after: number): Buffer =>
  createHmac('sha256', key)
    .update(JSON.stringify(['genesis', organizationId, after]))
    .digest()

/** Proves where a chain ends: without the key nobody can make the stamp of a shorter one. */
export const stampOf = (key: KeyObject, organizationId: string, head: Head): Buffer =>
  createHmac('sha256', key)
    .update(
      JSON.stringify([
        'head',
        organizationId,
        head.n,
        head.hash.toString('base64'),
        head.at.toISOString(),
        head.anchorN,
        head.startN,
        head.startHash.toString('base64'),
        head.beganAt.toISOString(),
      ]),
    )
    .digest()

export const FAULTS = [
  'changed', // an entry is not as it was written, or not where
  'removed', // entries are missing
  'inserted', // entries that were never written by us
  'end_cut', // the last entries are missing
  'head_changed', // the record of where the chain ends is not ours
  'head_missing', // there are entries and no such record
  'key_unreadable', // they were made with a CARILLON_SECRET that is not known
] as const

/** What is wrong with a chain, and where. */
export interface Fault {
  readonly what: (typeof FAULTS)[number]
  readonly from: number
  readonly to: number
}

/** A day of grace: addresses are forgotten once an hour. */
const FORGOTTEN_EARLY_MS = ORIGIN_KEPT_MS - 24 * 3_600_000

/**
 * Walks a chain from its start on, entry by entry in their order, and collects what is wrong. An entry that was changed
 * is named alone: the next is held against both the hash that is stored and the one it should have. Where one stands in
 * another's place, neither is what the next was written after, and both are named.
 */
export function createWalk(organizationId: string, key: KeyObject, head: Head, now: Date) {
  const faults: Fault[] = []
  let expected = head.startN + 1
  /** Hashes the next entry may follow; none: the one before it is missing. */
  let previous: Buffer[] = [head.startHash]

  return {
    take(row: Row): void {
      if (row.n > expected) {
        note('removed', expected, row.n - 1)
        previous = []
      }
      const computed = previous.map((hash) => hashOf(key, hash, organizationId, row))
      const isLinked = computed.length === 0 || computed.some((hash) => hash.equals(row.hash))
      if (!isLinked || !isOriginWhole(row, now)) note('changed', row.n, row.n)
      previous = isLinked ? [row.hash] : [row.hash, computed[0]!]
      expected = row.n + 1
    },

    /** After the last: `lastN` is the highest number there was when `head` was read. */
    finish(lastN: number): Fault[] {
      if (expected <= head.n) note('end_cut', expected, head.n)
      else if (!previous.some((hash) => hash.equals(head.hash)) && !faults.some(({ to }) => to === head.n))
        note('changed', head.n, head.n)
      if (lastN > head.n) note('inserted', head.n + 1, lastN)
      return faults
    },
  }

  function note(what: Fault['what'], from: number, to: number): void {
    const last = faults.at(-1)
    if (last?.what === what && last.to === from - 1) faults[faults.length - 1] = { ...last, to }
    else faults.push({ what, from, to })
  }
}

/** Address, program and salt are all there and fit the digest, or were all forgotten in their time. */
function isOriginWhole({ ip, userAgent, originSalt, originDigest: digest, at }: Row, now: Date): boolean {
  if (originSalt) return digest?.equals(originDigest(originSalt, ip, userAgent)) ?? false
  if (ip !== null || userAgent !== null) return false
  return digest === null || now.getTime() - at.getTime() >= FORGOTTEN_EARLY_MS
}
