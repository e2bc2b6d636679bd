import { sql } from 'kysely'
import type { PackSurface, Within } from '../../engine/packs/surface.ts'
import { recordset } from '../../platform/database/recordset.ts'
import { newId } from '../../platform/ids.ts'
import { createBookingFacts } from './booking-facts.ts'
import { confirmationOf, creditNoteOf, type DocumentData, dayIn, invoiceOf } from './documents/document-data.ts'
import type { Invoice } from './documents/invoice.ts'
import type { InvoiceDocument } from './documents/invoice-document.ts'
import { assignInvoiceNumbers } from './documents/invoice-numbers.ts'
import type { Missing } from './documents/legal.ts'
import type { Sellers } from './documents/sellers.ts'
import { DOCUMENTS_FOLDER, type DocumentRow, type Language, type Papers, papersIn } from './papers.ts'
import type { Told } from './told.ts'

type Built = { readonly data: DocumentData; readonly amount?: number } | { readonly refused: readonly Missing[] }
type NewRow = Pick<DocumentRow, 'kind' | 'audience' | 'language' | 'version'> & {
  readonly quoteId: string
  readonly bookingId: string | null
  readonly attributionId?: string
  readonly contactId?: string
  readonly currency?: string
  readonly built: Built
}

export type BookingDocuments = ReturnType<typeof createBookingDocuments>

/**
 * The documents of bookings: what each is made of is written in the transaction it belongs to, and stays as it is. Their
 * files are made when they are first read (`document-files.ts`).
 */
