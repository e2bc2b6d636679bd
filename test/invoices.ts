import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs'
import { Invoice } from '../src/packs/bookings/documents/invoice.ts'
import { invoice } from '../src/packs/bookings/documents/samples.ts'

/** The official schema of the EN 16931 profile (Factur-X 1.09), read from the package that ships it. */
const SCHEMA = fileURLToPath(
  new URL('../node_modules/@stackforge-eu/factur-x/schema/en16931/FACTUR-X_EN16931.xsd', import.meta.url),
)

let validator: XsdValidator | undefined

/** What the official schema has against it; empty when it is valid. */
export function schemaFaults(xml: string): string[] {
  if (!validator) {
    xmlRegisterFsInputProviders()
    const schema = XmlDocument.fromBuffer(readFileSync(SCHEMA), { url: SCHEMA })
    validator = XsdValidator.fromDoc(schema)
  }
  const document = XmlDocument.fromString(xml)
  try {
    validator.validate(document)
    return []
  } catch (error) {
    return [(error as Error).message]
  } finally {
    document.dispose()
  }
}

/** Whether it is well-formed at all. */
export function wellFormed(xml: string): boolean {
  try {
    XmlDocument.fromString(xml).dispose()
    return true
  } catch {
    return false
  }
}

const words = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).filter((text) => /[^\p{C}\p{Z}]/u.test(text))
const cents = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 10_000_000 }))
const rates = fc.constantFrom(2_000, 1_000, 550, 210, 0)

const lines = fc.array(
  fc.record(
    {
      label: words,
      detail: words,
      quantity: fc.oneof(fc.constant(1_000), fc.integer({ min: 1, max: 90_000 }), fc.integer({ min: -5_000, max: -1 })),
      unit: fc.constantFrom('piece', 'hour', 'day', 'km', 'm2', 'm3', 'kg'),
      unitPrice: cents,
      discount: fc.record({ label: words, amount: fc.integer({ min: 1, max: 5_000 }) }),
      vatRate: rates,
    },
    { requiredKeys: ['label', 'quantity', 'unit', 'unitPrice', 'vatRate'] },
  ),
  { minLength: 1, maxLength: 40 },
)

/** Invoices and credit notes of all kinds: many lines, several rates, discounts on lines and on the whole, sums paid. */
export const invoices: fc.Arbitrary<Invoice> = fc
  .record({
    type: fc.constantFrom('invoice', 'credit_note'),
    franchise: fc.boolean(),
    company: fc.boolean(),
    lines,
    allowances: fc.array(fc.record({ label: words, amount: fc.integer({ min: 1, max: 50_000 }), vatRate: rates }), {
      maxLength: 3,
    }),
    paid: fc.oneof(fc.constant(0), cents),
    rounding: fc.integer({ min: -2, max: 2 }),
    name: words,
    means: fc.constantFrom('card', 'transfer', 'cash'),
    place: fc.boolean(),
  })
  .map(({ type, franchise, company, paid, rounding, name, means, place, ...given }) => {
    const free = <Rated extends { vatRate: number }>(one: Rated) => (franchise ? { ...one, vatRate: 0 } : one)
    const { place: where, ...service } = invoice.service
    return Invoice.parse({
      ...invoice,
      type,
      seller: {
        ...invoice.seller,
        vatScheme: franchise ? 'franchise' : 'standard',
        ...(franchise ? { vatId: undefined } : {}),
      },
      buyer: { ...invoice.buyer, name, ...(company ? { siren: '303265045', vatId: 'FR40303265045' } : {}) },
      service: place ? { ...service, place: where } : service,
      lines: given.lines.map(free),
      allowances: given.allowances.map(free),
      exemption: 'Formation professionnelle, art. 261-4-4° du CGI',
      payment: { means, paid },
      rounding,
      ...(type === 'credit_note' ? { corrects: { number: 'F-2027-000001', issuedOn: '2027-02-01' } } : {}),
    })
  })
