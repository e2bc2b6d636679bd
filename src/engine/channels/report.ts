/** What a carrier says later about a message, in our words. */
export type ReportStatus = 'sent' | 'delivered' | 'opened' | 'clicked' | 'read' | 'bounced' | 'failed'

export interface Report {
  /** The carrier's id of this report: the same id twice is one report. */
  readonly eventId: string
  /** Our message id when the carrier gives it back, else its own id of the message. */
  readonly messageId?: string
  readonly providerMessageId?: string
  readonly status: ReportStatus
  readonly at: Date
  /** A `bounced` or `failed` report whose address must not be used again. */
  readonly suppress?: boolean
  readonly code?: string
  readonly detail?: string
}

/** A carrier's call to `/webhooks/{provider}/:accountId`, as it came. */
export interface WebhookCall {
  readonly method: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly query: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly receivedAt: Date
}

export type WebhookResult =
  | { readonly ok: true; readonly reports: readonly Report[] }
  | { readonly ok: false; readonly reason: 'bad_signature' | 'stale' | 'unreadable'; readonly detail: string }
