import { monitorEventLoopDelay } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import { AppError } from '../../errors.ts'
import type { Server } from './server.ts'

export interface PressureLimits {
  /** Mean delay of the event loop over a sample. A healthy process under full load stays below a tenth of this. */
  readonly loopDelayMs: number
  /** Share of the heap's own ceiling that may be in use. */
  readonly heapShare: number
  /** Requests begun and not answered. */
  readonly requests: number
  /** Bodies of those requests, by their content-length. */
  readonly bodyBytes: number
}

export const DEFAULT_PRESSURE: PressureLimits = {
  loopDelayMs: 1000,
  heapShare: 0.93,
  requests: 10_000,
  bodyBytes: 256 * 1024 * 1024,
}

const SAMPLE_MS = 1000
const RETRY_AFTER_SECONDS = 2

/**
 * Answers 503 with Retry-After at the door while this process has more work than it can hold, so that what it has
 * already taken is finished and memory stays bounded. Health and metrics are always answered.
 */
export function shedLoad(server: Server, limits: PressureLimits, isExempt: (url: string) => boolean): void {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  let requests = 0
  let bodyBytes = 0
  let strained = false
  let timer: NodeJS.Timeout | undefined

  server.addHook('onReady', (done) => {
    delay.enable()
    timer = setInterval(() => {
      const heap = getHeapStatistics()
      strained = delay.mean / 1e6 > limits.loopDelayMs || heap.used_heap_size > heap.heap_size_limit * limits.heapShare
      delay.reset()
    }, SAMPLE_MS).unref()
    done()
  })
  server.addHook('onClose', (_server, done) => {
    clearInterval(timer)
    delay.disable()
    done()
  })
  server.addHook('onRequest', (request, reply, done) => {
    if (isExempt(request.url)) return done()
    const bytes = Number(request.headers['content-length']) || 0
    if (strained || requests >= limits.requests || bodyBytes + bytes > limits.bodyBytes) {
      return done(
        new AppError('unavailable', 'The server is at its limit; try again shortly', {
          retryAfterSeconds: RETRY_AFTER_SECONDS,
        }),
      )
    }
    // A live socket is not a request under way.
    if (request.headers.upgrade) return done()
    requests += 1
    bodyBytes += bytes
    reply.raw.once('close', () => {
      requests -= 1
      bodyBytes -= bytes
    })
    done()
  })
}
