import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import { channelCode } from '../channels/channel.ts'
import type { Authentication } from '../organizations/authentication.ts'
import * as examples from './examples.ts'
import type { MessageReader } from './read.ts'
import { Channel, DateTime, Id, MessageDetail, MessageItem, Status } from './schemas.ts'
import { statusCode } from './status.ts'

/** GET /v1/messages and /v1/messages/:id. */
export const messageRoutes =
  ({ auth, read }: { auth: Authentication; read: MessageReader }): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/messages',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'messages.read' }),
        schema: {
          summary: 'Messages, newest first',
          tags: ['Messages'],
          querystring: z.strictObject({
            ...pageQuery,
            channel: Channel.optional(),
            status: Status.optional(),
            provider: z.string().optional(),
            type: z.string().optional(),
            contactId: z.uuid().optional(),
            address: z.string().optional().describe('Exactly as stored: lower case, or E.164'),
            from: DateTime.optional(),
            to: DateTime.optional(),
          }),
          response: { 200: Page(MessageItem) },
          example: { response: { items: [examples.messageItem], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor, channel, status, from, to, ...rest } = request.query
        const rows = await read.list(auth.callerOf(request).organizationId, {
          ...rest,
          channel: channel && channelCode(channel),
          status: status && statusCode(status),
          from: from === undefined ? from : new Date(from),
          to: to === undefined ? to : new Date(to),
          before: idBefore('messages', cursor),
          limit: limit + 1,
        })
        return idPage('messages', rows, limit, (row) => row)
      },
    )

    app.get(
      '/messages/:id',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'messages.read' }),
        schema: {
          summary: 'One message: what it says, its tries, its timeline',
          tags: ['Messages'],
          params: Id,
          response: { 200: MessageDetail },
          example: { response: examples.messageDetail },
        },
      },
      async (request) => read.get(auth.callerOf(request).organizationId, request.params.id),
    )
  }
