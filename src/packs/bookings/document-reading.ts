import { sql } from 'kysely'
import { z } from 'zod'
import type { PackSurface } from '../../engine/packs/surface.ts'
import { notFound } from '../../errors.ts'
import type { Tx } from '../../platform/database/database.ts'
import { DOCUMENT_KINDS, type DocumentRow, fileNameOf } from './papers.ts'

export const BookingDocument = z
  .object({
    id: z.uuid(),
    kind: z.enum(DOCUMENT_KINDS),
    audience: z
      .enum(['full', 'restricted'])
      .describe('restricted: without who the client is and where, for professionals who have not accepted'),
    language: z.enum(['fr', 'en']),
    version: z
      .int()
      .describe('Of confirmations and orders: a later one replaces it; of credit notes: which of the booking’s'),
    professional: z.string().nullable().describe('Whom it names: of missions'),
    number: z.string().nullable().describe('Of invoices and credit notes'),
    issuedOn: z.string().nullable(),
    amount: z.int().nullable().describe('Of invoices and credit notes, with VAT, in minor units'),
    currency: z.string().nullable(),
    state: z
      .enum(['waiting', 'made', 'refused', 'erased'])
      .describe(
        'waiting: issued, its file is made when somebody first reads it; refused: it cannot be made, `problems` says why',
      ),
    problems: z.array(z.object({ path: z.string(), message: z.string() })),
    filename: z.string(),
    bytes: z.int().nullable(),
    pages: z.int().nullable(),
    sha256: z.string().nullable(),
    createdAt: z.date(),
    madeAt: z.date().nullable(),
  })
  .meta({ id: 'BookingDocument' })

export const documentExample = {
  id: '019a9f00-0000-7000-8000-0000000000d1',
  kind: 'invoice' as const,
  audience: 'full' as const,
  language: 'fr' as const,
  version: 1,
  professional: null,
  number: 'F-2027-000123',
  issuedOn: '2027-03-04',
  amount: 89_000,
  currency: 'EUR',
  state: 'made' as const,
  problems: [],
  filename: 'facture-BK-2027-000123.pdf',
  bytes: 61_440,
  pages: 1,
  sha256: 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9',
  createdAt: new Date('2027-03-04T08:10:00Z'),
  madeAt: new Date('2027-03-04T08:10:01Z'),
}

export type ReadDocument = Omit<DocumentRow, 'data' | 'issued_on'> & {
  readonly issued_on: string | null
  readonly has_data: boolean
  readonly reference: string
  readonly professional: string | null
}

const SELECT = sql.raw(`
  select d.id, d.organization_id, d.quote_id, d.booking_id, d.attribution_id, d.contact_id, d.kind, d.audience, d.language, d.version, d.number,
    d.issued_on::text as issued_on, d.amount, d.currency, d.refused, d.storage_key, d.sha256, d.bytes, d.pages, d.made_at, d.created_at,
    d.data is not null as has_data, b.reference,
    (select p.company from professional p where p.contact_id = d.contact_id and p.organization_id = d.organization_id order by p.id desc limit 1) as professional
  from booking_document d join booking b on b.quote_id = d.quote_id`)

/** The newest first, down to the quote it began with. */
export const documentsOf = async (tx: Tx, bookingId: string): Promise<ReadDocument[]> =>
  (await sql<ReadDocument>`${SELECT} where b.id = ${bookingId} order by d.id desc`.execute(tx)).rows

export type DocumentReading = ReturnType<typeof createDocumentReading>

/** The documents of bookings as requests see them. */
export const createDocumentReading = ({ db }: Pick<PackSurface, 'db'>) => ({
  /** @throws AppError `not_found` for a booking there is none of. */
  list: (organizationId: string, bookingId: string): Promise<ReadDocument[]> =>
    db.read(organizationId, async (tx) => {
      const { rows } =
        await sql`select 1 from booking where id = ${bookingId} and organization_id = ${organizationId}`.execute(tx)
      if (rows.length === 0) throw notFound('Booking', bookingId)
      return documentsOf(tx, bookingId)
    }),

  /** @throws AppError `not_found` */
  get: (organizationId: string, id: string): Promise<ReadDocument> =>
    db.read(organizationId, async (tx) => {
      const { rows } =
        await sql<ReadDocument>`${SELECT} where d.id = ${id} and d.organization_id = ${organizationId}`.execute(tx)
      if (!rows[0]) throw notFound('Document', id)
      return rows[0]
    }),
})

export const toDocument = (row: ReadDocument): z.infer<typeof BookingDocument> => ({
  id: row.id,
  kind: row.kind,
  audience: row.audience as 'full',
  language: row.language as 'fr',
  version: row.version,
  professional: row.professional,
  number: row.number,
  issuedOn: row.issued_on,
  amount: row.amount,
  currency: row.currency,
  state: row.refused ? 'refused' : !row.has_data ? 'erased' : row.sha256 ? 'made' : 'waiting',
  problems: [...(row.refused ?? [])],
  filename: fileNameOf(row.kind, row.language, row.reference),
  bytes: row.bytes,
  pages: row.pages,
  sha256: row.sha256,
  createdAt: row.created_at,
  madeAt: row.made_at,
})
