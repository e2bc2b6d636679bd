import reasons from './mail-reasons.json' with { type: 'json' }
import { wordsReason } from './mail-words.ts'

/** Orange, Wanadoo and La Poste say it by a number of their own. */
const ORANGE_LAPOSTE = /\b(?:OFR|LPN|OUK)[A-Z0-9]{0,6}?_?(\d{3})\b/

/** "Security" and "system" are what servers say when they do not say: their words tell more. */
const VAGUE = new Set(['securityerror', 'systemerror', 'rejected', 'filtered', 'networkerror', 'syntaxerror'])

/** What a number of a French operator in these words means, if there is one. */
export function operatorReason(text: string): string | undefined {
  const number = ORANGE_LAPOSTE.exec(text)?.[1]
  return number && (reasons.orangeLaPoste as Record<string, string>)[number]
}

/** What an enhanced status code (RFC 3463) means by the registry and by use; undefined for one that says nothing. */
export const statusReason = (enhanced: string | undefined): string | undefined =>
  enhanced && (reasons.enhancedStatus as Record<string, string>)[enhanced]

/** Why a mail server refused, in one word (`userunknown`, `mailboxfull`, `blocked` …); empty when it cannot be told. */
export function mailReason({ enhanced, text }: { enhanced: string | undefined; text: string }): string {
  const named = operatorReason(text)
  if (named) return named
  const words = wordsReason(text)
  const status = statusReason(enhanced)
  if (status && !(words && VAGUE.has(status))) return status
  return words
}
