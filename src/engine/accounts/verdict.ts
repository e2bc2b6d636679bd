import type { SendResult } from '../channels/send-result.ts'

/**
 * What one answer says about the account that made the send.
 * `working`: it answered about the message, whatever the answer · `failing`: no answer, or one that any message would have met ·
 * `asked_to_wait`: too fast, and it said until when · `misconfigured`: an operator must act.
 */
export type Verdict = 'working' | 'failing' | 'asked_to_wait' | 'misconfigured'

export function verdictOf(result: SendResult): Verdict {
  if (result.outcome === 'sent') return 'working'
  if (result.outcome === 'uncertain') return 'failing'
  if (result.class === 'configuration') return 'misconfigured'
  if (result.about !== 'account') return 'working'
  return result.class === 'retry_later' && result.retryAfterMs !== undefined ? 'asked_to_wait' : 'failing'
}
