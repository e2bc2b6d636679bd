import { given, oneOf, text } from '../parts/search.ts'

export const REMINDER_STATUSES = ['planned', 'sent', 'skipped', 'refused', 'cancelled'] as const
export type ReminderStatus = (typeof REMINDER_STATUSES)[number]

/** What the list of reminders is narrowed to; kept in the address. */
export interface ReminderSearch {
  readonly status?: ReminderStatus | undefined
  readonly contactId?: string | undefined
  /** What is over as well; what is ahead unless set. */
  readonly all?: true | undefined
}

export const reminderSearch = (search: Record<string, unknown>): ReminderSearch => ({
  status: oneOf(REMINDER_STATUSES, search.status),
  contactId: text(search.contactId),
  all: search.all === true || undefined,
})

export interface ReminderFilter {
  readonly status?: ReminderStatus
  readonly contactId?: string
  readonly from?: string
  readonly order: 'newest' | 'soonest'
}

/** As the API takes it: what is ahead, the soonest first; or everything, what was planned last first. */
export function reminderFilter({ all, ...rest }: ReminderSearch, now: Date): ReminderFilter {
  if (all) return { ...given(rest), order: 'newest' }
  // From the start of the minute, so that the same list keeps the same question.
  const minute = Math.floor(now.getTime() / 60_000) * 60_000
  return { ...given(rest), from: new Date(minute).toISOString(), order: 'soonest' }
}
