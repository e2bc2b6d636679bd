import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import websocket from '@fastify/websocket'
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type RawServerDefault,
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { AppError } from '../../errors.ts'
import { readJsonBodies } from './body.ts'
import { type ApiHeaders, apiHeaders } from './headers.ts'
import { type HealthOptions, registerHealth } from './health.ts'
import { describeRoutes, openapiDocument, registeredRoutes } from './openapi.ts'
import { registerPages } from './pages.ts'
import { createGate, DEFAULT_PRESSURE, type PressureLimits } from './pressure.ts'
import { asAppError, toProblem } from './problems.ts'
import { checkedReply, validateRequest } from './schemas.ts'

/** Fastify whose `schema: { body, querystring, params, response }` are Zod schemas that type the handler. */
export type Server = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>

const BODY_LIMIT_BYTES = 1024 * 1024
/** As a route's `bodyLimit` where attachments are taken: 20 MB of them, in base64. */
export const ATTACHMENTS_BODY_LIMIT_BYTES = 30 * 1024 * 1024

export interface AnsweredRequest {
  readonly method: string
  /** The route's pattern, `/v1/messages/:id`; `unknown` for what is none, so that labels stay few. */
  readonly route: string
  readonly status: number
  readonly seconds: number
}

export interface ServerOptions {
  readonly log: FastifyBaseLogger
  readonly version: string
  /** Base of the addresses people use; https here switches on what only https may have. */
  readonly publicUrl: string
  readonly health: HealthOptions
  /** Whose X-Forwarded-* to believe: Fastify's `trustProxy`. Default: nobody's. */
  readonly trustProxy?: boolean | string | string[]
  readonly dashboardFolder?: string
  readonly pressure?: Partial<PressureLimits>
  /** Told of every answered request, for the metrics. */
  readonly onAnswer?: (request: AnsweredRequest) => void
}

const NO_PRESSURE = /^\/(?:health\/|metrics(?:$|\?))/
const ALLOWED_REQUEST_ID = /^[\w.:-]{8,100}$/

/**
 * The HTTP shell: strict bodies, Zod validation, problem replies for everything, /openapi.json, /docs, health, metrics,
 * WebSockets, the dashboard's files, and load shedding. Register routes on what it returns, then `listen`.
 *
 * Rules for routes: bodies and queries are `z.strictObject` (unknown keys are refused), every schema has a `summary` and
 * an `example`, callers are checked in `onRequest` (before a body is read), and hot routes set
 * `serializerCompiler: plainReply`.
 */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { onAnswer } = options
  const headers = apiHeaders(options.publicUrl)
  const gate = createGate({
    limits: { ...DEFAULT_PRESSURE, ...options.pressure },
    headers,
    isExempt: (url) => NO_PRESSURE.test(url),
    onRefused: ({ method = 'GET' }, status) => onAnswer?.({ method, route: 'unknown', status, seconds: 0 }),
  })
  const mark = (request: FastifyRequest, reply: FastifyReply) => {
    reply.raw.setHeader('x-request-id', request.id)
    reply.headers(headers)
  }
  const server: Server = fastify({
    serverFactory: gate.serve,
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    // One logger for all: a child per request costs more than the few requests that log anything are worth.
    childLoggerFactory: (logger) => logger,
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: options.trustProxy ?? false,
    requestIdHeader: false,
    genReqId: requestId,
    routerOptions: { maxParamLength: 500 },
    requestTimeout: 120_000,
    keepAliveTimeout: 75_000,
    http: { headersTimeout: 30_000 },
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => {
      // No hook has run, nor will one.
      mark(request, reply)
      answer(error, request, reply)
    },
    clientErrorHandler: (error, socket) => refuseGarbage(error, socket, headers),
  }).withTypeProvider<ZodTypeProvider>()

  server.setValidatorCompiler(validateRequest)
  server.setSerializerCompiler(checkedReply)
  server.setErrorHandler<FastifyError>(answer)
  readJsonBodies(server)

  await describeRoutes(server, options)
  server.setNotFoundHandler((request, reply) => {
    const methods = methodsAt(request.url, registeredRoutes(server))
    if (methods.length > 0) reply.header('allow', methods.join(', '))
    return answer(unknownAddress(request, methods), request, reply)
  })

  server.addHook('onRequest', (request, reply, done) => {
    mark(request, reply)
    done(
      request.url.includes('%00') ? new AppError('bad_request', 'The address must not contain NUL (%00)') : undefined,
    )
  })
  gate.guard(server)
  if (onAnswer) {
    server.addHook('onResponse', (request, reply, done) => {
      const { method, routeOptions } = request
      onAnswer({
        method,
        route: routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        seconds: reply.elapsedTime / 1000,
      })
      done()
    })
  }

  await server.register(websocket, { options: { maxPayload: 64 * 1024 } })
  registerHealth(server, options.health)
  // A megabyte that anybody may ask for, written once.
  let document: string | undefined
  server.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => {
    document ??= JSON.stringify(openapiDocument(server))
    return reply.type('application/json; charset=utf-8').send(document)
  })
  await registerPages(server, { publicUrl: options.publicUrl, dashboardFolder: options.dashboardFolder })
  return server
}

/** A caller's own id is kept, so that its logs and ours can be read together. */
function requestId(raw: IncomingMessage): string {
  const given = raw.headers['x-request-id']
  return typeof given === 'string' && ALLOWED_REQUEST_ID.test(given) ? given : randomUUID()
}

/** Every refusal and every surprise leaves through here, as a problem document; surprises are logged, once. */
function answer(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = asAppError(error)
  const about = { requestId: request.id, method: request.method, route: request.routeOptions?.url }
  if (problem.code === 'internal') request.log.error({ ...about, err: error }, 'A request failed')
  else if (problem.code === 'unavailable' && problem.cause)
    request.log.warn({ ...about, err: error }, 'A part could not be reached')

  if (problem.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer')
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', String(Math.ceil(problem.retryAfterSeconds)))
  return reply
    .code(problem.status)
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(toProblem(problem, request.id)))
}

function methodsAt(url: string, routes: readonly { method: string | string[]; url: string }[]): string[] {
  const path = url.split('?', 1)[0] ?? ''
  const matching = routes.filter((route) => !route.url.endsWith('*') && pattern(route.url).test(path))
  return [...new Set(matching.flatMap((route) => route.method))]
}

function unknownAddress(request: FastifyRequest, methods: readonly string[]): AppError {
  if (methods.length > 0) return new AppError('method_not_allowed', `This address takes ${methods.join(', ')}`)
  const path = request.url.split('?', 1)[0] ?? ''
  return new AppError('not_found', `There is nothing at ${request.method} ${path.slice(0, 200)}`)
}

const pattern = (url: string): RegExp => new RegExp(`^${url.replace(/[.+]/g, '\\$&').replace(/:\w+/g, '[^/]+')}/?$`)

/** What is not HTTP at all never reaches a route; it still gets a problem document. */
function refuseGarbage(error: Error & { code?: string }, socket: Socket, headers: ApiHeaders): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const problem = toProblem(new AppError('bad_request', 'This is not a valid HTTP request'))
  const body = JSON.stringify(problem)
  const lines = [
    'HTTP/1.1 400 Bad Request',
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
}
