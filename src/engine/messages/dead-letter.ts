import type { Channel } from '../channels/channel.ts'
import type { Failure } from './outcome.ts'
import type { SubjectGone } from './reminded.ts'
import type { Status } from './status.ts'

/** Which dead letters are meant; what is left out does not narrow. */
export interface LetterFilter {
  readonly reason?: Failure | undefined
  readonly channel?: Channel | undefined
  readonly type?: string | undefined
  /** The carrier's own. */
  readonly code?: string | undefined
  /** When they failed: from this moment on, and before that one. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly contactId?: string | undefined
  readonly messageIds?: string[] | undefined
}

const WORDS: Record<Failure, string> = {
  permanent: 'The carrier refused it for good',
  suppressed: 'The carrier knows no such address, which is not used again',
  tries: 'Every try failed',
  deadline: 'It could not be sent before its deadline',
  uncertain: 'It may have arrived: the carrier did not answer, and cannot be asked',
  render: 'Its template could not be filled in with this payload',
  no_provider: 'No provider account would take it',
  reported: 'The carrier took it and reported later that it did not arrive',
}

/** Why a message is a dead letter, in a sentence. `said` is what the carrier, or the engine in its place, had to say. */
export function explain(reason: Failure, said: string | null): string {
  const words = WORDS[reason]
  // For these the engine speaks, in the same words.
  if (!said || reason === 'deadline' || reason === 'render') return words
  return `${words}: ${said}`
}

/** Why a letter was not sent again: stable words. */
export type WhyNot = 'no_longer_dead' | 'contact_removed' | 'suppressed' | SubjectGone

/** What is known of a letter at the moment it would be sent again. */
export interface LetterNow {
  /** Nobody has sent it again since. */
  readonly open: boolean
  /** Null when its message has left the history. */
  readonly status: Status | null
  readonly contactExists: boolean
  readonly suppressed: boolean
  /** Why nobody is to be reminded of it now, of a reminder. */
  readonly subjectGone: SubjectGone | undefined
}

/** Why this letter must not be sent again now; undefined when it may. A late report knows better than the letter. */
export function whyNot(letter: LetterNow): WhyNot | undefined {
  if (!letter.open || letter.status !== 'failed') return 'no_longer_dead'
  if (!letter.contactExists) return 'contact_removed'
  return letter.suppressed ? 'suppressed' : letter.subjectGone
}

/**
 * Messages that may have arrived are sent again only when they are asked for, by reason or one by one: whoever says
 * “all of them” does not mean to tell somebody twice.
 */
export const takesUncertain = (filter: LetterFilter): boolean =>
  filter.reason !== undefined || filter.messageIds !== undefined
