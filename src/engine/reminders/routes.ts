import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { idBefore, idPage, momentAfter, momentPage, Page, pageQuery } from '../../platform/http/paging.ts'
import { Timestamp } from '../../platform/http/timestamp.ts'
import { AUDIENCES } from '../catalogue/event.ts'
import { CHANNELS } from '../channels/channel.ts'
import { NotificationRequest } from '../messages/request.ts'
import type { Authentication } from '../organizations/authentication.ts'
import { REMINDER_STATES, stateCode } from './reminder.ts'
import type { Reminders } from './reminders.ts'

interface Deps {
  readonly auth: Authentication
  readonly reminders: Pick<Reminders, 'plan' | 'cancel' | 'get' | 'list'>
}

const Subject = z.object({
  subject: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[\w.:@-]+$/, 'takes letters, digits and . _ : @ -')
    .describe('Your own name of what is reminded of, such as appointment-42'),
})

const MOST_REMINDERS = 20

const NewPlan = z
  .strictObject({
    at: Timestamp.describe('When the subject begins'),
    timeZone: z
      .string()
      .max(64)
      .optional()
      .describe(
        'IANA: whole days and times of day are counted in it. By default the contact’s, else the organization’s',
      ),
    to: NotificationRequest.shape.to,
    payload: NotificationRequest.shape.payload,
    about: z
      .array(z.uuid())
      .max(20)
      .optional()
      .describe(
        'Ids of the contacts it is about, besides the one who is reminded: erasing one of them ends these reminders, and empties those that left',
      ),
    reminders: z
      .array(
        z.strictObject({
          offset: z
            .string()
            .max(40)
            .describe(
              '`-PT24H`: so much time before. `-P7D`: whole days before, at the same local time. `day before at 18:00`, `3 days before at 18:00`, `04:00 on the day`: by the clock',
            ),
          type: z.string().min(1).max(100),
          audience: z.enum(AUDIENCES).optional(),
          channels: z.array(z.enum(CHANNELS)).min(1).max(CHANNELS.length).optional(),
          payload: z.record(z.string(), z.unknown()).optional().describe('Instead of the plan’s'),
        }),
      )
      .min(1)
      .max(MOST_REMINDERS),
  })
  .meta({ id: 'NewReminderPlan' })

const Plan = z
  .object({
    subject: z.string(),
    at: z.date(),
    timeZone: z.string(),
    contactId: z.uuid(),
    contactName: z.string().nullable(),
    cancelledAt: z.date().nullable(),
    reminders: z.array(
      z.object({
        id: z.uuid(),
        offset: z.string(),
        type: z.string(),
        at: z.date().describe('The subject’s time that it belongs to: an earlier one, if the subject has moved since'),
        dueAt: z.date(),
        status: z
          .enum(REMINDER_STATES)
          .describe(
            '`skipped`: its time had passed, or there was none. `refused`: nothing could be sent when it was due',
          ),
        reason: z
          .string()
          .nullable()
          .describe(
            'A stable word: quiet_hours (planned: moved out of them; skipped: no time was left), chosen_hour (in quiet hours, because its time of day was asked for), past, after_subject, subject_begun, subject_cancelled, subject_erased, subject_moved (stopped before it left), no_longer_wanted, or the code of the problem it was refused with',
          ),
        notificationId: z.uuid().nullable(),
      }),
    ),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'ReminderPlan' })

type Found = Awaited<ReturnType<Reminders['get']>>

const toPlan = (plan: Found) => ({
  id: plan.id,
  subject: plan.subject,
  at: plan.at,
  timeZone: plan.time_zone,
  contactId: plan.contact_id,
  contactName: plan.contact_name,
  cancelledAt: plan.cancelled_at,
  reminders: plan.reminders.map((row) => ({
    id: row.id,
    offset: row.rule,
    type: row.type,
    at: row.at,
    dueAt: row.due_at,
    status: REMINDER_STATES[row.state] ?? ('planned' as const),
    reason: row.reason,
    // One that was stopped and is to come again still has the one that was stopped.
    notificationId: row.state === stateCode('planned') ? null : row.notification_id,
  })),
  createdAt: plan.created_at,
  updatedAt: plan.updated_at,
})

