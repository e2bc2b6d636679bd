let aheadMs = 0
const followers = new Set<() => void>()

/** What time it is for the organization: the browser's, and as far ahead as the sandbox's clock was moved. */
export const now = (): Date => new Date(Date.now() + aheadMs)

/** The sandbox's clock is so far ahead. */
export function setAhead(ms: number): void {
  if (ms === aheadMs) return
  aheadMs = ms
  for (const follower of followers) follower()
}

/** Calls back when the clock was moved. Gives how to stop. */
export function onMoved(follower: () => void): () => void {
  followers.add(follower)
  return () => followers.delete(follower)
}
