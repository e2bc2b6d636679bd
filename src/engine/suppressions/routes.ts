import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import { documentedAs } from '../../platform/http/schemas.ts'
import { exampleRun, Run } from '../automations/run-schema.ts'
import type { Runs } from '../automations/runs.ts'
import { Id } from '../messages/schemas.ts'
import { SUPPRESSION_REASONS } from '../messages/suppression.ts'
import { type Authentication, actorOf } from '../organizations/authentication.ts'
import { type createSuppressionImports, IMPORT_NAME, LARGEST_FILE_BYTES, MOST_ROWS, type RowError } from './import.ts'
import type { Suppressions } from './suppressions.ts'

interface Deps {
  readonly auth: Authentication
  readonly suppressions: Suppressions
  readonly imports: ReturnType<typeof createSuppressionImports>
  readonly runs: Pick<Runs, 'get'>
}

const Channel = z.enum(['email', 'sms', 'whatsapp'])
const Reason = z.enum(SUPPRESSION_REASONS)

const Suppression = z
  .object({
    id: z.uuid(),
    channel: Channel,
    address: z.string().nullable().describe('Null when its person was erased: a keyed hash of it is kept'),
    erased: z.boolean(),
    reason: Reason,
    note: z.string().nullable(),
    messageId: z.uuid().nullable().describe('The message that showed it'),
    createdAt: z.date(),
  })
  .meta({ id: 'Suppression' })

const suppression = {
  id: '019a9f00-0000-7000-8000-0000000000b0',
  channel: 'email' as const,
  address: 'gone@example.org',
  erased: false,
  reason: 'hard_bounce' as const,
  note: null,
  messageId: '019a9f00-0000-7000-8000-000000000010',
  createdAt: new Date('2026-11-02T09:00:00Z'),
}

const NewSuppression = z
  .strictObject({
    channel: Channel,
    address: z.string().min(1).max(320),
    reason: Reason.default('manual'),
    note: z.string().trim().max(500).optional(),
  })
  .meta({ id: 'NewSuppression' })

const SuppressionRow = z
  .strictObject({
    channel: Channel.optional().describe('By default what the address looks like: e-mail or SMS'),
    address: z.string(),
    reason: Reason.optional(),
    note: z.string().optional(),
  })
  .meta({ id: 'SuppressionRow' })
const ImportRequest = z
  .strictObject({
    rows: z
      .array(documentedAs(SuppressionRow), 'is a list of { channel, address, reason, note }')
      .min(1)
      .max(MOST_ROWS, `takes ${MOST_ROWS} rows at most`)
      .optional(),
    file: z.custom<Buffer>(Buffer.isBuffer, 'is sent as text/csv, not inside JSON').optional().meta({
      type: 'string',
      format: 'binary',
      description: 'Or the body itself, as text/csv: address, and optionally channel, reason, note',
    }),
  })
  .refine(({ rows, file }) => rows !== undefined || file !== undefined, {
    path: ['rows'],
    message: 'is needed; or send a file as text/csv',
  })
  .meta({ id: 'SuppressionImportRequest' })

const Import = Run.extend({
  errors: z
    .array(z.object({ line: z.int(), message: z.string() }))
    .describe('Rows that were refused, the first thousand: the line of the file, or the place in the list'),
}).meta({ id: 'SuppressionImport' })

const exampleImport = {
  ...exampleRun,
  name: IMPORT_NAME,
  counts: { added: 1180, known: 12, repeated: 5, refused: 3 },
  errors: [{ line: 17, message: 'has no valid e-mail address' }],
}

