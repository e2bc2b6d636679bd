import type { Selectable } from 'kysely'
import type { PackEvent } from '../../engine/packs/surface.ts'
import type { DB } from '../../platform/database/generated.ts'
import type { DocumentData } from './documents/document-data.ts'
import type { Missing } from './documents/legal.ts'
import type { Told } from './told.ts'

export const DOCUMENT_KINDS = [
  'quote',
  'booking_confirmation',
  'invoice',
  'credit_note',
  'mission_proposal',
  'mission_order',
] as const
export type DocumentKind = (typeof DOCUMENT_KINDS)[number]
export type Language = 'fr' | 'en'

/** The folder of their files in the storage. */
export const DOCUMENTS_FOLDER = 'documents/bookings'

export type DocumentRow = Omit<Selectable<DB['booking_document']>, 'kind' | 'data' | 'refused'> & {
  readonly kind: DocumentKind
  readonly data: DocumentData | null
  readonly refused: readonly Missing[] | null
}

/** A document as a message carries it. */
export interface Paper {
  readonly id: string
  readonly kind: DocumentKind
  readonly language: Language
  readonly storageKey: string
}

/** What the two who hear of a booking are given. */
export interface Papers {
  readonly client: readonly Paper[]
  readonly staff: readonly Paper[]
}

const NAMES: Readonly<Record<DocumentKind, Readonly<Record<Language, string>>>> = {
  quote: { fr: 'devis', en: 'quote' },
  booking_confirmation: { fr: 'confirmation', en: 'confirmation' },
  invoice: { fr: 'facture', en: 'invoice' },
  credit_note: { fr: 'avoir', en: 'credit-note' },
  mission_proposal: { fr: 'proposition-de-mission', en: 'mission-proposal' },
  mission_order: { fr: 'ordre-de-mission', en: 'mission-order' },
}

/** `facture-BK-2027-000123.pdf`: of what is said here alone. */
export const fileNameOf = (kind: DocumentKind, language: string, reference: string): string =>
  `${NAMES[kind][language === 'fr' ? 'fr' : 'en']}-${reference}.pdf`

/** As a message carries them: made when it leaves. */
export const attached = (papers: readonly Paper[], reference: string): NonNullable<PackEvent['attachments']> =>
  papers.map(({ kind, language, storageKey }) => ({
    filename: fileNameOf(kind, language, reference),
    contentType: 'application/pdf',
    storageKey,
    later: true,
  }))

export const paperOf = ({ id, kind, language, storage_key }: DocumentRow): Paper => ({
  id,
  kind,
  language: language as Language,
  storageKey: storage_key,
})

/** Those that could be issued, each for its readers. */
export function papersIn(rows: readonly DocumentRow[], { clientLanguage, staffLanguage }: Told): Papers {
  const all = rows.filter(({ refused }) => refused === null).map(paperOf)
  const forReader = (reader: Language) => all.filter(({ kind, language }) => kind === 'invoice' || language === reader)
  return { client: forReader(clientLanguage), staff: forReader(staffLanguage) }
}
