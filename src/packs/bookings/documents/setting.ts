import { z } from 'zod'
import { identityOf } from './legal.ts'
import { Brand, instant, line, type Seller, words } from './parties.ts'

/** What every document is told beside its content. */
export const Setting = z.strictObject({
  /** Of whoever reads it: French, or else English with that region’s dates and numbers. */
  locale: z.string().max(35),
  /** Of the place where the work is done. */
  timeZone: z.string().max(64),
  /** Its own time, in the file’s metadata: the same input gives the same bytes. */
  madeAt: instant,
  brand: Brand,
  /** Paid for where no money moves: a sample, and it says so. */
  specimen: z.literal(true).optional(),
})
export type Setting = z.infer<typeof Setting>

export const currency = z.string().regex(/^[A-Z]{3}$/, 'is a currency of three capital letters, such as EUR')

/** Who writes, in documents that ask for less than an invoice does. */
export const Business = z.strictObject({
  name: line,
  /** At the foot of every page. */
  identity: words(500),
  email: z.email().max(320).optional(),
  phone: z.string().max(40).optional(),
  website: line.optional(),
})
export type Business = z.infer<typeof Business>

export const businessOf = (seller: Seller): Business => ({
  name: seller.tradingName ?? seller.legalName,
  identity: identityOf(seller).slice(0, 500),
  ...(seller.email === undefined ? {} : { email: seller.email }),
  ...(seller.phone === undefined ? {} : { phone: seller.phone }),
  ...(seller.website === undefined ? {} : { website: seller.website }),
})

/** What is known of the work, for those who may read what the client wrote. */
export const Details = z.array(z.strictObject({ label: line, value: words(500) })).max(100)
