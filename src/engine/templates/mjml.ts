import { Worker } from 'node:worker_threads'

export interface MjmlFault {
  readonly line: number
  readonly message: string
  readonly tagName: string
}

export interface MjmlOutput {
  readonly html: string
  readonly errors: readonly MjmlFault[]
}

export interface Mjml {
  /** A document that cannot be compiled, or not within 20 s, comes back with `errors`; only a thread that will not start throws. */
  render(source: string): Promise<MjmlOutput>
  close(): Promise<void>
}

interface Waiting {
  resolve(output: MjmlOutput): void
  reject(error: Error): void
}

const IDLE_MS = 5_000
const LONGEST_MS = 20_000
const TOO_LONG: MjmlOutput = { html: '', errors: [{ line: 1, message: 'takes too long to compile', tagName: 'mjml' }] }

/**
 * MJML in a thread of its own, started when it is first needed and ended when it has had nothing to do for a while:
 * loading it takes 0.5 s and 100 MB, and a server that publishes nothing should pay neither.
 */
export function createMjml(): Mjml {
  let thread: Worker | undefined
  let timer: NodeJS.Timeout | undefined
  let lastId = 0
  const waiting = new Map<number, Waiting>()

  function start(): Worker {
    const started = new Worker(new URL('./mjml-thread.ts', import.meta.url))
    started.on('message', ({ id, html, errors }: MjmlOutput & { id: number }) => {
      const caller = waiting.get(id)
      waiting.delete(id)
      caller?.resolve({ html, errors })
      watch(started)
    })
    started.on('error', (error) =>
      leave(started, ({ reject }) => reject(error instanceof Error ? error : new Error(String(error)))),
    )
    started.on('exit', () => leave(started, ({ reject }) => reject(new Error('The MJML thread ended'))))
    return started
  }

  /** While it works: until it has taken too long. While it rests: until it may go. */
  function watch(watched: Worker): void {
    clearTimeout(timer)
    if (waiting.size > 0) {
      watched.ref()
      timer = setTimeout(() => end(({ resolve }) => resolve(TOO_LONG)), LONGEST_MS)
    } else {
      watched.unref()
      timer = setTimeout(() => end(() => {}), IDLE_MS).unref()
    }
  }

  function leave(left: Worker, answer: (caller: Waiting) => void): void {
    if (thread !== left) return
    thread = undefined
    clearTimeout(timer)
    for (const caller of waiting.values()) answer(caller)
    waiting.clear()
  }

  async function end(answer: (caller: Waiting) => void): Promise<void> {
    const ending = thread
    if (!ending) return
    leave(ending, answer)
    await ending.terminate()
  }

  return {
    render: (source) => {
      thread ??= start()
      const id = ++lastId
      const answer = new Promise<MjmlOutput>((resolve, reject) => waiting.set(id, { resolve, reject }))
      thread.postMessage({ id, source })
      watch(thread)
      return answer
    },
    close: () => end(({ reject }) => reject(new Error('MJML was closed'))),
  }
}
