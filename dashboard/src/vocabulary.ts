import type { CatalogueEntry, MessageItem } from '@carillon/client'

export type Channel = MessageItem['channel']
export const CHANNELS = ['email', 'sms', 'whatsapp', 'in_app'] as const satisfies readonly Channel[]

export type Status = MessageItem['status']
/** In the order a message may pass through them; what ends it badly comes last. */
export const STATUSES = [
  'scheduled',
  'queued',
  'sending',
  'sent',
  'delivered',
  'opened',
  'clicked',
  'read',
  'bounced',
  'failed',
  'suppressed',
  'cancelled',
] as const satisfies readonly Status[]

export type Audience = CatalogueEntry['audience']

export interface Page<Item> {
  readonly items: Item[]
  readonly nextCursor: string | null
}

export interface MessageFilter {
  readonly channel?: Channel
  readonly status?: Status
  readonly type?: string
  readonly address?: string
  readonly contactId?: string
  readonly from?: string
}
