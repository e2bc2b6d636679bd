import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import { type Authentication, actorOf } from '../organizations/authentication.ts'
import { exampleRun, Run } from './run-schema.ts'
import type { Runs } from './runs.ts'

interface Deps {
  readonly auth: Authentication
  readonly runs: Pick<Runs, 'list' | 'listed' | 'of' | 'start'>
}

const Automation = z
  .object({
    name: z.string(),
    description: z.string(),
    everyHours: z.int().nullable().describe('How often it runs by itself; null: only when it is asked to'),
    lastRun: Run.nullable(),
  })
  .meta({ id: 'Automation' })

const example = {
  name: 'contents.anonymise',
  description: 'Takes names, addresses and words out of what is older than the organization keeps',
  everyHours: 24,
  lastRun: exampleRun,
}

const Name = z.object({ name: z.string().max(100) })

/** /v1/automations: what runs by itself or when asked, and how it went. */
export const automationRoutes =
  ({ auth, runs }: Deps): FastifyPluginAsyncZod =>
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
      async (request) => ({ items: await runs.list(auth.callerOf(request).organizationId) }),
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
