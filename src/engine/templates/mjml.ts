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
  render(source: string): Promise<MjmlOutput>
  close(): Promise<void>
}

const IDLE_MS = 5_000

/**
 * MJML in a thread of its own, started when it is first needed and ended when it has had nothing to do for a while:
 * loading it takes 0.5 s and 100 MB, and a server that publishes nothing should pay neither.
 */
export function createMjml(): Mjml {
  let thread: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let lastId = 0
  const waiting = new Map<number, { resolve(output: MjmlOutput): void; reject(error: Error): void }>()

  const start = (): Worker => {
    const started = new Worker(new URL('./mjml-thread.ts', import.meta.url))
    started.on('message', ({ id, html, errors }: MjmlOutput & { id: number }) => {
      const caller = waiting.get(id)
      waiting.delete(id)
      caller?.resolve({ html, errors })
      if (waiting.size === 0) rest(started)
    })
    started.on('error', (error) => drop(started, error instanceof Error ? error : new Error(String(error))))
    started.on('exit', () => drop(started, new Error('The MJML thread ended')))
    return started
  }

  const rest = (resting: Worker) => {
    resting.unref()
    idle = setTimeout(() => stop(), IDLE_MS).unref()
  }

  const drop = (dropped: Worker, error: Error) => {
    if (thread !== dropped) return
    thread = undefined
    for (const caller of waiting.values()) caller.reject(error)
    waiting.clear()
  }

  const stop = async () => {
    clearTimeout(idle)
    const ending = thread
    if (!ending) return
    drop(ending, new Error('MJML was closed'))
    await ending.terminate()
  }

  return {
    render: (source) => {
      clearTimeout(idle)
      thread ??= start()
      thread.ref()
      const id = ++lastId
      const answer = new Promise<MjmlOutput>((resolve, reject) => waiting.set(id, { resolve, reject }))
      thread.postMessage({ id, source })
      return answer
    },
    close: stop,
  }
}
