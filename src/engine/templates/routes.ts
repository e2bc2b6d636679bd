import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Page, pageQuery, textAfter, textPage } from '../../platform/http/paging.ts'
import { CHANNELS } from '../channels/channel.ts'
import type { Authentication } from '../organizations/authentication.ts'
import type { TemplateEditor } from './editor.ts'
import { listPosition } from './listing.ts'
import { examples, PublishedVersion, payload, Ref, source, Template, TemplateItem, TemplatePreview } from './schemas.ts'

interface Deps {
  readonly auth: Authentication
  readonly editor: TemplateEditor
}

const LIST = 'templates'
const flag = z
  .enum(['true', 'false'])
  .transform((word) => word === 'true')
  .optional()
const revision = z.int().min(0)

/** /v1/templates: an organization's words, from draft to live. */
export const templateRoutes =
  ({ auth, editor }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Templates']
    const reading = auth.guard({ scope: 'read', permission: 'settings.read' })
    const managing = auth.guard({ scope: 'manage', permission: 'templates.manage' })
    const path = '/templates/:key/:channel/:locale'

    app.get(
      '/templates',
      {
        onRequest: reading,
        schema: {
          summary: 'Every template in every language: whose words are live, whether there is a draft',
          tags,
          querystring: z.strictObject({
            ...pageQuery,
            channel: z.enum(CHANNELS).optional(),
            locale: z.string().max(35).optional(),
            state: z.enum(['own', 'built_in', 'none']).optional(),
            pack: z.string().max(50).optional(),
            draft: flag,
            builtInChanged: flag,
            search: z.string().max(100).optional().describe('In the key, the event, or whom it is for'),
          }),
          response: { 200: Page(TemplateItem) },
          example: { response: { items: [examples.item], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor, ...filter } = request.query
        const after = textAfter(LIST, cursor)
        const all = await editor.list(auth.callerOf(request).organizationId, filter)
        const rest = after === undefined ? all : all.filter((item) => listPosition(item) > after)
        return textPage(LIST, rest, limit, listPosition)
      },
    )

    app.get(
      path,
      {
        onRequest: reading,
        schema: {
          summary: 'One template: what is live, the draft, the built-in words, what it may name',
          tags,
          params: Ref,
          response: { 200: Template },
          example: { response: examples.template },
        },
      },
      async (request) => editor.get(auth.callerOf(request).organizationId, request.params),
    )

    app.put(
      `${path}/draft`,
      {
        onRequest: managing,
        schema: {
          summary: 'Save the draft over the one you read; it may have faults',
          tags,
          params: Ref,
          body: z.strictObject({ source, revision: revision.describe('The draftRevision you read') }),
          response: { 200: Template },
          example: { body: { source: examples.source, revision: 2 }, response: examples.template },
        },
      },
      async (request) => {
        const { organizationId } = auth.callerOf(request)
        await editor.saveDraft(organizationId, request.params, request.body)
        return editor.get(organizationId, request.params)
      },
    )

    app.delete(
      `${path}/draft`,
      {
        onRequest: managing,
        schema: {
          summary: 'Throw the draft away',
          tags,
          params: Ref,
          querystring: z.strictObject({
            revision: z.coerce.number().int().min(1).optional().describe('Only where it still has this revision'),
          }),
          response: { 204: z.void() },
        },
      },
      async (request, reply) => {
        const { organizationId } = auth.callerOf(request)
        await editor.discardDraft(organizationId, request.params, request.query.revision)
        return reply.code(204).send()
      },
    )

    app.post(
      `${path}/preview`,
      {
        onRequest: managing,
        schema: {
          summary: 'What somebody would receive, or what is wrong with it; the draft unless you give something else',
          tags,
          params: Ref,
          body: z
            .strictObject({
              source: source.optional(),
              versionId: z.uuid().optional(),
              payload: payload.optional(),
              contactName: z.string().max(200).optional(),
            })
            .prefault({}),
          response: { 200: TemplatePreview },
          example: { body: { source: examples.source }, response: examples.preview },
        },
      },
      async (request) => {
        const { payload: filled, contactName, ...choice } = request.body
        const { organizationId } = auth.callerOf(request)
        return editor.preview(organizationId, request.params, choice, { payload: filled, contactName })
      },
    )

    app.post(
      `${path}/publish`,
      {
        onRequest: managing,
        schema: {
          summary: 'Make the draft live, or the source given; every fault is told with its line and column',
          tags,
          params: Ref,
          body: z
            .strictObject({
              source: source.optional().describe('Instead of the draft, which stays'),
              revision: revision.optional().describe('Only where the draft still has this revision'),
            })
            .prefault({}),
          response: { 200: PublishedVersion },
          example: { body: { revision: 3 }, response: { versionId: examples.versionId, number: 2 } },
        },
      },
      async (request) => editor.publish(auth.callerOf(request).organizationId, request.params, request.body),
    )

    app.post(
      `${path}/rollback`,
      {
        onRequest: managing,
        schema: {
          summary: 'Publish the words of an earlier version anew; messages already accepted keep theirs',
          tags,
          params: Ref,
          body: z.strictObject({ versionId: z.uuid() }),
          response: { 200: PublishedVersion },
          example: { body: { versionId: examples.earlier }, response: { versionId: examples.versionId, number: 3 } },
        },
      },
      async (request) => editor.rollback(auth.callerOf(request).organizationId, request.params, request.body.versionId),
    )

    app.post(
      `${path}/reset`,
      {
        onRequest: managing,
        schema: {
          summary: 'Go back to the built-in words in this language; your versions stay',
          tags,
          params: Ref,
          response: { 200: Template },
          example: { response: examples.template },
        },
      },
      async (request) => {
        const { organizationId } = auth.callerOf(request)
        await editor.reset(organizationId, request.params)
        return editor.get(organizationId, request.params)
      },
    )
  }
