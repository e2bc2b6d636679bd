import type { ReminderPlan } from '@carillon/client'
import i18next from 'i18next'
import { useTranslation } from 'react-i18next'
import { type Tone, ToneBadge } from '../parts/status-badge.tsx'
import { offsetWords } from './offset.ts'
import type { ReminderStatus } from './search.ts'

export type Reminder = ReminderPlan['reminders'][number]

const TONES: Record<ReminderStatus, Tone> = {
  planned: 'waiting',
  sent: 'good',
  skipped: 'held',
  cancelled: 'held',
  refused: 'bad',
}

/** What became of a reminder. */
export function ReminderState({ status }: { status: ReminderStatus }) {
  const { t } = useTranslation()
  return <ToneBadge tone={TONES[status]}>{t(`reminderStatus.${status}`)}</ToneBadge>
}

/** "24 hours before", "the day before at 18:00". */
export function useOffsetText(): (rule: string) => string {
  const { t } = useTranslation()
  return (rule) => {
    const words = offsetWords(rule)
    return words.kind === 'other' ? rule : t(`offset.${words.kind}`, words)
  }
}

/** Why it is as it is, in words; those of a refusal are the problem's. Nothing where there is nothing to say. */
export function reasonText({ reason, status }: Reminder): string | undefined {
  if (reason === null) return undefined
  for (const key of [`reminderReason.${status}_${reason}`, `reminderReason.${reason}`, `problem.${reason}`])
    if (i18next.exists(key)) return i18next.t(key as 'reminderReason.past')
  return reason
}
