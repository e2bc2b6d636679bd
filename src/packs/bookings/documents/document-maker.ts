import { Worker } from 'node:worker_threads'
import type { z } from 'zod'
import { AppError } from '../../../errors.ts'
import type { Document } from './document.ts'
import type { ThreadAnswer, ThreadJob } from './document-thread.ts'

/** A document as it is given: what has a default may be left out. */
export type GivenDocument = z.input<typeof Document>

export interface MadeDocument {
  readonly bytes: Uint8Array
  readonly sha256: string
  readonly pages: number
  /** Characters the font lacks, which something else was printed for. */
  readonly replaced: readonly string[]
}

/** A document that cannot be made, however often it is tried: what it says is wrong, too large or takes too long. */
export class DocumentRefusedError extends Error {
  override readonly name = 'DocumentRefusedError'
}

export interface DocumentMaker {
  /**
   * Makes a PDF in another thread.
   *
   * @throws DocumentRefusedError for what can never be made; AppError `unavailable` when too many wait already; any other
   * error is a fault in making it. Whatever happens to one document, the next is made.
   */
  make(document: GivenDocument): Promise<MadeDocument>
  /** Ends the threads; what is being made fails. */
  close(): Promise<void>
}

interface Limits {
  readonly threads?: number
  /** A page takes 20 ms, five hundred lines half a second. */
  readonly longestMs?: number
  readonly idleMs?: number
  readonly memoryMb?: number
  readonly mostWaiting?: number
  /** What a thread runs: another file only in tests. */
  readonly thread?: URL
}

/** Of the JSON. Five hundred lines with details of a thousand letters are less. */
const LARGEST = 1_000_000

interface Job extends ThreadJob {
  resolve(made: MadeDocument): void
  reject(error: Error): void
}

interface Seat {
  readonly worker: Worker
  job: Job | undefined
  timer: NodeJS.Timeout | undefined
}

/**
 * Documents are made in threads, one at a time in each, since a page keeps a processor busy for tens of milliseconds in
 * which a server would answer nobody. Threads start when they are first needed and end when they have had nothing to do
 * for a while. One that crashes, runs out of memory or takes too long takes its document with it and nothing else.
 */
export function createDocumentMaker({
  threads = 1,
  longestMs = 20_000,
  idleMs = 30_000,
  memoryMb = 256,
  mostWaiting = 1_000,
  thread = new URL('./document-thread.ts', import.meta.url),
}: Limits = {}): DocumentMaker {
  const seats = new Set<Seat>()
  const waiting: Job[] = []
  let lastId = 0
  let closed = false

  function seatForOne(): Seat | undefined {
    for (const seat of seats) if (!seat.job) return seat
    return seats.size < threads ? start() : undefined
  }

  function start(): Seat {
    const worker = new Worker(thread, { env: {}, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: memoryMb } })
    const seat: Seat = { worker, job: undefined, timer: undefined }
    seats.add(seat)
    worker.on('message', (answer: ThreadAnswer) => {
      const { job } = seat
      if (answer.id !== job?.id) return
      rest(seat)
      if ('bytes' in answer) job.resolve(madeOf(answer))
      else job.reject('refused' in answer ? new DocumentRefusedError(answer.refused) : new Error(answer.failed))
      next()
    })
    worker.on('error', (error: NodeJS.ErrnoException) =>
      leave(
        seat,
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? new DocumentRefusedError(`The document takes more than ${memoryMb} MB to make`)
          : new Error('The thread that made the document crashed', { cause: error }),
      ),
    )
    worker.on('exit', (code) => leave(seat, new Error(`The thread that made the document ended (${code})`)))
    return seat
  }

  function rest(seat: Seat): void {
    clearTimeout(seat.timer)
    seat.job = undefined
    // Whoever has nothing to do must not keep the process alive.
    seat.worker.unref()
    seat.timer = setTimeout(() => void end(seat, new Error('The thread was idle')), idleMs).unref()
  }

  function next(): void {
    for (let job = waiting[0]; job; job = waiting[0]) {
      const seat = seatForOne()
      if (!seat) return
      waiting.shift()
      clearTimeout(seat.timer)
      seat.job = job
      seat.worker.ref()
      seat.timer = setTimeout(
        () => void end(seat, new DocumentRefusedError(`The document takes more than ${longestMs / 1_000} s to make`)),
        longestMs,
      )
      const { id, document, logo } = job
      seat.worker.postMessage({ id, document, logo } satisfies ThreadJob)
    }
  }

  function leave(seat: Seat, error: Error): void {
    if (!seats.delete(seat)) return
    clearTimeout(seat.timer)
    seat.job?.reject(error)
    next()
  }

  async function end(seat: Seat, error: Error): Promise<void> {
    leave(seat, error)
    await seat.worker.terminate()
  }

  return {
    async make(document) {
      if (closed) throw new Error('Documents are not made any more: the product is stopping')
      if (waiting.length >= mostWaiting)
        throw new AppError('unavailable', 'Too many documents are waiting to be made', { retryAfterSeconds: 30 })
      const { logo, ...brand } = document.brand
      const json = JSON.stringify({ ...document, brand })
      if (json.length > LARGEST) throw new DocumentRefusedError('The document is larger than 1 MB')
      return await new Promise<MadeDocument>((resolve, reject) => {
        waiting.push({ id: ++lastId, document: json, logo, resolve, reject })
        next()
      })
    },
    async close() {
      closed = true
      const error = new Error('The document was not made: the product stopped')
      for (const job of waiting.splice(0)) job.reject(error)
      await Promise.all([...seats].map((seat) => end(seat, error)))
    },
  }
}

const madeOf = ({ bytes, sha256, pages, replaced }: Extract<ThreadAnswer, { bytes: Uint8Array }>): MadeDocument => ({
  bytes,
  sha256,
  pages,
  replaced,
})
