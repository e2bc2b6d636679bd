import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { CompileJob, CompileResult } from './compile-source.ts'

export interface Compiler {
  /**
   * What is wrong with a source comes back as faults, also that it takes longer than 20 s or 512 MB; only a process that
   * cannot run at all throws.
   */
  compile(job: CompileJob): Promise<CompileResult>
  /** Something will soon be compiled: gets ready for it. */
  prepare(): void
  close(): Promise<void>
}

interface Limits {
  /** A compilation takes 10 ms. */
  readonly longestMs?: number
  readonly idleMs?: number
  readonly memoryMb?: number
  /** Where the compiled form of its own code is kept, so that it starts in two thirds of the time; nowhere unless set. */
  readonly cacheFolder?: string
}

interface Waiting {
  resolve(result: CompileResult): void
  reject(error: Error): void
}

/**
 * Compiles templates in a process of their own, started when it is first needed (or soon will be: `prepare`) and ended when
 * it has had nothing to do for a minute. MJML takes a quarter of a second and 100 MB, which a server that publishes nothing should not pay (a thread gives the
 * memory back to nobody); and a hostile source can keep Handlebars' parser, MJML or a pattern busy for minutes, which
 * must not stop the mail. It is told nothing of the environment and holds no connection.
 */
export function createCompiler({
  longestMs = 20_000,
  idleMs = 60_000,
  memoryMb = 512,
  cacheFolder,
}: Limits = {}): Compiler {
  let child: ChildProcess | undefined
  let timer: NodeJS.Timeout | undefined
  let lastId = 0
  const waiting = new Map<number, Waiting>()

  function start(): ChildProcess {
    const started = fork(
      fileURLToPath(new URL('./compile-process.ts', import.meta.url)),
      cacheFolder ? [cacheFolder] : [],
      {
        execArgv: [`--max-old-space-size=${memoryMb}`],
        env: {},
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      },
    )
    started.on('message', (message) => {
      const { id, result } = message as { id: number; result: CompileResult }
      const caller = waiting.get(id)
      waiting.delete(id)
      caller?.resolve(result)
      if (child === started) watch(started)
    })
    started.on('error', (error) => leave(started, ({ reject }) => reject(error)))
    started.on('exit', (code, signal) =>
      leave(started, ({ resolve, reject }) =>
        signal === 'SIGABRT' || signal === 'SIGKILL'
          ? resolve(refused('takes too much memory'))
          : reject(new Error(`The template compiler ended (${signal ?? code})`)),
      ),
    )
    return started
  }

  /** While it works: until it has taken too long. While it rests: until it may go, and this process may end without it. */
  function watch(watched: ChildProcess): void {
    clearTimeout(timer)
    const isBusy = waiting.size > 0
    for (const handle of [watched, watched.channel]) isBusy ? handle?.ref() : handle?.unref()
    timer = isBusy
      ? setTimeout(() => end(({ resolve }) => resolve(refused('takes too long to compile'))), longestMs)
      : setTimeout(() => end(() => {}), idleMs).unref()
  }

  function leave(left: ChildProcess, answer: (caller: Waiting) => void): void {
    if (child !== left) return
    child = undefined
    clearTimeout(timer)
    for (const caller of waiting.values()) answer(caller)
    waiting.clear()
  }

  async function end(answer: (caller: Waiting) => void): Promise<void> {
    const ending = child
    if (!ending) return
    leave(ending, answer)
    ending.ref()
    const ended = new Promise((resolve) => ending.once('exit', resolve))
    if (ending.kill('SIGKILL')) await ended
  }

  function ask(job: CompileJob | null): Promise<CompileResult> {
    child ??= start()
    const id = ++lastId
    const answer = new Promise<CompileResult>((resolve, reject) => waiting.set(id, { resolve, reject }))
    child.send({ id, job })
    watch(child)
    return answer
  }

  return {
    compile: ask,
    prepare: () => void (child ? watch(child) : ask(null).catch(() => {})),
    close: () => end(({ reject }) => reject(new Error('The template compiler was closed'))),
  }
}

const refused = (message: string): CompileResult => ({ faults: [{ field: 'body', line: 1, column: 1, message }] })
