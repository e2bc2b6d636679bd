import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { plainReply } from '../../platform/http/schemas.ts'
import { ATTACHMENTS_BODY_LIMIT_BYTES } from '../../platform/http/server.ts'
import { AUDIENCES } from '../catalogue/event.ts'
import type { Authentication } from '../organizations/authentication.ts'
import type { Events } from './events.ts'
import * as examples from './examples.ts'
import { idempotency } from './idempotency.ts'
import { Attachment, NotificationRequest } from './request.ts'
import { AcceptedAnswer } from './schemas.ts'

const Recipients = z.union([NotificationRequest.shape.to, z.array(NotificationRequest.shape.to).max(100)])
const EventRequest = z
  .strictObject({
    type: z.string().min(1).max(100),
    payload: z.record(z.string(), z.unknown()).default({}),
    actor: z.record(z.string(), z.unknown()).optional().describe('Who did it; kept with the event'),
    audience: z
      .partialRecord(z.enum(AUDIENCES), Recipients)
      .optional()
      .describe('Who each audience is; those of the business are found by role when left out'),
    attachments: z
      .array(
        Attachment.extend({
          for: z.array(z.enum(AUDIENCES)).min(1).optional().describe('The audiences it goes to; left out: everyone'),
        }).meta({ id: 'EventAttachment' }),
      )
      .max(50)
      .optional()
      .describe('20 MB in all for each audience'),
    dedupeKey: z.string().min(1).max(200).optional(),
    about: z
      .array(z.uuid())
      .max(20)
      .optional()
      .describe(
        'Ids of the contacts it is about, besides those who hear of it: erasing one of them empties what the others were told',
      ),
    allowRepeat: z
      .boolean()
      .optional()
      .describe('Tell it even though the same words went to the same contact minutes ago'),
  })
  .meta({ id: 'EventRequest' })

const EventAnswer = z.object({
  id: z.uuid(),
  status: z.literal('accepted'),
  notifications: z.array(z.object({ ...AcceptedAnswer.shape, audience: z.enum(AUDIENCES) })),
  skipped: z.array(z.object({ audience: z.enum(AUDIENCES), reason: z.string() })),
})

/** POST /v1/events — something happened; the catalogue says who hears of it. */
export const eventRoutes =
  ({ auth, events }: { auth: Authentication; events: Events }): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/events',
      {
        onRequest: auth.guard({ scope: 'send', permission: 'messages.send' }),
        serializerCompiler: plainReply,
        bodyLimit: ATTACHMENTS_BODY_LIMIT_BYTES,
        schema: {
          summary: 'Something happened: everyone the catalogue names hears of it',
          tags: ['Events'],
          body: EventRequest,
          response: { 202: EventAnswer },
          example: examples.event,
        },
      },
      async (request, reply) => {
        const { organizationId, actor: by } = auth.callerOf(request)
        const options = { idempotency: idempotency(request), by }
        return reply.code(202).send(await events.raise(organizationId, request.body, options))
      },
    )
  }
