import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import { streamReply } from '../../platform/http/schemas.ts'
import { exampleRun, Run } from '../automations/run-schema.ts'
import { Id } from '../messages/schemas.ts'
import { type Authentication, actorOf } from '../organizations/authentication.ts'
import type { Erasures } from './erasures.ts'
import type { Exports } from './exports.ts'

interface Deps {
  readonly auth: Authentication
  readonly exports: Exports
  readonly erasures: Erasures
}

const RunOf = z.object({ id: z.uuid(), runId: z.uuid() })

const Export = Run.extend({
  bytes: z.int().nullable().describe('Of the file, while it is there'),
  expiresAt: z.date().nullable(),
}).meta({ id: 'ContactExport' })

const exampleExport = {
  ...exampleRun,
  name: 'contacts.export',
  counts: { messages: 42, files: 3, missing_files: 0 },
  progress: { done: 42, total: 42 },
  bytes: 81_920,
  expiresAt: new Date('2026-11-09T03:00:09Z'),
}

const Preview = z
  .object({ dryRun: z.literal(true), counts: z.record(z.string(), z.int()) })
  .meta({ id: 'ErasePreview' })
/** 202, or 200 with `dryRun`: one shape in the document, because a route has one. */
const EraseAnswer = z.union([Run, Preview])

const exampleErasure = {
  ...exampleRun,
  name: 'contacts.erase',
  counts: {
    messages: 42,
    notifications: 40,
    files: 3,
    inbound: 5,
    receipts: 30,
    exports: 1,
    consents: 2,
    suppressions: 1,
  },
  progress: { done: 0, total: null },
}

/** What a person may ask for: all that is held about them, and that it goes. */
export const privacyRoutes =
  ({ auth, exports, erasures }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Contacts']

    app.post(
      '/contacts/:id/export',
      {
        onRequest: auth.guard({ scope: 'manage', permission: 'data.export' }),
        schema: {
          summary: 'Write down everything held about a contact; while that is under way, gives the same export',
          tags,
          params: Id,
          response: { 202: Export },
          example: { response: { ...exampleExport, status: 'waiting', bytes: null, expiresAt: null } },
        },
      },
      async (request, reply) => {
        const caller = auth.callerOf(request)
        return reply.code(202).send(await exports.begin(caller.organizationId, request.params.id, actorOf(caller)))
      },
    )

    app.get(
      '/contacts/:id/exports',
      {
        onRequest: auth.guard({ scope: 'manage', permission: 'data.export' }),
        schema: {
          summary: 'Exports of a contact, newest first',
          tags,
          params: Id,
          querystring: z.strictObject(pageQuery),
          response: { 200: Page(Export) },
          example: { response: { items: [exampleExport], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor } = request.query
        const rows = await exports.list(auth.callerOf(request).organizationId, request.params.id, {
          before: idBefore('exports', cursor),
          limit: limit + 1,
        })
        return idPage('exports', rows, limit, (row) => row)
      },
    )

    app.get(
      '/contacts/:id/exports/:runId',
      {
        onRequest: auth.guard({ scope: 'manage', permission: 'data.export' }),
        schema: {
          summary: 'How far an export is',
          tags,
          params: RunOf,
          response: { 200: Export },
          example: { response: exampleExport },
        },
      },
      async (request) => exports.get(auth.callerOf(request).organizationId, request.params.id, request.params.runId),
    )

    app.get(
      '/contacts/:id/exports/:runId/download',
      {
        onRequest: auth.guard({ scope: 'manage', permission: 'data.export' }),
        schema: {
          summary: 'The file of an export: a zip, for seven days',
          tags,
          params: RunOf,
          response: { 200: streamReply('contact.json, lists as .ndjson, and the files that were sent') },
          example: {},
        },
      },
      async (request, reply) => {
        const { id, runId } = request.params
        const { bytes, stream } = await exports.file(auth.callerOf(request).organizationId, id, runId)
        return reply
          .headers({
            'content-type': 'application/zip',
            'content-length': String(bytes),
            // Of ids alone: nothing a person wrote gets into a header.
            'content-disposition': `attachment; filename="contact-${id}.zip"`,
          })
          .send(stream)
      },
    )

    app.post(
      '/contacts/:id/erase',
      {
        onRequest: auth.guard({ scope: 'manage', permission: 'data.erase' }),
        schema: {
          summary: 'Erase a contact; asked again it is the same erasure',
          description:
            'What waits is cancelled, and nothing is accepted for the contact from then on. Rows stay without names, addresses and words; files are deleted; suppressions stay as keyed hashes. It cannot be undone. With `dryRun` nothing is changed: 200 says what would be taken.',
          tags,
          params: Id,
          body: z.strictObject({ dryRun: z.boolean().default(false) }).nullish(),
          response: { 200: EraseAnswer, 202: EraseAnswer },
          example: { body: { dryRun: true }, response: { dryRun: true, counts: exampleErasure.counts } },
        },
      },
      async (request, reply) => {
        const caller = auth.callerOf(request)
        const { organizationId } = caller
        const { id } = request.params
        if (request.body?.dryRun)
          return reply.code(200).send({ dryRun: true as const, counts: await erasures.preview(organizationId, id) })
        return reply.code(202).send(await erasures.begin(organizationId, id, actorOf(caller)))
      },
    )

    app.get(
      '/contacts/:id/erasures/:runId',
      {
        onRequest: auth.guard({ scope: 'manage', permission: 'data.erase' }),
        schema: {
          summary: 'How far an erasure is, and what it took',
          tags,
          params: RunOf,
          response: { 200: Run },
          example: { response: exampleErasure },
        },
      },
      async (request) => erasures.get(auth.callerOf(request).organizationId, request.params.id, request.params.runId),
    )
  }
