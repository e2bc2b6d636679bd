export interface BatcherOptions<In, Out> {
  /**
   * Does the work for all items at once and answers in their order. An `Error` in the answer rejects the caller of that
   * item alone; a throw (or an answer of another length) rejects every caller of this run and nobody else.
   */
  run(items: In[]): Promise<readonly (Out | Error)[]>
  /** Items one run takes at most. */
  readonly maxItems: number
  /** Runs under way at once. */
  readonly maxConcurrent: number
}

export interface Batcher<In, Out> {
  (item: In): Promise<Out>
  /** Items that wait for their run to start: the number to refuse new work by. */
  size(): number
  /** Resolves once every item handed in so far has its answer. New items are still taken. */
  drain(): Promise<void>
}

interface Caller<In, Out> {
  readonly item: In
  readonly resolve: (answer: Out) => void
  readonly reject: (error: Error) => void
}

/**
 * Turns concurrent calls for one item into few runs over many. Nobody waits for a timer: a run starts at the end of the
 * current turn of the event loop (so that callers of the same turn share it), and while `maxConcurrent` runs are under
 * way, callers gather for the next one. Items keep the order in which they were handed in.
 */
export function createBatcher<In, Out>({ run, maxItems, maxConcurrent }: BatcherOptions<In, Out>): Batcher<In, Out> {
  let waiting: Caller<In, Out>[] = []
  let running = 0
  let scheduled = false
  let whenIdle: (() => void)[] = []

  function schedule(): void {
    if (scheduled || waiting.length === 0 || running >= maxConcurrent) return
    scheduled = true
    setImmediate(start)
  }

  function start(): void {
    scheduled = false
    while (waiting.length > 0 && running < maxConcurrent) {
      let callers = waiting
      if (callers.length <= maxItems) waiting = []
      else callers = waiting.splice(0, maxItems)
      running++
      void settle(callers)
    }
  }

  async function settle(callers: Caller<In, Out>[]): Promise<void> {
    try {
      const answers = await run(callers.map((caller) => caller.item))
      if (answers.length !== callers.length) {
        throw new Error(`A batch of ${callers.length} items was answered with ${answers.length} results`)
      }
      for (const [index, caller] of callers.entries()) {
        const answer = answers[index] as Out | Error
        if (answer instanceof Error) caller.reject(answer)
        else caller.resolve(answer)
      }
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error('A batch failed', { cause: thrown })
      for (const caller of callers) caller.reject(error)
    } finally {
      running--
      schedule()
      if (running === 0 && waiting.length === 0 && whenIdle.length > 0) {
        for (const resolve of whenIdle) resolve()
        whenIdle = []
      }
    }
  }

  const add = (item: In): Promise<Out> =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      schedule()
    })

  return Object.assign(add, {
    size: () => waiting.length,
    drain: (): Promise<void> =>
      running === 0 && waiting.length === 0 ? Promise.resolve() : new Promise((resolve) => whenIdle.push(resolve)),
  })
}
