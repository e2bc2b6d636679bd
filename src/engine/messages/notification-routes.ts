import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { AppError, invalid } from '../../errors.ts'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import { fromZod, Problem, toProblem } from '../../platform/http/problems.ts'
import { documentedAs, plainReply } from '../../platform/http/schemas.ts'
import { ATTACHMENTS_BODY_LIMIT_BYTES } from '../../platform/http/server.ts'
import type { Authentication } from '../organizations/authentication.ts'
import type { Accept } from './accept.ts'
import { type MessageActions, TOO_LATE } from './actions.ts'
import * as examples from './examples.ts'
import { idempotency } from './idempotency.ts'
import type { AcceptOptions } from './prepare.ts'
import type { MessageReader } from './read.ts'
import { BATCH_LIMIT, NotificationRequest } from './request.ts'
import { AcceptedAnswer, Channel, DateTime, Id, NotificationDetail, Status } from './schemas.ts'
import { statusCode } from './status.ts'

interface Deps {
  readonly auth: Authentication
  readonly accept: Accept
  readonly read: MessageReader
  readonly actions: MessageActions
}

const BatchAnswer = z.object({
  results: z.array(
    z.union([z.object({ index: z.int(), ...AcceptedAnswer.shape }), z.object({ index: z.int(), error: Problem })]),
  ),
})

/** A message as it is after something was asked of it. */
const acted = {
  id: z.uuid(),
  channel: Channel,
  status: Status,
  reason: z.enum(TOO_LATE).optional().describe('Why nothing could be done about this one'),
  mayHaveArrived: z.boolean().optional().describe('An earlier try never got an answer: the carrier may have taken it'),
}

