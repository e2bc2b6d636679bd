import { sql } from 'kysely'
import type { PackSurface, Within } from '../../engine/packs/surface.ts'
import { notFound } from '../../errors.ts'
import { payOf } from './attribution.ts'
import { billingIn } from './billing.ts'
import { dayIn, type Issuer, type Paid, type Subject, type VatExemption } from './documents/document-data.ts'
import type { Sellers } from './documents/sellers.ts'
import type { Inputs, Pricing } from './price.ts'

interface FactRow {
  readonly reference: string
  readonly quote_id: string
  readonly starts_at: Date
  readonly time_zone: string
  readonly amount: number
  readonly paid: number
  readonly paid_currency: string
  readonly insurance: boolean
  readonly pricing: unknown
  readonly inputs: unknown
  readonly currency: string
  readonly name: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly company: unknown
  readonly billing_address: unknown
  readonly address_line: string
  readonly postal_code: string
  readonly city: string
  readonly notes: string | null
  readonly label_fr: string
  readonly label_en: string
  readonly vat_rate: number | null
  readonly vat_exemption: unknown
  readonly professional_share: number | null
  readonly method: string | null
  readonly paid_at: Date | null
  readonly specimen: boolean
}

export interface Facts {
  readonly subject: Subject
  readonly paid: Paid
  readonly pay: ReturnType<typeof payOf>
  readonly quoteId: string
  readonly issuer: Issuer
}

/** What the documents of bookings are made of, and who issues them. */
export function createBookingFacts({ surface, sellers }: { surface: PackSurface; sellers: Pick<Sellers, 'issuer'> }) {
  return { issuerOf, factsOf, factsOfAll }

  async function issuerOf({ tx }: Within, organizationId: string): Promise<Issuer> {
    const [organization, seller] = await Promise.all([
      surface.organization(organizationId),
      sellers.issuer(tx, organizationId),
    ])
    return { organization, ...seller }
  }

  /** What a booking's documents are made of, as it is now. */
  async function factsOf(within: Within, organizationId: string, id: string): Promise<Facts> {
    const facts = (await factsOfAll(within, organizationId, [id])).get(id)
    if (!facts) throw notFound('Booking', id)
    return facts
  }

  /** As `factsOf`, by booking. */
  async function factsOfAll(
    within: Within,
    organizationId: string,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, Facts>> {
    // `offset 0` keeps each booking to its own payments: for `limit 1` alone all of them would be read in their order.
    const { rows } = await sql<FactRow & { id: string }>`
      select b.id, b.reference, b.quote_id, b.starts_at, b.time_zone, b.amount, b.paid, coalesce(b.paid_currency, b.currency) as paid_currency, b.insurance,
        q.pricing, q.inputs, q.currency, q.name, q.email, q.phone, q.company, q.billing_address, q.address_line, q.postal_code, q.city, q.notes,
        s.label_fr, s.label_en, s.vat_rate, s.vat_exemption, s.professional_share, t.method, t.created_at as paid_at, coalesce(t.account_id = b.organization_id, false) as specimen
      from unnest(${ids}::uuid[]) as of(id)
      cross join lateral (select * from booking where id = of.id offset 0) b
      cross join lateral (select * from quote where id = b.quote_id offset 0) q
      join service_type s on s.id = b.service_type_id
      left join lateral (
        select method, created_at, account_id from (select id, method, created_at, account_id from payment_transaction where booking_id = b.id and kind = 'payment' offset 0) own
        order by own.id limit 1) t on true
      where b.organization_id = ${organizationId}`.execute(within.tx)
    const usual = await issuerOf(within, organizationId)
    const sample: Issuer = { ...usual, specimen: true }
    return new Map(
      rows.map((row) => {
        const issuer = row.specimen ? sample : usual
        const paid: Paid = {
          amount: row.paid,
          currency: row.paid_currency,
          method: row.method,
          on: dayIn(row.paid_at ?? surface.clock.now(), issuer.organization.timeZone),
        }
        return [row.id, { subject: subjectOf(row), paid, pay: payOf(row), quoteId: row.quote_id, issuer }]
      }),
    )
  }
}

/** What a document is about, of a booking's or a quote's row. */
export const subjectOf = (
  row: Omit<
    FactRow,
    'quote_id' | 'amount' | 'paid' | 'paid_currency' | 'method' | 'paid_at' | 'professional_share' | 'specimen'
  >,
): Subject => ({
  reference: row.reference,
  startsAt: row.starts_at,
  timeZone: row.time_zone,
  serviceLabel: { fr: row.label_fr, en: row.label_en },
  vatRate: row.vat_rate,
  vatExemption: row.vat_exemption as VatExemption | null,
  pricing: row.pricing as Pricing,
  inputs: row.inputs as Inputs,
  insurance: row.insurance,
  currency: row.currency,
  name: row.name,
  email: row.email,
  phone: row.phone,
  company: billingIn(row).company,
  billingAddress: billingIn(row).billingAddress,
  place: { line: row.address_line, postalCode: row.postal_code, city: row.city },
  notes: row.notes,
})
