import { Worker } from 'node:worker_threads'
import type { CompileJob, CompileResult } from './compile-source.ts'

export interface Compiler {
  /** What is wrong with a source comes back as faults, also that it takes longer than 20 s; only a thread that cannot run throws. */
  compile(job: CompileJob): Promise<CompileResult>
  close(): Promise<void>
}

interface Waiting {
  resolve(result: CompileResult): void
  reject(error: Error): void
}

const IDLE_MS = 5_000
const LONGEST_MS = 20_000
const TOO_LONG: CompileResult = {
  faults: [{ field: 'body', line: 1, column: 1, message: 'takes too long to compile' }],
}

/**
 * Compiles templates in a thread of their own, started when it is first needed and ended when it has had nothing to do
 * for a while. Loading MJML takes 0.5 s and 100 MB, which a server that publishes nothing should not pay; and a hostile
 * source can keep Handlebars' parser, MJML or a pattern busy for minutes, which must not stop the mail.
 */
export function createCompiler(): Compiler {
  let thread: Worker | undefined
  let timer: NodeJS.Timeout | undefined
  let lastId = 0
  const waiting = new Map<number, Waiting>()

  function start(): Worker {
    const started = new Worker(new URL('./compile-thread.ts', import.meta.url))
    started.on('message', ({ id, result }: { id: number; result: CompileResult }) => {
      const caller = waiting.get(id)
      waiting.delete(id)
      caller?.resolve(result)
      if (thread === started) watch(started)
    })
    started.on('error', (error) =>
      leave(started, ({ reject }) => reject(error instanceof Error ? error : new Error(String(error)))),
    )
    started.on('exit', () => leave(started, ({ reject }) => reject(new Error('The template compiler ended'))))
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
    compile: (job) => {
      thread ??= start()
      const id = ++lastId
      const answer = new Promise<CompileResult>((resolve, reject) => waiting.set(id, { resolve, reject }))
      thread.postMessage({ id, job })
      watch(thread)
      return answer
    },
    close: () => end(({ reject }) => reject(new Error('The template compiler was closed'))),
  }
}
