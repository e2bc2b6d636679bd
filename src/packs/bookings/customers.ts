import type { Within } from '../../engine/packs/surface.ts'
import { AppError } from '../../errors.ts'
import type { Payment } from './booking-payments.ts'

/** Who pays for a booking, and is told of it. */
export interface Customer {
  readonly contactId: string
  /** The booking's own number, where its contact has another one. */
  readonly phone: string | undefined
}

/**
 * Whom each booking is for: looked up by address, made when new. A phone number that is none must not cost a booking; one
 * that the contact lacks becomes theirs, another one is the booking's own.
 */
export async function customersOf(within: Within, all: readonly Payment[]): Promise<(Customer | undefined)[]> {
  const tries = all.map(addressesOf)
  const found: (Customer | undefined)[] = all.map(() => undefined)
  for (let round = 0; ; round++) {
    const asked = [...all.keys()].filter((index) => !found[index] && tries[index]![round])
    if (asked.length === 0) return found
    const customers = await within.customers(asked.map((index) => tries[index]![round]!))
    for (const [at, customer] of customers.entries())
      if (!(customer instanceof AppError)) found[asked[at]!] = { contactId: customer.contact.id, phone: customer.phone }
  }
}

/** What the client may be known by, the best first. */
function addressesOf({ quote, paid: { customer } }: Payment): Parameters<Within['contact']>[0][] {
  const email = quote.email ?? customer.email
  const phone = quote.phone ?? customer.phone
  const name = quote.name ?? customer.name
  const locale = [quote.locale, customer.locale].find((one) => one === 'fr' || one === 'en')
  const more = { ...(name && { name: name.slice(0, 200) }), ...(locale && { locale }) }
  return [
    ...(email && phone ? [{ email, phone, ...more }] : []),
    ...(email ? [{ email, ...more }] : []),
    ...(phone ? [{ phone, ...more }] : []),
  ]
}
