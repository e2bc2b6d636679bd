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
  /** Channels whose budget of this month is spent, where it wants them stopped then; by code, kept by the alerts. */
  readonly overBudget: readonly number[]
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

/** What a member is in their organization; permissions.ts says what each may do. */
export const ROLES = [
  'owner',
  'admin',
  'operations_manager',
  'accounting',
  'staff',
  'practitioner',
  'support',
  'lawyer',
  'assistant',
] as const
export type Role = (typeof ROLES)[number]
