import type { ErrorWord } from '../../channels/error-class.ts'
import type { ReportStatus, SuppressionReason } from '../../channels/report.ts'

/** The `code` of a refusal: what to do. From the types of Brevo's own client; one that is not here is judged by its HTTP status. */
export const REFUSALS: ReadonlyMap<string, ErrorWord> = new Map(
  Object.entries({
    invalid_parameter: 'permanent_content',
    missing_parameter: 'permanent_content',
    out_of_range: 'permanent_content',
    duplicate_parameter: 'permanent_content',
    duplicate_request: 'permanent_message',
    not_enough_credits: 'config',
    unauthorized: 'config',
    permission_denied: 'config',
    account_under_validation: 'config',
    reseller_permission_denied: 'config',
    method_not_allowed: 'config',
    document_not_found: 'config',
    too_many_requests: 'retry_later',
  } as const),
)

/** What one of Brevo's events says. `consent` and `reply` are about the person, the others about the message. */
export type Meaning =
  | { readonly status: ReportStatus; readonly suppress?: SuppressionReason; readonly detail?: string }
  | { readonly consent: 'stop' | 'start' }
  | { readonly reply: true }

const BOUNCED: Meaning = { status: 'bounced', suppress: 'hard_bounce', detail: 'The number cannot receive SMS' }
const MISSED: Meaning = { status: 'failed', detail: 'The SMS could not be delivered now' }
const BLOCKED: Meaning = {
  status: 'failed',
  suppress: 'opted_out',
  detail: 'The number is on Brevo’s list of those who want none',
}
const SKIPPED: Meaning = { status: 'failed', detail: 'Brevo did not send it' }

/**
 * By the event's name in small letters alone: Brevo's pages and its client spell one event differently (`soft_bounce`,
 * `softBounce`, `softBounces`).
 */
const EVENTS: ReadonlyMap<string, Meaning> = new Map(
  Object.entries({
    sent: { status: 'sent' },
    accepted: { status: 'sent' },
    delivered: { status: 'delivered' },
    softbounce: MISSED,
    softbounces: MISSED,
    bounces: MISSED,
    hardbounce: BOUNCED,
    hardbounces: BOUNCED,
    blocked: BLOCKED,
    blacklisted: BLOCKED,
    rejected: { status: 'failed', detail: 'The operator refused the SMS' },
    skip: SKIPPED,
    skipped: SKIPPED,
    unsubscribe: { consent: 'stop' },
    unsubscribed: { consent: 'stop' },
    unsubscription: { consent: 'stop' },
    subscribe: { consent: 'start' },
    subscribed: { consent: 'start' },
    reply: { reply: true },
    replied: { reply: true },
    replies: { reply: true },
  } as const satisfies Record<string, Meaning>),
)

export const meaningOf = (event: string): Meaning | undefined => EVENTS.get(event.toLowerCase().replace(/[^a-z]/g, ''))
