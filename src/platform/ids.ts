import { randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'

const RANDOM_BYTES = 16
/** Random bytes for so many ids are drawn at once: asking the system for each costs more than the rest of the id. */
const DRAWN_AT_ONCE = 256

const random = new Uint8Array(RANDOM_BYTES * DRAWN_AT_ONCE)
let used = random.length
let last = { ms: -1, seq: 0 }

/**
 * A UUIDv7 made at `time`: sorts by creation, and names the monthly partition its row lives in. Those of one process and
 * one millisecond sort in the order they were made.
 */
export function newId(time: Date): string {
  if (used === random.length) {
    randomFillSync(random)
    used = 0
  }
  const bytes = random.subarray(used, used + RANDOM_BYTES)
  used += RANDOM_BYTES
  const ms = time.getTime()
  // The upper bit stays free, so that counting on from a random start does not overflow.
  last = {
    ms,
    seq: ms === last.ms ? last.seq + 1 : (bytes[6]! << 23) | (bytes[7]! << 16) | (bytes[8]! << 8) | bytes[9]!,
  }
  return v7({ msecs: ms, seq: last.seq, random: bytes })
}

/** The smallest UUIDv7 of an instant: the bound of a partition or of a list's date window. */
export function idFloor(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}

/** Below every id: where a walk through all of them begins. */
export const FIRST_ID = idFloor(new Date(0))

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
export const isId = (value: unknown): value is string => typeof value === 'string' && ID.test(value)

/** When a UUIDv7 was made. */
export const idTime = (id: string): Date => new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16))