const at = new Date('2026-12-01T14:00:00Z')
const example = {
  subject: 'appointment-42',
  at,
  timeZone: 'Europe/Paris',
  contactId: '019a9f00-0000-7000-8000-000000000020',
  contactName: 'Sample Client',
  cancelledAt: null,
  reminders: [
    {
      id: '019a9f00-0000-7000-8000-0000000000d0',
      offset: '-PT24H',
      type: 'appointment.reminder_24h',
      at,
      dueAt: new Date('2026-11-30T14:00:00Z'),
      status: 'planned' as const,
      reason: null,
      notificationId: null,
    },
  ],
  createdAt: new Date('2026-11-02T09:00:00Z'),
  updatedAt: new Date('2026-11-02T09:00:00Z'),
}

/** /v1/reminders: what reminds people of an appointment, a booking, or anything of a host application's that has a time. */
export const reminderRoutes =
  ({ auth, reminders }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Reminders']

    app.put(
      '/reminders/:subject',
      {
        onRequest: auth.guard({ scope: 'send', permission: 'messages.send' }),
        schema: {
          summary: 'Plan the reminders of a subject, or move them with it',
          description:
            'One reminder comes for each offset and each time the subject has had, however often this is called. Those whose moment has passed are skipped. In quiet hours one leaves before them, never after its subject. Whether, where and in which words it is sent is decided when it comes due.',
          tags,
          params: Subject,
          body: NewPlan,
          response: { 200: Plan },
          example: {
            body: {
              at: '2026-12-01T14:00:00Z',
              to: { externalId: 'client-7' },
              payload: { service: 'Haircut', startsAt: '2026-12-01T14:00:00Z' },
              reminders: [{ offset: '-PT24H', type: 'appointment.reminder_24h' }],
            },
            response: example,
          },
        },
      },
      async (request) =>
        toPlan(
          await reminders.plan(auth.callerOf(request).organizationId, {
            subject: request.params.subject,
            ...request.body,
          }),
        ),
    )

    app.get(
      '/reminders/:subject',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'messages.read' }),
        schema: {
          summary: 'The reminders of a subject, and what became of each',
          tags,
          params: Subject,
          response: { 200: Plan },
          example: { response: example },
        },
      },
      async (request) => toPlan(await reminders.get(auth.callerOf(request).organizationId, request.params.subject)),
    )

    app.delete(
      '/reminders/:subject',
      {
        onRequest: auth.guard({ scope: 'send', permission: 'messages.send' }),
        schema: {
          summary: 'Cancel the reminders of a subject, and what of them has not left yet',
          tags,
          params: Subject,
          response: { 200: Plan },
          example: { response: { ...example, cancelledAt: new Date('2026-11-20T09:00:00Z') } },
        },
      },
      async (request) => toPlan(await reminders.cancel(auth.callerOf(request).organizationId, request.params.subject)),
    )

    app.get(
      '/reminders',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'messages.read' }),
        schema: {
          summary: 'Plans of reminders',
          tags,
          querystring: z.strictObject({
            ...pageQuery,
            contactId: z.uuid().optional(),
            status: z
              .enum(REMINDER_STATES)
              .optional()
              .describe('Those with at least one reminder that this has become of'),
            from: Timestamp.optional().describe('Subjects that begin at this time or later'),
            to: Timestamp.optional().describe('Subjects that begin before'),
            order: z
              .enum(['newest', 'soonest'])
              .default('newest')
              .describe(
                '`newest`: planned last. `soonest`: the subject that begins first; give `from` to leave out what is over',
              ),
          }),
          response: { 200: Page(Plan) },
          example: { response: { items: [example], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor, ...filter } = request.query
        const soonest = filter.order === 'soonest'
        const rows = await reminders.list(auth.callerOf(request).organizationId, {
          ...filter,
          ...(soonest
            ? { after: momentAfter('reminders-soonest', cursor) }
            : { before: idBefore('reminders', cursor) }),
          limit: limit + 1,
        })
        return soonest ? momentPage('reminders-soonest', rows, limit, toPlan) : idPage('reminders', rows, limit, toPlan)
      },
    )
  }
