import type { Cost } from './cost.ts'
import type { SuppressionReason } from './report.ts'

/**
 * What to do about a carrier's refusal:
 * `retry` soon with back-off · `retry_later` it said when, or slow down · `other_provider` this account cannot, another may ·
 * `permanent` this message will never go · `suppress` nor any other to this address · `configuration` an operator must act:
 * the account stops, the message goes by another one or waits, and uses up no tries.
 */
export type ErrorClass = 'retry' | 'retry_later' | 'other_provider' | 'permanent' | 'suppress' | 'configuration'

/** One try at one provider. A refusal is a result; a surprise is an exception (and counts as `uncertain` once bytes may have left). */
export type SendResult =
  | {
      readonly outcome: 'sent'
      readonly providerMessageId: string
      readonly delivered?: boolean
      /** What the timeline should tell beside it, without addresses or contents: that the carrier holds it for now. */
      readonly note?: string
      /** What the carrier says it costs, where it says so at once. */
      readonly cost?: Cost
    }
  | {
      readonly outcome: 'refused'
      readonly class: ErrorClass
      /** The carrier's own code: `550`, `21211`, `ECONNREFUSED`. */
      readonly code: string
      /** The carrier's words, without addresses or contents. */
      readonly detail: string
      readonly retryAfterMs?: number
      /**
       * What the refusal is about. `account`: it would have met any message (no answer, 5xx, too fast, signed out): the
       * account's health and breaker count it, and `retryAfterMs` holds up the whole account. Unset: this message or address.
       */
      readonly about?: 'account'
      /** For `suppress`: why the address is not used again; `hard_bounce` unless set. */
      readonly suppress?: SuppressionReason
      /** The person wants no more of this kind at this address; all else may go there. */
      readonly withdraws?: 'marketing'
    }
  /** It may have been taken, or not: the connection died after the last byte, or this process did. Counts against the account. */
  | {
      readonly outcome: 'uncertain'
      readonly code: string
      readonly detail: string
      /** Set: the carrier could not even be asked about an earlier try. It is asked again after so long, which is no try of its own. */
      readonly retryAfterMs?: number
    }
