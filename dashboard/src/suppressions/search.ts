import { given } from '../parts/search.ts'

export const SUPPRESSED_CHANNELS = ['email', 'sms', 'whatsapp'] as const
export const SUPPRESSION_REASONS = ['opted_out', 'manual', 'invalid_address', 'hard_bounce', 'complaint'] as const

/** What the list of suppressions is narrowed to; kept in the address. */
export interface SuppressionSearch {
  readonly channel?: (typeof SUPPRESSED_CHANNELS)[number] | undefined
  readonly reason?: (typeof SUPPRESSION_REASONS)[number] | undefined
  readonly address?: string | undefined
}

export const suppressionSearch = (search: Record<string, unknown>): SuppressionSearch => ({
  channel: SUPPRESSED_CHANNELS.find((one) => one === search.channel),
  reason: SUPPRESSION_REASONS.find((one) => one === search.reason),
  address: (typeof search.address === 'string' && search.address.trim().slice(0, 320)) || undefined,
})

/** As the API takes it. */
export const suppressionFilter = given<SuppressionSearch>
