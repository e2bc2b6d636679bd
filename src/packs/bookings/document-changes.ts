import { sql } from 'kysely'
import type { PackSurface, Within } from '../../engine/packs/surface.ts'
import { AppError, notFound } from '../../errors.ts'
import type { BookingDocuments } from './booking-documents.ts'
import type { Bookings } from './bookings.ts'
import type { Missing } from './documents/legal.ts'
import { attached, type DocumentKind, type DocumentRow, paperOf } from './papers.ts'
import { clientOf, commonOf, type Told } from './told.ts'

interface Deps {
  readonly surface: PackSurface
  readonly bookings: Pick<Bookings, 'read' | 'bookingUrl'>
  readonly documents: Pick<BookingDocuments, 'credit' | 'invoiceAgain' | 'number'>
}

export type DocumentChanges = ReturnType<typeof createDocumentChanges>

/** Documents that come later than what they are about: the client is mailed each, once. */
export function createDocumentChanges({ surface, bookings, documents }: Deps) {
  return {
    /**
     * Issues what could not be issued, and sends it to the client.
     *
     * @throws AppError `conflict` for one that can be made already, `validation_failed` with what is still missing, `not_found`
     */
    async retry(organizationId: string, id: string): Promise<void> {
      await surface.transaction(organizationId, async (within) => {
        const { rows } = await sql<DocumentRow>`
          select * from booking_document where id = ${id} and organization_id = ${organizationId} and booking_id is not null for update`.execute(
          within.tx,
        )
        const [row] = rows
        if (!row) throw notFound('Document', id)
        if (!row.refused) throw new AppError('conflict', 'This document can be made: there is nothing to try again')
        const told = await bookings.read(within, organizationId, row.booking_id!)
        if (!told) throw notFound('Booking', row.booking_id!)
        if (row.kind === 'invoice' && row.number === null) {
          const missing = await documents.invoiceAgain(within, told, row)
          if (missing.length > 0) throw lacking(missing)
          await send(within, told, row)
          // What went back before there was an invoice to correct.
          await credited(within, organizationId, told.id)
          return
        }
        if (row.kind === 'credit_note' && row.number === null) {
          const again = await documents.credit(within, organizationId, told.id)
          if (!again) throw new AppError('conflict', 'Nothing is left to credit: other credit notes have given it back')
          if (again.refused) throw lacking(again.refused)
          await send(within, told, again)
          return
        }
        if (!row.data) throw new AppError('conflict', 'What this document was made of has been erased')
        await sql`update booking_document set refused = null where id = ${id}`.execute(within.tx)
        if (row.audience === 'full' && row.attribution_id === null) await send(within, told, row)
      })
    },

    credited,
  }

  /** Money has gone back: the client is mailed the credit note, where there is something to correct. */
  async function credited(within: Within, organizationId: string, bookingId: string): Promise<void> {
    const row = await documents.credit(within, organizationId, bookingId)
    const told = row && !row.refused && (await bookings.read(within, organizationId, bookingId))
    if (told) await send(within, told, row)
  }

  async function send(within: Within, told: Told, row: DocumentRow): Promise<void> {
    // Nothing but this message follows, so that the number may be asked for before it.
    const given = await documents.number(within, told.quote.organization_id, [told.id])
    const number = row.number ?? given.get(row.id)
    const { clientLanguage: language } = told
    const title = TITLES[row.kind][language]
    await within.raise({
      type: 'booking.document_ready',
      audience: { client: clientOf(told) },
      about: [],
      attachments: attached([paperOf(row)], told.reference),
      // Two credit notes of one sum are two.
      allowRepeat: true,
      payload: {
        ...commonOf(told, language),
        title: number ? `${title} ${number}` : title,
        bookingUrl: bookings.bookingUrl(told),
      },
    })
  }
}

const lacking = (missing: readonly Missing[]) =>
  new AppError(
    'validation_failed',
    missing
      .map(({ path, message }) => `${path} ${message}`)
      .join('; ')
      .slice(0, 500),
    { errors: [...missing] },
  )

const TITLES: Readonly<Record<DocumentKind, { readonly fr: string; readonly en: string }>> = {
  quote: { fr: 'Devis', en: 'Quote' },
  booking_confirmation: { fr: 'Confirmation de réservation', en: 'Booking confirmation' },
  invoice: { fr: 'Facture', en: 'Invoice' },
  credit_note: { fr: 'Avoir', en: 'Credit note' },
  mission_proposal: { fr: 'Proposition de mission', en: 'Mission proposal' },
  mission_order: { fr: 'Ordre de mission', en: 'Mission order' },
}
