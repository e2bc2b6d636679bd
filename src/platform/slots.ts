/** Lets at most `size` calls run at once; the others wait their turn in the order they came. */
export function createSlots(size: number) {
  let free = size
  const waiting: (() => void)[] = []

  return async function within<T>(work: () => Promise<T>): Promise<T> {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}
