import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import type { FastifyHttpOptions } from 'fastify'
import { AppError } from '../../errors.ts'
import type { ApiHeaders } from './headers.ts'
import { toProblem } from './problems.ts'
import type { Server as App } from './server.ts'

export interface PressureLimits {
  /**
   * Mean delay of the event loop, in two samples on end: one long pause (of the machine, say) is over when it is seen. A
   * healthy process under full load stays below a tenth of this.
   */
  readonly loopDelayMs: number
  /** Share of the heap's own ceiling that may be in use. */
  readonly heapShare: number
  /** Requests begun and not answered. */
  readonly requests: number
  /** Those of them that are worked on: whose callers neither take long to send nor to read. Bounds how long they wait. */
  readonly working: number
  /** Those of them with one `Authorization`: room is left for others. */
  readonly ofOneCaller: number
  /** Bodies of those requests, by their content-length, as far as a route would hold them. */
  readonly bodyBytes: number
}

export const DEFAULT_PRESSURE: PressureLimits = {
  loopDelayMs: 1000,
  heapShare: 0.93,
  requests: 10_000,
  working: 600,
  ofOneCaller: 400,
  bodyBytes: 256 * 1024 * 1024,
}

const SAMPLE_MS = 1000
/** No route holds more of one body. */
const MOST_HELD_BYTES = 32 * 1024 * 1024
/** Samples on end. */
const BEHIND_FROM = 2
const UNAVAILABLE = new AppError('unavailable', 'The server is at its limit; try again shortly', {
  retryAfterSeconds: 2,
})
const RATE_LIMITED = new AppError('rate_limited', 'Too many requests of this key are under way; let some be answered', {
  retryAfterSeconds: 1,
})

interface Taken {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly since: number
  /** Its caller takes long to send it, or to read what was answered: nothing is done for it meanwhile. */
  slow: boolean
}

interface GateOptions {
  readonly limits: PressureLimits
  /** On its refusals, beside those of a problem document. */
  readonly headers: ApiHeaders
  /** Always answered. */
  readonly isExempt: (url: string) => boolean
  readonly onRefused: (request: IncomingMessage, status: number) => void
}

export interface Gate {
  /**
   * Node's server with the gate before it: what is refused is answered before anything of the framework runs for it. As
   * Fastify's `serverFactory`.
   */
  serve(handle: RequestListener, options: FastifyHttpOptions<Server>): Server
  /** Counts what is taken, and refuses what came in by another way than `serve`. */
  guard(app: App): void
}

/**
 * Answers 503 (429 to a caller who has most of what can be worked on) with Retry-After at the door while this process has more work than it
 * can hold, so that what it has already taken is finished soon and memory stays bounded.
 */
export function createGate({ limits, headers: shared, isExempt, onRefused }: GateOptions): Gate {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  const taken = new Set<Taken>()
  const ofCaller = new Map<string, number>()
  let working = 0
  let bodyBytes = 0
  let behind = 0
  let strained = false

  function refusalOf({ url, headers }: IncomingMessage): AppError | undefined {
    if (isExempt(url ?? '')) return undefined
    const full =
      working >= limits.working || taken.size >= limits.requests || bodyBytes + bytesOf(headers) > limits.bodyBytes
    if (strained || full) return UNAVAILABLE
    const { authorization } = headers
    return authorization !== undefined && (ofCaller.get(authorization) ?? 0) >= limits.ofOneCaller
      ? RATE_LIMITED
      : undefined
  }

  function take(request: IncomingMessage, response: ServerResponse): void {
    const { authorization } = request.headers
    const bytes = bytesOf(request.headers)
    const one: Taken = { request, response, since: performance.now(), slow: false }
    taken.add(one)
    working++
    bodyBytes += bytes
    if (authorization !== undefined) ofCaller.set(authorization, (ofCaller.get(authorization) ?? 0) + 1)
    response.once('close', () => {
      taken.delete(one)
      if (!one.slow) working--
      bodyBytes -= bytes
      if (authorization === undefined) return
      const left = (ofCaller.get(authorization) ?? 1) - 1
      if (left > 0) ofCaller.set(authorization, left)
      else ofCaller.delete(authorization)
    })
  }

  function sample(): void {
    const heap = getHeapStatistics()
    behind = delay.mean / 1e6 > limits.loopDelayMs ? behind + 1 : 0
    strained = behind >= BEHIND_FROM || heap.used_heap_size > heap.heap_size_limit * limits.heapShare
    delay.reset()
    const before = performance.now() - SAMPLE_MS
    for (const one of taken) {
      const slow = one.since < before && (!one.request.complete || one.response.headersSent)
      if (slow !== one.slow) working += slow ? -1 : 1
      one.slow = slow
    }
  }

  return {
    serve(handle, { http, keepAliveTimeout = 0, requestTimeout = 0, connectionTimeout = 0 }) {
      const server = createServer(http ?? {}, (request, response) => {
        const refusal = refusalOf(request)
        if (!refusal) return handle(request, response)
        onRefused(request, refusal.status)
        refuse(response, refusal, shared)
      })
      server.keepAliveTimeout = keepAliveTimeout
      server.requestTimeout = requestTimeout
      return server.setTimeout(connectionTimeout)
    },
    guard(app) {
      let timer: NodeJS.Timeout | undefined
      app.addHook('onReady', (done) => {
        delay.enable()
        timer = setInterval(sample, SAMPLE_MS).unref()
        done()
      })
      app.addHook('onClose', (_app, done) => {
        clearInterval(timer)
        delay.disable()
        done()
      })
      app.addHook('onRequest', (request, reply, done) => {
        const refusal = refusalOf(request.raw)
        // A live socket is not a request under way.
        if (!refusal && !request.headers.upgrade && !isExempt(request.url)) take(request.raw, reply.raw)
        done(refusal)
      })
    },
  }
}

/** What may be held of it: a longer body is refused, or goes by as it comes. */
const bytesOf = (headers: IncomingMessage['headers']): number =>
  Math.min(Number(headers['content-length']) || 0, MOST_HELD_BYTES)

function refuse(response: ServerResponse, refusal: AppError, headers: ApiHeaders): void {
  const id = randomUUID()
  const body = JSON.stringify(toProblem(refusal, id))
  response
    .writeHead(refusal.status, {
      'content-type': 'application/problem+json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'retry-after': String(refusal.retryAfterSeconds ?? 1),
      'x-request-id': id,
      ...headers,
    })
    .end(body)
}
