/**
 * The load generator, a process of its own so that its work is never counted as the server's. The bench
 * posts a LoadJob to its control port, one at a time, and is answered with the LoadResult. Requests are written from a
 * prepared text by joining strings, or were made beforehand; they leave over keep-alive connections.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { Pool } from 'undici'

export interface LoadJob {
  origin: string
  path: string
  headers: Record<string, string>
  /** The JSON of one item; `{{seq}}` and `{{to}}` are filled in. */
  item: string
  /** Who `{{to}}` is, in turn. */
  targets: string[]
  /** Where `{{seq}}` starts: no two jobs of a bench may say the same. */
  from: number
  count: number
  connections: number
  /** Items per request, as `{"notifications": […]}`; none means one item per request. */
  batch?: number
  /** Requests per second, sent when their time has come whether or not the earlier ones are answered; none means as fast as answered. */
  rate?: number
  /** With a rate: what finds no connection free is not sent, so that no latency is that of a queue of our own. */
  drop?: boolean
}

/** Calls that were made beforehand, each in its own way: what is signed cannot be filled in. */
export interface CallsJob {
  origin: string
  calls: readonly Call[]
  connections: number
  rate?: number
}

export interface Call {
  path: string
  headers: Record<string, string>
  body: string
  /** Calls of a kind have latencies of their own. */
  kind: string
}

export interface LoadResult {
  /** Items answered as taken. */
  accepted: number
  /** Items refused or lost, with the first answer of that kind. */
  failed: number
  firstFailure?: string
  startedAt: number
  endedAt: number
  /** Milliseconds from when a request should have left to its whole answer. */
  latency: Latency
  /** The same for each kind of call. */
  latencyOf: Record<string, Latency>
  /** Answers by their status; 0 for none. */
  answers: Record<string, { count: number; latency: Latency }>
  /** What found no connection free. */
  notSent: number
}

export interface Latency {
  p50: number
  p95: number
  p99: number
  max: number
}

/** One request, and how many items it carries. */
interface Outgoing {
  readonly path: string
  readonly headers: Record<string, string>
  readonly size: number
  readonly kind: string
  readonly text: () => string | Buffer
}

type Writer = (seq: number) => string

function writerOf({ item, targets }: LoadJob): Writer {
  const parts = item.split(/(\{\{seq\}\}|\{\{to\}\})/)
  return (seq) => {
    let text = ''
    for (const part of parts) {
      text += part === '{{seq}}' ? seq : part === '{{to}}' ? targets[seq % targets.length] : part
    }
    return text
  }
}

/** All requests of a job; batches are written beforehand, they are few and long. */
function requestsOf(job: LoadJob | CallsJob): Outgoing[] {
  const headers = { 'content-type': 'application/json' }
  if ('calls' in job)
    return job.calls.map(({ body, ...call }) => ({
      ...call,
      headers: { ...headers, ...call.headers },
      size: 1,
      text: () => body,
    }))
  const write = writerOf(job)
  const size = job.batch ?? 1
  const kind = job.batch === undefined ? 'single' : 'batch'
  const all = { path: job.path, headers: { ...headers, ...job.headers }, kind }
  const requests: Outgoing[] = []
  for (let done = 0; done < job.count; done += size) {
    const items = Math.min(size, job.count - done)
    const first = job.from + done
    if (job.batch === undefined) requests.push({ ...all, size: items, text: () => write(first) })
    else {
      const whole = Buffer.from(
        `{"notifications":[${Array.from({ length: items }, (_, i) => write(first + i)).join(',')}]}`,
      )
      requests.push({ ...all, size: items, text: () => whole })
    }
  }
  return requests
}

async function run(job: LoadJob | CallsJob): Promise<LoadResult> {
  const pool = new Pool(job.origin, { connections: job.connections, pipelining: 1 })
  const requests = requestsOf(job)
  const latencies = new Float64Array(requests.length)
  const NOT_SENT = 1
  const statuses = new Uint16Array(requests.length).fill(NOT_SENT)
  const result = { accepted: 0, failed: 0, latencyOf: {}, answers: {}, notSent: 0 } as unknown as LoadResult

  const fail = (items: number, why: string) => {
    result.failed += items
    result.firstFailure ??= why.slice(0, 500)
  }
  const send = async (index: number, dueAt: number) => {
    const { path, headers, kind, size, text } = requests[index]!
    statuses[index] = 0
    try {
      const answer = await pool.request({ method: 'POST', path, headers, body: text() })
      const reply = await answer.body.text()
      statuses[index] = answer.statusCode
      const isTaken = answer.statusCode >= 200 && answer.statusCode < 300
      const refused = kind === 'batch' ? reply.split('"error"').length - 1 : 0
      if (!isTaken) fail(size, `${answer.statusCode} ${reply}`)
      else if (refused > 0) fail(refused, reply)
      if (isTaken) result.accepted += size - refused
    } catch (error) {
      fail(size, String(error))
    }
    latencies[index] = performance.now() - dueAt
  }

  result.startedAt = Date.now()
  if (job.rate === undefined) {
    let next = 0
    const sender = async () => {
      for (let index = next++; index < requests.length; index = next++) await send(index, performance.now())
    }
    await Promise.all(Array.from({ length: job.connections }, sender))
  } else {
    const begin = performance.now()
    const drop = 'drop' in job && job.drop === true
    const open = new Set<Promise<void>>()
    for (let index = 0; index < requests.length; ) {
      const due = Math.min(requests.length, Math.floor(((performance.now() - begin) / 1000) * job.rate) + 1)
      for (; index < due; index++) {
        if (drop && open.size >= job.connections) {
          result.notSent++
          continue
        }
        const sent: Promise<void> = send(index, drop ? performance.now() : begin + (index / job.rate) * 1000)
        open.add(sent)
        void sent.finally(() => open.delete(sent))
      }
      await pause(1)
    }
    await Promise.all(open)
  }
  result.endedAt = Date.now()
  await pool.close()
  result.latency = latencyIn(latencies)
  for (const kind of new Set(requests.map((request) => request.kind)))
    result.latencyOf[kind] = latencyIn(latencies.filter((_, index) => requests[index]!.kind === kind))
  for (const status of new Set(statuses)) {
    if (status === NOT_SENT) continue
    const took = latencies.filter((_, index) => statuses[index] === status)
    result.answers[status] = { count: took.length, latency: latencyIn(took) }
  }
  return result
}

function latencyIn(latencies: Float64Array): Latency {
  const sorted = latencies.toSorted()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
}

const control = createServer(async (request, response) => {
  const result = await run((await json(request)) as LoadJob | CallsJob).catch((error: unknown) => ({
    error: String(error),
  }))
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result))
})
control.requestTimeout = 0
control.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ control: (control.address() as AddressInfo).port }))
})
// The one who started it holds its stdin; when that ends (also by kill -9) so does the load.
process.stdin.on('end', () => process.exit(0)).resume()
