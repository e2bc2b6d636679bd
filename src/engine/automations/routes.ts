import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import { type Authentication, actorOf } from '../organizations/authentication.ts'
import { exampleRun, Run } from './run-schema.ts'
import type { Runs } from './runs.ts'
import type { Schedules } from './schedules.ts'

interface Deps {
  readonly auth: Authentication
  readonly runs: Pick<Runs, 'listed' | 'of' | 'start'>
  readonly schedules: Pick<Schedules, 'list' | 'change'>
}

const Schedule = z
  .object({
    cron: z.string(),
    timeZone: z.string(),
    enabled: z.boolean(),
    nextRunAt: z.date().nullable().describe('Null while it is switched off'),
    byDefault: z.object({ cron: z.string(), timeZone: z.string() }),
  })
  .meta({ id: 'AutomationSchedule' })

const exampleSchedule = {
  cron: '30 3 * * *',
  timeZone: 'Europe/Paris',
  enabled: true,
  nextRunAt: new Date('2026-11-03T02:30:00Z'),
  byDefault: { cron: '30 3 * * *', timeZone: 'Europe/Paris' },
}

const Automation = z
  .object({
    name: z.string(),
    description: z.string(),
    schedule: Schedule.nullable().describe('Null: it runs only when it is asked to'),
    lastRun: Run.nullable(),
  })
  .meta({ id: 'Automation' })

const example = {
  name: 'contents.anonymise',
  description: 'Takes names, addresses and words out of what is older than the organization keeps',
  schedule: exampleSchedule,
  lastRun: exampleRun,
}

const Name = z.object({ name: z.string().max(100) })

/** /v1/automations: what runs by itself or when asked, and how it went. */
export const automationRoutes =
  ({ auth, runs, schedules }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Automations']

    app.get(
      '/automations',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'settings.read' }),
        schema: {
          summary: 'Automations, each with its newest run',
          tags,
          response: { 200: z.object({ items: z.array(Automation) }) },
          example: { response: { items: [example] } },
        },
      },
      async (request) => ({ items: await schedules.list(auth.callerOf(request).organizationId) }),
    )

    app.patch(
      '/automations/:name',
      {
        onRequest: auth.guard({ scope: 'manage', permission: 'settings.manage' }),
        schema: {
          summary: 'Change when an automation runs by itself, or switch that off',
          description: 'Running it by hand is always possible. Null is as the product has it.',
          tags,
          params: Name,
          body: z.strictObject({
            enabled: z.boolean().optional(),
            cron: z
              .string()
              .max(100)
              .nullable()
              .optional()
              .describe('Minute, hour, day of the month, month, day of the week'),
            timeZone: z.string().max(64).nullable().optional().describe('IANA; null: the organization’s'),
          }),
          response: { 200: Schedule },
          example: { body: { cron: '0 4 * * *' }, response: { ...exampleSchedule, cron: '0 4 * * *' } },
        },
      },
      async (request) => {
        const { name } = request.params
        const changed = await schedules.change(auth.callerOf(request).organizationId, name, request.body)
        if (!changed) throw new AppError('conflict', `The automation ${name} runs only when it is asked to`)
        return changed
      },
    )

    app.post(
      '/automations/:name/run',
      {
        onRequest: auth.guard({ scope: 'manage', permission: 'settings.manage' }),
        schema: {
          summary: 'Run one now; while it is under way, gives that run',
          tags,
          params: Name,
          body: z
            .strictObject({ dryRun: z.boolean().default(false).describe('Only counts what it would do') })
            .nullish(),
          response: { 202: Run },
          example: { body: { dryRun: true }, response: exampleRun },
        },
      },
      async (request, reply) => {
        const caller = auth.callerOf(request)
        const { name } = runs.listed(request.params.name)
        const dryRun = request.body?.dryRun ?? false
        return reply.code(202).send(await runs.start(caller.organizationId, { name, dryRun, actor: actorOf(caller) }))
      },
    )

    app.get(
      '/automations/:name/runs',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'settings.read' }),
        schema: {
          summary: 'Its runs, newest first',
          tags,
          params: Name,
          querystring: z.strictObject(pageQuery),
          response: { 200: Page(Run) },
          example: { response: { items: [exampleRun], nextCursor: null } },
        },
      },
      async (request) => {
        const { name } = runs.listed(request.params.name)
        const { limit, cursor } = request.query
        const rows = await runs.of(auth.callerOf(request).organizationId, {
          name,
          before: idBefore('runs', cursor),
          limit: limit + 1,
        })
        return idPage('runs', rows, limit, (row) => row)
      },
    )
  }
