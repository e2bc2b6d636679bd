import { Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Status } from '../vocabulary.ts'
import classes from './status-badge.module.css'

export type Tone = 'waiting' | 'moving' | 'good' | 'best' | 'bad' | 'held'

const TONES: Record<Status, Tone> = {
  scheduled: 'waiting',
  queued: 'waiting',
  sending: 'moving',
  sent: 'moving',
  delivered: 'good',
  opened: 'best',
  clicked: 'best',
  read: 'best',
  bounced: 'bad',
  failed: 'bad',
  suppressed: 'held',
  cancelled: 'held',
}

export const toneOf = (status: Status): Tone => TONES[status]

/** Where a message stands. The word carries the meaning; the colour only helps the eye. */
export function StatusBadge({ status, reason }: { status: Status; reason?: string | null }) {
  const { t } = useTranslation()
  const hint = reason ? `${t(`statusHint.${status}`)} (${reason})` : t(`statusHint.${status}`)
  return (
    <Tooltip label={hint} openDelay={300} multiline maw={260}>
      <span className={classes.badge} data-tone={toneOf(status)} data-status={status}>
        <span className={classes.dot} aria-hidden />
        {t(`status.${status}`)}
      </span>
    </Tooltip>
  )
}

/** A state of something else, in the same looks. */
export const ToneBadge = ({ tone, children }: { tone: Tone; children: ReactNode }) => (
  <span className={classes.badge} data-tone={tone}>
    <span className={classes.dot} aria-hidden />
    {children}
  </span>
)
