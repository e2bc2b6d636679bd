import { type RawBuilder, sql } from 'kysely'
import type { HeldRow, Holdings } from '../../engine/privacy/holdings.ts'
import type { Tx } from '../../platform/database/database.ts'
import { type DocumentRow, fileNameOf } from './papers.ts'

const beyond = (column: string, after: string | null): RawBuilder<unknown> =>
  after === null ? sql`` : sql`and ${sql.raw(column)} > ${after}`

/** Quotes that are the contact's: those that became their bookings, and those asked for from their address. */
const OWN_QUOTES = (contactId: string) => sql`
  q.organization_id = c.organization_id and c.id = ${contactId}
  and (exists (select from booking b where b.quote_id = q.id and b.contact_id = c.id) or (q.booking_id is null and (lower(q.email) = c.email or q.phone = c.phone)))`

/**
 * What was made for them or says who they are. Not what was issued under a number: the law wants it kept for ten years
 * (Code de commerce L123-22), and the right to be erased ends there (GDPR art. 17, 3 b).
 */
const OWN_DOCUMENTS = (contactId: string, organizationId: string) => sql`
  d.organization_id = ${organizationId} and (d.number is null or d.number like 'SANDBOX-%')
  and (d.contact_id = ${contactId} or exists (select from quote q, contact c where q.id = d.quote_id and ${OWN_QUOTES(contactId)}))`

const rowsOf = async (tx: Tx, query: RawBuilder<unknown>): Promise<HeldRow[]> =>
  (await (query as RawBuilder<HeldRow>).execute(tx)).rows

/** What the pack's tables hold about a contact: as a client, and as a professional. */
export const bookingHoldings: Holdings = {
  lists: {
    quotes: (tx, contactId, after, limit) =>
      rowsOf(
        tx,
        sql`select q.id, q.inputs, q.insurance, q.amount, q.currency, q.name, q.email, q.phone, q.locale, q.address_line as "addressLine", q.postal_code as "postalCode", q.city,
              q.latitude, q.longitude, q.notes, q.company, q.billing_address as "billingAddress", q.wished_at as "wishedAt", q.status, q.created_at as "createdAt"
            from quote q, contact c where ${OWN_QUOTES(contactId)} ${beyond('q.id', after)} order by q.id limit ${limit}`,
      ),
    bookings: (tx, contactId, after, limit) =>
      rowsOf(
        tx,
        sql`select b.id, b.reference, b.starts_at as "startsAt", b.amount, b.paid, b.currency, b.paid_currency as "paidCurrency", b.insurance, b.status, b.phone, b.cancel_reason as "cancelReason", b.created_at as "createdAt",
              (select json_agg(json_build_object('kind', t.kind, 'status', t.status, 'amount', t.amount, 'currency', t.currency, 'method', t.method, 'payerEmail', t.payer_email, 'createdAt', t.created_at) order by t.id)
               from payment_transaction t where t.booking_id = b.id) as payments
            from booking b where b.contact_id = ${contactId} ${beyond('b.id', after)} order by b.id limit ${limit}`,
      ),
    missions: (tx, contactId, after, limit) =>
      rowsOf(
        tx,
        sql`select a.id, p.company, p.latitude, p.longitude, p.skills, p.radius_km as "radiusKm", w.answer, w.distance_km as "distanceKm", w.proposed_at as "proposedAt", w.answered_at as "answeredAt"
            from professional p join attribution_answer w on w.professional_id = p.id join attribution a on a.id = w.attribution_id
            where p.contact_id = ${contactId} ${beyond('a.id', after)} order by a.id limit ${limit}`,
      ),
    documents: (tx, contactId, after, limit) =>
      rowsOf(
        tx,
        // What a mission's papers say is about somebody else.
        sql`select d.id, d.kind, d.language, d.version, d.number, d.issued_on::text as "issuedOn", d.amount, d.currency, d.sha256, d.bytes, d.created_at as "createdAt",
              case when d.contact_id is null then d.data->'document' end as document
            from booking_document d join contact c on c.id = ${contactId}
            where d.organization_id = c.organization_id and (d.contact_id = c.id or d.contact_id is null and exists (select from quote q where q.id = d.quote_id and ${OWN_QUOTES(contactId)}))
              ${beyond('d.id', after)} order by d.id limit ${limit}`,
      ),
  },

  documents: async (tx, contactId, after, limit) => {
    const { rows } = await sql<Pick<DocumentRow, 'id' | 'kind' | 'language' | 'storage_key'> & { reference: string }>`
      select d.id, d.kind, d.language, d.storage_key, coalesce(d.number, b.reference, left(d.quote_id::text, 8)) as reference
      from booking_document d join contact c on c.id = ${contactId} left join booking b on b.id = d.booking_id
      where d.organization_id = c.organization_id and d.contact_id is null and d.audience = 'full' and d.attribution_id is null and d.data is not null and d.refused is null
        and exists (select from quote q where q.id = d.quote_id and ${OWN_QUOTES(contactId)}) ${beyond('d.id', after)} order by d.id limit ${limit}`.execute(
      tx,
    )
    return rows.map(({ id, kind, language, storage_key, reference }) => ({
      id,
      filename: fileNameOf(kind, language, reference),
      storageKey: storage_key,
    }))
  },

  files: async (tx, { id, organizationId }) => {
    const { rows } = await sql<{ storage_key: string }>`
      select d.storage_key from booking_document d where ${OWN_DOCUMENTS(id, organizationId)}`.execute(tx)
    return rows.map(({ storage_key }) => storage_key)
  },

  async erase(tx, { id, organizationId }) {
    const documents = await sql`
      update booking_document d set data = null, number = null, issued_on = null, refused = null, sha256 = null, bytes = null, pages = null
      where ${OWN_DOCUMENTS(id, organizationId)} and data is not null returning 1`.execute(tx)
    const quotes = await sql`
      update quote q set name = null, email = null, phone = null, address_line = '', postal_code = '', city = '', latitude = null, longitude = null, notes = null, company = null, billing_address = null
      from contact c where q.organization_id = ${organizationId} and ${OWN_QUOTES(id)} returning 1`.execute(tx)
    await sql`
      update booking set cancel_reason = null, phone = null
      where contact_id = ${id} and organization_id = ${organizationId} and (cancel_reason is not null or phone is not null)`.execute(
      tx,
    )
    const payments = await sql`
      update payment_transaction t set payer_email = null, note = null from contact c where c.id = ${id} and t.organization_id = ${organizationId} and (t.payer_email is not null or t.note is not null)
        and (lower(t.payer_email) = c.email or t.booking_id in (select b.id from booking b where b.contact_id = ${id})) returning 1`.execute(
      tx,
    )
    const professionals = await sql`
      update professional set company = '', latitude = null, longitude = null, radius_km = null, removed_at = coalesce(removed_at, updated_at)
      where contact_id = ${id} and organization_id = ${organizationId} returning 1`.execute(tx)
    return {
      quotes: quotes.rows.length,
      payments: payments.rows.length,
      professionals: professionals.rows.length,
      documents: documents.rows.length,
    }
  },
}
