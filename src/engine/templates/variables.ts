import type { Brand } from '../organizations/organization.ts'

/**
 * Everything a template can see. The payload's fields are named directly (`{{orderNumber}}`); the rest by these names
 * (`{{contact.name}}`, `{{organization.brand.website}}`), which no payload may use.
 */
export interface TemplateVariables {
  readonly payload: Readonly<Record<string, unknown>>
  readonly contact: { readonly name?: string | null }
  readonly organization: { readonly name: string; readonly brand?: Brand }
  /** BCP 47; decides how dates, money and plurals read. */
  readonly locale: string
  /** IANA; the contact's. */
  readonly timeZone: string
  readonly links?: RecipientLinks
}

/** Pages of ours that are the recipient's own. */
export interface RecipientLinks {
  /** Where a contact chooses what to hear of, and how. */
  readonly preferencesUrl: string
  /** The same page, named only where the contact may say no: not with transactional news, nor with those for staff. */
  readonly unsubscribeUrl?: string
}

export const RESERVED_NAMES: ReadonlySet<string> = new Set(['contact', 'organization', 'locale', 'timeZone', 'links'])

/** Who a template is tried with. */
export const SAMPLE_CONTACT = { name: 'Camille Exemple' }
