/** How urgent a message is. The order is the priority, and the position is what tables hold and queues sort by: never reorder. */
export const LANES = ['critical', 'immediate', 'scheduled', 'bulk'] as const
export type Lane = (typeof LANES)[number]

export const laneCode = (lane: Lane): number => LANES.indexOf(lane)
export function laneOf(code: number): Lane {
  const lane = LANES[code]
  if (!lane) throw new Error(`No lane has the code ${code}`)
  return lane
}
