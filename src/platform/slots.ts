/**
 * Lets at most `size` calls run at once. The others wait their turn: those of a lower rank (0 is the lowest number and
 * the first) before the rest, and within a rank in the order they came.
 */
export function createSlots(size: number) {
  let free = size
  const waiting: (() => void)[][] = []

  return async function within<T>(work: () => Promise<T>, rank = 0): Promise<T> {
    if (free > 0) free--
    else
      await new Promise<void>((resolve) => {
        const queue = waiting[rank] ?? []
        waiting[rank] = queue
        queue.push(resolve)
      })
    try {
      return await work()
    } finally {
      const next = waiting.find((queue) => queue && queue.length > 0)?.shift()
      if (next) next()
      else free++
    }
  }
}
