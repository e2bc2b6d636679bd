import { Readable } from 'node:stream'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import { CSV_MARK } from '../../platform/csv.ts'
import { numberBefore, numberPage, Page, pageQuery } from '../../platform/http/paging.ts'
import { streamReply } from '../../platform/http/schemas.ts'
import { Timestamp } from '../../platform/http/timestamp.ts'
import type { Authentication } from '../organizations/authentication.ts'
import { ACT_NAMES } from './acts.ts'
import { FAULTS } from './chain.ts'
import { CSV_HEADER, csvLine } from './csv.ts'
import type { Entries } from './entries.ts'
import { LEAST_KEEP_DAYS, MOST_KEEP_DAYS, type Retention } from './retention.ts'
import { AuditEntry, ENTRY_EXAMPLE, type Entry } from './schemas.ts'
import type { Verdict } from './verify.ts'

interface Deps {
  readonly auth: Authentication
  readonly entries: Entries
  readonly retention: Retention
  readonly verify: (organizationId: string) => Promise<Verdict>
  readonly clock: Clock
}

const filter = {
  actor: z.string().max(100).optional().describe('The id of a member, an API key or a contact'),
  act: z
    .string()
    .max(100)
    .optional()
    .describe(`One of ${ACT_NAMES.join(', ')}; or what comes before the dot, for all of them`),
  subject: z.uuid().optional().describe('The id of what it was about'),
  kind: z.enum(['change', 'look']).optional(),
  outcome: z.enum(['done', 'refused']).optional(),
  from: Timestamp.optional(),
  to: Timestamp.optional(),
}

const MOST_FAULTS = 100
const AuditVerdict = z
  .object({
    complete: z.boolean().describe('Every entry is there, as it was written'),
    entries: z.int(),
    beganAt: Timestamp.nullable().describe('When the log began; entries past their time are no longer in it'),
    checkedAt: Timestamp,
    last: z
      .object({ n: z.int(), hash: z.string() })
      .nullable()
      .describe('Kept elsewhere, it shows later that nobody put an older copy of the log back'),
    faults: z.array(z.object({ what: z.enum(FAULTS), from: z.int(), to: z.int() })).max(MOST_FAULTS),
  })
  .meta({ id: 'AuditVerdict' })

const Settings = z
  .object({ keepDays: z.int().min(LEAST_KEEP_DAYS).max(MOST_KEEP_DAYS).describe('How long entries are kept') })
  .meta({ id: 'AuditSettings' })

const VERDICT: z.output<typeof AuditVerdict> = {
  complete: true,
  entries: 12,
  beganAt: new Date('2026-11-02T09:00:00Z'),
  checkedAt: new Date('2026-11-20T09:00:00Z'),
  last: { n: 12, hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
  faults: [],
}

const LIST = 'audit'

/** /v1/audit: who changed what, and who looked at whom. Asking for it is a look, and is in it from then on. */
export const auditRoutes =
  ({ auth, entries, retention, verify, clock }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Audit']
    const onRequest = auth.guard({ scope: 'manage', permission: 'audit.read' })

    app.get(
      '/audit',
      {
        onRequest,
        schema: {
          summary: 'Who changed what and who looked at personal data, newest first',
          tags,
          querystring: z.strictObject({ ...pageQuery, ...filter }),
          response: { 200: Page(AuditEntry) },
          example: { response: { items: [ENTRY_EXAMPLE], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor, ...asked } = request.query
        const before = numberBefore(LIST, cursor)
        const rows = await entries.list(auth.callerOf(request).organizationId, asked, before, limit + 1)
        return numberPage(LIST, rows, limit)
      },
    )

    app.get(
      '/audit/export',
      {
        onRequest,
        schema: {
          summary: 'The same as a file, oldest first',
          description: 'One JSON object a line, or CSV whose cells no spreadsheet takes for formulas.',
          tags,
          querystring: z.strictObject({ ...filter, format: z.enum(['ndjson', 'csv']).default('ndjson') }),
          response: { 200: streamReply('The file') },
        },
      },
      async (request, reply) => {
        const { format, ...asked } = request.query
        const pages = entries.each(auth.callerOf(request).organizationId, asked)
        return reply
          .header('content-type', `${CONTENT_TYPES[format]}; charset=utf-8`)
          .header('content-disposition', `attachment; filename="audit-${day(clock.now())}.${format}"`)
          .send(Readable.from(format === 'csv' ? csvOf(pages) : ndjsonOf(pages)))
      },
    )

    /** Reading a chain takes its time: whoever asks meanwhile gets the same answer. */
    const underWay = new Map<string, Promise<z.output<typeof AuditVerdict>>>()
    app.get(
      '/audit/verify',
      {
        onRequest,
        schema: {
          summary: 'Whether every entry is there and as it was written; reads them all',
          tags,
          response: { 200: AuditVerdict },
          example: { response: VERDICT },
        },
      },
      async (request) => {
        const { organizationId } = auth.callerOf(request)
        const answer = underWay.get(organizationId) ?? verdictOf(organizationId)
        underWay.set(organizationId, answer)
        return answer.finally(() => underWay.delete(organizationId))
      },
    )

    app.get(
      '/audit/settings',
      {
        onRequest,
        schema: {
          summary: 'How long entries are kept',
          tags,
          response: { 200: Settings },
          example: { response: { keepDays: 1096 } },
        },
      },
      async (request) => ({ keepDays: await retention.keepDays(auth.callerOf(request).organizationId) }),
    )

    app.patch(
      '/audit/settings',
      {
        onRequest: auth.guard({ scope: 'manage', permission: 'settings.manage' }),
        schema: {
          summary: 'Change how long; what is older goes within the hour',
          tags,
          body: z.strictObject(Settings.shape),
          response: { 200: Settings },
          example: { body: { keepDays: 1826 }, response: { keepDays: 1826 } },
        },
      },
      async (request) => {
        await retention.setKeepDays(auth.callerOf(request).organizationId, request.body.keepDays)
        return request.body
      },
    )

    async function verdictOf(organizationId: string): Promise<z.output<typeof AuditVerdict>> {
      const { entries, beganAt, last, faults } = await verify(organizationId)
      const checkedAt = clock.now()
      return { complete: faults.length === 0, entries, beganAt, checkedAt, last, faults: faults.slice(0, MOST_FAULTS) }
    }
  }

const CONTENT_TYPES = { ndjson: 'application/x-ndjson', csv: 'text/csv' } as const
const day = (time: Date): string => time.toISOString().slice(0, 10)

async function* ndjsonOf(pages: AsyncIterable<readonly Entry[]>): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((entry) => `${JSON.stringify(entry)}\n`).join('')
}

async function* csvOf(pages: AsyncIterable<readonly Entry[]>): AsyncGenerator<string> {
  yield CSV_MARK + CSV_HEADER
  for await (const page of pages) yield page.map(csvLine).join('')
}
