import { z } from 'zod'
import { invalid } from '../../errors.ts'
import { country, line, siren, vatId } from './documents/parties.ts'

/** A company that is invoiced, by what it is registered under. */
export const Company = z
  .strictObject({
    name: line,
    siren: siren.optional().describe('Of a French company'),
    registration: z.string().trim().min(1).max(50).optional().describe('The number it is registered under elsewhere'),
    vatId: vatId.optional(),
  })
  .meta({ id: 'BookingCompany' })
export type Company = z.infer<typeof Company>

/** Where whoever is invoiced is, which need not be where the work is. */
export const BillingAddress = z
  .strictObject({
    line: z.string().trim().min(1).max(150),
    postalCode: z.string().trim().min(1).max(20),
    city: z.string().trim().min(1).max(80),
    country,
  })
  .meta({ id: 'BillingAddress' })
export type BillingAddress = z.infer<typeof BillingAddress>

export interface Billing {
  readonly company?: Company | undefined
  readonly billingAddress?: BillingAddress | undefined
}

/**
 * A company is invoiced at its own address, by its SIREN in France (CGI ann. II art. 242 nonies A) and by a number of its
 * country elsewhere. @throws AppError `validation_failed`
 */
export function assertBilling({ company, billingAddress }: Billing): void {
  if (!company) return
  if (!billingAddress) throw invalid('customer.billingAddress', 'is needed to invoice a company: where its office is')
  if (billingAddress.country === 'FR' && !company.siren)
    throw invalid('customer.company.siren', 'is needed of a French company')
  if (!company.siren && !company.registration && !company.vatId)
    throw invalid('customer.company.registration', 'is needed, or its VAT number')
  if (company.siren && company.vatId?.startsWith('FR') && !company.vatId.endsWith(company.siren))
    throw invalid('customer.company.vatId', 'belongs to another SIREN')
}

/** As a row of quotes keeps them. */
export const billingIn = (row: { readonly company: unknown; readonly billing_address: unknown }): Billing => ({
  company: (row.company ?? undefined) as Company | undefined,
  billingAddress: (row.billing_address ?? undefined) as BillingAddress | undefined,
})