export const notificationRoutes =
  ({ auth, accept, read, actions }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const send = {
      onRequest: auth.guard({ scope: 'send', permission: 'messages.send' }),
      serializerCompiler: plainReply,
      bodyLimit: ATTACHMENTS_BODY_LIMIT_BYTES,
    }

    app.post(
      '/notifications',
      {
        ...send,
        schema: {
          summary: 'Tell a contact something, once',
          tags: ['Notifications'],
          body: NotificationRequest,
          response: { 202: AcceptedAnswer },
          example: examples.notification,
        },
      },
      async (request, reply) =>
        reply.code(202).send(
          await accept.one(auth.callerOf(request).organizationId, request.body, {
            idempotency: idempotency(request),
            by: auth.callerOf(request).actor,
          }),
        ),
    )

    app.post(
      '/notifications/batch',
      {
        ...send,
        schema: {
          summary: 'Up to 1000 notifications; each is accepted or refused on its own',
          tags: ['Notifications'],
          // The items are checked one by one, so that a bad one never fails the rest.
          body: z.strictObject({ notifications: z.array(documentedAs(NotificationRequest)).min(1) }),
          response: { 202: BatchAnswer },
          example: examples.batch,
        },
      },
      async (request, reply) => {
        const { notifications } = request.body
        if (notifications.length > BATCH_LIMIT)
          throw invalid(
            'notifications',
            `has ${notifications.length} items; a batch takes at most ${BATCH_LIMIT}`,
            'batch_too_large',
          )
        const { organizationId, actor: by } = auth.callerOf(request)
        const header = idempotency(request)
        const refused = new Map<number, AppError>()
        const items: { index: number; request: NotificationRequest; options: AcceptOptions }[] = []
        notifications.forEach((item, index) => {
          const parsed = NotificationRequest.safeParse(item)
          if (!parsed.success) refused.set(index, fromZod(parsed.error))
          else
            items.push({
              index,
              request: parsed.data,
              options: header
                ? { by, idempotency: { key: `${header.key}#${index}`, requestHash: header.requestHash } }
                : { by },
            })
        })
        const results = await accept.many(organizationId, items)
        const answers = new Map(items.map((item, n) => [item.index, results[n]!]))
        return reply.code(202).send({
          results: notifications.map((_, index) => {
            const answer = refused.get(index) ?? answers.get(index)!
            return answer instanceof AppError ? { index, error: toProblem(answer) } : { index, ...answer }
          }),
        })
      },
    )

    app.get(
      '/notifications',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'messages.read' }),
        schema: {
          summary: 'Notifications, newest first',
          tags: ['Notifications'],
          querystring: z.strictObject({
            ...pageQuery,
            type: z.string().optional(),
            contactId: z.uuid().optional(),
            status: Status.optional(),
            from: DateTime.optional(),
            to: DateTime.optional(),
          }),
          response: { 200: Page(NotificationDetail) },
          example: { response: { items: [examples.notificationDetail], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor, status, from, to, ...rest } = request.query
        const rows = await read.listNotifications(auth.callerOf(request).organizationId, {
          ...rest,
          status: status && statusCode(status),
          from: from === undefined ? from : new Date(from),
          to: to === undefined ? to : new Date(to),
          before: idBefore('notifications', cursor),
          limit: limit + 1,
        })
        return idPage('notifications', rows, limit, (row) => row)
      },
    )

    app.get(
      '/notifications/:id',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'messages.read' }),
        schema: {
          summary: 'One notification with its messages and the timeline of each',
          tags: ['Notifications'],
          params: Id,
          response: { 200: NotificationDetail },
          example: { response: examples.notificationDetail },
        },
      },
      async (request) => read.getNotification(auth.callerOf(request).organizationId, request.params.id),
    )

    app.post(
      '/notifications/:id/cancel',
      {
        onRequest: auth.guard({ scope: 'send', permission: 'messages.send' }),
        schema: {
          summary: 'Stop what has not begun to leave; says for each message whether it was in time',
          tags: ['Notifications'],
          params: Id,
          response: {
            200: z.object({
              id: z.uuid(),
              messages: z.array(
                z.object({
                  ...acted,
                  cancelled: z.boolean(),
                  fallbackStopped: z.boolean().optional().describe('No further channel begins after this one'),
                }),
              ),
            }),
          },
          example: examples.cancel,
        },
      },
      async (request) => actions.cancel(auth.callerOf(request).organizationId, request.params.id),
    )

    app.post(
      '/notifications/:id/reschedule',
      {
        onRequest: auth.guard({ scope: 'send', permission: 'messages.send' }),
        schema: {
          summary: 'Give what has not begun to leave another time; says for each message whether it was in time',
          tags: ['Notifications'],
          params: Id,
          body: z.strictObject({
            sendAt: NotificationRequest.shape.sendAt
              .unwrap()
              .unwrap()
              .nullable()
              .describe('In the past, or null: now. At most five years ahead.'),
          }),
          response: {
            200: z.object({
              id: z.uuid(),
              sendAt: z.date().describe('When it is due'),
              hadPassed: z.boolean().describe('The time asked for had passed: it is due now'),
              messages: z.array(z.object({ ...acted, rescheduled: z.boolean() })),
            }),
          },
          example: examples.reschedule,
        },
      },
      async (request) =>
        actions.reschedule(auth.callerOf(request).organizationId, request.params.id, request.body.sendAt),
    )

    app.post(
      '/notifications/:id/resend',
      {
        onRequest: auth.guard({ scope: 'send', permission: 'messages.send' }),
        schema: {
          summary: 'Send its messages once more, as new messages',
          tags: ['Notifications'],
          params: Id,
          response: {
            202: AcceptedAnswer.omit({ duplicate: true }).extend({
              skipped: z
                .array(z.object({ channel: Channel, reason: z.string() }))
                .describe('`still_waits`, or why its address is suppressed'),
            }),
          },
          example: examples.resend,
        },
      },
      async (request, reply) =>
        reply.code(202).send(await actions.resend(auth.callerOf(request).organizationId, request.params.id)),
    )
  }
