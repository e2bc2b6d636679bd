/** What a notification reminds of, as it is now. All null: no plan knows of it any more. */
export interface Reminded {
  /** The time it reminds of. */
  readonly at: Date | null
  /** The time its subject has now. */
  readonly subject_at: Date | null
  readonly cancelled_at: Date | null
}

/** Why it must not be said again: stable words. */
export type SubjectGone = 'subject_begun' | 'subject_moved' | 'subject_cancelled'

/** Why nobody is to be reminded of this now; undefined when it is still to come, or for what is no reminder. */
export function whyNotRemind(reminded: Reminded | undefined, now: Date): SubjectGone | undefined {
  if (!reminded) return undefined
  const { at, subject_at, cancelled_at } = reminded
  if (cancelled_at !== null) return 'subject_cancelled'
  if (at === null || at.getTime() !== subject_at?.getTime()) return 'subject_moved'
  return at <= now ? 'subject_begun' : undefined
}

/** No try is made after what it reminds of has begun. */
export const noLaterThan = (deadline: Date, reminded: Reminded | undefined): Date =>
  reminded?.at && reminded.at < deadline ? reminded.at : deadline

export const SUBJECT_GONE: Readonly<Record<SubjectGone, string>> = {
  subject_begun: 'what it reminds of has begun',
  subject_moved: 'what it reminds of has another time now',
  subject_cancelled: 'what it reminds of was cancelled',
}
