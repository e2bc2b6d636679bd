/** Does something every so often from `start` to `stop`, never twice at once: a look that takes longer skips its next ones. */
export function createLooking(look: () => Promise<unknown>, everyMs: number, onError: (error: unknown) => void) {
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> | undefined

  return {
    start(): void {
      timer = setInterval(() => {
        looking ??= look()
          .then(() => {}, onError)
          .finally(() => {
            looking = undefined
          })
      }, everyMs)
    },
    /** Waits for the look that is under way. */
    async stop(): Promise<void> {
      clearInterval(timer)
      await looking
    },
  }
}
