import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { numberBefore, numberPage, Page, pageQuery } from '../../platform/http/paging.ts'
import type { Authentication } from '../organizations/authentication.ts'
import type { TemplateEditor } from './editor.ts'
import { examples, Ref, TemplateDiff, TemplateVersion, VersionItem, VersionRef } from './schemas.ts'

interface Deps {
  readonly auth: Authentication
  readonly editor: Pick<TemplateEditor, 'versions' | 'version' | 'diff' | 'remove'>
  /** What became of the messages of each version; those nobody was sent are absent. */
  readonly numbersOf: (
    organizationId: string,
    versionIds: readonly string[],
  ) => Promise<ReadonlyMap<string, z.infer<typeof VersionItem>['statistics']>>
}

const LIST = 'template-versions'
const NOTHING = {
  accepted: 0,
  sent: 0,
  delivered: 0,
  opened: 0,
  clicked: 0,
  bounced: 0,
  failed: 0,
  rates: { delivered: null, opened: null, clicked: null, bounced: null, failed: null },
}
const side = z
  .union([z.enum(['draft', 'live', 'built_in', 'built_in_then']), z.uuid()])
  .describe('A version’s id, or draft, live, built_in, built_in_then (what the live words were made from)')

/** /v1/templates/…/versions: what was published, and what is between two. */
export const templateVersionRoutes =
  ({ auth, editor, numbersOf }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Templates']
    const reading = auth.guard({ scope: 'read', permission: 'settings.read' })
    const path = '/templates/:key/:channel/:locale'

    app.get(
      `${path}/versions`,
      {
        onRequest: reading,
        schema: {
          summary: 'Its published versions with what became of their messages, newest first',
          tags,
          params: Ref,
          querystring: z.strictObject({
            ...pageQuery,
            of: z.enum(['own', 'built_in']).default('own'),
          }),
          response: { 200: Page(VersionItem) },
          example: { response: { items: [examples.versionItem], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor, of } = request.query
        const { organizationId, permissions } = auth.callerOf(request)
        const page = { builtIn: of === 'built_in', below: numberBefore(LIST, cursor), limit: limit + 1 }
        const rows = await editor.versions(organizationId, request.params, page)
        const { items, nextCursor } = numberPage(
          LIST,
          rows.map((row) => ({ ...row, n: row.number })),
          limit,
        )
        const sees = permissions.includes('statistics.read')
        const numbers = sees
          ? await numbersOf(
              organizationId,
              items.map(({ id }) => id),
            )
          : undefined
        return {
          items: items.map(({ source: _, n: __, ...item }) => ({
            ...item,
            statistics: numbers ? (numbers.get(item.id) ?? NOTHING) : null,
          })),
          nextCursor,
        }
      },
    )

    app.get(
      `${path}/versions/:versionId`,
      {
        onRequest: reading,
        schema: {
          summary: 'One version with its words',
          tags,
          params: VersionRef,
          response: { 200: TemplateVersion },
          example: { response: examples.version },
        },
      },
      async (request) => {
        const { versionId, ...ref } = request.params
        return editor.version(auth.callerOf(request).organizationId, ref, versionId)
      },
    )

    app.delete(
      `${path}/versions/:versionId`,
      {
        onRequest: auth.guard({ scope: 'manage', permission: 'templates.manage' }),
        schema: {
          summary: 'Remove a version that nobody was sent, and nobody will be',
          tags,
          params: VersionRef,
          response: { 204: z.void() },
        },
      },
      async (request, reply) => {
        const { versionId, ...ref } = request.params
        await editor.remove(auth.callerOf(request).organizationId, ref, versionId)
        return reply.code(204).send()
      },
    )

    app.get(
      `${path}/diff`,
      {
        onRequest: reading,
        schema: {
          summary: 'What is between two of its versions, line by line',
          tags,
          params: Ref,
          querystring: z.strictObject({ from: side, to: side }),
          response: { 200: TemplateDiff },
          example: { response: examples.diff },
        },
      },
      async (request) => {
        const { from, to } = request.query
        return editor.diff(auth.callerOf(request).organizationId, request.params, from, to)
      },
    )
  }
