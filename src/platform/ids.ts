import { v7 } from 'uuid'

/** A UUIDv7 made at `time`: sorts by creation, and names the monthly partition its row lives in. */
export const newId = (time: Date): string => v7({ msecs: time.getTime() })

/** The smallest UUIDv7 of an instant: the bound of a partition or of a list's date window. */
export function idFloor(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}

/** When a UUIDv7 was made. */
export const idTime = (id: string): Date => new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16))
