import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Authentication } from '../organizations/authentication.ts'
import type { Live } from './live.ts'

/** A client that does not keep up is let go; it comes back with its cursor. */
const LARGEST_BACKLOG_BYTES = 4 * 1024 * 1024
const PING_EVERY_MS = 30_000
const TRY_AGAIN_LATER = 1013
const UNSUPPORTED_DATA = 1003
const POLICY_VIOLATION = 1008
const NEED = { scope: 'read', permission: 'messages.read', subscriber: true } as const

/** GET /v1/realtime — the live socket. */
export const liveRoutes =
  ({
    auth,
    live,
    onError,
  }: {
    auth: Authentication
    live: Live
    onError: (error: unknown) => void
  }): FastifyPluginAsyncZod =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/realtime',
      onRequest: auth.guard(NEED),
      schema: {
        summary: 'The live socket: frames of what happens, from a cursor on',
        tags: ['Realtime'],
        hide: true,
        querystring: z.strictObject({ cursor: z.string().max(100).optional(), token: z.string().optional() }),
        example: {},
      },
      handler: async () => {
        throw new AppError('bad_request', 'This address opens a WebSocket; ask for the upgrade')
      },
      wsHandler: async (socket, request) => {
        const caller = auth.callerOf(request)
        const { organizationId, contactId } = caller
        let stop: (() => void) | undefined
        let alive = true
        const ping = setInterval(() => {
          if (!alive) return socket.terminate()
          alive = false
          socket.ping()
          recheck()
        }, PING_EVERY_MS)
        const recheck = () => {
          auth
            .isStillAllowed(request, NEED, caller)
            .then((allowed) => allowed || socket.close(POLICY_VIOLATION, 'You may no longer listen here'))
            .catch(onError)
        }
        socket.on('pong', () => {
          alive = true
        })
        socket.on('error', onError)
        socket.on('close', () => {
          clearInterval(ping)
          stop?.()
        })
        try {
          stop = await live.listen(
            {
              organizationId,
              contactId,
              recheck,
              send: (frame) => {
                if (socket.bufferedAmount > LARGEST_BACKLOG_BYTES)
                  socket.close(TRY_AGAIN_LATER, 'Too far behind; come back with your cursor')
                else socket.send(JSON.stringify(frame))
              },
            },
            request.query.cursor,
          )
        } catch (error) {
          onError(error)
          return socket.close(TRY_AGAIN_LATER, 'Try again')
        }
        if (!stop) return socket.close(UNSUPPORTED_DATA, 'This cursor is not one of ours')
        if (socket.readyState !== socket.OPEN) stop()
      },
    })
  }
