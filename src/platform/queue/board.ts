import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { FastifyAdapter } from '@bull-board/fastify'
import helmet from '@fastify/helmet'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import { AppError } from '../../errors.ts'
import { pageHeaders } from '../http/pages.ts'
import { isUnreachable, toProblem } from '../http/problems.ts'
import type { WatchedQueue } from './bullmq-queue.ts'
import type { Job } from './queue.ts'

const BOARD_PATH = '/ops/queues'

interface Parts {
  readonly queue: Pick<WatchedQueue, 'forBoard'>
  readonly jobs: readonly Pick<Job<unknown>, 'name'>[]
  /** Stands before every request: the page, its files and everything it asks for or does. */
  readonly guard: onRequestAsyncHookHandler
  readonly publicUrl: string
  /** Told of everything that is done there, once it was allowed; for the log. */
  readonly onAct?: (request: FastifyRequest) => void
}

/**
 * The operators' view of the queues at /ops/queues: what waits, runs and failed; pause, retry, remove. Whatever is done
 * there costs time and no message: jobs carry ids, and rows that are due are offered again. Somebody who is signed out
 * and asks for the page is sent to sign in; everything else is refused as on any route.
 */
export const queueBoard =
  ({ queue, jobs, guard, publicUrl, onAct }: Parts): FastifyPluginAsync =>
  async (pages) => {
    const board = new FastifyAdapter().setBasePath(BOARD_PATH)
    createBullBoard({
      queues: jobs.map((job) => new BullMQAdapter(queue.forBoard(job), { displayName: job.name })),
      serverAdapter: board,
      options: {
        uiConfig: {
          boardTitle: 'Carillon',
          boardLogo: { path: '/bell.svg', width: 26, height: 26 },
          favIcon: { default: '/bell.svg', alternative: '/bell.svg' },
          miscLinks: [{ text: 'Dashboard', url: '/' }],
          hideDocsLink: true,
          menu: { width: '290px' },
          // On Postgres workers share connections, and none would be found.
          showWorkers: false,
          pollingInterval: { showSetting: true },
        },
      },
    })
    // Thrown on, so that a refusal or a failure leaves as the problem document it is everywhere else.
    board.setErrorHandler((error) => {
      throw refusesWhatIsAsked(error) ? new AppError('bad_request', NOT_TAKEN, { cause: error }) : error
    })

    pages.addHook('onRequest', async (request, reply) => {
      try {
        await guard.call(pages, request, reply)
      } catch (error) {
        const isPage = request.method === 'GET' && request.headers.accept?.includes('text/html')
        if (!(isPage && error instanceof AppError && error.code === 'unauthenticated')) throw error
        return reply.redirect(`/sign-in?next=${encodeURIComponent(request.url)}`)
      }
      reply.removeHeader('content-security-policy')
      if (request.method !== 'GET' && request.method !== 'HEAD') onAct?.(request)
    })
    // What it refuses by itself, as everywhere else; its page shows what its own words say.
    pages.addHook('onSend', async (request, reply, payload) => {
      if (reply.statusCode < 400 || typeof payload !== 'string' || !isJson(reply)) return payload
      const problem = toProblem(refusal(reply.statusCode), request.id)
      reply.code(problem.status).type('application/problem+json; charset=utf-8')
      return JSON.stringify({ ...(JSON.parse(payload) as object), ...problem })
    })
    // It would fetch letters from elsewhere, which the policy refuses and nobody there needs to know of.
    pages.addHook('onSend', async (_request, reply, payload) =>
      typeof payload === 'string' && String(reply.getHeader('content-type')).startsWith('text/html')
        ? payload.replace(/<link href="https:\/\/[^>]*>/g, '')
        : payload,
    )
    // Its handlers look into the body of every request.
    pages.addHook('preHandler', async (request) => {
      request.body ??= {}
      if (typeof request.body !== 'object' || Array.isArray(request.body)) throw new AppError('bad_request', NOT_TAKEN)
    })
    await pages.register(helmet, pageHeaders(publicUrl, "'self'"))
    await pages.register(board.registerPlugin(), { prefix: BOARD_PATH })
  }

const NOT_TAKEN = 'The queue does not take this request'

/** What the board and the queue library say to what they cannot use: a plain Error, a TypeError, or one of a Redis script. */
const refusesWhatIsAsked = (error: Error): boolean =>
  ['Error', 'TypeError', 'ReplyError'].includes(error.name) && !(error instanceof AppError) && !isUnreachable(error)

const isJson = (reply: FastifyReply): boolean => String(reply.getHeader('content-type')).startsWith('application/json')

const refusal = (status: number): AppError => {
  if (status === 404) return new AppError('not_found', 'There is no such queue or job')
  return status === 409
    ? new AppError('conflict', 'The queue or the job is not in a state that allows that')
    : new AppError('bad_request', NOT_TAKEN)
}
