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
  /** So many gather before a run starts beside another one; 1 unless said. More: fewer, larger runs when little is asked. */
  readonly overlapFrom?: number
  /**
   * A run waits so long for `full` items to gather before it starts; no longer, and not at all unless said. For work whose
   * callers lose nothing by a short wait, and that costs nearly as much for one item as for many.
   */
  readonly gather?: { readonly full: number; readonly ms: number }
}

export interface Batcher<In, Out> {
  (item: In): Promise<Out>
  /** Hands in several at once, as if each had been; the answers in their order, an `Error` where one was refused. */
  all(items: readonly In[]): Promise<(Out | Error)[]>
  /** Items that wait for their run to start: the number to refuse new work by. */
  size(): number
  /** Resolves once every item handed in so far has its answer. New items are still taken. */
  drain(): Promise<void>
}

/** Whoever waits for one answer, or for several. */
interface Caller<Out> {
  readonly answers: (Out | Error)[]
  missing: number
  readonly done: (answers: (Out | Error)[]) => void
}

/** One item that was handed in, and whose answer goes to which place. */
interface Entry<In, Out> {
  readonly item: In
  readonly caller: Caller<Out>
  readonly place: number
}

/**
 * Turns concurrent calls for one item into few runs over many. Nobody waits for a timer unless `gather` says so: a run
 * starts at the end of the current turn of the event loop (so that callers of the same turn share it), and while
 * `maxConcurrent` runs are under way (or one, and fewer than `overlapFrom` wait), callers gather for the next one. Items
 * keep the order in which they were handed in.
 */
export function createBatcher<In, Out>({
  run,
  maxItems,
  maxConcurrent,
  overlapFrom = 1,
  gather,
}: BatcherOptions<In, Out>): Batcher<In, Out> {
  let waiting: Entry<In, Out>[] = []
  let running = 0
  let scheduled = false
  let whenIdle: (() => void)[] = []
  let gathering: NodeJS.Timeout | undefined

  const mayStart = () => (running === 0 ? waiting.length > 0 : waiting.length >= overlapFrom && running < maxConcurrent)

  function schedule(): void {
    if (scheduled || !mayStart()) return
    if (gather && waiting.length < gather.full && whenIdle.length === 0) {
      gathering ??= setTimeout(startSoon, gather.ms)
      return
    }
    startSoon()
  }

  function startSoon(): void {
    clearTimeout(gathering)
    gathering = undefined
    if (scheduled || !mayStart()) return
    scheduled = true
    setImmediate(start)
  }

  function start(): void {
    scheduled = false
    while (mayStart()) {
      let entries = waiting
      if (entries.length <= maxItems) waiting = []
      else entries = waiting.splice(0, maxItems)
      running++
      void settle(entries)
    }
  }

  async function settle(entries: readonly Entry<In, Out>[]): Promise<void> {
    try {
      const answers = await run(entries.map((entry) => entry.item))
      if (answers.length !== entries.length) {
        throw new Error(`A batch of ${entries.length} items was answered with ${answers.length} results`)
      }
      for (const [index, entry] of entries.entries()) answer(entry, answers[index] as Out | Error)
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error('A batch failed', { cause: thrown })
      for (const entry of entries) answer(entry, error)
    } finally {
      running--
      schedule()
      if (running === 0 && waiting.length === 0 && whenIdle.length > 0) {
        for (const resolve of whenIdle) resolve()
        whenIdle = []
      }
    }
  }

  function answer({ caller, place }: Entry<In, Out>, given: Out | Error): void {
    caller.answers[place] = given
    caller.missing--
    if (caller.missing === 0) caller.done(caller.answers)
  }

  const add = (item: In): Promise<Out> =>
    new Promise((resolve, reject) => {
      const done = ([given]: (Out | Error)[]) => (given instanceof Error ? reject(given) : resolve(given as Out))
      waiting.push({ item, caller: { answers: [], missing: 1, done }, place: 0 })
      schedule()
    })

  return Object.assign(add, {
    all: (items: readonly In[]): Promise<(Out | Error)[]> =>
      new Promise((resolve) => {
        if (items.length === 0) return resolve([])
        const caller = { answers: new Array<Out | Error>(items.length), missing: items.length, done: resolve }
        for (const [place, item] of items.entries()) waiting.push({ item, caller, place })
        schedule()
      }),
    size: () => waiting.length,
    drain: (): Promise<void> => {
      if (running === 0 && waiting.length === 0) return Promise.resolve()
      const drained = new Promise<void>((resolve) => whenIdle.push(resolve))
      startSoon()
      return drained
    },
  })
}
