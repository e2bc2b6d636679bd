import { runWithin, type Tx } from '../../../platform/database/database.ts'

export interface InvoiceSubject {
  readonly organizationId: string
  readonly type: 'invoice' | 'credit_note'
  /** What is invoiced or credited: asked again, it has the number it had. */
  readonly subject: string
  /** Today, where the organization is. */
  readonly today: string
}

export interface InvoiceNumber {
  /** `F-2027-000123`. */
  readonly number: string
  /** Today, or the day of the number before this one if that is later: numbers are in the order of their days. */
  readonly issuedOn: string
}

interface Row {
  readonly year: number
  readonly number: number
  readonly issued_on: string
}

/**
 * The next number of an organization’s invoices and credit notes, within the caller’s transaction: it is given when that
 * commits, and was never given when that is rolled back. One series for both, from 1 each year, without gaps (CGI ann. II
 * art. 242 nonies A, I 7°). Until the transaction ends, the organization’s next number waits: ask for it last.
 */
export async function assignInvoiceNumber(
  tx: Tx,
  { organizationId, type, subject, today }: InvoiceSubject,
): Promise<InvoiceNumber> {
  const run = runWithin(tx)
  const given = async () =>
    (
      await run<Row>(
        'invoice-numbers.given',
        'select year, number, issued_on from invoice_number where organization_id = $1 and type = $2 and subject = $3',
        [organizationId, type, subject],
      )
    )[0]

  const known = await given()
  if (known) return written(known)
  // Made or found, the row is locked from here on.
  const [counter] = await run<{ year: number; last: number; issued_on: string }>(
    'invoice-numbers.lock',
    `insert into invoice_counter (organization_id, year, last, issued_on) values ($1, $2, 0, $3)
     on conflict (organization_id) do update set last = invoice_counter.last returning year, last, issued_on`,
    [organizationId, yearOf(today), today],
  )
  // Somebody who had the lock before may have been asked the same.
  const meanwhile = await given()
  if (meanwhile) return written(meanwhile)

  const next = following(counter!, today)
  await run(
    'invoice-numbers.take',
    `with counted as (update invoice_counter set year = $2, last = $3, issued_on = $4 where organization_id = $1)
     insert into invoice_number (organization_id, year, number, type, subject, issued_on, created_at)
     values ($1, $2, $3, $5, $6, $4, clock_timestamp())`,
    [organizationId, next.year, next.number, next.issued_on, type, subject],
  )
  return written(next)
}

/** Days do not go back, whatever clocks say; a new year begins at 1. */
export function following(counter: { year: number; last: number; issued_on: string }, today: string): Row {
  const issued_on = today > counter.issued_on ? today : counter.issued_on
  const year = yearOf(issued_on)
  return { year, number: year > counter.year ? 1 : counter.last + 1, issued_on }
}

const yearOf = (day: string): number => Number(day.slice(0, 4))

const written = ({ year, number, issued_on }: Row): InvoiceNumber => ({
  number: `F-${year}-${String(number).padStart(6, '0')}`,
  issuedOn: issued_on,
})