/** /v1/suppressions: addresses that must not be used. */
export const suppressionRoutes =
  ({ auth, suppressions, imports, runs }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Suppressions']
    app.addContentTypeParser('text/csv', { parseAs: 'buffer', bodyLimit: LARGEST_FILE_BYTES }, (_request, body, done) =>
      done(null, { file: body }),
    )

    app.get(
      '/suppressions',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'contacts.read' }),
        schema: {
          summary: 'Addresses that must not be used, newest first',
          tags,
          querystring: z.strictObject({
            ...pageQuery,
            channel: Channel.optional(),
            reason: Reason.optional(),
            address: z.string().max(320).optional().describe('Also finds it when its person was erased'),
          }),
          response: { 200: Page(Suppression) },
          example: { response: { items: [suppression], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor, ...filter } = request.query
        const rows = await suppressions.list(auth.callerOf(request).organizationId, {
          ...filter,
          before: idBefore('suppressions', cursor),
          limit: limit + 1,
        })
        return idPage('suppressions', rows, limit, (row) => row)
      },
    )

    app.post(
      '/suppressions',
      {
        onRequest: auth.guard({ scope: 'send', permission: 'contacts.manage' }),
        schema: {
          summary: 'Add an address that must not be used; what waits for it is cancelled',
          tags,
          body: NewSuppression,
          response: { 201: Suppression },
          example: {
            body: { channel: 'email', address: 'gone@example.org', note: 'Asked by phone' },
            response: { ...suppression, reason: 'manual', note: 'Asked by phone', messageId: null },
          },
        },
      },
      async (request, reply) => {
        const caller = auth.callerOf(request)
        return reply.code(201).send(await suppressions.add(caller.organizationId, request.body, actorOf(caller)))
      },
    )

    app.delete(
      '/suppressions/:id',
      {
        onRequest: auth.guard({ scope: 'manage', permission: 'settings.manage' }),
        schema: {
          summary: 'Take one away; who did and why is kept',
          description: 'Where its person asked to hear no more, or complained, `force` is needed.',
          tags,
          params: Id,
          body: z.strictObject({
            reason: z.string().trim().min(3).max(500).describe('Why it may be written to again'),
            force: z.boolean().default(false),
          }),
          response: { 204: z.void() },
          example: { body: { reason: 'The mailbox exists again; asked by phone' } },
        },
      },
      async (request, reply) => {
        const caller = auth.callerOf(request)
        const { reason: why, force } = request.body
        await suppressions.lift(caller.organizationId, request.params.id, { why, force }, actorOf(caller))
        return reply.code(204).send()
      },
    )

    app.post(
      '/suppressions/import',
      {
        onRequest: auth.guard({ scope: 'send', permission: 'contacts.manage' }),
        bodyLimit: LARGEST_FILE_BYTES,
        schema: {
          summary: 'Add many, from a CSV file or a list; worked off in the background',
          description: `Up to ${MOST_ROWS} rows. A bad row is told with its line and refused alone; the same file twice adds nothing.`,
          tags,
          body: ImportRequest,
          response: { 202: Import },
          example: {
            body: { rows: [{ channel: 'email', address: 'gone@example.org', reason: 'hard_bounce' }] },
            response: { ...exampleImport, status: 'waiting', errors: [] },
          },
        },
      },
      async (request, reply) => {
        const caller = auth.callerOf(request)
        const { rows, file } = request.body
        const [format, content] = file
          ? (['csv', file] as const)
          : (['json', Buffer.from(JSON.stringify(rows))] as const)
        const run = await imports.begin(caller.organizationId, format, content, actorOf(caller))
        return reply.code(202).send({ ...run, errors: [] })
      },
    )

    app.get(
      '/suppressions/imports/:id',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'contacts.read' }),
        schema: {
          summary: 'How far an import is, and which rows it refused',
          tags,
          params: Id,
          response: { 200: Import },
          example: { response: exampleImport },
        },
      },
      async (request) => {
        const run = await runs.get(auth.callerOf(request).organizationId, request.params.id, { name: IMPORT_NAME })
        return { ...run, errors: [...((run.state as { errors?: readonly RowError[] } | null)?.errors ?? [])] }
      },
    )
  }
