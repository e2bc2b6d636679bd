import type { Report, SuppressionReason } from './report.ts'
import type { ErrorClass, SendResult } from './send-result.ts'

type Refused = Extract<SendResult, { outcome: 'refused' }>

/** What a refusal with one of these words comes to in a `SendResult`. */
export interface Remedy {
  readonly class: ErrorClass
  /** The carrier asks for at least this long, where it does not say it itself. */
  readonly retryAfterMs?: number
  readonly about?: 'account'
  /** Why the address is not used again. */
  readonly suppress?: SuppressionReason
  /** What the person no longer agrees to, where that is less than everything. */
  readonly withdraws?: 'marketing'
}

const HOUR_MS = 3_600_000

/**
 * The words that tables of carriers' error codes are written in, finer than our classes: a table says what a code is, and
 * here is what we do about it. A carrier that answers 5xx or 429 makes any of them about the account.
 */
export const REMEDIES = {
  /** Passes by itself. */
  retry: { class: 'retry' },
  /** Too fast for this account: all of it waits. */
  retry_later: { class: 'retry_later', about: 'account' },
  /** Too fast for this recipient alone: the others may go on. */
  retry_later_recipient: { class: 'retry_later' },
  /** Not within a day, to this recipient. */
  retry_after_24h: { class: 'retry_later', retryAfterMs: 24 * HOUR_MS },
  /** The account's day is used up. Carriers do not say when theirs ends: it is looked at again every hour, which costs one refusal. */
  retry_next_day: { class: 'retry_later', retryAfterMs: HOUR_MS, about: 'account' },
  /** WhatsApp, more than 24 hours after the person wrote: a text will not pass, a template would be another message. */
  window_closed: { class: 'permanent' },
  /** The same content is refused again. */
  permanent_content: { class: 'permanent' },
  /** This recipient cannot be reached on this channel. The causes are not told and may pass, so the address stays usable. */
  permanent_recipient: { class: 'permanent' },
  permanent_message: { class: 'permanent' },
  /** The address does not exist. */
  suppress: { class: 'suppress', suppress: 'hard_bounce' },
  /** The person said stop. */
  opted_out: { class: 'suppress', suppress: 'opted_out' },
  /** The person wants no marketing: nor any further one, but all else. */
  suppress_marketing: { class: 'permanent', withdraws: 'marketing' },
  /** The carrier stopped this template: other messages of the account go on. */
  pause_template: { class: 'permanent' },
  /** This account does not reach that destination; another may. */
  other_account: { class: 'other_provider' },
  /** The carrier restricts the account; going on makes it worse. */
  pause_channel: { class: 'configuration', about: 'account' },
  config: { class: 'configuration', about: 'account' },
} as const satisfies Record<string, Remedy>

export type ErrorWord = keyof typeof REMEDIES

/** Words of the same tables that say how a message goes on, or what an inbound event is. No send is refused with them. */
export const NOT_A_REFUSAL = [
  'ok',
  'in_progress',
  'in_progress_or_failed',
  'ignore_for_engagement',
  'inbound_media',
] as const

/** What a carrier said beside its word. */
interface Said {
  readonly code: string
  /** Without addresses or contents. */
  readonly detail: string
  /** How long it asked to wait. */
  readonly retryAfterMs?: number | undefined
  /** The same would have met any message. */
  readonly about?: 'account' | undefined
}

/** A refusal, from the word that stands for its code. */
export function refusedAs(word: ErrorWord, { code, detail, ...said }: Said): Refused {
  const remedy: Remedy = REMEDIES[word]
  const retryAfterMs = remedy.class === 'retry_later' ? (said.retryAfterMs ?? remedy.retryAfterMs) : undefined
  const about = remedy.about ?? (remedy.class === 'retry' || remedy.class === 'retry_later' ? said.about : undefined)
  return {
    outcome: 'refused',
    class: remedy.class,
    code,
    detail,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(about === undefined ? {} : { about }),
    ...followingFrom(word),
  }
}

/** What a carrier reports of a message it had taken, from the word that stands for its code. */
export function reportedAs(word: ErrorWord): Pick<Report, 'suppress' | 'withdraws' | 'about'> {
  return { ...followingFrom(word), ...(REMEDIES[word].class === 'configuration' && { about: 'account' }) }
}

/** What follows for the address and its person, said of a send or reported later. */
function followingFrom(word: ErrorWord): Pick<Remedy, 'suppress' | 'withdraws'> {
  const { suppress, withdraws }: Remedy = REMEDIES[word]
  return { ...(suppress && { suppress }), ...(withdraws && { withdraws }) }
}
