import {
  type Queue as AnyBullQueue,
  type Job as BullJob,
  DelayedError,
  type JobsOptions,
  UnrecoverableError,
  type WorkerOptions,
} from 'bullmq'
import { AppError } from '../../errors.ts'
import { systemClock } from '../clock.ts'
import { inTime } from '../in-time.ts'
import { withoutSecrets } from '../logging.ts'
import { tellOnce } from '../tell-once.ts'
import { openPostgresBackend } from './postgres-backend.ts'
import type { Job, JobResult, Queue } from './queue.ts'
import { openRedisBackend } from './redis-backend.ts'

/** Jobs of one `add` go in in portions of this many, each within the time limit. */
const PORTION = 500
const CLOSE_WITHIN_MS = 30_000
const DAY_SECONDS = 86_400

export interface QueueOptions {
  readonly backend: { readonly kind: 'redis' | 'postgres'; readonly url: string }
  /** Keeps queues of several installations (or tests) apart on one server. Letters, digits, `-`, `_`. */
  readonly prefix?: string
  /** Everything that goes wrong between us and the server. What a job throws goes to `log`. */
  readonly onError: (error: Error) => void
  readonly log: Readonly<Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>>
  /** Told of every job this process ran, for the metrics. */
  readonly observe?: (job: string, outcome: 'done' | 'snoozed' | 'cancelled' | 'failed') => void
  /** How long `close` waits for running jobs before it leaves them to another process. Default 30 s. */
  readonly closeWithinMs?: number
}

type Process = (job: BullJob, token?: string) => Promise<void>

/** BullMQ on one kind of server, with its connections. */
export interface QueueBackend {
  queue(name: string): BullQueue
  worker(name: string, process: Process, options: Omit<WorkerOptions, 'connection' | 'prefix'>): BullWorker
  /** Throws soon when the server is not there. */
  ready(): Promise<void>
  check(): Promise<void>
  waiting(name: string, queue: BullQueue): Promise<number>
  close(): Promise<void>
}

interface BullQueue {
  addBulk(jobs: { name: string; data: unknown; opts: JobsOptions }[]): Promise<unknown>
  getJobCounts(...types: ('waiting' | 'prioritized')[]): Promise<Record<string, number>>
  on(event: 'error', listener: (error: Error) => void): unknown
  close(): Promise<void>
}

/** A queue with what the operators' board looks up and does on it (board.ts); nothing else is given one. */
export interface WatchedQueue extends Queue {
  forBoard(job: Pick<Job<unknown>, 'name'>): AnyBullQueue
}

interface BullWorker {
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'failed', listener: (job: BullJob | undefined, error: Error) => void): unknown
  on(event: 'stalled', listener: (jobId: string) => void): unknown
  close(): Promise<void>
}

/**
 * The queue on BullMQ. A call that finds the server gone fails within about two seconds with `unavailable`; workers come
 * back by themselves. On Postgres the schema must exist: `prepareQueue`.
 */
