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

/** What several subjects of one organization have in common. */
export interface InvoiceSubjects extends Omit<InvoiceSubject, 'type' | 'subject'> {
  /** In the order of their numbers. */
  readonly subjects: readonly Pick<InvoiceSubject, 'type' | 'subject'>[]
}

/**
 * The next number of an organization’s invoices and credit notes, within the caller’s transaction: it is given when that
 * commits, and was never given when that is rolled back. One series for both, from 1 each year, without gaps (CGI ann. II
 * art. 242 nonies A, I 7°). Until the transaction ends, the organization’s next number waits: ask for it last.
 */
export async function assignInvoiceNumber(
  tx: Tx,
  { type, subject, ...organization }: InvoiceSubject,
): Promise<InvoiceNumber> {
  const [number] = await assignInvoiceNumbers(tx, { ...organization, subjects: [{ type, subject }] })
  return number!
}

/** As `assignInvoiceNumber`, for several at a time: each one’s number, in their order. */
export async function assignInvoiceNumbers(
  tx: Tx,
  { organizationId, subjects, today }: InvoiceSubjects,
): Promise<InvoiceNumber[]> {
  const run = runWithin(tx)
  const given = async () => {
    const rows = await run<Row & { type: string; subject: string }>(
      'invoice-numbers.given',
      `select g.type, g.subject, g.year, g.number, g.issued_on from unnest($2::text[], $3::text[]) as i(type, subject)
       cross join lateral (select * from invoice_number where organization_id = $1 and type = i.type and subject = i.subject offset 0) g`,
      [organizationId, subjects.map(({ type }) => type), subjects.map(({ subject }) => subject)],
    )
    return new Map(rows.map((row) => [keyOf(row), row]))
  }
  const inOrder = (numbers: ReadonlyMap<string, Row>) => subjects.map((one) => written(numbers.get(keyOf(one))!))

  const known = await given()
  if (subjects.every((one) => known.has(keyOf(one)))) return inOrder(known)
  // Made or found, the row is locked from here on.
  const [counter] = await run<{ year: number; last: number; issued_on: string }>(
    'invoice-numbers.lock',
    `insert into invoice_counter (organization_id, year, last, issued_on) values ($1, $2, 0, $3)
     on conflict (organization_id) do update set last = invoice_counter.last returning year, last, issued_on`,
    [organizationId, yearOf(today), today],
  )
  // Somebody who had the lock before may have been asked the same.
  const numbers = new Map<string, Row>(await given())
  const fresh: (Row & Pick<InvoiceSubject, 'type' | 'subject'>)[] = []
  let last = counter!
  for (const one of subjects) {
    if (numbers.has(keyOf(one))) continue
    const next = following(last, today)
    last = { ...next, last: next.number }
    numbers.set(keyOf(one), next)
    fresh.push({ ...next, ...one })
  }
  if (fresh.length > 0)
    await run(
      'invoice-numbers.take',
      `with counted as (update invoice_counter set year = $2, last = $3, issued_on = $4 where organization_id = $1)
       insert into invoice_number (organization_id, year, number, type, subject, issued_on, created_at)
       select $1, f.year, f.number, f.type, f.subject, f.issued_on, clock_timestamp()
       from unnest($5::int[], $6::int[], $7::text[], $8::text[], $9::date[]) as f(year, number, type, subject, issued_on)`,
      [
        organizationId,
        last.year,
        last.last,
        last.issued_on,
        fresh.map(({ year }) => year),
        fresh.map(({ number }) => number),
        fresh.map(({ type }) => type),
        fresh.map(({ subject }) => subject),
        fresh.map(({ issued_on }) => issued_on),
      ],
    )
  return inOrder(numbers)
}

const keyOf = ({ type, subject }: { readonly type: string; readonly subject: string }): string => `${type} ${subject}`

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
