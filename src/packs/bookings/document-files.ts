import type { PackFiles } from '../../engine/packs/pack.ts'
import type { PackSurface } from '../../engine/packs/surface.ts'
import { type DocumentMaker, DocumentRefusedError, type GivenDocument } from './documents/document-maker.ts'
import { DOCUMENTS_FOLDER, type DocumentRow } from './papers.ts'

type Row = Pick<DocumentRow, 'id' | 'data' | 'refused' | 'sha256'>

/** Makes the file of a document, in another thread, from what was written down when it was issued. */
export function createDocumentFiles({
  surface,
  maker,
}: {
  surface: Pick<PackSurface, 'db' | 'clock' | 'storage' | 'onError'>
  maker: Pick<DocumentMaker, 'make'>
}): PackFiles {
  const { db, clock, storage, onError } = surface

  return {
    folder: DOCUMENTS_FOLDER,

    async make(organizationId, key) {
      const [row] = await db.run<Row>(
        'bookings.document-data',
        'select id, data, refused, sha256 from booking_document where storage_key = $1 and organization_id = $2',
        [key, organizationId],
      )
      if (!row?.data || row.refused) return undefined
      try {
        const { bytes, sha256, pages } = await maker.make(await withLogo(row.data.document, row.data.logoKey))
        await db.run(
          'bookings.document-made',
          'update booking_document set sha256 = $2, bytes = $3, pages = $4, made_at = $5 where id = $1 and data is not null',
          [row.id, sha256, bytes.length, pages, clock.now()],
        )
        if (row.sha256 !== null && row.sha256 !== sha256)
          onError(new Error('A document that was made again is not what it was'), { documentId: row.id })
        return bytes
      } catch (error) {
        if (!(error instanceof DocumentRefusedError)) throw error
        // Never will it be made like this: what carries it leaves without, and the staff see why.
        onError(error, { documentId: row.id })
        await db.run('bookings.document-refused', 'update booking_document set refused = $2 where id = $1', [
          row.id,
          JSON.stringify([{ path: 'document', message: error.message.slice(0, 300) }]),
        ])
        return undefined
      }
    },

    async isWanted(organizationId, key) {
      const rows = await db.run(
        'bookings.document-wanted',
        'select 1 from booking_document where storage_key = $1 and organization_id = $2 and data is not null',
        [key, organizationId],
      )
      return rows.length > 0
    },
  }

  async function withLogo(document: GivenDocument, logoKey: string | null): Promise<GivenDocument> {
    if (logoKey === null) return document
    return { ...document, brand: { ...document.brand, logo: await storage.get(logoKey) } }
  }
}