export function createQueue({
  backend: { kind, url },
  prefix = 'carillon',
  onError,
  log,
  observe = () => {},
  closeWithinMs = CLOSE_WITHIN_MS,
}: QueueOptions): WatchedQueue {
  const report = tellOnce(onError)
  const backend = (kind === 'redis' ? openRedisBackend : openPostgresBackend)(url, prefix, report)
  const queues = new Map<string, BullQueue>()
  const workers = new Map<string, BullWorker>()
  let closing: Promise<void> | undefined
  let closed = false

  function queueOf(name: string): BullQueue {
    let queue = queues.get(name)
    if (!queue) {
      queue = backend.queue(name)
      queue.on('error', report)
      queues.set(name, queue)
    }
    return queue
  }

  /** Any failure of the server becomes `unavailable`; the cause is kept. */
  async function reaching<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    if (closed) throw new AppError('unavailable', 'This process is stopping', { retryAfterSeconds: 2 })
    try {
      return await inTime('The queue', work())
    } catch (cause) {
      if (cause instanceof AppError) throw cause
      throw new AppError('unavailable', 'The queue cannot be reached', { retryAfterSeconds: 2, cause })
    }
  }

  return {
    async add(job, jobs) {
      const options = optionsOf(job)
      for (let from = 0; from < jobs.length; from += PORTION) {
        const portion = jobs.slice(from, from + PORTION).map(({ payload, priority }) => ({
          name: job.name,
          data: payload,
          opts: priority ? { ...options, priority } : options,
        }))
        await reaching(async () => {
          await backend.ready()
          await queueOf(job.name).addBulk(portion)
        })
      }
    },

    waiting: (job) =>
      reaching(async () => {
        await backend.ready()
        return await backend.waiting(job.name, queueOf(job.name))
      }),

    work(job, run) {
      if (closing) throw new Error('The queue is closed')
      if (workers.has(job.name)) throw new Error(`${job.name} already has its worker in this process`)
      const worker = backend.worker(job.name, processor(job, run, log, observe), {
        concurrency: job.concurrency,
        // A nudge whose worker died comes back once; after that its row, still due, is offered again.
        maxStalledCount: 1,
        lockDuration: 30_000,
        stalledInterval: 30_000,
        drainDelay: 10,
        runRetryDelay: 1_000,
      })
      worker.on('error', report)
      worker.on('stalled', (jobId) =>
        log.warn({ job: job.name, jobId }, 'A job’s worker died; it goes back to the queue'),
      )
      workers.set(job.name, worker)
    },

    check: () => reaching(() => backend.check()),

    // BullMQ's type names the Redis connection; the board knows both kinds when it meets them.
    forBoard: (job) => queueOf(job.name) as unknown as AnyBullQueue,

    close() {
      closing ??= (async () => {
        const done = Promise.allSettled([...workers.values()].map((worker) => worker.close()))
        if (!(await within(closeWithinMs, done)))
          log.warn({}, 'Some jobs did not end in time; another process takes them')
        closed = true // only now: running jobs may have added others
        await within(2_000, Promise.allSettled([...queues.values()].map((queue) => queue.close())))
        await within(2_000, backend.close().catch(report))
      })()
      return closing
    },
  }
}

const optionsOf = ({ attempts }: Job<unknown>): JobsOptions => ({
  attempts,
  backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
  removeOnComplete: true,
  removeOnFail: { age: 7 * DAY_SECONDS, count: 5_000 },
  stackTraceLimit: 1,
})

/** Turns what a job answers into what BullMQ understands. */
function processor<Payload>(
  job: Job<Payload>,
  run: (payload: Payload) => Promise<JobResult>,
  log: QueueOptions['log'],
  observe: NonNullable<QueueOptions['observe']>,
): Process {
  return async (taken, token) => {
    const payload = job.payload.safeParse(taken.data)
    if (!payload.success) {
      log.error({ job: job.name, jobId: taken.id, err: payload.error }, 'A job does not carry what its kind says')
      observe(job.name, 'failed')
      throw new UnrecoverableError('invalid payload')
    }
    const result = await run(payload.data).catch((thrown: unknown) => {
      observe(job.name, 'failed')
      const attempt = taken.attemptsMade + 1
      const err =
        thrown instanceof Error ? thrown : new Error('A job threw something that is not an error', { cause: thrown })
      if (attempt < job.attempts)
        log.warn({ job: job.name, jobId: taken.id, attempt, err }, 'A job failed; it is tried again')
      else log.error({ job: job.name, jobId: taken.id, attempt, err }, 'A job failed for good')
      // What is stored with the job is read by operators: the same rule as for logs.
      throw new Error(withoutSecrets(err.message))
    })
    observe(job.name, !result ? 'done' : 'cancel' in result ? 'cancelled' : 'snoozed')
    if (!result) return
    if ('cancel' in result) {
      log.info({ job: job.name, jobId: taken.id, reason: result.cancel }, 'A job was cancelled')
      throw new UnrecoverableError(withoutSecrets(result.cancel))
    }
    await taken.moveToDelayed(systemClock.now().getTime() + result.snoozeMs, token)
    throw new DelayedError()
  }
}

/** Whether it ended in time; what it ended with is its own affair. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  try {
    return await Promise.race([work.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
