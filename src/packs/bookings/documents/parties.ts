import { z } from 'zod'
import { isIban, isSiren, isSiret, isVatId } from './registrations.ts'

/** Words with something to be seen in them. Their length is bounded so that no document can keep a thread busy. */
export function words(most: number) {
  return z
    .string()
    .trim()
    .max(most)
    .regex(/[^\p{C}\p{Z}]/u, 'needs something that can be read')
}

/** One line of them. */
export const line = words(200)
const text = words(1_000)
export const day = z.iso.date()
export const instant = z.iso.datetime({ offset: true })
export const country = z.string().regex(/^[A-Z]{2}$/, 'is a country of two capital letters, such as FR')
/** Integer minor units of the document's currency. */
export const minorUnits = z.int().min(-1_000_000_000_000).max(1_000_000_000_000)

export const Address = z.strictObject({
  lines: z.array(line).min(1).max(3).describe('Street and number, building, …'),
  postalCode: z.string().trim().min(1).max(20),
  city: line,
  country,
})
export type Address = z.infer<typeof Address>

export const siren = z.string().refine(isSiren, 'is a SIREN: nine digits with the right check digit')
const siret = z.string().refine(isSiret, 'is a SIRET: fourteen digits with the right check digit')
export const vatId = z.string().refine(isVatId, 'is a VAT number with its country in front, such as FR40303265045')

/** Where e-invoices are sent: an identifier in a list of the EAS code list (0225: France, by SIREN). */
const ElectronicAddress = z.strictObject({ scheme: z.string().regex(/^\d{4}$|^EM$/), id: line })

/**
 * The business that issues a document: what French law wants on its invoices (Code de commerce R123-237, CGI ann. II
 * art. 242 nonies A) and how it wants to be paid.
 */
export const Seller = z.strictObject({
  legalName: line,
  tradingName: line.optional(),
  legalForm: line.optional().describe('With the share capital: SARL au capital de 10 000 €'),
  register: line.optional().describe('Where it is registered: RCS Lyon 303 265 045'),
  address: Address,
  siren: siren.optional(),
  siret: siret.optional(),
  vatId: vatId.optional(),
  /** `franchise`: small enough to charge no VAT (art. 293 B du CGI). */
  vatScheme: z.enum(['standard', 'franchise']),
  vatOnDebits: z.boolean().default(false).describe('Has chosen to owe VAT when invoicing, not when paid'),
  email: z.email().max(320).optional(),
  phone: z.string().max(40).optional(),
  website: line.optional(),
  iban: z.string().refine(isIban, 'is an IBAN with the right check digits').optional(),
  bic: z
    .string()
    .regex(/^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/, 'is a BIC of 8 or 11 characters')
    .optional(),
  latePenalty: text.optional().describe('What late payment costs; without it, the rate the law sets'),
  earlyDiscount: text.optional().describe('What paying early earns; without it: nothing'),
  insurance: text.optional().describe('Professional insurance, where the trade must name it'),
  electronicAddress: ElectronicAddress.optional(),
})
export type Seller = z.infer<typeof Seller>

/** Who is invoiced: a person, or a company by its registrations. */
export const Buyer = z.strictObject({
  name: line,
  contactName: line.optional(),
  address: Address,
  email: z.email().max(320).optional(),
  phone: z.string().max(40).optional(),
  siren: siren.optional(),
  /** What a company elsewhere is registered under. */
  registration: z.string().trim().min(1).max(50).optional(),
  vatId: vatId.optional(),
  electronicAddress: ElectronicAddress.optional(),
})
export type Buyer = z.infer<typeof Buyer>

/** A company, as far as invoicing is concerned: late payment costs it 40 € (Code de commerce L441-10). */
export const isCompany = ({ siren, registration, vatId }: Buyer): boolean =>
  siren !== undefined || registration !== undefined || vatId !== undefined

/** How documents look: the same colour and logo as the organization's mails. */
export const Brand = z.strictObject({
  color: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i)
    .optional(),
  /** A PNG or JPEG. */
  logo: z
    .custom<Uint8Array>((value) => value instanceof Uint8Array, 'is the bytes of a picture')
    .refine((bytes) => bytes.length <= 500_000, 'is at most 500 kB')
    .optional(),
})
export type Brand = z.infer<typeof Brand>
