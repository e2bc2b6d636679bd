import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Authentication } from '../organizations/authentication.ts'
import type { Live } from './live.ts'

/** A client that does not keep up is let go; it comes back with its cursor. */
const LARGEST_BACKLOG_BYTES = 4 * 1024 * 1024
const PING_EVERY_MS = 30_000
const TRY_AGAIN_LATER = 1013
const UNSUPPORTED_DATA = 1003

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
    app.get(
      '/realtime',
      {
        websocket: true,
        onRequest: auth.guard({ scope: 'read', permission: 'messages.read', subscriber: true }),
        schema: {
          summary: 'The live socket: frames of what happens, from a cursor on',
          tags: ['Realtime'],
          querystring: z.strictObject({ cursor: z.string().max(100).optional(), token: z.string().optional() }),
          example: {},
        },
      },
      async (socket, request) => {
        const { organizationId, contactId } = auth.callerOf(request)
        let stop: (() => void) | undefined
        let alive = true
        const ping = setInterval(() => {
          if (!alive) return socket.terminate()
          alive = false
          socket.ping()
        }, PING_EVERY_MS)
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
    )
  }
