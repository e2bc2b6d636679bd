import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import type { Authentication } from '../organizations/authentication.ts'
import * as examples from './dead-letter-examples.ts'
import type { DeadLetters } from './dead-letters.ts'
import { FAILURES } from './outcome.ts'
import { Channel, DateTime, Id } from './schemas.ts'

/** Messages one re-drive can name. */
const MESSAGES_NAMED = 1000

const Reason = z.enum(FAILURES)
const Count = z.int().min(0)

const narrowing = {
  reason: Reason.optional(),
  channel: Channel.optional(),
  type: z.string().max(100).optional(),
  code: z.string().max(200).optional().describe('The carrier’s own'),
  from: DateTime.optional().describe('Failed at this moment or later'),
  to: DateTime.optional().describe('Failed before this moment'),
  contactId: z.uuid().optional(),
}

const Letter = z
  .object({
    id: z.uuid().describe('Of the message'),
    notificationId: z.uuid(),
    contactId: z.uuid(),
    contactName: z.string().nullable(),
    channel: Channel,
    type: z.string(),
    reason: Reason,
    code: z.string().nullable(),
    detail: z.string().describe('In plain words'),
    failedAt: z.date(),
    attemptCount: Count,
  })
  .meta({ id: 'DeadLetter' })

const NO_FILTER = 'is needed; to take every dead letter, say { "filter": {} }'
const missing = ({ input }: { input?: unknown }) => (input === undefined || input === null ? NO_FILTER : undefined)

const Filter = z
  .strictObject(
    { ...narrowing, messageIds: z.array(z.uuid()).min(1).max(MESSAGES_NAMED).optional() },
    { error: missing },
  )
  .meta({ id: 'DeadLetterFilter' })

const RequeueRequest = z
  .strictObject(
    { filter: Filter, dryRun: z.boolean().default(false).describe('Only says what would be taken') },
    { error: missing },
  )
  .meta({ id: 'RequeueRequest' })

const Preview = z
  .object({
    count: Count,
    byReason: z.array(z.object({ reason: Reason, count: Count })),
    leftOut: Count.describe(
      'Letters that match but may have arrived; taken only when the filter names the reason `uncertain` or the messages',
    ),
  })
  .meta({ id: 'RequeuePreview' })

const Requeue = z
  .object({
    id: z.uuid(),
    status: z.enum(['running', 'done']),
    filter: Filter,
    total: Count,
    requeued: Count,
    skipped: z.object({
      count: Count,
      why: z
        .record(z.string(), Count)
        .describe(
          '`suppressed`, `contact_removed`, `no_longer_dead`; of reminders `subject_begun`, `subject_moved`, `subject_cancelled`',
        ),
    }),
    createdAt: z.date(),
    finishedAt: z.date().nullable(),
  })
  .meta({ id: 'Requeue' })

/** 202, or 200 with `dryRun`: one shape in the document, because a route has one. */
const RequeueAnswer = z.union([Requeue, Preview])

const Summary = z.object({
  total: Count,
  byReason: z.array(z.object({ reason: Reason, count: Count })),
  byChannel: z.array(z.object({ channel: Channel, count: Count })),
  byCode: z
    .array(z.object({ reason: Reason, code: z.string().nullable(), count: Count }))
    .describe('The 50 most frequent'),
})

/** GET /v1/dead-letters and what can be done about them. */
export const deadLetterRoutes =
  ({ auth, deadLetters }: { auth: Authentication; deadLetters: DeadLetters }): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Dead letters']
    const read = { onRequest: auth.guard({ scope: 'read', permission: 'messages.read' }) }

    app.get(
      '/dead-letters',
      {
        ...read,
        schema: {
          summary: 'Messages that ended failed and were not sent again, newest first',
          tags,
          querystring: z.strictObject({ ...pageQuery, ...narrowing }),
          response: { 200: Page(Letter) },
          example: { response: { items: [examples.letter], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor, ...filter } = request.query
        const rows = await deadLetters.list(auth.callerOf(request).organizationId, filter, {
          before: idBefore('dead-letters', cursor),
          limit: limit + 1,
        })
        return idPage('dead-letters', rows, limit, (row) => row)
      },
    )

    app.get(
      '/dead-letters/summary',
      {
        ...read,
        schema: {
          summary: 'How many dead letters there are, by reason, channel and code',
          tags,
          querystring: z.strictObject(narrowing),
          response: { 200: Summary },
          example: { response: examples.summary },
        },
      },
      async (request) => deadLetters.summary(auth.callerOf(request).organizationId, request.query),
    )

    app.post(
      '/dead-letters/requeue',
      {
        onRequest: auth.guard({ scope: 'send', permission: 'messages.send' }),
        schema: {
          summary: 'Send dead letters once more, each as a new message',
          description:
            'The new messages keep the template version and address of the old ones, which stay as they are. Suppressed addresses and removed contacts are skipped and counted. With `dryRun` nothing is changed: 200 says what would be taken.',
          tags,
          body: RequeueRequest,
          response: { 200: RequeueAnswer, 202: RequeueAnswer },
          example: examples.requeue,
        },
      },
      async (request, reply) => {
        const { organizationId } = auth.callerOf(request)
        const { filter, dryRun } = request.body
        if (dryRun) return reply.code(200).send(await deadLetters.preview(organizationId, filter))
        return reply.code(202).send(await deadLetters.requeue(organizationId, filter))
      },
    )

    app.get(
      '/dead-letters/requeues',
      {
        ...read,
        schema: {
          summary: 'Re-drives and how far they are, newest first',
          tags,
          querystring: z.strictObject(pageQuery),
          response: { 200: Page(Requeue) },
          example: { response: { items: [examples.requeueDone], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor } = request.query
        const rows = await deadLetters.requeues(auth.callerOf(request).organizationId, {
          before: idBefore('requeues', cursor),
          limit: limit + 1,
        })
        return idPage('requeues', rows, limit, (row) => row)
      },
    )

    app.get(
      '/dead-letters/requeues/:id',
      {
        ...read,
        schema: {
          summary: 'One re-drive and how far it is',
          tags,
          params: Id,
          response: { 200: Requeue },
          example: { response: examples.requeueDone },
        },
      },
      async (request) => deadLetters.requeueOf(auth.callerOf(request).organizationId, request.params.id),
    )
  }
