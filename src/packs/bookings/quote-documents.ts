import { sql } from 'kysely'
import type { PackSurface, Within } from '../../engine/packs/surface.ts'
import type { BookingDocuments } from './booking-documents.ts'
import { subjectOf } from './booking-facts.ts'
import { quoteOf } from './documents/document-data.ts'
import { type DocumentRow, type Paper, paperOf } from './papers.ts'
import type { QuoteRow } from './quotes.ts'

export type QuoteDocuments = ReturnType<typeof createQuoteDocuments>

/** Quotes as PDFs: one for each language, and another when something in it has changed. */
export function createQuoteDocuments({
  surface,
  documents,
}: {
  surface: Pick<PackSurface, 'clock'>
  documents: Pick<BookingDocuments, 'issuerOf' | 'write'>
}) {
  return {
    /** Undefined where its rules give no price any more. */
    async of(within: Within, quote: QuoteRow, language: 'fr' | 'en'): Promise<Paper | undefined> {
      const { tx } = within
      const { rows } = await sql<{ vat_rate: number | null; vat_exemption: unknown }>`
        select s.vat_rate, s.vat_exemption from quote q join service_type s on s.id = q.service_type_id where q.id = ${quote.id} for no key update of q`.execute(
        tx,
      )
      const issuer = await documents.issuerOf(within, quote.organization_id)
      const subject = subjectOf({
        ...quote,
        reference: quoteReference(quote),
        starts_at: quote.wished_at,
        vat_rate: rows[0]?.vat_rate ?? null,
        vat_exemption: rows[0]?.vat_exemption ?? null,
      })
      const { rows: before } = await sql<DocumentRow>`
        select * from booking_document where quote_id = ${quote.id} and kind = 'quote' and booking_id is null and language = ${language}
        order by version desc limit 1`.execute(tx)
      const [last] = before
      if (last?.data) {
        const same = quoteOf(subject, quote.expires_at, issuer, language, new Date(last.data.document.madeAt))
        const { rows: known } = await sql`
          select 1 from booking_document where id = ${last.id} and data = ${JSON.stringify(same ?? null)}::jsonb`.execute(
          tx,
        )
        if (known.length > 0) return paperOf(last)
      }
      const data = quoteOf(subject, quote.expires_at, issuer, language, surface.clock.now())
      if (!data) return undefined
      const [row] = await documents.write(within, quote.organization_id, [
        {
          quoteId: quote.id,
          bookingId: null,
          kind: 'quote',
          audience: 'full',
          language,
          version: (last?.version ?? 0) + 1,
          built: { data },
        },
      ])
      return row && paperOf(row)
    },
  }
}

/** What a quote is called on paper: of its id, which opens nothing. */
export const quoteReference = ({ id }: Pick<QuoteRow, 'id'>): string => `DV-${id.slice(-8).toUpperCase()}`
