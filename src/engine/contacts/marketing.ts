import type { Channel } from '../channels/channel.ts'

/**
 * On what ground marketing may reach an address: the person agreed; or they are a customer whose address was taken at a
 * sale, who was told then that they can refuse, for things like those they bought (art. L34-5 CPCE, 4th paragraph).
 */
export const BASES = ['consent', 'existing_customer'] as const
export type Basis = (typeof BASES)[number]

/** Where marketing may go, by channel: to that address and no other. Kept with the contact, made from the log of consent. */
export type Marketing = Readonly<Partial<Record<string, { readonly address: string; readonly basis: Basis }>>>

/** What an organization asks for before it sends marketing. */
export const MARKETING_RULES = ['explicit', 'existing_customers'] as const
export type MarketingRule = (typeof MARKETING_RULES)[number]

/**
 * Whether marketing may go to this address. The law speaks of e-mail, SMS and their like, so what is shown inside the
 * organization's own application needs no consent.
 */
export function mayAdvertise(marketing: Marketing, channel: Channel, address: string, rule: MarketingRule): boolean {
  if (channel === 'in_app') return true
  const given = marketing[channel]
  return given?.address === address && (given.basis === 'consent' || rule === 'existing_customers')
}

/** Somebody has told their carrier whether they want marketing at an address; of nothing else. */
export interface SaidOfMarketing {
  readonly organizationId: string
  readonly channel: Channel
  readonly address: string
  readonly state: 'granted' | 'withdrawn'
  /** In the carrier's words. */
  readonly wording: string
  readonly at: Date
  /** What came in, or the message that was refused. */
  readonly proof: { readonly inboundId: string } | { readonly messageId: string }
}
