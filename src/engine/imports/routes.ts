import { Readable } from 'node:stream'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { CSV_ENCODINGS } from '../../platform/csv.ts'
import { exampleRun, Run } from '../automations/run-schema.ts'
import type { Runs } from '../automations/runs.ts'
import { BASES } from '../contacts/marketing.ts'
import { Id } from '../messages/schemas.ts'
import { type Authentication, actorOf } from '../organizations/authentication.ts'
import { type ContactImports, IMPORT_NAME, LARGEST_FILE_BYTES } from './import.ts'
import { FIELDS, type RowError } from './mapping.ts'

interface Deps {
  readonly auth: Authentication
  readonly contactImports: ContactImports
  readonly runs: Pick<Runs, 'get'>
}

interface Kept {
  readonly segmentId?: string | null
  readonly errors?: readonly RowError[]
}

const LARGEST_PREVIEW_BYTES = 1024 * 1024

const MappingText = z
  .string()
  .max(20_000)
  .transform((text, context) => {
    try {
      return z.record(z.string(), z.string().max(120)).parse(JSON.parse(text))
    } catch {
      context.addIssue({ code: 'custom', message: 'is JSON such as {"Mail":"email","Ville":"attributes.city"}' })
      return z.NEVER
    }
  })

const Query = z
  .strictObject({
    mapping: MappingText.optional().meta({
      type: 'string',
      description: `JSON: column → ${FIELDS.join(', ')}, attributes.…, or ignore. Without it, columns are guessed by their names`,
    }),
    segmentId: z.uuid().optional().describe('A list they are put on'),
    list: z.string().trim().min(1).max(200).optional().describe('The name of a new list they are put on'),
    consentChannels: z
      .string()
      .regex(/^(email|sms|whatsapp)(,(email|sms|whatsapp))*$/, 'is a list such as email,sms')
      .optional()
      .describe('You have it from them that marketing may go there. Whoever said no before is left as they are'),
    consentWording: z.string().trim().min(1).max(2_000).optional().describe('What they read when they agreed'),
    consentBasis: z.enum(BASES).default('consent'),
  })
  .refine(({ segmentId, list }) => segmentId === undefined || list === undefined, {
    path: ['list'],
    message: 'cannot be together with segmentId',
  })
  .refine(({ consentChannels, consentWording }) => (consentChannels === undefined) === (consentWording === undefined), {
    path: ['consentWording'],
    message: 'goes with consentChannels',
  })

const Import = Run.extend({
  segmentId: z.uuid().nullable(),
  errors: z
    .array(z.object({ line: z.int(), message: z.string() }))
    .describe('Rows that were refused, the first thousand, with their line in the file'),
}).meta({ id: 'ContactImport' })

const Preview = z
  .object({
    encoding: z.enum(CSV_ENCODINGS),
    hasNames: z.boolean().describe('False: the first row is a person already, and columns are called 1, 2, …'),
    columns: z.array(z.object({ name: z.string(), target: z.string(), samples: z.array(z.string()) })),
    rows: z.int(),
    errors: z.array(z.object({ line: z.int(), message: z.string() })),
  })
  .meta({ id: 'ContactImportPreview' })

const file = { type: 'string' as const, format: 'binary', description: 'The file, as text/csv' }
const exampleImport = {
  ...exampleRun,
  name: IMPORT_NAME,
  counts: { created: 1180, updated: 12, repeated: 5, refused: 3 },
  segmentId: null,
  errors: [{ line: 17, message: 'has no valid e-mail address' }],
}

/** POST /v1/contacts/import: contacts from a CSV file of any length. */
export const contactImportRoutes =
  ({ auth, contactImports, runs }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Contacts']
    const manage = auth.guard({ scope: 'send', permission: 'contacts.manage' })
    app.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload))

    app.post(
      '/contacts/import',
      {
        onRequest: manage,
        bodyLimit: LARGEST_FILE_BYTES,
        schema: {
          summary: 'Add contacts from a CSV file, or to those that are there what it knows of them; in the background',
          description:
            'UTF-8, UTF-16 or Windows-1252; `,`, `;` or tab; RFC 4180. Whoever the file names twice is taken once. A bad row is told with its line and refused alone; what looks like a formula is a text.',
          tags,
          querystring: Query,
          body: z.custom<Readable>((body) => body instanceof Readable, 'is sent as text/csv').meta(file),
          response: { 202: Import },
          example: { response: { ...exampleImport, status: 'waiting', errors: [] } },
        },
      },
      async (request, reply) => {
        const caller = auth.callerOf(request)
        const { mapping, segmentId, list, consentChannels, consentWording, consentBasis } = request.query
        const agreed =
          consentChannels && consentWording
            ? {
                channels: [...new Set(consentChannels.split(',') as ('email' | 'sms' | 'whatsapp')[])],
                wording: consentWording,
                basis: consentBasis,
              }
            : null
        const asked = { mapping, segmentId, list, agreed }
        const run = await contactImports.begin(caller.organizationId, request.body, asked, actorOf(caller))
        return reply.code(202).send({ ...run, errors: [] })
      },
    )

    app.post(
      '/contacts/import/preview',
      {
        onRequest: manage,
        bodyLimit: LARGEST_PREVIEW_BYTES,
        schema: {
          summary: 'What the beginning of a CSV file would be read as; nothing is kept',
          tags,
          querystring: z.strictObject({ mapping: Query.shape.mapping }),
          body: z.custom<Readable>((body) => body instanceof Readable, 'is sent as text/csv').meta(file),
          response: { 200: Preview },
          example: {
            response: {
              encoding: 'utf-8' as const,
              hasNames: true,
              columns: [{ name: 'Mail', target: 'email', samples: ['client@example.org'] }],
              rows: 1,
              errors: [],
            },
          },
        },
      },
      async (request) =>
        contactImports.preview(
          auth.callerOf(request).organizationId,
          await beginning(request.body, LARGEST_PREVIEW_BYTES),
          request.query.mapping,
        ),
    )

    app.get(
      '/contacts/import/:id',
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
        return {
          ...run,
          segmentId: (run.state as Kept | null)?.segmentId ?? null,
          errors: [...((run.state as Kept | null)?.errors ?? [])],
        }
      },
    )
  }

async function beginning(file: Readable, most: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of file as AsyncIterable<Buffer>) {
    parts.push(part)
    bytes += part.length
    if (bytes > most) throw new AppError('payload_too_large', `A preview takes the first ${most} bytes of a file`)
  }
  return Buffer.concat(parts)
}
