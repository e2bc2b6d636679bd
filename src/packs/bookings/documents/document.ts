import { z } from 'zod'
import { FullConfirmation, makeConfirmation, RestrictedConfirmation } from './confirmation-document.ts'
import { InvoiceDocument, makeInvoice } from './invoice-document.ts'
import { MissionOrder, MissionProposal, makeOrder, makeProposal } from './mission-documents.ts'
import { makeQuote, QuoteDocument } from './quote-document.ts'
import type { Made } from './sheet.ts'

/** Every document there is, by its kind and whom it is for. */
export const Document = z.discriminatedUnion('kind', [
  QuoteDocument,
  z.discriminatedUnion('audience', [FullConfirmation, RestrictedConfirmation]),
  InvoiceDocument,
  MissionProposal,
  MissionOrder,
])
export type Document = z.infer<typeof Document>
export type DocumentKind = Document['kind']
export type DocumentAudience = Document['audience']

/** Makes it, in this thread: takes tens of milliseconds. The rest of the product asks a {@link DocumentMaker}. */
export function makeDocument(document: Document): Promise<Made> {
  switch (document.kind) {
    case 'quote':
      return makeQuote(document)
    case 'booking_confirmation':
      return makeConfirmation(document)
    case 'invoice':
      return makeInvoice(document)
    case 'mission_proposal':
      return makeProposal(document)
    case 'mission_order':
      return makeOrder(document)
  }
}
