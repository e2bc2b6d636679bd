import { z } from 'zod'
import { Address, Buyer, day, line, minorUnits, Seller, words } from './parties.ts'

/** What a quantity counts, by the codes of UN/ECE Recommendation 20. */
export const UNITS = {
  piece: 'C62',
  hour: 'HUR',
  day: 'DAY',
  km: 'KMT',
  m2: 'MTK',
  m3: 'MTQ',
  kg: 'KGM',
} as const
export type Unit = keyof typeof UNITS

/** How something is paid, by the codes of UNTDID 4461. */
export const PAYMENT_MEANS = { card: '54', transfer: '30', direct_debit: '59', cash: '10', cheque: '20' } as const

/** In hundredths of a percent: 2000 is 20 %. */
export const vatRate = z.int().min(0).max(10_000)

const NOT_EXEMPT = new Set([
  'VATEX-EU-AE',
  'VATEX-EU-G',
  'VATEX-EU-IC',
  'VATEX-EU-O',
  'VATEX-FR-AE',
  'VATEX-FR-FRANCHISE',
])

/** Of those that exempt: not reverse charge, export and the like, and not the franchise, which the seller's scheme says. */
export const exemptionCode = z
  .string()
  .regex(/^VATEX-(EU|FR)-[A-Z0-9]+(-[A-Z0-9]+)*$/, 'is a code of the VATEX list, such as VATEX-EU-132-1I')
  .max(40)
  .refine((code) => !NOT_EXEMPT.has(code), 'is no reason to be exempt: it is said otherwise')
export const InvoiceLine = z.strictObject({
  label: line,
  detail: words(1_000).optional(),
  /** In thousandths. Negative takes something back: a price never is (BR-27). */
  quantity: z
    .int()
    .min(-1_000_000_000)
    .max(1_000_000_000)
    .refine((value) => value !== 0, 'is not zero'),
  unit: z.enum(Object.keys(UNITS) as [Unit, ...Unit[]]).default('piece'),
  /** Without VAT. */
  unitPrice: minorUnits.min(0),
  discount: z.strictObject({ label: line, amount: minorUnits.min(1) }).optional(),
  vatRate,
})

/** Amounts are integer minor units of `currency`, without VAT unless said. */
export const Invoice = z.strictObject({
  /** A credit note gives back what its amounts say: they are positive in both. */
  type: z.enum(['invoice', 'credit_note']),
  number: words(35),
  issuedOn: day,
  dueOn: day.optional(),
  currency: z.string().regex(/^[A-Z]{3}$/),
  seller: Seller,
  buyer: Buyer,
  /** The booking's. */
  reference: line.optional(),
  /** What was bought, when it is rendered and where. */
  service: z.strictObject({ label: line, on: day, place: Address.optional() }),
  lines: z.array(InvoiceLine).min(1).max(500),
  allowances: z
    .array(z.strictObject({ label: line, amount: minorUnits.min(1), vatRate }))
    .max(20)
    .default([]),
  /** Why lines at 0 % carry no VAT; a seller in the French franchise need not say. */
  exemption: line.optional(),
  /** The same reason by the VATEX list (BT-121). */
  exemptionCode: exemptionCode.optional(),
  payment: z.strictObject({
    means: z.enum(Object.keys(PAYMENT_MEANS) as [keyof typeof PAYMENT_MEANS]),
    /** Paid already, with VAT. */
    paid: minorUnits.min(0).default(0),
    paidOn: day.optional(),
  }),
  /** Added to what is due, so that it is the sum that was agreed with VAT (BT-114). */
  rounding: z.int().min(-100).max(100).default(0),
  /** Added to its VAT: the last credit note of an invoice gives back what is left of it, to the cent. */
  vatRemainder: z.int().min(-100).max(100).optional(),
  /** The invoice a credit note is about. */
  corrects: z.strictObject({ number: line, issuedOn: day }).optional(),
  note: words(1_000).optional(),
})
export type Invoice = z.infer<typeof Invoice>
export type InvoiceLine = z.infer<typeof InvoiceLine>
