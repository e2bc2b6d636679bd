import fc from 'fast-check'
import { expect, test } from 'vitest'
import { invoices, schemaFaults } from '../../../../test/invoices.ts'
import { ciiOf, decimal } from './cii.ts'
import { invoice } from './samples.ts'
import { totalsOf } from './totals.ts'

const valuesOf = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`, 'g'))].map(([, value]) => value!)

test('the schema of the tests notices what is wrong', () => {
  const xml = ciiOf(invoice, 'fr')
  expect(schemaFaults(xml)).toEqual([])
  expect(schemaFaults(xml.replace('<ram:TypeCode>380</ram:TypeCode>', ''))).toHaveLength(1)
  expect(schemaFaults(xml.replaceAll('ram:Name', 'ram:Nom'))).toHaveLength(1)
})

test('every invoice and credit note is valid by the official schema, in both languages', () => {
  fc.assert(
    fc.property(invoices, fc.constantFrom('fr' as const, 'en' as const), (given, language) => {
      expect(schemaFaults(ciiOf(given, language))).toEqual([])
    }),
    { numRuns: 200 },
  )
})

test('the amounts in the XML obey the business rules of EN 16931', () => {
  fc.assert(
    fc.property(invoices, (given) => {
      const xml = ciiOf(given, 'fr')
      const cents = (name: string): number[] =>
        valuesOf(xml, name).map((value) => {
          expect(value).toMatch(/^-?\d+\.\d{2}$/) // BR-DEC-*
          return Number(value.replace('.', ''))
        })
      const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0)
      const [lineSum = 0, ...lines] = cents('ram:LineTotalAmount').reverse()
      const [tax = 0] = cents('ram:TaxTotalAmount')
      const [basis = 0] = cents('ram:TaxBasisTotalAmount')
      const [grand = 0] = cents('ram:GrandTotalAmount')
      const [allowance = 0] = cents('ram:AllowanceTotalAmount')
      const [paid = 0] = cents('ram:TotalPrepaidAmount')
      const [rounding = 0] = cents('ram:RoundingAmount')
      expect(sum(lines)).toBe(lineSum) // BR-CO-10
      expect(allowance).toBe(sum(given.allowances.map(({ amount }) => amount))) // BR-CO-11
      expect(basis).toBe(lineSum - allowance) // BR-CO-13
      expect(tax).toBe(sum(cents('ram:CalculatedAmount'))) // BR-CO-14
      expect(grand).toBe(basis + tax) // BR-CO-15
      expect(cents('ram:DuePayableAmount')).toEqual([grand - paid + rounding]) // BR-CO-16
      expect(sum(cents('ram:BasisAmount'))).toBe(basis)
      expect(xml).toContain('DueDateDateTime') // BR-CO-25
      // BR-S-02, BR-E-02: whoever charges VAT is known by its number, whoever does not by that or another.
      expect(xml).toMatch(given.seller.vatScheme === 'standard' ? /schemeID="VA">FR/ : /schemeID="FC">303265045/)
      for (const price of cents('ram:ChargeAmount')) expect(price).toBeGreaterThanOrEqual(0) // BR-27
    }),
    { numRuns: 200 },
  )
})

test('a French company is addressed by its SIREN, in the scheme 0225', () => {
  const xml = ciiOf({ ...invoice, buyer: { ...invoice.buyer, siren: '303265045' } }, 'fr')
  expect(valuesOf(xml, 'ram:URIID')).toEqual([invoice.seller.email, '303265045', invoice.buyer.email, '303265045'])
  expect(xml.match(/<ram:URIID schemeID="0225">/g)).toHaveLength(2)
  expect(xml).toContain('<ram:ID schemeID="0002">303265045</ram:ID>')
})

test('the franchise is an exemption with its reason, and carries no VAT number', () => {
  const { vatId: _, ...seller } = invoice.seller
  const lines = invoice.lines.map((line) => ({ ...line, vatRate: 0 }))
  const xml = ciiOf({ ...invoice, seller: { ...seller, vatScheme: 'franchise' }, lines }, 'fr')
  expect(schemaFaults(xml)).toEqual([])
  expect(valuesOf(xml, 'ram:ExemptionReason')).toEqual(['TVA non applicable, art. 293 B du CGI'])
  expect(valuesOf(xml, 'ram:ExemptionReasonCode')).toEqual(['VATEX-FR-FRANCHISE'])
  expect(new Set(valuesOf(xml, 'ram:CategoryCode'))).toEqual(new Set(['E']))
})

test('a credit note has its own type, positive amounts, and names the invoice it corrects', () => {
  const corrects = { number: 'F-2027-000122', issuedOn: '2027-02-28' }
  const xml = ciiOf({ ...invoice, type: 'credit_note', corrects }, 'fr')
  expect(valuesOf(xml, 'ram:TypeCode')[0]).toBe('381')
  expect(xml).toContain(
    '<ram:InvoiceReferencedDocument><ram:IssuerAssignedID>F-2027-000122</ram:IssuerAssignedID><ram:FormattedIssueDateTime><qdt:DateTimeString format="102">20270228</qdt:DateTimeString>',
  )
  expect(Number(valuesOf(xml, 'ram:DuePayableAmount')[0])).toBeGreaterThan(0)
})

test('what is paid already is the business process for that', () => {
  const paid = { ...invoice, payment: { ...invoice.payment, paid: totalsOf(invoice).withVat } }
  expect(ciiOf(invoice, 'fr')).toContain('<ram:ID>S1</ram:ID>')
  expect(ciiOf(paid, 'fr')).toContain('<ram:ID>S2</ram:ID>')
})

test('companies are told what late payment costs, people are not', () => {
  expect(ciiOf(invoice, 'fr')).not.toContain('40 €')
  const xml = ciiOf({ ...invoice, buyer: { ...invoice.buyer, siren: '303265045' } }, 'fr')
  expect(valuesOf(xml, 'ram:SubjectCode')).toEqual(['PMD', 'PMT', 'AAB', 'AAI'])
})

test.each([
  [0, 2, '0.00'],
  [5, 2, '0.05'],
  [-5, 2, '-0.05'],
  [123_456, 2, '1234.56'],
  [1_200, 0, '1200'],
  [-2_500, 3, '-2.500'],
])('%i with %i digits is %s', (value, digits, text) => {
  expect(decimal(value, digits)).toBe(text)
})
