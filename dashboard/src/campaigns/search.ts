import { oneOf, text } from '../parts/search.ts'

export const CAMPAIGN_STATUSES = [
  'draft',
  'scheduled',
  'preparing',
  'running',
  'deciding',
  'paused',
  'done',
  'cancelled',
] as const
export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number]

/** What the list of campaigns is narrowed to; kept in the address. */
export interface CampaignSearch {
  readonly status?: CampaignStatus | undefined
}

export const campaignSearch = (search: Record<string, unknown>): CampaignSearch => ({
  status: oneOf(CAMPAIGN_STATUSES, search.status),
})

/** A file that comes in for a new campaign; kept in the address, so that its page can be left and come back to. */
export interface NewCampaignSearch {
  readonly import?: string | undefined
}

export const newCampaignSearch = (search: Record<string, unknown>): NewCampaignSearch => ({
  import: text(search.import),
})

export const RECIPIENT_STATES = ['accepted', 'refused', 'pending', 'cancelled'] as const
export type RecipientState = (typeof RECIPIENT_STATES)[number]

/** Which recipients a campaign's page shows; kept in the address. */
export interface RecipientSearch {
  readonly recipients?: RecipientState | undefined
}

export const recipientSearch = (search: Record<string, unknown>): RecipientSearch => ({
  recipients: oneOf(RECIPIENT_STATES, search.recipients),
})

/** Where the same recipients come as a file. */
export const recipientsAddress = (id: string, status: RecipientState | undefined): string =>
  `/v1/campaigns/${id}/recipients.csv${status ? `?status=${status}` : ''}`
