import type { Cost } from './cost.ts'
import type { Inbound } from './inbound.ts'

/**
 * What a carrier says later about a message, in our words. `deferred`: the carrier goes on trying; a line in the timeline
 * and no other status.
 */
export type ReportStatus = 'sent' | 'delivered' | 'opened' | 'clicked' | 'read' | 'bounced' | 'failed' | 'deferred'

/** Why an address is not used again. */
export type SuppressionReason = 'hard_bounce' | 'complaint' | 'opted_out' | 'invalid_address'

export interface Report {
  /** The carrier's id of this report: the same id twice is one report. */
  readonly eventId: string
  /** Our message id when the carrier gives it back, else its own id of the message. */
  readonly messageId?: string
  readonly providerMessageId?: string
  readonly status: ReportStatus
  readonly at: Date
  /** Set: the message's address must not be used again, for this reason. */
  readonly suppress?: SuppressionReason
  /** Set: the person wants no more of this kind at the message's address; all else may go there. */
  readonly withdraws?: 'marketing'
  /** The same would have met any message of the account: nothing goes by it for a while, as after such a refusal. */
  readonly about?: 'account'
  /** A machine did it (a prefetched picture, a scanner's click): counted apart, and no status follows from it. */
  readonly automatic?: true
  /** The address that was clicked. */
  readonly link?: string
  readonly code?: string
  readonly detail?: string
  /** What the carrier says the message has cost. */
  readonly cost?: Cost
  /** What the carrier goes by where it says no amount: WhatsApp's category (`utility`) and kind (`regular`, `free_customer_service`). */
  readonly pricing?: { readonly category: string; readonly kind?: string; readonly model?: string }
}

/** A carrier's call to `/webhooks/{provider}/:accountId`, as it came. */
export interface WebhookCall {
  readonly method: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly query: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly receivedAt: Date
}

/** An approved template as the carrier has it, which a carrier tells of by itself or when it is asked. */
export interface CarrierTemplate {
  /** The carrier's id of it. */
  readonly id: string
  readonly name: string
  /** As the carrier writes it: `fr`, `pt_BR`. */
  readonly language: string
  readonly status: 'approved' | 'pending' | 'rejected' | 'paused' | 'disabled'
  readonly category?: string
  /** Why it was rejected or paused. */
  readonly reason?: string
  /** Its parts, as the carrier describes them; unset where it only tells of a change of status. */
  readonly components?: unknown
}

/** Something a vendor tells that is about none of our messages: a payment, say. */
export interface VendorEvent {
  /** The vendor's: the same id twice is one event. */
  readonly id: string
  readonly type: string
  readonly at: Date
  /** As the vendor wrote it. */
  readonly body: unknown
}

export type WebhookResult =
  | {
      readonly ok: true
      readonly reports: readonly Report[]
      /** What people wrote to us. */
      readonly inbound?: readonly Inbound[]
      /** Templates whose status has changed. */
      readonly templates?: readonly CarrierTemplate[]
      /** What is for the pack that has this vendor. */
      readonly events?: readonly VendorEvent[]
      /** Entries of the call that this version does not know, each in a word (`field account_update`): kept raw, counted, no error. */
      readonly unknown?: readonly string[]
    }
  | { readonly ok: false; readonly reason: WebhookRefusal; readonly detail: string }

export type WebhookRefusal = 'bad_signature' | 'stale' | 'unreadable'

/** One provider account's side of `/webhooks/{provider}/:accountId`; see the provider contract. */
export interface Webhook {
  receive(call: WebhookCall): WebhookResult | Promise<WebhookResult>
  /**
   * Set for what comes back to ourselves: it names a message by what nobody knows who was not sent it, so it counts
   * whichever account sent that message.
   */
  readonly ours?: true
  /** Set where the vendor asks by GET whether the address is ours, and never reports by GET. */
  readonly answerChallenge?: (query: WebhookCall['query']) => string | undefined
  readonly refuses?: Partial<Record<WebhookRefusal, 200 | 400 | 403 | 503>>
}
