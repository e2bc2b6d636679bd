/** A business; the tenant every other row belongs to. */
export interface Organization {
  readonly id: string
  readonly name: string
  /** ISO 3166-1; reads phone numbers written without a prefix. */
  readonly country: string
  readonly locale: string
  readonly timeZone: string
  readonly brand: Brand
  /** Its own choices about delivery, over the product's: read by messages/delivery-settings.ts. */
  readonly delivery: Readonly<Record<string, unknown>>
  /** Sample data, made at start. */
  readonly demo: boolean
}

/** How its messages look. */
export interface Brand {
  readonly color?: string
  readonly logoUrl?: string
  readonly website?: string
  readonly address?: string
}

/** What a caller may do: raise and send, look, change how the organization is set up. */
export const SCOPES = ['send', 'read', 'manage'] as const
export type Scope = (typeof SCOPES)[number]

export type Role = 'owner' | 'admin' | 'staff' | 'support' | 'practitioner' | 'accounting'

/** Owners and admins may everything; everyone else works with messages and leaves the set-up alone. */
export const scopesOf = (role: string): readonly Scope[] =>
  role === 'owner' || role === 'admin' ? SCOPES : ['send', 'read']