export function createBookingDocuments({
  surface,
  sellers,
}: {
  surface: PackSurface
  sellers: Pick<Sellers, 'issuer'>
}) {
  const { clock } = surface
  const { issuerOf, factsOf, factsOfAll } = createBookingFacts({ surface, sellers })

  return {
    issuerOf,
    factsOf,
    factsOfAll,
    write,
    built,

    /**
     * The confirmation and the invoice of each booking that was just paid, of one organization. Invoices have their numbers
     * from `number`, later.
     */
    async issue(within: Within, organizationId: string, all: readonly Told[]): Promise<Papers[]> {
      const ids = all.map(({ id }) => id)
      const facts = await factsOfAll(within, organizationId, ids)
      const now = clock.now()
      const rows = all.flatMap(({ id, clientLanguage, staffLanguage }): NewRow[] => {
        const { subject, paid, quoteId, issuer } = facts.get(id)!
        const of = { quoteId, bookingId: id }
        return [
          ...[...new Set([clientLanguage, staffLanguage])].map((language) =>
            confirmation(of, language, 1, () => ({ data: confirmationOf(subject, paid, issuer, language, now) })),
          ),
          {
            ...of,
            kind: 'invoice',
            audience: 'full',
            language: clientLanguage,
            version: 1,
            currency: subject.currency,
            // One invoice, in the language of whoever it is for.
            built: built(() => invoiceOf(subject, paid, issuer, clientLanguage, now)),
          },
        ]
      })
      const written = Map.groupBy(await write(within, organizationId, rows), (row) => row.booking_id)
      return all.map((told) => papersIn(written.get(told.id) ?? [], told))
    },

    /** What was issued for it, the newest of each. */
    async papersOf(within: Within, told: Told): Promise<Papers> {
      const { rows } = await sql<DocumentRow>`
        select distinct on (kind, language) id, kind, language, storage_key, refused from booking_document
        where booking_id = ${told.id} and attribution_id is null and kind in ('booking_confirmation', 'invoice') order by kind, language, version desc`.execute(
        within.tx,
      )
      return papersIn(rows, told)
    },

    /** The booking is at another time: another confirmation. What was invoiced stays as it is. */
    async confirmAgain(within: Within, told: Told): Promise<Papers> {
      const { subject, paid, quoteId, issuer } = await factsOf(within, told.quote.organization_id, told.id)
      const of = { quoteId, bookingId: told.id }
      const now = clock.now()
      const { rows } = await sql<{ version: number }>`
        select coalesce(max(version), 0)::int as version from booking_document where booking_id = ${told.id} and attribution_id is null and kind = 'booking_confirmation'`.execute(
        within.tx,
      )
      const version = rows[0]!.version + 1
      const written = await write(
        within,
        told.quote.organization_id,
        [...new Set([told.clientLanguage, told.staffLanguage])].map((language) =>
          confirmation(of, language, version, () => ({ data: confirmationOf(subject, paid, issuer, language, now) })),
        ),
      )
      return papersIn(written, told)
    },

    /** Tries once more to issue an invoice that could not be. Gives what is still missing. */
    async invoiceAgain(within: Within, told: Told, { id, language }: DocumentRow): Promise<readonly Missing[]> {
      const { subject, paid, issuer } = await factsOf(within, told.quote.organization_id, told.id)
      const again = built(() => invoiceOf(subject, paid, issuer, language as Language, clock.now()))
      if ('refused' in again) return again.refused
      await rewrite(within, id, again)
      return []
    },

    /**
     * What has gone back, and no credit note says so yet: one for all of it. Nothing where nothing was invoiced. What was
     * paid over the invoice is given back without one. One that could not be issued is tried again, in its own row.
     */
    async credit(within: Within, organizationId: string, bookingId: string): Promise<DocumentRow | undefined> {
      const { tx } = within
      const { rows: invoices } = await sql<DocumentRow & { time_zone: string; paid: number; specimen: boolean }>`
        select d.*, b.time_zone, b.paid, ${PAID_IN_SANDBOX} as specimen from booking_document d join booking b on b.id = d.booking_id
        where d.booking_id = ${bookingId} and d.organization_id = ${organizationId} and d.kind = 'invoice' and d.number is not null for update of d`.execute(
        tx,
      )
      const [invoice] = invoices
      if (!invoice?.data || invoice.amount === null) return undefined
      const { rows } = await sql<{
        refunded: number
        credited: number
        notes: number
        before: Invoice[]
        refused_id: string | null
      }>`
        select (select coalesce(sum(amount), 0)::int from payment_transaction where booking_id = ${bookingId} and kind = 'refund' and status = 'completed') as refunded,
          coalesce(sum(amount), 0)::int as credited, count(*)::int as notes,
          coalesce(json_agg(data->'document'->'invoice' order by id) filter (where data is not null), '[]') as before,
          (array_agg(id order by id) filter (where refused is not null and data is null))[1] as refused_id
        from booking_document where booking_id = ${bookingId} and attribution_id is null and kind = 'credit_note'`.execute(
        tx,
      )
      const { refunded, credited, notes, before, refused_id: refusedId } = rows[0]!
      const overpaid = Math.max(0, invoice.paid - invoice.amount)
      const amount = Math.min(Math.max(0, refunded - overpaid), invoice.amount) - credited
      if (amount <= 0) return undefined
      const language = invoice.language as Language
      const issuer = await issuerOf(within, organizationId)
      const note = built(() =>
        creditNoteOf((invoice.data!.document as InvoiceDocument).invoice, amount, before, {
          issuer: { ...issuer, ...(invoice.specimen && { specimen: true }) },
          language,
          timeZone: invoice.time_zone,
          at: clock.now(),
        }),
      )
      if (refusedId) return rewrite(within, refusedId, note)
      const [row] = await write(within, organizationId, [
        {
          quoteId: invoice.quote_id,
          bookingId,
          kind: 'credit_note',
          audience: 'full',
          language,
          version: notes + 1,
          currency: invoice.currency!,
          built: note,
        },
      ])
      return row
    },

    /**
     * Gives what was issued for these bookings its number, in the order it was written: the organization's next one waits
     * until this transaction ends, so ask for it last.
     */
    async number(within: Within, organizationId: string, bookingIds: readonly string[]): Promise<Map<string, string>> {
      const { tx } = within
      const { timeZone } = await surface.organization(organizationId)
      const { rows } = await sql<Numbered>`
        select d.id, d.kind, d.version, b.reference, ${PAID_IN_SANDBOX} as specimen
        from unnest(${bookingIds}::uuid[]) as of(booking_id) cross join lateral (
          select id, kind, version, booking_id from booking_document
          where booking_id = of.booking_id and attribution_id is null and kind in ('invoice', 'credit_note') and number is null and data is not null offset 0) d
        cross join lateral (select id, reference, organization_id from booking where id = d.booking_id offset 0) b
        order by d.id`.execute(tx)
      if (rows.length === 0) return new Map()
      const today = dayIn(clock.now(), timeZone)
      const inSeries = rows.filter(({ specimen }) => !specimen)
      const given = await assignInvoiceNumbers(tx, {
        organizationId,
        subjects: inSeries.map(({ id, kind }) => ({ type: kind, subject: id })),
        today,
      })
      const numberOf = new Map(inSeries.map(({ id }, index) => [id, given[index]!]))
      const numbers = rows.map((row) => numberOf.get(row.id) ?? { number: sampleNumber(row), issuedOn: today })
      const dated = numbers.map((one, index) =>
        JSON.stringify({ ...one, ...(rows[index]!.kind === 'invoice' && { dueOn: one.issuedOn }) }),
      )
      const ids = rows.map(({ id }) => id)
      await sql`
        update booking_document d set number = i.number, issued_on = i.issued_on,
          data = jsonb_set(d.data, '{document,invoice}', d.data->'document'->'invoice' || i.dated::jsonb)
        from unnest(${ids}::uuid[], ${numbers.map(({ number }) => number)}::text[], ${numbers.map(({ issuedOn }) => issuedOn)}::date[], ${dated}::text[])
          as i(id, number, issued_on, dated)
        where d.id = any(${ids}::uuid[]) and d.id = i.id and one_row(d.id, i.id)`.execute(tx)
      return new Map(ids.map((id, index) => [id, numbers[index]!.number]))
    },
  }

  async function write(within: Within, organizationId: string, rows: readonly NewRow[]): Promise<DocumentRow[]> {
    if (rows.length === 0) return []
    const now = clock.now()
    const written = rows.map(({ built: made, ...row }): DocumentRow => {
      const id = newId(now)
      return {
        id,
        organization_id: organizationId,
        quote_id: row.quoteId,
        booking_id: row.bookingId,
        attribution_id: row.attributionId ?? null,
        contact_id: row.contactId ?? null,
        kind: row.kind,
        audience: row.audience,
        language: row.language,
        version: row.version,
        amount: 'data' in made ? (made.amount ?? null) : null,
        currency: row.currency ?? null,
        data: 'data' in made ? made.data : null,
        refused: 'data' in made ? null : made.refused,
        storage_key: `${organizationId}/${DOCUMENTS_FOLDER}/${id}.pdf`,
        created_at: now,
        number: null,
        issued_on: null,
        sha256: null,
        bytes: null,
        pages: null,
        made_at: null,
      }
    })
    const columns = sql.raw(WRITTEN_COLUMNS)
    await sql`
      insert into booking_document (${columns}) select ${columns} from jsonb_populate_recordset(null::booking_document, ${recordset(written)}::jsonb)`.execute(
      within.tx,
    )
    return written
  }

  /** What could not be issued before, as it is now. */
  async function rewrite({ tx }: Within, id: string, made: Built): Promise<DocumentRow> {
    const [data, amount, refused] =
      'data' in made
        ? [JSON.stringify(made.data), made.amount ?? null, null]
        : [null, null, JSON.stringify(made.refused)]
    const { rows } = await sql<DocumentRow>`
      update booking_document set data = ${data}, amount = ${amount}, refused = ${refused} where id = ${id} returning *`.execute(
      tx,
    )
    return rows[0]!
  }

  /** Whatever goes wrong with a document must not cost what it is about: it is kept as why. */
  function built(build: () => Built): Built {
    try {
      return build()
    } catch (error) {
      surface.onError(error)
      const message = error instanceof Error ? error.message : String(error)
      return { refused: [{ path: 'document', message: message.slice(0, 300) }] }
    }
  }

  function confirmation(
    of: Pick<NewRow, 'quoteId' | 'bookingId'>,
    language: Language,
    version: number,
    build: () => Built,
  ): NewRow {
    return { ...of, kind: 'booking_confirmation', audience: 'full', language, version, built: built(build) }
  }
}

/** All of a new row. */
const WRITTEN_COLUMNS = `id, organization_id, quote_id, booking_id, attribution_id, contact_id, kind, audience, language, version, amount, currency,
  data, refused, storage_key, created_at`

interface Numbered {
  readonly id: string
  readonly kind: 'invoice' | 'credit_note'
  readonly version: number
  readonly reference: string
  readonly specimen: boolean
}

/** The sandbox's account of an organization has its id. */
const PAID_IN_SANDBOX = sql<boolean>`exists (select from payment_transaction t where t.booking_id = b.id and t.kind = 'payment' and t.account_id = b.organization_id)`

/** No number of the organization's series, which has no gaps and no samples. */
const sampleNumber = ({ kind, version, reference }: Numbered): string =>
  kind === 'invoice' ? `SANDBOX-${reference}` : `SANDBOX-${reference}-${version}`
